// SPDX-License-Identifier: Apache-2.0
#include "board/iomem.hpp"

#include "util/error.hpp"
#include "util/file.hpp"
#include "util/text.hpp"

#include <algorithm>
#include <charconv>

namespace brig::board {

namespace {

std::optional<uint64_t> hex(std::string_view text) {
    uint64_t value = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
    if (error != std::errc{} || end != text.data() + text.size() || text.empty())
        return {};
    return value;
}

// "  00200000-083fffff : System RAM"; two blanks for each level.
std::optional<IomemEntry> parse_line(std::string_view line) {
    size_t indent = std::min(line.find_first_not_of(' '), line.size());
    size_t colon = line.find(" : ");
    size_t dash = line.find('-');
    if (colon == std::string_view::npos || dash > colon || dash < indent)
        return {};
    auto first = hex(line.substr(indent, dash - indent));
    auto last = hex(line.substr(dash + 1, colon - dash - 1));
    if (!first || !last || *last < *first)
        return {};
    return IomemEntry{
        {*first, *last}, printable(line.substr(colon + 3)), static_cast<unsigned>(indent / 2)};
}

} // namespace

std::vector<Range> Iomem::ram() const {
    // An outermost "reserved" is RAM that the tree marks `no-map` (arch/arm64/kernel/setup.c).
    std::vector<Range> result;
    for (const auto& entry : entries)
        if (entry.level == 0 && (entry.name == "System RAM" || entry.name == "reserved"))
            result.push_back(entry.range);
    return merged(std::move(result));
}

std::vector<Range> Iomem::reserved() const {
    std::vector<Range> result;
    for (const auto& entry : entries)
        if (entry.name == "reserved")
            result.push_back(entry.range);
    return merged(std::move(result));
}

Iomem parse_iomem(std::string_view text, const std::string& name) {
    Iomem result;
    unsigned number = 0;
    while (!text.empty()) {
        size_t end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        number++;
        if (line.ends_with('\r'))
            line.remove_suffix(1);
        if (line.find_first_not_of(' ') == std::string_view::npos)
            continue;
        auto entry = parse_line(line);
        if (!entry)
            fail("reading {}, line {}: `{}` is not a line of /proc/iomem (start-end : name)", name,
                 number, printable(line.substr(0, 60)));
        result.entries.push_back(*entry);
    }
    auto zero = [](const IomemEntry& entry) { return entry.range == Range{}; };
    if (!result.entries.empty() && std::all_of(result.entries.begin(), result.entries.end(), zero))
        fail("reading {}: all addresses are zero, as Linux shows them to ordinary users. Copy "
             "/proc/iomem as root",
             name);
    auto is_ram = [](const IomemEntry& entry) { return entry.name == "System RAM"; };
    if (std::none_of(result.entries.begin(), result.entries.end(), is_ram))
        fail("reading {}: it has no `System RAM`, so it is no copy of an arm64 board's /proc/iomem",
             name);
    return result;
}

Iomem load_iomem(const std::filesystem::path& file) {
    Bytes content = read_file(file, "copy of /proc/iomem");
    return parse_iomem({reinterpret_cast<const char*>(content.data()), content.size()},
                       file.string());
}

} // namespace brig::board
