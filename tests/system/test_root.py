# SPDX-License-Identifier: Apache-2.0
"""What the root cell keeps, sees and must not do: its devices, the hypervisor's memory, power."""

import hashlib
import random
import re
import struct

import brig
import brig_qemu
from brig import Cell
from cells import at
from registry import BOARD, test
from root import at_el1

# Linux does not know that a CPU of its own is gone: let it not spend its time on wondering.
TOLERANT = 'rcupdate.rcu_cpu_stall_suppress=1 nosoftlockup'
DISK = random.Random(1).randbytes(8 << 20)


def image():
    return (brig_qemu.build_dir() / 'brig.bin').read_bytes()


def disk(scratch):
    """A PCI disk, whose interrupts are MSI-X: LPIs through the ITS, or SPIs through GICv2m."""
    image = scratch / 'disk'
    image.write_bytes(DISK)
    return ['-drive', f'if=none,id=disk,file={image},format=raw,read-only=on',
            '-device', 'virtio-blk-pci,drive=disk,num-queues=4']


def msi_count(m):
    """Interrupts of the disk so far."""
    lines = re.findall(r'^ *\d+:((?: +\d+)+) +\S*MSI.*virtio\d+-req', m.sh('cat /proc/interrupts'), re.M)
    m.check(lines, 'the disk has no message-signalled interrupt:\n' + m.sh('cat /proc/interrupts'))
    return sum(int(number) for line in lines for number in line.split())


def read_disk(m, when):
    before = msi_count(m)
    m.sh('echo 3 >/proc/sys/vm/drop_caches')
    found = m.sh('md5sum /dev/vda').split()[0]
    m.check(found == hashlib.md5(DISK).hexdigest(), f'{when} the disk reads as {found}')
    m.check(msi_count(m) > before, f'{when} reading the disk raised no interrupt')


@test(start='disabled', modules=('virtio_pci', 'virtio_blk'), qemu_args=disk)
def message_signalled_interrupts(m):
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
    """Linux sees zeros where the hypervisor is, but for the page of the virtual console."""
    core, page = f'{brig.SYSFS}/core', struct.unpack_from('<Q', image(), 0x20)[0]
    size = int(m.sh(f'wc -c <{core}'))
    m.check(size == struct.unpack_from('<Q', image(), 8)[0], f'sysfs core has {size} bytes')
    rest = m.sh(f"{{ head -c {page} {core}; tail -c +{page + 4097} {core}; }} | tr -d '\\000' | wc -c")
    m.check(rest == '0', f'{rest} bytes outside the console page are not zero')
    m.check('Activating hypervisor' in m.sh(f'tail -c +{page + 1} {core} | head -c 4096'), 'no console page')
    m.check(m.sh(f'stat -c %a {core}') == '400', 'sysfs core may be read by others')


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
    m.check(sorted(names) == sorted('vmexits_' + n for n in (
        'total mmio management hypercall maintenance virt_irq virt_sgi psci smccc').split()),
        f'the counters are {names}')
    cpus = m.sh(f'cd {folder}/statistics; ls -d cpu*').split()
    m.check(sorted(cpus) == ['cpu1', 'cpu2', 'cpu3'], f'there are counters for {cpus}')
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
def parked_cpus_sleep(m):
    """CPUs of a cell that is shut down, or failed, do not spin: their exits stand still."""
    fault = Cell(m, 'fault', cmdline='do=read').run()
    fault.wait('Parking CPU 3')
    timer = Cell(m, 'timer').run()
    timer.wait(brig.TICK)
    timer.shutdown()
    before = [cell.counter('total') for cell in (fault, timer)]
    m.sh('sleep 1')
    after = [cell.counter('total') for cell in (fault, timer)]
    m.check(all(b - a < 1000 for a, b in zip(before, after)),
            f'exits before {before}, a second later {after}')
    fault.destroy()
    timer.destroy()


@test()
def console_of_the_tool(m):
    """`brig console` prints what is new; -f follows."""
    m.check('Activating hypervisor' in m.sh('brig console'), '"brig console" lacks the boot messages')
    m.background('brig console -f >/tmp/follow')
    cell = Cell(m, 'hello', cmdline='some words').run()
    cell.wait('hello: running')
    brig.until(m, 'grep -q "hello: running" /tmp/follow', 'what "brig console -f" prints')
    m.sh('kill $(pidof brig)')
    m.check('command line "some words"' in m.sh('cat /tmp/follow'), 'the command line did not arrive')
    cell.destroy()
    brig.disable(m)
    m.check('Shutting down hypervisor' in m.run('brig console')[1], 'disable does not keep the last words')


def violate(m, cpu, address=None):
    """Makes one CPU of Linux touch memory that a cell has taken. Returns the dump's registers."""
    address = address or at(0)[0]
    mark = m.mark()
    m.background(f'taskset {1 << cpu:x} devmem {address:#x} 32 >/dev/null 2>&1')
    m.wait_hyp(rf'Unhandled data read at {address:#x}\(4\)', mark)
    registers, parked, _ = brig.last_dump(m, mark)
    m.check(parked == cpu, f'CPU {parked} was parked, not {cpu}')
    return registers


@test(last=True, more_append=TOLERANT)
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


@test(last=True, more_append=TOLERANT)
def root_violation_and_power_off(m):
    """With a parked root CPU the machine can still be switched off."""
    timer = Cell(m, 'timer').run()
    violate(m, 3)
    timer.wait_ticks(2)
    m.child.sendline('dmesg -n 8; poweroff -f')
    m.wait_exit()


ROOT_FATAL = {  # command of hvctest for CPU 3, what the hypervisor says
    'writes_hypervisor': ('write 3 8 0x7fc01000 1', r'Unhandled data write at 0x7fc01000\(8\)(.*\n)*?FATAL'),
    'reads_hole': ('read 3 4 0x09050000', r'Unhandled data read at 0x9050000\(4\)(.*\n)*?FATAL'),
    'executes_hole': ('exec 3 0x09050000', r'FATAL: instruction abort at 0x9050000'),
    'hvc_0': ('hvc 3 0', r'FATAL: forbidden access \(exception class 0x16\)'),
    'sgi0r': ('msr 3 3 0 12 11 7 1', r'FATAL: unhandled trap \(exception class 0x18\)', 3),
    'reads_gich': ('read 3 4 0x08030000', r'Unhandled data read at 0x8030000\(4\)(.*\n)*?FATAL', 2),
    'targets_nobody': ('write 3 1 0x08000821 0x10',
                       r'Attempt to route IRQ33 outside of cell\n(.*\n)*?FATAL: forbidden access', 2),
}


def add_root_fatal(name, command, text, gic=None):
    def violation(m):
        timer = Cell(m, 'timer').run()
        timer.wait(brig.TICK)
        mark = m.mark()
        m.check(at_el1(m, command)[3] is None, f'"{command}" came back')
        m.wait_hyp(text, mark)
        _, cpu, cell = brig.last_dump(m, mark)
        m.check((cpu, cell) == (3, m.board), f'CPU {cpu} of cell "{cell}" was parked')
        timer.wait_ticks(2)
        brig.linux_alive(m, ['CPU0', 'CPU2'])
        m.check(m.sh(f'cat {brig.SYSFS}/cells/0/cpus_failed_list') == '3', 'CPU 3 is not listed as failed')
        m.check(m.sh(f'cat {brig.SYSFS}/cells/0/state') == 'running', 'the root cell is not running')
    violation.__name__ = f'root_{name}'
    violation.__doc__ = f'The root cell does "{command}": that CPU is parked, everybody else runs on.'
    test(last=True, more_append=TOLERANT + ' isolcpus=3', gic=gic)(violation)


for name_, case_ in ROOT_FATAL.items():
    add_root_fatal(name_, *case_)


@test()
def root_unknown_smc(m):
    """SMCs that the board's table does not name are answered with -1 and logged once for all CPUs."""
    mark = m.mark()
    for number in (0x83000042, 0x82000042, 0xb2000042, 0x84000042):
        for _ in range(2):
            for cpu, registers in at_el1(m, f'smc all {number:#x}').items():
                m.check(registers and registers[0] == -1, f'SMC {number:#x} on CPU {cpu} gave {registers}')
        lines = [line for line in m.hyp.text(mark).splitlines() if f'{number:x}' in line.lower()]
        m.check(len(lines) == 1, f'SMC {number:#x} is logged {len(lines)} times: {lines}')
    brig.linux_alive(m)


@test()
def root_sgi_stays_inside(m):
    """SGIs of the root cell to a cell's CPU do not arrive there."""
    timer = Cell(m, 'timer').run()
    timer.wait(brig.TICK)
    for intid in (5, 0, 1):
        if BOARD['gic'] == 3:
            at_el1(m, f'msr 0 3 0 12 11 5 {intid << 24 | 1 << 1:#x}')
        else:
            at_el1(m, f'write 0 4 0x08000f00 {1 << 17 | intid:#x}')
    m.check(timer.counter('virt_sgi') == 0, 'an SGI of Linux reached the timer cell')
    timer.wait_ticks(2)
    brig.linux_alive(m)
    timer.destroy()


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
