# SPDX-License-Identifier: Apache-2.0
"""A map with more RAM than is installed. The RK3588's memory controller decodes powers of two, so that
what is above the installed size is a second name of what is below it (alias=on)."""

import re
import subprocess

import brig_qemu
from brig_qemu import ROOT
from rehearsal import build
from test_boards import HELLO, is_test
from twin import BSP, Twin, board_tree

INSTALLED = 8 << 30
CELL = 0x20400000  # memory of the cell, in the file below
SECOND = INSTALLED + CELL  # its other name
FREE = 0xf000  # offset of a word behind the program

# What somebody with 8 GB writes who takes the 16 GB file; and a cell at a known address.
PARTITION = f'''// SPDX-License-Identifier: Apache-2.0
/dts-v1/;
/include/ "{BSP}/rk3588.dtsi"
/include/ "{BSP}/RAM"
/ {{
    board-tree = "rockchip/rk3588-rock-5b.dtb";
    cells {{
        victim {{
            cpus = <6>;
            passive-comm-region;
            virtual-console-active;
            memory {{ reg = <0x0 {CELL:#x} 0x0 0x10000>; guest = <0x0 0x0>; loadable; }};
            comm-region {{ }};
        }};
        THIEF
    }};
}};
'''

# A cell with memory of its own, says its owner, who has banks up to 16 GB.
THIEF = f'''thief {{
            cpus = <7>;
            passive-comm-region;
            virtual-console-active;
            memory {{ size = <0x10000>; guest = <0x0 0x0>; loadable; }};
            memory@{SECOND:x} {{ reg = <{SECOND >> 32:#x} {SECOND & 0xffffffff:#x} 0x0 0x10000>; guest = <0x0 0x40000000>; }};
            comm-region {{ }};
        }};'''


def partition(ram):
    """The partition file with the banks of another file of bsp/rk3588."""
    file = ROOT / f'build/twin/{ram}.dts'
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(PARTITION.replace('RAM', f'{ram}.dtsi').replace('THIEF', THIEF if ram == 'ram-16g' else ''))
    return file


def compile_for(m, ram, tree, cells):
    """`brig config compile`; (exit status, messages)."""
    done = subprocess.run([m.options.tool, 'config', 'compile', partition(ram), '--board', tree,
                           '-o', cells], text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60)
    return done.returncode, done.stdout


def word(m, address):
    """What Linux reads at a physical address."""
    return int(m.sh(f'devmem {address:#x} 32'), 16)


def refused(m):
    """Against the tree that says what is installed, the compiler refuses the map."""
    with m.report.stage('refused', 'brig config compile refuses the map') as stage:
        status, said = compile_for(m, 'ram-16g', m.derived.machine_tree, m.folder / 'refused')
        m.check(status != 0 and '0x1ffffffff' in said, f'status {status}, and it says:\n{said}')
        stage.detail = re.search(r'the banks are .*', said)[0]
        status, said = compile_for(m, 'ram-8g', m.derived.machine_tree, m.folder / 'accepted')
        m.check(status == 0, f'the right map is refused, too:\n{said}')


def warned(m):
    """The doctor, which enable asks, sees on the machine itself that the RAM is not there."""
    with m.report.stage('warned', 'brig enable refuses it, too') as stage:
        status, said = m.guest.run('brig enable /t/wide/root.cell')
        m.check(status == 1 and '0x200000000-0x3fbffffff is not there' in said, f'status {status}: {said}')
        stage.detail = 'RAM 0x200000000-0x3fbffffff is not there'


def breaks(m):
    """Linux, the root cell, and another cell read and change a running cell's memory by its second name."""
    image = (m.neutral / 'inmates/hello.bin').read_bytes()
    with m.report.stage('breaks', 'without doctor: a cell is not alone') as stage:
        m.on('/t/wide/root.cell', '--no-doctor')
        m.start('victim', 'hello.bin', HELLO)
        seen = [word(m, SECOND + offset) for offset in (0, 4, 8)]
        wanted = [int.from_bytes(image[offset:offset + 4], 'little') for offset in (0, 4, 8)]
        m.check(seen == wanted, f'read {[hex(value) for value in seen]}, the program is {[hex(v) for v in wanted]}')
        m.sh(f'devmem {SECOND + FREE:#x} 32 0x5a5a1234')
        for do, result in ((f'do=read addr={0x40000000 + FREE:#x}', 0x5a5a1234),
                           (f'do=write addr={0x40000000 + FREE:#x} value=0x1234a5a5', 0)):
            m.start('thief', 'fault.bin', f'fault: survived, x0={result:#x}', arguments=do)
            m.destroy('thief')
        m.destroy('victim')
        m.check(word(m, CELL + FREE) == 0x1234a5a5, 'what was written is not in the memory of the cell')
        m.off()
        stage.detail = f'{SECOND:#x} is {CELL:#x}'


def holds(m):
    """With the map of the installed RAM the same access ends in the hypervisor."""
    with m.report.stage('holds', 'with the right map it is'):
        m.on('/brig/root.cell')
        m.start('victim', 'hello.bin', HELLO)
        mark = m.guest.mark()
        m.guest.child.sendline(f'taskset 2 devmem {SECOND:#x} 32')
        text = m.wait_console(r'Parking CPU 1', mark)
        m.check(re.search(rf'Unhandled data read at {SECOND:#x}', text), f'it says:\n{text}')


@is_test
def map_beyond_ram(report):
    """Rock 5B (8 GB) with the map of 16 GB: a cell's memory is read and changed; the compiler refuses it."""
    wide = ROOT / 'build/twin/wide'
    m = Twin(report, 'map-beyond-ram', board='rock-5b', machine=',alias=on', partition=partition('ram-8g'))
    # Against Linux's tree, which does not know what is installed.
    status, said = compile_for(m, 'ram-16g', board_tree('rock-5b'), wide)
    if status != 0:
        raise build.Error(f'compiling the map of 16 GB without a board that contradicts it:\n{said}')
    m.extra_files = {'/t/wide/root.cell': wide / 'root.cell', '/brig/thief.cell': wide / 'thief.cell',
                     '/brig/fault.bin': brig_qemu.build_dir() / 'inmates/fault.bin'}
    with m:
        refused(m)
        m.sh('insmod /lib/modules/brig.ko')
        warned(m)
        breaks(m)
        holds(m)
