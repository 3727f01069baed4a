// SPDX-License-Identifier: Apache-2.0
// What stays to be looked at on the board after a rehearsal that passed.
#include "rehearse/parts.hpp"

#include "util/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace brig::rehearse {

using namespace brig::board;

namespace {

std::string some(const std::vector<std::string>& names) {
    constexpr size_t most = 4;
    std::vector<std::string> shown(names.begin(),
                                   names.begin() + static_cast<long>(std::min(most, names.size())));
    if (names.size() > most)
        shown.push_back(fmt::format("{} more", names.size() - most));
    return joined(shown);
}

class List {
public:
    List(const Tree& tree, const Facts& facts, const Twin& twin)
        : tree_(tree), facts_(facts), twin_(twin) {}

    std::vector<Note> make() {
        firmware();
        console();
        memory();
        devices();
        dma();
        messages();
        watchdogs();
        cores();
        // What the porter has to look after anyway and the twin knows nothing new about.
        for (const OpenPoint& point : facts_.open_points)
            if (point.kind == OpenPoint::Kind::Confirm && !mentioned_.contains(point.key))
                add(point.key.c_str(), point.text, point.todo);
        add("time", "The twin has no timing: nothing is as fast or as slow as on the board.",
            "Measure interrupt latency with the timer cell, and under load of the other cells.");
        add("caches",
            "The twin has no caches: missing maintenance, shared cache ways and colours do not "
            "show.",
            "Create, start and destroy a cell some hundred times while Linux is busy.");
        return notes_;
    }

private:
    const Tree& tree_;
    const Facts& facts_;
    const Twin& twin_;
    std::vector<Note> notes_;
    // Those that the rehearsal itself answers, too.
    std::set<std::string> mentioned_ = {"vhe", "aarch32"};

    void add(const char* key, std::string text, std::string todo) {
        mentioned_.insert(key);
        notes_.push_back({key, std::move(text), std::move(todo)});
    }

    void firmware() {
        const Firmware& firmware = twin_.firmware;
        std::string has = fmt::format("PSCI {}.{} by SMC", firmware.psci_version >> 16,
                                      firmware.psci_version & 0xffff);
        if (firmware.scmi_function)
            has += fmt::format(", SCMI behind {:#x}", firmware.scmi_function);
        if (!firmware.sip.empty())
            has += fmt::format(", {} calls of the vendor", firmware.sip.size());
        if (firmware.sdei != "absent")
            has += ", SDEI (" + firmware.sdei + ")";
        if (firmware.trusted_os)
            has += ", the calls by which Linux finds OP-TEE";
        add("firmware",
            "The firmware is an imitation: " + has + "; what the board's does besides is unknown.",
            "Compare version lines of the boot log and what `brig doctor` prints about PSCI, SMCCC "
            "and SDEI. Enable once in learn mode and go through `brig learn report`.");
    }

    void console() {
        for (const Uart& uart : modelled_uarts(tree_)) {
            if (uart.node->path != twin_.console)
                continue;
            add("console",
                fmt::format(
                    "{} works as a model: its baud rate, pins and power were not tried"
                    "{}.",
                    twin_.console,
                    uart.clock_known ? "" : ", and its clock is not in the tree (24 MHz assumed)"),
                "`brig doctor` prints a line through the hypervisor's driver: see it on the "
                "board's serial console. Boot once without clk_ignore_unused and wait ten minutes: "
                "Linux must not stop the UART's clock.");
        }
    }

    void memory() {
        std::vector<std::string> banks;
        for (const Range& bank : twin_.memory)
            banks.push_back(bank.text());
        add("memory", "RAM was taken as " + joined(banks) + ".",
            "Compare with \"System RAM\" and \"reserved\" of /proc/iomem on the board, for each "
            "size of RAM that is sold.");
        mentioned_.insert("ram");
    }

    void devices() {
        if (twin_.disabled.empty())
            return;
        add("devices",
            fmt::format("{} enabled devices have no model and were disabled in Linux: {}.",
                        twin_.disabled.size(), some(twin_.disabled)),
            "Use each on the board while Brig is enabled: network, storage, display, USB.");
    }

    void dma() {
        std::vector<std::string> names;
        for (const Node* node : facts_.masters_without_iommu)
            names.push_back(tree_.name_of(*node));
        std::vector<std::string> units;
        for (const Iommu& iommu : facts_.iommus)
            if (iommu.enabled && !iommu.type.empty())
                units.push_back(tree_.name_of(*iommu.node));
        if (!units.empty())
            add("iommu", "IOMMUs have no model: " + some(units) + ".",
                "Read the hypervisor's lines about them at the first enable.");
        if (!names.empty())
            add("dma",
                "No DMA happens on the twin, and nothing confines that of " + some(names) + ".",
                "Give such a device only to a cell that is trusted with all memory.");
    }

    void messages() {
        if (facts_.gic->its.empty())
            return;
        add("its", "No device of the twin sends messages: the ITS was set up, but not used.",
            "Use PCIe devices while Brig is enabled and watch /proc/interrupts.");
    }

    void watchdogs() {
        std::vector<std::string> names;
        for (const Device& device : facts_.devices)
            if (device.enabled() && device.node->base_name().ends_with("watchdog"))
                names.push_back(tree_.name_of(*device.node));
        if (!names.empty())
            add("watchdog", "Watchdogs have no model: " + some(names) + ".",
                "Leave the board frozen for two minutes: does it reset, and is that wanted?");
    }

    void cores() {
        std::vector<std::string> names;
        for (const Cpu& cpu : facts_.cpus)
            if (std::find(names.begin(), names.end(), cpu.core) == names.end())
                names.push_back(cpu.core);
        add("cores",
            "The CPUs are models of " + joined(names) +
                " (or their nearest relatives): neither errata nor revisions show.",
            "Compare Linux's lines about errata with and without Brig, and Brig's first lines with "
            "those of the rehearsal.");
    }
};

} // namespace

std::vector<Note> check_list(const Tree& tree, const Facts& facts, const Twin& twin) {
    return List(tree, facts, twin).make();
}

} // namespace brig::rehearse
