// SPDX-License-Identifier: Apache-2.0
// A hypervisor's dump, as the reference and Brig print it (docs/core.md): a headline, registers, a
// part of the stack, and who was stopped.
#pragma once

#include "decode/event.hpp"
#include "decode/fields.hpp"
#include "decode/line.hpp"

#include <vector>

namespace brig::decode {

// Is this the first line of a dump?
bool starts_dump(const Line& line);
// Is this its second line? It starts a dump whose first one got lost.
bool continues_dump(const Line& line);
// Is this a line in front of that one, which says more about it?
bool is_dump_detail(const Line& line);

class HypDump {
public:
    // `details`: the lines in front of it.
    HypDump(const Line& headline, const std::vector<Line>& details);

    enum class Answer {
        NotMine,
        Mine,
        Complete, // mine, and the last one
    };
    Answer take(const Line& line);
    // Is this the register that comes next here? For two dumps that are printed at once.
    bool expects(const Line& line) const;
    // Lines since the last one that belonged to it.
    size_t idle() const { return idle_; }
    void pass() { idle_++; }
    // A crash record, complete but for what follows the dump: ends before the first line that it
    // does not take.
    bool in_tail() const { return in_tail_; }

    Event finish();

private:
    Event event_;
    FieldReader fields_;
    std::string caller_;
    size_t idle_ = 0;
    bool in_stack_ = false;
    std::optional<Line> record_; // the heading of `brig log`: more follows the dump
    bool in_tail_ = false;
    std::optional<uint64_t> stack_at_; // of the next line
    uint64_t stack_start_ = 0;
    std::map<uint64_t, uint32_t> stack_; // 32-bit words
    std::string last_register_;

    bool take_stack(const std::string& text);
    void keep(const Line& line);
};

} // namespace brig::decode
