# SPDX-License-Identifier: Apache-2.0
"""Builds and takes apart revision-14 configuration files, so that tests can make wrong ones too."""

import struct

READ, WRITE, EXECUTE, DMA, IO, COMM, LOADABLE, ROOTSHARED = (1 << n for n in range(8))
NO_HUGEPAGES = 0x100
IO_UNALIGNED, IO_8, IO_16, IO_32, IO_64 = 0x8000, 0x10000, 0x20000, 0x40000, 0x80000
RAM = READ | WRITE | EXECUTE | DMA | LOADABLE

PASSIVE, CONSOLE_PERMITTED, CONSOLE_ACTIVE = 0x1, 0x40000000, 0x80000000

GICD = 0x08000000
CELL_MEMORY = 0x70000000  # start of what the device-tree overlay reserves for cells
COMM_BASE = 0x80000000
DESCRIPTOR = struct.Struct('<5sBH32sIIIIIIIIIIIQQ32s')
REGION = struct.Struct('<4Q')
IRQCHIP = struct.Struct('<QII4I')

NO_CONSOLE = bytes(32)
PL011 = struct.pack('<QIHHIIQ', 0x09040000, 0x1000, 3, 0x3, 0, 0, 0)


def irqchip(*intids, address=GICD, pin_base=32):
    """One entry that covers the given SPIs (INTIDs pin_base .. pin_base+127)."""
    words = [0, 0, 0, 0]
    for intid in intids:
        words[(intid - pin_base) // 32] |= 1 << (intid - pin_base) % 32
    return IRQCHIP.pack(address, 0, pin_base, *words)


def ram(offset=0, size=0x100000, guest=0, flags=RAM):
    """RAM out of the cell memory, at guest address 0."""
    return (CELL_MEMORY + offset, guest, size, flags)


COMM_REGION = (0, COMM_BASE, 0x1000, READ | WRITE | COMM)


def cell(name, cpus, regions, irqchips=(), flags=PASSIVE | CONSOLE_ACTIVE | CONSOLE_PERMITTED,
         timeout=0, reset=0, console=NO_CONSOLE, revision=14, arch=2, signature=b'JHCLL',
         cell_id=0, cpu_set_size=8, num_regions=None, vpci_irq_base=0):
    """A cell file. cpus is a list of logical ids; regions are (phys, guest, size, flags)."""
    head = DESCRIPTOR.pack(
        signature, arch, revision, name.encode(), cell_id, flags, cpu_set_size,
        len(regions) if num_regions is None else num_regions, 0, len(irqchips), 0, 0, 0, 0,
        vpci_irq_base, reset, timeout, console)
    bitmap = sum(1 << n for n in cpus).to_bytes(min(cpu_set_size, 4096), 'little')
    return head + bitmap + b''.join(REGION.pack(*r) for r in regions) + b''.join(irqchips)


def patched(data, offset, new):
    """A copy of a file with the bytes at offset replaced."""
    return data[:offset] + new + data[offset + len(new):]


SYSTEM_CELL = 0x164  # offset of the root cell's description in a system file


def without(data, start, size):
    """A system file with a range of host addresses taken out of the root cell's regions."""
    head = list(DESCRIPTOR.unpack_from(data, SYSTEM_CELL))
    begin = SYSTEM_CELL + DESCRIPTOR.size + head[6]  # behind the CPU set
    end = begin + head[7] * REGION.size
    regions = []
    for phys, guest, length, flags in REGION.iter_unpack(data[begin:end]):
        for low, high in ((phys, min(phys + length, start)), (max(phys, start + size), phys + length)):
            if low < high:
                regions.append((low, guest + low - phys, high - low, flags))
    head[7] = len(regions)
    return (data[:SYSTEM_CELL] + DESCRIPTOR.pack(*head) + data[SYSTEM_CELL + DESCRIPTOR.size:begin]
            + b''.join(REGION.pack(*region) for region in regions) + data[end:])
