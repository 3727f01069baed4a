# SPDX-License-Identifier: Apache-2.0
"""Every return value of the hypercalls, as the root cell gets them without the driver's checks."""

import struct

import brig
import brig_qemu
import cells
from brig import Cell
from cellfile import COMM_REGION, cell, irqchip, patched, ram
from registry import test
from root import at_el1, hypercall, put_file

EPERM, ENOENT, E2BIG, ENOMEM, EBUSY, EEXIST, EINVAL, ENOSYS = -1, -2, -7, -12, -16, -17, -22, -38
ID = 0x28  # of the id in a cell file
REGIONS = [ram(0x1000000), COMM_REGION]
HOLE = 0x09050000  # nothing is there, and the root cell has no region there

FILES = {'/t/raw.cell': cell('raw', [3], REGIONS), '/t/raw-many.cell': cell('raw', [3], REGIONS * 1050),
         '/t/raw-own.cell': cell('raw', [0, 3], REGIONS), '/t/raw-taken.cell': cell('raw', [1, 3], REGIONS),
         '/t/raw-high.cell': cell('raw', [9], REGIONS),
         '/t/raw-set.cell': cell('raw', [3], REGIONS, cpu_set_size=4104),
         '/t/raw-pin.cell': cell('raw', [3], REGIONS, [irqchip(48, pin_base=33)]),
         '/t/raw-pin-end.cell': cell('raw', [3], REGIONS, [irqchip(1000, pin_base=928)])}


def create(m, path, *changes):
    """Result of CELL_CREATE for a file, with id 7 if no change says otherwise."""
    put_file(m, path, (ID, 4, 7), *changes)
    return hypercall(m, 1, 'buf')


@test(files=FILES)
def create_errors(m):
    """CELL_CREATE: each error, in the order of the checks, without effect on pages and CPUs."""
    timer = Cell(m, 'timer').run()
    before = brig.pool(m)
    cases = {
        'header not mapped': (lambda: hypercall(m, 1, HOLE), ENOMEM),
        'id of the root cell': (lambda: create(m, '/t/raw.cell', (ID, 4, 0)), EEXIST),
        'id of another cell': (lambda: create(m, '/t/raw.cell', (ID, 4, 1)), EEXIST),
        'name of another cell': (lambda: create(m, '/t/timer.cell'), EEXIST),
        'name first, then size': (lambda: create(m, '/t/timer.cell', (0x34, 4, 3000)), EEXIST),
        'more than 16 pages': (lambda: create(m, '/t/raw-many.cell'), E2BIG),
        'a count that wraps': (lambda: create(m, '/t/raw.cell', (0x34, 4, 0x8000000)), E2BIG),
        'CPU set too large': (lambda: create(m, '/t/raw-set.cell'), EINVAL),
        'the calling CPU': (lambda: create(m, '/t/raw-own.cell'), EBUSY),
        'CPU of another cell': (lambda: create(m, '/t/raw-taken.cell'), EBUSY),
        'CPU that does not exist': (lambda: create(m, '/t/raw-high.cell'), EBUSY),
        'id above 255': (lambda: create(m, '/t/raw.cell', (ID, 4, 256)), E2BIG),
        'pin_base no multiple of 32': (lambda: create(m, '/t/raw-pin.cell'), EINVAL),
        'pin_base too high': (lambda: create(m, '/t/raw-pin-end.cell'), EINVAL),
    }
    wrong = {what: (result, expected) for what, (call, expected) in cases.items()
             if (result := call()) != expected}
    m.check(not wrong, f'CELL_CREATE gave (found, expected): {wrong}')
    m.check(brig.pool(m) == before, f'page pools are {brig.pool(m)}, before {before}')
    timer.wait_ticks(1)
    brig.linux_alive(m)
    timer.destroy()


@test(files=FILES)
def create_partly_mapped(m):
    """CELL_CREATE: a file whose second page belongs to another cell."""
    hello = Cell(m, 'hello').create()
    end = cells.at(1)[0]  # where the other cell's memory starts
    data = FILES['/t/raw.cell'][:0x88]
    for offset in range(0, len(data), 8):
        value = int.from_bytes(data[offset:offset + 8], 'little')
        at_el1(m, f'write 0 8 mem:{end - 0x88 + offset:#x} {value:#x}')
    at_el1(m, f'write 0 4 mem:{end - 0x88 + ID:#x} 7')
    m.check(hypercall(m, 1, end - 0x88) == ENOMEM, 'a half mapped file is not refused with ENOMEM')
    hello.destroy()


@test(files=FILES)
def create_without_driver(m):
    """CELL_CREATE by hand works for ids up to 255; so do the calls on that cell."""
    m.sh('echo 0 >/sys/devices/system/cpu/cpu3/online')
    m.check(create(m, '/t/raw.cell', (ID, 4, 255)) == 0, 'CELL_CREATE failed')
    steps = [((6, 255), 2), ((5, 4), 2), ((3, 255), 0), ((3, 255), 0), ((7, 3, 0), 0), ((4, 255), 0),
             ((6, 255), ENOENT), ((5, 4), 1)]
    for call, expected in steps:
        result = hypercall(m, *call)
        m.check(result == expected, f'hypercall {call} gave {result}, not {expected}')
    m.sh('echo 1 >/sys/devices/system/cpu/cpu3/online')
    brig.linux_alive(m)


@test()
def management_errors(m):
    """START, SET_LOADABLE, DESTROY, GET_STATE: unknown ids and the root cell."""
    expected = {(code, number): ENOENT for code in (2, 3, 4, 6) for number in (1, 255, 256, 2**32, 2**64 - 1)}
    expected |= {(code, 0): EINVAL for code in (2, 3, 4)} | {(6, 0): 0}
    wrong = {call: result for call, code in expected.items() if (result := hypercall(m, *call)) != code}
    m.check(not wrong, f'results that are not as documented: {wrong}')
    brig.linux_alive(m)


@test()
def locked_cells_block(m):
    """CREATE and DESTROY of others give EPERM while a cell is locked; of the locked one itself not."""
    hello = Cell(m, 'hello').create()
    locked = Cell(m, 'msg', image='/brig/msg.bin', cmdline='mode=locked').run()
    locked.wait('msg: mode locked')
    ident = int(hello.folder().rsplit('/', 1)[1])
    m.check(create(m, '/t/timer.cell') == EPERM, 'CREATE is not refused')
    m.check(hypercall(m, 1, HOLE) == EPERM, 'the lock is not looked at first')
    m.check(hypercall(m, 4, ident) == EPERM, 'DESTROY is not refused')
    m.check(hypercall(m, 2, ident) == 0 and hypercall(m, 3, ident) == 0, 'START and SET_LOADABLE are refused')
    locked.destroy()
    hello.destroy()


@test()
def info_and_states(m):
    """GET_INFO, GET_STATE, CPU_GET_INFO for every kind of argument, and unknown codes."""
    fault = Cell(m, 'fault', cmdline='do=read').run()
    fault.wait('Parking CPU 3')
    ident = int(fault.folder().rsplit('/', 1)[1])
    exact = {(5, 4): 2, (5, 5): EINVAL, (5, 2**64 - 1): EINVAL, (6, ident): 3, (6, 0): 0,
             (7, 0, 0): 0, (7, 3, 0): 2, (7, 4, 0): EINVAL, (7, 63, 0): EINVAL, (7, 64, 0): EINVAL,
             (7, 2**64 - 1, 0): EINVAL, (7, 1, 1): EINVAL, (7, 1, 2): EINVAL, (7, 1, 999): EINVAL,
             (7, 1, 1009): EINVAL, (7, 1, 2**64 - 1): EINVAL,
             (9,): ENOSYS, (2**32,): ENOSYS, (2**64 - 1,): ENOSYS}
    wrong = {call: result for call, code in exact.items() if (result := hypercall(m, *call)) != code}
    m.check(not wrong, f'results that are not as documented: {wrong}')
    for call in [(5, kind) for kind in range(4)] + [(7, cpu, 1000 + n) for cpu in (0, 3) for n in range(9)]:
        result = hypercall(m, *call)
        m.check(0 <= result < 2**31, f'hypercall {call} gave {result}')
    m.check(hypercall(m, 5, 0) == int(m.sh(f'cat {brig.SYSFS}/mem_pool_size')), 'sysfs differs')
    fault.destroy()
    msg = Cell(m, 'msg-timeout', image='/brig/msg.bin', cmdline='mode=invalid').run()
    msg.wait_state('invalid')
    ident = int(msg.folder().rsplit('/', 1)[1])
    m.check(hypercall(m, 6, ident) == EINVAL, 'an invalid state is not reported as EINVAL')
    msg.destroy()


@test()
def registers_are_kept(m):
    """A hypercall, on every CPU, changes nothing but x0; SMCs keep x4 to x7 at least."""
    given = [9999, 11, 22, 33, 44, 55, 66, 77]
    words = ' '.join(map(str, given))
    for cpu, found in at_el1(m, f'hvc all 0x4a48 {words}').items():
        m.check(found == [ENOSYS] + given[1:], f'after a hypercall CPU {cpu} has {found}')
    for cpu, found in at_el1(m, f'smc all {0x84000000} {words.split(" ", 1)[1]}').items():
        m.check(found[0] >= 0x10000 and found[4:] == given[4:], f'after an SMC CPU {cpu} has {found}')


@test()
def disable_with_cells(m):
    """DISABLE gives EBUSY to all root CPUs while a cell exists, as often as it is tried."""
    timer = Cell(m, 'timer').run()
    for _ in range(2):
        found = {cpu: registers and registers[0] for cpu, registers in at_el1(m, 'hvc all 0x4a48 0').items()}
        m.check(found == {0: EBUSY, 2: EBUSY, 3: EBUSY}, f'DISABLE gave {found}')
    timer.wait_ticks(1)
    timer.destroy()
    brig.disable(m)
    brig.linux_alive(m)


def root_may_print():
    data = (brig_qemu.build_dir() / 'cells/root.cell').read_bytes()
    flags = struct.unpack_from('<I', data, 0x190)[0]
    return patched(data, 0x190, struct.pack('<I', flags | 0x40000000))


@test(start='disabled', files={'/t/root-prints.cell': root_may_print})
def console_of_the_root(m):
    """DEBUG_CONSOLE_PUTC of the root cell needs the flag in its configuration."""
    brig.enable(m)
    m.check(hypercall(m, 8, ord('?')) == EPERM, 'printing without permission is not refused')
    brig.disable(m)
    brig.enable(m, '/t/root-prints.cell')
    mark = m.mark()
    for character in 'root speaks\n':
        m.check(hypercall(m, 8, 0x500 + ord(character)) == 0, 'printing with permission is refused')
    m.wait_hyp('^root speaks$', mark)
