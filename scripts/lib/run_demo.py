#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""From nothing to a running system: builds Brig, boots a stock Debian kernel in QEMU, takes EL2
under it while it runs, runs cells beside it, and gives everything back."""

import argparse
import os
import pathlib
import subprocess
import sys
import time

TREE = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(TREE / 'tests/system/lib'), str(TREE / 'scripts/lib')]
import brig_qemu  # noqa: E402

STAGES = 9


class Show:
    """Numbered stages with the time they took, and what the consoles said."""

    def __init__(self):
        self.number = 0
        self.begin = self.stage_begin = time.monotonic()
        terminal = sys.stdout.isatty()
        self.bold, self.dim, self.plain = ('\033[1m', '\033[2m', '\033[0m') if terminal else ('', '', '')

    def stage(self, title):
        self.done()
        self.number += 1
        self.stage_begin = time.monotonic()
        print(f'\n{self.bold}[{self.number}/{STAGES}] {title}{self.plain}', flush=True)

    def done(self):
        if self.number:
            print(f'{self.dim}      {time.monotonic() - self.stage_begin:.1f} s{self.plain}', flush=True)

    def text(self, who, text):
        for line in text.strip('\n').splitlines():
            print(f'  {self.dim}{who:>5} |{self.plain} {line}', flush=True)

    def command(self, machine, command):
        """Runs a command that must succeed in Linux, and shows it."""
        output = machine.sh(command)
        self.text('Linux', f'# {command}\n{output}')
        return output


def run(*command):
    if subprocess.run(command, cwd=TREE).returncode != 0:
        sys.exit(f'scripts/demo: "{" ".join(command)}" failed (see above)')


def prepare(show, board):
    show.stage('packages and Debian kernels')
    run('scripts/bootstrap')
    run('scripts/fetch')
    show.stage('building Brig')
    build = os.environ.get('BRIG_BUILD', f'build/{board}')
    run('bash', '-c', f'. scripts/lib/build; build_quietly {build} {board} product', 'scripts/demo')
    print(f'  {build}: brig.bin, brig.ko, brig, cells')


def play(show, machine, brig):
    """All steps on the booted machine; each raises TestFailure if it was not observed."""
    show.text('Linux', show_banner(machine))
    machine.sh('insmod /lib/modules/brig.ko')

    show.stage('Brig takes EL2 under the running Linux')
    show.command(machine, f'brig enable {brig.ROOT}')
    machine.wait_hyp('Activating hypervisor')
    show.text('Brig', machine.hyp.text())
    brig.linux_alive(machine)

    show.stage('a timer cell beside Linux')
    timer = brig.Cell(machine, 'timer', file='/brig/timer.cell')
    for command in timer.commands():
        show.command(machine, command)
    listing = show.command(machine, 'brig cell list')
    machine.check('timer' in listing and 'running' in listing, 'the timer cell is not listed as running')
    histogram = timer.wait(r'timer: \d+ samples.*\n(timer:.*\|\s*\d+\n)+')
    show.text('cell', histogram.group(0))

    show.stage('a forbidden access, and everybody else runs on')
    fault = brig.Cell(machine, 'fault', file='/brig/fault.cell', cmdline='do=write')
    for command in fault.commands():
        show.command(machine, command)
    fault.wait(r'Parking CPU \d+ \(Cell: "fault"\)')
    show.text('Brig', '\n'.join(line for line in machine.hyp.text(fault.begin).splitlines()
                                if not line.startswith('timer:')))
    show.command(machine, 'brig cell list')
    machine.check(fault.state() == 'failed', f'the fault cell is "{fault.state()}", not "failed"')
    machine.wait_hyp(r'timer: tick', machine.mark())
    brig.linux_alive(machine)

    show.stage('destroying the cells')
    show.command(machine, 'brig cell destroy fault')
    show.command(machine, 'brig cell destroy timer')
    listing = show.command(machine, 'brig cell list')
    machine.check('fault' not in listing and 'timer' not in listing, 'a destroyed cell is still listed')

    show.stage('giving EL2 back')
    mark = machine.mark()
    show.command(machine, 'brig disable')
    machine.wait_hyp('Shutting down hypervisor', mark)
    show.text('Brig', machine.hyp.text(mark))

    show.stage('Linux has all its CPUs back and lives on')
    online = show.command(machine, 'cat /sys/devices/system/cpu/online')
    machine.check(online == '0-3', f'CPUs {online} are online, not 0-3')
    brig.linux_alive(machine)
    show.command(machine, 'uname -sr; uptime')


def show_banner(machine):
    banner = machine.sh('dmesg | grep -m1 "Linux version"')
    return banner + '\n' + machine.sh('dmesg | grep "CPU(s) started at"')


def hand_over(machine, brig):
    """Leaves the user in the root cell's shell."""
    brig.enable(machine)
    print(f"""
The demo is over. Brig is enabled again, and this is a shell in Linux, now its root cell. Try:
    brig cell create /brig/timer.cell; brig cell load timer /brig/timer.bin; brig cell start timer
    brig console            what hypervisor and cells printed (-f: follow, Ctrl-C ends)
    ls /brig                more cells
To get out, type Ctrl-] (or poweroff -f). Logs of both consoles: {machine.logs}
""", flush=True)
    machine.interact()


def main():
    parser = argparse.ArgumentParser(prog='scripts/demo', description=__doc__)
    parser.add_argument('--batch', action='store_true',
                        help='end after the last step instead of leaving you in a shell of the machine; '
                             'status 0 only if every step was really observed')
    parser.add_argument('--kernel', default='6.12', choices=['6.1', '6.12'], help='Debian kernel line')
    parser.add_argument('--board', default=brig_qemu.BOARD, choices=brig_qemu.boards(),
                        help='which machine and build (default %(default)s)')
    args = parser.parse_args()

    show = Show()
    prepare(show, args.board)
    import brig  # after bootstrap: needs its packages
    from console import TestFailure
    from machine import Machine
    show.stage(f'booting Debian\'s Linux {args.kernel} in QEMU')
    try:
        with Machine('demo', kernel=args.kernel, board=args.board) as machine:
            play(show, machine, brig)
            show.done()
            print(f'\n{show.bold}demo: all {STAGES} stages observed in '
                  f'{time.monotonic() - show.begin:.0f} s{show.plain}')
            if not args.batch and sys.stdin.isatty() and sys.stdout.isatty():
                hand_over(machine, brig)
    except TestFailure as failure:
        sys.exit(f'scripts/demo: stage {show.number} was not observed\n{failure}')


if __name__ == '__main__':
    main()
