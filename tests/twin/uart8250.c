/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "hw/qdev-properties.h"
#include "uart8250.h"

#define DATA 0
#define LCR 3
#define LCR_DIVISOR 0x80    /* registers 0 and 1 are the divisor */
#define LSR 5
#define LSR_DATA_READY 0x01
#define LSR_EMPTY 0x60        /* holding and shift register */
#define STANDARD_REGISTERS 8

#define DW_USR (0x7c / 4)     /* DesignWare databook: UART status */
#define DW_USR_TX_NOT_FULL 0x02
#define DW_USR_TX_EMPTY 0x04
#define DW_USR_RX_NOT_EMPTY 0x08

#define OMAP_CONFIGURATION_B 0xbf /* in LCR: registers 2 and 4 to 7 are EFR and XON/XOFF */
#define OMAP_SYSS 0x16
#define OMAP_SYSS_RESET_DONE 1

static uint64_t extra_read(Brig8250 *uart, unsigned number)
{
    uint64_t value = 0;

    if (uart->kind == BRIG_8250_DW && number == DW_USR) {
        value = uart->serial.lsr & LSR_EMPTY ? DW_USR_TX_NOT_FULL | DW_USR_TX_EMPTY : 0;
        value |= uart->serial.lsr & LSR_DATA_READY ? DW_USR_RX_NOT_EMPTY : 0;
    }
    if (uart->kind == BRIG_8250_OMAP && number == OMAP_SYSS) {
        value = OMAP_SYSS_RESET_DONE;
    }
    return value;
}

/* Registers that QEMU's 8250 does not have. */
static bool hidden(const Brig8250 *uart, unsigned number)
{
    return number >= STANDARD_REGISTERS ||
           (uart->kind == BRIG_8250_OMAP && uart->serial.lcr == OMAP_CONFIGURATION_B &&
            number != 0 && number != 1 && number != LCR);
}

static bool clock_stopped(const Brig8250 *uart)
{
    return uart->gate && (*uart->gate >> uart->gate_bit & 1);
}

static uint64_t uart_read(void *opaque, hwaddr offset, unsigned size)
{
    Brig8250 *uart = opaque;
    const unsigned number = offset >> uart->shift;

    return hidden(uart, number) ? extra_read(uart, number)
                                : serial_io_ops.read(&uart->serial, number, 1);
}

static void uart_write(void *opaque, hwaddr offset, uint64_t value, unsigned size)
{
    Brig8250 *uart = opaque;
    const unsigned number = offset >> uart->shift;

    if (number == DATA && !(uart->serial.lcr & LCR_DIVISOR) && clock_stopped(uart)) {
        return; /* never leaves the FIFO */
    }
    if (!hidden(uart, number)) {
        serial_io_ops.write(&uart->serial, number, value & 0xff, 1);
    }
}

static const MemoryRegionOps uart_ops = {
    .read = uart_read,
    .write = uart_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid.max_access_size = 8,
    .impl.max_access_size = 8,
};

static void uart_realize(DeviceState *dev, Error **errp)
{
    Brig8250 *uart = BRIG_8250(dev);

    if (!qdev_realize(DEVICE(&uart->serial), NULL, errp)) {
        return;
    }
    memory_region_init_io(&uart->memory, OBJECT(dev), &uart_ops, uart, "brig-8250", uart->size);
    sysbus_init_mmio(SYS_BUS_DEVICE(dev), &uart->memory);
    sysbus_init_irq(SYS_BUS_DEVICE(dev), &uart->serial.irq);
}

static void uart_instance_init(Object *obj)
{
    Brig8250 *uart = BRIG_8250(obj);

    object_initialize_child(obj, "serial", &uart->serial, TYPE_SERIAL);
    qdev_alias_all_properties(DEVICE(&uart->serial), obj);
}

static const Property uart_properties[] = {
    DEFINE_PROP_UINT8("shift", Brig8250, shift, 0),
    DEFINE_PROP_UINT32("size", Brig8250, size, STANDARD_REGISTERS),
    DEFINE_PROP_UINT8("kind", Brig8250, kind, BRIG_8250_PLAIN),
};

static void uart_class_init(ObjectClass *oc, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(oc);

    device_class_set_props(dc, uart_properties);
    dc->realize = uart_realize;
}

static const TypeInfo uart_type = {
    .name = TYPE_BRIG_8250,
    .parent = TYPE_SYS_BUS_DEVICE,
    .instance_size = sizeof(Brig8250),
    .instance_init = uart_instance_init,
    .class_init = uart_class_init,
};

static void uart_register_types(void)
{
    type_register_static(&uart_type);
}

type_init(uart_register_types)
