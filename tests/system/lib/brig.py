# SPDX-License-Identifier: Apache-2.0
"""What tests do with Brig in the guest: states, cells, counters."""

import re

import brig_qemu
from cellfile import patched
from console import find, wait_until
from machine import TIMEOUT

SYSFS = '/sys/devices/brig'
ROOT = '/brig/root.cell'
TICK = r'timer: tick \d+'  # a line of the timer cell


def root_with_cpus(cpus):
    """A function that makes the board's root configuration with another set of CPUs."""
    return lambda: patched((brig_qemu.build_dir() / 'cells/root.cell').read_bytes(), 0x1e8,
                           sum(1 << cpu for cpu in cpus).to_bytes(8, 'little'))


def enabled(machine):
    """Is the driver loaded and the hypervisor active?"""
    return machine.run(f'cat {SYSFS}/enabled')[1] == '1'


def load_driver(machine):
    if machine.run(f'test -d {SYSFS}')[0] != 0:
        machine.sh('insmod /lib/modules/brig.ko')


def enable(machine, config=ROOT):
    """Enables and checks that Linux and the hypervisor agree about it."""
    mark = machine.mark()
    machine.sh(f'brig enable {config}')
    machine.wait_hyp('Activating hypervisor', mark)
    machine.check(enabled(machine), f'"brig enable" succeeded, but {SYSFS}/enabled does not read 1')


def disable(machine):
    machine.sh('brig disable')
    machine.check(not enabled(machine), f'"brig disable" succeeded, but {SYSFS}/enabled reads 1')


def bring_to(machine, state):
    """Gives a test the machine as it asked for: 'booted', 'disabled' or 'enabled' without cells; 'off':
    as it is."""
    if state == 'off':
        return
    if state == 'booted':
        if machine.run(f'test -d {SYSFS}')[0] == 0:
            machine.run('brig disable')
            machine.sh('rmmod brig')
        return
    load_driver(machine)
    if enabled(machine):
        disable(machine)
    if state == 'enabled':
        enable(machine)


class Cell:
    """A cell named in its file; create() first."""

    def __init__(self, machine, name, image=None, file=None, cmdline=None):
        self.machine, self.name = machine, name
        self.file = file or f'/t/{name}.cell'
        self.image = image or f'/brig/{name}.bin'
        self.cmdline = cmdline
        self.begin = machine.mark()  # where its output starts on the hypervisor's console

    def commands(self):
        """The shell commands that take it from nothing to running."""
        text = f' -s "{self.cmdline}" -a 0x1000' if self.cmdline else ''
        return [f'brig cell create {self.file}', f'brig cell load {self.name} {self.image}{text}',
                f'brig cell start {self.name}']

    def create(self):
        self.machine.sh(self.commands()[0])
        return self

    def load(self):
        self.machine.sh(self.commands()[1])
        return self

    def start(self):
        self.begin = self.machine.mark()
        self.machine.sh(self.commands()[2])
        return self

    def run(self):
        """From nothing to running."""
        return self.create().load().start()

    def shutdown(self):
        self.machine.sh(f'brig cell shutdown {self.name}')

    def destroy(self):
        self.machine.sh(f'brig cell destroy {self.name}')

    def wait(self, pattern, **more):
        """Waits for something the cell prints after its last start."""
        return self.machine.wait_hyp(pattern, self.begin, **more)

    def folder(self):
        """Its sysfs folder."""
        path = self.machine.sh(f'grep -lx "{self.name}" {SYSFS}/cells/*/name')
        return path.strip().rsplit('/', 1)[0]

    def state(self):
        return self.machine.sh(f'cat {self.folder()}/state')

    def failed_cpus(self):
        return self.machine.sh(f'cat {self.folder()}/cpus_failed_list')

    def counter(self, name):
        return int(self.machine.sh(f'cat {self.folder()}/statistics/vmexits_{name}'))

    def wait_checks(self, prefix):
        """Waits for the summary of a cell that counts its checks; none may have failed."""
        found = self.wait(rf'^{prefix}: (\d+) passed, (\d+) failed')
        wrong = [line for line in self.machine.hyp.text(self.begin).splitlines() if f'{prefix}: FAIL' in line]
        self.machine.check(found[1] != '0' and found[2] == '0', f'{prefix}: ' + '; '.join(wrong))

    def wait_ticks(self, count):
        """The timer cell ticks so many times from now on."""
        mark = self.machine.mark()
        self.machine.wait_hyp(rf'({TICK}.*\n(.*\n)*?){{{count}}}', mark)

    def wait_interrupts(self, count):
        """The cell takes so many interrupts from now on, whether it tells or not."""
        wanted = self.counter('virt_irq') + count
        if not wait_until(lambda: self.counter('virt_irq') >= wanted, TIMEOUT, 0.2):
            self.machine.fail(f'cell {self.name} has taken {self.counter("virt_irq")} interrupts, not {wanted}')

    def wait_state(self, state):
        if not wait_until(lambda: self.state() == state, TIMEOUT, 0.2):
            self.machine.fail(f'cell {self.name} is "{self.state()}", not "{state}"')


def until(machine, command, what):
    """Waits until a command succeeds."""
    if not wait_until(lambda: machine.run(command)[0] == 0, TIMEOUT, 0.2):
        machine.fail(f'{what}: "{command}" does not succeed')


def cell_ids(machine):
    return machine.sh(f'ls {SYSFS}/cells').split()


def pool(machine):
    """(used pages, used remap pages) of the hypervisor."""
    return tuple(int(machine.sh(f'cat {SYSFS}/{name}')) for name in ('mem_pool_used', 'remap_pool_used'))


def linux_ticks(machine):
    """Timer interrupts so far, by CPU name, of the CPUs that are online."""
    text = machine.sh('cat /proc/interrupts')
    names = find(r'^ +(CPU\d.*)$', text)
    counts = find(r'^ *\d+:((?: +\d+)+) .*arch_timer$', text)
    machine.check(names and counts, f'/proc/interrupts has no timer:\n{text}')
    return dict(zip(names[1].split(), map(int, counts[1].split())))


def linux_alive(machine, cpus=None):
    """Every online CPU of Linux (or those named) still takes timer interrupts and runs a process."""
    before = linux_ticks(machine)
    for name in cpus or before:
        machine.sh(f"taskset {1 << int(name[3:]):x} sh -c 'seq 1000 | wc -l; sleep 0.1'")
    after = linux_ticks(machine)
    for name in cpus or before:
        machine.check(after[name] > before[name], f'{name} of Linux takes no timer interrupts any more')


def last_dump(machine, since):
    """The register dump after `since` on the hypervisor's console, as {register: number}."""
    pattern = r'Cell state before exception:\n((?:.*\n)*?)\nParking CPU (\d+) \(Cell: "(.*)"\)'
    match = machine.wait_hyp(pattern, since)
    registers = {name: int(value, 16) for name, value in
                 re.findall(r'\b(pc|lr|spsr|sp|elr|esr|x\d+): *([0-9a-f]+)', match.group(1))}
    return registers, int(match.group(2)), match.group(3)


def silent_timer(m):
    """The timer cell, ticking. It prints no ticks: their letters would come between those of another cell's
    lines, so a test that reads these must not use the timer as it is."""
    timer = Cell(m, 'timer', cmdline='lines=0 histogram=0').run()
    timer.wait(r'timer: period \d+ us, counter \d+ Hz\n')
    timer.wait_interrupts(1)
    return timer
