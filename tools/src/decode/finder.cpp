// SPDX-License-Identifier: Apache-2.0
#include "decode/finder.hpp"

#include "decode/repair.hpp"

#include <algorithm>

namespace brig::decode {

namespace {

// Lines of other things until a report is over; a damaged one has holes.
constexpr size_t kReportPatience = 12;
constexpr size_t kDumpPatience = 60; // it says itself where it ends
constexpr size_t kDetailPatience = 6;
constexpr size_t kPanicFollows = 20;

} // namespace

Finder::Finder(std::vector<MessagePattern> messages) : messages_(std::move(messages)) {}

std::vector<Event> Finder::feed(std::string_view raw) {
    std::vector<Event> events;
    for (Line& line : read_line(raw, ++lines_)) {
        // A dump line that another message cut in two goes on where the next one without time
        // stamp begins.
        if (line.unfinished && !line.time && !dumps_.empty()) {
            broken_ = line.text;
            continue;
        }
        if (!broken_.empty() && !line.time) {
            line.text.insert(0, broken_);
            broken_.clear();
        }
        take(line, events);
    }
    return events;
}

// What lines outside of events say about all of them.
void Finder::take_facts(const Line& line) {
    static const Pattern banner("Linux version {release} "), code("Code location: {base}"),
        offset("Kernel Offset: {offset} from");
    const Folded folded = fold(line.text);
    Captures found;
    if (banner.find(line.text, folded, &found))
        kernel_ = found["release"];
    if (code.find(line.text, folded, &found))
        hypervisor_base_ = read_hex(found["base"]);
    if (offset.find(line.text, folded, &found))
        kernel_offset_ = read_hex(found["offset"]);
}

void Finder::take(const Line& line, std::vector<Event>& events) {
    take_facts(line);
    after_report_++;
    if (take_dump(line, events) || take_report(line, events))
        return;
    if (listing_.feed(line.text)) {
        if (listing_.first_line == 0)
            listing_.first_line = line.number;
        return;
    }
    take_message(line, events);
}

bool Finder::take_dump(const Line& line, std::vector<Event>& events) {
    for (auto dump = dumps_.begin(); dump != dumps_.end(); ++dump) {
        if (!dump->in_tail())
            continue;
        if (dump->take(line) == HypDump::Answer::Mine)
            return true;
        add(dump->finish(), events);
        dumps_.erase(dump);
        break;
    }
    if (starts_dump(line) || (dumps_.empty() && continues_dump(line))) {
        dumps_.emplace_back(line, details_);
        details_.clear();
        return true;
    }
    drop_details(events, false);
    // Of two dumps the one whose turn it is, else the newest that takes it.
    std::vector<HypDump*> order;
    for (HypDump& dump : dumps_)
        order.insert(order.begin(), &dump);
    if (order.size() > 1)
        std::stable_partition(order.begin(), order.end(),
                              [&](HypDump* dump) { return dump->expects(line); });
    for (HypDump* dump : order) {
        const HypDump::Answer answer = dump->take(line);
        if (answer == HypDump::Answer::NotMine)
            continue;
        if (answer == HypDump::Answer::Complete) {
            add(dump->finish(), events);
            dumps_.remove_if([&](const HypDump& other) { return &other == dump; });
        }
        return true;
    }
    for (auto dump = dumps_.begin(); dump != dumps_.end();) {
        dump->pass();
        if (dump->idle() > kDumpPatience) {
            add(dump->finish(), events);
            dump = dumps_.erase(dump);
        } else {
            ++dump;
        }
    }
    if (is_dump_detail(line)) {
        details_.push_back(line);
        return true;
    }
    return false;
}

// Details without a dump are messages like any other.
void Finder::drop_details(std::vector<Event>& events, bool all) {
    while (!details_.empty() && (all || details_.front().number + kDetailPatience < lines_)) {
        const Line line = details_.front();
        details_.erase(details_.begin());
        take_message(line, events);
    }
}

bool Finder::take_report(const Line& line, std::vector<Event>& events) {
    const char* kind = report_kind(line.text);
    auto close = [&](std::list<LinuxReport>::iterator report) {
        after_report_ = 0;
        add(report->finish(), events);
        return reports_.erase(report);
    };
    bool taken = false;
    for (auto report = reports_.begin(); report != reports_.end() && !taken;) {
        if (kind != nullptr && report->same_caller(line) && !report->merges(line, kind)) {
            report = close(report);
            continue;
        }
        const LinuxReport::Answer answer = report->take(line);
        taken = answer != LinuxReport::Answer::NotMine;
        if (!taken && !line.text.empty())
            report->pass();
        if (answer == LinuxReport::Answer::Complete || report->idle() > kReportPatience)
            report = close(report);
        else
            ++report;
    }
    if (taken || kind == nullptr)
        return taken;
    // The panic that ends every fatal oops is part of it.
    if (kind == std::string(kind::panic) && after_report_ < kPanicFollows)
        return true;
    reports_.emplace_back(line, kind);
    return true;
}

void Finder::take_message(const Line& line, std::vector<Event>& events) {
    const Folded folded = fold(line.text);
    for (const MessagePattern& message : messages_) {
        Event event;
        if (!message.pattern.find(line.text, folded, &event.captures))
            continue;
        event.kind = message.kind;
        event.headline = line.text;
        event.first_line = event.last_line = line.number;
        event.time = line.time;
        event.lines = {line.text};
        add(std::move(event), events);
        return;
    }
}

void Finder::add(Event event, std::vector<Event>& events) {
    if (!event.kernel.empty())
        kernel_ = event.kernel;
    else
        event.kernel = kernel_;
    event.kernel_offset = kernel_offset_;
    event.hypervisor_base = hypervisor_base_;
    found_ = true;
    events.push_back(std::move(event));
}

std::vector<Event> Finder::flush() {
    std::vector<Event> events;
    drop_details(events, true);
    for (HypDump& dump : dumps_)
        add(dump.finish(), events);
    dumps_.clear();
    for (LinuxReport& report : reports_)
        add(report.finish(), events);
    reports_.clear();
    broken_.clear();
    std::sort(events.begin(), events.end(),
              [](const Event& a, const Event& b) { return a.first_line < b.first_line; });
    return events;
}

std::vector<Event> Finder::finish() {
    std::vector<Event> events = flush();
    if (!found_ && !listing_.empty()) {
        Event event;
        event.kind = kind::disassembly;
        event.headline = "disassembly without a dump";
        event.first_line = event.last_line = listing_.first_line;
        add(std::move(event), events);
    }
    return events;
}

} // namespace brig::decode
