// SPDX-License-Identifier: Apache-2.0
#include "decode/crash_record.hpp"

#include "decode/repair.hpp"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <sstream>

namespace brig::decode {

namespace {

const Pattern& heading() {
    static const Pattern pattern("Crash record of CPU {cpu}, {seconds} s:");
    return pattern;
}

// "HCR_EL2", "ICH_LR0".
bool is_system_register(const std::string& word) {
    return word.size() >= 6 && word.find('_') != std::string::npos &&
           std::all_of(word.begin(), word.end(), [](unsigned char c) {
               return std::isupper(c) != 0 || std::isdigit(c) != 0 || c == '_';
           });
}

Number register_value(const std::string& word) {
    return word.size() == 16 ? read_hex(word) : Number{};
}

// "  ESR_EL2        0000000092000005  ELR_EL2        0000000000001234": pairs, and nothing else.
bool take_registers(const std::string& text, Event& event) {
    std::istringstream stream(text);
    std::map<std::string, uint64_t> found;
    for (std::string name, digits; stream >> name;) {
        const Number value = stream >> digits ? register_value(digits) : Number{};
        if (!is_system_register(name) || !value)
            return false;
        found[name] = *value;
    }
    event.system.insert(found.begin(), found.end());
    return !found.empty();
}

// "pc 0000000000001234  read 0x8000004", behind the time.
bool take_exit(const Line& line, Event& event) {
    std::istringstream stream(line.text);
    std::string label, digits, reason;
    if (!line.time || !(stream >> label >> digits >> std::ws) || label != "pc")
        return false;
    const Number pc = register_value(digits);
    if (!pc || !std::getline(stream, reason))
        return false;
    event.exits.push_back({*line.time, *pc, reason});
    return true;
}

void set_from(const Event& event, const char* name, Number& field) {
    if (const auto found = event.system.find(name); !field && found != event.system.end())
        field = found->second;
}

} // namespace

bool starts_record(const Line& line) {
    return heading().find(line.text);
}

void take_record_heading(const Line& line, Event& event) {
    Captures captures;
    heading().find(line.text, &captures);
    if (const auto cpu = read_decimal(captures["cpu"]); cpu && *cpu < 4096)
        event.cpu = static_cast<unsigned>(*cpu);
    event.time = std::strtod(captures["seconds"].c_str(), nullptr);
}

bool take_record_line(const Line& line, Event& event) {
    static const Pattern exits("The last {count} exits, the fatal one at the end");
    if (exits.find(line.text) || take_exit(line, event))
        return true;
    if (line.time || !take_registers(line.text, event))
        return false;
    set_from(event, "ELR_EL2", event.elr);
    set_from(event, "SPSR_EL2", event.spsr);
    set_from(event, "FAR_EL2", event.far);
    set_from(event, "HPFAR_EL2", event.hpfar);
    if (const auto esr = event.system.find("ESR_EL2"); !event.esr && esr != event.system.end())
        event.esr = decode_esr(esr->second);
    return true;
}

} // namespace brig::decode
