// SPDX-License-Identifier: Apache-2.0
// Finds events in a stream of lines. Several reports may be open at once: of the hypervisor on two
// CPUs, and of Linux on each CPU.
#pragma once

#include "decode/event.hpp"
#include "decode/hyp_dump.hpp"
#include "decode/line.hpp"
#include "decode/linux_report.hpp"
#include "decode/listing.hpp"

#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace brig::decode {

// A line that is an event of its own.
struct MessagePattern {
    std::string kind;
    Pattern pattern;
};

class Finder {
public:
    explicit Finder(std::vector<MessagePattern> messages);

    // The next line. Returns the events that it completed, in the order they began.
    std::vector<Event> feed(std::string_view raw);
    // The input is silent for so long that what is open will not go on.
    std::vector<Event> flush();
    // It ended. A disassembly that belongs to no event becomes one.
    std::vector<Event> finish();

    // Disassembly that was in the text.
    const Listing& listing() const { return listing_; }

private:
    std::vector<MessagePattern> messages_;
    std::list<HypDump> dumps_;
    std::list<LinuxReport> reports_;
    std::vector<Line> details_; // of a dump to come
    Listing listing_;
    std::string kernel_; // release, once a banner or a report named it
    Number kernel_offset_;
    Number hypervisor_base_;
    std::string broken_; // the beginning of a dump line that another message cut
    size_t lines_ = 0;
    size_t after_report_ = 100; // lines since the last of Linux's reports ended
    bool found_ = false;

    void take(const Line& line, std::vector<Event>& events);
    void take_facts(const Line& line);
    bool take_dump(const Line& line, std::vector<Event>& events);
    bool take_report(const Line& line, std::vector<Event>& events);
    void take_message(const Line& line, std::vector<Event>& events);
    void drop_details(std::vector<Event>& events, bool all);
    void add(Event event, std::vector<Event>& events);
};

} // namespace brig::decode
