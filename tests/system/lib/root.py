# SPDX-License-Identifier: Apache-2.0
"""Single instructions on a chosen CPU of the root cell, by the test module hvctest.ko."""

import re

HVC = 0x4a48


def load(machine):
    """The module is there, whichever test was here before."""
    if machine.run('test -e /proc/hvctest')[0] != 0:
        machine.sh('insmod /lib/modules/hvctest.ko timeout_ms=5000')


def at_el1(machine, command):
    """One command of hvctest (see modules/hvctest_main.c). Returns {CPU: [x0 ... x7]}, with None for
    a CPU that did not come back; x0 as a signed number."""
    load(machine)
    answer = machine.sh(f"echo '{command}' >/proc/hvctest; cat /proc/hvctest")
    machine.check('error' not in answer, f'hvctest refuses "{command}": {answer}')
    result = {int(cpu): None for cpu in re.findall(r'^cpu (\d+): no answer', answer, re.M)}
    for cpu, signed, others in re.findall(r'^cpu (\d+): x0=\S+ \((-?\d+)\)(.*)', answer, re.M):
        result[int(cpu)] = [int(signed)] + [int(value, 16) for value in re.findall(r'x\d=(\S+)', others)]
    return result


def hypercall(machine, code, *arguments, cpu=0):
    """Result of a hypercall on one CPU; arguments are numbers, or 'buf' for the buffer's address."""
    words = ' '.join(hex(a) if isinstance(a, int) else a for a in arguments)
    registers = at_el1(machine, f'hvc {cpu} {HVC:#x} {code:#x} {words}')[cpu]
    machine.check(registers is not None, f'hypercall {code} {words} does not come back')
    return registers[0]


def put_file(machine, path, *changes):
    """Copies a file to the start of hvctest's buffer; changes are (offset, size, value)."""
    at_el1(machine, f'file 0 {path}')
    for change in changes:
        at_el1(machine, 'poke {} {} {}'.format(*change))
