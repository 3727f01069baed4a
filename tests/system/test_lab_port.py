# SPDX-License-Identifier: Apache-2.0
"""The four failures of a port to a board with Cortex-A76 cores and a vendor's firmware, each made by
one fault in configuration or board support, and each absent without the fault."""

import brig
import brig_qemu
import lab
from cellfile import without
from debug_symbols import DISK_MODULES, disk
from monitor import APPEND, Monitor, image
from registry import test

GIC_MATTERS = False

PARKED = r'Parking CPU \d+ \(Cell: "qemu-virt[^"]*"\)'
NO_BANK = (0x60000000, 0x10000000)
NO_ITS = (0x08080000, 0x20000)


def root_without(start, size):
    """A function that makes the board's root configuration without a range of addresses."""
    return lambda: without((brig_qemu.build_dir() / 'cells/root.cell').read_bytes(), start, size)


def right_first(m, config=brig.ROOT):
    """The same machine with the right set-up: enabled, alive, and no complaint; and disabled."""
    mark = m.mark()
    brig.enable(m, config)
    brig.linux_alive(m)
    brig.disable(m)
    text = m.hyp.text(mark)
    m.check('FATAL' not in text, f'the right set-up fails, too:\n{text}')
    m.check(not lab.decode(m, text), f'brig decode finds something in the right set-up:\n{text}')


@test(pairs=[('5.10', 'cortex-a76'), ('6.1', 'cortex-a76'), ('6.12', 'cortex-a76')], gic=3,
      start='disabled', last=True, files={'/t/hole.cell': root_without(*NO_BANK)}, modules=DISK_MODULES,
      qemu_args=disk)
def lab_stage2_hole(m):
    """The root cell is not given the upper RAM, where Linux's page tables are."""
    right_first(m)
    names = lab.symbols(m)
    text = lab.last_words(m, 'brig enable --no-doctor /t/hole.cell', m.mark(), PARKED)
    # DFSC/IFSC 4 to 7: translation fault; bit 7: during a walk of the first stage.
    m.check(brig.find(r'esr: 2[04] 1 00000?8[4-7]', text), f'no fault of a table walk:\n{text}')
    lab.failure(m, 'stage2-hole', text, variant=m.kernel)
    config = lab.option_file(m, 'hole.cell', root_without(*NO_BANK)())
    tree = brig_qemu.build_dir() / 'cells/merged.dtb'
    event = lab.failure(m, 'stage2-hole', text, '--kallsyms', names, '--config', config, '--dtb', tree,
                        variant=m.kernel)
    m.check(event['symbol'] and event['where'] in ('Linux text', 'module'), f'pc has no name: {event}')
    m.check(event['calls'] and all(call['symbol'] for call in event['calls']), f'the calls are {event["calls"]}')
    m.check(event['address']['kind'] == 'ram' and 'in no region of cell "qemu-virt' in event['address']['region'],
            f'the address is said to be {event["address"]}')


def rebind(bus, driver, device):
    return f'cd /sys/bus/{bus}/drivers/{driver}; echo {device} >unbind; echo {device} >bind'


@test(pairs=[('6.1', 'cortex-a76'), ('6.12', 'cortex-a76')], gic=3, start='disabled', last=True,
      modules=(*DISK_MODULES, 'virtio_rng'), qemu_args=lambda folder: [*disk(folder), '-device', 'virtio-rng-pci'],
      files={'/t/no-its.cell': root_without(*NO_ITS)})
def lab_its_not_available(m):
    """Linux has its ITS from boot on, and the root cell is not given it."""
    device = m.sh('ls /sys/bus/virtio/drivers/virtio_rng | grep virtio')
    again = rebind('virtio', 'virtio_rng', device)
    brig.enable(m)
    m.sh(again)
    m.check('ITS-' in m.sh(f'grep {device} /proc/interrupts'), 'the device does not use the ITS')
    brig.disable(m)
    names = lab.symbols(m)
    mark = m.mark()
    m.sh('brig enable --no-doctor /t/no-its.cell')
    text = lab.last_words(m, again, mark, PARKED)
    m.check(brig.find(r'Unhandled data (read|write) at 0x80[89]', text), f'no access to the ITS:\n{text}')
    lab.failure(m, 'its-not-available', text, variant=m.kernel)
    event = lab.failure(m, 'its-not-available', text, '--kallsyms', names, variant=m.kernel)
    m.check((event['symbol'] or '').startswith('its_') and event['where'] == 'Linux text',
            f'the fault is placed at {event["symbol"]} in {event["where"]}')
    event = lab.failure(m, 'its-not-available', text, '--dtb', brig_qemu.build_dir() / 'cells/merged.dtb',
                        variant=m.kernel)
    m.check('arm,gic-v3-its' == event['address']['compatible'], f'the address is said to be {event["address"]}')


@test(pairs=[('6.12', 'cortex-a76'), ('6.12', 'cortex-a55')], gic=3, start='disabled', last=True,
      firmware=Monitor(), files=lab.wrong_image('fpexc32'))
def lab_aarch32_register(m):
    """An image that reads FPEXC32_EL2 everywhere: well on cores with AArch32 at EL1, not on others."""
    right_first(m, '/p/root.cell')
    lab.use_image(m, 'fpexc32')
    if m.cpu == 'cortex-a55':
        return right_first(m, '/p/root.cell')
    text = lab.last_words(m, 'brig enable /p/root.cell', m.mark(), r'Stopping CPU \d+')
    m.check(brig.find(r'Unhandled HYP exception(.*\n)*?.*esr: 00 1 0000000', text),
            f'no undefined instruction at EL2:\n{text}')
    lab.failure(m, 'aarch32-register', text)
    event = lab.failure(m, 'aarch32-register', text, '--hypervisor', image('fpexc32').parent / 'core/brig.elf')
    at_pc = [line['text'] for line in event['disassembly'] if line['current']]
    m.check(len(at_pc) == 1 and 'fpexc32_el2' in at_pc[0].lower(), f'at pc is {event["disassembly"]}')
    m.check('fpexc32/' in event['source'] and event['symbol'] and len(event['calls']) > 1,
            f'the place is {event["symbol"]}, {event["source"]}, {event["calls"]}')


CLOCKS = {'scmi_function': 0x82000010, 'scmi_memory': 0x4b000000,
          'clocks': [(f'clock{n}', (n + 1) * 24000000) for n in range(6)]}


@test(pairs=[('5.10', 'cortex-a76'), ('6.1', 'cortex-a76'), ('6.12', 'cortex-a76')], gic=3,
      start='disabled', last=True, files=lab.wrong_image('scmi-denied'),
      firmware=Monitor(overlays=('scmi.dtso',), parameters=CLOCKS),
      append=f'{APPEND} rcupdate.rcu_cpu_stall_timeout=3')
def lab_scmi_not_forwarded(m):
    """The policy denies the SCMI doorbell: 5.10 spins for ever, newer kernels give up on the clock."""
    again = rebind('platform', 'brig-test-device', 'c000000.device')
    m.sh('insmod /lib/modules/gatetest.ko')
    brig.enable(m, '/p/root.cell')
    mark = m.firmware.mark()
    m.sh(again)
    said = m.firmware.text(mark)
    m.check('SCMI clock 3 off' in said and 'SCMI clock 3 on' in said, f'the firmware says only: {said!r}')
    log = m.sh('dmesg')
    m.check('Timeout' not in log, 'the right board loses SCMI messages, too')
    lab.absent(m, 'scmi-not-forwarded', log + m.hyp.text())
    brig.disable(m)
    lab.use_image(m, 'scmi-denied')
    brig.enable(m, '/p/root.cell')
    m.sh('dmesg -c >/dev/null')
    if m.kernel.startswith('5.10'):
        text = lab.stalled(m, again, r'rcu: INFO: .*stall[^$]*?shmem_tx_prepare[^$]*?\n[^$]*?el0_sync\+\S+')
    else:
        m.run(again)
        text = m.sh('dmesg')
        m.check('Timeout waiting for a free TX channel' in text and 'failed with error -95' in text,
                f'Linux does not complain about the clock:\n{text}')
    if m.kernel.startswith('5.10'):
        has_source_lines(m, text)
    m.wait_hyp('Refused SMC 0x82000010')
    lab.failure(m, 'scmi-not-forwarded', text, variant=m.kernel)
    lab.failure(m, 'scmi-not-forwarded', m.hyp.text(), variant='hypervisor')


def has_source_lines(m, text):
    """With the kernel's vmlinux, which has debug information; KASLR does not matter to names."""
    vmlinux = brig_qemu.kernel(m.kernel).folder / 'vmlinux'
    event = lab.failure(m, 'scmi-not-forwarded', text, '--vmlinux', vmlinux, variant=m.kernel, event=-1)
    lines = [call['source'] or '' for call in event['calls']]
    m.check(any(brig.find(r'arm_scmi/\w+\.c:\d+$', line) for line in lines), f'source lines of the calls: {lines}')
    m.check([line for line in event['disassembly'] if line['current'] and line['text']], f'no instruction: {event}')
