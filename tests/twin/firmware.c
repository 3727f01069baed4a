/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The place of the EL3 monitor: ROM, RAM, a UART and a way to turn the machine off. */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "hw/loader.h"
#include "hw/qdev-properties.h"
#include "hw/sysbus.h"
#include "qemu/datadir.h"
#include "system/system.h"
#include "firmware.h"
#include "twin.h"

static void add_memory(BrigTwin *twin, const char *name, uint64_t offset, uint64_t size, bool rom)
{
    MemoryRegion *region = g_new(MemoryRegion, 1);

    if (rom) {
        memory_region_init_rom(region, NULL, name, size, &error_fatal);
    } else {
        memory_region_init_ram(region, NULL, name, size, &error_fatal);
    }
    memory_region_add_subregion(&twin->secure, twin->firmware + offset, region);
}

static void add_uart(BrigTwin *twin)
{
    DeviceState *uart = qdev_new("pl011");

    qdev_prop_set_chr(uart, "chardev", serial_hd(1));
    sysbus_realize_and_unref(SYS_BUS_DEVICE(uart), &error_fatal);
    memory_region_add_subregion(&twin->secure, twin->firmware + TWIN_FIRMWARE_UART,
                                sysbus_mmio_get_region(SYS_BUS_DEVICE(uart), 0));
}

static void add_power(BrigTwin *twin)
{
    DeviceState *gpio = qdev_new("pl061"), *power;

    qdev_prop_set_uint32(gpio, "pullups", 0);
    qdev_prop_set_uint32(gpio, "pulldowns", 0xff);
    sysbus_realize_and_unref(SYS_BUS_DEVICE(gpio), &error_fatal);
    memory_region_add_subregion(&twin->secure, twin->firmware + TWIN_FIRMWARE_POWER,
                                sysbus_mmio_get_region(SYS_BUS_DEVICE(gpio), 0));
    power = sysbus_create_simple("gpio-pwr", -1, NULL);
    qdev_connect_gpio_out(gpio, TWIN_POWER_OFF, qdev_get_gpio_in_named(power, "shutdown", 0));
    qdev_connect_gpio_out(gpio, TWIN_POWER_RESET, qdev_get_gpio_in_named(power, "reset", 0));
}

static bool load(BrigTwin *twin, const char *name, Error **errp)
{
    g_autofree char *file = qemu_find_file(QEMU_FILE_TYPE_BIOS, name);
    g_autofree char *image = NULL;
    g_autoptr(GError) failed = NULL;
    size_t size;

    if (!g_file_get_contents(file ? file : name, &image, &size, &failed)) {
        error_setg(errp, "reading the firmware: %s", failed->message);
        return false;
    }
    if (size > TWIN_FIRMWARE_ROM_SIZE) {
        error_setg(errp, "the firmware '%s' has %zu bytes, there is room for %d", name, size,
                   TWIN_FIRMWARE_ROM_SIZE);
        return false;
    }
    rom_add_blob_fixed_as("firmware", image, size, twin->firmware + TWIN_FIRMWARE_ROM,
                          &twin->secure_space);
    return true;
}

bool twin_make_firmware(BrigTwin *twin, Error **errp)
{
    const TwinRange hole = {twin->firmware, TWIN_FIRMWARE_SIZE};
    const char *other = twin_occupied(twin, &hole);

    if (other) {
        error_setg(errp, "0x%" PRIx64 " is no place for the firmware, %s lies there: say "
                   "firmware-base= and the address of a hole", twin->firmware, other);
        return false;
    }
    if (!MACHINE(twin)->firmware) {
        error_setg(errp, "all CPUs start in the firmware at EL3: give me one with -bios");
        return false;
    }
    add_memory(twin, "firmware.rom", TWIN_FIRMWARE_ROM, TWIN_FIRMWARE_ROM_SIZE, true);
    add_memory(twin, "firmware.ram", TWIN_FIRMWARE_RAM, TWIN_FIRMWARE_RAM_SIZE, false);
    add_uart(twin);
    add_power(twin);
    return load(twin, MACHINE(twin)->firmware, errp);
}
