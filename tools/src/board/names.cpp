// SPDX-License-Identifier: Apache-2.0
#include "board/names.hpp"
#include "board/facts.hpp"

#include <algorithm>

namespace brig::board {

std::vector<std::string> Names::devices_in(const Range& range) const {
    std::vector<std::string> result;
    for (const auto& device : devices)
        if (device.enabled &&
            std::any_of(device.registers.begin(), device.registers.end(),
                        [&range](const Range& mine) { return mine.overlaps(range); }))
            result.push_back(device.name);
    return result;
}

std::vector<std::string> Names::devices_with(unsigned intid) const {
    std::vector<std::string> result;
    for (const auto& device : devices)
        if (device.enabled && std::count(device.interrupts.begin(), device.interrupts.end(), intid))
            result.push_back(device.name);
    return result;
}

Names read_names(const Tree& tree, const std::optional<Iomem>& iomem) {
    Facts facts = read_facts(tree, iomem);
    Names names;
    names.model = facts.model;
    names.ram = facts.memory;
    for (const auto& reserved : facts.reserved)
        if (reserved.range)
            names.reserved.push_back({*reserved.range, reserved.name});
    for (const auto& device : facts.devices) {
        if (is_gic(*device.node))
            continue;
        NamedDevice named;
        named.name = tree.name_of(*device.node);
        named.enabled = device.enabled();
        named.registers = device.addresses();
        for (const auto& interrupt : device.interrupts)
            named.interrupts.push_back(interrupt.intid);
        names.devices.push_back(std::move(named));
    }
    for (const auto& cpu : facts.cpus) {
        names.cores.resize(std::max<size_t>(names.cores.size(), size_t{cpu.number} + 1));
        names.cores[cpu.number] = cpu.core;
    }
    return names;
}

} // namespace brig::board
