# SPDX-License-Identifier: Apache-2.0
"""The scripts that somebody sits in front of, each on a terminal of its own: scripts/run-qemu, scripts/debug.

They start their own machine. The one that a test is given stands still from the start and costs nothing; it
has the folders for logs and scratch files."""

import contextlib
import os
import pathlib
import signal
import socket

import pexpect

import brig_qemu
from brig_qemu import ROOT
from console import tail
from machine import TIMEOUT
from registry import test

GIC_MATTERS = False

IDLE = {'start': 'off', 'login': False, 'qemu_args': ('-S',)}
PROMPT = r'/ # '
COLOUR = r'(\x1b\[[\d;]*m)?'


class Terminal:
    """A terminal and the script on it."""

    def __init__(self, m, name, *words, **environment):
        self.m, self.name = m, name
        self.log = open(m.logs / f'{name}.log', 'w', encoding='utf-8', errors='replace')
        self.child = pexpect.spawn(str(ROOT / words[0]), [*words[1:], '--board', brig_qemu.BOARD],
                                   env={**os.environ, 'TMPDIR': m.scratch.name, 'TERM': 'dumb', **environment},
                                   encoding='utf-8', codec_errors='replace', timeout=TIMEOUT, dimensions=(50, 200))
        self.child.logfile_read = self.log
        self.child.delaybeforesend = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        # All that it started: what has a terminal of its own ends when that goes with the script.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.child.pid, signal.SIGKILL)
        self.child.close()
        self.log.close()

    def wait(self, pattern):
        try:
            self.child.expect(pattern)
        except (pexpect.EOF, pexpect.TIMEOUT) as error:
            self.m.fail(f'{self.name}: {type(error).__name__} while waiting for /{pattern}/ after\n'
                        f'{tail(self.child.before)}')

    def type(self, line, *patterns):
        """Types a line, and waits for the patterns behind its echo."""
        self.child.sendline(line)
        for pattern in patterns:
            self.wait(pattern)

    def ends(self, status):
        """It ends by itself, with this status."""
        self.wait(pexpect.EOF)
        self.child.wait()
        self.m.check(self.child.exitstatus == status, f'{self.name} ended with {self.child.exitstatus}:\n'
                                                      f'{tail(self.child.before)}')


@test(**IDLE)
def run_qemu_decode(m):
    """scripts/run-qemu --decode passes both consoles on and explains a violation when it happens."""
    with Terminal(m, 'run-qemu', 'scripts/run-qemu', '--decode') as qemu:
        qemu.wait(PROMPT)
        qemu.type('insmod /lib/modules/brig.ko', PROMPT)
        qemu.type('brig enable /brig/root.cell', 'Activating hypervisor', 'brig: Brig hypervisor enabled', PROMPT)
        qemu.type('brig cell create /brig/fault.cell', PROMPT)
        qemu.type("brig cell load fault /brig/fault.bin -s 'do=hvc-bad-imm' -a 0x1000", PROMPT)
        # Both consoles are on this terminal: no prompt of Linux may come between the letters of the dump.
        qemu.type('brig cell start fault; read line', r'FATAL: forbidden access \(exception class 0x16\)',
                  r'Parking CPU 3 \(Cell: "fault"\)', rf'cell-exception{COLOUR} \(.*CPU 3, cell "fault"\)',
                  rf'\d+% {COLOUR}wrong-hvc{COLOUR}: a hypercall with an immediate')
        qemu.type('', PROMPT)
        qemu.type('echo still-$((6 * 7))', 'still-42')
        qemu.child.send('\x01x')
        qemu.ends(0)


def own_build(m):
    """A folder with what the build tree has: the console's socket is in it, and somebody else's stays
    as it is."""
    folder = pathlib.Path(m.scratch.name) / 'build'
    folder.mkdir()
    for file in brig_qemu.build_dir().iterdir():
        (folder / file.name).symlink_to(file)
    (folder / 'debug-console.sock').unlink(missing_ok=True)
    return folder


@test(**IDLE)
def debug_console(m):
    """scripts/debug --console: Linux's console beside gdb, as often as one likes, until gdb ends."""
    build = own_build(m)
    environment = {'BRIG_BUILD': str(build), 'BRIG_TEST_LOGS': str(m.logs)}

    def console(number):
        return Terminal(m, f'console-{number}', 'scripts/debug', '--console', **environment)

    with Terminal(m, 'gdb', 'scripts/debug', '--no-linux', **environment) as gdb:
        gdb.wait(r"Linux's console: scripts/debug --console")
        gdb.wait(r'\(gdb\) ')
        gdb.type('set confirm off', r'\(gdb\) ')
        gdb.type('continue', 'Continuing')
        for number in (1, 2):
            with console(number) as linux:
                linux.wait('Ctrl-] leaves it')
                linux.wait(PROMPT)
                linux.type(f'echo answer-$((6 * 7)) {number}', f'answer-42 {number}', PROMPT)
                linux.child.send('\x1d')
                linux.ends(0)
        # A terminal that is closed before it has read everything.
        with socket.socket(socket.AF_UNIX) as unread:
            unread.settimeout(TIMEOUT)
            unread.connect(str(build / 'debug-console.sock'))
            unread.sendall(b'\n')
            m.check(unread.recv(1, socket.MSG_PEEK), 'the console is silent')
        with console(3) as linux:
            linux.wait(PROMPT)
            linux.type('echo answer-$((6 * 7)) 3', 'answer-42 3')
            gdb.child.sendintr()
            gdb.wait(r'\(gdb\) ')
            gdb.type('quit')
            gdb.ends(0)
            linux.ends(0)
    with console(4) as linux:
        linux.wait('no machine of scripts/debug runs')
        linux.ends(1)
