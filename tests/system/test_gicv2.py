# SPDX-License-Identifier: Apache-2.0
"""What only a machine with a GICv2 has: eight CPUs at most, and all of them used."""

import brig
from brig import Cell
from cellfile import COMM_REGION, cell, ram
from registry import test

FILES = {'/t/root-eight.cell': brig.root_with_cpus(range(8)),
         '/t/smp-four.cell': cell('smp', [4, 5, 6, 7], [ram(0x1000000), COMM_REGION])}


@test(gic=2, start='disabled', smp=8, files=FILES)
def eight_cpus(m):
    """Linux on eight CPUs, half of them a cell that sends SGIs from each to each, and all back."""
    brig.enable(m, '/t/root-eight.cell')
    brig.linux_alive(m)
    smp = Cell(m, 'smp', file='/t/smp-four.cell').run()
    smp.wait('smp: 4 CPUs reported, all SGIs arrived')
    brig.linux_alive(m, ['CPU0', 'CPU1', 'CPU2', 'CPU3'])
    smp.destroy()
    brig.linux_alive(m, [f'CPU{n}' for n in range(8)])
    brig.disable(m)
    brig.linux_alive(m)


@test(gic=2, start='disabled')
def interrupts_in_flight(m):
    """Enabling and disabling under a load of SGIs between all CPUs loses none: Linux does not stall."""
    m.sh('touch /tmp/load')
    m.background('while test -e /tmp/load; do for i in 1 2 4 8; do taskset $i true; done; done 2>/dev/null')
    for _ in range(5):
        brig.enable(m)
        brig.linux_alive(m)
        brig.disable(m)
        brig.linux_alive(m)
    m.sh('rm /tmp/load')


@test(gic=2, start='disabled', more_overlays=('tests/system/one-page-gicc.dtbo',))
def one_page_gicc(m):
    """Linux that ends interrupts in one step (no GICC_DIR in its tree): on, cells, off, twice."""
    m.check('range too small' in m.sh('dmesg'), 'Linux has found GICC_DIR')
    for _ in range(2):
        brig.enable(m)
        brig.linux_alive(m)
        timer = Cell(m, 'timer').run()
        timer.wait_ticks(3)
        timer.destroy()
        brig.disable(m)
        brig.linux_alive(m)
