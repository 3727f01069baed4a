/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qemu/osdep.h"
#include "serial.h"
#include "hw/irq.h"
#include "hw/qdev-properties.h"
#include "hw/qdev-properties-system.h"

static void update_irqs(BrigSerial *uart)
{
    const unsigned asserted = BRIG_SERIAL_GET_CLASS(uart)->interrupts(uart);

    for (unsigned i = 0; i < BRIG_SERIAL_IRQS; i++) {
        qemu_set_irq(uart->irqs[i], (asserted >> i) & 1);
    }
}

void brig_serial_send(BrigSerial *uart, uint8_t data)
{
    qemu_chr_fe_write_all(&uart->chardev, &data, 1);
}

uint8_t brig_serial_next(BrigSerial *uart)
{
    const uint8_t data = fifo8_is_empty(&uart->received) ? 0 : fifo8_pop(&uart->received);

    update_irqs(uart);
    qemu_chr_fe_accept_input(&uart->chardev);
    return data;
}

static int can_receive(void *opaque)
{
    BrigSerial *uart = opaque;

    return BRIG_SERIAL_GET_CLASS(uart)->receiving(uart) ? fifo8_num_free(&uart->received) : 0;
}

static void receive(void *opaque, const uint8_t *data, int size)
{
    BrigSerial *uart = opaque;

    fifo8_push_all(&uart->received, data, size);
    update_irqs(uart);
}

static uint64_t serial_read(void *opaque, hwaddr offset, unsigned size)
{
    BrigSerial *uart = opaque;
    uint64_t value;

    if (BRIG_SERIAL_GET_CLASS(uart)->read(uart, offset, &value)) {
        return value;
    }
    return offset % 4 ? 0 : REG(uart, offset);
}

static void serial_write(void *opaque, hwaddr offset, uint64_t value, unsigned size)
{
    BrigSerial *uart = opaque;

    if (!BRIG_SERIAL_GET_CLASS(uart)->write(uart, offset, value) && offset % 4 == 0) {
        REG(uart, offset) = value;
    }
    update_irqs(uart);
    qemu_chr_fe_accept_input(&uart->chardev);
}

static const MemoryRegionOps serial_ops = {
    .read = serial_read,
    .write = serial_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
};

static void serial_reset(DeviceState *dev)
{
    BrigSerial *uart = BRIG_SERIAL(dev);

    memset(uart->registers, 0, sizeof(uart->registers));
    fifo8_reset(&uart->received);
    BRIG_SERIAL_GET_CLASS(uart)->reset(uart);
    update_irqs(uart);
}

static void serial_realize(DeviceState *dev, Error **errp)
{
    BrigSerial *uart = BRIG_SERIAL(dev);

    fifo8_create(&uart->received, uart->fifo);
    memory_region_init_io(&uart->memory, OBJECT(dev), &serial_ops, uart, object_get_typename(OBJECT(dev)),
                          BRIG_SERIAL_SIZE);
    sysbus_init_mmio(SYS_BUS_DEVICE(dev), &uart->memory);
    for (unsigned i = 0; i < BRIG_SERIAL_IRQS; i++) {
        sysbus_init_irq(SYS_BUS_DEVICE(dev), &uart->irqs[i]);
    }
    qemu_chr_fe_set_handlers(&uart->chardev, can_receive, receive, NULL, NULL, uart, NULL, true);
}

static const Property serial_properties[] = {
    DEFINE_PROP_CHR("chardev", BrigSerial, chardev),
    DEFINE_PROP_UINT32("fifo", BrigSerial, fifo, 16),
};

static void serial_class_init(ObjectClass *oc, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(oc);

    device_class_set_props(dc, serial_properties);
    device_class_set_legacy_reset(dc, serial_reset);
    dc->realize = serial_realize;
}

static const TypeInfo serial_type = {
    .name = TYPE_BRIG_SERIAL,
    .parent = TYPE_SYS_BUS_DEVICE,
    .instance_size = sizeof(BrigSerial),
    .class_size = sizeof(BrigSerialClass),
    .class_init = serial_class_init,
    .abstract = true,
};

static void serial_register_types(void)
{
    type_register_static(&serial_type);
}

type_init(serial_register_types)
