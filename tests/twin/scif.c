/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Renesas' SCIF and HSCIF, as the R-Car (Gen2 to Gen4) and the RZ/G2 have them. QEMU's sh-serial is
 * the SuperH's: it has no registers beyond 0x27 and loses input that comes fast. */
#include "qemu/osdep.h"
#include "serial.h"

/* Names of Renesas' manuals. */
#define SCBRR 0x04
#define SCSCR 0x08
#define SCSCR_TIE 0x80
#define SCSCR_RIE 0x40
#define SCSCR_TE 0x20
#define SCSCR_RE 0x10
#define SCFTDR 0x0c
#define SCFSR 0x10
#define SCFSR_TEND 0x40
#define SCFSR_TDFE 0x20
#define SCFSR_RDF 0x02
#define SCFRDR 0x14
#define SCFCR 0x18
#define SCFCR_RFRST 0x02
#define SCFDR 0x1c
#define SCLSR 0x24
#define HSRTRGR 0x54

/* What was sent is gone at once, so there is always room. What came is reported below the trigger
 * level too, as the UART itself does after a while. */
static uint16_t status(const BrigSerial *uart)
{
    return SCFSR_TEND | SCFSR_TDFE | (fifo8_is_empty(&uart->received) ? 0 : SCFSR_RDF);
}

static unsigned scif_interrupts(const BrigSerial *uart)
{
    const uint16_t control = REG(uart, SCSCR), flags = status(uart);

    return ((control & SCSCR_TIE) && (flags & SCFSR_TDFE)) || ((control & SCSCR_RIE) && (flags & SCFSR_RDF));
}

static bool scif_receiving(const BrigSerial *uart)
{
    return (REG(uart, SCSCR) & SCSCR_RE) && !(REG(uart, SCFCR) & SCFCR_RFRST);
}

static bool scif_read(BrigSerial *uart, hwaddr offset, uint64_t *value)
{
    switch (offset) {
    case SCFSR:
        *value = status(uart);
        return true;
    case SCFDR:
        *value = fifo8_num_used(&uart->received);
        return true;
    case SCFRDR:
        *value = brig_serial_next(uart);
        return true;
    default:
        return false;
    }
}

static bool scif_write(BrigSerial *uart, hwaddr offset, uint64_t value)
{
    switch (offset) {
    case SCFTDR:
        if (REG(uart, SCSCR) & SCSCR_TE) {
            brig_serial_send(uart, value);
        }
        return true;
    case SCFSR: /* flags whose cause persists stay */
    case SCFRDR:
    case SCFDR:
    case SCLSR: /* nothing gets lost */
        return true;
    case SCFCR:
        if (value & SCFCR_RFRST) {
            fifo8_reset(&uart->received);
        }
        return false;
    default:
        return false;
    }
}

/* Enabled, as boot loaders leave their console. */
static void scif_reset(BrigSerial *uart)
{
    REG(uart, SCBRR) = 0xff;
    REG(uart, SCSCR) = SCSCR_TE | SCSCR_RE;
    REG(uart, HSRTRGR) = 1;
}

static void scif_class_init(ObjectClass *oc, void *data)
{
    BrigSerialClass *class = BRIG_SERIAL_CLASS(oc);

    class->read = scif_read;
    class->write = scif_write;
    class->reset = scif_reset;
    class->receiving = scif_receiving;
    class->interrupts = scif_interrupts;
}

static const TypeInfo scif_type = {
    .name = "brig-scif",
    .parent = TYPE_BRIG_SERIAL,
    .class_init = scif_class_init,
};

static void scif_register_types(void)
{
    type_register_static(&scif_type);
}

type_init(scif_register_types)
