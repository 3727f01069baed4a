// SPDX-License-Identifier: Apache-2.0
// Renesas SCIF family: one way of working, three register layouts.
#include "arch/mmio.hpp"
#include "brig/config.h"
#include "console/uart/drivers.hpp"

namespace brig::console {

namespace {

struct Layout {
    uint64_t status;
    uint64_t transmit;
    uint64_t sampling; // 0: the type is not initialised
    uint16_t sampling_value;
    uint16_t ready; // any of these status bits
};

constexpr Layout kHscif{0x10, 0x0c, 0x58, 64, 1u << 5};
constexpr Layout kScifa{0x14, 0x20, 0x18, 0, 1u << 5};
constexpr Layout kScif{0x10, 0x0c, 0, 0, 1u << 5 | 1u << 6};

constexpr uint64_t kBitRate = 0x04;
constexpr uint64_t kControl = 0x08;
constexpr uint16_t kTransmitEnable = 1u << 5;
constexpr uint16_t kReceiveEnable = 1u << 4;
constexpr uint16_t kTransmitDone = 1u << 6 | 1u << 5;

template <const Layout& layout>
void init(const UartPort& port, uint32_t divider) {
    const uint16_t control = arch::mmio_read16(port.base + kControl);
    const auto off = static_cast<uint16_t>(control & ~(kTransmitEnable | kReceiveEnable));
    arch::mmio_write16(port.base + kControl, off);
    arch::mmio_write8(port.base + kBitRate, static_cast<uint8_t>(divider));
    arch::mmio_write16(port.base + layout.sampling, layout.sampling_value);
    arch::mmio_write16(port.base + kControl, static_cast<uint16_t>(control | kTransmitEnable));
}

template <const Layout& layout>
bool put(const UartPort& port, char c) {
    const uint64_t status = port.base + layout.status;
    if (!wait_until([&] { return (arch::mmio_read16(status) & layout.ready) != 0; }))
        return false;
    arch::mmio_write8(port.base + layout.transmit, static_cast<uint8_t>(c));
    arch::mmio_write16(status, static_cast<uint16_t>(arch::mmio_read16(status) & ~kTransmitDone));
    return true;
}

} // namespace

const UartDriver uart_hscif{BRIG_CONSOLE_HSCIF, init<kHscif>, put<kHscif>};
const UartDriver uart_scifa{BRIG_CONSOLE_SCIFA, init<kScifa>, put<kScifa>};
const UartDriver uart_scif{BRIG_CONSOLE_SCIF, nullptr, put<kScif>};

} // namespace brig::console
