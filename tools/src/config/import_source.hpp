// SPDX-License-Identifier: Apache-2.0
// Partition source while it is written, with what could not be said in it.
#pragma once

#include "config/import.hpp"
#include "config/model.hpp"

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <vector>

namespace brig::config {

class Source {
public:
    explicit Source(Imported& result) : result_(&result) {}

    void line(std::string_view text);
    void blank() { text_ += '\n'; }
    void open(std::string_view node) { line(fmt::format("{} {{", node)), depth_++; }
    void close() { depth_--, line("};"); }
    // One or more lines of `// text`, broken at blanks.
    void comment(std::string_view text);

    // A property in angle brackets, on as many lines as it takes.
    void numbers(std::string_view property, const std::vector<uint64_t>& numbers);
    // A node on one line if it fits, with a comment behind or before it.
    void node(std::string_view name, const std::vector<std::string>& properties,
              std::string_view remark);

    // Something that the language has no words for: a comment here and a warning.
    void lost(const std::string& where, const std::string& what);
    // Different bytes, same meaning.
    void note(const std::string& where, const std::string& what);

    const std::string& text() const { return text_; }

private:
    std::string indent() const { return std::string(depth_ * 4, ' '); }

    Imported* result_;
    std::string text_;
    size_t depth_ = 0;
};

std::string address_cells(uint64_t value);                // "0x0 0x7f000000"
std::string range_cells(uint64_t address, uint64_t size); // "<0x0 0x7f000000 0x0 0x10000>"
// In double quotes, as far as dtc understands it.
std::string in_quotes(std::string_view text);

void import_system(Source& source, const System& system);
// The properties and nodes inside the cell's node. `gicd`: 0 when it is not known.
void import_cell(Source& source, const Cell& cell, uint64_t gicd, const board::Names& names,
                 bool root);
// A console node; nothing when all of it is zero.
void import_console(Source& source, const Console& console, const std::string& where);

} // namespace brig::config
