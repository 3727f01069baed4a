/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The first UART of Marvell's Armada 3700 (the second, "extended", has other offsets). */
#include "qemu/osdep.h"
#include "serial.h"

/* Names and bits as Linux's mvebu-uart.c has them. */
#define RBR 0x00
#define TSH 0x04
#define CTRL 0x08
#define CTRL_RXFIFO_RST (1u << 14)
#define CTRL_TX_READY_INT (1u << 5) /* the enable bits of STAT's flags, at the same places */
#define CTRL_RX_READY_INT (1u << 4)
#define STAT 0x0c
#define STAT_TX_FIFO_EMPTY (1u << 13)
#define STAT_TX_EMPTY (1u << 6)
#define STAT_TX_READY (1u << 5)
#define STAT_RX_READY (1u << 4)

enum { IRQ_SUM, IRQ_TX, IRQ_RX };

/* What was sent is gone at once, so there is always room. */
static uint32_t status(const BrigSerial *uart)
{
    return STAT_TX_FIFO_EMPTY | STAT_TX_EMPTY | STAT_TX_READY |
           (fifo8_is_empty(&uart->received) ? 0 : STAT_RX_READY);
}

static unsigned mvebu_uart_interrupts(const BrigSerial *uart)
{
    const uint32_t asserted = status(uart) & REG(uart, CTRL);
    const bool tx = asserted & CTRL_TX_READY_INT, rx = asserted & CTRL_RX_READY_INT;

    return (tx || rx) << IRQ_SUM | tx << IRQ_TX | rx << IRQ_RX;
}

static bool mvebu_uart_receiving(const BrigSerial *uart)
{
    return !(REG(uart, CTRL) & CTRL_RXFIFO_RST);
}

static bool mvebu_uart_read(BrigSerial *uart, hwaddr offset, uint64_t *value)
{
    switch (offset) {
    case RBR:
        *value = brig_serial_next(uart);
        return true;
    case TSH:
        *value = 0;
        return true;
    case STAT:
        *value = status(uart);
        return true;
    default:
        return false;
    }
}

static bool mvebu_uart_write(BrigSerial *uart, hwaddr offset, uint64_t value)
{
    switch (offset) {
    case TSH:
        brig_serial_send(uart, value);
        return true;
    case CTRL:
        if (value & CTRL_RXFIFO_RST) {
            fifo8_reset(&uart->received);
        }
        return false;
    case RBR:
    case STAT: /* flags of errors, which never come */
        return true;
    default:
        return false;
    }
}

static void mvebu_uart_reset(BrigSerial *uart)
{
}

static void mvebu_uart_class_init(ObjectClass *oc, void *data)
{
    BrigSerialClass *class = BRIG_SERIAL_CLASS(oc);

    class->read = mvebu_uart_read;
    class->write = mvebu_uart_write;
    class->reset = mvebu_uart_reset;
    class->receiving = mvebu_uart_receiving;
    class->interrupts = mvebu_uart_interrupts;
}

static const TypeInfo mvebu_uart_type = {
    .name = "brig-mvebu-uart",
    .parent = TYPE_BRIG_SERIAL,
    .class_init = mvebu_uart_class_init,
};

static void mvebu_uart_register_types(void)
{
    type_register_static(&mvebu_uart_type);
}

type_init(mvebu_uart_register_types)
