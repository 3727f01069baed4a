# SPDX-License-Identifier: Apache-2.0
"""Failures before and while Brig is enabled, made on purpose: kernel, boot loader, driver and
configuration that do not fit. What the right set-up says is in lab_nothing_to_find."""

import brig
import brig_qemu
import lab
import root
from brig import Cell
from cellfile import patched
from registry import BOARD, test

GIC_MATTERS = False

PLAIN = 'console=ttyAMA0'
HYPERVISOR = 0x7fc00000
GICR = 0x15c  # struct brig_system_config: arm.gicr_base
CONSOLE = 0x2c  # debug_console: its address
OTHER = {'6.12': '6.1', '6.1': '6.12'}
BOTH = [('6.12', BOARD['cpu']), ('6.1', 'cortex-a72')]


def refused(m, cause, config=brig.ROOT):
    """Enabling fails, and tool and kernel log together tell why."""
    m.sh('dmesg -c >/dev/null')
    status, output = m.run(f'brig enable --no-doctor {config}')
    m.check(status != 0, f'"brig enable {config}" succeeded:\n{output}')
    lab.failure(m, cause, f'{output}\n{m.sh("dmesg")}')
    brig.linux_alive(m)


@test(pairs=BOTH, start='disabled')
def lab_nothing_to_find(m):
    """Enable, a cell, disable with the right set-up: brig decode finds nothing in what is said."""
    mark = m.mark()
    m.sh('dmesg -c >/dev/null')
    brig.enable(m)
    cell = Cell(m, 'hello').run()
    cell.wait('hello: running')
    cell.destroy()
    brig.disable(m)
    text = m.sh('dmesg') + '\n' + m.hyp.text(mark)
    m.check(not lab.decode(m, text), f'brig decode finds {lab.causes(lab.decode(m, text))} in:\n{text}')


@test(start='disabled', last=True, append=f'{PLAIN} kvm-arm.mode=none')
def lab_kernel_at_el2(m):
    """A VHE kernel without the word that keeps it at EL1; and what an hvc ends in there."""
    refused(m, 'hvc-at-el2')
    root.load(m)
    text = lab.stalled(m, "echo 'hvc 0 0' >/proc/hvctest", r'end Kernel panic[^\n]*')
    lab.failure(m, 'hvc-at-el2', text, variant='panic')


@test(pairs=[('6.12', 'cortex-a72')], start='disabled', last=True, append=PLAIN)
def lab_kvm_holds_el2(m):
    """6.12 gives EL2 to KVM at boot."""
    refused(m, 'kvm-owns-el2')


@test(start='disabled', last=True, virtualization=False)
def lab_entered_at_el1(m):
    """The boot loader starts Linux at EL1."""
    refused(m, 'entered-at-el1')


@test(start='disabled', last=True, overlays=())
def lab_reservation_missing(m):
    """The boot loader did not apply the overlay: the hypervisor's memory is Linux's."""
    refused(m, 'reservation-missing')


@test(start='disabled', last=True, memory='512M')
def lab_configuration_of_other_board(m):
    """A configuration for 1 GiB on a board with half of it."""
    refused(m, 'configuration-of-other-board')


@test(start='disabled', last=True, files={'/t/two.cell': brig.root_with_cpus([0, 1])})
def lab_cpus_differ(m):
    """Linux runs on CPUs that the configuration does not have."""
    refused(m, 'cpus-differ', '/t/two.cell')


@test(gic=3, start='disabled', files={
    '/t/gicr.cell': lambda: patched((brig_qemu.build_dir() / 'cells/root.cell').read_bytes(), GICR,
                                    (0x0a000000).to_bytes(8, 'little'))})
def lab_wrong_board(m):
    """A configuration that has the redistributors elsewhere than the image's board."""
    mark = m.mark()
    m.refused('brig enable --no-doctor /t/gicr.cell')
    lab.failure(m, 'wrong-board', m.hyp.text(mark))
    brig.enable(m)
    brig.disable(m)


@test(start='disabled', files={'/t/nowhere.cell': lambda: patched(
    (brig_qemu.build_dir() / 'cells/root.cell').read_bytes(), CONSOLE, (0x0a100000).to_bytes(8, 'little'))})
def lab_console_wrong(m):
    """A configuration with the console where nothing is: said before anything is touched."""
    lab.absent(m, 'console-wrong', m.sh(f'brig doctor {brig.ROOT}'))
    lab.failure(m, 'console-wrong', m.refused('brig enable /t/nowhere.cell'))
    brig.enable(m)
    brig.disable(m)


def other_driver(kernel):
    return lambda: (brig_qemu.build_dir() / 'driver' / OTHER[kernel] / 'brig.ko').read_bytes()


@test(start='booted', files={'/t/other.ko': other_driver('6.12')})
def lab_module_for_other_kernel(m):
    """The driver that was built for another kernel."""
    m.sh('dmesg -c >/dev/null')
    status, output = m.run('insmod /t/other.ko')
    m.check(status != 0, 'the driver for another kernel was loaded')
    lab.failure(m, 'module-for-other-kernel', f'{output}\n{m.sh("dmesg")}')


@test(pairs=[('6.1', 'cortex-a72')], start='booted', files={'/t/other.ko': other_driver('6.1')})
def lab_module_for_newer_kernel(m):
    """The same on an older kernel, which finds something else wrong first."""
    lab_module_for_other_kernel(m)


@test(start='disabled', last=True)
def lab_mapping_not_executable(m):
    """Calling code in the hypervisor's memory through a mapping as a driver gets it."""
    root.load(m)
    # Linux's own way to map that memory, and BLR X1 to it.
    text = lab.stalled(m, f"echo 'insn 0 0xd63f0020 0 mem:{HYPERVISOR:#x}' >/proc/hvctest",
                       r'end trace[^\n]*')
    lab.failure(m, 'executable-mapping', text)
