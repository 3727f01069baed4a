// SPDX-License-Identifier: Apache-2.0
// A program with symbols and, if it has them, source lines. One of two files is behind it:
// elf_file_dw.cpp (elfutils), or elf_file_none.cpp for a target without that library.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace brig::decode {

// All addresses are those that the file was linked for.
class ElfFile {
public:
    // `what` names the file's role in the error text. Throws Error.
    static std::unique_ptr<ElfFile> open(const std::string& file, const std::string& what);
    virtual ~ElfFile() = default;

    // "its_allocate_entry+0x34"; empty: no function there.
    virtual std::string symbol(uint64_t address) const = 0;
    // "irq-gic-v3-its.c:950"; empty: not known.
    virtual std::string source(uint64_t address) const = 0;
    // The instruction at an address of an executable segment.
    virtual std::optional<uint32_t> word(uint64_t address) const = 0;
    virtual std::optional<uint64_t> address_of(const std::string& name) const = 0;
    // Lowest address of the program.
    virtual uint64_t base() const = 0;
};

} // namespace brig::decode
