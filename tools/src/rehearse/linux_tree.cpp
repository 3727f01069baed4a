// SPDX-License-Identifier: Apache-2.0
// The tree that Linux gets on the twin: every device without a model is disabled, and what is left
// needs none of them.
#include "rehearse/edit.hpp"
#include "rehearse/parts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

namespace brig::rehearse {

using namespace brig::board;

namespace {

// Properties that make a driver wait for, or ask, a device that is not there.
constexpr std::array<std::string_view, 28> ties = {"resets",
                                                   "reset-names",
                                                   "power-domains",
                                                   "power-domain-names",
                                                   "dmas",
                                                   "dma-names",
                                                   "iommus",
                                                   "iommu-map",
                                                   "interconnects",
                                                   "interconnect-names",
                                                   "operating-points",
                                                   "operating-points-v2",
                                                   "assigned-clocks",
                                                   "assigned-clock-rates",
                                                   "assigned-clock-parents",
                                                   "required-opps",
                                                   "nvmem-cells",
                                                   "nvmem-cell-names",
                                                   "mboxes",
                                                   "performance-domains",
                                                   "hwlocks",
                                                   "qcom,freq-domain",
                                                   "mediatek,cci",
                                                   "access-controllers",
                                                   "uart-has-rtscts",
                                                   "wakeup-source",
                                                   "sram",
                                                   "#cooling-cells"};

bool is_tie(const std::string& property) {
    return std::find(ties.begin(), ties.end(), property) != ties.end() ||
           property.starts_with("pinctrl-") || property.ends_with("-supply") ||
           property.ends_with("-gpios") || property.ends_with("-gpio");
}

class LinuxTree {
public:
    LinuxTree(const Tree& tree, const Twin& twin) : tree_(tree), twin_(twin), edit_(tree) {}

    Bytes make(std::vector<std::string>& disabled) {
        facts_ = read_facts(tree_);
        uarts_ = modelled_uarts(tree_);
        find_kept();
        disable_others(disabled);
        for (const Cpu& cpu : facts_.cpus)
            put_cpu(*cpu.node);
        put_gic();
        put_timer();
        put_idle_states();
        for (size_t i = 0; i < uarts_.size(); i++)
            put_uart(uarts_[i], i);
        put_chosen();
        if (const Node* node = tree_.find("/brig,twin"))
            edit_.drop(*node);
        return edit_.write();
    }

private:
    const Tree& tree_;
    const Twin& twin_;
    Edit edit_;
    Facts facts_;
    std::vector<Uart> uarts_;
    std::set<const Node*> kept_;

    void keep(const Node& node) {
        kept_.insert(&node);
        for (const Node* bus = node.parent; bus && bus->parent; bus = bus->parent)
            if (kept_.insert(bus).second && bus->has("compatible"))
                make_bus(*bus);
    }

    // Only the firmware can change its frequency, and that is there: Linux goes on asking it.
    void put_cpu(const Node& cpu) {
        std::optional<uint32_t> provider = cpu.cell("clocks");
        const Node* clock = provider ? tree_.by_phandle(*provider) : nullptr;
        untie(cpu);
        if (clock && clock->parent && clock->parent->compatible("arm,scmi-smc") &&
            firmware_node(*clock->parent)) {
            if (const Bytes* points = cpu.raw("operating-points-v2"))
                edit_.set(cpu, "operating-points-v2", *points);
            return;
        }
        edit_.remove(cpu, "clocks");
        edit_.remove(cpu, "clock-names");
    }

    // A bus that Linux goes through without a driver.
    void make_bus(const Node& bus) {
        untie(bus);
        edit_.remove(bus, "clocks");
        edit_.remove(bus, "clock-names");
        if (!bus.compatible("simple-bus"))
            edit_.set(bus, "compatible", text_value("simple-bus"));
    }

    void keep_below(const Node& node) {
        kept_.insert(&node);
        for (const Node* child : node.children)
            keep_below(*child);
    }

    // What the twin's firmware answers. Linux's drivers of other firmware would ask it in vain.
    bool firmware_node(const Node& node) const {
        return (node.compatible("arm,scmi-smc") && node.cell("arm,smc-id") &&
                *node.cell("arm,smc-id") == twin_.firmware.scmi_function) ||
               node.compatible("arm,psci-1.0") || node.compatible("arm,psci-0.2") ||
               node.compatible("linaro,optee-tz") || node.compatible("arm,sdei-1.0");
    }

    void find_kept() {
        for (const char* path : {"/cpus", "/reserved-memory"})
            if (const Node* node = tree_.find(path))
                keep_below(*node);
        for (const auto& node : tree_.nodes()) {
            if (node->compatible("arm,armv8-timer") || node->compatible("fixed-clock") ||
                node->compatible("arm,scmi-shmem") || node->compatible("operating-points-v2"))
                kept_.insert(node.get());
            if (firmware_node(*node))
                keep_below(*node);
        }
        kept_.insert(&tree_.root());
        kept_.insert(facts_.gic->node);
        for (const Node* its : facts_.gic->its)
            kept_.insert(its);
        for (const Uart& uart : uarts_)
            keep(*uart.node);
    }

    void disable_others(std::vector<std::string>& disabled) {
        for (const auto& node : tree_.nodes()) {
            if (kept_.contains(node.get()) || !node->has("compatible"))
                continue;
            std::string status = node->text("status");
            if (node->has("status") && status != "okay" && status != "ok")
                continue;
            edit_.set(*node, "status", text_value("disabled"));
            bool bus = node->has("ranges") && node->text("device_type") != "pci";
            if (node->enabled() && !bus && !registers_of(*node).empty())
                disabled.push_back(node->path);
        }
    }

    void untie(const Node& node) {
        for (const auto& [name, value] : node.properties)
            if (is_tie(name))
                edit_.remove(node, name);
    }

    void put_gic() {
        const Node& gic = *facts_.gic->node;
        untie(gic);
        edit_.remove(gic, "clocks");
        edit_.remove(gic, "clock-names");
        edit_.set(gic, "interrupt-parent", cells_value({edit_.phandle_of(gic)}));
    }

    // A specifier of the GIC's binding: type, number, flags, and zeros.
    std::vector<uint32_t> specifier(const Interrupt& line) const {
        bool private_line = line.intid < 32;
        std::vector<uint32_t> cells = {private_line ? 1u : 0u,
                                       line.intid - (private_line ? 16 : 32),
                                       private_line ? 8u
                                       : line.level ? 4u
                                                    : 1u};
        cells.resize(std::clamp(facts_.gic->node->cell("#interrupt-cells").value_or(3), 3u, 8u));
        return cells;
    }

    // Straight to the GIC, past units that have no model.
    void put_interrupts(const Node& node) {
        auto lines = interrupts_of(tree_, node);
        std::vector<uint32_t> cells;
        for (const Interrupt& line : lines.interrupts) {
            auto one = specifier(line);
            cells.insert(cells.end(), one.begin(), one.end());
        }
        edit_.set(node, "interrupt-parent", cells_value({edit_.phandle_of(*facts_.gic->node)}));
        edit_.set(node, "interrupts", cells_value(cells));
        edit_.remove(node, "interrupts-extended");
        if (lines.foreign)
            edit_.remove(node, "interrupt-names");
    }

    // The counter has no errata here. Linux's way around one of them reads until it gets the same
    // value twice, which on an emulator takes for ever.
    void put_timer() {
        for (const auto& node : tree_.nodes())
            if (node->compatible("arm,armv8-timer") && node->enabled() &&
                interrupts_of(tree_, *node).interrupts.size() >= 4) {
                untie(*node);
                put_interrupts(*node);
                for (const auto& [name, value] : node->properties)
                    if (name.find(",erratum-") != std::string::npos)
                        edit_.remove(*node, name);
            }
    }

    // The twin's CPUs only ever stand by (CPU_SUSPEND), with their timers. Told otherwise, Linux
    // replaces each by a broadcast, for whose lock many emulated CPUs spin most of their time.
    void put_idle_states() {
        for (const auto& node : tree_.nodes())
            if (node->compatible("arm,idle-state"))
                edit_.remove(*node, "local-timer-stop");
    }

    // Its clocks, however many, become one that never changes.
    void put_uart(const Uart& uart, size_t number) {
        const Node& node = *uart.node;
        untie(node);
        put_interrupts(node);
        // QEMU's model lacks the register that only the newer revision has (RXBS).
        if (uart.model == "xuartps")
            edit_.set(node, "compatible", text_value("xlnx,xuartps"));
        size_t clocks =
            std::max(device_of(tree_, node).clocks.size(), node.strings("clock-names").size());
        if (clocks == 0) {
            edit_.remove(node, "clocks");
            edit_.set(node, "clock-frequency", cells_value({uart.clock_hz}));
            return;
        }
        uint32_t phandle = edit_.new_phandle();
        edit_.add(tree_.root(), {fmt::format("brig-uart-clock-{}", number),
                                 {{"compatible", text_value("fixed-clock")},
                                  {"#clock-cells", cells_value({0})},
                                  {"clock-frequency", cells_value({uart.clock_hz})},
                                  {"phandle", cells_value({phandle})}}});
        edit_.set(node, "clocks", cells_value(std::vector<uint32_t>(clocks, phandle)));
    }

    // The machine adds the command line and where the RAM disk is.
    void put_chosen() {
        const Node& chosen = *tree_.find("/chosen"); // machine_tree() has made one
        for (const char* name :
             {"kaslr-seed", "rng-seed", "bootargs", "linux,initrd-start", "linux,initrd-end"})
            edit_.remove(chosen, name);
    }
};

} // namespace

Bytes linux_tree(const Tree& machine, const Twin& twin, std::vector<std::string>& disabled) {
    return LinuxTree(machine, twin).make(disabled);
}

} // namespace brig::rehearse
