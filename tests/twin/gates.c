/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Clock gates of UARTs. Linux has no clock controller here, so the machine itself closes the gates that
 * Linux would have closed on the board, as those of devices that nobody has opened. */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "exec/address-spaces.h"
#include "twin.h"
#include "uart8250.h"

#define ENTRY_BYTES 20 /* UART, register: two cells each; bit */
#define REGISTER_BITS 16

static Brig8250 *find_uart(uint64_t address)
{
    MemoryRegionSection section = memory_region_find(get_system_memory(), address, 4);
    Object *uart = NULL;

    if (section.mr) {
        uart = object_dynamic_cast(memory_region_owner(section.mr), TYPE_BRIG_8250);
        memory_region_unref(section.mr);
    }
    return (Brig8250 *)uart;
}

static bool add_gate(uint64_t uart_address, uint64_t address, uint32_t bit, Error **errp)
{
    Brig8250 *uart = find_uart(uart_address);
    uint16_t *gate = twin_masked_register(address);

    if (!uart) {
        error_setg(errp, "/brig,twin: uart-gates: no 8250 is at 0x%" PRIx64, uart_address);
        return false;
    }
    if (!gate || bit >= REGISTER_BITS) {
        error_setg(errp, "/brig,twin: uart-gates: bit %" PRIu32 " at 0x%" PRIx64 " is none of a "
                   "write-masked register", bit, address);
        return false;
    }
    *gate |= 1u << bit;
    uart->gate = gate;
    uart->gate_bit = bit;
    return true;
}

bool twin_make_gates(BrigTwin *twin, Error **errp)
{
    const TwinNode *extra = twin_tree_find(twin->tree, "/brig,twin");
    int length = 0;
    const uint8_t *cell = extra ? twin_prop(twin->tree, extra, "uart-gates", &length) : NULL;

    if (length % ENTRY_BYTES) {
        error_setg(errp, "/brig,twin: uart-gates must be UART and register, two cells each, and a bit");
        return false;
    }
    for (; length > 0; length -= ENTRY_BYTES, cell += ENTRY_BYTES) {
        if (!add_gate(twin_cells(cell, 2), twin_cells(cell + 8, 2), twin_cells(cell + 16, 1), errp)) {
            return false;
        }
    }
    return true;
}
