// SPDX-License-Identifier: Apache-2.0
// A page with the drawing and everything that it shows as tables.
#include "config/names.hpp"
#include "map/palette.hpp"
#include "map/render.hpp"
#include "util/text.hpp"

#include <fmt/format.h>

namespace brig::map {

namespace {

constexpr std::string_view page_style =
    R"(body{font:15px/1.5 system-ui,-apple-system,"Segoe UI","DejaVu Sans",sans-serif;margin:2rem auto;max-width:1180px;padding:0 1rem;color:#1b1f24;background:#ffffff}
figure{margin:0;overflow-x:auto}
h2{margin:2.5rem 0 .5rem;font-size:1.15rem}
table{border-collapse:collapse;width:100%;font-size:13px}
th,td{text-align:left;vertical-align:top;padding:.3rem .7rem .3rem 0;border-bottom:1px solid #d5dbe3}
th{color:#5d6773;font-weight:500}
code{font:12px ui-monospace,"DejaVu Sans Mono",Menlo,Consolas,monospace;white-space:nowrap}
.chip{display:inline-block;width:.8em;height:.8em;border-radius:3px;margin-right:.4em}
.fault{color:#d62f3c}
footer{margin:3rem 0 1rem;color:#5d6773;font-size:13px}
@media (prefers-color-scheme:dark){body{color:#e6e9ee;background:#14171c}th,td{border-color:#323a45}th,footer{color:#9aa5b3}.fault{color:#ff7a84}}
@media print{body{margin:0;max-width:none}h2{break-after:avoid}tr{break-inside:avoid}}
)";

using Row = std::vector<std::string>; // of XML

std::string table(const Row& head, const std::vector<Row>& rows) {
    std::string out = "<table><thead><tr>";
    for (const auto& cell : head)
        out += "<th>" + cell + "</th>";
    out += "</tr></thead>\n<tbody>\n";
    for (const auto& row : rows) {
        out += "<tr>";
        for (const auto& cell : row)
            out += "<td>" + cell + "</td>";
        out += "</tr>\n";
    }
    return out + "</tbody></table>\n";
}

std::string section(const std::string& title, const Row& head, const std::vector<Row>& rows) {
    return rows.empty() ? "" : fmt::format("<h2>{}</h2>\n", title) + table(head, rows);
}

std::string code(const std::string& text) {
    return "<code>" + escaped(text) + "</code>";
}

std::string chip(const Map& map, size_t owner) {
    return fmt::format("<span class=\"chip\" style=\"background:{}\"></span>{}",
                       owner_colour(owner), escaped(map.owners[owner].name));
}

std::string chips(const Map& map, const std::vector<size_t>& owners) {
    std::string out;
    for (size_t i = 0; i < owners.size(); i++) {
        if (i > 0)
            out += map.may_coexist(owners[i - 1], owners[i]) ? " and " : " or ";
        out += chip(map, owners[i]);
    }
    return out.empty() ? "nobody" : out;
}

std::string faults_of(const std::vector<std::string>& faults) {
    return faults.empty() ? ""
                          : fmt::format("<br/><span class=\"fault\">Fault: {}</span>",
                                        escaped(joined(faults, "; ")));
}

std::vector<Row> space_rows(const Map& map) {
    std::vector<Row> rows;
    for (const auto& piece : map.pieces) {
        std::string claims;
        for (const auto& claim : piece.claims) {
            claims += claims.empty() ? "" : "<br/>";
            claims += chip(map, claim.owner) + " " + hold_word(claim.hold);
            if (claim.owner != hypervisor)
                claims += fmt::format(" ({}{})",
                                      claim.guest != piece.range.first
                                          ? fmt::format("guest {:#x}, ", claim.guest)
                                          : "",
                                      config::flags_text(claim.flags, config::memory_flags()));
        }
        rows.push_back({code(piece.range.text()), size_text(piece.range.size()),
                        kind_word(piece.kind), claims,
                        escaped(joined(piece.names, ", ")) + faults_of(piece.faults)});
    }
    return rows;
}

std::vector<Row> owner_rows(const Map& map) {
    std::vector<Row> rows;
    for (size_t i = 0; i < map.owners.size(); i++) {
        const Owner& owner = map.owners[i];
        rows.push_back(
            {chip(map, i), i == hypervisor ? "" : list_text(owner.cpus), size_text(owner.ram),
             i == hypervisor ? "" : escaped(list_text(owner.interrupts)), escaped(owner.console),
             escaped(joined(owner.facts, "; ")), code(owner.where)});
    }
    return rows;
}

std::vector<Row> interrupt_rows(const Map& map) {
    std::vector<Row> rows;
    for (const auto& range : map.interrupts)
        rows.push_back(
            {code(range.first == range.last ? fmt::format("{}", range.first)
                                            : fmt::format("{}-{}", range.first, range.last)),
             chips(map, range.owners) + (range.fault ? " <span class=\"fault\">fault</span>" : ""),
             escaped(joined(range.names, ", "))});
    return rows;
}

std::vector<Row> device_rows(const Map& map) {
    std::vector<Row> rows;
    for (const auto& device : map.devices) {
        std::string registers;
        for (const auto& range : device.registers)
            registers += (registers.empty() ? "" : "<br/>") + code(range.text());
        rows.push_back({escaped(device.name), registers,
                        list_text({device.interrupts.begin(), device.interrupts.end()}),
                        chips(map, device.owners)});
    }
    return rows;
}

std::string list(const std::string& title, const std::vector<std::string>& texts,
                 const std::string& style) {
    if (texts.empty())
        return "";
    std::string out = fmt::format("<h2>{}</h2>\n<ol>\n", title);
    for (const auto& text : texts)
        out += fmt::format("<li{}>{}</li>\n", style, escaped(text));
    return out + "</ol>\n";
}

// The drawing has the faults, too; on the page they come as a list.
Map without_lists(Map map) {
    map.faults.clear();
    map.warnings.clear();
    return map;
}

} // namespace

std::string map_html(const Map& map) {
    std::string out = fmt::format(
        "<!DOCTYPE html>\n<html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"en\">\n<head>\n"
        "<meta charset=\"utf-8\"/>\n<meta name=\"viewport\" content=\"width=device-width\"/>\n"
        "<meta name=\"color-scheme\" content=\"light dark\"/>\n<title>{}</title>\n"
        "<style>\n{}</style>\n</head>\n<body>\n<figure>\n{}</figure>\n",
        escaped(map.title), page_style, map_svg(without_lists(map)));
    out += list("Faults", map.faults, " class=\"fault\"");
    out += list("Warnings", map.warnings, "");
    out += section("Owners", {"owner", "CPUs", "RAM", "INTIDs", "console", "", "from"},
                   owner_rows(map));
    out += section("Address space", {"range", "size", "kind", "owners", "what"}, space_rows(map));
    out += section("Interrupts", {"INTID", "owner", "devices"}, interrupt_rows(map));
    out += section("Devices of the board", {"device", "registers", "INTIDs", "owners"},
                   device_rows(map));
    return out + "<footer>Made by brig map.</footer>\n</body>\n</html>\n";
}

} // namespace brig::map
