/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An 8250 as systems on a chip have it: registers at a distance, a maker's own behind them. */
#ifndef BRIG_TWIN_UART8250_H
#define BRIG_TWIN_UART8250_H

#include "hw/char/serial.h"
#include "hw/sysbus.h"

#define TYPE_BRIG_8250 "brig-8250"
OBJECT_DECLARE_SIMPLE_TYPE(Brig8250, BRIG_8250)

typedef enum Brig8250Kind {
    BRIG_8250_PLAIN,
    BRIG_8250_DW,   /* Synopsys DesignWare: status at 0x7c */
    BRIG_8250_OMAP, /* Texas Instruments: other registers while LCR is 0xbf */
} Brig8250Kind;

struct Brig8250 {
    SysBusDevice parent;
    SerialState serial; /* "chardev" and "baudbase" are properties of this device too */
    MemoryRegion memory;
    uint8_t shift;      /* property "shift": registers are 1 << shift bytes apart */
    uint32_t size;      /* property "size": bytes */
    uint8_t kind;       /* property "kind": Brig8250Kind */
    const uint16_t *gate; /* register with the gate of its baud clock; NULL: always open */
    uint8_t gate_bit;     /* 1: closed */
};

#endif
