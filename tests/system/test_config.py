# SPDX-License-Identifier: Apache-2.0
"""Damaged and impossible configuration files: refused with the right error, and nothing changes."""

import struct

import brig
import brig_qemu
import cellfile
from brig import Cell
from cellfile import COMM_REGION, RAM, cell, irqchip, patched, ram
from registry import BOARD, test

OTHER = ram(0x1000000)


def good(**more):
    """A cell that would be fine, but for what is given."""
    return cell('odd', more.pop('cpus', [2]), more.pop('regions', [OTHER, COMM_REGION]), **more)


# File name: (content, what the refusal says)
BAD_CELLS = {
    'empty': (b'', '(?i)invalid|short|small'),
    'short': (good()[:0x83], '(?i)invalid|short|small'),
    'signature': (good(signature=b'JHCLX'), '(?i)invalid|signature|JHCLL'),
    'revision': (good(revision=13), '(?i)invalid|revision'),
    'architecture': (good(arch=1), '(?i)invalid|architecture'),
    'cut': (good()[:-8], '(?i)invalid|array'),
    'regions': (good(num_regions=0x8000000), '(?i)invalid|array|region'),
    'nocpu': (good(cpus=[]), '(?i)invalid|CPU'),
    'cpuset': (good(cpu_set_size=4104), '(?i)invalid|CPU'),
    'foreigncpu': (good(cpus=[9]), '(?i)busy|CPU'),
    'pinbase': (good(irqchips=[irqchip(48, pin_base=33)]), '(?i)invalid|pin'),
    'pinend': (good(irqchips=[irqchip(1000, pin_base=928)]), '(?i)invalid|pin'),
    'allcpus': (good(cpus=[0, 1, 2, 3]), '(?i)busy'),
    'big': (good(regions=[OTHER] * 2100), '(?i)too long|large|big'),
}

ROOT_BAD = {  # the same for system files; a list of (offset, bytes)
    'signature': ([(0, b'JHSYX')], '(?i)invalid|signature|JHSYS'),
    'revision': ([(6, b'\x0d')], '(?i)invalid|revision'),
    'architecture': ([(5, b'\0')], '(?i)invalid|architecture'),
    'nocpu': ([(0x1e8, bytes(8))], '(?i)invalid|CPU'),
    'memory-unaligned': ([(0x0c, struct.pack('<Q', 0x7fc00800))], '(?i)invalid|page'),
    'memory-none': ([(0x0c, struct.pack('<Q', 0x17fc00000))], '(?i)invalid|exist'),
    'memory-linux': ([(0x0c, struct.pack('<Q', 0x50000000))], '(?i)invalid|reserve'),
    'memory-small': ([(0x1c, struct.pack('<Q', 0x4000))], '(?i)invalid|small|need'),
    'gic-version': ([(0x139, b'\7')], '(?i)invalid|GIC'),
} | ({
    'gic-2': ([(0x139, b'\2')], '(?i)GIC|no such device|invalid|not supported'),
    'gicr': ([(0x15c, struct.pack('<Q', 0x70000000))], '(?i)no such device|redistributor|GIC'),
    'gicr-nowhere': ([(0x15c, struct.pack('<Q', 0x0a000000))], '(?i)no such device'),
} if BOARD['gic'] == 3 else {
    'gic-3': ([(0x139, b'\3')], '(?i)GIC|no such device|invalid|not supported'),
    'gicc': ([(0x144, struct.pack('<Q', 0x0801f000))], '(?i)no such device'),
    'gich-nowhere': ([(0x14c, struct.pack('<Q', 0x0a000000))], '(?i)no such device'),
    'gicv': ([(0x154, struct.pack('<Q', 0x70000000))], '(?i)no such device'),
})


def bad_root(patches):
    def make():
        data = (brig_qemu.build_dir() / 'cells/root.cell').read_bytes()
        for offset, new in patches:
            data = patched(data, offset, new)
        return data
    return make


def starved_root():
    """A configuration whose hypervisor memory ends a page behind all that is loaded into it."""
    image = (brig_qemu.build_dir() / 'brig.bin').read_bytes()
    core, percpu = struct.unpack_from('<QQ', image, 8)
    data = (brig_qemu.build_dir() / 'cells/root.cell').read_bytes()
    size = core + 4 * percpu + (len(data) + 0x1fff & ~0xfff)
    return patched(data, 0x1c, struct.pack('<Q', size))


FILES = {f'/t/bad-{name}.cell': content for name, (content, _) in BAD_CELLS.items()}
FILES |= {f'/t/root-{name}.cell': bad_root(patches) for name, (patches, _) in ROOT_BAD.items()}
FILES['/t/root-starved.cell'] = starved_root


@test(files=FILES)
def bad_cell_files(m):
    """Each damaged or impossible cell file is refused; CPUs, cells and pages stay as they were."""
    before = brig.pool(m)
    for name, (_, reason) in BAD_CELLS.items():
        m.refused(f'brig cell create /t/bad-{name}.cell', reason)
        m.check(brig.cell_ids(m) == ['0'], f'after {name} there are cells {brig.cell_ids(m)}')
        m.check(brig.pool(m) == before, f'after {name} the pool is {brig.pool(m)}, before {before}')
        m.check(m.sh('cat /sys/devices/system/cpu/online') == '0-3', f'after {name} CPUs are missing')
    brig.linux_alive(m)
    cell = Cell(m, 'timer').run()
    cell.wait(brig.TICK)
    cell.destroy()


@test(files=FILES)
def all_cpus_of_linux(m):
    """A cell that would have all CPUs is refused before Linux has put any of them offline."""
    m.sh('dmesg -c >/dev/null')
    m.refused('brig cell create /t/bad-allcpus.cell', '(?i)busy.*none would be left to Linux')
    log = m.sh('dmesg')
    m.check('would leave Linux without a CPU' in log, f'Linux says only:\n{log}')
    m.check('psci: CPU' not in log, f'CPUs went offline:\n{log}')


@test(start='disabled', files=FILES)
def bad_system_files(m):
    """Each damaged or impossible system file is refused; after each, the good one works."""
    for name, (_, reason) in ROOT_BAD.items():
        m.sh('dmesg -c >/dev/null')
        status, output = m.run(f'brig enable --no-doctor /t/root-{name}.cell')
        m.check(status != 0, f'enabling with a bad {name} succeeded')
        output += m.sh('dmesg')
        m.check(brig.find(reason, output), f'refusing a bad {name} does not say /{reason}/:\n{output}')
        brig.linux_alive(m)
    brig.enable(m)
    brig.disable(m)


@test(start='disabled', files=FILES)
def unwinding_no_memory(m):
    """With no page left inside the hypervisor every CPU gives EL2 back; a retry works."""
    for _ in range(3):
        m.refused('brig enable --no-doctor /t/root-starved.cell', '(?i)memory')
        brig.linux_alive(m)
    brig.enable(m)
    brig.linux_alive(m)
    brig.disable(m)


@test()
def names_and_cpus_once(m):
    """A second cell of the same name, or with a CPU of another cell, is refused."""
    timer = Cell(m, 'timer').create()
    m.refused('brig cell create /t/timer.cell', '(?i)exists')
    m.refused('brig cell create /t/smp.cell', '(?i)busy')
    timer.load().start()
    timer.wait(brig.TICK)
    timer.destroy()


@test(files={'/t/over.cell': cell('over', [2], [
    (OTHER[0], 0, 0x10000, RAM), (OTHER[0] + 0x10000, 0x100000, 0x10000, RAM & ~cellfile.WRITE),
    (OTHER[0] + 0x20000, 0x200000, 0x10000, RAM & ~cellfile.LOADABLE), COMM_REGION])})
def loading_outside(m):
    """Images that leave the cell's loadable memory are refused; nothing is written."""
    Cell(m, 'over', image='/brig/hello.bin', file='/t/over.cell').create()
    m.sh('head -c 65536 /dev/urandom >/tmp/64k; head -c 65537 /dev/urandom >/tmp/more')
    m.sh('brig cell load over /tmp/64k')
    m.refused('brig cell load over /tmp/more', '(?i)invalid|fit|region')
    m.refused('brig cell load over /tmp/64k -a 0x1000', '(?i)invalid|fit|region')
    m.refused('brig cell load over /tmp/64k -a 0x100000', '(?i)invalid|writ|region')
    m.refused('brig cell load over /tmp/64k -a 0x200000', '(?i)invalid|load|region')
    m.refused('brig cell load over /tmp/64k -a 0x40000000', '(?i)invalid|region')
    m.refused('brig cell load 0 /tmp/64k', '(?i)invalid')
    m.refused('brig cell load nobody /tmp/64k', '(?i)no such')
    m.refused('brig cell start 0', '(?i)invalid')
    m.refused('brig cell destroy 0', '(?i)invalid')
    m.sh('brig cell destroy over')
