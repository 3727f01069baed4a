// SPDX-License-Identifier: Apache-2.0
// What is known about failures: signature, cause, remedy. The data are TOML (knowledge/, built
// into the program; docs/decode.md), to which a user can add.
#pragma once

#include "decode/event.hpp"
#include "decode/finder.hpp"
#include "decode/pattern.hpp"
#include "util/range.hpp"

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace brig::decode {

// All that are given have to hold; of a list, one is enough.
struct Conditions {
    double confidence = 0;
    std::vector<std::string> kinds;
    std::vector<uint64_t> ec;
    std::map<std::string, std::vector<uint64_t>> fields; // of the syndrome
    std::vector<Pattern> text;                           // in one of the event's lines
    std::vector<Pattern> symbol;                         // function name of pc
    std::vector<Pattern> trace;         // function name in the call trace or chain, or of lr
    std::vector<Pattern> instruction;   // at pc
    std::vector<std::string> registers; // system registers that the instruction at pc, or a trapped
                                        // one, accesses; in a listing, any
    std::vector<uint64_t> value;        // in one of x0-x30
    std::vector<Range> access;          // address of the access (IPA)
    std::vector<std::string> address;   // kinds of AddressInfo
    std::vector<Pattern> node;          // compatible string or path of the node at the address
    std::vector<std::string> where;     // of pc: Event::where
    std::vector<Pattern> kernel;        // release
    std::vector<Pattern> cell;
    std::vector<Range> smc;              // function id of a firmware call
    std::vector<std::string> after;      // first cause of an earlier event
    std::vector<std::string> after_kind; // of an earlier event
};

struct Entry {
    std::string id;
    std::string title;
    std::string explanation;
    std::vector<std::string> remedy; // with {name} for what the event tells
    std::string source;
    std::string example;
    std::vector<Conditions> when;
};

// The events before.
struct History {
    std::vector<std::string> kinds;
    std::vector<std::string> causes; // the first of each
};

struct Cause {
    const Entry* entry = nullptr;
    double confidence = 0;
    std::vector<std::string> remedy;
    std::string explanation;
};

struct Explained {
    Event event;
    std::vector<Cause> causes; // most likely first
};

class Knowledge {
public:
    // What is built in.
    static Knowledge standard();
    // Adds entries; one whose id is there already replaces it. `name` is for the error text. Throws
    // Error with the place of the mistake.
    void add(std::string_view toml, const std::string& name);
    void add_file(const std::filesystem::path& file);

    const std::vector<Entry>& entries() const { return entries_; }
    // Patterns of conditions whose kind is not one that the finder knows by itself.
    std::vector<MessagePattern> messages() const;
    // Most likely first.
    std::vector<Cause> causes(const Event& event, const History& history) const;

private:
    std::vector<Entry> entries_;
};

// The names that a remedy may use, with what they stand for in this event.
Captures placeholders(const Event& event);

} // namespace brig::decode
