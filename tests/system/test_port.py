# SPDX-License-Identifier: Apache-2.0
"""A board that `brig port new` made from QEMU's own device tree, built and booted with no edit.

Its console is the UART of stdout-path, which the machine's Linux has open but uses the other one."""

import os
import shutil
import subprocess

import brig
import brig_qemu
from brig import Cell
from registry import test

NAME = 'generated'
FOLDER = brig_qemu.build_dir() / 'port'
CELLS = FOLDER / 'cells'


def need(*command):
    done = subprocess.run([str(word) for word in command], cwd=brig_qemu.ROOT, text=True, timeout=900,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          check=False)
    if done.returncode != 0:
        raise brig_qemu.Error(f'"{" ".join(map(str, command))}" ended with {done.returncode}:\n{done.stdout}')
    return done.stdout


def make_port(_scratch):
    """From the machine's tree to image and configurations. Returns more arguments for QEMU: none."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    (FOLDER / 'bsp').mkdir(parents=True)
    tool = brig_qemu.build_dir() / 'tools/brig'
    tree = brig_qemu.dump_dtb(brig_qemu.machine_args(kernel=None, overlays=[], serial=('null', 'null')),
                              FOLDER / 'board.dtb')
    need(tool, 'port', 'new', tree, '--name', NAME, '-o', FOLDER / 'bsp')
    need('meson', 'setup', FOLDER / 'build', '--cross-file', 'cross/aarch64.ini', '-Dwerror=true',
         f'-Dboard={NAME}', f'-Dbsp_dir={FOLDER}/bsp')
    need('ninja', f'-j{os.cpu_count()}', '-C', FOLDER / 'build', 'brig.bin')
    need(tool, 'config', 'compile', FOLDER / 'bsp' / NAME / 'partition.dts', '-o', CELLS)
    return []


def made(path):
    return lambda: (FOLDER / path).read_bytes()


FILES = {'/lib/firmware/brig.bin': made('build/brig.bin'), '/p/root.cell': made('cells/root.cell'),
         '/p/hello.cell': made('cells/hello.cell'), '/p/board.dtb': made('board.dtb')}


@test(start='booted', slow=True, qemu_args=make_port, files=FILES, linux_uart=1,
      append=brig_qemu.APPEND.replace('ttyAMA0', 'ttyAMA1'), overlays=[CELLS / 'reserved-memory.dtbo'])
def generated_board(m):
    """`brig port new` on this machine's own tree: its image runs, and a cell on it, without an edit."""
    m.background('exec 3<>/dev/ttyAMA0; sleep 1000000')  # sets the UART up
    brig.load_driver(m)
    brig.enable(m, '/p/root.cell')
    cell = Cell(m, 'hello', file='/p/hello.cell').run()
    cell.wait('hello: running')
    m.check(cell.state() == 'running', f'the cell is "{cell.state()}"')
    text = m.sh('brig console')
    m.check('hello: running' in text and 'Activating hypervisor' in text, f'brig console prints only: {text!r}')
    # The target's own tool shows the same board.
    m.check('GICv' in m.sh('brig port inspect /p/board.dtb'), '"brig port inspect" shows no GIC')
    cell.destroy()
    brig.disable(m)
