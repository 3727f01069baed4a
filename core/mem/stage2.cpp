// SPDX-License-Identifier: Apache-2.0
#include "mem/stage2.hpp"

#include "arch/registers.hpp"

namespace brig {

namespace {

constexpr uint64_t kDeviceNGnRE = 0x1 << 2;
constexpr uint64_t kNormalWriteBack = 0xf << 2;
constexpr uint64_t kRead = bit(6);
constexpr uint64_t kWrite = bit(7);
constexpr uint64_t kInnerShareable = 3 << 8;
constexpr uint64_t kAccessed = bit(10);
constexpr uint64_t kExecuteNever = bit(54);

} // namespace

uint64_t stage2_attributes(uint64_t region_flags) {
    uint64_t attributes = kAccessed;
    attributes |=
        (region_flags & BRIG_MEM_IO) != 0 ? kDeviceNGnRE : kNormalWriteBack | kInnerShareable;
    if ((region_flags & BRIG_MEM_READ) != 0)
        attributes |= kRead;
    if ((region_flags & BRIG_MEM_WRITE) != 0)
        attributes |= kWrite;
    if ((region_flags & BRIG_MEM_EXECUTE) == 0)
        attributes |= kExecuteNever;
    return attributes;
}

uint64_t stage2_control(const TableGeometry& geometry) {
    constexpr uint64_t res1 = bit(31);
    constexpr uint64_t walks = 1 << 8 | 1 << 10 | 3 << 12; // IRGN0, ORGN0 write-back; SH0 inner
    const uint64_t sl0 = geometry.start_level == 0 ? 2 : 1;
    return res1 | walks | arch::ps_encoding(geometry.address_bits) << 16 | sl0 << 6 |
           (64 - geometry.address_bits);
}

Result<void> map_region(PageTable& table, const brig_memory_region& region, uint64_t physical) {
    return table.map(region.virt_start, physical, region.size, stage2_attributes(region.flags),
                     (region.flags & BRIG_MEM_NO_HUGEPAGES) == 0);
}

} // namespace brig
