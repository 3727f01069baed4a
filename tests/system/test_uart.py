# SPDX-License-Identifier: Apache-2.0
"""An 8250 with registers side by side: QEMU's pci-serial, behind the port I/O window of its PCIe."""

import pathlib
import re
import struct

import brig
from brig import Cell
from cellfile import COMM_REGION, IO, PASSIVE, READ, WRITE, cell, ram
from console import LogFile, find, wait_until
from machine import TIMEOUT
from registry import test

GIC_MATTERS = False

PORTS = 0x3eff0000  # CPU address of port 0
DIVIDER = 13
CONSOLE = struct.Struct('<QIHHIIQ')
SYSTEM_CONSOLE = 0x2c  # offset in a system configuration
MMIO, TYPE_8250 = 0x1, 2


def pci_serial(scratch):
    return ['-chardev', f'file,id=pci-serial,path={scratch}/pci-serial', '-device', 'pci-serial,chardev=pci-serial']


def output(m):
    return LogFile(pathlib.Path(m.scratch.name) / 'pci-serial')


def wait_output(m, pattern, since):
    """Waits for a pattern in what the UART has sent."""
    log = output(m)
    if not wait_until(lambda: find(pattern, log.text(since)), TIMEOUT, on_poll=lambda: m.drain(pattern)):
        m.fail(f'the 8250 has not sent /{pattern}/, but: {log.text(since)!r}')


def address_of(m):
    """Where Linux's driver has placed the UART's registers when it enabled them."""
    folder = m.sh('cd /sys/bus/pci/drivers/serial; for device in 0000:*; do echo $PWD/$device; done')
    first = m.sh(f'head -n 1 {folder}/resource').split()
    m.check(m.sh(f'cat {folder}/enable') != '0' and int(first[0], 16) > 0, f'Linux has not placed the UART: {first}')
    return PORTS + int(first[0], 16)


def patch(m, source, destination, offset, data):
    """A copy of a file in the guest, with other bytes at an offset."""
    octal = ''.join(f'\\{byte:03o}' for byte in data)
    m.sh(f"cp {source} {destination}; printf '{octal}' | "
         f"dd of={destination} bs=1 seek={offset} conv=notrunc 2>/dev/null")


FILES = {'/t/serial.cell': cell('serial', [3], [ram(), COMM_REGION, (PORTS, PORTS, 0x10000, READ | WRITE | IO)],
                                flags=PASSIVE, console=CONSOLE.pack(PORTS, 8, TYPE_8250, MMIO, DIVIDER, 0, 0))}


@test(start='disabled', qemu_args=pci_serial)
def console_8250_bytes(m):
    """The hypervisor's console on an 8250 with register distance 1, with and without a divider."""
    address = address_of(m)
    for divider in (DIVIDER, 0):
        patch(m, brig.ROOT, '/t/root-8250.cell', SYSTEM_CONSOLE,
              CONSOLE.pack(address, 8, TYPE_8250, MMIO, divider, 0, 0))
        before, pl011 = output(m).mark(), m.mark()
        m.sh('brig enable /t/root-8250.cell')
        wait_output(m, r'Initializing processors:\r*\n(.*\n)*Activating hypervisor', before)
        early = m.hyp.text(pl011)  # of the board's UART, until the configuration's console is open
        m.check('is at EL2' in early and 'Init' not in early, f'the PL011 got {early}')
        brig.disable(m)
    raw = (pathlib.Path(m.scratch.name) / 'pci-serial').read_bytes()
    m.check(raw.count(b'\n') > 10 and not re.search(rb'[^\r]\n', raw), 'a line feed came without a carriage return')


@test(qemu_args=pci_serial, files=FILES)
def inmate_8250_bytes(m):
    """The same UART as the console of a cell, which sets it up."""
    address = address_of(m)
    before = output(m).mark()
    inmate = Cell(m, 'serial', '/brig/hello.bin', cmdline=f'con-base={address:#x}').run()
    wait_output(m, 'hello: running', before)
    m.check('hello' not in m.hyp.text(inmate.begin), 'the hypervisor got text of the cell')
    inmate.destroy()


RTC = 0x09010000
GATE = RTC + 4  # match register of the real-time clock: a word without any effect here
BEFORE = 0xf0f0f0f0
# flags of the console, bit, what the register holds afterwards. It is no write-masked one, so it
# shows what was written.
GATES = [(0, 3, 0xf0f0f0f8), (0x1000, 4, 0xf0f0f0e0), (0x4000, 3, 0x00080000), (0x5000, 3, 0x00080008)]
PL011, UART = 3, 0x09040000
GATE_FILES = {f'/t/gate-{flags:x}.cell':
              cell('gate', [3], [ram(), COMM_REGION, (UART, UART, 0x1000, READ | WRITE | IO),
                                 (RTC, RTC, 0x1000, READ | WRITE | IO)],
                   flags=PASSIVE, console=CONSOLE.pack(UART, 0x1000, PL011, MMIO | flags, 0, bit, GATE))
              for flags, bit, _ in GATES}


def shut(m):
    """Takes the clock from Linux's driver, so that tests may look at it, and presets the gate."""
    m.sh('cd /sys/bus/amba/drivers/rtc-pl031; [ ! -e 9010000.pl031 ] || echo 9010000.pl031 >unbind')
    m.sh(f'devmem {GATE:#x} 32 {BEFORE:#x}')


def opened(m, who, flags, expected):
    value = int(m.sh(f'devmem {GATE:#x} 32'), 16)
    m.check(value == expected, f'{who} with flags {flags:#x} left {value:#010x} in the gate, not {expected:#010x}')


@test(start='booted')
def console_clock_gates(m):
    """The hypervisor opens its console's clock gate: set, inverted, write-masked, both."""
    for flags, bit, expected in GATES:
        shut(m)
        patch(m, brig.ROOT, '/t/root-gate.cell', SYSTEM_CONSOLE,
              CONSOLE.pack(UART, 0x1000, PL011, MMIO | flags, DIVIDER, bit, GATE))
        mark = m.mark()
        m.sh('insmod /lib/modules/refload.ko config=/t/root-gate.cell')  # does not open it, brig.ko does
        m.wait_hyp('Activating hypervisor', mark)
        m.sh('rmmod refload')
        opened(m, 'the hypervisor', flags, expected)


@test(files=GATE_FILES)
def inmate_clock_gates(m):
    """A cell opens its console's clock gate in the same ways."""
    for flags, _, expected in GATES:
        shut(m)
        inmate = Cell(m, 'gate', '/brig/hello.bin', file=f'/t/gate-{flags:x}.cell').run()
        inmate.wait('hello: running')
        inmate.destroy()
        opened(m, 'the cell', flags, expected)
