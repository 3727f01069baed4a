// SPDX-License-Identifier: Apache-2.0
#include "decode/knowledge.hpp"

#include "decode/conditions.hpp"
#include "decode/knowledge_reader.hpp"
#include "util/file.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace brig::decode {

namespace {

constexpr std::string_view kStandard =
#include "knowledge_data.hpp"
    ;

constexpr const char* kReports[] = {
    kind::cell_exception, kind::hyp_exception, kind::oops,      kind::panic,   kind::serror,
    kind::rcu_stall,      kind::soft_lockup,   kind::hung_task, kind::warning, kind::disassembly};

bool is_report(const std::string& name) {
    return std::any_of(std::begin(kReports), std::end(kReports),
                       [&](const char* report) { return name == report; });
}

std::string hex(uint64_t value) {
    return fmt::format("{:#x}", value);
}

// A name that the event does not tell stays as it is, in angle brackets: <address>.
std::string filled(const std::string& text, const Captures& values) {
    std::string result;
    for (size_t at = 0; at < text.size();) {
        const size_t open = text.find('{', at);
        const size_t close = text.find('}', open);
        if (close == std::string::npos)
            return result + text.substr(at);
        const std::string name = text.substr(open + 1, close - open - 1);
        result += text.substr(at, open - at);
        if (name.empty() || name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") != name.npos) {
            result += '{'; // a brace of a line to add
            at = open + 1;
            continue;
        }
        const auto value = values.find(name);
        result += value != values.end() ? value->second : "<" + name + ">";
        at = close + 1;
    }
    return result;
}

} // namespace

Captures placeholders(const Event& event) {
    Captures values = event.captures;
    auto set = [&](const char* name, const Number& number) {
        if (number)
            values.emplace(name, hex(*number));
    };
    const Number address = event.ipa ? event.ipa : event.far;
    set("address", address);
    if (address)
        values.emplace("page", hex(*address & ~0xfffull));
    set("pc", event.pc);
    if (event.cpu)
        values.emplace("cpu", std::to_string(*event.cpu));
    if (!event.cell.empty())
        values.emplace("cell", event.cell);
    if (!event.symbol.empty())
        values.emplace("symbol", event.symbol);
    if (event.address && !event.address->node.empty())
        values.emplace("node", event.address->node);
    if (event.address && !event.address->region.empty())
        values.emplace("region", event.address->region);
    if (const Instruction* instruction = event.instruction())
        values.emplace("instruction", instruction->text);
    if (const auto x0 = event.registers.find(0);
        x0 != event.registers.end() && event.exception_class() == 0x17)
        values.emplace("smc_id", hex(x0->second & 0xffffffff));
    return values;
}

Knowledge Knowledge::standard() {
    Knowledge knowledge;
    knowledge.add(kStandard, "built-in knowledge");
    return knowledge;
}

void Knowledge::add(std::string_view toml, const std::string& name) {
    for (Entry& entry : read_knowledge(toml, name)) {
        const auto same = std::find_if(entries_.begin(), entries_.end(),
                                       [&](const Entry& other) { return other.id == entry.id; });
        if (same != entries_.end())
            *same = std::move(entry);
        else
            entries_.push_back(std::move(entry));
    }
}

void Knowledge::add_file(const std::filesystem::path& file) {
    const Bytes content = read_file(file, "knowledge");
    add(std::string(content.begin(), content.end()), file.string());
}

std::vector<MessagePattern> Knowledge::messages() const {
    std::vector<MessagePattern> patterns;
    for (const Entry& entry : entries_)
        for (const Conditions& conditions : entry.when)
            for (const std::string& name : conditions.kinds)
                if (!is_report(name))
                    for (const Pattern& pattern : conditions.text)
                        patterns.push_back({name, pattern});
    return patterns;
}

std::vector<Cause> Knowledge::causes(const Event& event, const History& history) const {
    std::vector<Cause> causes;
    for (const Entry& entry : entries_) {
        Captures values = placeholders(event);
        double confidence = 0;
        for (const Conditions& conditions : entry.when)
            if (conditions.confidence > confidence && holds(conditions, event, history, values))
                confidence = conditions.confidence;
        if (confidence == 0)
            continue;
        Cause cause{&entry, confidence, {}, filled(entry.explanation, values)};
        for (const std::string& line : entry.remedy)
            cause.remedy.push_back(filled(line, values));
        causes.push_back(std::move(cause));
    }
    std::stable_sort(causes.begin(), causes.end(),
                     [](const Cause& a, const Cause& b) { return a.confidence > b.confidence; });
    return causes;
}

} // namespace brig::decode
