# SPDX-License-Identifier: Apache-2.0
"""The clock keeper: what a cell or the hypervisor uses stays on, and goes off again afterwards."""

import brig
from brig import SYSFS, Cell, until
from cellfile import COMM_REGION, IO, READ, WRITE, cell
from registry import test

GIC_MATTERS = False

PARAMETERS = '/sys/module/gatetest/parameters'
DEVICE = 'c000000.device'
DRIVER = '/sys/bus/platform/drivers/brig-test-device'
# wants memory of the hypervisor too
GREEDY = cell('greedy', [3], [COMM_REGION, (0x0c000000, 0x0c000000, 0x2000, READ | WRITE | IO),
                              (0x7fc00000, 0x7fc00000, 0x1000, READ)])
GATES = {'more_overlays': ('tests/system/gatetest.dtbo',), 'files': {'/t/greedy.cell': GREEDY}}
PAIRS = [('6.12', 'cortex-a76'), ('6.1', 'cortex-a72')]


def state(m):
    """(on, deasserted, powered) of what the device with a driver uses, and the same of the disabled
    one, which has no domain; last the clock of their bus."""
    clocks, resets, domain = m.sh(f'cd {PARAMETERS}; cat clocks_on resets_asserted domain_on').split()
    clocks, resets = int(clocks), ~int(resets)
    return ((bool(clocks & 1), bool(resets & 1), domain == 'Y'), (bool(clocks & 4), bool(resets & 4)),
            bool(clocks & 2))


def expect(m, when, **expected):
    device, disabled, bus = state(m)
    for name, value in {'device': device, 'disabled': disabled, 'bus': bus}.items():
        if name in expected:
            m.check(value == expected[name], f'{when}: {name} is {value}, not {expected[name]}')


def bind(m, how):
    m.sh(f'echo {DEVICE} >{DRIVER}/{how}')


def prepare(m):
    """The device has its driver and the keeper is on."""
    if m.run(f'test -d {PARAMETERS}')[0] != 0:
        m.sh('insmod /lib/modules/gatetest.ko')
    until(m, f'test -d {DRIVER}/{DEVICE}', "waiting for Linux's driver")
    m.sh('echo Y >/sys/module/brig/parameters/keep')
    expect(m, 'with a driver of Linux', device=(True, True, True), disabled=(False, False))


@test(pairs=PAIRS, **GATES)
def linux_switches_off(m):
    """Without the keeper, a device whose driver goes away while a cell has it loses everything."""
    prepare(m)
    m.sh('echo N >/sys/module/brig/parameters/keep')
    owner = Cell(m, 'keeper').create()
    m.check(m.sh(f'cat {owner.folder()}/kept') == '', 'something is kept although brig.keep is off')
    bind(m, 'unbind')
    expect(m, 'without the keeper', device=(False, False, False), disabled=(False, False))
    owner.destroy()
    bind(m, 'bind')


@test(pairs=PAIRS, **GATES)
def keeper_keeps(m):
    """Clock, reset and power domain of a cell's devices come on at create and go off at destroy."""
    prepare(m)
    bind(m, 'unbind')
    off = {'device': (False, False, False), 'disabled': (False, False)}
    expect(m, 'before create', **off)
    owner = Cell(m, 'keeper').create()
    expect(m, 'with the cell', device=(True, True, True), disabled=(True, True), bus=True)
    kept = m.sh(f'cat {owner.folder()}/kept').splitlines()
    for line in ('/test-bus/device@c000000 clock 0 core kept', '/test-bus/device@c000000 reset 0 - kept',
                 '/test-bus/device@c000000 power-domain 0 - kept', '/test-bus clock 0 - kept',
                 '/test-bus/device@c001000 clock 0 core kept', '/test-bus/device@c001000 reset 0 - kept'):
        m.check(line in kept, f'"kept" does not have the line "{line}": {kept}')
    m.check(len(kept) == len(set(kept)), f'something is kept twice: {kept}')
    owner.destroy()
    expect(m, 'after destroy', **off)
    m.check(m.run(f'ls {SYSFS} | grep keeper')[0] != 0, 'devices of the keeper are left in sysfs')
    bind(m, 'bind')
    expect(m, 'with the driver again', device=(True, True, True))


@test(**GATES)
def keeper_outlives_driver(m):
    """A driver that is unbound while the cell exists takes clock and power domain no longer along."""
    prepare(m)
    owner = Cell(m, 'keeper').create()
    m.check('device@c000000 reset 0 - error -16' in m.sh(f'cat {owner.folder()}/kept'),
            'the reset is not reported as in use by Linux')
    bind(m, 'unbind')
    m.check('WARNING:' not in m.sh('dmesg'), 'the kernel has warned')
    device = state(m)[0]
    m.check(device[0] and device[2], f'(clock, reset, domain) are {device} after the driver has gone')
    owner.destroy()
    expect(m, 'after destroy', device=(False, False, False))
    bind(m, 'bind')


@test(**GATES)
def keeper_lets_go_of_refused_cells(m):
    """A cell that the hypervisor refuses leaves nothing switched on."""
    prepare(m)
    bind(m, 'unbind')
    m.refused('brig cell create /t/greedy.cell', 'nvalid')
    expect(m, 'after the refusal', device=(False, False, False), disabled=(False, False))
    bind(m, 'bind')


@test(start='disabled')
def keeper_keeps_console(m):
    """The clock of the hypervisor's UART has more users while Brig is enabled."""
    m.sh('mount | grep -q debugfs || mount -t debugfs debugfs /sys/kernel/debug')
    count = 'cat /sys/kernel/debug/clk/clk24mhz/clk_enable_count'
    before = int(m.sh(count))
    brig.enable(m)
    kept = m.sh(f'cat {SYSFS}/kept').splitlines()
    m.check(any('/pl011@9040000 clock' in line and line.endswith(' kept') for line in kept),
            f'the console\'s clock is not in {SYSFS}/kept: {kept}')
    during = int(m.sh(count))
    m.check(during == before + len(kept), f'{before} users before enable, {during} with {kept}')
    brig.disable(m)
    m.check(int(m.sh(count)) == before, f'{before} users before enable, another number after disable')
    m.check(m.sh(f'cat {SYSFS}/kept') == '', f'{SYSFS}/kept is not empty after disable')
