# SPDX-License-Identifier: Apache-2.0
"""Brig above firmware: the EL3 monitor of tests/firmware."""

import brig
from brig import Cell
from monitor import Monitor
from registry import BOARD, test
from root import at_el1

ROOT = '/p/root.cell'
# What the policy of tests/lab/bsp/monitor forwards, and what it does not name.
FORWARDED, DENIED = 0x82000010, 0x82000002
FIRMWARE = Monitor(parameters={'trusted_os': True, 'sip': [(FORWARDED, 0x11, 0x22, 0x33, 0x44),
                                                           (DENIED, 0x55, 0x66, 0x77, 0x88)]})


def calls(m, function):
    """x0-x3 of a firmware call by Linux, and whether the monitor saw it."""
    mark = m.firmware.mark()
    answer = at_el1(m, f'smc 0 {function:#x} 0x1 0x2')[0][:4]
    return answer, f'call 0x{function:x}' in m.firmware.text(mark)


@test(pairs=[('6.12', BOARD['cpu']), ('6.1', 'cortex-a72')], start='disabled', firmware=FIRMWARE)
def above_firmware(m):
    """Enable, a cell, disable above firmware at EL3; each SMC goes where the policy says."""
    m.check(calls(m, DENIED) == ([0x55, 0x66, 0x77, 0x88], True), 'the firmware does not answer Linux')
    brig.enable(m, ROOT)
    cell = Cell(m, 'hello', file='/p/hello.cell').run()
    cell.wait('hello: running')
    answer, seen = calls(m, FORWARDED)
    m.check(seen and answer == [0x11, 0x22, 0x33, 0x44], f'the forwarded call: {answer}, arrived: {seen}')
    mark = m.mark()
    answer, seen = calls(m, DENIED)
    m.check(not seen and answer[0] == -1, f'the denied call: {answer}, arrived: {seen}')
    m.wait_hyp(f'(?i)smc.*{DENIED:x}', mark)
    cell.destroy()
    brig.linux_alive(m)
    brig.disable(m)
    m.check(calls(m, DENIED)[1], 'after the disable the firmware does not see the call')
    brig.linux_alive(m)
