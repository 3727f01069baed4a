// SPDX-License-Identifier: Apache-2.0
// What a porter must look after, from the facts.
#include "board/facts.hpp"
#include "util/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace brig::board {

namespace {

using Kind = OpenPoint::Kind;

struct List {
    const Facts& facts;
    std::vector<OpenPoint> points;

    void add(const char* key, Kind kind, std::string text, std::string todo) {
        points.push_back({key, kind, std::move(text), std::move(todo)});
    }
};

void check_cpus(List& list) {
    const auto& cpus = list.facts.cpus;
    if (cpus.empty()) {
        list.add("cpus", Kind::Blocks, "The tree has no enabled CPU below /cpus.",
                 "Use the tree that the board boots with.");
        return;
    }
    std::set<std::string> vhe;
    std::set<std::string> unknown;
    std::set<std::string> no_aarch32;
    bool some_aarch32 = false;
    bool spin = false;
    for (const Cpu& cpu : cpus) {
        if (cpu.vhe.value_or(false))
            vhe.insert(cpu.core);
        if (!cpu.aarch32_el1)
            unknown.insert(cpu.core);
        else if (!*cpu.aarch32_el1)
            no_aarch32.insert(cpu.core);
        some_aarch32 = some_aarch32 || cpu.aarch32_el1.value_or(false);
        spin = spin || cpu.enable_method == "spin-table";
    }
    auto names = [](const std::set<std::string>& set) {
        return joined(std::vector<std::string>(set.begin(), set.end()));
    };
    if (!vhe.empty())
        list.add("vhe", Kind::Confirm,
                 fmt::format("{}: with VHE, Linux moves into EL2 and leaves no place.", names(vhe)),
                 "Boot with `id_aa64mmfr1.vh=0 kvm-arm.mode=none`; a kernel before 5.12 must be "
                 "built without CONFIG_ARM64_VHE.");
    if (!unknown.empty())
        list.add(
            "cores", Kind::Confirm,
            fmt::format("What {} can do at EL1 and EL2 is not in Brig's table.", names(unknown)),
            "Nothing for the record: core reads the ID registers of each CPU. Compare the "
            "first boot's lines with the manual.");
    if (!no_aarch32.empty() && some_aarch32)
        list.add("aarch32", Kind::Confirm,
                 fmt::format("Mixed cores: {} cannot run AArch32 at EL1, the others can.",
                             names(no_aarch32)),
                 "Test on one CPU of each kind; an AArch32 cell needs the right ones.");
    if (spin)
        list.add("spin-table", Kind::Missing,
                 "CPUs start by spin-table: Linux cannot take them offline, so no cell gets one.",
                 "Use firmware with PSCI (Trusted Firmware-A).");
}

void check_gic(List& list) {
    if (!list.facts.gic) {
        list.add("gic", Kind::Blocks, "The tree has no GICv2 or GICv3 for the CPUs.",
                 "Brig needs the virtual interface of a GIC; this machine has none that it knows.");
        return;
    }
    const Gic& gic = *list.facts.gic;
    if (!gic.gicd)
        list.add("gic", Kind::Blocks, "The distributor's address cannot be read from the tree.",
                 "Check `reg` and `ranges` of " + gic.node->path + ".");
    if (gic.version == 3 && gic.gicr.empty())
        list.add("gic", Kind::Blocks, "This GICv3 has no redistributors in the tree.",
                 "Check `reg` of " + gic.node->path + ".");
    // GICv3 and GICv4 architecture specification (IHI 0069), 12.10: two frames of 64 KiB for each
    // CPU, four with virtual LPIs, one CPU's behind the other's.
    if (gic.gicr_stride != 0 && gic.gicr_stride != 0x20000 && gic.gicr_stride != 0x40000)
        list.add("gic", Kind::Blocks,
                 fmt::format("The redistributors are {:#x} bytes apart.", gic.gicr_stride),
                 "Brig finds those that the architecture has: 0x20000 bytes apart, or 0x40000.");
    if (gic.version == 3 && gic.gicr.size() > 1)
        list.add("gicr", Kind::Confirm,
                 fmt::format("The redistributors are in {} regions; the record has room for the "
                             "first.",
                             gic.gicr.size()),
                 "Check that the CPUs in use have theirs in the first region.");
    if (gic.version == 2 && !(gic.gicc && gic.gich && gic.gicv))
        list.add("gic", Kind::Blocks,
                 "This GICv2 has no virtual interface (GICH, GICV) in the tree.",
                 "Without it no interrupt can be virtualised. If the chip has one, add its frames "
                 "to `reg` of " +
                     gic.node->path + ".");
    if (gic.aliased)
        list.add("gic-alias", Kind::Confirm,
                 "GICC and GICV repeat each page for 64 KiB; the pairs at +0xf000 are used.",
                 "Compare with Linux's boot line \"GIC: Adjusting CPU interface base\".");
    if (!gic.maintenance_irq)
        list.add("maintenance-irq", Kind::Missing, "The GIC's maintenance interrupt is not there.",
                 "Find the PPI in the SoC's manual (the Arm BSA recommends INTID 25) and set "
                 "gic.maintenance in board.hpp.");
}

void check_firmware(List& list) {
    const auto& psci = list.facts.psci;
    if (!psci)
        list.add("psci", Kind::Missing, "The tree has no enabled PSCI node.",
                 "CPUs cannot be handed over without PSCI. Some boot loaders add it: take "
                 "/sys/firmware/fdt of the running board, or use firmware that has it.");
    else if (psci->method == "hvc")
        list.add("psci", Kind::Missing,
                 "PSCI is called by HVC, so firmware or another hypervisor is at EL2.",
                 "Brig needs EL2: boot with firmware that enters Linux at EL2 (PSCI by SMC).");
    else if (psci->version < 2)
        list.add("psci", Kind::Missing, "PSCI 0.1 has function ids of its own.",
                 "Use firmware with PSCI 0.2 or newer.");
    std::set<std::string> seen;
    for (const SmcUser& user : list.facts.smc) {
        if (!user.enabled || !seen.insert(user.what).second)
            continue;
        if (user.what == "SCMI" && user.id)
            list.add("scmi", Kind::Confirm,
                     fmt::format("SCMI calls firmware by SMC {:#x}; the policy forwards it for the "
                                 "root cell alone.",
                                 *user.id),
                     "It can stop clocks of other cells: freeze cpufreq and devfreq, or keep the "
                     "clocks of cells out of Linux's hands.");
        else if (user.what == "OP-TEE" || user.what == "SCMI through OP-TEE")
            list.add("optee", Kind::Confirm,
                     "OP-TEE: the policy forwards its calls for the root cell alone.",
                     "Compare its memory with the reservations (/proc/iomem).");
        else if (user.what == "SDEI")
            list.add("sdei", Kind::Confirm, "Firmware offers SDEI; the record says not to use it.",
                     "Leave it so unless the firmware's SDEI has been tried.");
        else
            list.add(
                "smc", Kind::Confirm,
                fmt::format("{} ({}) calls firmware with ids that the tree does not say.",
                            user.what, user.node->path),
                "Enable once in learn mode (CONFIG_LEARN=y) and put the ids it reports into the "
                "policy.");
    }
    for (const auto& name : list.facts.compatible)
        if (name.starts_with("rockchip,")) {
            list.add(
                "sip", Kind::Confirm,
                "Rockchip's kernels call the firmware with SiP ids (0x82000000 and up).",
                "Enable once in learn mode (CONFIG_LEARN=y); decide each id with its reason. Never "
                "forward 0x82000002 (register access) and 0x82000022 (CPU start).");
            break;
        }
}

void check_console(List& list) {
    const ConsoleFacts& console = list.facts.console;
    if (!console.node) {
        list.add("console", Kind::Missing,
                 "The tree has no stdout-path" +
                     (console.note.empty() ? "." : " that helps: " + console.note + "."),
                 "Find the debug UART and set console in board.hpp, the CONFIG_UART_ option in "
                 "defconfig, and `console` in the partition file.");
    } else if (!console.uart) {
        list.add("console", Kind::Missing,
                 fmt::format("{}: {}.", console.node->path,
                             console.note.empty() ? "it has no address" : console.note),
                 "Brig speaks through the virtual console only (`brig console`). For early "
                 "messages, write a driver or use another UART.");
    } else {
        if (console.source != "stdout-path")
            list.add(
                "console", Kind::Confirm,
                fmt::format("The console is a guess: {}, {}.", console.node->path, console.source),
                "Check it against the board's manual.");
        if (!console.note.empty())
            list.add("console-note", Kind::Confirm, "Console: " + console.note + ".",
                     "Leave the divider at 0 while a boot loader sets the UART up.");
        if (console.node->has("clocks"))
            list.add("console-clock", Kind::Confirm,
                     "The console shares its UART with Linux and lives on Linux's clocks.",
                     "Keep Linux's console on it, or boot with `clk_ignore_unused`.");
    }
}

void check_memory(List& list) {
    const Facts& facts = list.facts;
    if (facts.memory.empty())
        list.add("memory", Kind::Missing, "The tree has no RAM: the boot loader fills it in.",
                 "Copy /proc/iomem from the running board (as root) and use --iomem, or take "
                 "/sys/firmware/fdt of the running board instead of this tree.");
    else if (facts.memory_corrected)
        list.add("memory", Kind::Confirm,
                 "The tree's /memory covers registers, so the boot loader must write another one. "
                 "Assumed: the GiBs of it that have no devices.",
                 "Compare with /proc/iomem of the running board (--iomem FILE).");
    else if (facts.memory_source == "device tree")
        list.add("memory", Kind::Confirm, "RAM is what the tree says; a boot loader may change it.",
                 "Compare with /proc/iomem of the running board (--iomem FILE).");
    bool floating = std::any_of(facts.reserved.begin(), facts.reserved.end(),
                                [](const ReservedRange& range) { return !range.range; });
    if (floating)
        list.add("reserved", Kind::Confirm,
                 "Some reserved memory has no fixed place: Linux chooses it at boot.",
                 "Nothing; memory of cells is reserved before it.");
    if (facts.memory_source != "/proc/iomem")
        list.add("firmware-memory", Kind::Confirm,
                 "Memory of the firmware that the tree does not reserve cannot be seen here.",
                 "Compare holes of /proc/iomem with TF-A and OP-TEE of the board.");
}

void check_devices(List& list) {
    const Facts& facts = list.facts;
    size_t off = 0;
    size_t foreign = 0;
    for (const Iommu& iommu : facts.iommus) {
        off += !iommu.enabled && !iommu.type.empty();
        foreign += iommu.enabled && iommu.type.empty();
    }
    if (off)
        list.add("smmu", Kind::Confirm, fmt::format("{} SMMU(s) are disabled in the tree.", off),
                 "Enable them in the board's tree if DMA of cells is to be confined.");
    if (foreign)
        list.add("iommu", Kind::Confirm,
                 fmt::format("{} IOMMU(s) are of kinds that Brig does not drive.", foreign),
                 "They stay with Linux; what is behind them cannot be confined.");
    if (!facts.masters_without_iommu.empty())
        list.add("dma", Kind::Confirm,
                 fmt::format("{} DMA master(s) have no IOMMU in use: they reach all memory.",
                             facts.masters_without_iommu.size()),
                 "Give one to a cell only if you trust the cell with all of RAM.");
    if (facts.gic && !facts.gic->its.empty())
        list.add("its", Kind::Confirm, "MSIs go through an ITS; the root cell keeps it.",
                 "Leave CONFIG_ROOT_LPIS=y. PCI devices with MSIs stay with the root cell.");
    if (facts.ecam_windows.empty())
        list.add("ecam", Kind::Confirm, "No free window below 4 GiB for a virtual PCI host.",
                 "Find one in the SoC's memory map if cells are to share memory through it.");
    else
        list.add("ecam", Kind::Confirm,
                 "Free windows and SPIs are those that the tree does not use.",
                 "Check in the SoC's memory map that nothing is there.");
}

} // namespace

std::vector<OpenPoint> find_open_points(const Facts& facts) {
    List list{facts, {}};
    check_cpus(list);
    check_gic(list);
    check_console(list);
    check_memory(list);
    check_firmware(list);
    check_devices(list);
    std::stable_sort(list.points.begin(), list.points.end(),
                     [](const OpenPoint& a, const OpenPoint& b) { return a.kind < b.kind; });
    return list.points;
}

} // namespace brig::board
