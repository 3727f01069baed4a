/* SPDX-License-Identifier: GPL-2.0-or-later */
/* NXP's LPUART with 32-bit registers, as the i.MX 7ULP, 8X, 8ULP, 9 have it. */
#include "qemu/osdep.h"
#include "serial.h"

/* Names of NXP's manuals, bits as Linux's fsl_lpuart.c has them. */
#define GLOBAL 0x08
#define GLOBAL_RST 0x2
#define BAUD 0x10
#define STAT 0x14
#define STAT_TDRE (1u << 23)
#define STAT_TC (1u << 22)
#define STAT_RDRF (1u << 21)
#define CTRL 0x18
#define CTRL_TIE (1u << 23) /* the enable bits of STAT's flags, at the same places */
#define CTRL_TCIE (1u << 22)
#define CTRL_RIE (1u << 21)
#define CTRL_TE (1u << 19)
#define CTRL_RE (1u << 18)
#define DATA 0x1c
#define DATA_RXEMPT (1u << 12)
#define FIFO 0x28
#define FIFO_TXEMPT (1u << 23)
#define FIFO_RXEMPT (1u << 22)
#define FIFO_RXFLUSH (1u << 14)
#define FIFO_SIZES 0x55 /* both hold 64 bytes */
#define FIFO_KEPT 0x1f88
#define WATER 0x2c

/* What was sent is gone at once. What came is reported below the watermark too, as the UART itself
 * does when the line falls idle (FIFO.RXIDEN). */
static uint32_t status(const BrigSerial *uart)
{
    return STAT_TDRE | STAT_TC | (fifo8_is_empty(&uart->received) ? 0 : STAT_RDRF);
}

static unsigned lpuart_interrupts(const BrigSerial *uart)
{
    return (status(uart) & REG(uart, CTRL) & (CTRL_TIE | CTRL_TCIE | CTRL_RIE)) != 0;
}

static bool lpuart_receiving(const BrigSerial *uart)
{
    return REG(uart, CTRL) & CTRL_RE;
}

static bool lpuart_read(BrigSerial *uart, hwaddr offset, uint64_t *value)
{
    const bool empty = fifo8_is_empty(&uart->received);

    switch (offset) {
    case STAT:
        *value = status(uart);
        return true;
    case DATA:
        *value = brig_serial_next(uart) | (empty ? DATA_RXEMPT : 0);
        return true;
    case FIFO:
        *value = REG(uart, FIFO) | FIFO_TXEMPT | (empty ? FIFO_RXEMPT : 0) | FIFO_SIZES;
        return true;
    case WATER:
        *value = (REG(uart, WATER) & 0x00ff00ff) | fifo8_num_used(&uart->received) << 24;
        return true;
    default:
        return false;
    }
}

/* Enabled, as boot loaders leave their console. */
static void lpuart_reset(BrigSerial *uart)
{
    REG(uart, BAUD) = 0x0f000004;
    REG(uart, CTRL) = CTRL_TE | CTRL_RE;
}

static bool lpuart_write(BrigSerial *uart, hwaddr offset, uint64_t value)
{
    switch (offset) {
    case DATA:
        if (REG(uart, CTRL) & CTRL_TE) {
            brig_serial_send(uart, value);
        }
        return true;
    case GLOBAL:
        if (value & GLOBAL_RST) {
            fifo8_reset(&uart->received);
            REG(uart, CTRL) = 0;
        }
        return false;
    case FIFO:
        if (value & FIFO_RXFLUSH) {
            fifo8_reset(&uart->received);
        }
        REG(uart, FIFO) = value & FIFO_KEPT;
        return true;
    case STAT: /* flags whose cause persists stay, the others never come */
        return true;
    default:
        return false;
    }
}

static void lpuart_class_init(ObjectClass *oc, void *data)
{
    BrigSerialClass *class = BRIG_SERIAL_CLASS(oc);

    class->read = lpuart_read;
    class->write = lpuart_write;
    class->reset = lpuart_reset;
    class->receiving = lpuart_receiving;
    class->interrupts = lpuart_interrupts;
}

static const TypeInfo lpuart_type = {
    .name = "brig-lpuart",
    .parent = TYPE_BRIG_SERIAL,
    .class_init = lpuart_class_init,
};

static void lpuart_register_types(void)
{
    type_register_static(&lpuart_type);
}

type_init(lpuart_register_types)
