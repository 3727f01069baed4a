// SPDX-License-Identifier: Apache-2.0
#include "decode/hyp_dump.hpp"

#include "decode/crash_record.hpp"
#include "decode/repair.hpp"

#include <algorithm>
#include <sstream>

namespace brig::decode {

namespace {

const Pattern& forbidden_or_trap() {
    static const Pattern pattern("(exception class {ec}");
    return pattern;
}

const Pattern& in_hypervisor() {
    static const Pattern pattern("Unhandled HYP exception");
    return pattern;
}

const Pattern& cell_state() {
    static const Pattern pattern("Cell state before exception");
    return pattern;
}

const std::vector<Pattern>& details() {
    static const std::vector<Pattern> patterns = {
        Pattern("FATAL: instruction abort at {ipa}"),
        Pattern("Unhandled data {direction} at {ipa}({size}"),
        Pattern("Unhandled data {direction} at {ipa}"),
        Pattern("FATAL: Invalid MMIO {direction}, address: {ipa}, size: {size}"),
        Pattern("FATAL: Invalid PCI MMCONFIG write"),
        Pattern("FATAL: Invalid PCI MSI-X table/PBA access"),
        Pattern("Unhandled SMC arch trap {smc_id}"),
        Pattern("Attempt to route IRQ{irq} outside of cell"),
        Pattern("assertion failed: "),
        Pattern("Stack of the hypervisor overwritten")};
    return patterns;
}

bool match_detail(const std::string& text, Captures* captures) {
    const Folded folded = fold(text);
    return std::any_of(details().begin(), details().end(), [&](const Pattern& pattern) {
        return pattern.find(text, folded, captures);
    });
}

void take_detail(const Captures& captures, Event& event) {
    if (const auto ipa = captures.find("ipa"); ipa != captures.end())
        event.ipa = read_hex(ipa->second);
    if (const auto direction = captures.find("direction"); direction != captures.end())
        event.write = Pattern("write").find(direction->second);
    if (const auto size = captures.find("size"); size != captures.end())
        if (const auto width = read_decimal(size->second); width && *width <= 64)
            event.width = static_cast<unsigned>(*width);
}

bool is_word(const std::string& word) {
    return word.size() == 8 && read_hex(word).has_value();
}

// The number in front of which a dump goes on: order of its registers.
int order(const std::string& name) {
    constexpr const char* head[] = {"pc", "lr", "spsr", "sp", "elr", "esr"};
    for (int i = 0; i < 6; i++)
        if (name == head[i])
            return i;
    return name[0] == 'x' ? 10 + std::stoi(name.substr(1)) : 50;
}

} // namespace

bool starts_dump(const Line& line) {
    const Folded folded = fold(line.text);
    return forbidden_or_trap().find(line.text, folded) || in_hypervisor().find(line.text, folded);
}

bool continues_dump(const Line& line) {
    return cell_state().find(line.text);
}

bool is_dump_detail(const Line& line) {
    return match_detail(line.text, nullptr) || starts_record(line);
}

HypDump::HypDump(const Line& headline, const std::vector<Line>& details)
    : caller_(headline.caller) {
    event_.first_line = details.empty() ? headline.number : details.front().number;
    event_.time = headline.time;
    for (const Line& line : details) {
        Captures captures;
        if (starts_record(line))
            record_ = line;
        match_detail(line.text, &captures);
        take_detail(captures, event_);
        event_.captures.insert(captures.begin(), captures.end());
        keep(line);
    }
    event_.headline = headline.text;
    keep(headline);
    Captures captures;
    if (forbidden_or_trap().find(headline.text, &captures)) {
        event_.kind = kind::cell_exception;
        if (const auto ec = read_hex(captures["ec"]); ec && *ec < 64)
            event_.ec = static_cast<unsigned>(*ec);
    } else if (continues_dump(headline)) {
        event_.kind = kind::cell_exception;
    } else {
        event_.kind = kind::hyp_exception;
        event_.where = "hypervisor";
    }
}

void HypDump::keep(const Line& line) {
    idle_ = 0;
    event_.last_line = line.number;
    event_.lines.push_back(line.text);
}

bool HypDump::expects(const Line& line) const {
    const std::vector<std::string> names = FieldReader::names(line.text);
    if (names.empty())
        return in_stack_;
    const int last = last_register_.empty() ? -1 : order(last_register_);
    const int next = order(names.front());
    return next == last + 1 || (last == 5 && next == 10);
}

bool HypDump::take_stack(const std::string& text) {
    std::istringstream stream(text);
    std::vector<std::string> words;
    std::optional<uint64_t> at = stack_at_;
    for (std::string word; stream >> word;) {
        if (word.ends_with(':') && words.empty()) {
            const auto low = read_hex(word);
            if (!low || *low > 0xffff)
                return false;
            at = (stack_start_ & ~0xffffull) | *low;
            if (*at + 32 <= stack_start_)
                *at += 0x10000;
            continue;
        }
        if (!is_word(word))
            return false;
        words.push_back(word);
    }
    if (words.empty() || words.size() > 8 || !at)
        return false;
    // The first line begins at sp, and so may have blanks for what is below.
    uint64_t address = stack_.empty() ? *at + 32 - 4 * words.size() : *at;
    for (const std::string& word : words) {
        stack_[address] = static_cast<uint32_t>(*read_hex(word));
        address += 4;
    }
    stack_at_ = *at + 32;
    return true;
}

HypDump::Answer HypDump::take(const Line& line) {
    static const Pattern end("CPU {cpu} (Cell:");
    static const Pattern stack("stack before exception");
    if (in_tail_) {
        if (!take_record_line(line, event_))
            return Answer::NotMine;
        event_.last_line = line.number;
        return Answer::Mine;
    }
    // Another message's: of Linux, or (`brig log`) of another CPU.
    if ((line.time && !event_.time) ||
        (!line.caller.empty() && !caller_.empty() && line.caller != caller_))
        return Answer::NotMine;
    const Folded folded = fold(line.text);
    Captures captures;
    if (end.find(line.text, folded, &captures)) {
        if (const auto cpu = read_decimal(captures["cpu"]); cpu && *cpu < 4096)
            event_.cpu = static_cast<unsigned>(*cpu);
        // The whole name: it may have blanks.
        const size_t quote = line.text.find('"');
        const size_t close = line.text.find('"', quote + 1);
        event_.cell = line.text.substr(quote + 1, close - quote - 1);
        keep(line);
        in_tail_ = record_.has_value();
        return record_ ? Answer::Mine : Answer::Complete;
    }
    bool mine = cell_state().find(line.text, folded);
    if (stack.find(line.text, folded)) {
        mine = in_stack_ = true;
        if (const size_t open = line.text.find('('); open != std::string::npos)
            if (const auto start =
                    read_hex(line.text.substr(open + 1, line.text.find(' ', open) - open - 1))) {
                stack_start_ = *start;
                stack_at_ = *start & ~31ull;
            }
    } else if (in_stack_ && take_stack(line.text)) {
        mine = true;
    } else if (!mine) {
        const std::vector<std::string> names = FieldReader::names(line.text);
        mine = fields_.read(line.text, event_);
        if (!names.empty())
            last_register_ = names.back();
    }
    if (!mine)
        return Answer::NotMine;
    keep(line);
    return Answer::Mine;
}

Event HypDump::finish() {
    if (record_)
        take_record_heading(*record_, event_);
    for (const auto& [address, word] : stack_)
        if (address % 8 == 0)
            if (const auto high = stack_.find(address + 4); high != stack_.end())
                event_.stack[address] = uint64_t{high->second} << 32 | word;
    // A class that OCR damaged in one of its two places.
    if (event_.esr && event_.ec && event_.esr->ec != *event_.ec)
        event_.esr = decode_esr(uint64_t{*event_.ec} << 26 | (event_.esr->value & 0x3ffffff));
    if (!event_.pc)
        event_.pc = event_.elr;
    if (event_.esr && event_.esr->field("WnR") != nullptr && !event_.write)
        event_.write = event_.esr->field("WnR")->value == 1;
    if (event_.hpfar && !event_.ipa) {
        // FAR is the address that was walked for, so its low bits say nothing about a table's.
        const EsrField* walk = event_.esr ? event_.esr->field("S1PTW") : nullptr;
        const uint64_t low = walk != nullptr && walk->value == 1 ? 0 : event_.far.value_or(0);
        event_.ipa = (*event_.hpfar >> 4 & 0xfffffffffff) << 12 | low % 0x1000;
    }
    return std::move(event_);
}

} // namespace brig::decode
