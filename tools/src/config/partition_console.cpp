// SPDX-License-Identifier: Apache-2.0
#include "board/uarts.hpp"
#include "config/names.hpp"
#include "config/partition_cell.hpp"
#include "util/error.hpp"
#include "util/text.hpp"

#include <fmt/format.h>

namespace brig::config {

const board::Node* find_node(Node& node, std::string_view property, const std::string& text,
                             const ReadContext& context) {
    if (!context.board) {
        node.error(property, fmt::format("\"{}\" is a node of the board's device tree, but this "
                                         "file has none: add `board-tree = \"board.dtb\";` to the "
                                         "root node, or use --board",
                                         text));
        return nullptr;
    }
    try {
        return &context.board->tree.resolve(text);
    } catch (const Error& error) {
        node.error(property, error.what());
        return nullptr;
    }
}

std::optional<Console> console_of(const BoardView& board, const board::Node& uart) {
    auto match = board::match_uart(uart);
    auto device = board.device_at(uart);
    if (!match || !match->type || !device || device->registers.empty())
        return {};
    const Range& registers = device->registers[0].range;
    Console console;
    console.address = registers.first;
    console.size = static_cast<uint32_t>(std::max<uint64_t>(registers.size(), 0x1000));
    console.type = static_cast<uint16_t>(match->type->id);
    console.flags = BRIG_CON_MMIO;
    if (match->reg_distance.value_or(4) == 4)
        console.flags |= BRIG_CON_REGDIST_4;
    return console;
}

namespace {

void read_type(Node& node, ConsoleRead& result) {
    auto word = node.text("type");
    auto type = word ? console_type(*word) : std::nullopt;
    if (!word && !node.has("type") && !result.device)
        node.error("the property `type` is missing: one of " + console_type_words());
    else if (word && !type)
        node.error("type", fmt::format("\"{}\" is no console type: one of {}", *word,
                                       console_type_words()));
    if (type || !result.device)
        result.console.type = type.value_or(BRIG_CONSOLE_NONE);
}

void read_device(Node& node, const ReadContext& context, ConsoleRead& result) {
    auto text = node.text("device");
    if (!text)
        return;
    result.device = find_node(node, "device", *text, context);
    if (!result.device)
        return;
    if (auto console = console_of(*context.board, *result.device))
        result.console = *console;
    else if (!node.has("type"))
        node.error("device",
                   fmt::format("{} ({}) is no UART that Brig has a driver for: state `type` (one "
                               "of {}) and `reg`, or name another one",
                               result.device->path, result.device->text("compatible"),
                               console_type_words()));
}

void read_registers(Node& node, ConsoleRead& result) {
    Console& console = result.console;
    bool exists = console.type != BRIG_CONSOLE_NONE;
    auto reg = exists && !console.address ? node.required_range("reg") : node.range("reg");
    if (reg) {
        console.address = reg->first;
        console.size = static_cast<uint32_t>(reg->second);
        if (reg->second > 0xffffffff)
            node.error("reg", fmt::format("a size of {:#x} is not possible", reg->second));
    }
    uint32_t from_tree = !result.device || (console.flags & BRIG_CON_REGDIST_4) ? 4 : 1;
    uint32_t distance = node.number("register-distance").value_or(from_tree);
    if (distance != 1 && distance != 4)
        node.error(
            "register-distance",
            fmt::format("{} is not possible: 1 (8-bit accesses) or 4 (32-bit accesses)", distance));
    uint32_t flags = exists ? BRIG_CON_MMIO : 0;
    if (exists && distance == 4)
        flags |= BRIG_CON_REGDIST_4;
    for (const auto& name : console_flags())
        if (name.mask >= BRIG_CON_INVERTED_GATE && node.flag(name.property))
            flags |= static_cast<uint32_t>(name.mask);
    console.flags = static_cast<uint16_t>(flags);
}

} // namespace

ConsoleRead read_console(Node node, const ReadContext& context) {
    ConsoleRead result;
    read_device(node, context, result);
    read_type(node, result);
    read_registers(node, result);
    Console& console = result.console;
    console.divider = node.number("divider").value_or(0);
    console.clock_reg = node.address("clock-gate-register").value_or(0);
    console.gate_nr = node.number("clock-gate-bit").value_or(0);
    // The upper half of a write-masked register says which bits of the lower one change.
    uint32_t highest = console.flags & BRIG_CON_WRITE_MASKED_GATE ? 15 : 31;
    if (console.gate_nr > highest)
        node.error("clock-gate-bit",
                   fmt::format("{} is not possible: 0 to {}", console.gate_nr, highest));
    for (auto& child : node.children())
        child.error("there are no nodes inside a console");
    node.finish();
    return result;
}

} // namespace brig::config
