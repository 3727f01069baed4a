// SPDX-License-Identifier: Apache-2.0
#include "doctor/module.hpp"

#include "util/error.hpp"

#include <elf.h>

#include <algorithm>
#include <cstring>
#include <optional>

namespace brig::doctor {

namespace {

class Elf {
public:
    Elf(const Bytes& content, const std::string& file) : content_(content), file_(file) {
        const auto header = read<Elf64_Ehdr>(0);
        if (std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 || header.e_type != ET_REL ||
            header.e_machine != EM_AARCH64 || header.e_shentsize != sizeof(Elf64_Shdr))
            bad("it is no module for arm64");
        for (unsigned i = 0; i < header.e_shnum; i++)
            sections_.push_back(read<Elf64_Shdr>(header.e_shoff + i * sizeof(Elf64_Shdr)));
        names_ = header.e_shstrndx;
    }

    std::string_view bytes(const Elf64_Shdr& section) const {
        if (section.sh_offset > content_.size() ||
            section.sh_size > content_.size() - section.sh_offset)
            bad("a section reaches beyond its end");
        return {reinterpret_cast<const char*>(content_.data()) + section.sh_offset,
                section.sh_size};
    }
    const Elf64_Shdr* find(std::string_view name) const {
        for (const auto& section : sections_)
            if (string(names_, section.sh_name) == name)
                return &section;
        return nullptr;
    }
    // The text at an offset of a string table.
    std::string_view string(size_t table, size_t offset) const {
        if (table >= sections_.size())
            bad("a string table is missing");
        std::string_view all = bytes(sections_[table]);
        if (offset >= all.size())
            bad("a name lies outside of its table");
        return all.substr(offset, all.find('\0', offset) - offset);
    }
    template <typename T>
    T read(size_t offset) const {
        T value;
        if (offset > content_.size() || sizeof(T) > content_.size() - offset)
            bad("it is cut off");
        std::memcpy(&value, content_.data() + offset, sizeof(T));
        return value;
    }
    [[noreturn]] void bad(const char* why) const {
        fail("reading the kernel module {}: {}", file_, why);
    }

private:
    const Bytes& content_;
    const std::string& file_;
    std::vector<Elf64_Shdr> sections_;
    size_t names_ = 0;
};

std::string vermagic(const Elf& elf) {
    const Elf64_Shdr* info = elf.find(".modinfo");
    std::string_view text = info ? elf.bytes(*info) : std::string_view();
    constexpr std::string_view key = "vermagic=";
    size_t at = text.find(key);
    if (at == text.npos)
        elf.bad("it does not say for which kernel it was built");
    text.remove_prefix(at + key.size());
    return std::string(text.substr(0, text.find_first_of(std::string_view(" \0", 2))));
}

} // namespace

Module parse_module(const Bytes& content, const std::string& file) {
    Elf elf(content, file);
    Module module{file, vermagic(elf), {}};
    const Elf64_Shdr* table = elf.find(".symtab");
    if (!table)
        elf.bad("it has no symbols");
    const size_t size = elf.bytes(*table).size();
    for (size_t at = sizeof(Elf64_Sym); at + sizeof(Elf64_Sym) <= size; at += sizeof(Elf64_Sym)) {
        const auto symbol = elf.read<Elf64_Sym>(table->sh_offset + at);
        std::string_view name = elf.string(table->sh_link, symbol.st_name);
        if (symbol.st_shndx == SHN_UNDEF && !name.empty())
            module.symbols.emplace_back(name);
    }
    return module;
}

std::vector<std::string> missing_symbols(const Module& module, std::string_view kallsyms) {
    std::set<std::string_view> missing(module.symbols.begin(), module.symbols.end());
    bool has_data = false;
    while (!kallsyms.empty()) {
        std::string_view line = kallsyms.substr(0, kallsyms.find('\n'));
        kallsyms.remove_prefix(std::min(line.size() + 1, kallsyms.size()));
        const size_t type = line.find(' ');
        if (type == line.npos || type + 3 >= line.size())
            continue;
        has_data = has_data || line[type + 1] == 'D' || line[type + 1] == 'd';
        std::string_view name = line.substr(type + 3);
        missing.erase(name.substr(0, name.find('\t')));
    }
    return has_data ? std::vector<std::string>(missing.begin(), missing.end())
                    : std::vector<std::string>();
}

} // namespace brig::doctor
