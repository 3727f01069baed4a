# SPDX-License-Identifier: Apache-2.0
"""brig doctor: all is well on the machine of the tests, and each fault has its line."""

import json
import re

import brig
import brig_qemu
from brig import SYSFS
from cellfile import patched
from registry import test

GIC_MATTERS = False

PLAIN = 'console=ttyAMA0'
GICR = 0x15c  # struct brig_system_config: arm.gicr_base
CONSOLE = 0x2c  # debug_console: address 8, size 4, type 2, flags 2, divider 4


def changed(offset, new):
    """A function that makes the root configuration with other bytes at an offset."""
    return lambda: patched((brig_qemu.build_dir() / 'cells/root.cell').read_bytes(), offset, new)


def doctor(m, arguments=brig.ROOT, status=None):
    """Runs it; returns its lines by check, each a list of (verdict, text, remedy)."""
    found, output = m.run(f'brig doctor --json {arguments} 2>&1')
    m.check(found in (0, 1), f'brig doctor {arguments} ended with {found}:\n{output}')
    result = json.loads(output)
    m.check(status is None or found == status,
            f'brig doctor {arguments} ended with {found}, not {status}:\n'
            + '\n'.join(str(line) for line in result['checks'] if line['verdict'] != 'pass'))
    lines = {}
    for line in result['checks']:
        lines.setdefault(line['check'], []).append((line['verdict'], line['text'], line['remedy']))
    return lines


def expect(m, lines, check, verdict, text, remedy=''):
    m.check(any(line[0] == verdict and re.search(text, line[1]) and re.search(remedy, line[2])
                for line in lines.get(check, [])),
            f'no line "{verdict} {check}" with /{text}/ and remedy /{remedy}/: {lines.get(check)}')


def self_test(m):
    return rf'(?m)^Brig [\w.-]+ console self-test: board "{m.board}", UART at 0x9040000'


@test(start='disabled')
def doctor_finds_nothing(m):
    """A machine that is ready: no check fails, the console has its line, nothing is changed."""
    m.sh('dmesg -c >/dev/null')
    # Without what the driver itself still holds of an earlier enable, and gives up for the self-test.
    state = 'grep -v Brig /proc/iomem; cat /sys/devices/system/cpu/online'
    before = m.sh(state)
    mark = m.mark()
    lines = doctor(m, f'{brig.ROOT} /brig/hello.cell', status=0)
    m.wait_hyp(self_test(m), mark)
    bad = {check: found for check, found in lines.items()
           if any(line[0] != 'pass' for line in found)}
    m.check(not bad, f'not all is well: {bad}')
    expect(m, lines, 'console-test', 'pass', 'look for that line')
    expect(m, lines, 'firmware', 'pass', r'PSCI 1\.\d by SMC')
    after = m.sh(state)
    m.check(after == before, f'iomem or CPUs have changed from\n{before}\nto\n{after}')
    m.check(m.sh('dmesg') == '', 'the doctor has made the kernel say something')
    text = m.sh(f'brig doctor {brig.ROOT} /brig/hello.cell')
    m.check(re.search(r'\d+ passed, 0 warnings, 0 failed$', text), f'the text says otherwise:\n{text}')
    brig.enable(m)
    brig.linux_alive(m)
    lines = doctor(m, status=0)
    expect(m, lines, 'driver', 'warn', 'enabled already')
    expect(m, lines, 'console-test', 'warn', 'Brig is enabled')


@test(pairs=[('6.1', 'cortex-a72'), ('6.12', 'cortex-a55')], start='disabled')
def doctor_then_enable(m):
    """Self-test and enable after each other on other kernels and cores."""
    for _ in range(2):
        mark = m.mark()
        doctor(m, status=0)
        m.wait_hyp(self_test(m), mark)
        brig.enable(m)
        brig.disable(m)


@test(start='booted')
def doctor_without_driver(m):
    """Before brig.ko is loaded: it fits this kernel; what only it knows is a warning."""
    lines = doctor(m, status=0)
    expect(m, lines, 'driver', 'warn', r'/lib/modules/brig\.ko fits this kernel', r'insmod /lib/modules/brig\.ko')
    expect(m, lines, 'el2', 'warn', 'not known', 'modprobe')
    m.sh('sed "s/vermagic=./vermagic=9/" /lib/modules/brig.ko >/tmp/old.ko')
    lines = doctor(m, f'--module /tmp/old.ko {brig.ROOT}', status=1)
    expect(m, lines, 'driver', 'fail', 'is for kernel 9', 'build it again')


@test(start='disabled', last=True, append=PLAIN + ' kvm-arm.mode=none')
def doctor_sees_vhe(m):
    """A VHE kernel without the words on its command line; `brig enable` stops there."""
    expect(m, doctor(m, status=1), 'el2', 'fail', 'kernel itself runs at EL2', r'id_aa64mmfr1\.vh=0')
    m.refused(f'brig enable --force {brig.ROOT}', 'fail  el2', 'deadly')


@test(pairs=[('6.12', 'cortex-a72')], start='disabled', last=True, append=PLAIN)
def doctor_sees_kvm(m):
    """KVM holds EL2, and /dev/kvm is there."""
    lines = doctor(m, status=1)
    expect(m, lines, 'el2', 'fail', 'KVM holds EL2', r'kvm-arm\.mode=none')
    expect(m, lines, 'kvm', 'warn', '/dev/kvm', r'kvm-arm\.mode=none')


@test(start='disabled', last=True, overlays=())
def doctor_sees_missing_reservation(m):
    """Hypervisor memory that overlaps Linux's System RAM, and cell memory too."""
    lines = doctor(m, f'{brig.ROOT} /brig/hello.cell', status=1)
    expect(m, lines, 'reservation', 'fail', 'not reserved: Linux uses 0x40000000', r'reserved-memory\.dtbo')
    expect(m, lines, 'cell-memory', 'fail', 'cell `hello`', r'reserved-memory\.dtbo')
    expect(m, lines, 'console-test', 'warn', '`reservation` failed')
    m.refused(f'brig enable {brig.ROOT}', 'fail  reservation')


@test(start='disabled', last=True, memory='512M')
def doctor_sees_missing_memory(m):
    """Half the RAM of the configuration is not installed; addresses above might be aliases."""
    lines = doctor(m, status=1)
    expect(m, lines, 'memory', 'fail', r'RAM 0x60000000-0x\w+ is not there', '/proc/iomem')
    expect(m, lines, 'reservation', 'fail', 'not in the RAM of this machine', 'this machine')


@test(start='disabled', files={
    '/t/gicr.cell': changed(GICR, (0x0a000000).to_bytes(8, 'little')),
    '/t/nowhere.cell': changed(CONSOLE, (0x0a100000).to_bytes(8, 'little')),
    '/t/8250.cell': changed(CONSOLE + 12, (2).to_bytes(2, 'little')),
    '/t/three.cell': brig.root_with_cpus([0, 1, 2])})
def doctor_sees_wrong_configuration(m):
    """Wrong GIC address, console address and type, CPU that is missing or offline, no image."""
    if m.board == 'qemu-virt':
        expect(m, doctor(m, '/t/gicr.cell', status=1), 'gic', 'fail', 'GICR 0xa000000', 'partition file')
        m.refused('brig enable --force /t/gicr.cell', 'fail  gic')
    lines = doctor(m, '/t/nowhere.cell', status=1)
    expect(m, lines, 'console', 'fail', 'no UART at 0xa100000:', r'pl011@9040000 \(pl011 at 0x9040000\)')
    expect(m, lines, 'console-test', 'warn', '`console` failed')
    m.refused('brig enable /t/nowhere.cell', 'fail  console', '--force')
    expect(m, doctor(m, '/t/8250.cell', status=1), 'console', 'fail', '8250', 'CONFIG_UART|pl011')
    lines = doctor(m, '/t/three.cell', status=1)
    expect(m, lines, 'cpus', 'fail', 'CPUs 3 are online, but not', 'echo 0 > .*cpu3/online')
    m.sh('echo 0 >/sys/devices/system/cpu/cpu2/online')
    lines = doctor(m, status=1)
    expect(m, lines, 'cpus', 'fail', 'CPUs 2 of the configuration are offline', 'echo 1 > .*cpu2/online')
    m.refused(f'brig enable {brig.ROOT}', 'fail  cpus')
    m.sh('echo 1 >/sys/devices/system/cpu/cpu2/online')
    m.sh('mv /lib/firmware/brig.bin /lib/firmware/kept')
    expect(m, doctor(m, status=1), 'image', 'fail', 'brig.bin', '/lib/firmware')
    m.sh('mv /lib/firmware/kept /lib/firmware/brig.bin')
    m.check(m.sh(f'cat {SYSFS}/enabled') == '0', 'one of the refusals has enabled Brig')
    doctor(m, status=0)


@test(start='disabled', files={'/t/nowhere.cell': changed(CONSOLE, (0x0a100000).to_bytes(8, 'little'))})
def self_test_survives_fault(m):
    """A console address where nothing answers: the self-test returns, and Brig can be enabled."""
    for _ in range(3):
        m.check(m.sh('/t/ioctls console /t/nowhere.cell') == 'console test: -1 (EIO)', 'not refused with EIO')
    brig.linux_alive(m)
    brig.enable(m)


@test(start='disabled')
def doctor_reads_copies(m):
    """The files of a machine, copied elsewhere, give the same findings without its driver."""
    m.sh('rm -rf /tmp/copy; mkdir -p /tmp/copy/proc/sys/kernel /tmp/copy/sys/firmware /tmp/copy/lib/firmware '
         '/tmp/copy/sys/devices/system/cpu; cp /proc/iomem /proc/cmdline /tmp/copy/proc; '
         'cp /proc/sys/kernel/osrelease /tmp/copy/proc/sys/kernel; cp /sys/firmware/fdt /tmp/copy/sys/firmware; '
         'cp /lib/firmware/brig.bin /tmp/copy/lib/firmware; cd /sys/devices/system/cpu; '
         'cp possible online /tmp/copy/sys/devices/system/cpu')
    lines = doctor(m, f'--root /tmp/copy {brig.ROOT}')
    for check in ('reservation', 'memory', 'gic', 'console', 'cpus', 'board'):
        expect(m, lines, check, 'pass', '')
    expect(m, lines, 'console-test', 'warn', 'copied files')
    m.check(m.run('brig doctor /t/nothing.cell')[0] == 2, 'an unreadable file has not status 2')
    m.check(m.run('brig doctor --nonsense')[0] == 2, 'wrong usage has not status 2')
