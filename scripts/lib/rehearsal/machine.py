# SPDX-License-Identifier: Apache-2.0
"""The emulated board: its firmware, and QEMU's command line."""

import shlex
import subprocess

import brig_firmware

# Offsets from the firmware's place; tests/twin/README.md has them.
FIRMWARE_RAM, FIRMWARE_UART, FIRMWARE_POWER = 0x40000, 0x80000, 0x90000
MORE_UARTS = 12  # whose output is kept; boards have up to ten

SDEI = {'absent': brig_firmware.SDEI_ABSENT, 'deaf': brig_firmware.SDEI_DEAF,
        'complete': brig_firmware.SDEI_COMPLETE}


def firmware_parameters(facts):
    """tests/firmware as twin.json describes the board's firmware."""
    told = facts['firmware']
    place = told['place']
    return brig_firmware.Parameters(
        cpus=len(told['mpidr']), mpidr=told['mpidr'], gic=told['gic'], gicd=told['gicd'],
        gicr=told['gicr'], gicc=told['gicc'], ram_base=place + FIRMWARE_RAM,
        uart=place + FIRMWARE_UART, power_gpio=place + FIRMWARE_POWER, entry=0,
        scmi_memory=told['scmi_memory'], scmi_function=told['scmi_function'],
        psci_version=told['psci_version'], smccc_version=told['smccc_version'],
        trusted_os=told['trusted_os'], sdei=SDEI[told['sdei']], sip=[tuple(call) for call in told['sip']],
        clocks=[tuple(clock) for clock in told['clocks']])


def console_word(derived, line):
    """`console=` for Linux 5.10 with an 8250, which that does not take from the tree; '' otherwise."""
    console = derived.facts['console']
    if console['model'] != '8250' or not line.startswith('5.'):
        return ''
    for number in range(4):  # as many as the kernel has (SERIAL_8250_NR_UARTS)
        done = subprocess.run(['fdtget', derived.linux_tree, '/aliases', f'serial{number}'], text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
        if done.stdout.strip() == console['path']:
            return f'console=ttyS{number}'
    return ''


def command_line(qemu, derived, kernel, initrd, append, build, logs, machine_options=''):
    """QEMU with the twin, Linux's console on standard input and output; its files go to `logs`."""
    facts = derived.facts
    firmware = firmware_parameters(facts).write_image(logs / 'firmware.bin', build)
    machine = (f'brig-twin,tree={derived.machine_tree},touched={logs / "touched.jsonl"},'
               f'firmware-base={facts["firmware"]["place"]:#x}{machine_options}')
    args = [str(qemu), '-M', machine, '-bios', str(firmware), '-display', 'none', '-monitor', 'none',
            '-nic', 'none', '-no-reboot', '-chardev', 'stdio,id=console,signal=off',
            '-serial', 'chardev:console', '-serial', f'file:{logs / "firmware.log"}']
    for number in range(2, 2 + MORE_UARTS):
        args += ['-serial', f'file:{logs / f"uart-{number}.log"}']
    args += ['-kernel', str(kernel), '-initrd', str(initrd), '-dtb', str(derived.linux_tree), '-append', append]
    (logs / 'command').write_text(shlex.join(args) + '\n')
    return args
