/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Renesas' SCIF and HSCIF, as the R-Car (Gen2 to Gen4) and the RZ/G2 have them. QEMU's sh-serial is
 * the SuperH's: it has no registers beyond 0x27 and loses input that comes fast. */
#ifndef BRIG_TWIN_SCIF_H
#define BRIG_TWIN_SCIF_H

#include "chardev/char-fe.h"
#include "hw/sysbus.h"
#include "qemu/fifo8.h"

#define TYPE_BRIG_SCIF "brig-scif"
OBJECT_DECLARE_SIMPLE_TYPE(BrigScif, BRIG_SCIF)

#define SCIF_SIZE 0x60 /* of the HSCIF; the SCIF's registers end at 0x3f */

struct BrigScif {
    SysBusDevice parent;
    CharBackend chardev;
    MemoryRegion memory;
    qemu_irq irq; /* one for all causes */
    uint32_t fifo; /* property "fifo": bytes, 16 or the HSCIF's 128 */
    Fifo8 received;
    uint16_t registers[SCIF_SIZE / 4];
};

#endif
