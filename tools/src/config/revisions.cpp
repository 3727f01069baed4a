// SPDX-License-Identifier: Apache-2.0
#include "config/revisions.hpp"
#include "config/binary.hpp"
#include "util/error.hpp"

#include <brig/config.h>

#include <algorithm>
#include <cstring>

namespace brig::config {

namespace {

// A sixth letter stood where the architecture is now.
constexpr size_t signature_size = 6;
constexpr char system_signature[] = "JHSYST";
constexpr char cell_signature[] = "JHCELL";

// The system header of revision 12 up to the root cell: the GIC's fields without padding in front
// of them, then the IOMMU units, which moved before the GIC later.
struct OldSystem {
    uint8_t same[offsetof(brig_system_config, iommu_units)];
    uint8_t maintenance_irq;
    uint8_t gic_version;
    uint8_t gic_addresses[5 * sizeof(uint64_t)];
    uint8_t iommu_units[sizeof(brig_system_config::iommu_units)];
} BRIG_PACKED;
static_assert(sizeof(OldSystem) == 0x162);

constexpr size_t gic_addresses =
    offsetof(brig_system_config, arm) + offsetof(brig_arm_platform, gicd_base);

bool starts_with(const Bytes& content, const char* signature) {
    return content.size() >= signature_size + sizeof(uint16_t) &&
           std::memcmp(content.data(), signature, signature_size) == 0;
}

[[noreturn]] void misfit(const std::string& name, unsigned revision, const std::string& why) {
    fail("reading {}: it says revision {}, but does not have that revision's layout ({}): it is "
         "damaged, for another architecture, or from a development version in between; compile it "
         "again from its source with the tools it was made with, as revision 14",
         name, revision, why);
}

Bytes moved_system(const Bytes& content) {
    OldSystem old{};
    std::memcpy(&old, content.data(), sizeof(old));
    brig_system_config header{};
    auto* raw = reinterpret_cast<uint8_t*>(&header);
    std::memcpy(raw, old.same, sizeof(old.same));
    std::memcpy(raw + offsetof(brig_system_config, iommu_units), old.iommu_units,
                sizeof(old.iommu_units));
    header.arm.maintenance_irq = old.maintenance_irq;
    header.arm.gic_version = old.gic_version;
    std::memcpy(raw + gic_addresses, old.gic_addresses, sizeof(old.gic_addresses));
    Bytes result(raw, raw + offsetof(brig_system_config, root_cell));
    result.insert(result.end(), content.begin() + sizeof(OldSystem), content.end());
    return result;
}

// Nothing in an old file tells its architecture or which of several layouts of a development
// version it has. So everything that can be known must be right.
void check_cell(const brig_cell_desc& desc, size_t begin, size_t size, const std::string& name,
                unsigned revision) {
    const char* name_end = std::find(std::begin(desc.name), std::end(desc.name), '\0');
    if (std::any_of(name_end, std::end(desc.name), [](char c) { return c != '\0'; }))
        misfit(name, revision, "the cell's name is no text");
    if (desc.cpu_set_size == 0 || desc.cpu_set_size > BRIG_CPU_SET_MAX_SIZE)
        misfit(name, revision,
               fmt::format("a CPU bitmap of {} bytes", uint32_t{desc.cpu_set_size}));
    uint64_t needed = begin + sizeof(desc) + arrays_size(desc);
    if (needed != size)
        misfit(name, revision, fmt::format("its counts ask for {} bytes, it has {}", needed, size));
}

void check_system(const brig_system_config& header, const std::string& name, unsigned revision) {
    const brig_arm_platform& arm = header.arm;
    if (arm.gic_version != 2 && arm.gic_version != 3)
        misfit(name, revision, fmt::format("GIC version {}", unsigned{arm.gic_version}));
    if (arm.maintenance_irq < 16 || arm.maintenance_irq > 31)
        misfit(name, revision,
               fmt::format("{} as the GIC's maintenance interrupt", unsigned{arm.maintenance_irq}));
    if (arm.gicd_base == 0 || arm.gicd_base % 4096 != 0)
        misfit(name, revision, fmt::format("a GIC at {:#x}", uint64_t{arm.gicd_base}));
    for (const auto& unit : header.iommu_units)
        if (unit.type > BRIG_IOMMU_MMU500 || unit.base % 4096 != 0)
            misfit(name, revision,
                   fmt::format("an IOMMU of type {} at {:#x}", uint32_t{unit.type},
                               uint64_t{unit.base}));
}

template <typename T>
T header_of(const Bytes& content, const std::string& name, unsigned revision) {
    T header;
    if (content.size() < sizeof(header))
        misfit(name, revision, fmt::format("{} bytes are not even a header", content.size()));
    std::memcpy(&header, content.data(), sizeof(header));
    return header;
}

void set_header(Bytes& content, const char* signature) {
    std::memcpy(content.data(), signature, BRIG_SIGNATURE_SIZE);
    content[BRIG_SIGNATURE_SIZE] = BRIG_CONFIG_ARCH_ARM64;
    content[BRIG_SIGNATURE_SIZE + 1] = BRIG_CONFIG_REVISION;
    content[BRIG_SIGNATURE_SIZE + 2] = 0;
}

} // namespace

Upgraded upgrade(const Bytes& content, const std::string& name) {
    bool system = starts_with(content, system_signature);
    uint16_t revision = 0;
    if (content.size() >= 8)
        revision = static_cast<uint16_t>(content[6] | content[7] << 8);
    if (!system && !starts_with(content, cell_signature))
        return {content, revision};
    if (revision != 12 && revision != 13)
        fail("Configuration file revision mismatch: {}: it has revision {}; 12, 13 and 14 can be "
             "read: compile it again from its source",
             name, revision);

    Upgraded result{content, revision};
    if (system) {
        size_t smallest = revision == 12 ? sizeof(OldSystem) + sizeof(brig_cell_desc)
                                         : sizeof(brig_system_config);
        if (content.size() < smallest)
            misfit(name, revision, fmt::format("{} bytes are not even a header", content.size()));
        if (revision == 12)
            result.content = moved_system(content);
        auto header = header_of<brig_system_config>(result.content, name, revision);
        check_system(header, name, revision);
        check_cell(header.root_cell, offsetof(brig_system_config, root_cell), result.content.size(),
                   name, revision);
        set_header(result.content, BRIG_SYSTEM_SIGNATURE);
    } else {
        check_cell(header_of<brig_cell_desc>(content, name, revision), 0, content.size(), name,
                   revision);
        set_header(result.content, BRIG_CELL_SIGNATURE);
    }
    return result;
}

} // namespace brig::config
