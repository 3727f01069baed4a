// SPDX-License-Identifier: Apache-2.0
#include "doctor/check.hpp"

#include <algorithm>

namespace brig::doctor {

namespace {

constexpr Check table[] = {
    {"driver", "brig.ko: loaded, or built for this kernel with all its symbols there", Stops::No,
     check_driver},
    {"el2", "who holds EL2 on each CPU: the hyp stub, a VHE kernel, KVM, nobody", Stops::Always,
     check_el2},
    {"kvm", "KVM, which must stay unused", Stops::No, check_kvm},
    {"image", "the hypervisor image: there, sound, small enough for its memory", Stops::No,
     check_image},
    {"board", "the board that the image was built for, against the device tree",
     Stops::UnlessForced, check_board},
    {"config", "the configuration files against each other, as `brig config check` does", Stops::No,
     check_config},
    {"reservation", "hypervisor memory: installed, reserved with no-map, not Linux's",
     Stops::Always, check_reservation},
    {"memory", "RAM of the configuration against RAM that is there (aliases), and the other way",
     Stops::UnlessForced, check_memory},
    {"cell-memory", "RAM of the cells: reserved, so that Linux does not live in it", Stops::No,
     check_cell_memory},
    {"gic", "interrupt controller frames and maintenance interrupt, against the device tree",
     Stops::Always, check_gic},
    {"its", "interrupt translation services (LPIs) that Linux uses: mapped for the root cell",
     Stops::UnlessForced, check_its},
    {"console", "the hypervisor's UART: address, type, register distance, driver in the image",
     Stops::UnlessForced, check_console},
    {"clocks", "clocks of the console and of the cells' devices that Linux would switch off",
     Stops::No, check_clocks},
    {"cpus", "CPUs of the configuration against those online", Stops::Always, check_cpus},
    {"hotplug", "CPUs of the cells can be put offline", Stops::No, check_hotplug},
    {"firmware", "PSCI and SMCCC versions", Stops::UnlessForced, check_firmware},
    {"sdei", "software delegated exceptions (SDEI), which Linux must not use", Stops::No,
     check_sdei},
    {"tee", "a trusted OS, whose calls the board's SMC policy has to know", Stops::No, check_tee},
    {"pseudo-nmi", "priority masking instead of DAIF in the kernel", Stops::No, check_pseudo_nmi},
    {"idle", "idle states that power CPUs down", Stops::No, check_idle},
    {"frequency", "frequency scaling through the firmware", Stops::No, check_frequency},
    {"watchdog", "a running watchdog, which resets a board whose Linux stands still", Stops::No,
     check_watchdog},
};

} // namespace

std::span<const Check> checks() {
    return table;
}

bool Lines::clean() const {
    return std::all_of(lines_.begin(), lines_.end(),
                       [](const Line& line) { return line.verdict == Verdict::Pass; });
}

std::vector<Line> examine(const Subject& subject, bool only_stopping) {
    std::vector<Line> result;
    for (const Check& check : checks()) {
        if (only_stopping && check.stops == Stops::No)
            continue;
        Lines lines(check.id);
        check.run(subject, lines);
        for (Line& line : lines.take())
            result.push_back(std::move(line));
    }
    return result;
}

bool failed(const std::vector<Line>& lines, std::string_view check) {
    return std::any_of(lines.begin(), lines.end(), [check](const Line& line) {
        return line.check == check && line.verdict == Verdict::Fail;
    });
}

} // namespace brig::doctor
