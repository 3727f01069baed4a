# SPDX-License-Identifier: Apache-2.0
"""Learn mode: a configuration that lacks a device, found out and completed with its help."""

import base64
import json
import pathlib
import shutil
import subprocess
import tempfile

import brig
import brig_qemu
from brig import Cell
from brig_qemu import ROOT
from cells import at
from registry import test
from root import at_el1, hypercall
from test_root import TOLERANT

GIC_MATTERS = False

GPIO = 'device@9030000 { reg = <0x0 0x09030000 0x0 0x00001000>; };'
GPIO_NODE = '/pl061@9030000'  # in QEMU's tree
BIND = 'cd /sys/bus/amba/drivers/pl061_gpio; echo 9030000.pl061 >unbind; echo 9030000.pl061 >bind'
HOLE = 0x09050000  # in no region of the root cell; nothing answers there
GET_INFO, LEARN = 5, 0x42520000
ISOLATED = TOLERANT + ' isolcpus=3'


def compiled(line=''):
    """The board's root configuration without the GPIO controller, but with a line added."""
    with tempfile.TemporaryDirectory() as folder:
        board, bsp = brig_qemu.build_dir() / 'bsp' / f'{brig_qemu.BOARD}.dtb', ROOT / 'bsp' / brig_qemu.BOARD
        shutil.copy(board, f'{folder}/board.dtb')
        subprocess.run(['fdtput', '-r', f'{folder}/board.dtb', GPIO_NODE], check=True)
        (pathlib.Path(folder) / 'p.dts').write_text(
            f'/dts-v1/;\n{(bsp / "machine.dtsi").read_text()}\n/ {{ root {{ {line} }}; cells {{ }}; }};\n')
        subprocess.run([brig_qemu.build_dir() / 'tools/brig', 'config', 'compile', f'{folder}/p.dts', '-o',
                        f'{folder}/out', '--board', f'{folder}/board.dtb'], check=True)
        return (pathlib.Path(folder) / 'out/root.cell').read_bytes()


FILES = {'/t/lacking.cell': compiled}


def put(m, path, data):
    """Makes a file in the guest while it runs."""
    m.sh(f"echo '{base64.b64encode(data).decode()}' | base64 -d >{path}")


def report(m, options=''):
    return json.loads(m.sh(f'brig learn report --json {options} 2>/dev/null'))


def state(m):
    return m.sh(f'cat {brig.SYSFS}/learn')


@test(start='disabled', files=FILES, last=True, more_append=ISOLATED)
def learn_without(m):
    """Without learn mode the driver of a device that the configuration lacks is a violation."""
    brig.enable(m, '/t/lacking.cell')
    m.check(state(m) == 'off', f'learn mode is "{state(m)}"')
    mark = m.mark()
    m.background(f"taskset 8 sh -c '{BIND}'")
    m.wait_hyp(r'Unhandled data (read|write) at 0x9030[0-9a-f]{3}', mark)
    m.wait_hyp(rf'Parking CPU 3 \(Cell: "{brig_qemu.BOARD}"\)', mark)


@test(start='disabled', files=FILES)
def learn_a_device(m):
    """With it Linux goes on, and the report has the line that completes the configuration."""
    mark = m.mark()
    m.sh('brig enable --learn /t/lacking.cell')
    m.wait_hyp('WARNING: learn mode is on', mark)
    m.check(state(m) == 'on', f'learn mode is "{state(m)}"')
    m.check('Learn mode is on' in m.sh('brig cell list'), '"brig cell list" does not mention it')
    m.check('learn mode is on' in m.sh('dmesg'), 'the driver does not mention it')
    m.check('Nothing has been learned yet' in m.sh('brig learn report'), 'something was learned')
    m.sh(BIND)
    m.wait_hyp(r'Learn: root cell (reads|writes) 0x9030[0-9a-f]{3}\(\d\), pc 0xffff', mark)
    text = m.sh('brig learn report')
    m.check('// /pl061@9030000\n' in text and f'\n{GPIO}' in text, f'the report is\n{text}')
    m.check('pl061_' in text, f'the report does not name the function\n{text}')
    m.sh('brig learn save /tmp/saved')
    brig.disable(m)
    m.check(state(m) == 'off', f'learn mode is "{state(m)}" after disable')
    m.check(GPIO in m.sh('brig learn report'), 'the report is gone after disable')
    saved = m.sh('brig learn report --from /tmp/saved --board /sys/firmware/fdt')
    m.check(GPIO in saved and '/pl061@9030000' in saved, f'of the saved record it is\n{saved}')

    put(m, '/t/complete.cell', compiled(next(line for line in text.splitlines() if '@9030000 {' in line)))
    brig.enable(m, '/t/complete.cell')
    m.check(state(m) == 'off', 'learn mode is on again, unasked')
    m.sh(BIND)
    brig.linux_alive(m)
    m.check(not report(m)['places'], 'the old record is still there')


@test(more_append=ISOLATED)
def learn_every_access(m):
    """Holes of the address space answer Linux with what they answer without us; all kinds count."""
    m.sh('brig learn on')
    status, text = m.run(f'devmem {HOLE:#x} 32')
    m.check(status != 0 and 'Bus error' in text, f'devmem of a hole ended with {status}: {text}')
    places = report(m)['places']
    m.check([p['address'] for p in places] == [HOLE] and not places[0]['nodes'], f'learned: {places}')
    m.check(places[0]['first'] | {'pc': 0, 'cpu': 0} == {
        'address': HOLE, 'kind': 'read', 'width': 4, 'pc': 0, 'symbol': '', 'cpu': 0}, f'learned: {places}')
    m.sh('brig learn clear')
    m.check(not report(m)['places'], 'clear leaves something')
    m.run(f'devmem {HOLE:#x} 8')
    m.check(report(m)['places'][0]['first']['width'] == 1, 'after clear nothing is learned')
    m.sh('brig learn off')
    m.refused('brig learn clear', 'brig learn on')
    m.check(report(m)['places'], 'off forgets what was learned')
    m.run(f'devmem {HOLE:#x} 32')  # still mapped
    brig.linux_alive(m)


@test()
def learn_firmware_calls(m):
    """Unknown SMCs of the root cell reach the firmware and are recorded; power and events do not."""
    m.sh('brig learn on')
    mark = m.mark()
    for _ in range(2):
        at_el1(m, 'smc all 0x83000042 0x11 0x22')
    at_el1(m, 'smc 1 0xc4000020')  # SDEI_VERSION
    at_el1(m, 'smc 1 0x8400000e')  # SYSTEM_SUSPEND
    m.wait_hyp(r'Learn: root cell calls SMC 0x83000042, pc 0xffff[0-9a-f]+, CPU \d', mark)
    calls = report(m)['calls']
    m.check([(c['function'], c['count'], c['arguments'][:2]) for c in calls] == [(0x83000042, 8, [0x11, 0x22])],
            f'recorded: {calls}')
    m.check(calls[0]['results'][0] == 2 ** 64 - 1 and calls[0]['owner'] == 'OEM', f'recorded: {calls}')
    m.check('{0x83000042, 0x83000042, SmcAction::forward, SmcCaller::root, ' in m.sh('brig learn report'),
            'the report has no rule')
    mark = m.mark()
    m.sh('brig learn off')
    at_el1(m, 'smc 0 0x83000042')
    m.wait_hyp('Learn mode is off: .* 1 SMC ids recorded', mark)
    m.check(report(m)['calls'][0]['count'] == 8, 'recorded while off')


@test()
def learn_commands(m):
    """The switch: wrong words, wrong states, and who may use it."""
    m.check(hypercall(m, GET_INFO, LEARN, 3) == -22, 'an unknown command is accepted')
    m.check(hypercall(m, GET_INFO, LEARN, 2) == -16, 'clear is accepted while off')
    m.check(m.run(f'echo maybe >{brig.SYSFS}/learn')[0] != 0, 'a wrong word is accepted')
    m.check(m.sh(f'stat -c %a {brig.SYSFS}/learn_record') == '400', 'others may read the record')
    brig.disable(m)
    m.refused('brig learn on', 'Brig is not enabled')
    m.refused('brig learn save /tmp/none', 'nothing has been learned')
    m.check(m.run('test -e /tmp/none')[0] != 0, 'a file was written')


@test()
def learn_never_for_others(m):
    """A violation of another cell stays one."""
    m.sh('brig learn on')
    fault = Cell(m, 'fault', cmdline='do=read').run()
    fault.wait('Parking CPU 3')
    m.check('Learn:' not in m.hyp.text(fault.begin), 'something was learned of a cell')
    fault.destroy()


@test(last=True, more_append=ISOLATED)
def learn_never_of_others(m):
    """The root cell's touch of another cell's memory stays a violation."""
    m.sh('brig learn on')
    timer = Cell(m, 'timer').run()
    timer.wait(brig.TICK)
    mark = m.mark()
    address = at(0)[0]
    m.check(at_el1(m, f'read 3 4 {address:#x}')[3] is None, "Linux reads a cell's memory")
    m.wait_hyp(rf"Learn: {address:#x} is another cell's, and not for the root cell", mark)
    m.wait_hyp(rf'Unhandled data read at {address:#x}\(4\)', mark)
    timer.wait_ticks(2)


@test(last=True, more_append=ISOLATED)
def learn_never_the_hypervisor(m):
    """The hypervisor's memory cannot be learned."""
    m.sh('brig learn on')
    mark = m.mark()
    m.check(at_el1(m, 'write 3 8 0x7fc01000 1')[3] is None, "Linux writes the hypervisor's memory")
    m.wait_hyp(r'Unhandled data write at 0x7fc01000\(8\)', mark)
