// SPDX-License-Identifier: Apache-2.0
#include "rehearse/models.hpp"

#include <brig/config.h>

#include <algorithm>

namespace brig::rehearse {

using namespace brig::board;

namespace {

// tests/twin/README.md has the list.
bool has_model(const UartType& type) {
    return type.id != BRIG_CONSOLE_SCIFA;
}

constexpr uint32_t usual_clock = 24'000'000;

std::optional<uint32_t> fixed_rate(const Node& provider) {
    return provider.compatible("fixed-clock") ? provider.cell("clock-frequency") : std::nullopt;
}

// The rate that the UART divides: said at the UART itself, or by a clock that never changes.
void read_clock(const Device& device, Uart& uart) {
    uart.clock_hz = usual_clock;
    std::optional<uint32_t> rate = device.node->cell("clock-frequency");
    for (const char* name :
         {"baudclk", "uartclk", "uart_clk", "baud", "per", "ipg", "fck", "scif_clk", ""})
        for (const Supply& clock : device.clocks)
            if (!rate && clock.name == name)
                rate = fixed_rate(*clock.provider);
    if (rate && *rate) {
        uart.clock_hz = *rate;
        uart.clock_known = true;
    }
}

std::optional<Uart> modelled(const Tree& tree, const Node& node) {
    auto match = match_uart(node);
    if (!match || !match->type || !has_model(*match->type))
        return {};
    Device device = device_of(tree, node);
    if (device.registers.empty() || device.interrupts.empty())
        return {};
    Uart uart{&node, match->type->language, device.registers[0].range.first};
    read_clock(device, uart);
    return uart;
}

// Only the node itself is disabled, not a bus that it is on.
bool switched_off(const Node& node) {
    return !node.enabled() && node.parent->enabled();
}

} // namespace

std::vector<Uart> modelled_uarts(const Tree& tree) {
    std::vector<Uart> result;
    for (const auto& node : tree.nodes())
        if (node->enabled())
            if (auto uart = modelled(tree, *node))
                result.push_back(*uart);
    std::sort(result.begin(), result.end(),
              [](const Uart& a, const Uart& b) { return a.address < b.address; });
    return result;
}

std::optional<Uart> console_uart(const Tree& tree, const Facts& facts) {
    std::vector<Uart> uarts = modelled_uarts(tree);
    for (const Uart& uart : uarts)
        if (uart.node == facts.console.node)
            return uart;
    if (!uarts.empty())
        return uarts.front();
    if (facts.console.node && switched_off(*facts.console.node))
        if (auto uart = modelled(tree, *facts.console.node))
            return uart;
    for (const auto& node : tree.nodes())
        if (switched_off(*node))
            if (auto uart = modelled(tree, *node))
                return uart;
    return {};
}

} // namespace brig::rehearse
