# SPDX-License-Identifier: Apache-2.0
"""One QEMU machine under test: Linux on one serial port, the hypervisor on the other."""

import os
import pathlib
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import pexpect

from console import LogFile, TestFailure, find, tail, wait_until

TREE = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(TREE / 'scripts' / 'lib'))

import brig_qemu  # noqa: E402
from monitor import Firmware  # noqa: E402

# Seconds a test waits for a text; only a hang ever takes this long.
TIMEOUT = float(os.environ.get('BRIG_TEST_TIMEOUT', 120))
# QEMU's GICv2 may lose the interrupt that Linux sleeps for (bsp/qemu-virt-gicv2/README.md): after so many
# seconds without an answer a key is pressed, whose interrupt brings the other one back.
QUIET = 10
WOKEN = 0.5  # an answer that comes so many seconds after the key is owed to it


running = set()


def stop_all():
    """Ends the QEMUs of all machines, for a program that is told to end."""
    for machine in list(running):
        machine.stop()


class Machine:
    """A booted machine. Use as a context manager, or call stop().

    name       names the log folder build/<board>/test-logs/<name>
    kernel     kernel line, one of brig_qemu.KERNELS
    cpu, smp   QEMU's CPU model and count, the board's if not given
    files      {path in the guest: host path, bytes, or a function that makes the bytes}, added to
               Brig's own in the initial RAM disk
    modules    names of kernel modules that Linux loads at boot
    reboot     restart on a reset, instead of ending QEMU
    firmware   a monitor.Monitor: the machine has firmware at EL3, whose output is in self.firmware;
               root cell and cells for it are /p/*.cell
    login      False: Linux is not expected to get as far as a shell
    linux_uart 0 or 1: which UART has Linux's shell; the other one's output is the hypervisor's
    qemu_args  further QEMU arguments, or a function of the scratch folder that makes them
    options    further keyword arguments of brig_qemu.machine_args (virtualization, append ...)
    """

    def __init__(self, name, kernel='6.12', cpu=None, smp=None, board=None, files=None, modules=(),
                 reboot=False, firmware=None, linux_uart=0, qemu_args=(), boot_timeout=TIMEOUT, login=True,
                 **options):
        self.name, self.kernel = name, kernel
        self.board = board or brig_qemu.BOARD
        self.cpu = cpu or brig_qemu.description(board)['cpu']
        logs = os.environ.get('BRIG_TEST_LOGS', brig_qemu.build_dir(board) / 'test-logs')
        self.logs = pathlib.Path(logs) / re.sub(r'[^\w.-]+', '-', name)
        shutil.rmtree(self.logs, ignore_errors=True)
        self.logs.mkdir(parents=True)
        self.hyp = LogFile(self.logs / 'hypervisor.log')
        self.firmware = LogFile(self.logs / 'firmware.log')
        self.scratch = tempfile.TemporaryDirectory(prefix='brig-test-')
        self.serial = 0
        self.woken = 0  # how often a key woke Linux
        self.child = None
        if callable(qemu_args):
            qemu_args = qemu_args(pathlib.Path(self.scratch.name))
        extra = ['-chardev', 'stdio,id=linux,signal=off', *([] if reboot else ['-no-reboot']), *qemu_args]
        shape = dict(cpu=cpu, smp=smp, board=board, **options)
        if firmware is None:
            serial = ['chardev:linux', f'file:{self.hyp.path}']
            args = brig_qemu.machine_args(
                kernel=kernel, initrd=self.make_initrd(kernel, files or {}, modules), extra=extra,
                serial=serial[::-1] if linux_uart else serial, workdir=self.scratch.name, **shape)
        else:
            made = Firmware(firmware, self.scratch.name, serial=[f'file:{log.path}' for log in (
                self.hyp, self.firmware)], extra=[*extra, '-device', 'pci-serial,chardev=linux'],
                **{**shape, 'board': self.board})
            args = made.start_args(kernel, self.make_initrd(kernel, {**made.files(), **(files or {})},
                                                            modules))
        (self.logs / 'command').write_text(shlex.join(args) + '\n')
        self.linux_log = open(self.logs / 'linux.log', 'w', encoding='utf-8', errors='replace')
        self.child = pexpect.spawn(args[0], args[1:], encoding='utf-8', codec_errors='replace',
                                   timeout=TIMEOUT, dimensions=(50, 200))
        self.child.logfile_read = self.linux_log
        self.child.delaybeforesend = None
        running.add(self)
        try:
            if login:
                self.login(boot_timeout)
        except BaseException:
            self.stop()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.stop()

    # -- starting and stopping --------------------------------------------------------------

    def make_initrd(self, kernel, files, modules):
        files = {guest: source() if callable(source) else source for guest, source in files.items()}
        return brig_qemu.make_initramfs({**brig_qemu.brig_files(self.board, kernel), **files},
                                        pathlib.Path(self.scratch.name) / 'initrd',
                                        brig_qemu.kernel(kernel).module_files(modules))

    def login(self, timeout=TIMEOUT):
        """Waits for the shell and makes it quiet, so that only answers appear on the console."""
        self.wait_linux(r'(?m)^(/[^\n]*)?# ', timeout)
        self.child.sendline("stty -echo cols 4000; PS1=; dmesg -n 1; printf '@@%s@@\\n' login")
        self.wait_linux('@@login@@', timeout)

    def stop(self):
        """Ends QEMU, whatever state it is in. May be called again."""
        running.discard(self)
        if self.child is not None:
            # Not left to close(): it gives a dying process only moments, too few on a busy host.
            if self.child.isalive():
                self.child.kill(signal.SIGKILL)
                self.child.wait()
            self.child.close()
            self.linux_log.close()
            self.child = None
        self.scratch.cleanup()

    def alive(self):
        return self.child is not None and self.child.isalive()

    # -- talking to Linux -------------------------------------------------------------------

    def run(self, command, timeout=TIMEOUT):
        """Runs a shell command in Linux. Returns (exit status, output of stdout and stderr)."""
        self.serial += 1
        mark = f'@@{self.serial}'
        self.child.sendline(f"printf '\\n@@%d<\\n' {self.serial}; eval {shlex.quote(command)} "
                            f"</dev/null 2>&1; printf '\\n@@%d:%d@@\\n' {self.serial} $?")
        self.wait_linux(re.escape(mark) + r'<\r*\n', timeout, f'the shell to take: {command}')
        match = self.wait_answer(r'\r*\n' + re.escape(mark) + r':(\d+)@@', timeout,
                                 f'the end of: {command}')
        output = self.child.before.replace('\r', '').strip('\n')
        return int(match.group(1)), output

    def sh(self, command, timeout=TIMEOUT):
        """Runs a command that must succeed; returns its output."""
        status, output = self.run(command, timeout)
        if status != 0:
            self.fail(f'"{command}" ended with status {status}:\n{tail(output)}')
        return output

    def background(self, command):
        """Starts a command and leaves it alone. It is no child of the shell on the console, which
        may take the end of a child for the end of its input (busybox 1.35)."""
        self.sh(f'sh -c {shlex.quote(command + " &")}')

    def refused(self, command, *patterns, timeout=TIMEOUT):
        """Runs a command that must fail and say each of the patterns; returns its output."""
        status, output = self.run(command, timeout)
        if status == 0:
            self.fail(f'"{command}" succeeded, but should have been refused:\n{tail(output)}')
        for pattern in patterns:
            if not find(pattern, output):
                self.fail(f'"{command}" failed without saying /{pattern}/:\n{tail(output)}')
        return output

    def wait_linux(self, pattern, timeout=TIMEOUT, what=None):
        """Waits for a pattern on Linux's console; returns the match object."""
        what = what or f'/{pattern}/ on the Linux console'
        try:
            self.child.expect(pattern, timeout=timeout)
            return self.child.match
        except pexpect.EOF:
            self.fail(f'QEMU ended while waiting for {what}')
        except pexpect.TIMEOUT:
            self.fail(f'nothing after {timeout:.0f} s of waiting for {what}')

    def wait_answer(self, pattern, timeout, what):
        """wait_linux() for a command's end, with a key now and then on boards with a GICv2."""
        end, pressed = time.monotonic() + timeout, None
        while brig_qemu.description(self.board)['gic'] == 2 and end - time.monotonic() > QUIET:
            found = self.child.expect([pattern, pexpect.EOF, pexpect.TIMEOUT], timeout=QUIET)
            if found == 0:
                self.woken += pressed is not None and time.monotonic() - pressed < WOKEN
                return self.child.match
            if found == 1:
                break
            self.child.sendline('')
            pressed = time.monotonic()
        return self.wait_linux(pattern, max(end - time.monotonic(), 1), what)

    def interact(self):
        """Gives the console to the user's terminal until Ctrl-] or the machine's end."""
        self.child.sendline("stty echo; dmesg -n 4; PS1='\\w # '")
        self.child.logfile_read = None  # interact() would write bytes to this text file
        self.child.interact()

    def wait_exit(self, timeout=TIMEOUT):
        """Waits for QEMU to end by itself (power-off, or reset with -no-reboot)."""
        try:
            self.child.expect(pexpect.EOF, timeout=timeout)
        except pexpect.TIMEOUT:
            self.fail(f'the machine still runs {timeout} s after it should have gone off')
        self.child.wait()
        self.check(self.child.exitstatus == 0, f'QEMU ended with status {self.child.exitstatus}')

    # -- the hypervisor's console -----------------------------------------------------------

    def mark(self):
        """The present end of the hypervisor's console."""
        return self.hyp.mark()

    def wait_hyp(self, pattern, since=0, timeout=TIMEOUT):
        """Waits for a pattern on the hypervisor's console; returns the match object."""
        found = wait_until(lambda: find(pattern, self.hyp.text(since)), timeout,
                           on_poll=lambda: self.drain(pattern))
        if not found:
            self.fail(f'nothing after {timeout:.0f} s of waiting for /{pattern}/ on the hypervisor console')
        return found

    def drain(self, waiting_for):
        """Takes in what Linux prints, so that QEMU never blocks; notices a dead QEMU."""
        try:
            self.child.expect(pexpect.TIMEOUT, timeout=0)
        except pexpect.EOF:
            self.fail(f'QEMU ended while waiting for /{waiting_for}/ on the hypervisor console')

    # -- verdicts ---------------------------------------------------------------------------

    def fail(self, message):
        """Raises TestFailure with the end of both consoles."""
        self.linux_log.flush()
        linux = (self.logs / 'linux.log').read_bytes().decode('utf-8', 'replace').replace('\r', '')
        raise TestFailure(f'{message}\n'
                          f'  end of {self.logs}/linux.log:\n{tail(linux)}\n'
                          f'  end of {self.logs}/hypervisor.log:\n{tail(self.hyp.text())}'
                          + self.explained())

    def explained(self):
        """What `brig decode` finds on the consoles, for a failure's message."""
        text = ''
        for name in ('hypervisor.log', 'linux.log'):
            answer = subprocess.run(brig_qemu.decode_command(self.board, str(self.logs / name)),
                                    capture_output=True, text=True, errors='replace', timeout=TIMEOUT)
            if answer.returncode == 0:
                text += f'\n  brig decode {self.logs}/{name}:\n{tail(answer.stdout)}'
        return text

    def check(self, condition, message):
        if not condition:
            self.fail(message)
