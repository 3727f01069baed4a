# SPDX-License-Identifier: Apache-2.0
"""What Brig leaves in memory: read while it runs, after a disable, after a reset, and from a copy."""

import json
import re
import subprocess

import brig
import brig_qemu
from brig import Cell
from cellfile import patched
from console import wait_until
from gdbstub import GdbStub
from machine import TIMEOUT
from registry import test
from test_learn import put

GIC_MATTERS = False

AREAS = 0x7ffc0000  # the last 256 KiB of hypervisor memory
HYPERVISOR = 0x7fc00000
BRANCH_TO_SELF = (0x14000000).to_bytes(4, 'little')


def gdb_stub(scratch):
    return ['-chardev', f'socket,path={scratch}/gdb,server=on,wait=off,id=gdb', '-gdb', 'chardev:gdb']


def log(m, options=''):
    return json.loads(m.sh(f'brig log --json {options}'))


def lines(report):
    return [line['text'] for line in report['log']['lines']]


def stages(report):
    return {entry['cpu']: entry['stage'] for entry in report['stages']}


def wait_for_linux(m):
    """After a reset: the shell, and the driver loaded, but nothing enabled."""
    m.wait_linux('Booting Linux on physical CPU')
    m.login()
    brig.load_driver(m)


def reset_at_once(m):
    """Without asking anybody: not even brig.ko is told."""
    m.sh('echo 1 >/proc/sys/kernel/sysrq')
    m.child.sendline('dmesg -n 8; echo b >/proc/sysrq-trigger')
    wait_for_linux(m)


def system_reset(m):
    """By QEMU's monitor, when no CPU listens any more."""
    with GdbStub(f'{m.scratch.name}/gdb') as gdb:
        gdb.ask('qRcmd,' + b'system_reset'.hex())
    wait_for_linux(m)


@test()
def log_live(m):
    """brig log has every line of the console, all CPUs' boot stages, and follows."""
    report = log(m)
    m.check(stages(report) == {cpu: 'linux' for cpu in range(4)}, f'boot stages: {stages(report)}')
    m.check('Activating hypervisor' in lines(report), f'the log lacks a line: {lines(report)}')
    m.check(any(f'for board "{m.board}"' in line for line in lines(report)),
            f'the log lacks the first line of all: {lines(report)}')
    m.check(report['board'] == m.board and report['crashes'] == [], f'the report is {report}')
    m.background('brig log --follow >/t/follow')
    hello = Cell(m, 'hello').run()
    hello.wait('hello: running')
    hello.destroy()
    found = wait_until(lambda: 'Closing cell "hello"' in m.sh('cat /t/follow'), TIMEOUT)
    m.check(found, f'--follow shows {m.sh("cat /t/follow")}')
    m.sh('killall brig')
    followed = m.sh('cat /t/follow')
    m.check(re.search(r'^\[ +\d+\.\d{6}\]\[ +C\d\] Created cell "hello"$', followed, re.M),
            f'--follow shows {followed}')
    cell_lines = [line for line in log(m)['log']['lines'] if line['cell']]
    m.check(any('hello: running' in line['text'] for line in cell_lines), f'of cells: {cell_lines}')
    m.check(m.sh('brig log').count('Created cell "hello"') == 1, 'brig log shows it more than once, or not')


@test()
def log_after_disable(m):
    """Two runs are kept: the last one as it ended, and the one before."""
    first = log(m)['run']
    brig.disable(m)
    report = log(m)
    m.check(report['run'] == first, f'after the disable it is run {report["run"]}, not {first}')
    m.check(set(stages(report).values()) == {'released'}, f'boot stages: {stages(report)}')
    m.check('Shutting down hypervisor' in lines(report), f'the log ends with {lines(report)[-1]}')
    brig.enable(m)
    m.check(log(m)['run'] == first + 1, f'the next run is {log(m)["run"]}')
    previous = log(m, '--previous')
    m.check(previous == report, f'the previous run is {previous}, it was {report}')
    m.check(log(m, f'--run {first}') == report, '--run shows another one')
    m.refused('brig log --run 99999', 'not there any more', str(first))


@test(start='disabled', reboot=True, last=True)
def log_survives_reset(m):
    """After a violation and a reset from within, its registers are there: before and after a new enable."""
    brig.enable(m)
    fault = Cell(m, 'fault', cmdline='do=read').run()
    fault.wait('Parking CPU 3')
    before = log(m)
    dump = m.sh('brig log 2>/dev/null')
    reset_at_once(m)
    m.refused('brig log', 'has not been enabled', '--previous')
    after = log(m, '--previous')
    m.check(after['run'] == before['run'], f'it is run {after["run"]} and not {before["run"]}')
    crash, = after['crashes']
    m.check((crash['cpu'], crash['cell_name'], crash['kind']) == (3, 'fault', 'cell-exception'), f'{crash}')
    m.check(crash['system']['ESR_EL2'] >> 26 == 0x24, f'ESR_EL2 is {crash["system"]["ESR_EL2"]:#x}')
    m.check(crash['system']['HPFAR_EL2'] << 8 == 0x40000000, f'HPFAR_EL2: {crash["system"]["HPFAR_EL2"]:#x}')
    m.check('read 0x40000000' in crash['exits'][-1]['reason'], f'the last exits are {crash["exits"]}')
    m.check(crash == before['crashes'][0], f'the record was {before["crashes"][0]}, now it is {crash}')
    m.check(lines(after) == [*lines(before), 'Root cell calls SYSTEM_RESET'],
            f'the lines were {lines(before)}, now they are {lines(after)}')
    text = m.sh('brig log --previous 2>/dev/null')
    event = json.loads(m.sh('brig log --previous 2>/dev/null | brig decode --json -'))[-1]
    m.check(event['system'] == crash['system'] and event['ipa'] == 0x40000000 and
            [one['reason'] for one in event['exits']] == [one['reason'] for one in crash['exits']],
            f'brig decode reads {crash} as {event}')
    record = dump[dump.index('Boot stages:'):]
    m.check(record in text, f'{record}\nis not in\n{text}')
    brig.enable(m)
    m.check(log(m, '--previous') == after, 'after a new enable the previous run reads differently')
    m.check(log(m)['crashes'] == [], 'the new run begins with a crash record')
    brig.disable(m)


@test(start='disabled', reboot=True, last=True)
def log_after_reboot(m):
    """An orderly reboot is told from a crash; saved and read from the file it is the same."""
    brig.enable(m)
    m.child.sendline('dmesg -n 8; reboot -f')
    wait_for_linux(m)
    report = log(m, '--previous')
    m.check(set(stages(report).values()) == {'released'} and 'was disabled' in report['verdict'],
            f'the stages are {stages(report)}: {report["verdict"]}')
    m.sh('brig log --previous --save /t/saved')
    m.check(log(m, '--file /t/saved') == report, 'the saved memory reads differently')
    m.refused('brig log --file /brig/root.cell', 'there is none')


@test(start='disabled', reboot=True, last=True, overlays=(), more_append='mem=768M')
def log_needs_a_place(m):
    """Without Brig's node in the device tree the configuration says where the memory is."""
    m.refused('brig log --previous', 'brig-hypervisor', '--config')
    m.sh(f'brig enable --no-doctor {brig.ROOT}')
    reset_at_once(m)
    m.refused('brig log --previous', 'brig-hypervisor', '--config')
    report = log(m, f'--previous --config {brig.ROOT}')
    m.check('Activating hypervisor' in lines(report), f'the lines are {lines(report)}')


def hanging_image():
    """brig.bin whose CPUs stop at the instruction that would switch EL2's MMU on."""
    build = brig_qemu.build_dir()
    names = subprocess.run(['nm', build / 'core/brig.elf'], capture_output=True, text=True, check=True).stdout
    at = int(re.search(r'^(\w+) \w brig_enable_mmu$', names, re.M).group(1), 16)
    return patched((build / 'brig.bin').read_bytes(), at, BRANCH_TO_SELF)


@test(start='booted', reboot=True, last=True, qemu_args=gdb_stub, files={'/lib/firmware/hang.bin': hanging_image})
def hang_names_the_stage(m):
    """A takeover that hangs without a word: after a reset the log says where each CPU was."""
    m.sh('insmod /lib/modules/brig.ko firmware=hang.bin')
    mark = m.mark()
    m.child.sendline(f'brig enable {brig.ROOT}')
    m.wait_hyp('Hypervisor memory', mark)

    def all_hang():
        with GdbStub(f'{m.scratch.name}/gdb') as gdb:
            return all(gdb.physical(AREAS + 4096 + 256 * cpu, 4) == bytes([9, 0, 0, 0]) for cpu in range(4))
    m.check(wait_until(all_hang, TIMEOUT), 'the CPUs do not come to the instruction that they hang at')
    system_reset(m)
    report = log(m, '--previous')
    m.check(set(stages(report).values()) == {'mmu'}, f'the stages are {stages(report)}')
    m.check("did not end. CPUs 0-3: switching EL2's MMU on." in report['verdict'],
            f'the verdict is: {report["verdict"]}')
    m.check(any('for board' in line for line in lines(report)), f'the lines are {lines(report)}')
    brig.enable(m)
    m.check(log(m, '--previous') == report, 'after a new enable the previous run reads differently')


@test(start='disabled')
def early_console_tells(m):
    """A configuration that cannot be used: the board's UART says why, before there is a console."""
    root = (brig_qemu.build_dir() / 'cells/root.cell').read_bytes()
    put(m, '/t/console.cell', patched(root, 0x2c, (0xfffffffffffff000).to_bytes(8, 'little')))
    mark = m.mark()
    m.refused('brig enable --no-doctor /t/console.cell')
    m.wait_hyp(r'for board "[^"]+": CPU \d is at EL2', mark)
    m.wait_hyp("The configuration's console at 0xfffffffffffff000, .*cannot be there", mark)
    report = log(m, '--previous')
    m.check('refused' in report['verdict'] and set(stages(report).values()) == {'released'},
            f'the stages are {stages(report)}: {report["verdict"]}')
    m.check(any('cannot be there' in line for line in lines(report)), f'the lines are {lines(report)}')
    brig.enable(m)
