// SPDX-License-Identifier: Apache-2.0
// board.hpp of a new board, and its options.
#include "port/generate.hpp"

#include "util/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace brig::port {

namespace {

using namespace brig::board;

struct Rule {
    uint32_t first;
    uint32_t last;
    std::string reason;
};

// Only what the tree says by itself, for the root cell; all else is denied, and reported by
// learn mode.
std::vector<Rule> smc_rules(const Facts& facts) {
    std::vector<Rule> rules;
    bool optee = false;
    for (const SmcUser& user : facts.smc) {
        if (!user.enabled || user.method != "smc")
            continue;
        if (user.what == "SCMI" && user.id)
            rules.push_back({*user.id, *user.id, "SCMI doorbell; without it Linux stalls"});
        optee = optee || user.what == "OP-TEE";
    }
    if (optee) {
        // SMC Calling Convention: trusted OS calls (owner 50), then the queries of that owner.
        rules.push_back({0x32000000, 0x3200ffff, "OP-TEE, calls that may be interrupted"});
        rules.push_back({0xb2000000, 0xb200ffff, "OP-TEE, fast calls"});
        rules.push_back({0xbf00ff00, 0xbf00ff03, "trusted OS: who it is"});
    }
    std::sort(rules.begin(), rules.end(),
              [](const Rule& a, const Rule& b) { return a.first < b.first; });
    std::vector<Rule> result;
    for (const Rule& rule : rules)
        if (result.empty() || rule.first > result.back().last)
            result.push_back(rule);
    return result;
}

std::string smc_text(const Facts& facts) {
    auto rules = smc_rules(facts);
    std::string text =
        "    // What no line names is denied. `brig learn report` shows what Linux calls.\n";
    if (rules.empty())
        return text + "    std::array<SmcRule, 0> smc_policy{};\n";
    text += fmt::format("    std::array<SmcRule, {}> smc_policy{{{{\n", rules.size());
    for (const Rule& rule : rules)
        text += fmt::format("        {{{:#x}, {:#x}, SmcAction::forward, SmcCaller::root,\n"
                            "         \"{}\"}},\n",
                            rule.first, rule.last, rule.reason);
    return text + "    }};\n";
}

// The first region of redistributors, with those that follow without a gap.
Range redistributors(const Gic& gic) {
    Range result = gic.gicr[0];
    for (const Range& region : merged(gic.gicr))
        if (region.contains(result))
            return {result.first, region.last};
    return result;
}

std::string gic_text(const Gic& gic) {
    std::string text = fmt::format("    GicFrames gic{{.version = {},\n", gic.version);
    auto field = [&text](const char* name, uint64_t value) {
        text += fmt::format("                  .{} = {:#x},\n", name, value);
    };
    field("gicd", gic.gicd->first);
    if (gic.version == 3) {
        Range all = redistributors(gic);
        field("gicr", all.first);
        field("gicr_size", all.size());
    } else {
        field("gicc", gic.gicc->first);
        field("gich", gic.gich->first);
        field("gicv", gic.gicv->first);
    }
    if (gic.maintenance_irq)
        return text + fmt::format("                  .maintenance = {}}};\n", *gic.maintenance_irq);
    return text + "                  // TO BE CONFIRMED: the tree does not say it.\n"
                  "                  .maintenance = kUnknownMaintenance};\n";
}

std::string console_text(const ConsoleFacts& console) {
    if (console.uart)
        return fmt::format(
            "    EarlyConsole<console::Uart<console::{}>> console{{.address = {:#x}{}}};\n",
            console.uart->driver, *console.address,
            console.reg_distance == 4 ? ",\n        .wide_registers = true" : "");
    return "    // TO BE CONFIRMED: no UART of the tree can be used.\n"
           "    EarlyConsole<NoUart> console{.address = 0};\n";
}

std::string dram_text(const Facts& facts) {
    if (facts.memory.empty())
        return "    // TO BE CONFIRMED: the tree has no RAM.\n"
               "    uint64_t dram_end = kUnknownDramEnd;\n";
    uint64_t end = whole_pages(facts.memory.back()).last + 1;
    if (end == 0)
        return "    uint64_t dram_end = kUnknownDramEnd;\n";
    return fmt::format("    uint64_t dram_end = {:#x}; // {}\n", end, facts.memory_source);
}

} // namespace

std::string record_text(const Facts& facts, const std::string& name) {
    std::string text = "// SPDX-License-Identifier: Apache-2.0\n";
    std::string model = facts.model.empty() ? name : facts.model.substr(0, 55);
    std::replace(model.begin(), model.end(), '\\', '/'); // it could join the next line
    text += fmt::format("// {}. Written by `brig port new` from its device tree.\n", model);
    text += "#pragma once\n\n#include <array>\n\n#include \"board/contract.hpp\"\n";
    if (facts.console.uart)
        text += "#include \"console/uart/drivers.hpp\"\n";
    text += "\nnamespace brig::bsp {\n\n";
    text += "struct Record {\n";
    text += fmt::format("    const char* name = \"{}\";\n", name);
    text += gic_text(*facts.gic);
    text += console_text(facts.console);
    text += dram_text(facts);
    text += "    bool use_sdei = false;\n";
    text += smc_text(facts);
    text += "};\n\ninline constexpr Record board;\n\n} // namespace brig::bsp\n";
    return text;
}

std::string defconfig_text(const Facts& facts) {
    std::string text = "# SPDX-License-Identifier: Apache-2.0\n";
    constexpr size_t default_cpus = 16; // MAX_CPUS of core/Kconfig
    if (facts.cpus.size() > default_cpus)
        text += fmt::format("CONFIG_MAX_CPUS={}\n", facts.cpus.size());
    if (facts.gic->version == 2)
        text += "CONFIG_GICV2=y\n";
    if (facts.console.uart)
        text += fmt::format("CONFIG_{}=y\n", facts.console.uart->kconfig);
    return text;
}

} // namespace brig::port
