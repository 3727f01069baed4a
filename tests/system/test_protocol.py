# SPDX-License-Identifier: Apache-2.0
"""What a cell gets from the hypervisor: hypercalls, PSCI and SMCCC, messages, states."""

import re

import brig
from brig import Cell
from registry import test

GIC_MATTERS = False

EPERM, EINVAL, ENOSYS = -1, -22, -38
ANY = 'a number'


def compare(m, found, expected, what):
    """found and expected are {call: result}; ANY stands for every result that is no error."""
    wrong = {call: (found.get(call), result) for call, result in expected.items()
             if not (found.get(call, -1) >= 0 if result is ANY else found.get(call) == result)}
    m.check(not wrong, f'{what}: (found, expected) are {wrong}')


def hypercalls_of(m, cell):
    cell.wait('hypercalls: done')
    lines = re.findall(r'hypercalls: (-?\d+) (\d+) (\d+) -> (-?\d+)', m.hyp.text(cell.begin))
    return {tuple(map(int, line[:3])): int(line[3]) for line in lines}


@test()
def hypercalls_of_a_cell(m):
    """Every hypercall with every argument class from a cell: only its own CPU and figures are shown."""
    timer = brig.silent_timer(m)  # somebody whose CPU and id are foreign
    cell = Cell(m, 'hypercalls').run()
    found = hypercalls_of(m, cell)
    own, last = 3, 2**64 - 1
    expected = {(0, 0, 0): EPERM, (1, 0x1000, 0): EPERM}
    expected |= {(code, number, 0): EPERM for code in (2, 3, 4, 6) for number in range(4)}
    expected |= {(5, kind, 0): ANY for kind in range(5)} | {(5, 5, 0): EINVAL, (5, last, 0): EINVAL}
    for kind in (0, 1000):
        expected |= {(7, cpu, kind): EPERM for cpu in range(3)}
        expected |= {(7, cpu, kind): EINVAL for cpu in range(4, 8)}
    expected |= {(7, last, 0): EINVAL, (7, own, 0): 0}
    expected |= {(7, own, kind): EINVAL for kind in (1, 2, 999, 1009)}
    expected |= {(7, own, 1000 + n): ANY for n in range(9)}
    expected |= {(8, ord('!'), 0): 0, (8, 0x410a, 0): 0}
    expected |= {(9, 0, 0): ENOSYS, (9999, 0, 0): ENOSYS, (-1, 0, 0): ENOSYS, (0x100000005, 0, 0): ENOSYS}
    compare(m, found, expected, 'hypercalls of a cell')
    m.check(found[(5, 4, 0)] == 3, f'there are {found[(5, 4, 0)]} cells, not 3')
    cell.wait(r'^!')
    cell.wait('registers changed by a hypercall: 0x00000000')
    cell.wait('registers changed by an SMC: 0x00000000')
    m.check(timer.state() == 'running', 'the timer cell does not run any more')
    timer.wait_interrupts(1)
    cell.destroy()
    timer.destroy()


@test()
def console_not_permitted(m):
    """A cell without the flag may not print through the hypervisor, and can use its own UART."""
    cell = Cell(m, 'mute', image='/brig/hypercalls.bin').run()
    found = hypercalls_of(m, cell)
    compare(m, found, {(8, ord('!'), 0): EPERM, (8, 0x410a, 0): EPERM}, 'printing without permission')
    cell.destroy()


@test()
def psci_of_a_cell(m):
    """Each PSCI and SMCCC call of the table, known, refused, and with foreign CPUs."""
    cell = Cell(m, 'psci', cmdline='foreign=0').run()
    cell.wait('psci: done')
    text = m.hyp.text(cell.begin)
    found = {(int(i, 16), int(a, 16)): int(r, 0)
             for i, a, r in re.findall(r'^psci: ([0-9a-f]{8,}) (0x[0-9a-f]+) -> (-?[0-9a-fx]+)$', text, re.M)}
    own, features = 2, 0x8400000a
    expected = {(0x84000000, 0): 0x10001,
                (0x84000003, own): -4, (0xc4000003, own): -4, (0x84000003, 0): -3, (0xc4000003, 0): -3,
                (0xc4000003, 0xffffffffffff): -3,
                (0x84000004, own): 0, (0xc4000004, own): 0, (0x84000004, 0): -3, (0xc4000004, 0): -3,
                (0x80000000, 0): 0x10001, (0x80000001, 0x80000001): 0,
                (0x80000001, 0x80000002): -1, (0x80000001, 0x80003fff): -1, (0x80000002, 0): -1}
    expected |= {(features, known): 0 for known in (
        0x84000000, 0x84000001, 0xc4000001, 0x84000002, 0x84000003, 0xc4000003, 0x84000004, 0xc4000004,
        0x8400000a, 0x80000000)}
    expected |= {(features, other): -1 for other in (
        0x84000005, 0x84000008, 0x84000009, 0xc4000005, 0x80000001)}
    expected |= {(refused, 0): -1 for refused in (
        0x84000005, 0xc4000005, 0x84000006, 0x84000007, 0xc4000007, 0x84000008, 0x84000009, 0x8400000b,
        0x8400000c, 0x8400000d, 0x8400000e, 0x84000013, 0xc4000014, 0x8400ffff, 0xc4000020, 0x84000050,
        0x184000000, 0x84000000ff, 0x95c1ba5f, 0x95c1ba60, 0x81000000, 0x82000000, 0xc2000000,
        0x83000000, 0x85000000, 0x86000000, 0xb0000000, 0xbf000000, 0, 0xffffffff)}
    compare(m, found, expected, 'PSCI and SMCCC')
    for line in (r'84000001 suspend -> 0,', r'c4000001 suspend -> 0,',
                 r'second CPU 0x3: AFFINITY_INFO -> 1',
                 *(rf'second CPU round {n}: CPU_ON -> 0, ran with context {n}, went off' for n in (1, 2, 3)),
                 r'second CPU: CPU_ON -> 0, again -> -4, AFFINITY_INFO -> 0', r'second CPU off'):
        m.check(brig.find('^psci: ' + line, text), f'the cell did not print "psci: {line}"')
    brig.linux_alive(m)
    cell.destroy()


def message_cell(m, mode, name='msg'):
    cell = Cell(m, name, image='/brig/msg.bin', cmdline=f'mode={mode}').run()
    cell.wait(f'msg: mode {mode}')
    return cell


@test()
def messages_approved(m):
    """A good cell is asked before shutdown, restart and destroy, and told of others coming and going."""
    cell = message_cell(m, 'approve')
    hello = Cell(m, 'hello').create()
    cell.wait('msg: message 2 in state 0')
    mark = m.mark()
    hello.destroy()
    m.wait_hyp('msg: message 2 in state 0', mark)
    cell.shutdown()
    cell.wait(r'msg: message 1 in state 0\nmsg: approving')
    m.check(cell.state() == 'shut down', f'the cell is "{cell.state()}"')
    cell.load().start()
    cell.wait('msg: mode approve')
    mark = m.mark()
    cell.start()
    m.wait_hyp('msg: approving', mark)
    cell.wait('msg: mode approve')
    mark = m.mark()
    cell.destroy()
    m.wait_hyp('msg: approving', mark)


@test()
def messages_late(m):
    """A late reply is waited for."""
    cell = message_cell(m, 'late')
    cell.shutdown()
    cell.wait('msg: approving')
    cell.destroy()


@test()
def messages_denied_once(m):
    """A denied shutdown fails and the cell runs on; the next one is approved."""
    cell = message_cell(m, 'deny-once')
    m.refused('brig cell shutdown msg', '(?i)not permitted|denied')
    cell.wait('msg: denying')
    m.check(cell.state() == 'running', f'after denying the cell is "{cell.state()}"')
    cell.destroy()
    cell.wait('msg: approving')


def refuses_all(m, mode):
    cell = message_cell(m, mode)
    for command in ('cell shutdown msg', 'cell start msg', 'cell load msg /brig/hello.bin',
                    'cell destroy msg', 'disable'):
        m.refused(f'brig {command}', '(?i)not permitted|denied')
        m.check(cell.state() == 'running', f'after "{command}" the cell is "{cell.state()}"')
    hello = Cell(m, 'hello').run()  # others are not in its hands
    hello.wait('hello: running')
    hello.destroy()
    brig.linux_alive(m, ['CPU0', 'CPU1', 'CPU2'])


@test(last=True)
def messages_denied(m):
    """A cell that denies cannot be shut down, restarted, loaded or destroyed, nor Brig disabled."""
    refuses_all(m, 'deny')


@test(last=True)
def messages_unknown(m):
    """The reply "unknown message" to a request counts as a refusal."""
    refuses_all(m, 'unknown')


@test()
def messages_timeout(m):
    """A cell that does not reply in its time is suspended, marked failed, and can be taken away."""
    for mode in ('ignore', 'silent'):
        cell = message_cell(m, mode, 'msg-timeout')
        hello = Cell(m, 'hello').create()  # the cell does not answer RECONFIG_COMPLETED either
        cell.wait('Timeout expired while waiting for reply from target cell')
        cell.wait_state('failed')
        hello.destroy()
        cell.load().start()
        cell.wait(f'msg: mode {mode}')
        cell.shutdown()
        cell.wait('Timeout expired while waiting for reply from target cell')
        m.check(cell.state() == 'shut down', f'the cell is "{cell.state()}"')
        cell.destroy()


@test()
def locked_state(m):
    """A locked cell blocks creating and destroying others, but not loading and starting them."""
    hello = Cell(m, 'hello').create()
    cell = message_cell(m, 'locked')
    m.check(cell.state() == 'running/locked', f'the cell is "{cell.state()}"')
    m.refused('brig cell create /t/timer.cell', '(?i)not permitted')
    m.check(m.sh('cat /sys/devices/system/cpu/online') == '0-1', 'CPU 1 did not come back to Linux')
    m.refused('brig cell destroy hello', '(?i)not permitted')
    hello.load().start()
    hello.wait('hello: running')
    hello.shutdown()
    cell.destroy()
    hello.destroy()


@test()
def states_of_cells(m):
    """Each state that a cell can set is shown; terminal ones are not waited for."""
    for mode, text in {'mismatch': 'Comm ABI mismatch', 'failed': 'failed', 'down': 'shut down'}.items():
        cell = message_cell(m, mode)
        cell.wait_state(text)
        cell.shutdown()
        m.check(cell.state() == 'shut down', f'the cell is "{cell.state()}"')
        cell.destroy()
    cell = message_cell(m, 'invalid', 'msg-timeout')
    cell.wait_state('invalid')
    cell.destroy()


@test()
def subpage_regions(m):
    """Every form of load and store works on sub-page regions, also at an odd start (the cell maps them as
    a device, so its own accesses are aligned), and across a host page."""
    cell = Cell(m, 'mmio', cmdline='addr=0x50000100 shadow=0x50200100').run()
    for arguments in ('', 'addr=0x50000210', 'addr=0x50003010'):
        if arguments:
            cell.cmdline = arguments
            cell.load().start()
        cell.wait_checks('mmio')
    cell.destroy()


@test()
def interrupt_controller(m):
    """What a cell sees and may change of distributor and redistributors; Linux's side is untouched."""
    cell = Cell(m, 'gictest', cmdline='own=80 foreign=33 other-mpidr=0').run()
    cell.wait_checks('gictest')
    brig.linux_alive(m)  # and its console, interrupt 33, still takes commands
    cell.destroy()
