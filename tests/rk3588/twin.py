# SPDX-License-Identifier: Apache-2.0
"""A board of bsp/rk3588 that runs on its twin: the stages of a rehearsal, and what tests need besides."""

import json
import pathlib
import re
import subprocess
import time

import brig_initramfs
import brig_qemu
from brig_qemu import ROOT
from rehearsal import build, machine
from rehearsal.guest import Guest
from rehearsal.options import Options
from rehearsal.report import StageFailed
from rehearsal.run import Rehearsal

TREES = {'orangepi-5-plus': 'rk3588-orangepi-5-plus.dtb', 'rock-5b': 'rk3588-rock-5b.dtb'}
BSP = ROOT / 'bsp/rk3588'
IMAGE = '/lib/firmware/brig.bin'
UART3 = 'uart-4.log'  # UART0 and UART1 come before it; UART2 is the console
SECONDS = 600  # only a hang ever takes this long


def board_tree(board):
    """The board's device tree of Linux 6.12, as Debian ships it."""
    return brig_qemu.cache_dir() / 'kernels/6.12/dtbs/rockchip' / TREES[board]


class Twin(Rehearsal):
    """Use as a context manager; it stops the machine.

    name      of the test; the consoles are kept in build/twin/<name>/logs
    board     one of TREES: its partition file and device tree, both unchanged
    kernel    one of brig_qemu.KERNELS
    files     {path in the guest: file or bytes}, besides Brig's own
    modules   names of kernel modules that Linux loads at boot
    machine   options of the machine brig-twin, each with a comma before it
    adapt     a function that changes Linux's device tree (a file)
    partition another partition file than the board's
    """

    def __init__(self, report, name, board='orangepi-5-plus', kernel='6.12', files=None, modules=(),
                 machine='', adapt=None, partition=None):
        super().__init__(Options(
            tree=str(board_tree(board)), board='rk3588', kernel=kernel,
            partition=str(partition or BSP / f'{board}.dts'), output=str(ROOT / 'build/twin' / name),
            tool=str(brig_qemu.build_dir() / 'tools/brig'), seconds=SECONDS), report)
        self.extra_files, self.modules = files or {}, modules
        self.machine_options, self.adapt = machine, adapt

    def __enter__(self):
        try:
            self.prepare_folder()
            self.make_board()
            self.boot()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *exc):
        if self.guest:
            self.guest.stop()

    def boot(self):
        with self.report.stage('boot', f'Linux {self.options.kernel} boots') as stage:
            inmates = {name: self.neutral / 'inmates' / name for name in ('hello.bin', 'smp.bin')}
            files = {**build.guest_files(self.build, self.neutral, self.cells, self.kernel.module, inmates),
                     **self.extra_files}
            modules = brig_qemu.kernel(self.kernel.line).module_files(self.modules)
            initrd = brig_initramfs.make_initramfs(files, self.folder / 'initrd', modules)
            self.derived = build.derive(self.options, self.folder, '--overlay',
                                        self.cells / 'reserved-memory.dtbo')
            if self.adapt:
                self.adapt(self.derived.linux_tree)
            command = machine.command_line(self.qemu, self.derived, self.kernel.image, initrd,
                                           self.words(), self.neutral, self.logs, self.machine_options)
            self.guest = Guest(command, self.logs, SECONDS)
            self.guest.login(SECONDS)
            stage.detail = self.guest.need('uname -r')

    # -- what tests do ------------------------------------------------------------------------

    def sh(self, command, seconds=None):
        """Runs a shell command that must succeed; its output."""
        return self.guest.need(command, seconds)

    def on(self, config='/brig/root.cell', options=''):
        """Enables, within a stage of the test."""
        self.sh(f'brig enable {options} {config}')
        self.check(self.sh('cat /sys/devices/brig/enabled') == '1', 'not enabled')

    def off(self):
        self.sh('brig disable')
        self.check(self.sh('cat /sys/devices/brig/enabled') == '0', 'not disabled')

    def check(self, condition, message):
        if not condition:
            raise StageFailed(f'{message}\n{self.guest.tail(40)}')

    def log(self, name):
        """What a UART has sent so far; name: of the file."""
        path = self.logs / name
        return path.read_bytes().decode('utf-8', 'replace').replace('\r', '') if path.exists() else ''

    def hypervisor_says(self, lines=60):
        """The last lines of the hypervisor and of cells without a UART, without Linux's between."""
        return self.guest.run(f'brig console | tail -n {lines}')[1]

    def start(self, cell, program, text, uart=None, arguments=None):
        """Creates, loads and starts a cell, and waits for what its program prints on the hypervisor's
        console, or on a UART (a file's name). arguments: of the program. Returns what was printed."""
        count = f'brig console | grep -c "{text}"'
        before = 0 if uart else int(self.guest.run(count)[1])
        given = f' -s "{arguments}" -a 0x1000' if arguments else ''
        for command in (f'create /brig/{cell}.cell', f'load {cell} /brig/{program}{given}'):
            self.sh(f'brig cell {command}')
        mark = len(self.log(uart)) if uart else self.guest.mark()
        self.sh(f'brig cell start {cell}')
        end = time.monotonic() + SECONDS / 4
        while text not in (self.log(uart) if uart else self.guest.text())[mark:]:
            # Linux's lines may have come between.
            if not uart and int(self.guest.run(count)[1]) > before:
                break
            self.check(time.monotonic() < end, f'cell {cell} does not print "{text}"')
            time.sleep(1)
        return (self.log(uart) if uart else self.guest.text())[mark:]

    def destroy(self, cell):
        self.sh(f'brig cell destroy {cell}')

    def wait_console(self, pattern, since=0, seconds=SECONDS):
        """Waits for a text on the console, whoever prints it; all of it from `since` on."""
        self.guest.wait_text(pattern, since, seconds)
        return self.guest.text(since)

    def causes(self, text):
        """The ids that `brig decode` finds for the events in a text, most likely ones."""
        command = [self.options.tool, 'decode', '--json', '--hypervisor', str(self.build / 'core/brig.elf')]
        done = subprocess.run(command, input=text.replace('\r', ''), capture_output=True, text=True, timeout=120)
        self.check(done.returncode in (0, 1), f'brig decode ended with {done.returncode}: {done.stderr}')
        return [event['causes'][0]['id'] for event in json.loads(done.stdout) if event['causes']]

    def named(self, cause, text):
        """`brig decode` lays what the text tells to this cause."""
        found = self.causes(text)
        self.check(cause in found, f'brig decode finds {found or "nothing"}, not {cause}, in:\n{text}')

    def not_named(self, cause, text):
        found = self.causes(text)
        self.check(cause not in found, f'with the right image brig decode still finds {cause} in:\n{text}')


def variant(name, changes):
    """brig.bin of a copy of bsp/rk3588 with one thing changed: {file: [(old text, new text)]}; each old
    text must be there exactly once."""
    folder = ROOT / 'build/twin/bsp' / name / 'rk3588'
    folder.mkdir(parents=True, exist_ok=True)
    for source in BSP.iterdir():
        text = source.read_text()
        for old, new in changes.get(source.name, ()):
            if text.count(old) != 1:
                raise brig_qemu.Error(f'making the board {name}: {source} has {text.count(old)} times: {old}')
            text = text.replace(old, new)
        target = folder / source.name
        if not target.exists() or target.read_text() != text:
            target.write_text(text)
    return build.build_image(folder, brig_qemu.build_dir(), ROOT / 'build/rehearse') / 'brig.bin'


def test_module(kernel):
    """{path in the guest: file} of gatetest.ko, a driver that uses the clocks of its device."""
    target = f'test-modules-{kernel}.built'
    neutral = brig_qemu.build_dir()
    with build.Locked(neutral):
        build.run('building the test modules', 'ninja', '-C', neutral, f'tests/system/modules/{target}')
    return {'/lib/modules/gatetest.ko': pathlib.Path(neutral, 'tests/system/modules', kernel, 'gatetest.ko')}
