# SPDX-License-Identifier: Apache-2.0
"""Orange Pi 5 Plus and Rock 5B with nothing changed: image, partition file and device tree."""

import re

from twin import UART3, Twin

HELLO = 'hello: running'
SGIS = 'smp: 2 CPUs reported, all SGIs arrived'
PAIRS = ('a55', 'a76', 'mixed')  # cells with two CPUs each
ROUNDS = 100
CPUFREQ = ('cpufreq_dt',)  # 5.10 is built without

# What the boot loader hands to Linux, less hypervisor and cells (0x20000000-0x23ffffff).
LOW = [(0x00200000, 0x083fffff), (0x09400000, 0x1fffffff), (0x24000000, 0xefffffff)]
RAM_8G = [*LOW, (0x100000000, 0x1ffffffff)]
RAM_16G = [*LOW, (0x100000000, 0x3fbffffff), (0x3fc500000, 0x3ffefffff)]


def is_test(function):
    function.is_test = True
    return function


def cores(m):
    """Four A55 and four A76, in the order of their affinities."""
    with m.report.stage('cores', 'four Cortex-A55, four Cortex-A76') as stage:
        parts = [int(m.sh(f'cat /sys/devices/system/cpu/cpu{n}/regs/identification/midr_el1'), 16) >> 4 & 0xfff
                 for n in range(8)]
        m.check(parts == [0xd05] * 4 + [0xd0b] * 4, f'the cores are {[hex(part) for part in parts]}')
        booted = re.findall(r'CPU(\d): Booted secondary processor 0x0+(\d)00 ', m.sh('dmesg'))
        m.check(booted == [(str(n), str(n)) for n in range(1, 8)], f'CPUs and affinities: {booted}')
        stage.detail = 'affinities 0x0 to 0x700'


def banks(m, expected):
    """Linux's RAM has the board's gaps, and no byte more or less."""
    with m.report.stage('banks', 'RAM with its gaps'):
        found = []
        for first, last in re.findall(r'(?m)^([0-9a-f]+)-([0-9a-f]+) : System RAM', m.sh('cat /proc/iomem')):
            first, last = int(first, 16), int(last, 16)
            if found and found[-1][1] + 1 == first:
                found[-1] = (found[-1][0], last)
            else:
                found.append((first, last))
        m.check(found == expected, f'System RAM is {[(hex(a), hex(b)) for a, b in found]}')


def pairs(m):
    """The cells with two cores: each greets, and both cores exchange SGIs."""
    for cell in PAIRS:
        with m.report.stage(cell, f'cell "{cell}": hello, smp'):
            m.start(cell, 'hello.bin', HELLO)
            m.destroy(cell)
            m.start(cell, 'smp.bin', SGIS)
            m.destroy(cell)


def uart3(m):
    """The cell speaks on UART3 itself, whose clock it has to open: Linux's word before is not heard."""
    with m.report.stage('uart3', 'cell "uart3" on its own UART') as stage:
        m.sh('echo unheard >/dev/ttyS3')
        m.check(m.log(UART3) == '', f'its clock is off, and UART3 says: {m.log(UART3)}')
        mark = m.guest.mark()
        said = m.start('uart3', 'hello.bin', HELLO, UART3)
        m.check('greetings from CPU 0x400 (MIDR 0x414fd0b' in said, f'UART3 says: {said}')
        m.check(HELLO not in m.guest.text(mark), 'it speaks on the console, too')
        m.destroy('uart3')
        stage.detail = said.splitlines()[0]


def frequencies(m):
    """Linux changes the frequencies of all three clusters, which goes through the SCMI doorbell."""
    with m.report.stage('scmi', 'frequencies by SCMI') as stage:
        before = len(m.log('firmware.log'))
        for policy in (0, 4, 6):
            cpufreq = f'/sys/devices/system/cpu/cpufreq/policy{policy}'
            m.sh(f'echo performance >{cpufreq}/scaling_governor')  # goes to scaling_max_freq at once
            for limit in ('min', 'max'):
                m.sh(f'cat {cpufreq}/cpuinfo_{limit}_freq >{cpufreq}/scaling_max_freq')
                wanted, found = m.sh(f'cat {cpufreq}/cpuinfo_{limit}_freq {cpufreq}/cpuinfo_cur_freq').split()
                m.check(wanted == found, f'policy {policy} is at {found} kHz and not at {wanted}')
            stage.detail += f'{found} kHz '
        said = m.log('firmware.log')[before:]
        for clock in (0, 2, 3):  # CPUL, CPUB01, CPUB23
            m.check(f'SCMI clock {clock} at ' in said, f'the firmware says only:\n{said}')


def rounds(m):
    """One cell after the other is created and destroyed."""
    with m.report.stage('rounds', f'{ROUNDS} times create and destroy'):
        for _ in range(ROUNDS // 20):
            m.sh('for i in 1 2 3 4 5; do for c in a55 a76 mixed uart3; do '
                 'brig cell create /brig/$c.cell && brig cell destroy $c || exit 1; done; done', 900)
        m.check(len(m.sh('brig cell list').splitlines()) == 2, 'a cell is left')


def whole(m, ram, all_rounds=False):
    """From the doctor to a Linux that has everything back; m.modules: with cpufreq_dt."""
    cores(m)
    banks(m, ram)
    m.doctor()
    m.enable()
    m.check_linux('root', 'Linux runs as the root cell', all_cpus=True)
    if m.modules:
        frequencies(m)
    pairs(m)
    uart3(m)
    if all_rounds:
        rounds(m)
    m.disable()
    m.check_linux('after', 'Linux runs on alone', all_cpus=True)
    m.trouble()
    m.power_off()


@is_test
def orangepi_6_12(report):
    """Orange Pi 5 Plus (16 GB), Linux 6.12: all cells, UART3, 100 rounds, disable."""
    with Twin(report, 'orangepi', modules=CPUFREQ) as m:
        whole(m, RAM_16G, all_rounds=True)


@is_test
def rock_5b_6_12(report):
    """Rock 5B (8 GB), Linux 6.12: all cells, UART3, disable."""
    with Twin(report, 'rock-5b', board='rock-5b', modules=CPUFREQ) as m:
        whole(m, RAM_8G)


@is_test
def orangepi_5_10_without_vhe(report):
    """Orange Pi 5 Plus, Linux 5.10 rebuilt as check-kernel says, with neither VHE nor KVM."""
    with Twin(report, 'orangepi-5.10-no-vhe', kernel='5.10-no-vhe') as m:
        whole(m, RAM_16G)


@is_test
def orangepi_5_10_patched(report):
    """Orange Pi 5 Plus, Linux 5.10 with the patches of scripts/apply-kernel-patches, VHE and KVM built in."""
    with Twin(report, 'orangepi-5.10', kernel='5.10') as m:
        whole(m, RAM_16G)
