// SPDX-License-Identifier: Apache-2.0
// What the twin's firmware answers.
#include "rehearse/parts.hpp"

#include "util/error.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace brig::rehearse {

using namespace brig::board;

namespace {

constexpr uint32_t usual_rate = 100'000'000;

// SCMI over SMC: the doorbell and the first shared memory.
void read_scmi(const Tree& tree, const Facts& facts, Firmware& firmware) {
    for (const SmcUser& user : facts.smc) {
        if (user.what != "SCMI" || !user.enabled || !user.id)
            continue;
        auto shared = user.node->cell("shmem");
        const Node* memory = shared ? tree.by_phandle(*shared) : nullptr;
        auto places = memory ? registers_of(*memory) : std::vector<Register>{};
        if (places.empty())
            continue;
        firmware.scmi_function = *user.id;
        firmware.scmi_memory = places[0].range.first;
        // As many clocks as the tree's devices use.
        uint32_t clocks = 1;
        for (const Device& device : facts.devices)
            for (const Supply& clock : device.clocks)
                if (clock.provider->parent == user.node && !clock.args.empty())
                    clocks = std::max(clocks, clock.args[0] + 1);
        for (uint32_t id = 0; id < std::min(clocks, 48u); id++)
            firmware.clocks.push_back({fmt::format("clock{}", id), usual_rate});
        return;
    }
}

void read_clocks(const Node& node, Firmware& firmware) {
    auto names = node.strings("scmi-clock-names");
    auto rates = node.cells("scmi-clock-rates");
    if (names.empty())
        return;
    if (names.size() != rates.size())
        fail("reading {}: {} scmi-clock-names, but {} scmi-clock-rates", node.path, names.size(),
             rates.size());
    firmware.clocks.clear();
    for (size_t i = 0; i < names.size(); i++)
        firmware.clocks.push_back({names[i], rates[i]});
}

void read_sip(const Node& node, Firmware& firmware) {
    auto cells = node.cells("sip-calls");
    if (cells.size() % 5)
        fail("reading {}: sip-calls has {} numbers; each call takes five (function id, x0, x1, x2, "
             "x3)",
             node.path, cells.size());
    for (size_t at = 0; at < cells.size(); at += 5)
        firmware.sip.push_back(
            {cells[at], {cells[at + 1], cells[at + 2], cells[at + 3], cells[at + 4]}});
}

// What the BSP knows of the vendor's firmware.
void read_options(const Node& node, Firmware& firmware) {
    firmware.psci_version = node.cell("psci-version").value_or(firmware.psci_version);
    firmware.smccc_version = node.cell("smccc-version").value_or(firmware.smccc_version);
    if (node.has("trusted-os"))
        firmware.trusted_os = true;
    if (node.has("sdei"))
        firmware.sdei = node.text("sdei");
    if (firmware.sdei != "absent" && firmware.sdei != "deaf" && firmware.sdei != "complete")
        fail("reading {}: sdei is \"{}\"; it can be \"absent\", \"deaf\" or \"complete\"",
             node.path, firmware.sdei);
    read_clocks(node, firmware);
    read_sip(node, firmware);
}

} // namespace

Firmware read_firmware(const Tree& tree, const Facts& facts, std::vector<Note>& assumptions) {
    Firmware firmware;
    for (const Cpu& cpu : facts.cpus)
        firmware.mpidr.push_back(cpu.mpidr);
    if (firmware.mpidr.size() > max_cpus) {
        assumptions.push_back({"cpus",
                               fmt::format("The board has {} CPUs, the twin the first {}.",
                                           firmware.mpidr.size(), max_cpus),
                               "Look at the others on the board."});
        firmware.mpidr.resize(max_cpus);
    }
    firmware.gic = facts.gic->version;
    firmware.gicd = facts.gic->gicd->first;
    for (const Range& region : facts.gic->gicr)
        firmware.gicr.push_back(region.first);
    if (facts.gic->gicc)
        firmware.gicc = facts.gic->gicc->first;
    read_scmi(tree, facts, firmware);
    for (const SmcUser& user : facts.smc) {
        if (!user.enabled)
            continue;
        if (user.what == "OP-TEE")
            firmware.trusted_os = true;
        if (user.what == "SDEI")
            firmware.sdei = "complete";
    }
    if (const Node* node = tree.find("/brig,twin/firmware"))
        read_options(*node, firmware);
    return firmware;
}

} // namespace brig::rehearse
