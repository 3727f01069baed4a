// SPDX-License-Identifier: Apache-2.0
// The last part of the image's header: for which board it was built. Tools compare it with the
// machine and the configuration before anything is enabled.
#include "board.hpp"
#include "board/contract.hpp"
#include "brig/config.h"
#include "brig/image.h"
#include "brig_config.hpp"
#include "evidence/area.hpp"

namespace brig::setup {

namespace {

consteval uint32_t console_types() {
    return (config::uart_8250 ? 1u << BRIG_CONSOLE_8250 : 0) |
           (config::uart_pl011 ? 1u << BRIG_CONSOLE_PL011 : 0) |
           (config::uart_xuartps ? 1u << BRIG_CONSOLE_XUARTPS : 0) |
           (config::uart_mvebu ? 1u << BRIG_CONSOLE_MVEBU : 0) |
           (config::uart_sh
                ? 1u << BRIG_CONSOLE_HSCIF | 1u << BRIG_CONSOLE_SCIFA | 1u << BRIG_CONSOLE_SCIF
                : 0) |
           (config::uart_imx ? 1u << BRIG_CONSOLE_IMX : 0) |
           (config::uart_lpuart ? 1u << BRIG_CONSOLE_LPUART : 0);
}

consteval brig_image_board describe() {
    const GicFrames& gic = bsp::board.gic;
    brig_image_board result{};
    result.console_types = console_types();
    result.gic_version = gic.version;
    result.maintenance_irq = gic.maintenance;
    result.gicd_base = gic.gicd;
    result.gicr_base = gic.version == 3 ? gic.gicr : 0;
    result.dram_end = bsp::board.dram_end;
    for (size_t i = 0; i + 1 < sizeof(result.name) && bsp::board.name[i] != '\0'; i++)
        result.name[i] = bsp::board.name[i];
    return result;
}

} // namespace

} // namespace brig::setup

/// The linker script puts it behind what image_header.S has.
extern "C" [[gnu::section(".header.board"), gnu::used]] constexpr brig_image_board brig_board =
    brig::setup::describe();

/// Behind that: the size of an evidence area; which of the two it is, the driver says.
extern "C" [[gnu::section(".header.evidence"),
             gnu::used]] constexpr uint64_t brig_evidence_area[2] = {brig::evidence::kAreaSize, 0};
