// SPDX-License-Identifier: Apache-2.0
#include "config/import_source.hpp"
#include "util/text.hpp"

namespace brig::config {

namespace {

constexpr size_t width = 100;

std::string wrapped(std::string_view text, const std::string& first, const std::string& next) {
    std::string out;
    std::string line = first;
    bool fresh = true;
    while (!text.empty()) {
        size_t blank = std::min(text.find(' '), text.size());
        std::string_view word = text.substr(0, blank);
        if (!fresh && line.size() + 1 + word.size() > width) {
            out += line + "\n";
            line = next;
            fresh = true;
        }
        line += (fresh ? "" : " ") + std::string(word);
        fresh = false;
        text.remove_prefix(std::min(blank + 1, text.size()));
    }
    return out + line + "\n";
}

} // namespace

void Source::line(std::string_view text) {
    text_ += indent() + std::string(text) + "\n";
}

void Source::comment(std::string_view text) {
    text_ += wrapped(text, indent() + "// ", indent() + "// ");
}

void Source::numbers(std::string_view property, const std::vector<uint64_t>& numbers) {
    if (numbers.empty())
        return;
    std::string text;
    for (uint64_t number : numbers)
        text += (text.empty() ? "" : " ") + fmt::format("{}", number);
    std::string head = fmt::format("{}{} = <", indent(), property);
    text_ += wrapped(text + ">;", head, std::string(head.size(), ' '));
}

void Source::node(std::string_view name, const std::vector<std::string>& properties,
                  std::string_view remark) {
    std::string text = fmt::format("{} {{ ", name);
    for (const auto& property : properties)
        text += property + "; ";
    text += "};";
    if (indent().size() + text.size() + 4 + remark.size() <= width) {
        line(text + (remark.empty() ? "" : " // ") + std::string(remark));
        return;
    }
    comment(remark);
    if (indent().size() + text.size() <= width) {
        line(text);
        return;
    }
    open(name);
    for (const auto& property : properties)
        line(property + ";");
    close();
}

void Source::lost(const std::string& where, const std::string& what) {
    comment("NOT EXPRESSED: " + what);
    result_->warnings.push_back(where + ": " + what);
}

void Source::note(const std::string& where, const std::string& what) {
    result_->notes.push_back(where + ": " + what);
}

std::string address_cells(uint64_t value) {
    return fmt::format("{:#x} {:#x}", value >> 32, value & 0xffffffff);
}

std::string range_cells(uint64_t address, uint64_t size) {
    return fmt::format("<{} {}>", address_cells(address), address_cells(size));
}

std::string in_quotes(std::string_view text) {
    std::string out = "\"";
    for (char c : printable(text))
        out += c == '"' || c == '\\' ? std::string("\\") + c : std::string(1, c);
    return out + "\"";
}

} // namespace brig::config
