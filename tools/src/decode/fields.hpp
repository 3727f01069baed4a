// SPDX-License-Identifier: Apache-2.0
// "name: value" pairs of register dumps, ours, the reference's and Linux's.
#pragma once

#include "decode/event.hpp"

#include <string>
#include <string_view>

namespace brig::decode {

// Takes the registers of dump lines into an event. A name at the end of a broken line waits for its
// value on the next one.
class FieldReader {
public:
    // True when the line had a register, or the value that was waited for. The first value of a
    // name counts.
    bool read(std::string_view line, Event& event);
    // The register names of a line, without taking anything ("pc", "x0").
    static std::vector<std::string> names(std::string_view line);

private:
    std::string waiting_;
};

} // namespace brig::decode
