# SPDX-License-Identifier: Apache-2.0
"""The life of the hypervisor and of cells, as a user sees it."""

import re

import brig
from brig import Cell
from registry import OTHERS, test


@test(start='disabled')
def enable_disable_20_times(m):
    """Linux goes under the hypervisor and back twenty times, on all CPUs, and lives on."""
    for _ in range(20):
        brig.enable(m)
        brig.disable(m)
    brig.linux_alive(m)


@test()
def boot_messages(m):
    """Messages of an enable come in the order of the reference, with all CPUs OK."""
    m.wait_hyp(r'Initializing Brig hypervisor .* on CPU \d(.*\n)*?'
               r'Code location: 0x[0-9a-f]+\n(.*\n)*?'
               r'Page pool usage after early setup: mem \d+/\d+, remap \d+/\d+\n(.*\n)*?'
               r'Initializing processors:\n(.*\n)*?'
               r'Initializing unit: irqchip\n(.*\n)*?'
               r'Page pool usage after late setup: mem \d+/\d+, remap \d+/\d+\n'
               r'Activating hypervisor')
    oks = re.findall(r'^ CPU (\d)\.\.\. OK$', m.hyp.text().rpartition('Initializing processors')[2], re.M)
    m.check(sorted(oks) == ['0', '1', '2', '3'], f'CPUs reported as OK are {oks}, not 0 to 3')


def listed(m):
    """The rows of `brig cell list` as {name: (id, state, assigned CPUs, failed CPUs)}."""
    lines = m.sh('brig cell list').splitlines()
    m.check(re.match(r'ID +Name +State +Assigned CPUs +Failed CPUs', lines[0]),
            f'"brig cell list" starts with "{lines[0]}"')
    starts = [lines[0].index(word) for word in ('ID', 'Name', 'State', 'Assigned', 'Failed')] + [999]
    rows = [[line[a:b].strip() for a, b in zip(starts, starts[1:])] for line in lines[1:]]
    return {row[1]: (row[0], *row[2:]) for row in rows}


def root_row(m):
    return next(row for row in listed(m).values() if row[0] == '0')


@test()
def life_cycle(m):
    """create, load, start, shutdown, start again, restart, destroy: state and CPUs at every step."""
    m.check(root_row(m)[1:3] == ('running', '0-3'), f'the root cell is listed as {root_row(m)}')
    cell = Cell(m, 'timer').create()
    row = listed(m)['timer']
    m.check(row[1:] == ('shut down', '1', ''), f'after create the cell is listed as {row}')
    m.check(root_row(m)[2] == '0,2-3', f'after create the root cell is listed as {root_row(m)}')
    m.check(m.sh('cat /sys/devices/system/cpu/online') == '0,2-3', 'CPU 1 is still online in Linux')
    cell.load().start()
    cell.wait(brig.TICK)
    m.check(cell.state() == 'running', f'the running cell is "{cell.state()}"')
    cell.shutdown()
    m.check(cell.state() == 'shut down', f'the shut down cell is "{cell.state()}"')
    for _ in range(2):  # the first is a start after shutdown, the second a restart while it runs
        cell.load().start()
        cell.wait(brig.TICK)
    cell.destroy()
    m.check('timer' not in listed(m), 'the destroyed cell is still listed')
    m.check(root_row(m)[1:3] == ('running', '0-3'), f'after destroy the root cell is listed as {root_row(m)}')
    brig.linux_alive(m, ['CPU0', 'CPU1', 'CPU2', 'CPU3'])


@test()
def start_without_load(m):
    """A shut-down cell can be started without loading, and a running one restarted by start alone."""
    cell = Cell(m, 'timer').run()
    cell.wait(brig.TICK)
    cell.start()
    cell.wait(brig.TICK)
    cell.shutdown()
    cell.start()
    cell.wait(brig.TICK)
    cell.destroy()


@test()
def address_by_id(m):
    """Cells can be named by id; an unknown id or name is refused with the reason."""
    cell = Cell(m, 'timer').create()
    ident = cell.folder().rsplit('/', 1)[1]
    m.sh(f'brig cell load {ident} {cell.image}')
    m.sh(f'brig cell start {ident}')
    cell.wait(brig.TICK)
    m.sh(f'brig cell destroy {ident}')
    m.refused(f'brig cell start {ident}', 'No such file|no such cell|not.*exist')
    m.refused('brig cell start --name 0', 'No such file|no such cell|not.*exist')


def rounds(m, count):
    cell = Cell(m, 'hello').run()  # what the first cell allocates for good is not a leak
    cell.wait('hello: running')
    cell.destroy()
    before = brig.pool(m)
    for done in range(1, count + 1):
        cell.create()
        during = brig.pool(m)
        m.check(during[0] > before[0], f'a cell takes no pages: pool is {before}, then {during}')
        cell.load().start()
        cell.wait('hello: running')
        cell.destroy()
        now = brig.pool(m)
        m.check(now == before, f'after {done} rounds the page pools are {now}, before {before}')
    brig.linux_alive(m)


@test(slow=True)
def rounds_200(m):
    """200 times create, load, start, destroy leave the page pools as they were."""
    rounds(m, 200)


@test(pairs=OTHERS, start='disabled')
def rounds_20(m):
    """Enable, 20 rounds of a cell, disable, on the other kernels and cores."""
    brig.enable(m)
    rounds(m, 20)
    brig.disable(m)
    brig.linux_alive(m)


@test(start='disabled')
def disable_destroys_cells(m):
    """`brig disable` with cells present destroys them first."""
    brig.enable(m)
    Cell(m, 'timer').run().wait(brig.TICK)
    brig.disable(m)
    m.check(m.sh('cat /sys/devices/system/cpu/online') == '0-3', 'CPUs are missing after disable')
    brig.linux_alive(m)


@test()
def all_cpus_of_a_cell(m):
    """A cell with three CPUs starts them all by PSCI, and Linux goes on with one."""
    cell = Cell(m, 'smp').run()
    cell.wait('smp: 3 CPUs reported, all SGIs arrived')
    m.check(m.sh('cat /sys/devices/system/cpu/online') == '0', 'Linux has more than CPU 0')
    brig.linux_alive(m)
    cell.destroy()
    brig.linux_alive(m, ['CPU0', 'CPU1', 'CPU2', 'CPU3'])


@test(pairs=[('6.12', 'max,pauth-impdef=on')], start='disabled')
def cores_with_all_features(m):
    """Linux keeps pointer authentication and what else QEMU's newest core has, enabled and afterwards."""
    features = m.sh('grep -m1 Features /proc/cpuinfo').split()
    m.check('paca' in features and 'sve' in features, f'the core lacks what is to be tested: {features}')
    brig.enable(m)
    brig.linux_alive(m)
    hello = Cell(m, 'hello').run()
    hello.wait('hello: running')
    m.check(m.sh('grep -m1 Features /proc/cpuinfo').split() == features, 'Linux sees other features')
    hello.destroy()
    brig.disable(m)
    brig.linux_alive(m)


@test()
def shipped_cells(m):
    """The cells of the board's own partition files run with their inmates."""
    for name, text in {'hello': 'hello: running', 'timer': brig.TICK, 'fault': 'fault: ',
                       'smp': 'all SGIs arrived'}.items():
        cell = Cell(m, name, file=f'/brig/{name}.cell').run()
        cell.wait(text)
        cell.destroy()


@test()
def cpu_hotplug_in_root(m):
    """Linux takes CPUs of the root cell off and on while enabled; disable with one off is refused."""
    for _ in range(3):
        for cpu in (1, 2, 3):
            m.sh(f'echo 0 >/sys/devices/system/cpu/cpu{cpu}/online')
        m.check(m.sh('cat /sys/devices/system/cpu/online') == '0', 'CPUs 1 to 3 did not go off')
        for cpu in (1, 2, 3):
            m.sh(f'echo 1 >/sys/devices/system/cpu/cpu{cpu}/online')
    brig.linux_alive(m, ['CPU0', 'CPU1', 'CPU2', 'CPU3'])
    m.sh('echo 0 >/sys/devices/system/cpu/cpu2/online')
    m.refused('brig disable', 'busy')
    m.sh('echo 1 >/sys/devices/system/cpu/cpu2/online')
    brig.disable(m)
    brig.linux_alive(m)
