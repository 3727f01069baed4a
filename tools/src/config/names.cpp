// SPDX-License-Identifier: Apache-2.0
#include "config/names.hpp"

#include <brig/config.h>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

namespace brig::config {

namespace {

constexpr FlagName memory_flag_names[] = {
    {BRIG_MEM_READ, "read", "READ"},
    {BRIG_MEM_WRITE, "write", "WRITE"},
    {BRIG_MEM_EXECUTE, "execute", "EXECUTE"},
    {BRIG_MEM_DMA, "dma", "DMA"},
    {BRIG_MEM_IO, "io", "IO"},
    {BRIG_MEM_COMM_REGION, "comm-region", "COMM_REGION"},
    {BRIG_MEM_LOADABLE, "loadable", "LOADABLE"},
    {BRIG_MEM_ROOTSHARED, "root-shared", "ROOTSHARED"},
    {BRIG_MEM_NO_HUGEPAGES, "no-huge-pages", "NO_HUGEPAGES"},
    {BRIG_MEM_IO_UNALIGNED, "io-unaligned", "IO_UNALIGNED"},
    {BRIG_MEM_IO_8, "io-8", "IO_8"},
    {BRIG_MEM_IO_16, "io-16", "IO_16"},
    {BRIG_MEM_IO_32, "io-32", "IO_32"},
    {BRIG_MEM_IO_64, "io-64", "IO_64"},
};

constexpr FlagName cell_flag_names[] = {
    {BRIG_CELL_PASSIVE_COMMREG, "passive-comm-region", "PASSIVE_COMMREG"},
    {BRIG_CELL_AARCH32, "aarch32", "AARCH32"},
    {BRIG_CELL_CONSOLE_PERMITTED, "virtual-console-permitted", "VIRTUAL_CONSOLE_PERMITTED"},
    {BRIG_CELL_CONSOLE_ACTIVE, "virtual-console-active", "VIRTUAL_CONSOLE_ACTIVE"},
};

constexpr FlagName console_flag_names[] = {
    {BRIG_CON_MMIO, "mmio", "MMIO"},
    {BRIG_CON_REGDIST_4, "register-distance-4", "REGDIST_4"},
    {BRIG_CON_INVERTED_GATE, "clock-gate-inverted", "INVERTED_GATE"},
    {BRIG_CON_MDR_QUIRK, "mode-register-quirk", "MDR_QUIRK"},
    {BRIG_CON_WRITE_MASKED_GATE, "clock-gate-write-masked", "WRITE_MASKED_GATE"},
};

constexpr std::array<std::string_view, 11> console_types = {
    "none",  "efifb", "8250", "pl011",      "xuartps", "mvebu",
    "hscif", "scifa", "imx",  "imx-lpuart", "scif",
};

constexpr std::array<std::string_view, 6> iommu_types = {
    "none", "amd", "intel", "smmuv3", "pvu", "mmu500",
};

std::string lower(std::string_view word) {
    std::string result(word);
    for (char& c : result)
        c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return result;
}

} // namespace

std::span<const FlagName> memory_flags() {
    return memory_flag_names;
}

std::span<const FlagName> cell_flags() {
    return cell_flag_names;
}

std::span<const FlagName> console_flags() {
    return console_flag_names;
}

std::string flags_text(uint64_t flags, std::span<const FlagName> names) {
    std::string text;
    auto add = [&text](const std::string& word) { text += (text.empty() ? "" : ", ") + word; };
    for (const auto& name : names)
        if (flags & name.mask) {
            add(std::string(name.property));
            flags &= ~name.mask;
        }
    if (flags)
        add(fmt::format("{:#x}", flags));
    return text.empty() ? "none" : text;
}

std::string console_type_text(unsigned type) {
    return type < console_types.size() ? std::string(console_types[type]) : fmt::format("{}", type);
}

std::optional<uint16_t> console_type(std::string_view word) {
    std::string wanted = lower(word);
    for (unsigned type = 0; type < console_types.size(); type++)
        if (console_types[type] == wanted && type != BRIG_CONSOLE_EFIFB)
            return static_cast<uint16_t>(type);
    return {};
}

std::string console_type_words() {
    std::string text;
    for (unsigned type = 0; type < console_types.size(); type++)
        if (type != BRIG_CONSOLE_EFIFB)
            text += fmt::format("{}`{}`", text.empty() ? "" : ", ", console_types[type]);
    return text;
}

std::string iommu_type_text(uint32_t type) {
    return type < iommu_types.size() ? std::string(iommu_types[type]) : fmt::format("{}", type);
}

std::optional<uint32_t> iommu_type(std::string_view word) {
    std::string wanted = lower(word);
    for (uint32_t type = BRIG_IOMMU_SMMUV3; type < iommu_types.size(); type++)
        if (iommu_types[type] == wanted)
            return type;
    return {};
}

std::string architecture_text(unsigned architecture) {
    constexpr std::array<std::string_view, 3> names = {"x86", "arm", "arm64"};
    return architecture < names.size() ? std::string(names[architecture])
                                       : fmt::format("unknown ({})", architecture);
}

} // namespace brig::config
