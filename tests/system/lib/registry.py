# SPDX-License-Identifier: Apache-2.0
"""Which tests there are, on which machine each one runs, and running them."""

import collections
import concurrent.futures
import threading
import time
import traceback

import brig
import brig_qemu
import cells
from console import TestFailure
from machine import Machine

BOARD = brig_qemu.description()
FULL = [('6.12', BOARD['cpu'])]
OTHERS = [tuple(pair) for pair in BOARD['other_cores']]

Test = collections.namedtuple('Test', 'name function kernel cpu options start last slow alone')
tests = []
SHARING = 10  # tests on one machine


def test(pairs=None, start='enabled', last=False, slow=False, alone=False, gic=None, **options):
    """Registers a test, a function of one booted Machine, whose first doc line says what it shows.

    pairs    list of (kernel, cpu) it runs on; FULL if not given
    start    state it is given the machine in: 'enabled' (root cell only), 'disabled', or 'booted'
             (without the driver), 'off' (may be without a shell)
    last     the machine is of no use afterwards (reset, parked CPU ...)
    slow     takes minutes
    alone    shares no machine: it needs one that just booted
    gic      2 or 3: is about something that only this version has, and left out on other boards
    options  further arguments of Machine; tests with equal ones share a booted machine, one after
             the other. After a failure the next test gets a fresh one.
    """
    def register(function):
        if gic not in (None, BOARD['gic']):
            return function
        for kernel, cpu in pairs or FULL:
            suffix = '' if (pairs or FULL) == FULL else f'@{kernel}-{cpu}'
            tests.append(Test(function.__name__ + suffix, function, kernel, cpu, options, start, last,
                              slow, alone))
        return function
    return register


def groups(selected):
    """Tests that share a machine, at most ten each so that machines can run beside each other. A
    slow test comes first and alone; those that use their machine up are spread over the groups."""
    by_machine = collections.OrderedDict()
    for entry in selected:
        machine = (entry.kernel, entry.cpu, repr(entry.options), entry.slow, entry.name if entry.alone else '')
        by_machine.setdefault(machine, []).append(entry)
    result = []
    for group in by_machine.values():
        for start in range(0, len(group), SHARING):
            result.append(sorted(group[start:start + SHARING], key=lambda entry: entry.last))
    return sorted(result, key=lambda group: not group[0].slow)


def boot(entry):
    """The machine of a test, with the tests' cells and kernel modules in it."""
    options = dict(entry.options)
    if not (brig_qemu.build_dir() / 'driver' / entry.kernel / 'brig.ko').exists():
        raise TestFailure(f'the build tree has no brig.ko for kernel {entry.kernel}. If scripts/build-kernel --check is '
                          f'content: meson configure {brig_qemu.build_dir()} -Dkernels=5.10,5.10-no-vhe,6.1,6.12')
    modules = brig_qemu.build_dir() / 'tests/system/modules' / entry.kernel
    files = {f'/lib/modules/{module.name}': module for module in modules.glob('*.ko')}
    files['/t/ioctls'] = brig_qemu.build_dir() / 'tests/system/ioctls'
    files |= {**cells.FILES, **options.pop('files', {})}
    return Machine(entry.name, entry.kernel, entry.cpu, files=files, **options)


class Runner:
    """Runs tests and counts. report() is called with one line per test."""

    def __init__(self, total, report=print):
        self.total, self.report = total, report
        self.passed, self.failed = 0, {}  # name: what was wrong
        self.lock = threading.Lock()

    def run_groups(self, work, jobs):
        with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
            for future in [pool.submit(self.run_group, group) for group in work]:
                future.result()

    def run_group(self, group):
        """One machine after the other, each as long as its tests pass."""
        machine = None
        for entry in group:
            begin = time.monotonic()
            error = None
            try:
                if machine is None:
                    machine = boot(entry)
                brig.bring_to(machine, entry.start)
                entry.function(machine)
            except TestFailure as failure:
                error = str(failure)
            except Exception:  # a fault in a test must count as a failure and not end the run
                error = traceback.format_exc()
            woken = machine.woken if machine else 0
            if machine is not None and (error or entry.last):
                machine.stop()
                machine = None
            elif machine is not None:
                machine.woken = 0
            self.verdict(entry, error, time.monotonic() - begin, f'  (a key woke Linux {woken} times)' if woken else '')
        if machine is not None:
            machine.stop()

    def verdict(self, entry, error, seconds, note):
        with self.lock:
            if error:
                self.failed[entry.name] = error
            else:
                self.passed += 1
            done = self.passed + len(self.failed)
            word = 'FAILED' if error else 'ok'
            self.report(f'[{done:3}/{self.total}] {word:6} {seconds:6.1f} s  {entry.name}{note}')
            if error:
                self.report(error)
