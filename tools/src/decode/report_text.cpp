// SPDX-License-Identifier: Apache-2.0
#include "decode/report.hpp"
#include "decode/summary.hpp"
#include "decode/sysreg.hpp"

#include <fmt/format.h>

#include <cmath>
#include <sstream>

namespace brig::decode {

namespace {

constexpr size_t kWidth = 98;
constexpr size_t kMostCauses = 4;
constexpr size_t kShownExits = 5;

// Words of `text` in lines of kWidth, each behind `indent` blanks; the first behind `lead`.
std::string wrapped(const std::string& text, size_t indent, const std::string& lead = "") {
    std::istringstream stream(text);
    std::string result, line = lead.empty() ? std::string(indent, ' ') : lead;
    bool empty = true;
    for (std::string word; stream >> word;) {
        if (!empty && line.size() + 1 + word.size() > kWidth) {
            result += line + "\n";
            line = std::string(indent, ' ');
            empty = true;
        }
        line += (empty ? "" : " ") + word;
        empty = false;
    }
    return result + line + "\n";
}

class Writer {
public:
    Writer(const Explained& explained, bool colour) : explained_(explained), colour_(colour) {}
    std::string text();

private:
    const Explained& explained_;
    bool colour_;

    std::string painted(const std::string& text, const char* code) const {
        return colour_ ? fmt::format("\033[{}m{}\033[0m", code, text) : text;
    }
    std::string title() const;
    std::string syndrome() const;
    std::string numbers() const;
    std::string place() const;
    std::string record() const;
    std::string code() const;
    std::string calls() const;
    std::string address() const;
    std::string causes() const;
};

std::string Writer::title() const {
    const Event& event = explained_.event;
    const std::string lines = event.first_line == event.last_line
                                  ? fmt::format("line {}", event.first_line)
                                  : fmt::format("lines {}-{}", event.first_line, event.last_line);
    std::string text = painted(event.kind, "1;31") + " (" + lines;
    if (event.time)
        text += fmt::format(", {:.6f} s", *event.time);
    if (event.cpu)
        text += fmt::format(", CPU {}", *event.cpu);
    if (!event.cell.empty())
        text += fmt::format(", cell \"{}\"", event.cell);
    return text + ")\n" + painted(wrapped(summary(event), 2), "1");
}

std::string field_lines(const Esr& esr) {
    size_t width = 4;
    for (const EsrField& field : esr.fields)
        width = std::max(width, field.name.size());
    std::string text = fmt::format("    {:{}} {:#x}  {}\n", "EC", width, esr.ec, esr.ec_name);
    text += fmt::format("    {:{}} {}  {}\n", "IL", width, esr.il,
                        esr.il == 1 ? "32-bit instruction" : "16-bit instruction");
    for (const EsrField& field : esr.fields) {
        text += fmt::format("    {:{}} {:#x}", field.name, width, field.value);
        text += field.meaning.empty() ? "\n" : "  " + field.meaning + "\n";
    }
    if (esr.ec == 0x18)
        text += fmt::format("    register {}\n", trapped_register(esr).name);
    return text;
}

std::string Writer::syndrome() const {
    const Event& event = explained_.event;
    if (event.esr)
        return fmt::format("  ESR {:#010x}: ISS {:#x}\n", event.esr->value, event.esr->iss) +
               field_lines(*event.esr);
    if (event.ec)
        return fmt::format("  exception class {:#x}: {}; the rest of the syndrome is not in the "
                           "text\n",
                           *event.ec, class_name(event));
    return "";
}

std::string Writer::numbers() const {
    const Event& event = explained_.event;
    std::string text;
    const std::pair<const char*, Number> values[] = {
        {"FAR", event.far}, {"HPFAR", event.hpfar}, {"guest physical address", event.ipa}};
    for (const auto& [name, value] : values)
        if (value)
            text += fmt::format("{}{} {:#x}", text.empty() ? "  " : ", ", name, *value);
    return text.empty() ? "" : text + "\n";
}

std::string Writer::place() const {
    const Event& event = explained_.event;
    std::string text;
    if (event.pc || !event.symbol.empty()) {
        text = event.pc ? fmt::format("  pc {:#x}", *event.pc) : "  pc";
        if (!event.symbol.empty())
            text += " " + event.symbol;
        if (event.place && !event.place->source.empty())
            text += " (" + event.place->source + ")";
        if (!event.where.empty())
            text += " in " + event.where;
        text += "\n";
    }
    if (event.lr || !event.lr_symbol.empty())
        text += fmt::format("  lr{}{}\n", event.lr ? fmt::format(" {:#x}", *event.lr) : "",
                            event.lr_symbol.empty() ? "" : " " + event.lr_symbol);
    return event.note.empty() ? text : text + wrapped(event.note, 4, "  note: ");
}

// Of a crash record: what EL1 was at, and what the CPU did last.
std::string Writer::record() const {
    const Event& event = explained_.event;
    const auto value = [&](const char* name) {
        const auto found = event.system.find(name);
        return found == event.system.end() ? Number{} : Number{found->second};
    };
    std::string text;
    if (const Number sctlr = value("SCTLR_EL1"))
        text += fmt::format("  EL1: MMU {}", (*sctlr & 1) != 0 ? "on" : "off");
    if (const Number esr = value("ESR_EL1"); esr && *esr != 0)
        text += fmt::format("{}, its last exception: {}, FAR {:#x}, at {:#x}",
                            text.empty() ? "  EL1" : "", decode_esr(*esr).summary(),
                            value("FAR_EL1").value_or(0), value("ELR_EL1").value_or(0));
    if (!text.empty())
        text += "\n";
    const size_t count = event.exits.size();
    if (count != 0)
        text += fmt::format("  last of {} exits:\n", count);
    for (size_t i = count - std::min(count, kShownExits); i < count; i++)
        text += fmt::format("    {:.6f} s  pc {:#x}  {}\n", event.exits[i].time, event.exits[i].pc,
                            event.exits[i].reason);
    return text;
}

std::string Writer::code() const {
    std::string text;
    for (const Instruction& instruction : explained_.event.instructions) {
        const std::string line = fmt::format(
            "  {} {:x}: {:08x}  {}", instruction.current ? "=>" : "  ", instruction.address,
            instruction.word, instruction.text.empty() ? "?" : instruction.text);
        text += (instruction.current ? painted(line, "1;33") : line) + "\n";
    }
    return text;
}

std::string Writer::calls() const {
    const Event& event = explained_.event;
    std::string text;
    for (const Place& call : event.calls) {
        text += fmt::format("    {:#x} {}", call.address, call.symbol);
        text += call.source.empty() ? "\n" : fmt::format(" ({})\n", call.source);
    }
    if (event.calls.empty())
        for (const std::string& frame : event.trace)
            text += "    " + frame + "\n";
    return text.empty() ? "" : "  calls, innermost first:\n" + text;
}

std::string Writer::address() const {
    if (!explained_.event.address)
        return "";
    const AddressInfo& info = *explained_.event.address;
    std::string text = fmt::format("{:#x}", info.address);
    if (!info.kind.empty())
        text += " is " + info.kind;
    if (!info.node.empty())
        text += ": " + info.node + (info.compatible.empty() ? "" : " (" + info.compatible + ")");
    if (!info.region.empty())
        text += "; " + info.region;
    return wrapped(text, 4, "  address ");
}

std::string Writer::causes() const {
    if (explained_.causes.empty())
        return "  no known cause; `brig decode --list` shows what is known\n";
    std::string text;
    for (size_t i = 0; i < std::min(kMostCauses, explained_.causes.size()); i++) {
        const Cause& cause = explained_.causes[i];
        const std::string lead = fmt::format("  {:3.0f}% ", std::round(cause.confidence * 100)) +
                                 painted(cause.entry->id, "1;32") + ": ";
        text += wrapped(cause.entry->title, 7, lead);
        if (i > 0)
            continue; // of the others the title will do; --json has all
        text += wrapped(cause.explanation, 7);
        for (const std::string& line : cause.remedy)
            text += "       -> " + line + "\n";
    }
    return text;
}

std::string Writer::text() {
    return title() + syndrome() + numbers() + record() + place() + code() + calls() + address() +
           causes();
}

} // namespace

std::string report_text(const Explained& explained, bool colour) {
    return Writer(explained, colour).text();
}

std::string esr_text(const Esr& esr) {
    return fmt::format("ESR {:#010x}: {}\n", esr.value, esr.summary()) + field_lines(esr);
}

std::string knowledge_text(const Knowledge& knowledge) {
    size_t width = 0;
    for (const Entry& entry : knowledge.entries())
        width = std::max(width, entry.id.size());
    std::string text;
    for (const Entry& entry : knowledge.entries())
        text += fmt::format("{:{}}  {}\n", entry.id, width, entry.title);
    return text;
}

std::string knowledge_markdown(const Knowledge& knowledge) {
    std::string text;
    for (const Entry& entry : knowledge.entries()) {
        text += fmt::format("### {}: {}\n\n{}\n\n", entry.id, entry.title, entry.explanation);
        for (const std::string& line : entry.remedy)
            text += fmt::format("- `{}`\n", line);
        text += fmt::format("\nLooks like this:\n\n```text\n{}```\n\n", entry.example);
        if (!entry.source.empty())
            text += fmt::format("Source: {}.\n\n", entry.source);
    }
    return text;
}

} // namespace brig::decode
