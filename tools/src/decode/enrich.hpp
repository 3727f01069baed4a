// SPDX-License-Identifier: Apache-2.0
// What other files add to an event: symbols, source lines, instructions, the meaning of an address.
#pragma once

#include "decode/event.hpp"
#include "decode/listing.hpp"

#include <memory>
#include <string>
#include <vector>

namespace brig::decode {

struct SourceFiles {
    std::string vmlinux;               // Linux's ELF
    std::string system_map;            // or the names alone: System.map,
    std::string kallsyms;              // /proc/kallsyms
    std::string hypervisor;            // the hypervisor's ELF
    std::vector<std::string> listings; // output of objdump -d
    std::string tree;                  // device tree
    std::vector<std::string> configs;  // system and cell files
};

class Enricher {
public:
    // Throws Error when a file is not what it should be.
    explicit Enricher(const SourceFiles& files);
    ~Enricher();
    Enricher(Enricher&&) noexcept;

    // `embedded`: disassembly that came with the text.
    void enrich(Event& event, const Listing& embedded) const;

private:
    struct Sources;
    std::unique_ptr<Sources> sources_;
};

} // namespace brig::decode
