# SPDX-License-Identifier: Apache-2.0
"""How EL2 protects itself, seen from outside the machine."""

import struct

import brig_qemu
from gdbstub import GdbStub
from registry import test

PAGE = 4096
HYPERVISOR = 0x7fc00000
PERCPU_SIZE = 0x4000
SCTLR_M, SCTLR_WXN = 1 << 0, 1 << 19
READ_ONLY, EXECUTE_NEVER = 1 << 7, 1 << 54
DEVICE = 1 << 2  # MAIR index 1
ADDRESS = 0x0000fffffffff000


def stub(scratch):
    return ['-chardev', f'socket,path={scratch}/gdb,server=on,wait=off,id=gdb', '-gdb', 'chardev:gdb']


def walk(gdb, table, level, base):
    """Yields (address, size, descriptor) of every mapping below a table."""
    size = PAGE << (9 * (3 - level))
    for index, entry in enumerate(struct.unpack('<512Q', gdb.physical(table, PAGE))):
        address = base + index * size
        if entry & 3 == 3 and level < 3:
            yield from walk(gdb, entry & ADDRESS, level + 1, address)
        elif entry & 1:
            yield address, size, entry


def hypervisor_map(gdb):
    """EL2's own map: {page address: descriptor}."""
    bits = 64 - (gdb.register('TCR_EL2') & 0x3f)
    pages = {}
    for address, size, entry in walk(gdb, gdb.register('TTBR0_EL2') & ADDRESS, 0 if bits > 39 else 1, 0):
        for offset in range(0, size, PAGE):
            pages[address + offset] = entry
    return pages


@test(qemu_args=stub)
def write_xor_execute(m):
    """EL2's map has no page that is writable and executable, WXN is set, stacks have a guard page."""
    with GdbStub(f'{m.scratch.name}/gdb') as gdb:
        sctlr = gdb.register('SCTLR_EL2')
        pages = hypervisor_map(gdb)
        core_size, = struct.unpack('<Q', gdb.physical(HYPERVISOR + 8, 8))
    m.check(sctlr & SCTLR_M and sctlr & SCTLR_WXN, f'SCTLR_EL2 is 0x{sctlr:x}: M and WXN are not both set')
    executable = [page for page, entry in pages.items() if not entry & EXECUTE_NEVER]
    m.check(executable, 'nothing is executable at EL2')
    for page in executable:
        m.check(pages[page] & READ_ONLY, f'page 0x{page:x} is writable and executable at EL2')
        m.check(HYPERVISOR < page < HYPERVISOR + core_size, f'page 0x{page:x} outside the image is executable')
    image = (brig_qemu.build_dir(m.board) / 'brig.bin').read_bytes()
    m.check(image[:8] == b'JAILHOUS' and pages[HYPERVISOR] & READ_ONLY, 'the image header is writable')
    m.check(any(not entry & READ_ONLY for entry in pages.values()), 'nothing is writable at EL2')
    for cpu in range(4):
        area = HYPERVISOR + core_size + cpu * PERCPU_SIZE
        m.check(area not in pages, f'the guard page of CPU {cpu} at 0x{area:x} is mapped')
        m.check(area + PAGE in pages, f'the stack of CPU {cpu} above 0x{area:x} is not mapped')
    foreign = [page for page, entry in pages.items()
               if not HYPERVISOR <= page < HYPERVISOR + 0x400000 and not entry & DEVICE]
    m.check(not foreign, f'memory of Linux or of cells is mapped at EL2: {[hex(page) for page in foreign[:4]]}')
