# SPDX-License-Identifier: Apache-2.0
"""Failures of a running system, made on purpose: firmware calls, devices, memory of others."""

import brig
import brig_firmware
import brig_qemu
import lab
from brig import Cell
from brig_initramfs import module_bytes
from cellfile import GICD, READ, cell, ram
from monitor import APPEND, Monitor
from registry import BOARD, test
from test_lab_port import PARKED, root_without

GIC_MATTERS = False

RTC = 0x09010000
VIRTIO = {'modules': ('virtio_pci', 'virtio_rng'), 'qemu_args': ('-device', 'virtio-rng-pci')}


def parked(m, cause, cmdline, variant=''):
    """The fault cell does something that it must not."""
    fault = Cell(m, 'fault', cmdline=cmdline).run()
    fault.wait(r'Parking CPU')
    lab.failure(m, cause, m.hyp.text(fault.begin), variant=variant)
    again = Cell(m, 'fault', image='/brig/hello.bin').load().start()
    again.wait('hello: running')
    fault.destroy()


@test()
def lab_cell_violations(m):
    """A cell uses a device that is not its own, writes what it may only read, reads a region that it may
    only write, and uses an instruction that cannot be emulated."""
    parked(m, 'no-syndrome-access', 'do=wild-writeback addr=0x50000300')
    parked(m, 'region-not-writable', 'do=write addr=0x100000')
    parked(m, 'subpage-access', 'do=subpage-read addr=0x50000310')
    parked(m, 'device-not-mapped', f'do=read addr={RTC:#x}', 'cell')
    fault = Cell(m, 'fault', cmdline='do=read addr=0').run()
    fault.wait('fault: survived')
    lab.absent(m, 'device-not-mapped', m.hyp.text(fault.begin))
    fault.destroy()


@test(start='disabled', last=True, files={'/t/no-rtc.cell': root_without(RTC, 0x1000)})
def lab_device_not_mapped(m):
    """The root cell is not given a device that Linux uses; later Linux waits for the CPU."""
    read = 'cat /sys/class/rtc/rtc0/time'
    brig.enable(m)
    m.sh(read)
    brig.disable(m)
    mark = m.mark()
    m.sh('echo 3 >/sys/module/rcupdate/parameters/rcu_cpu_stall_timeout; dmesg -n 8')
    m.sh('brig enable --no-doctor /t/no-rtc.cell')
    text = lab.last_words(m, f'taskset 2 {read}', mark, PARKED)
    lab.failure(m, 'device-not-mapped', text)
    event = lab.failure(m, 'device-not-mapped', text, '--dtb', brig_qemu.build_dir() / 'cells/merged.dtb', '--config',
                        lab.option_file(m, 'no-rtc.cell', root_without(RTC, 0x1000)()))
    m.check(event['address']['kind'] == 'device' and 'pl031' in event['address']['compatible'] and
            'in no region of cell' in event['address']['region'], f'the address is said to be {event["address"]}')
    m.wait_linux(r'(?s)rcu: INFO: [^\n]*stall.*?\(detected by[^\n]*\n')
    text += m.child.after
    lab.failure(m, 'stall-after-parking', text, event=-1)


@test(gic=3, start='disabled', **VIRTIO, append=f'{brig_qemu.APPEND} irqchip.gicv3_nolpi=1')
def lab_lpis_off(m):
    """LPIs switched off on the command line: no ITS, no MSIs."""
    log = m.sh('dmesg')
    m.check('ITS' not in m.sh('grep virtio /proc/interrupts'), 'the device still has an MSI')
    lab.failure(m, 'lpi-off', '\n'.join(line for line in log.splitlines() if brig.find('GIC|ITS|LPI', line)))


TRUSTED = {'gic': 3, 'modules': ('tee',),
           'firmware': Monitor(overlays=('optee.dtso',), parameters={'trusted_os': True})}


def optee(m):
    """Loads the driver of OP-TEE; what the kernel says."""
    m.sh('dmesg -c >/dev/null')
    m.run('insmod /t/optee.ko')
    log = m.sh('dmesg')
    m.run('rmmod optee')
    return log


def linux_module(name, kernel='6.12'):
    return lambda: module_bytes(brig_qemu.kernel(kernel).module_files([name])[-1])


@test(start='disabled', files={**lab.wrong_image('trusted-os-denied'), '/t/optee.ko': linux_module('optee')}, **TRUSTED)
def lab_trusted_os_refused(m):
    """The policy denies the calls to OP-TEE that the driver identifies it with."""
    brig.enable(m, '/p/root.cell')
    log = optee(m)
    m.check('optee: revision' in log, f'the driver does not find OP-TEE with the right policy:\n{log}')
    lab.absent(m, 'trusted-os-refused', log + m.hyp.text())
    brig.disable(m)
    lab.use_image(m, 'trusted-os-denied')
    mark = m.mark()
    brig.enable(m, '/p/root.cell')
    log = optee(m)
    lab.failure(m, 'trusted-os-refused', log)
    lab.failure(m, 'trusted-os-refused', m.hyp.text(mark), variant='hypervisor')
    brig.disable(m)


@test(pairs=[('6.12', BOARD['cpu']), ('5.10', 'cortex-a76')], gic=3, start='off', last=True,
      firmware=Monitor(overlays=('secure-ram.dtso',)), login=False,
      append=f'{APPEND} earlycon=pl011,0x9000000')
def lab_firmware_memory_as_ram(m):
    """The tree gives Linux the firmware's secure memory as RAM."""
    m.wait_hyp(r'(?s)Internal error: synchronous external abort.*end Kernel panic')
    text = m.hyp.text()
    lab.failure(m, 'external-abort', text[text.index('Internal error'):], variant=m.kernel)


@test(gic=3, start='disabled', firmware=Monitor(overlays=('sdei.dtso',), parameters={'sdei': 1}))
def lab_sdei_in_firmware(m):
    """Firmware that offers SDEI but does not deliver: Linux finds it at boot; Brig leaves it alone."""
    log = m.sh('dmesg | grep -i sdei')
    lab.failure(m, 'sdei-in-use', log)
    brig.enable(m, '/p/root.cell')
    brig.linux_alive(m)
    brig.disable(m)


@test(gic=3, start='disabled', files=lab.wrong_image('sdei'),
      firmware=Monitor(parameters={'sdei': brig_firmware.SDEI_DEAF}))
def lab_sdei_deaf(m):
    """A board that asks for SDEI on firmware which accepts all and delivers nothing."""
    mark = m.mark()
    brig.enable(m, '/p/root.cell')
    brig.disable(m)
    lab.absent(m, 'sdei-deaf', m.hyp.text(mark))
    lab.use_image(m, 'sdei')
    mark = m.mark()
    brig.enable(m, '/p/root.cell')
    lab.failure(m, 'sdei-deaf', m.hyp.text(mark))
    brig.disable(m)


OVERLAPS = {'hypervisor': (0x7fc00000, 'region-of-hypervisor'), 'gic': (GICD, 'region-refused')}


@test(files={f'/t/over-{name}.cell': cell(f'over-{name}', [3], [ram(), (start, 0x40000000, 0x1000, READ)])
             for name, (start, _) in OVERLAPS.items()})
def lab_regions_overlap(m):
    """Cells whose regions lie in the hypervisor's memory, or in the interrupt controller."""
    for name, (_, cause) in OVERLAPS.items():
        mark = m.mark()
        m.refused(f'brig cell create /t/over-{name}.cell')
        lab.failure(m, cause, m.hyp.text(mark))


@test(start='disabled', last=True, qemu_args=('-device', 'i6300esb'),
      files={'/t/watchdog.ko': linux_module('i6300esb')})
def lab_watchdog_resets(m):
    """A watchdog that is left running ends the machine some time after the last sign of life."""
    m.sh('insmod /t/watchdog.ko heartbeat=4')
    m.sh('echo -n V >/dev/watchdog0')  # opens it, stops it and closes it
    lab.absent(m, 'watchdog-reset', m.sh('dmesg -c'))
    m.sh('echo 1 >/dev/watchdog0')  # opens and closes it
    lab.failure(m, 'watchdog-reset', m.sh('dmesg'))
    m.wait_exit()
