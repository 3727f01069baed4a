// SPDX-License-Identifier: Apache-2.0
#include "board/facts.hpp"

#include "board/cores.hpp"

#include <algorithm>
#include <set>

namespace brig::board {

namespace {

TimerFacts read_timer(const Tree& tree) {
    TimerFacts timer;
    for (const auto& node : tree.nodes()) {
        if (!node->compatible("arm,armv8-timer") || !node->enabled())
            continue;
        for (const auto& line : interrupts_of(tree, *node).interrupts)
            timer.intids.push_back(line.intid);
        timer.frequency = node->cell("clock-frequency");
        break;
    }
    return timer;
}

std::string iommu_type(const Node& node) {
    if (node.compatible("arm,smmu-v3"))
        return "smmuv3";
    // Brig drives the MMU-500; SMMUs of the same architecture by others have their own rules.
    if (node.compatible("arm,mmu-500") && !node.compatible("qcom,smmu-500"))
        return "mmu500";
    return "";
}

std::vector<Iommu> read_iommus(const Tree& tree) {
    std::vector<Iommu> result;
    for (const auto& node : tree.nodes()) {
        if (!node->has("#iommu-cells"))
            continue;
        Iommu iommu{node.get(), iommu_type(*node), {}, node->enabled()};
        auto registers = registers_of(*node);
        if (!registers.empty())
            iommu.registers = registers[0].range;
        result.push_back(iommu);
    }
    return result;
}

bool has_active_iommu(const Device& device) {
    return std::any_of(device.streams.begin(), device.streams.end(),
                       [](const Streams& streams) { return streams.iommu->enabled(); });
}

} // namespace

std::vector<Cpu> read_cpus(const Tree& tree) {
    std::vector<Cpu> result;
    const Node* list = tree.find("/cpus");
    if (!list)
        return result;
    unsigned number = 0;
    for (const Node* node : list->children) {
        if (node->text("device_type") != "cpu" || !node->enabled())
            continue;
        Cpu cpu;
        cpu.node = node;
        cpu.number = number++;
        for (uint32_t cell : node->cells("reg"))
            cpu.mpidr = cpu.mpidr << 32 | cell;
        std::string compatible = node->text("compatible");
        cpu.core = compatible.substr(compatible.find(',') + 1);
        Core core = find_core(compatible.starts_with("arm,") ? cpu.core : compatible);
        cpu.aarch32_el1 = core.aarch32_el1;
        cpu.vhe = core.vhe;
        cpu.pa_bits = core.pa_bits;
        cpu.enable_method = node->text("enable-method");
        result.push_back(cpu);
    }
    return result;
}

void read_free_places(Facts& facts) {
    std::vector<Range> used = facts.memory;
    std::set<unsigned> spis;
    for (const auto& reserved : facts.reserved)
        if (reserved.range)
            used.push_back(*reserved.range);
    std::vector<Range> registers;
    for (const auto& device : facts.devices) {
        for (const auto& part : device.registers)
            registers.push_back(whole_pages(part.range, 0x10000));
        for (const auto& window : device.windows)
            registers.push_back(window.range);
        for (const auto& line : device.interrupts)
            if (line.intid >= 32 && line.intid < 1020)
                spis.insert(line.intid);
    }
    // Between two devices: what lies outside of all of them may be RAM.
    constexpr uint64_t mebibyte = 1 << 20;
    constexpr uint64_t wanted = 2 * mebibyte; // configuration space of one bus, and registers
    constexpr uint64_t perhaps_ram = 256 * mebibyte; // a larger gap, while nobody knows the RAM
    registers = without(merged(std::move(registers)), used);
    used.insert(used.end(), registers.begin(), registers.end());
    if (!registers.empty()) {
        Range span{registers.front().first, std::min<uint64_t>(registers.back().last, 0xffffffff)};
        if (span.first < span.last)
            for (const Range& gap : without({span}, used)) {
                Range inner{(gap.first + mebibyte - 1) & ~(mebibyte - 1),
                            ((gap.last + 1) & ~(mebibyte - 1)) - 1};
                bool suspect = facts.memory.empty() && gap.size() > perhaps_ram;
                if (!suspect && gap.last >= wanted && inner.first < inner.last &&
                    inner.size() >= wanted)
                    facts.ecam_windows.push_back(inner);
            }
    }

    unsigned next = 32;
    for (unsigned spi : spis) {
        if (spi > next)
            facts.free_spis.push_back({next, spi - 1});
        next = spi + 1;
    }
    if (!spis.empty())
        facts.highest_spi = *spis.rbegin();
    if (next < 1020)
        facts.free_spis.push_back({next, 1019});
}

Facts read_facts(const Tree& tree, const std::optional<Iomem>& iomem) {
    Facts facts;
    facts.model = tree.root().text("model");
    facts.compatible = tree.root().strings("compatible");
    facts.cpus = read_cpus(tree);
    facts.gic = read_gic(tree);
    facts.console = read_console(tree);
    facts.timer = read_timer(tree);
    read_firmware(tree, facts);
    facts.iommus = read_iommus(tree);
    facts.devices = devices(tree);
    for (const auto& device : facts.devices)
        if (device.enabled() && device.dma_master && !has_active_iommu(device))
            facts.masters_without_iommu.push_back(device.node);
    read_memory(tree, iomem, facts);
    read_free_places(facts);
    facts.open_points = find_open_points(facts);
    return facts;
}

} // namespace brig::board
