/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qemu/osdep.h"
#include "hw/irq.h"
#include "hw/qdev-properties.h"
#include "hw/qdev-properties-system.h"
#include "scif.h"

/* Names of Renesas' manuals. All other registers only keep what was written. */
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

static uint16_t *reg(BrigScif *uart, hwaddr offset)
{
    return &uart->registers[offset / 4];
}

/* What was sent is gone at once, so there is always room. What came is reported below the trigger
 * level too, as the UART itself does after a while. */
static uint16_t status(const BrigScif *uart)
{
    return SCFSR_TEND | SCFSR_TDFE | (fifo8_is_empty(&uart->received) ? 0 : SCFSR_RDF);
}

static void update_irq(BrigScif *uart)
{
    const uint16_t control = *reg(uart, SCSCR), flags = status(uart);

    qemu_set_irq(uart->irq, ((control & SCSCR_TIE) && (flags & SCFSR_TDFE)) ||
                                ((control & SCSCR_RIE) && (flags & SCFSR_RDF)));
}

static int can_receive(void *opaque)
{
    BrigScif *uart = opaque;
    const bool on = (*reg(uart, SCSCR) & SCSCR_RE) && !(*reg(uart, SCFCR) & SCFCR_RFRST);

    return on ? fifo8_num_free(&uart->received) : 0;
}

static void receive(void *opaque, const uint8_t *data, int size)
{
    BrigScif *uart = opaque;

    fifo8_push_all(&uart->received, data, size);
    update_irq(uart);
}

static uint64_t scif_read(void *opaque, hwaddr offset, unsigned size)
{
    BrigScif *uart = opaque;
    uint8_t data;

    switch (offset) {
    case SCFSR:
        return status(uart);
    case SCFDR:
        return fifo8_num_used(&uart->received);
    case SCFRDR:
        if (fifo8_is_empty(&uart->received)) {
            return 0;
        }
        data = fifo8_pop(&uart->received);
        update_irq(uart);
        qemu_chr_fe_accept_input(&uart->chardev);
        return data;
    default:
        return offset % 4 ? 0 : *reg(uart, offset);
    }
}

static void scif_write(void *opaque, hwaddr offset, uint64_t value, unsigned size)
{
    BrigScif *uart = opaque;
    const uint8_t data = value;

    switch (offset) {
    case SCFTDR:
        if (*reg(uart, SCSCR) & SCSCR_TE) {
            qemu_chr_fe_write_all(&uart->chardev, &data, 1);
        }
        return;
    case SCFSR: /* flags whose cause persists stay */
    case SCFRDR:
    case SCFDR:
    case SCLSR: /* nothing gets lost */
        return;
    }
    if (offset % 4) {
        return;
    }
    *reg(uart, offset) = value;
    if (*reg(uart, SCFCR) & SCFCR_RFRST) {
        fifo8_reset(&uart->received);
    }
    update_irq(uart);
    qemu_chr_fe_accept_input(&uart->chardev);
}

static const MemoryRegionOps scif_ops = {
    .read = scif_read,
    .write = scif_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
};

/* Enabled, as boot loaders leave their console. */
static void scif_reset(DeviceState *dev)
{
    BrigScif *uart = BRIG_SCIF(dev);

    memset(uart->registers, 0, sizeof(uart->registers));
    *reg(uart, SCBRR) = 0xff;
    *reg(uart, SCSCR) = SCSCR_TE | SCSCR_RE;
    *reg(uart, HSRTRGR) = 1;
    fifo8_reset(&uart->received);
    update_irq(uart);
}

static void scif_realize(DeviceState *dev, Error **errp)
{
    BrigScif *uart = BRIG_SCIF(dev);

    fifo8_create(&uart->received, uart->fifo);
    memory_region_init_io(&uart->memory, OBJECT(dev), &scif_ops, uart, "brig-scif", SCIF_SIZE);
    sysbus_init_mmio(SYS_BUS_DEVICE(dev), &uart->memory);
    sysbus_init_irq(SYS_BUS_DEVICE(dev), &uart->irq);
    qemu_chr_fe_set_handlers(&uart->chardev, can_receive, receive, NULL, NULL, uart, NULL, true);
}

static const Property scif_properties[] = {
    DEFINE_PROP_CHR("chardev", BrigScif, chardev),
    DEFINE_PROP_UINT32("fifo", BrigScif, fifo, 16),
};

static void scif_class_init(ObjectClass *oc, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(oc);

    device_class_set_props(dc, scif_properties);
    device_class_set_legacy_reset(dc, scif_reset);
    dc->realize = scif_realize;
}

static const TypeInfo scif_type = {
    .name = TYPE_BRIG_SCIF,
    .parent = TYPE_SYS_BUS_DEVICE,
    .instance_size = sizeof(BrigScif),
    .class_init = scif_class_init,
};

static void scif_register_types(void)
{
    type_register_static(&scif_type);
}

type_init(scif_register_types)
