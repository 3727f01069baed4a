// SPDX-License-Identifier: Apache-2.0
#include "decode/linux_report.hpp"

#include "decode/repair.hpp"

#include <algorithm>
#include <sstream>

namespace brig::decode {

namespace {

struct Headline {
    const char* kind;
    Pattern pattern;
};

const std::vector<Headline>& headlines() {
    static const std::vector<Headline> table = {
        {kind::oops, Pattern("Unable to handle kernel ")},
        {kind::oops, Pattern("Internal error: ")},
        {kind::oops, Pattern("Bad mode in ")},
        {kind::oops, Pattern("Unhandled 64-bit * exception on CPU")}, // the same since 5.14
        {kind::oops, Pattern("kernel BUG at ")},
        {kind::oops, Pattern("Insufficient stack space to handle exception")},
        {kind::serror, Pattern("SError Interrupt on CPU")},
        {kind::panic, Pattern("Kernel panic - not syncing")},
        {kind::rcu_stall, Pattern("detected stall on CPU")},
        {kind::rcu_stall, Pattern("detected stalls on CPU")},
        {kind::rcu_stall, Pattern("self-detected stall on")},
        {kind::rcu_stall, Pattern("detected expedited stalls on")},
        {kind::rcu_stall, Pattern("ticks this GP)")},
        {kind::soft_lockup, Pattern("BUG: soft lockup - CPU")},
        {kind::hung_task, Pattern("blocked for more than {seconds} seconds")},
        {kind::warning, Pattern("WARNING: CPU: ")}};
    return table;
}

// Lines of a report that hold nothing to take.
const std::vector<Pattern>& fillers() {
    static const std::vector<Pattern> patterns = [] {
        std::vector<Pattern> list;
        for (const char* text : {"Modules linked in",
                                 "Hardware name:",
                                 "Workqueue:",
                                 "Mem abort info",
                                 "abort info:",
                                 "IL = ",
                                 "SET = ",
                                 "EA = ",
                                 "FSC = ",
                                 "ISV = ",
                                 "CM = ",
                                 "GCS = ",
                                 "pgtable:",
                                 "] pgd=",
                                 "jiffies",
                                 "rcu: ",
                                 "(detected by",
                                 "Sending NMI",
                                 "NMI backtrace",
                                 "flags:0x",
                                 "cut here",
                                 "SMP: stopping",
                                 "Kernel Offset",
                                 "CPU features",
                                 "Memory Limit",
                                 "Stack pointer",
                                 "disables this message",
                                 "running task",
                                 "irq event stamp",
                                 "hardirqs last",
                                 "softirqs last",
                                 "PHYS_OFFSET",
                                 "softirq=",
                                 "idle="})
            list.emplace_back(text);
        return list;
    }();
    return patterns;
}

// Functions through which a report is made, and which wait: not where the trouble is.
const std::vector<Pattern>& machinery() {
    static const std::vector<Pattern> patterns = [] {
        std::vector<Pattern> list;
        for (const char* text :
             {"dump_backtrace*", "show_stack*", "dump_stack*", "__switch_to*", "__schedule*",
              "schedule+*", "schedule_timeout*", "schedule_preempt_disabled*", "io_schedule*",
              "wait_for_completion*", "wait_for_common*", "sched_show_task*", "dump_cpu_task*"})
            list.emplace_back(text);
        return list;
    }();
    return patterns;
}

bool fits_any(const std::vector<Pattern>& patterns, const std::string& text) {
    return std::any_of(patterns.begin(), patterns.end(),
                       [&](const Pattern& pattern) { return pattern.fits(text); });
}

std::string word_after(const std::string& text, const std::string& label) {
    const size_t at = text.find(label);
    if (at == std::string::npos)
        return {};
    std::istringstream stream(text.substr(at + label.size()));
    std::string word;
    stream >> word;
    return word;
}

void set_cpu(Event& event, const std::string& word) {
    std::string digits;
    for (const char c : word) {
        if (c < '0' || c > '9')
            break;
        digits += c;
    }
    if (const auto cpu = read_decimal(digits); cpu && *cpu < 4096 && !event.cpu)
        event.cpu = static_cast<unsigned>(*cpu);
}

// "7-....: (125950 ticks this GP)".
void take_stalled_cpu(const std::string& text, Event& event) {
    const size_t dash = text.find('-');
    if (dash == 0 || dash == std::string::npos || text.find("this GP") == std::string::npos)
        return;
    size_t begin = dash;
    while (begin > 0 && text[begin - 1] >= '0' && text[begin - 1] <= '9')
        begin--;
    set_cpu(event, text.substr(begin, dash - begin));
}

// The syndrome in "Internal error: Oops: 96000004 [#1]", "code 0xbe000011 -- SError",
// "Unhandled 64-bit el1h sync exception on CPU0, ESR 0x000000005a000000 -- HVC (AArch64)".
void take_syndrome(const std::string& text, Event& event) {
    std::string word = word_after(text, "code ");
    if (word.empty())
        word = word_after(text, "ESR = ");
    if (word.empty() && text.find("Unhandled ") != std::string::npos)
        word = word_after(text, "ESR ");
    if (const size_t count = text.find(" [#"); word.empty() && count != std::string::npos) {
        const size_t colon = text.rfind(' ', count - 1);
        if (colon != std::string::npos)
            word = text.substr(colon + 1, count - colon - 1);
    }
    if (const auto value = read_hex(word); value && word.size() >= 8 && !event.esr)
        event.esr = decode_esr(*value);
}

} // namespace

const char* report_kind(std::string_view text) {
    const Folded folded = fold(text);
    for (const Headline& headline : headlines())
        if (headline.pattern.find(text, folded))
            return headline.kind;
    return nullptr;
}

LinuxReport::LinuxReport(const Line& headline, const char* kind) : caller_(headline.caller) {
    event_.kind = kind;
    event_.headline = headline.text;
    event_.first_line = headline.number;
    event_.time = headline.time;
    take(headline);
    body_ = false;
}

bool LinuxReport::same_caller(const Line& line) const {
    return caller_.empty() || line.caller.empty() || caller_ == line.caller;
}

bool LinuxReport::merges(const Line& headline, const char* kind) const {
    if (!same_caller(headline))
        return false;
    if (std::string(kind) == decode::kind::panic)
        return true;
    if (event_.kind != kind)
        return false;
    const bool late = headline.time && event_.time && *headline.time > *event_.time + 3;
    return !late && (!body_ || kind == std::string(decode::kind::rcu_stall));
}

void LinuxReport::take_code(std::string_view words) {
    std::istringstream stream{std::string(words)};
    event_.code.clear();
    for (std::string word; stream >> word && event_.code.size() < 64;) {
        const bool current = word.front() == '(';
        const auto value = read_hex(word);
        if (!value || *value > 0xffffffff)
            return;
        if (current)
            event_.code_current = event_.code.size();
        event_.code.push_back(static_cast<uint32_t>(*value));
    }
}

bool LinuxReport::take_facts(const std::string& text, const Folded& folded) {
    static const Pattern address("virtual address {far}"), comm("Comm: {task}"),
        title("Call trace"), task_dump("Task dump for CPU {cpu}"), task("task:{task}"),
        cpu("CPU: {cpu} "), on_cpu("CPU#{cpu} "), interrupt("SError Interrupt on CPU{cpu},"),
        detected("on CPU{cpu},"), hung("INFO: task {task} blocked");
    Captures found;
    if (text.starts_with("Code: ")) {
        take_code(std::string_view(text).substr(6));
        return true;
    }
    bool mine = title.find(text, folded);
    for (const Pattern* pattern : {&task_dump, &cpu, &on_cpu, &interrupt, &detected})
        if (pattern->find(text, folded, &found)) {
            set_cpu(event_, found["cpu"]);
            mine = true;
        }
    for (const Pattern* pattern : {&comm, &task, &hung})
        if (pattern->find(text, folded, &found)) {
            if (event_.task.empty())
                event_.task = found["task"];
            mine = true;
        }
    if (address.find(text, folded, &found)) {
        if (!event_.far)
            event_.far = read_hex(found["far"]);
        mine = true;
    }
    if (const size_t number = text.find(" #");
        mine && number != std::string::npos && text.find("ainted") != std::string::npos) {
        const size_t begin = text.rfind(' ', number - 1);
        event_.kernel = text.substr(begin + 1, number - begin - 1);
    }
    return mine;
}

bool LinuxReport::take_text(const std::string& text) {
    const Folded folded = fold(text);
    bool mine = take_facts(text, folded);
    take_stalled_cpu(text, event_);
    take_syndrome(text, event_);
    const std::vector<std::string> names = FieldReader::names(text);
    if (!names.empty()) {
        const std::string symbol = read_symbol(text.substr(text.find(':') + 1));
        if (!symbol.empty() && names[0] == "pc" && event_.symbol.empty())
            event_.symbol = symbol;
        else if (!symbol.empty() && names[0] == "lr" && event_.lr_symbol.empty())
            event_.lr_symbol = symbol;
        fields_.read(text, event_);
        body_ = body_ || names[0] == "pc" || names[0].starts_with('x');
        return true;
    }
    if (const std::string symbol = read_symbol(text); !symbol.empty()) {
        event_.trace.push_back(symbol);
        body_ = true;
        return true;
    }
    return mine || std::any_of(fillers().begin(), fillers().end(),
                               [&](const Pattern& pattern) { return pattern.find(text, folded); });
}

LinuxReport::Answer LinuxReport::take(const Line& line) {
    if (!same_caller(line))
        return Answer::NotMine;
    const bool last = line.text.starts_with("---[ end");
    if (!last && !take_text(line.text) && report_kind(line.text) == nullptr)
        return Answer::NotMine;
    idle_ = 0;
    event_.last_line = line.number;
    event_.lines.push_back(line.text);
    return last ? Answer::Complete : Answer::Mine;
}

// Where the CPU was: pc, or behind the interrupt that noticed.
void LinuxReport::choose_symbol() {
    if (!event_.symbol.empty() || event_.trace.empty())
        return;
    static const std::vector<Pattern> entries = {Pattern("el1_irq+*"), Pattern("el1h_64_irq+*"),
                                                 Pattern("el1_interrupt+*")};
    const std::vector<std::string>& trace = event_.trace;
    for (size_t i = trace.size(); i-- > 0;)
        if (fits_any(entries, trace[i]) && i + 1 < trace.size()) {
            event_.symbol = trace[i + 1];
            return;
        }
    for (const std::string& frame : trace)
        if (!fits_any(machinery(), frame)) {
            event_.symbol = frame;
            return;
        }
    event_.symbol = trace.front();
}

Event LinuxReport::finish() {
    choose_symbol();
    if (event_.esr && event_.esr->field("WnR") != nullptr)
        event_.write = event_.esr->field("WnR")->value == 1;
    return std::move(event_);
}

} // namespace brig::decode
