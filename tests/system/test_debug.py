# SPDX-License-Identifier: Apache-2.0
"""scripts/debug: gdb on a running machine, in batch mode."""

import os
import re
import subprocess

import brig
import brig_qemu
from brig import Cell
from brig_qemu import ROOT
from debug_symbols import SECTIONS
from registry import test

GIC_MATTERS = False


def server(folder):
    server.path = folder / 'gdb.sock'
    return ['-gdb', f'unix:{server.path},server=on,wait=off']


def gdb(m, *commands, options=()):
    """What gdb prints for the commands, each an argument of -ex."""
    words = [word for command in commands for word in ('-ex', command)]
    done = subprocess.run(
        [ROOT / 'scripts/debug', '--board', brig_qemu.BOARD, '--attach', server.path, *options, '--', '-batch', *words],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300,
        env={**os.environ, 'TERM': 'dumb'}, check=False)
    m.check(done.returncode == 0, f'scripts/debug ended with {done.returncode}:\n{done.stdout}')
    return done.stdout


@test(qemu_args=server, more_append='nokaslr')
def debug_helpers(m):
    """Cells, regions and CPUs as the hypervisor has them; a stop in a hypervisor function; symbols of all."""
    timer = Cell(m, 'timer').run()
    timer.wait(brig.TICK)
    m.sh('echo 0 >/proc/sys/kernel/kptr_restrict')
    kallsyms = m.logs / 'kallsyms'
    kallsyms.write_text(m.sh('grep -E " (cpu_do_idle|_stext|_etext|vectors)$" /proc/kallsyms'))

    text = gdb(m, 'brig-vcpu 7', 'brig-regions nobody', 'brig-cells', 'brig-regions timer', 'brig-vcpu',
               options=['--kallsyms', kallsyms, '--inmate', 'timer'])
    m.check(re.search(rf'^ +0  {brig_qemu.BOARD} +0,2,3 +running ', text, re.M), f'the root cell:\n{text}')
    m.check(re.search(r'^ +1  timer +1 +running +0x[0-9a-f]+ +2$', text, re.M), f'the timer cell:\n{text}')
    m.check(re.search(r'0x0{12} 0x0000100000 0x0{4}70000000  read write execute dma loadable +mapped$', text, re.M),
            f"the timer cell's RAM:\n{text}")
    m.check(re.search(r'read write comm +mapped$', text, re.M), f"the timer cell's communication page:\n{text}")
    m.check(re.search(r'^CPU 1: timer \(id 1\), on, MPIDR 0x1, brig::Cpu at 0x7f', text, re.M), f'CPU 1:\n{text}')
    m.check(len(re.findall(r'^    debugger thread \d: pc 0x[0-9a-f]+, EL[012]$', text, re.M)) == 4,
            f"the CPUs' registers:\n{text}")
    m.check('Brig has no CPU 7' in text and 'there is no cell "nobody"' in text, f'wrong arguments:\n{text}')

    # The timer cell prints with hypercalls, one character each.
    text = gdb(m, 'break brig_sync_slow', 'continue', 'brig-vcpu', 'info source', 'info symbol cpu_do_idle',
               'info symbol inmate_main', options=['--kallsyms', kallsyms, '--inmate', 'timer'])
    m.check(re.search(r'^Thread \d .*hit Breakpoint 1, brig_sync_slow', text, re.M), f'the stop:\n{text}')
    m.check('core/trap/exits.cpp' in text, f'the place:\n{text}')
    m.check(re.search(r'^cpu_do_idle in section', text, re.M), f"Linux's symbols:\n{text}")
    m.check(re.search(r'^inmate_main\(\) in section', text, re.M), f"the inmate's symbols:\n{text}")
    m.check(re.search(r'^    debugger thread \d: pc 0x[0-9a-f]+, EL2$', text, re.M), f'no CPU is in EL2:\n{text}')
    timer.wait_ticks(2)  # runs on
    timer.destroy()
    brig.linux_alive(m)


@test(qemu_args=server, more_append='nokaslr')
def debug_module(m):
    """A stop in a function of brig.ko, by its name."""
    sections = m.logs / 'sections'
    sections.write_text(m.sh(SECTIONS))
    m.background('until test -e /t/stop; do brig cell create /t/hello.cell; brig cell destroy hello; sleep 1; done')
    text = gdb(m, 'break brig_cell_create', 'continue', 'info symbol $pc', options=['--sections', sections])
    m.check(re.search(r'hit Breakpoint 1, .*brig_cell_create \(', text), f'the stop:\n{text}')
    m.check(re.search(r'^brig_cell_create.* in section .text of .*brig.ko', text, re.M), f'the place:\n{text}')
    m.sh('>/t/stop')
    brig.until(m, '! pidof sleep && ! test -d /sys/devices/brig/cells/1', 'the end of the loop')
