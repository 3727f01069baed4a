// SPDX-License-Identifier: Apache-2.0
// CPUs, and habits of Linux that disturb.
#include "doctor/check.hpp"
#include "util/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace brig::doctor {

namespace {

std::set<unsigned> difference(const std::set<unsigned>& from, const std::set<unsigned>& less) {
    std::set<unsigned> result;
    std::set_difference(from.begin(), from.end(), less.begin(), less.end(),
                        std::inserter(result, result.end()));
    return result;
}

std::string online_command(const std::set<unsigned>& cpus, int value) {
    std::string result;
    for (unsigned cpu : cpus)
        result += fmt::format("{}echo {} > /sys/devices/system/cpu/cpu{}/online",
                              result.empty() ? "" : "; ", value, cpu);
    return result;
}

} // namespace

void check_cpus(const Subject& subject, Lines& lines) {
    const config::System* system = subject.system();
    const Target& target = subject.target;
    if (!system || target.online_cpus.empty())
        return;
    const std::set<unsigned> wanted = system->root.cpus();
    const auto impossible = difference(wanted, target.possible_cpus);
    const auto offline = difference(difference(wanted, target.online_cpus), impossible);
    const auto unknown = difference(target.online_cpus, wanted);
    if (!impossible.empty())
        lines.fail(fmt::format("the configuration has CPUs {}, this machine has {}",
                               list_text(impossible), list_text(target.possible_cpus)),
                   fmt::format("cpus = <{}>; in the node `root` of the partition file",
                               list_text(target.possible_cpus)));
    if (!offline.empty())
        lines.fail(fmt::format("CPUs {} of the configuration are offline", list_text(offline)),
                   online_command(offline, 1));
    if (!unknown.empty())
        lines.fail(
            fmt::format("CPUs {} are online, but not in the configuration", list_text(unknown)),
            fmt::format("add them to `cpus` of the node `root`, or: {}",
                        online_command(unknown, 0)));
    if (lines.clean())
        lines.pass(fmt::format("CPUs {} are online and configured", list_text(wanted)));
}

void check_hotplug(const Subject& subject, Lines& lines) {
    const Target& target = subject.target;
    if (!subject.configuration || target.online_cpus.empty())
        return;
    std::set<unsigned> needed;
    for (const auto& cell : subject.configuration->cells)
        needed.merge(cell.cpus());
    std::set<unsigned> stuck;
    for (unsigned cpu : needed)
        if (target.fixed_cpus.contains(cpu))
            stuck.insert(cpu);
    if (!stuck.empty())
        return lines.fail(fmt::format("CPUs {} of the cells cannot be put offline: no "
                                      "/sys/devices/system/cpu/cpu{}/online",
                                      list_text(stuck), *stuck.begin()),
                          target.option("CONFIG_HOTPLUG_CPU") == "y"
                              ? "give the cells other CPUs; this one may be bound by the firmware"
                              : "build the kernel with CONFIG_HOTPLUG_CPU=y; CPUs need "
                                "enable-method = \"psci\" in the device tree");
    lines.pass(needed.empty() ? "no cell was given"
                              : fmt::format("CPUs {} can be put offline", list_text(needed)));
}

void check_pseudo_nmi(const Subject& subject, Lines& lines) {
    const Target& target = subject.target;
    for (const char* yes : {"1", "y", "Y"})
        if (target.has_word(fmt::format("irqchip.gicv3_pseudo_nmi={}", yes)))
            return lines.warn("pseudo-NMIs are on: Linux masks interrupts by priority, which is "
                              "untested under Brig",
                              "take irqchip.gicv3_pseudo_nmi off the kernel command line");
    lines.pass("off");
}

void check_idle(const Subject& subject, Lines& lines) {
    const Target& target = subject.target;
    if (target.idle_states.empty())
        return lines.pass("no idle state powers a CPU down");
    lines.warn(fmt::format("idle states that power a CPU down: {}", joined(target.idle_states)),
               "for the first bring-up boot with cpuidle.off=1");
}

void check_frequency(const Subject& subject, Lines& lines) {
    const Target& target = subject.target;
    if (target.frequency_drivers.empty())
        return lines.pass("none");
    std::vector<std::string> names(target.frequency_drivers.begin(),
                                   target.frequency_drivers.end());
    const bool scmi = target.frequency_drivers.contains("scmi");
    lines.warn(fmt::format("{} scales the CPUs' frequency, also that of CPUs that cells own",
                           joined(names)),
               scmi ? "boot with cpufreq.off=1 or choose the governor performance; the SMC id of "
                      "SCMI must be forwarded in the board's SMC policy"
                    : "boot with cpufreq.off=1 or choose the governor performance, if cells shall "
                      "keep their speed");
}

void check_watchdog(const Subject& subject, Lines& lines) {
    const Target& target = subject.target;
    if (target.running_watchdogs.empty())
        return lines.pass("none is running");
    lines.warn(fmt::format("{} is running: if Linux stops, the board resets, and the messages are "
                           "gone",
                           joined(target.running_watchdogs)),
               "for bring-up stop the program that feeds it with the magic close (echo V > "
               "/dev/watchdog), or disable its node in the device tree");
}

} // namespace brig::doctor
