/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Every UART of the tree for which there is a model. */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/error-report.h"
#include "exec/address-spaces.h"
#include "hw/qdev-properties.h"
#include "hw/qdev-properties-system.h"
#include "hw/sysbus.h"
#include "serial.h"
#include "system/system.h"
#include "twin.h"
#include "uart8250.h"

#include <libfdt.h>

#define FIRMWARE_SERIAL 1 /* -serial number of the monitor's UART */

/* What a compatible string means: QEMU's device, and for the 8250s, which are ours, more. */
typedef struct Model {
    const char *compatible, *type;
    Brig8250Kind kind;
    int shift; /* of its registers if the tree has no reg-shift; Linux' drivers know it too */
    int before; /* the model begins this many bytes before the node's registers */
    int size;   /* only so much of the model is used; 0: all */
    int fifo;   /* bytes, of a model of ours */
} Model;

static const Model models[] = {
    {"snps,dw-apb-uart", TYPE_BRIG_8250, BRIG_8250_DW, 0},
    {"marvell,armada-38x-uart", TYPE_BRIG_8250, BRIG_8250_DW, 0},
    {"renesas,rzn1-uart", TYPE_BRIG_8250, BRIG_8250_DW, 0},
    {"ti,am654-uart", TYPE_BRIG_8250, BRIG_8250_OMAP, 2},
    {"ti,am4372-uart", TYPE_BRIG_8250, BRIG_8250_OMAP, 2},
    {"ti,omap4-uart", TYPE_BRIG_8250, BRIG_8250_OMAP, 2},
    {"ti,omap3-uart", TYPE_BRIG_8250, BRIG_8250_OMAP, 2},
    {"ti,omap2-uart", TYPE_BRIG_8250, BRIG_8250_OMAP, 2},
    {"mediatek,mt6577-uart", TYPE_BRIG_8250, BRIG_8250_PLAIN, 2},
    {"nvidia,tegra20-uart", TYPE_BRIG_8250, BRIG_8250_PLAIN, 2},
    {"nuvoton,npcm750-uart", TYPE_BRIG_8250, BRIG_8250_PLAIN, 2},
    {"brcm,bcm7271-uart", TYPE_BRIG_8250, BRIG_8250_PLAIN, 2},
    {"intel,xscale-uart", TYPE_BRIG_8250, BRIG_8250_PLAIN, 2},
    {"mrvl,mmp-uart", TYPE_BRIG_8250, BRIG_8250_PLAIN, 2},
    {"fsl,16550-FIFO64", TYPE_BRIG_8250, BRIG_8250_PLAIN, 0},
    {"fsl,ns16550", TYPE_BRIG_8250, BRIG_8250_PLAIN, 0},
    {"altr,16550-FIFO128", TYPE_BRIG_8250, BRIG_8250_PLAIN, 0},
    {"ns16850", TYPE_BRIG_8250, BRIG_8250_PLAIN, 0},
    {"ns16750", TYPE_BRIG_8250, BRIG_8250_PLAIN, 0},
    {"ns16550a", TYPE_BRIG_8250, BRIG_8250_PLAIN, 0},
    {"ns16550", TYPE_BRIG_8250, BRIG_8250_PLAIN, 0},
    {"ns16450", TYPE_BRIG_8250, BRIG_8250_PLAIN, 0},
    {"ns8250", TYPE_BRIG_8250, BRIG_8250_PLAIN, 0},
    {"brcm,bcm2835-aux-uart", "bcm2835-aux", .before = 0x40},
    {"arm,pl011", "pl011"},
    {"arm,sbsa-uart", "pl011"},
    {"fsl,imx6q-uart", "imx.serial"},
    {"fsl,imx21-uart", "imx.serial"},
    {"samsung,exynos4210-uart", "exynos4210.uart"},
    /* Not the RZ/G2L's, which are called SCIF too but have other registers. */
    {"renesas,hscif", "brig-scif", .fifo = 128},
    {"renesas,scif", "brig-scif", .size = 0x40, .fifo = 16},
    {"fsl,imx7ulp-lpuart", "brig-lpuart", .size = 0x30, .fifo = 64},
    {"fsl,imx8ulp-lpuart", "brig-lpuart", .size = 0x30, .fifo = 64},
    {"fsl,imx8qxp-lpuart", "brig-lpuart", .size = 0x30, .fifo = 64},
    {"fsl,imx93-lpuart", "brig-lpuart", .size = 0x30, .fifo = 64},
    {"marvell,armada-3700-uart", "brig-mvebu-uart", .size = 0x18, .fifo = 64},
    /* The model aborts above its last register; Linux reads one more, the status of each byte. */
    {"xlnx,xuartps", "cadence_uart", .size = 0x48},
    {"cdns,uart-r1p8", "cadence_uart", .size = 0x48},
    {"cdns,uart-r1p12", "cadence_uart", .size = 0x48},
};

/* A UART on its way to become a device. */
typedef struct Uart {
    const TwinNode *node;
    const Model *model;
    TwinRange range;
} Uart;

static const Model *find_model(const TwinTree *tree, const TwinNode *node)
{
    for (unsigned i = 0; i < ARRAY_SIZE(models); i++) {
        const char *const list[] = {models[i].compatible, NULL};

        if (twin_compatible(tree, node, list)) {
            return &models[i];
        }
    }
    return NULL;
}

static const TwinNode *find_console(const TwinTree *tree)
{
    const TwinNode *chosen = twin_tree_find(tree, "/chosen");
    const char *path = chosen ? twin_prop_string(tree, chosen, "stdout-path") : "";
    g_autofree char *name = g_strndup(path, strcspn(path, ":"));

    return *name ? twin_tree_find(tree, name) : NULL;
}

static gint by_address(gconstpointer a, gconstpointer b)
{
    const Uart *x = a, *y = b;

    return x->range.base < y->range.base ? -1 : x->range.base > y->range.base;
}

static GArray *collect(BrigTwin *twin)
{
    GArray *found = g_array_new(FALSE, FALSE, sizeof(Uart));

    for (unsigned i = 0; i < twin->tree->count; i++) {
        Uart uart = {.node = &twin->tree->nodes[i]};

        uart.model = find_model(twin->tree, uart.node);
        if (uart.model && twin_reg(twin->tree, uart.node, 0, &uart.range)) {
            g_array_append_val(found, uart);
        }
    }
    g_array_sort(found, by_address);
    return found;
}

/* False if the tree says nonsense about the registers. */
static bool set_up_8250(BrigTwin *twin, const Uart *uart, DeviceState *dev, Error **errp)
{
    const uint32_t shift = twin_prop_u32(twin->tree, uart->node, "reg-shift", uart->model->shift);
    const uint32_t clock = twin_prop_u32(twin->tree, uart->node, "clock-frequency", 0);

    if (shift > 4) {
        error_setg(errp, "%s: reg-shift %u is more than 4", uart->node->path, shift);
        return false;
    }
    qdev_prop_set_uint8(dev, "shift", shift);
    qdev_prop_set_uint8(dev, "kind", uart->model->kind);
    qdev_prop_set_uint32(dev, "size", MIN(MAX(uart->range.size, 8 << shift), 0x1000));
    if (clock) {
        qdev_prop_set_uint32(dev, "baudbase", MAX(clock / 16, 1));
    }
    return true;
}

static void map(const Uart *uart, DeviceState *dev, uint64_t offset)
{
    const uint64_t base = uart->range.base - uart->model->before + offset;
    MemoryRegion *registers = sysbus_mmio_get_region(SYS_BUS_DEVICE(dev), 0);
    MemoryRegion *part;

    if (!uart->model->size) {
        sysbus_mmio_map_overlap(SYS_BUS_DEVICE(dev), 0, base, TWIN_PRIORITY_DEVICE);
        return;
    }
    part = g_new(MemoryRegion, 1);
    memory_region_init_alias(part, OBJECT(dev), "registers", registers, 0, uart->model->size);
    memory_region_add_subregion_overlap(get_system_memory(), base, part, TWIN_PRIORITY_DEVICE);
}

/* Our models have their interrupts in the order of the binding, QEMU's the one for all causes first. */
static void connect_irqs(BrigTwin *twin, const Uart *uart, DeviceState *dev)
{
    const unsigned count = object_dynamic_cast(OBJECT(dev), TYPE_BRIG_SERIAL) ? BRIG_SERIAL_IRQS : 1;

    for (unsigned i = 0; i < count; i++) {
        qemu_irq irq = twin_irq(twin, uart->node, i);

        if (irq) {
            sysbus_connect_irq(SYS_BUS_DEVICE(dev), i, irq);
        } else if (i == 0) {
            info_report("%s: its interrupt does not lead to the GIC, it has none", uart->node->path);
        }
    }
}

static bool add_uart(BrigTwin *twin, const Uart *uart, Chardev *serial, Error **errp)
{
    DeviceState *dev = qdev_new(uart->model->type);
    const bool is_8250 = strcmp(uart->model->type, TYPE_BRIG_8250) == 0;
    const uint32_t offset = is_8250 ? twin_prop_u32(twin->tree, uart->node, "reg-offset", 0) : 0;

    qdev_prop_set_chr(dev, "chardev", serial);
    if (uart->model->fifo) {
        qdev_prop_set_uint32(dev, "fifo", uart->model->fifo);
    }
    if ((is_8250 && !set_up_8250(twin, uart, dev, errp)) ||
        !sysbus_realize_and_unref(SYS_BUS_DEVICE(dev), errp)) {
        return false;
    }
    map(uart, dev, offset);
    connect_irqs(twin, uart, dev);
    return true;
}

bool twin_make_uarts(BrigTwin *twin, Error **errp)
{
    g_autoptr(GArray) found = collect(twin);
    const TwinNode *console = find_console(twin->tree);
    unsigned first = 0, serial = FIRMWARE_SERIAL + 1;

    for (unsigned i = 0; i < found->len; i++) {
        if (g_array_index(found, Uart, i).node == console) {
            first = i;
        }
    }
    if (!found->len) {
        warn_report("the device tree has no UART for which there is a model: no console");
    } else if (console && g_array_index(found, Uart, first).node != console) {
        warn_report("there is no model of the console, %s (%s): -serial 0 is %s", console->path,
                    twin_prop_string(twin->tree, console, "compatible"),
                    g_array_index(found, Uart, first).node->path);
    }
    for (unsigned i = 0; i < found->len; i++) {
        Chardev *chardev = serial_hd(i == first ? 0 : serial++);

        if (!add_uart(twin, &g_array_index(found, Uart, i), chardev, errp)) {
            return false;
        }
    }
    return true;
}
