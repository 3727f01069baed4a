// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "doctor/check.hpp"
#include "util/file.hpp"

#include <string>

namespace brig::test {

// An invented machine whose files lie in a temporary directory, with a configuration that fits:
// the doctor finds no fault. A test then spoils one thing.
class Patient {
public:
    Patient();

    // Writes a file below the root of the machine ("proc/cmdline").
    void write(const std::string& name, const std::string& content);
    void write(const std::string& name, const Bytes& content);
    void remove(const std::string& name);
    // The device tree with the only occurrence of `from` replaced.
    void change_tree(const std::string& from, const std::string& to);
    std::filesystem::path path(const std::string& name) const { return root_.path() / name; }

    // Looks at the files, as far as the driver is not needed; `found` stands for its answer.
    doctor::Target look() const;
    // The check's lines, each as "verdict: text -> remedy".
    std::string lines(std::string_view check) const;

    config::Configuration configuration;
    std::optional<brig_inspection> found; // what the driver says; empty: it cannot be asked

private:
    TemporaryDirectory root_;
};

// An image's header and extension, as the driver and the doctor read them.
Bytes image_for(const std::string& board, uint64_t gicd);

} // namespace brig::test
