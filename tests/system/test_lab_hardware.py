# SPDX-License-Identifier: Apache-2.0
"""Failures around CPUs, interrupts, clocks and firmware's memory, made on purpose."""

import brig
import lab
from brig import Cell
from cellfile import COMM_REGION, cell, ram
from monitor import Monitor
from registry import test
from test_keeper import GATES, bind, prepare, state

GIC_MATTERS = False

ONLINE = '/sys/devices/system/cpu/cpu3/online'


@test(gic=3, start='disabled', firmware=Monitor(parameters={'sdei': 1}))
def lab_nothing_to_find_above_firmware(m):
    """The right tree: neither the secure memory nor the SDEI of the firmware are Linux's; no trouble."""
    mark = m.mark()
    brig.enable(m, '/p/root.cell')
    hello = Cell(m, 'hello', file='/p/hello.cell').run()
    hello.wait('hello: running')
    hello.destroy()
    brig.disable(m)
    m.check('e000000' not in m.sh('grep RAM /proc/iomem'), "Linux has the firmware's memory")
    log = m.sh('dmesg') + '\n' + m.hyp.text(mark)
    for cause in ('sdei-in-use', 'external-abort', 'firmware-memory-serror', 'cpu-stays-on'):
        lab.absent(m, cause, log)


# Linux learns of the trusted OS before it knows other CPUs than the first, so that is the one it heeds.
@test(gic=3, start='disabled', firmware=Monitor(parameters={'resident_cpu': 0}),
      files={'/t/first.cell': cell('first', [0], [ram(0), COMM_REGION])})
def lab_trusted_os_stays(m):
    """A trusted OS that cannot leave CPU 0: Linux cannot give that CPU to a cell, but another one."""
    brig.enable(m, '/p/root.cell')
    m.sh('dmesg -c >/dev/null')
    answer = m.refused('brig cell create /t/first.cell')
    lab.failure(m, 'cpu-stays-on', f'{answer}\n{m.sh("dmesg -c")}')
    m.sh('brig cell create /p/hello.cell; brig cell destroy hello')  # CPU 3
    lab.absent(m, 'cpu-stays-on', m.sh('dmesg'))
    brig.disable(m)


@test(gic=3, start='disabled', last=True, firmware=Monitor(parameters={'cpu_off_hangs': True}))
def lab_cpu_off_hangs(m):
    """Firmware in which CPU_OFF never ends. Brig does not pass that call on, so under it all is well."""
    brig.enable(m, '/p/root.cell')
    m.sh('dmesg -c >/dev/null')
    m.sh(f'echo 0 >{ONLINE}; echo 1 >{ONLINE}')
    lab.absent(m, 'cpu-stays-on', m.sh('dmesg -c'))
    brig.disable(m)
    m.sh(f'echo 0 >{ONLINE}')
    status, _ = m.run(f'echo 1 >{ONLINE}')
    text = m.sh('dmesg')
    m.check(status != 0 and 'may not have shut down cleanly' in text, f'CPU 3 went off, and on again:\n{text}')
    lab.failure(m, 'cpu-stays-on', text, variant='hangs')


@test(start='disabled', last=True, alone=True, **GATES)
def lab_clock_lost(m):
    """A cell's device whose clock has no driver yet when the cell is created: Linux switches it off later."""
    brig.enable(m)
    m.sh('dmesg -c >/dev/null')
    owner = Cell(m, 'keeper').create()
    lab.failure(m, 'clock-not-kept', m.sh('dmesg -c'))
    prepare(m)
    bind(m, 'unbind')
    m.check(not state(m)[0][0], 'the clock goes on without a user')
    owner.destroy()
    bind(m, 'bind')
    owner.create()
    bind(m, 'unbind')
    m.check(state(m)[0][0], "the clock of the cell's device is off")
    lab.absent(m, 'clock-not-kept', m.sh('dmesg'))
    owner.destroy()
