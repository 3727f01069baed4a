// SPDX-License-Identifier: Apache-2.0
#include <cstring>

#include "support.hpp"

namespace test {

void CellFile::append_to(std::vector<uint8_t>& out) const {
    brig_cell_desc desc{};
    std::memcpy(desc.signature, BRIG_CELL_SIGNATURE, sizeof(desc.signature));
    desc.architecture = BRIG_CONFIG_ARCH_ARM64;
    desc.revision = BRIG_CONFIG_REVISION;
    std::strncpy(desc.name, name.c_str(), sizeof(desc.name) - 1);
    desc.id = id;
    desc.flags = flags;
    desc.cpu_set_size = 8;
    desc.num_memory_regions = static_cast<uint32_t>(regions.size());
    desc.num_irqchips = static_cast<uint32_t>(chips.size());
    desc.cpu_reset_address = reset_address;
    desc.msg_reply_timeout = timeout;
    uint64_t set = 0;
    for (unsigned cpu : cpus)
        set |= uint64_t{1} << cpu;

    const auto append = [&out](const void* data, size_t size) {
        const auto* bytes = static_cast<const uint8_t*>(data);
        out.insert(out.end(), bytes, bytes + size);
    };
    append(&desc, sizeof(desc));
    append(&set, sizeof(set));
    for (const auto& region : regions)
        append(&region, sizeof(region));
    for (const auto& chip : chips) {
        brig_irqchip record{chip.address, 0, chip.pin_base, {}};
        std::memcpy(record.pin_bitmap, chip.pins.data(), sizeof(record.pin_bitmap));
        append(&record, sizeof(record));
    }
}

std::vector<uint8_t> CellFile::bytes() const {
    std::vector<uint8_t> out;
    append_to(out);
    return out;
}

uint64_t CellFile::place(uint64_t address) const {
    const auto file = bytes();
    std::memcpy(reinterpret_cast<void*>(address), file.data(), file.size());
    return address;
}

brig_memory_region ram(uint64_t host, uint64_t guest, uint64_t size, uint64_t more_flags) {
    return {host, guest, size, BRIG_MEM_READ | BRIG_MEM_WRITE | BRIG_MEM_EXECUTE | more_flags};
}

brig_memory_region comm() {
    return {0, 0x80000000, 0x1000, BRIG_MEM_READ | BRIG_MEM_WRITE | BRIG_MEM_COMM_REGION};
}

CellFile small_cell() {
    CellFile file;
    file.regions = {ram(kCellMemory, 0, 0x10000, BRIG_MEM_LOADABLE), comm()};
    return file;
}

} // namespace test
