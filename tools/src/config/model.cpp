// SPDX-License-Identifier: Apache-2.0
#include "config/model.hpp"

namespace brig::config {

std::set<unsigned> Cell::cpus() const {
    std::set<unsigned> result;
    for (unsigned byte = 0; byte < cpu_set.size(); byte++)
        for (unsigned bit = 0; bit < 8; bit++)
            if (cpu_set[byte] >> bit & 1)
                result.insert(byte * 8 + bit);
    return result;
}

std::set<unsigned> Cell::interrupts() const {
    std::set<unsigned> result;
    for (const auto& chip : irqchips)
        for (unsigned pin = 0; pin < 128; pin++)
            if ((chip.pin_bitmap[pin / 32] >> (pin % 32) & 1) && chip.pin_base <= 1024 &&
                chip.pin_base + pin >= 32)
                result.insert(chip.pin_base + pin);
    return result;
}

uint64_t Cell::file_size() const {
    return sizeof(brig_cell_desc) + cpu_set.size() + regions.size() * sizeof(brig_memory_region) +
           cache_regions.size() * sizeof(brig_cache_region) +
           irqchips.size() * sizeof(brig_irqchip) + pio_regions.size() * sizeof(brig_pio_region) +
           pci_devices.size() * sizeof(brig_pci_device) +
           pci_caps.size() * sizeof(brig_pci_capability) + stream_ids.size() * sizeof(uint32_t);
}

std::vector<Irqchip> make_irqchips(const std::set<unsigned>& intids, uint64_t gicd_base) {
    // 896 is the highest base that is accepted, so the last entry overlaps its predecessor.
    static constexpr unsigned bases[] = {32, 160, 288, 416, 544, 672, 800, 896};
    std::vector<Irqchip> chips;
    unsigned begin = 32;
    for (unsigned base : bases) {
        Irqchip chip;
        chip.address = gicd_base;
        chip.pin_base = base;
        bool used = false;
        for (auto it = intids.lower_bound(begin); it != intids.end() && *it < base + 128; ++it) {
            unsigned pin = *it - base;
            chip.pin_bitmap[pin / 32] |= 1u << (pin % 32);
            used = true;
        }
        if (used)
            chips.push_back(chip);
        begin = base + 128;
    }
    return chips;
}

std::vector<uint8_t> make_cpu_set(const std::set<unsigned>& cpus) {
    unsigned words = cpus.empty() ? 1 : *cpus.rbegin() / 64 + 1;
    std::vector<uint8_t> bitmap(size_t{words} * 8);
    for (unsigned cpu : cpus)
        bitmap[cpu / 8] = static_cast<uint8_t>(bitmap[cpu / 8] | 1u << (cpu % 8));
    return bitmap;
}

} // namespace brig::config
