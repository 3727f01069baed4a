// SPDX-License-Identifier: Apache-2.0
#include "decode/conditions.hpp"

#include "decode/repair.hpp"
#include "decode/sysreg.hpp"

#include <algorithm>

namespace brig::decode {

namespace {

// "its_allocate_entry" of "its_allocate_entry+0x34/0x100 [module]".
std::string function_name(const std::string& symbol) {
    return symbol.substr(0, symbol.find("+0x"));
}

template <typename List, typename Test>
bool any(const List& list, Test test) {
    return std::any_of(list.begin(), list.end(), test);
}

template <typename T>
bool has(const std::vector<T>& list, const T& value) {
    return std::find(list.begin(), list.end(), value) != list.end();
}

// An empty list of conditions holds.
template <typename List, typename Test>
bool none_or_any(const List& list, Test test) {
    return list.empty() || any(list, test);
}

bool text_holds(const Conditions& conditions, const Event& event, Captures& values) {
    return none_or_any(conditions.text, [&](const Pattern& pattern) {
        return any(event.lines,
                   [&](const std::string& line) { return pattern.find(line, &values); });
    });
}

bool fields_hold(const Conditions& conditions, const Event& event) {
    if (!conditions.ec.empty()) {
        const auto ec = event.exception_class();
        if (!ec || !has(conditions.ec, uint64_t{*ec}))
            return false;
    }
    for (const auto& [name, values] : conditions.fields) {
        const EsrField* field = event.esr ? event.esr->field(name) : nullptr;
        if (field == nullptr || !has(values, field->value))
            return false;
    }
    return true;
}

bool symbols_hold(const Conditions& conditions, const Event& event) {
    const std::string name = function_name(event.symbol);
    if (!none_or_any(conditions.symbol, [&](const Pattern& p) { return p.fits(name); }))
        return false;
    return none_or_any(conditions.trace, [&](const Pattern& pattern) {
        const auto fits = [&](const std::string& symbol) {
            return pattern.fits(function_name(symbol));
        };
        return fits(event.symbol) || fits(event.lr_symbol) || any(event.trace, fits) ||
               any(event.calls, [&](const Place& place) { return fits(place.symbol); });
    });
}

// System registers that the event is about.
std::vector<std::string> accessed_registers(const Event& event) {
    std::vector<std::string> names;
    if (event.esr && event.esr->ec == 0x18)
        names.push_back(trapped_register(*event.esr).name);
    for (const Instruction& instruction : event.instructions)
        if (instruction.current || event.kind == kind::disassembly)
            if (const auto access = system_register_access(instruction.word))
                names.push_back(access->name);
    return names;
}

bool instruction_holds(const Conditions& conditions, const Event& event) {
    if (!conditions.instruction.empty()) {
        const Instruction* instruction = event.instruction();
        if (instruction == nullptr || !any(conditions.instruction, [&](const Pattern& pattern) {
                return pattern.find(instruction->text);
            }))
            return false;
    }
    if (conditions.registers.empty())
        return true;
    return any(accessed_registers(event),
               [&](const std::string& name) { return has(conditions.registers, name); });
}

// The id of a message, or x0 of an SMC that was trapped.
bool smc_holds(const Conditions& conditions, const Event& event, const Captures& values) {
    if (conditions.smc.empty())
        return true;
    Number id;
    if (const auto text = values.find("smc_id"); text != values.end())
        id = read_hex(text->second);
    const auto ec = event.exception_class();
    const bool call = ec && (*ec == 0x17 || *ec == 0x13);
    if (!id && call && event.registers.contains(0))
        id = event.registers.at(0) & 0xffffffff;
    return id && any(conditions.smc, [&](const Range& range) { return range.contains(*id); });
}

bool address_holds(const Conditions& conditions, const Event& event) {
    if (!conditions.access.empty()) {
        const Number address = event.ipa;
        if (!address ||
            !any(conditions.access, [&](const Range& range) { return range.contains(*address); }))
            return false;
    }
    const AddressInfo none;
    const AddressInfo& info = event.address ? *event.address : none;
    if (!conditions.address.empty() && !has(conditions.address, info.kind))
        return false;
    return none_or_any(conditions.node, [&](const Pattern& pattern) {
        return !info.node.empty() && (pattern.find(info.compatible) || pattern.find(info.node));
    });
}

} // namespace

bool holds(const Conditions& conditions, const Event& event, const History& history,
           Captures& values) {
    if (!conditions.kinds.empty() && !has(conditions.kinds, event.kind))
        return false;
    if (!conditions.where.empty() && !has(conditions.where, event.where))
        return false;
    if (!none_or_any(conditions.after,
                     [&](const std::string& id) { return has(history.causes, id); }) ||
        !none_or_any(conditions.after_kind,
                     [&](const std::string& kind) { return has(history.kinds, kind); }))
        return false;
    if (!none_or_any(conditions.kernel, [&](const Pattern& p) { return p.find(event.kernel); }) ||
        !none_or_any(conditions.cell, [&](const Pattern& p) { return p.fits(event.cell); }))
        return false;
    if (!none_or_any(conditions.value, [&](uint64_t value) {
            return any(event.registers, [&](const auto& entry) { return entry.second == value; });
        }))
        return false;
    return fields_hold(conditions, event) && symbols_hold(conditions, event) &&
           instruction_holds(conditions, event) && address_holds(conditions, event) &&
           text_holds(conditions, event, values) && smc_holds(conditions, event, values);
}

} // namespace brig::decode
