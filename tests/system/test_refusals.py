# SPDX-License-Identifier: Apache-2.0
"""Where EL2 cannot be taken, the driver refuses to enable with the remedy, and Linux goes on as if
nothing had happened. The doctor, which sees the same before, is left out."""

import brig
from registry import test

ARGUMENTS = r'kvm-arm\.mode=none id_aa64mmfr1\.vh=0'
PLAIN = 'console=ttyAMA0'


def refuse(m, *patterns, config=brig.ROOT):
    """Enabling fails, the tool or the kernel log says each pattern, Linux lives on."""
    for _ in range(2):  # the first attempt must leave nothing behind that the second trips over
        m.sh('dmesg -c >/dev/null')
        status, output = m.run(f'brig enable --no-doctor {config}')
        m.check(status != 0, f'"brig enable {config}" succeeded:\n{output}')
        output += '\n' + m.sh('dmesg')
        for pattern in patterns:
            m.check(brig.find(pattern, output), f'refused without saying /{pattern}/:\n{output}')
        m.check(not brig.enabled(m), f'{brig.SYSFS}/enabled reads 1 after a refusal')
    brig.linux_alive(m)
    m.sh('rmmod brig')  # a reference left behind would keep it


@test(start='disabled', last=True, append=PLAIN + ' kvm-arm.mode=none')
def refuses_kernel_at_el2(m):
    """A VHE kernel (cortex-a76 without the vh=0 word)."""
    refuse(m, r'kernel itself runs at EL2', ARGUMENTS)


@test(pairs=[('6.12', 'cortex-a72')], start='disabled', last=True, append=PLAIN)
def refuses_kvm_at_el2(m):
    """KVM holds EL2 from boot on (6.12 on a core without VHE)."""
    refuse(m, r'KVM holds EL2', ARGUMENTS)


@test(pairs=[('6.12', 'cortex-a72'), ('6.1', 'cortex-a76')], start='disabled', last=True,
      append=PLAIN + ' kvm-arm.mode=protected')
def refuses_protected_kvm(m):
    """Protected KVM holds EL2 for good."""
    refuse(m, r'KVM holds EL2', ARGUMENTS)


@test(start='disabled', last=True, virtualization=False)
def refuses_entry_at_el1(m):
    """The kernel was entered at EL1: there is no EL2 to give away."""
    refuse(m, r'entered at EL1')


@test(start='disabled', last=True, overlays=())
def refuses_memory_not_reserved(m):
    """The hypervisor's memory is in use by Linux."""
    refuse(m, r'(?i)reserve')


@test(start='disabled', last=True, files={'/t/two.cell': brig.root_with_cpus([0, 1])})
def refuses_cpu_outside(m):
    """Linux runs on four CPUs, the configuration has two: nobody is left hanging."""
    refuse(m, r'(?i)cpu', config='/t/two.cell')


@test(start='disabled', last=True, files={'/t/high.cell': brig.root_with_cpus([0, 1, 2, 3, 4])})
def refuses_cpu_missing(m):
    """The configuration has a CPU more than are online."""
    refuse(m, r'(?i)cpu|invalid', config='/t/high.cell')


@test(start='disabled', smp=2, files={'/t/two.cell': brig.root_with_cpus([0, 1])})
def fewer_cpus(m):
    """Two CPUs with a configuration for two work."""
    brig.enable(m, '/t/two.cell')
    brig.linux_alive(m)
    brig.disable(m)


@test(start='disabled')
def refuses_second_enable(m):
    """Enabling twice is refused; disabling twice too."""
    brig.enable(m)
    m.refused(f'brig enable {brig.ROOT}', '(?i)busy')
    brig.disable(m)
    m.refused('brig disable', '(?i)invalid|not enabled')


@test(start='disabled')
def refuses_without_image(m):
    """The image is missing, cut off, or no image at all."""
    m.sh('mv /lib/firmware/brig.bin /lib/firmware/kept')
    m.refused(f'brig enable {brig.ROOT}', '(?i)no such file')
    m.sh('head -c 40 /lib/firmware/kept >/lib/firmware/brig.bin')
    m.refused(f'brig enable {brig.ROOT}', '(?i)invalid')
    m.sh('{ echo -n NOTBRIGS; tail -c +9 /lib/firmware/kept; } >/lib/firmware/brig.bin')
    m.refused(f'brig enable {brig.ROOT}', '(?i)invalid')
    m.sh('mv /lib/firmware/kept /lib/firmware/brig.bin')
    brig.enable(m)
    brig.linux_alive(m)


@test(start='disabled')
def module_stays_while_enabled(m):
    """The driver cannot be removed under a running hypervisor; afterwards it can, and comes back."""
    brig.enable(m)
    m.refused('rmmod brig')
    brig.disable(m)
    m.sh('rmmod brig')
    m.check(m.run(f'test -e {brig.SYSFS} -o -e /dev/brig')[0] != 0, 'removing the driver left traces')
    m.sh('insmod /lib/modules/brig.ko')
    brig.enable(m)
