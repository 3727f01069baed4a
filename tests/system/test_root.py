# SPDX-License-Identifier: Apache-2.0
"""What the root cell keeps, sees and must not do: its devices, the hypervisor's memory, power."""

import hashlib
import random
import re

import brig
from brig import Cell
from cells import at
from registry import test

HYPERVISOR = 0x7fc00000  # memory of the hypervisor, see the board's partition file
DISK = random.Random(1).randbytes(8 << 20)


def disk(scratch):
    """A PCI disk, whose interrupts are MSI-X through the ITS."""
    image = scratch / 'disk'
    image.write_bytes(DISK)
    return ['-drive', f'if=none,id=disk,file={image},format=raw,read-only=on',
            '-device', 'virtio-blk-pci,drive=disk,num-queues=4']


def msi_count(m):
    """Interrupts of the disk so far."""
    lines = re.findall(r'^ *\d+:((?: +\d+)+) +ITS.*virtio\d+-req', m.sh('cat /proc/interrupts'), re.M)
    m.check(lines, 'the disk has no interrupt through the ITS:\n' + m.sh('cat /proc/interrupts'))
    return sum(int(number) for line in lines for number in line.split())


def read_disk(m, when):
    before = msi_count(m)
    m.sh('echo 3 >/proc/sys/vm/drop_caches')
    found = m.sh('md5sum /dev/vda').split()[0]
    m.check(found == hashlib.md5(DISK).hexdigest(), f'{when} the disk reads as {found}')
    m.check(msi_count(m) > before, f'{when} reading the disk raised no interrupt')


@test(start='disabled', modules=('virtio_pci', 'virtio_blk'), qemu_args=disk)
def its_and_lpis(m):
    """A PCI disk with MSI-X works before, during (cells coming and going) and after Brig."""
    read_disk(m, 'before enable')
    for round_ in range(2):
        brig.enable(m)
        read_disk(m, 'while enabled')
        for cpu in range(4):  # the requests of each CPU have a queue and an interrupt of their own
            m.sh(f'echo 3 >/proc/sys/vm/drop_caches; taskset {1 << cpu:x} dd if=/dev/vda of=/dev/null bs=64k')
        cell = Cell(m, 'smp').create()
        read_disk(m, 'with three CPUs away')
        cell.load().start()
        read_disk(m, 'while a cell runs')
        cell.destroy()
        read_disk(m, 'after the cell')
        brig.disable(m)
        read_disk(m, 'after disable')


@test()
def hypervisor_memory_reads_zero(m):
    """Linux sees zeros where the hypervisor is, through sysfs and through /dev/mem."""
    m.check(m.sh('tr -d "\\000" <%s/core | wc -c' % brig.SYSFS) == '0',
            'reading sysfs core while enabled shows more than zeros')
    m.check(int(m.sh(f'wc -c <{brig.SYSFS}/core')) > 0x4000, 'sysfs core is too short')
    m.sh('test "$(stat -c %%a %s/core)" = 400' % brig.SYSFS)


@test()
def sysfs_of_the_driver(m):
    """Attributes of the driver have the documented formats, enabled and disabled."""
    for name in ('mem_pool_size', 'mem_pool_used', 'remap_pool_size', 'remap_pool_used'):
        value = m.sh(f'cat {brig.SYSFS}/{name}')
        m.check(value.isdigit() and (int(value) > 0 or name == 'remap_pool_used'), f'{name} reads "{value}"')
    m.check(m.sh(f'cat {brig.SYSFS}/console').count('Activating hypervisor') == 1,
            'sysfs console lacks the boot messages')
    cell = Cell(m, 'smp').create()
    folder = cell.folder()
    for name, expected in {'name': 'smp', 'state': 'shut down', 'cpus_assigned': 'e',
                           'cpus_assigned_list': '1-3', 'cpus_failed': '0', 'cpus_failed_list': ''}.items():
        value = m.sh(f'cat {folder}/{name}')
        m.check(value == expected, f'{folder}/{name} reads "{value}", not "{expected}"')
    cell.destroy()
    m.check(m.run(f'test -e {folder}')[0] != 0, f'{folder} is still there after destroy')
    brig.disable(m)
    for name in ('enabled', 'mem_pool_size', 'remap_pool_used'):
        value = m.sh(f'cat {brig.SYSFS}/{name}')
        m.check(value == '0', f'after disable {name} reads "{value}"')
    m.check(m.run(f'ls {brig.SYSFS}/cells')[1] == '', 'after disable there are still cells in sysfs')


@test()
def statistics(m):
    """The counters of a cell add up over its CPUs and rise with what it does."""
    cell = Cell(m, 'smp').run()
    cell.wait('all SGIs arrived')
    folder = cell.folder()
    names = m.sh(f'cd {folder}/statistics; ls -d vmexits_*').split()
    m.check(names == sorted('vmexits_' + n for n in (
        'total mmio management hypercall maintenance virt_irq virt_sgi psci smccc').split()),
        f'the counters are {names}')
    cpus = m.sh(f'cd {folder}/statistics; ls -d cpu*').split()
    m.check(cpus == ['cpu1', 'cpu2', 'cpu3'], f'there are counters for {cpus}')
    cell.shutdown()  # nothing counts any more
    for name in names:
        total = int(m.sh(f'cat {folder}/statistics/{name}'))
        parts = [int(m.sh(f'cat {folder}/statistics/{cpu}/{name}')) for cpu in cpus]
        m.check(total == sum(parts), f'{name} is {total}, but its CPUs have {parts}')
        if name.split('_', 1)[1] in ('total', 'mmio', 'management', 'hypercall', 'psci', 'virt_sgi'):
            m.check(total > 0, f'{name} is 0 after the SGI exchange')
    cell.destroy()
    timer = Cell(m, 'timer').run()
    timer.wait(brig.TICK)
    before = timer.counter('virt_irq')
    timer.wait_ticks(3)
    m.check(timer.counter('virt_irq') >= before + 3, 'three ticks are not three interrupts')
    timer.destroy()


@test()
def console_of_the_tool(m):
    """`brig console` prints what is new; -f follows."""
    m.check('Activating hypervisor' in m.sh('brig console'), '"brig console" lacks the boot messages')
    m.sh('brig console -f >/tmp/follow & echo $! >/tmp/pid')
    cell = Cell(m, 'hello', cmdline='some words').run()
    cell.wait('hello: running')
    brig.until(m, 'grep -q "hello: running" /tmp/follow', 'what "brig console -f" prints')
    m.sh('kill $(cat /tmp/pid)')
    m.check('command line "some words"' in m.sh('cat /tmp/follow'), 'the command line did not arrive')
    cell.destroy()
    brig.disable(m)
    m.check('Shutting down hypervisor' in m.run('brig console')[1], 'the last words are not kept after disable')


def violate(m, cpu, address=None):
    """Makes one CPU of Linux touch memory that a cell has taken. Returns the dump's registers."""
    address = address or at(0)[0]
    mark = m.mark()
    m.sh(f'taskset {1 << cpu:x} devmem {address:#x} 32 >/dev/null 2>&1 &')
    m.wait_hyp(rf'Unhandled data read at {address:#x}\(4\)', mark)
    registers, parked, _ = brig.last_dump(m, mark)
    m.check(parked == cpu, f'CPU {parked} was parked, not {cpu}')
    return registers


@test(last=True)
def root_violation_and_reset(m):
    """A root CPU that violates is parked; the others and the cell run on; disable is busy; reset works."""
    timer = Cell(m, 'timer').run()
    timer.wait(brig.TICK)
    registers = violate(m, 2)
    m.check(registers['esr'] == 0x24, f'the exception class is {registers["esr"]:#x}')
    timer.wait_ticks(2)
    brig.linux_alive(m, ['CPU0', 'CPU3'])
    m.check(m.sh(f'cat {brig.SYSFS}/cells/0/cpus_failed_list') == '2', 'CPU 2 is not listed as failed')
    m.refused('brig disable', '(?i)busy')
    m.child.sendline('dmesg -n 8; reboot -f')
    m.wait_exit()


@test(last=True)
def root_violation_and_power_off(m):
    """With a parked root CPU the machine can still be switched off."""
    timer = Cell(m, 'timer').run()
    violate(m, 3)
    timer.wait_ticks(2)
    m.child.sendline('dmesg -n 8; poweroff -f')
    m.wait_exit()


@test(last=True)
def root_writes_hypervisor(m):
    """A write of Linux into hypervisor memory parks the writing CPU; nothing is changed."""
    mark = m.mark()
    m.sh(f'taskset 2 devmem {HYPERVISOR + 0x1000:#x} 32 1 >/tmp/out 2>&1 &')
    m.wait_hyp(r'Unhandled data write at 0x7fc01000\(4\)', mark)
    brig.linux_alive(m, ['CPU0', 'CPU2', 'CPU3'])


@test(last=True)
def power_off_enabled(m):
    """Switching off while enabled, with a running cell."""
    Cell(m, 'timer').run().wait(brig.TICK)
    m.child.sendline('dmesg -n 8; poweroff -f')
    m.wait_exit()


@test(last=True, reboot=True)
def reboot_enabled(m):
    """A reboot while enabled, with a running cell, brings Linux up again, and Brig too."""
    for _ in range(2):
        Cell(m, 'timer').run().wait(brig.TICK)
        m.child.sendline('dmesg -n 8; reboot -f')
        m.wait_linux('Booting Linux on physical CPU')
        m.login()
        brig.load_driver(m)
        brig.enable(m)
    brig.linux_alive(m)
