// SPDX-License-Identifier: Apache-2.0
// Linux's reports of its own trouble: oops, panic, SError, stalls, lockups, hung tasks, warnings.
#pragma once

#include "decode/event.hpp"
#include "decode/fields.hpp"
#include "decode/line.hpp"

#include <string_view>

namespace brig::decode {

// The kind of report that a line starts; null when it starts none.
const char* report_kind(std::string_view text);

class LinuxReport {
public:
    LinuxReport(const Line& headline, const char* kind);

    enum class Answer { NotMine, Mine, Complete };
    Answer take(const Line& line);
    // Does a headline of this kind go on with this report ("Internal error" after "Unable to
    // handle", a panic after anything)?
    bool merges(const Line& headline, const char* kind) const;
    bool same_caller(const Line& line) const;
    size_t idle() const { return idle_; }
    void pass() { idle_++; }

    Event finish();

private:
    Event event_;
    FieldReader fields_;
    std::string caller_;
    size_t idle_ = 0;
    bool body_ = false; // registers or a trace came already

    bool take_text(const std::string& text);
    bool take_facts(const std::string& text, const Folded& folded);
    void take_code(std::string_view words);
    void choose_symbol();
};

} // namespace brig::decode
