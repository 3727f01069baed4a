/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the models of UARTs have in common that QEMU lacks and a board may have: registers that keep
 * what was written, a FIFO of what came, and sending that takes no time. */
#ifndef BRIG_TWIN_SERIAL_H
#define BRIG_TWIN_SERIAL_H

#include "chardev/char-fe.h"
#include "hw/sysbus.h"
#include "qemu/fifo8.h"

#define TYPE_BRIG_SERIAL "brig-serial"
OBJECT_DECLARE_TYPE(BrigSerial, BrigSerialClass, BRIG_SERIAL)

#define BRIG_SERIAL_SIZE 0x60 /* bytes of registers, of the largest */
#define BRIG_SERIAL_IRQS 3

struct BrigSerial {
    SysBusDevice parent;
    CharBackend chardev;
    MemoryRegion memory;
    qemu_irq irqs[BRIG_SERIAL_IRQS];
    uint32_t fifo; /* property "fifo": bytes that can wait to be read */
    Fifo8 received;
    uint32_t registers[BRIG_SERIAL_SIZE / 4];
};

struct BrigSerialClass {
    SysBusDeviceClass parent;
    /* Registers other than those that just keep what was written. False: it is one of these. */
    bool (*read)(BrigSerial *uart, hwaddr offset, uint64_t *value);
    bool (*write)(BrigSerial *uart, hwaddr offset, uint64_t value);
    void (*reset)(BrigSerial *uart);
    bool (*receiving)(const BrigSerial *uart);
    unsigned (*interrupts)(const BrigSerial *uart); /* a bit for each that is asserted */
};

#define REG(uart, offset) ((uart)->registers[(offset) / 4])

void brig_serial_send(BrigSerial *uart, uint8_t data);
/* The oldest byte that came, 0 if there is none. */
uint8_t brig_serial_next(BrigSerial *uart);

#endif
