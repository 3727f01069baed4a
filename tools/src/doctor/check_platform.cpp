// SPDX-License-Identifier: Apache-2.0
// Image, configuration and device tree against each other.
#include "board/uarts.hpp"
#include "config/checks.hpp"
#include "config/names.hpp"
#include "doctor/check.hpp"
#include "util/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace brig::doctor {

namespace {

std::string gic_text(unsigned version, uint64_t gicd, std::optional<uint64_t> second) {
    return fmt::format("GICv{}, GICD {:#x}{}", version, gicd,
                       second ? fmt::format(", {} {:#x}", version == 3 ? "GICR" : "GICC", *second)
                              : "");
}

// The second frame that matters: the first redistributor, or the CPU interface.
std::optional<uint64_t> second_frame(const board::Gic& gic) {
    if (gic.version == 3)
        return gic.gicr.empty() ? std::nullopt : std::optional(gic.gicr[0].first);
    return gic.gicc ? std::optional(gic.gicc->first) : std::nullopt;
}

bool tree_known(const Subject& subject, Lines& lines) {
    if (subject.target.tree)
        return true;
    lines.warn(subject.target.tree.problem,
               "run `brig doctor` as root, or name the tree with --board");
    return false;
}

bool gic_known(const Subject& subject, Lines& lines) {
    if (!tree_known(subject, lines))
        return false;
    if (subject.target.gic && subject.target.gic->gicd)
        return true;
    lines.fail("the device tree has no interrupt controller that Brig knows",
               "Brig needs a GICv2 or GICv3");
    return false;
}

} // namespace

void check_image(const Subject& subject, Lines& lines) {
    const Known<Image>& image = subject.target.image;
    if (!image)
        return lines.fail(image.problem, "put the brig.bin of this board's build into "
                                         "/lib/firmware");
    const config::System* system = subject.system();
    if (system) {
        const std::set<unsigned> cpus = system->root.cpus();
        const unsigned count = cpus.empty() ? 0 : *cpus.rbegin() + 1;
        const uint64_t needed = image->needed(count, subject.configuration_size);
        if (system->hypervisor_memory.size <= needed)
            return lines.fail(fmt::format("hypervisor memory has {} KiB; image, CPUs and "
                                          "configuration need more than {} KiB",
                                          system->hypervisor_memory.size / 1024, needed / 1024),
                              "enlarge `memory` or `size` of the node `hypervisor` in the "
                              "partition file");
    }
    if (!image->board)
        return lines.warn(
            fmt::format("{} does not say for which board it was built", subject.target.image_file),
            "use the brig.bin of the same build as this tool");
    lines.pass(
        fmt::format("{}, built for board `{}`", subject.target.image_file, image->board->name));
}

void check_board(const Subject& subject, Lines& lines) {
    const Target& target = subject.target;
    if (!target.image || !target.image->board || !gic_known(subject, lines))
        return;
    const ImageBoard& board = *target.image->board;
    const board::Gic& gic = *target.gic;
    const std::string model = printable(target.tree->root().text("model"));
    const auto second = second_frame(gic);
    const bool same = board.gic_version == gic.version && board.gicd == gic.gicd->first &&
                      (board.gic_version != 3 || !second || board.gicr == *second);
    if (!same)
        return lines.fail(
            fmt::format("the image is for board `{}` ({}); this is \"{}\" ({})", board.name,
                        gic_text(board.gic_version, board.gicd,
                                 board.gic_version == 3 ? std::optional(board.gicr) : std::nullopt),
                        model, gic_text(gic.version, gic.gicd->first, second)),
            "build the image for this board (meson setup -Dboard=...), or make a board record with "
            "`brig port new`");
    lines.pass(fmt::format("the image's board `{}` has the interrupt controller of this machine, "
                           "\"{}\"",
                           board.name, model));
}

void check_config(const Subject& subject, Lines& lines) {
    if (!subject.configuration)
        return lines.warn("no configuration was given, so nothing is compared with it",
                          "brig doctor root.cell hello.cell ...");
    for (const auto& finding : config::check(*subject.configuration, config::binary_words())) {
        const std::string text =
            fmt::format("{}: {}", config::title(finding.test), printable(finding.text));
        if (finding.severity == config::Severity::Error)
            lines.fail(text, "put it right in the partition file and compile it again");
        else
            lines.warn(text, "look at the partition file");
    }
    const size_t files = subject.configuration->cells.size() + 1;
    if (lines.clean())
        lines.pass(files == 1 ? "the file is sound" : fmt::format("{} files fit together", files));
}

void check_gic(const Subject& subject, Lines& lines) {
    const config::System* system = subject.system();
    if (!system || !gic_known(subject, lines))
        return;
    const board::Gic& gic = *subject.target.gic;
    const auto second = second_frame(gic);
    const uint64_t configured = system->gic_version == 3 ? system->gicr_base : system->gicc_base;
    const bool same = system->gic_version == gic.version && system->gicd_base == gic.gicd->first &&
                      (!second || configured == *second);
    const std::string there = gic_text(gic.version, gic.gicd->first, second);
    if (!same)
        return lines.fail(fmt::format("the configuration has {}; the device tree has {}",
                                      gic_text(system->gic_version, system->gicd_base, configured),
                                      there),
                          "put the device tree's addresses into `gic` of the partition file");
    if (gic.version == 2 && ((gic.gich && system->gich_base != gic.gich->first) ||
                             (gic.gicv && system->gicv_base != gic.gicv->first)))
        return lines.fail(fmt::format("the configuration has GICH {:#x} and GICV {:#x}; the device "
                                      "tree has {:#x} and {:#x}",
                                      system->gich_base, system->gicv_base,
                                      gic.gich ? gic.gich->first : 0,
                                      gic.gicv ? gic.gicv->first : 0),
                          "put the device tree's addresses into `gic` of the partition file");
    if (gic.maintenance_irq && *gic.maintenance_irq != system->maintenance_irq)
        return lines.fail(
            fmt::format("maintenance interrupt {} in the configuration, {} in the "
                        "device tree",
                        system->maintenance_irq, *gic.maintenance_irq),
            fmt::format("maintenance-interrupt = <{}>; in `gic` of the partition file",
                        *gic.maintenance_irq));
    lines.pass(there + ", as in the device tree");
}

void check_its(const Subject& subject, Lines& lines) {
    const config::System* system = subject.system();
    if (!system || !subject.target.gic)
        return;
    if (subject.target.has_word("irqchip.gicv3_nolpi=1"))
        return lines.warn("irqchip.gicv3_nolpi=1 switches LPIs off: MSIs of PCI devices fall back "
                          "or fail",
                          "take the word off the kernel command line; the root cell keeps its ITS");
    for (const board::Node* node : subject.target.gic->its) {
        const auto registers = board::registers_of(*node);
        if (!node->enabled() || registers.empty())
            continue;
        std::vector<Range> given;
        for (const auto& region : system->root.regions)
            if (region.has_phys())
                given.push_back(region.phys_range());
        if (!without({registers[0].range}, given).empty())
            lines.fail(fmt::format("the root cell is not given the ITS {} at {}, which Linux uses",
                                   node->path, registers[0].range.text()),
                       "add it to the devices of the root cell; NVMe and network cards depend on "
                       "it");
    }
    if (lines.clean())
        lines.pass(subject.target.gic->its.empty() ? "no ITS" : "Linux keeps its ITS");
}

} // namespace brig::doctor
