// SPDX-License-Identifier: Apache-2.0
#include "decode/elf_file.hpp"

#include "util/error.hpp"

#include <elfutils/libdwfl.h>
#include <fmt/format.h>
#include <gelf.h>

#include <cstdlib>
#include <cstring>
#include <cxxabi.h>
#include <map>
#include <vector>

namespace brig::decode {

namespace {

const Dwfl_Callbacks kCallbacks = {
    .find_elf = dwfl_build_id_find_elf,
    .find_debuginfo = dwfl_standard_find_debuginfo,
    .section_address = dwfl_offline_section_address,
};

// "brig::PageTable::merge" of a C++ name; others stay as they are.
std::string readable(const char* name) {
    int status = 0;
    char* demangled = abi::__cxa_demangle(name, nullptr, nullptr, &status);
    if (status != 0 || demangled == nullptr)
        return name;
    const std::string full = demangled;
    std::free(demangled);
    return full.substr(0, full.find('('));
}

struct Segment {
    uint64_t address = 0;
    uint64_t offset = 0;
    uint64_t size = 0;
};

class DwElfFile : public ElfFile {
public:
    DwElfFile(const std::string& file, const std::string& what);
    ~DwElfFile() override { dwfl_end(dwfl_); }
    DwElfFile(const DwElfFile&) = delete;
    DwElfFile& operator=(const DwElfFile&) = delete;

    std::string symbol(uint64_t address) const override;
    std::string source(uint64_t address) const override;
    std::optional<uint32_t> word(uint64_t address) const override;
    std::optional<uint64_t> address_of(const std::string& name) const override;
    uint64_t base() const override { return base_; }

private:
    Dwfl* dwfl_ = nullptr;
    Dwfl_Module* module_ = nullptr;
    Elf* elf_ = nullptr;
    uint64_t base_ = ~0ull;
    std::vector<Segment> code_;
    std::map<std::string, uint64_t> starts_;

    void read_segments();
    void read_names();
};

DwElfFile::DwElfFile(const std::string& file, const std::string& what) {
    dwfl_ = dwfl_begin(&kCallbacks);
    // At the addresses it was linked for, also if it is position independent (bias 0).
    module_ = dwfl_report_elf(dwfl_, file.c_str(), file.c_str(), -1, 0, true);
    std::string reason = module_ == nullptr ? dwfl_errmsg(-1) : "";
    dwfl_report_end(dwfl_, nullptr, nullptr);
    GElf_Addr bias = 0;
    if (module_ != nullptr)
        elf_ = dwfl_module_getelf(module_, &bias);
    GElf_Ehdr header;
    if (elf_ == nullptr && reason.empty())
        reason = dwfl_errmsg(-1);
    else if (elf_ != nullptr && gelf_getehdr(elf_, &header) == nullptr)
        reason = elf_errmsg(-1);
    else if (elf_ != nullptr && header.e_machine != EM_AARCH64)
        reason = "it is not for 64-bit Arm";
    if (!reason.empty()) {
        dwfl_end(dwfl_);
        fail("reading {} {}: {}", what, file, reason);
    }
    read_segments();
    read_names();
}

void DwElfFile::read_segments() {
    size_t count = 0;
    elf_getphdrnum(elf_, &count);
    for (size_t i = 0; i < count; i++) {
        GElf_Phdr segment;
        if (gelf_getphdr(elf_, static_cast<int>(i), &segment) == nullptr ||
            segment.p_type != PT_LOAD)
            continue;
        base_ = std::min(base_, uint64_t{segment.p_vaddr});
        if ((segment.p_flags & PF_X) != 0)
            code_.push_back({segment.p_vaddr, segment.p_offset, segment.p_filesz});
    }
    if (base_ == ~0ull)
        base_ = 0;
}

void DwElfFile::read_names() {
    const int count = dwfl_module_getsymtab(module_);
    for (int i = 1; i < count; i++) {
        GElf_Sym symbol;
        GElf_Addr address = 0;
        const char* name =
            dwfl_module_getsym_info(module_, i, &symbol, &address, nullptr, nullptr, nullptr);
        if (name != nullptr && *name != '\0' && symbol.st_shndx != SHN_UNDEF)
            starts_.emplace(name, address);
    }
}

std::string DwElfFile::symbol(uint64_t address) const {
    GElf_Off offset = 0;
    GElf_Sym symbol;
    const char* name =
        dwfl_module_addrinfo(module_, address, &offset, &symbol, nullptr, nullptr, nullptr);
    if (name == nullptr || !word(address))
        return {};
    return fmt::format("{}+{:#x}", readable(name), offset);
}

std::string DwElfFile::source(uint64_t address) const {
    Dwfl_Line* line = dwfl_module_getsrc(module_, address);
    int number = 0;
    const char* file = line == nullptr
                           ? nullptr
                           : dwfl_lineinfo(line, nullptr, &number, nullptr, nullptr, nullptr);
    return file == nullptr ? "" : fmt::format("{}:{}", file, number);
}

std::optional<uint32_t> DwElfFile::word(uint64_t address) const {
    for (const Segment& segment : code_) {
        if (segment.size < 4 || address - segment.address > segment.size - 4) // or below: wraps
            continue;
        size_t size = 0;
        const char* raw = elf_rawfile(elf_, &size);
        const uint64_t at = segment.offset + (address - segment.address);
        if (raw == nullptr || size < 4 || at > size - 4)
            return {};
        uint32_t value = 0;
        std::memcpy(&value, raw + at, sizeof(value)); // instructions are little endian, as the host
        return value;
    }
    return {};
}

std::optional<uint64_t> DwElfFile::address_of(const std::string& name) const {
    const auto found = starts_.find(name);
    return found == starts_.end() ? std::nullopt : std::optional(found->second);
}

} // namespace

std::unique_ptr<ElfFile> ElfFile::open(const std::string& file, const std::string& what) {
    return std::make_unique<DwElfFile>(file, what);
}

} // namespace brig::decode
