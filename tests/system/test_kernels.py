# SPDX-License-Identifier: Apache-2.0
"""Linux 5.10, which has no word against VHE on its command line: kept at EL1 by its configuration
(route 2 of docs/kernel.md) and by our patch (route 3). The kernels are scripts/build-kernel's."""

import json
import subprocess

import brig
import brig_qemu
from brig import Cell
from machine import TREE
from registry import test
from test_violations import FATAL, fatal

PLAIN = 'console=ttyAMA0'
VH = 'id_aa64mmfr1.vh=0'


def answer(m, kernel, *options):
    """What check-kernel says to the configuration that the machine itself shows."""
    config = brig_qemu.kernel(kernel).folder / 'config'
    shown = m.sh('zcat /proc/config.gz | md5sum').split()[0]
    m.check(shown == subprocess.check_output(['md5sum', config], text=True).split()[0],
            f'the kernel was not built from {config}')
    done = subprocess.run([TREE / 'scripts/check-kernel', config, '--json', *options],
                          stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout)


def works(m):
    """Enable, a cell, a violation beside it, disable."""
    brig.enable(m)
    fatal(m, *FATAL['write'])
    brig.disable(m)
    brig.linux_alive(m)


@test(pairs=[('5.10-no-vhe', 'cortex-a76'), ('5.10-no-vhe', 'cortex-a55')], start='disabled', append=PLAIN)
def kernel_without_vhe(m):
    """Route 2: built as check-kernel says, not a word on the command line, on cores with VHE."""
    said = answer(m, '5.10-no-vhe', '--cpu', 'cortex-a76')
    m.check(said['works'] and said['words'] == [], f'check-kernel says: {said}')
    m.check('started at EL2' in m.sh('dmesg'), 'the kernel was not entered at EL2')
    works(m)


@test(pairs=[('5.10', 'cortex-a76')], start='disabled', append=f'{PLAIN} {VH}')
def kernel_kept_at_el1(m):
    """Route 3: VHE and KVM are built in, the patch and one word keep the kernel at EL1."""
    said = answer(m, '5.10', '--cpu', 'cortex-a76', '--keep-vhe')
    m.check(said['works'] and said['words'] == [VH], f'check-kernel says: {said}')
    log = m.sh('dmesg')
    m.check('Hyp mode initialized' in log and 'VHE mode' not in log, 'KVM does not say that it runs without VHE')
    m.check('KASLR enabled' in log, 'starting over has lost the seed of KASLR')
    works(m)


@test(pairs=[('5.10', 'cortex-a76')], start='disabled', last=True, append=f'{PLAIN} {VH}1 x{VH}')
def kernel_with_other_words(m):
    """The patched kernel goes to EL2 as ever when the word is not exactly there; enabling is refused."""
    m.check('VHE mode initialized' in m.sh('dmesg'), 'KVM does not say that it runs with VHE')
    output = m.refused(f'brig enable {brig.ROOT}')
    m.check('kernel itself runs at EL2' in output + m.sh('dmesg'), f'the refusal says: {output}')
    brig.linux_alive(m)


def kexec(m):
    """Uses cells, disables, and starts the same kernel again by kexec. What it says about EL2."""
    brig.enable(m)
    Cell(m, 'smp').run().destroy()
    brig.disable(m)
    m.child.sendline('dmesg -n 8; /t/kexec /t/Image')
    m.wait_linux('Booting Linux on physical CPU')
    return m.wait_linux(r'CPU: (All CPU\(s\) started at EL\d|CPUs started in inconsistent modes)').group(1)


def kexec_test(kernel, expected, text):
    def kexec_after_cells(m):
        found = kexec(m)
        m.check(found == expected, f'after kexec Linux says "{found}", not "{expected}"')
    kexec_after_cells.__doc__ = text
    test(pairs=[(kernel, 'cortex-a76')], start='disabled', last=True, append=f'{PLAIN} {VH}', files={
        '/t/Image': lambda: brig_qemu.kernel(kernel).image.read_bytes(),
        '/t/kexec': lambda: (brig_qemu.build_dir() / 'tests/system/kexec').read_bytes()})(kexec_after_cells)


kexec_test('5.10', 'All CPU(s) started at EL2',
           'After cells and a disable, kexec starts the next kernel at EL2 (patch boot-mode).')
kexec_test('5.10-no-vhe', 'CPUs started in inconsistent modes',
           'Without the patch kexec enters it at EL1; should that change, the patch is needless.')
