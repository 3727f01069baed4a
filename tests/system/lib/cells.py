# SPDX-License-Identifier: Apache-2.0
"""The cells of the tests: /t/NAME.cell in every machine. Written as bytes here, so that the tests
of the hypervisor do not lean on the partition compiler."""

from cellfile import (COMM_REGION, CONSOLE_ACTIVE, CONSOLE_PERMITTED, EXECUTE, IO, IO_8, IO_16, IO_32, IO_64,
                      IO_UNALIGNED, PASSIVE, PL011, READ, WRITE, cell, irqchip, ram)

MIB = 0x100000
CONSOLE = CONSOLE_ACTIVE | CONSOLE_PERMITTED
UART = (0x09040000, 0x09040000, 0x1000, READ | WRITE | IO)  # the hypervisor's
GPIO = (0x09030000, 0x09030000, 0x1000, READ | WRITE | IO)
ALL_WIDTHS = IO_8 | IO_16 | IO_32 | IO_64
SUBPAGE = 0x50000100  # guest address of the bench cell's


def at(number):
    """The n-th piece of cell memory, for cells that run beside each other."""
    return ram(number * 2 * MIB)


FILES = {f'/t/{name}.cell': data for name, data in {
    'timer': cell('timer', [1], [at(0), COMM_REGION]),
    'hello': cell('hello', [2], [at(1), COMM_REGION]),
    # with a page that is read-only for it, and a harmless interrupt of its own
    # and sub-page regions: one to read, one to write, one at an odd place; in words only
    'fault': cell('fault', [3], [at(2), (at(3)[0], MIB, 0x1000, READ | EXECUTE), COMM_REGION,
                                 (at(3)[0] + 0x1300, 0x50000300, 0x10, READ | IO_32),
                                 (at(3)[0] + 0x1310, 0x50000310, 0x10, WRITE | IO_32),
                                 (at(3)[0] + 0x1322, 0x50000322, 0x10, READ | IO_32)], [irqchip(80)]),
    # sub-page regions: plain, at an odd place, across a host page; a page that shows the first
    'mmio': cell('mmio', [3], [at(2), COMM_REGION,
                               (at(3)[0] + 0x100, 0x50000100, 0x80, READ | WRITE | ALL_WIDTHS),
                               (at(3)[0] + 0x202, 0x50000202, 0x7e, READ | WRITE | ALL_WIDTHS | IO_UNALIGNED),
                               (at(3)[0] + 0xfe8, 0x50003000, 0x80, READ | WRITE | ALL_WIDTHS),
                               (at(3)[0], 0x50200000, 0x1000, READ | WRITE)]),
    'smp': cell('smp', [1, 2, 3], [at(4), COMM_REGION]),
    'gictest': cell('gictest', [2, 3], [at(5), COMM_REGION], [irqchip(80)]),
    'psci': cell('psci', [2, 3], [at(5), COMM_REGION]),
    'hypercalls': cell('hypercalls', [3], [at(6), COMM_REGION]),
    'exits': cell('exits', [3], [at(6), COMM_REGION]),
    # prints by itself on the UART, because it may not ask the hypervisor to
    'mute': cell('mute', [3], [at(6), COMM_REGION, UART], flags=PASSIVE, console=PL011),
    'msg': cell('msg', [3], [at(7), COMM_REGION], flags=CONSOLE),
    'msg-timeout': cell('msg-timeout', [3], [at(7), COMM_REGION], flags=CONSOLE, timeout=100000),
    # owns the two devices of gatetest.dtso
    'keeper': cell('keeper', [3], [at(10), COMM_REGION, (0x0c000000, 0x0c000000, 0x2000, READ | WRITE | IO)]),
    'bench': cell('bench', [2, 3], [at(8), COMM_REGION, GPIO,
                                    (at(9)[0] + 0x100, SUBPAGE, 0x100, READ | WRITE | IO_32)],
                  [irqchip(39)]),
}.items()}

BENCH_ARGUMENTS = f'spi-dev=pl061 spi-base=0x9030000 spi-irq=39 subpage={SUBPAGE:#x}'
