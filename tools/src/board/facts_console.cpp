// SPDX-License-Identifier: Apache-2.0
#include "board/facts.hpp"
#include "util/error.hpp"

namespace brig::board {

namespace {

// The UART that the boot loader and Linux use. `options` is what follows the colon.
const Node* stdout_node(const Tree& tree, ConsoleFacts& console) {
    const Node* chosen = tree.find("/chosen");
    if (!chosen)
        return nullptr;
    std::string text = chosen->text("stdout-path");
    if (text.empty())
        text = chosen->text("linux,stdout-path");
    if (text.empty())
        return nullptr;
    size_t colon = text.find(':');
    if (colon != std::string::npos)
        console.options = text.substr(colon + 1);
    std::string name = text.substr(0, colon);
    try {
        const Node& node = tree.resolve(name);
        console.source = "stdout-path";
        return &node;
    } catch (const Error&) {
        console.note = "stdout-path names `" + name + "`, which the tree does not have";
        return nullptr;
    }
}

// Without stdout-path: serial0 if it is one, else the only enabled UART.
const Node* likely_node(const Tree& tree, ConsoleFacts& console) {
    auto serial0 = tree.aliases().find("serial0");
    if (serial0 != tree.aliases().end() && serial0->second->enabled() &&
        match_uart(*serial0->second)) {
        console.source = "alias serial0 (the tree has no stdout-path)";
        return serial0->second;
    }
    const Node* only = nullptr;
    for (const auto& node : tree.nodes())
        if (node->enabled() && match_uart(*node)) {
            if (only)
                return nullptr;
            only = node.get();
        }
    if (only)
        console.source = "the only enabled UART (the tree has no stdout-path)";
    return only;
}

void read_clock(const Device& device, ConsoleFacts& console) {
    console.clock_hz = device.node->cell("clock-frequency");
    if (console.clock_hz)
        return;
    const Supply* baud = nullptr;
    for (const auto& clock : device.clocks)
        if (!baud || clock.name == "baudclk" || clock.name == "uartclk" || clock.name == "baud")
            baud = &clock;
    if (baud && baud->provider->compatible("fixed-clock"))
        console.clock_hz = baud->provider->cell("clock-frequency");
}

} // namespace

ConsoleFacts read_console(const Tree& tree) {
    ConsoleFacts console;
    console.node = stdout_node(tree, console);
    if (!console.node && console.note.empty())
        console.node = likely_node(tree, console);
    if (!console.node)
        return console;
    Device device = device_of(tree, *console.node);
    if (!device.registers.empty()) {
        console.address = device.registers[0].range.first;
        console.size = device.registers[0].range.size();
    }
    if (!device.interrupts.empty())
        console.irq = device.interrupts[0].intid;
    read_clock(device, console);
    auto match = match_uart(*console.node);
    if (!match) {
        console.note = "it is no UART that Brig knows (`" + console.node->text("compatible") + "`)";
        return console;
    }
    console.note = match->note;
    if (!match->type || !console.address)
        return console;
    console.uart = match->type;
    console.type = std::string(match->type->con_type);
    console.reg_distance = match->reg_distance;
    return console;
}

} // namespace brig::board
