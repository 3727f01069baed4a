// SPDX-License-Identifier: Apache-2.0
// Names, source lines and instructions by run-time address, from whatever files there are.
#pragma once

#include "decode/elf_file.hpp"
#include "decode/event.hpp"
#include "decode/listing.hpp"
#include "decode/symbol_table.hpp"

#include <memory>
#include <optional>
#include <string>

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

class Lookup {
public:
    // Throws Error when a file is not what it should be.
    explicit Lookup(const SourceFiles& files);

    // What an event is about: with the listing that came with the text, and the addresses at which
    // Linux and the hypervisor ran, as far as the event tells.
    struct View {
        const Listing* embedded = nullptr;
        uint64_t linux_offset = 0; // run time minus link time
        bool linux_offset_known = false;
        uint64_t hypervisor_offset = 0; // the same
    };
    View view(const Event& event, const Listing& embedded) const;

    // Names of link time are of no use as nobody knows by how much KASLR moved the kernel.
    bool lacks_offset(const View& view) const;

    Place place(const View& view, uint64_t address) const;
    std::optional<uint32_t> word(const View& view, uint64_t address) const;
    // The run-time address of "name+0x10/0x20", which Linux prints; of kernel functions, not of
    // modules.
    std::optional<uint64_t> address_of(const View& view, const std::string& symbol) const;
    // The function just below, in a listing that need not be complete.
    std::string near(uint64_t address) const;
    // "hypervisor", "Linux text", "module" where the files know it; else empty.
    std::string where(const View& view, uint64_t address) const;

private:
    Listing listing_;
    std::unique_ptr<ElfFile> vmlinux_;
    std::unique_ptr<ElfFile> hypervisor_;
    SymbolTable map_;
    SymbolTable kallsyms_;

    std::optional<uint64_t> linked_at(const std::string& name) const;
    Number kernel_offset(const Event& event) const;
};

} // namespace brig::decode
