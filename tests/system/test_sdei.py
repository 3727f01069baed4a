# SPDX-License-Identifier: Apache-2.0
"""Direct interrupts: firmware's SDEI calls CPUs into EL2, and cells take their interrupts with no
exit. The image is tests/lab/bsp/sdei, the firmware the EL3 monitor in each of its SDEI modes."""

import brig
import brig_firmware
from brig import Cell
from monitor import Monitor
from registry import test

ROOT = '/p/root.cell'
USED = 'Using SDEI-based management interrupt'
UNUSED = 'WARNING: no SDEI event from this firmware'


def firmware(sdei):
    return Monitor(bsp='sdei', partition='sdei.dts', parameters={'sdei': sdei})


def enabled(m, says):
    """Enables with the image under test, which must say so."""
    mark = m.mark()
    brig.enable(m, ROOT)
    m.check(says in m.hyp.text(mark), f'"{says}" is not what the console says:\n{m.hyp.text(mark)}')


def cell(m, name, image=None, cmdline=None):
    return Cell(m, name, file=f'/p/{name}.cell', image=image, cmdline=cmdline)


def root_counter(m, name):
    return int(m.sh(f'cat /sys/devices/brig/cells/0/statistics/{name}').split()[0])


@test(gic=3, start='disabled', firmware=firmware(brig_firmware.SDEI_COMPLETE), slow=True,
      pairs=[('6.12', 'cortex-a76'), ('6.1', 'cortex-a55'), ('5.10', 'cortex-a76')])
def sdei_direct(m):
    """With SDEI: interrupts of Linux and of cells cause no exit, and everything else is as ever."""
    enabled(m, USED)
    for _ in range(5):
        brig.linux_alive(m)
    for name in ('vmexits_virt_irq', 'vmexits_virt_sgi', 'vmexits_maintenance'):
        m.check(root_counter(m, name) == 0, f'{name} of the root cell is {root_counter(m, name)}')
    timer = cell(m, 'timer').run()
    timer.wait_ticks(20)
    m.check(timer.counter('virt_irq') == 0, 'interrupts of the timer cell cause exits')
    m.check(root_counter(m, 'vmexits_management') > 0, 'no CPU was called in')
    timer.destroy()
    smp = cell(m, 'smp').run()
    smp.wait('all SGIs arrived')
    smp.destroy()
    brig.linux_alive(m)
    brig.disable(m)
    brig.linux_alive(m)


@test(gic=3, start='disabled', firmware=firmware(brig_firmware.SDEI_COMPLETE), slow=True)
def sdei_management(m):
    """With SDEI: CPUs are called in while they run, sleep, or are off; a parked one comes back."""
    enabled(m, USED)
    timer = cell(m, 'timer')
    timer.create()
    for _ in range(20):
        timer.load()
        timer.start()
        timer.wait_ticks(1)
    timer.destroy()
    for _ in range(20):
        m.sh('echo 0 >/sys/devices/system/cpu/cpu1/online; echo 1 >/sys/devices/system/cpu/cpu1/online')
    fault = cell(m, 'hello', image='/brig/fault.bin', cmdline='do=write addr=0x40000000').run()
    fault.wait_state('failed')
    fault.destroy()
    brig.linux_alive(m)
    for _ in range(3):
        brig.disable(m)
        enabled(m, USED)
    brig.linux_alive(m)
    brig.disable(m)


@test(gic=3, start='disabled', firmware=firmware(brig_firmware.SDEI_DEAF))
def sdei_deaf(m):
    """Firmware that answers SDEI calls but never signals: found out at enable, and not used."""
    enabled(m, UNUSED)
    hello = cell(m, 'hello').run()
    hello.wait('hello: running')
    hello.destroy()
    m.check(root_counter(m, 'vmexits_virt_irq') > 0, 'interrupts do not go through EL2')
    brig.disable(m)
    brig.linux_alive(m)


@test(gic=3, start='disabled', firmware=firmware(brig_firmware.SDEI_ABSENT))
def sdei_absent(m):
    """Firmware without SDEI."""
    enabled(m, UNUSED)
    brig.linux_alive(m)
    brig.disable(m)


@test(gic=3, start='disabled', firmware=Monitor(parameters={'sdei': brig_firmware.SDEI_COMPLETE}))
def sdei_not_wanted(m):
    """A board that says no does not even ask firmware that has it."""
    mark = m.firmware.mark()
    brig.enable(m, ROOT)
    m.check('c400002' not in m.firmware.text(mark), f'the firmware was asked:\n{m.firmware.text(mark)}')
    brig.linux_alive(m)
    brig.disable(m)
