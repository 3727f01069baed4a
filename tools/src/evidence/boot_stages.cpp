// SPDX-License-Identifier: Apache-2.0
#include "evidence/boot_stages.hpp"

#include "util/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <map>
#include <set>

namespace brig::evidence {

namespace {

constexpr std::array<StageWords, BRIG_STAGE_RELEASED + 1> words = {{
    {"none", "without a trace", false},
    {"driver", "about to enter EL2, in brig.ko at EL1", false},
    {"el1-entry", "in the image's EL1 entry, before the kernel's hyp stub", false},
    {"el2-entry", "at its first instructions at EL2", false},
    {"stack", "at EL2, MMU off, its registers saved", false},
    {"lead", "relocating the image", false},
    {"follow", "waiting for the primary CPU to build EL2's tables", true},
    {"config", "reading the configuration, MMU off", false},
    {"tables", "building EL2's page tables, MMU off", false},
    {"mmu", "switching EL2's MMU on", false},
    {"entered", "MMU on, waiting until all CPUs have entered", true},
    {"turn", "waiting for its turn to be initialised", true},
    {"console", "opening the console of the configuration", false},
    {"board", "in the board's early initialisation", false},
    {"irqchip", "initialising the interrupt controller", false},
    {"firmware", "asking the firmware for its features", false},
    {"cpu", "in the board's initialisation of the CPU", false},
    {"interface", "taking over its interrupt interface", false},
    {"initialised", "initialised, waiting until all CPUs are", true},
    {"root", "building the root cell", false},
    {"activate", "waiting for the common verdict", true},
    {"linux", "running the root cell", false},
    {"disable", "asked to disable, waiting for the others", true},
    {"release", "giving EL2 back", false},
    {"refused", "giving EL2 back after an error", false},
    {"released", "back in Linux, without hypervisor", false},
}};

constexpr StageWords unknown = {"unknown", "at a stage that this tool does not know", false};

using CpusByStage = std::map<uint32_t, std::set<unsigned>>;

CpusByStage by_stage(const Run& run) {
    CpusByStage result;
    for (const auto& [cpu, raw] : run.stages)
        result[raw.stage].insert(cpu);
    return result;
}

std::string cpus_text(const std::set<unsigned>& cpus) {
    return fmt::format("{} {}", cpus.size() == 1 ? "CPU" : "CPUs", list_text(cpus));
}

std::string errors_text(const Run& run) {
    std::map<int32_t, std::set<unsigned>> errors;
    for (const auto& [cpu, raw] : run.stages)
        if (raw.error != 0)
            errors[raw.error].insert(cpu);
    std::vector<std::string> parts;
    for (const auto& [error, cpus] : errors)
        parts.push_back(
            fmt::format("{} on {}", std::strerror(error < 0 ? -error : 0), cpus_text(cpus)));
    return joined(parts);
}

bool only(const CpusByStage& cpus, std::initializer_list<uint32_t> stages) {
    for (const auto& [stage, ids] : cpus)
        if (std::find(stages.begin(), stages.end(), stage) == stages.end())
            return false;
    return true;
}

} // namespace

StageWords stage_words(uint32_t stage) {
    return stage < words.size() ? words[stage] : unknown;
}

std::string verdict(const Run& run) {
    const CpusByStage cpus = by_stage(run);
    if (cpus.empty())
        return "no CPU has left a boot stage.";
    if (only(cpus, {BRIG_STAGE_LINUX}))
        return "the takeover was complete; all CPUs ran under Brig.";
    const std::string errors = errors_text(run);
    if (only(cpus, {BRIG_STAGE_RELEASED, BRIG_STAGE_RELEASE, BRIG_STAGE_REFUSED}) ||
        (only(cpus, {BRIG_STAGE_RELEASED, BRIG_STAGE_LINUX}) && errors.empty()))
        return errors.empty()
                   ? "Brig was disabled, and the CPUs were given back."
                   : fmt::format("enabling was refused ({}), and the CPUs were given back.",
                                 errors);
    std::vector<std::string> active, waiting;
    for (const auto& [stage, ids] : cpus) {
        const StageWords at = stage_words(stage);
        (at.waits ? waiting : active).push_back(fmt::format("{}: {}", cpus_text(ids), at.text));
    }
    const bool leaving = cpus.contains(BRIG_STAGE_DISABLE) || cpus.contains(BRIG_STAGE_RELEASE);
    std::string text = leaving ? "disabling did not end" : "the takeover did not end";
    if (active.empty())
        text += " (look for a CPU that is missing here)";
    active.insert(active.end(), waiting.begin(), waiting.end());
    return fmt::format("{}. {}.{}", text, fmt::join(active, "; "),
                       errors.empty() ? "" : fmt::format(" Errors: {}.", errors));
}

} // namespace brig::evidence
