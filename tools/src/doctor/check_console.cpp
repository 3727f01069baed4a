// SPDX-License-Identifier: Apache-2.0
// The hypervisor's UART, and what keeps it and the cells' devices alive.
#include "board/uarts.hpp"
#include "config/names.hpp"
#include "doctor/check.hpp"
#include "util/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace brig::doctor {

namespace {

constexpr const char* partition_console =
    "`console` of the node `hypervisor` in the partition file";

std::string console_text(const config::Console& console) {
    return fmt::format("{} at {:#x}", config::console_type_text(console.type), console.address);
}

const board::Device* uart_at(const Target& target, uint64_t address) {
    for (const board::Device& device : target.devices)
        for (const board::Register& place : device.registers)
            if (place.range.first == address)
                return &device;
    return nullptr;
}

// The PCI host bridge whose window the address lies in.
const board::Device* host_of(const Target& target, uint64_t address) {
    for (const board::Device& device : target.devices)
        for (const board::Window& window : device.windows)
            if (window.range.contains(address))
                return &device;
    return nullptr;
}

// Every UART of the tree that Brig has a driver for, for the remedy.
std::string known_uarts(const Target& target) {
    std::vector<std::string> found;
    for (const board::Device& device : target.devices)
        if (const auto match = board::match_uart(*device.node);
            match && match->type && !device.registers.empty())
            found.push_back(fmt::format("{} ({} at {:#x})", device.node->path,
                                        match->type->language, device.registers[0].range.first));
    return found.empty() ? "the device tree has none" : "the device tree has " + joined(found);
}

// False: the address or type cannot work.
bool matches_tree(const Target& target, const config::Console& console, Lines& lines) {
    const board::Device* device = uart_at(target, console.address);
    const auto match = device ? board::match_uart(*device->node) : std::nullopt;
    if (const board::Device* host = device ? nullptr : host_of(target, console.address)) {
        lines.warn(fmt::format("{:#x} is in a window of the PCI host {}: what is there the device "
                               "tree does not say",
                               console.address, host->node->path),
                   "compare with lspci -v; the window must not move");
        return true;
    }
    if (!match) {
        lines.fail(fmt::format("no UART at {:#x}: {}", console.address,
                               device ? device->node->path + " is none"
                                      : "nothing in the device tree has registers there"),
                   fmt::format("correct {}: {}", partition_console, known_uarts(target)));
        return false;
    }
    if (!match->type || match->type->id != console.type) {
        lines.fail(fmt::format("{} is a `{}`, the configuration says {}", device->node->path,
                               printable(device->node->text("compatible")),
                               config::console_type_text(console.type)),
                   match->type ? fmt::format("type = \"{}\"; in {}", match->type->language,
                                             partition_console)
                               : "choose a UART that Brig has a driver for");
        return false;
    }
    const unsigned distance = (console.flags & BRIG_CON_REGDIST_4) != 0 ? 4 : 1;
    if (match->reg_distance && *match->reg_distance != distance) {
        lines.fail(
            fmt::format("registers of {} are {} byte{} apart, the configuration says {}",
                        device->node->path, *match->reg_distance,
                        *match->reg_distance == 1 ? "" : "s", distance),
            fmt::format("reg-distance = <{}>; in {}", *match->reg_distance, partition_console));
        return false;
    }
    if (device->node->path == target.stdout_path)
        lines.warn(
            fmt::format("{} is Linux's console too: their lines will mix", device->node->path),
            "choose a second UART, if the board has one to spare");
    return true;
}

// Device regions that belong to nobody Linux would keep the clock for.
void check_region(const Target& target, const config::Cell& cell,
                  const config::MemoryRegion& region, size_t& kept, Lines& lines) {
    const auto devices = target.devices_in(region.phys_range());
    if (devices.empty())
        lines.warn(fmt::format("cell `{}`: no node of the device tree has registers in {}, so the "
                               "driver cannot keep its clock on",
                               printable(cell.name), region.phys_range().text()),
                   "boot with clk_ignore_unused if the device needs a clock");
    for (const board::Device* device : devices)
        kept += device->clocks.size() + device->resets.size() + device->power_domains.size();
}

} // namespace

void check_console(const Subject& subject, Lines& lines) {
    const config::System* system = subject.system();
    if (!system)
        return;
    const config::Console& console = system->debug_console;
    if (console.type == BRIG_CONSOLE_NONE || (console.flags & BRIG_CON_MMIO) == 0)
        return lines.warn("the hypervisor has no UART: when it cannot start, nothing is seen",
                          fmt::format("add a {}", partition_console));
    const Target& target = subject.target;
    if (target.image && target.image->board && console.type < 32 &&
        (target.image->board->console_types & 1u << console.type) == 0)
        return lines.fail(
            fmt::format("the image has no driver for {}", config::console_type_text(console.type)),
            "switch its CONFIG_UART_... on (make menuconfig) and build again");
    if (!target.tree)
        return lines.warn(target.tree.problem, "run `brig doctor` as root, or name the tree with "
                                               "--board");
    if (matches_tree(target, console, lines) && lines.clean())
        lines.pass(console_text(console) + ", as in the device tree");
}

void check_clocks(const Subject& subject, Lines& lines) {
    const config::System* system = subject.system();
    const Target& target = subject.target;
    if (!system || !target.tree)
        return;
    if (!target.driver_keeps)
        return lines.warn("the driver's clock keeper is off: Linux switches off what a cell or the "
                          "hypervisor needs",
                          "echo Y > /sys/module/brig/parameters/keep");
    size_t kept = 0;
    if (system->debug_console.type != BRIG_CONSOLE_NONE)
        for (const board::Device* device : target.devices_in(make_range(
                 system->debug_console.address, std::max<uint64_t>(system->debug_console.size, 1))))
            kept += device->clocks.size();
    for (const auto& cell : subject.configuration->cells)
        for (const auto& region : cell.regions)
            if (region.has_phys() && region.is(BRIG_MEM_IO))
                check_region(target, cell, region, kept, lines);
    if (lines.clean())
        lines.pass(
            fmt::format("the driver will keep {} clocks, resets and power domains on", kept));
}

std::string console_test_obstacle(const Subject& subject, const std::vector<Line>& lines) {
    if (!subject.system())
        return "no configuration was given";
    if (!subject.target.live)
        return "these are copied files";
    if (subject.target.enabled)
        return "Brig is enabled";
    if (!subject.target.inspection)
        return "the driver cannot be asked";
    if (subject.system()->debug_console.type == BRIG_CONSOLE_NONE)
        return "the configuration has no UART";
    for (const char* check : {"el2", "image", "reservation", "console"})
        if (failed(lines, check))
            return fmt::format("`{}` failed", check);
    return {};
}

Line console_test_line(const config::Console& console, int error) {
    const std::string uart = console_text(console);
    Line line{console_test_id, Verdict::Fail, "", ""};
    switch (error) {
    case 0:
        return {console_test_id, Verdict::Pass,
                fmt::format("sent \"console self-test\" to the {}: look for that line there", uart),
                ""};
    case EIO:
        line.text = fmt::format("the {} does not answer: the access ended in an exception", uart);
        line.remedy = fmt::format("correct the address in {}", partition_console);
        break;
    case EBUSY:
        line.text = fmt::format("the {} never gets ready to send", uart);
        line.remedy = fmt::format("its clock is off, or it is of another type: clock-gate and type "
                                  "in {}; a PL011 that nobody has set up needs a divider",
                                  partition_console);
        break;
    case ENODEV:
        line.text = fmt::format("the image has no driver for the {}", uart);
        line.remedy = "switch its CONFIG_UART_... on (make menuconfig) and build again";
        break;
    default:
        line.text = fmt::format("the self-test could not be run: {}", std::strerror(error));
        line.remedy = "`dmesg` says why";
    }
    return line;
}

} // namespace brig::doctor
