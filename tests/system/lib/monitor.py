# SPDX-License-Identifier: Apache-2.0
"""Machines with firmware: `virt,secure=on` with the EL3 monitor of tests/firmware, which can imitate
a vendor's. The second UART is the monitor's there, so the hypervisor has the first one and Linux
one on PCI."""

import dataclasses
import fcntl
import os
import subprocess
from pathlib import Path

import brig_firmware
import brig_qemu

LAB = brig_qemu.ROOT / 'tests/lab'
APPEND = brig_qemu.APPEND.replace('ttyAMA0', 'ttyS0')


@dataclasses.dataclass(frozen=True)
class Monitor:
    """What a test wants of it; Machine(firmware=Monitor(...)).

    bsp         board of tests/lab/bsp whose image is /lib/firmware/brig.bin (None: the right one)
    partition   file of tests/lab, compiled with the machine's tree to /p/NAME.cell
    overlays    files of tests/lab (.dtso) for the tree
    parameters  of brig_firmware.Parameters, which knows cpus and gic by itself
    """
    bsp: str = None
    partition: str = 'monitor.dts'
    overlays: tuple = ()
    parameters: dict = dataclasses.field(default_factory=dict)


def need(*command):
    """Runs a command that must succeed; its output is in the error."""
    done = subprocess.run([str(word) for word in command], cwd=brig_qemu.ROOT, text=True, timeout=600,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          check=False)
    if done.returncode != 0:
        raise brig_qemu.Error(f'"{" ".join(map(str, command))}" ended with {done.returncode}:\n{done.stdout}')
    return done.stdout


def image(bsp):
    """brig.bin of a board in tests/lab/bsp, built if anything has changed."""
    main = brig_qemu.build_dir()
    build = main / 'lab' / bsp
    build.mkdir(parents=True, exist_ok=True)
    with open(build / '.lock', 'w', encoding='ascii') as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # another test may want the same
        if not (build / 'build.ninja').exists():
            need('meson', 'setup', build, '--cross-file', 'cross/aarch64.ini', '-Dwerror=true',
                 f'-Dboard={bsp}', f'-Dbsp_dir={LAB}/bsp', f'-Dneutral_build={main}')
        need('ninja', f'-j{os.cpu_count()}', '-C', build, 'brig.bin')
    return build / 'brig.bin'


class Firmware:
    """The files of one machine that starts in the monitor, made in the folder `scratch`."""

    def __init__(self, monitor, scratch, board, cpu=None, smp=None, serial=(), extra=(), append=None,
                 **options):
        self.monitor, self.scratch, self.board = monitor, Path(scratch), board
        spec = brig_qemu.description(board)
        self.append = APPEND if append is None else append
        self.parameters = brig_firmware.Parameters(gic=spec['gic'], cpus=smp or spec['smp'],
                                                   **monitor.parameters)
        self.args = brig_qemu.machine_args(kernel=None, secure=True, overlays=(), cpu=cpu, smp=smp,
                                           board=board, serial=serial, extra=extra, **options)
        self.overlays = [self.compile(LAB / name) for name in monitor.overlays]

    def compile(self, source):
        blob = self.scratch / f'{source.stem}.dtbo'
        brig_qemu.run_tool(['dtc', '-q', '-@', '-I', 'dts', '-O', 'dtb', '-o', blob, source],
                           f'compiling {source}')
        return blob

    def files(self):
        """{path in the guest: file}: image and configurations for this very machine."""
        gic = brig_qemu.description(self.board)['gic']
        bsp = self.monitor.bsp or ('monitor' if gic == 3 else 'monitor-gicv2')
        tree = brig_firmware.make_tree(self.args, self.parameters, self.append, 0, self.scratch,
                                       self.overlays)
        cells = self.scratch / 'cells'
        need(brig_qemu.build_dir(self.board) / 'tools/brig', 'config', 'compile',
             LAB / self.monitor.partition, '--board', tree, '--include', LAB, '--include',
             brig_qemu.ROOT / 'bsp' / self.board, '-o', cells)
        self.overlays.append(cells / 'reserved-memory.dtbo')
        return {'/lib/firmware/brig.bin': image(bsp),
                **{f'/p/{path.name}': path for path in cells.glob('*.cell')}}

    def start_args(self, kernel, initrd):
        return brig_firmware.start_args(self.args, self.parameters, brig_qemu.kernel(kernel).image,
                                        self.append, initrd, self.scratch, self.overlays)
