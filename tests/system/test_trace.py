# SPDX-License-Identifier: Apache-2.0
"""Exit tracing: what is recorded, when, and who may switch it."""

import json

import brig
from brig import Cell
from registry import test
from root import hypercall

GIC_MATTERS = False

GET_INFO, TRACE = 5, 0x42520001
COUNTS = {'hvc code 0x4242': 500, 'smc PSCI_VERSION': 300, 'smc PSCI_FEATURES': 50, 'read 0x8000004': 200}
ARGUMENTS = 'hvc=500 smc=300 slow=50 read=200'
CPU = 3  # of the cell


def run_cell(m, arguments):
    """The cell `exits` from nothing to its end; still there afterwards."""
    cell = Cell(m, 'exits', cmdline=arguments).run()
    cell.wait('^exits: done')
    return cell


def report(m, options=''):
    return json.loads(m.sh(f'brig trace report --json {options}'))


def of_cpu(m, found, cpu=CPU):
    cpus = [entry for entry in found['cpus'] if entry['cpu'] == cpu]
    m.check(len(cpus) == 1, f'CPU {cpu} in the report: {cpus}')
    return cpus[0]


def check_counts(m, found, cell='exits'):
    entry = of_cpu(m, found)
    m.check(cell in [c['name'] for c in entry['cells']], f'the cells of CPU {CPU}: {entry["cells"]}')
    counts = {reason['reason']: reason['count'] for reason in entry['reasons']}
    for reason, count in COUNTS.items():
        m.check(counts.get(reason) == count, f'{reason}: recorded {counts.get(reason)}, made {count}')
    m.check(entry['overwritten'] == 0, f'{entry["overwritten"]} exits were overwritten')
    for reason in entry['reasons']:
        if reason['reason'] in COUNTS:
            m.check(reason['longest'] > 0 and reason['inside'] >= reason['longest'],
                    f'durations of {reason["reason"]}: {reason}')


def state(m):
    return m.sh(f'cat {brig.SYSFS}/trace')


@test()
def trace_counts(m):
    """A cell's exits are recorded one by one while tracing is on, and not while it is off."""
    m.check(state(m) == 'off', f'tracing is "{state(m)}" after enable')
    m.refused('brig trace report', 'has not been on since Brig was enabled')
    m.sh('brig trace on')
    m.check(state(m) == 'on', f'tracing is "{state(m)}" after on')
    cell = run_cell(m, ARGUMENTS)
    m.sh('brig trace off')
    m.check(state(m) == 'off', f'tracing is "{state(m)}" after off')
    before = report(m)
    check_counts(m, before)
    table = m.sh('brig trace report')
    cells = m.sh('brig trace report --cells')
    m.check(brig.find(rf'^exits \(CPU {CPU}\): \d+ exits(.*\n)*?  hvc code 0x4242 +500 ', cells), f'per cell:\n{cells}')
    m.check('hvc code 0x4242' in table and f'CPU {CPU} (' in table and len(table.splitlines()) < 40,
            f'the report is\n{table}')
    cell.destroy()
    run_cell(m, ARGUMENTS).destroy()
    m.check(report(m)['cpus'][0]['exits'] == before['cpus'][0]['exits'] and
            of_cpu(m, report(m))['exits'] == of_cpu(m, before)['exits'], 'recorded while off')
    m.sh('brig trace on')
    cell = run_cell(m, ARGUMENTS)
    m.sh('brig trace off')
    cell.destroy()
    check_counts(m, report(m), 'cell 1')  # only these, of a cell that is gone
    brig.disable(m)
    check_counts(m, report(m), 'cell 1')  # the memory is still there


@test()
def trace_record(m):
    """A recording for as long as a command runs, its file, and what is made of it."""
    Cell(m, 'exits', cmdline=ARGUMENTS).create().load()
    status, text = m.run('taskset 1 brig trace record -o /tmp/r.brig -- '
                         'sh -c "brig cell start exits; sleep 5; exit 7"')
    m.check(status == 7, f"the command's status, 7, became {status}: {text}")
    m.check(state(m) == 'off', 'tracing stays on')
    check_counts(m, report(m, '--from /tmp/r.brig'))
    text = m.sh('brig trace report --from /tmp/r.brig --cpu 0 --all')
    m.check('[brig]' in text, f'no symbol of the driver in\n{text}')
    last = m.sh(f'brig trace list {CPU} -n 3 --from /tmp/r.brig').splitlines()
    m.check(len(last) == 3 and all('pc 0x' in line for line in last), f'the last exits: {last}')
    m.sh('brig trace plot --from /tmp/r.brig -o /tmp/r.svg; brig trace export --from /tmp/r.brig -o /tmp/r.json')
    m.check(m.sh('tail -n 1 /tmp/r.svg') == '</svg>', 'the plot is not complete')
    size = int(m.sh('wc -c </tmp/r.json'))
    m.check(size > 1000 and m.sh('head -c 16 /tmp/r.json') == '{"traceEvents":[', 'the export has another form')
    m.refused('brig trace report --from /tmp/r.svg', 'it is no recording')


@test()
def trace_overwritten(m):
    """More exits than a ring has room for: the last ones are kept, the others counted."""
    m.sh('brig trace on')
    run_cell(m, 'hvc=20000')
    m.sh('brig trace off')
    entry = of_cpu(m, report(m))
    count = sum(r['count'] for r in entry['reasons'] if r['reason'] == 'hvc code 0x4242')
    m.check(entry['exits'] in (4096, 2048, 1024) and 20000 <= entry['exits'] + entry['overwritten'] < 21000,
            f'{entry["exits"]} exits, {entry["overwritten"]} overwritten')
    m.check(count <= entry['exits'], f'{count} of {entry["exits"]}')
    m.check('overwritten before they were read' in m.sh('brig trace report'), 'the report does not mention it')


@test()
def trace_only_root(m):
    """Other cells may not switch tracing; unknown commands and words are refused."""
    for command in (1, 2):
        cell = Cell(m, 'exits', cmdline=f'trace={command}').run()
        cell.wait(rf'^exits: trace command {command}: -1$')
        cell.wait('^exits: done')
        cell.destroy()
    m.check(state(m) == 'off', 'a cell has switched tracing on')
    m.check(hypercall(m, GET_INFO, TRACE, 3) == -22, 'an unknown command is accepted')
    m.check(m.run(f'echo maybe >{brig.SYSFS}/trace')[0] != 0, 'a wrong word is accepted')
    m.check(m.sh(f'stat -c %a {brig.SYSFS}/trace_data') == '400', 'others may read the exits')
    brig.disable(m)
    m.refused('brig trace on', 'Brig is not enabled')


@test()
def trace_beside_others(m):
    """Switching does not disturb cells that run, nor the root cell."""
    timer = Cell(m, 'timer').run()
    timer.wait(brig.TICK)
    for _ in range(5):
        m.sh('brig trace on; brig trace off')
    timer.wait_ticks(2)
    m.sh('brig trace on')
    timer.wait_ticks(3)
    m.sh('brig trace off')
    reasons = [r['reason'] for r in of_cpu(m, report(m), 1)['reasons']]
    m.check('interrupt 27 (virtual timer)' in reasons, f'the reasons of the timer cell: {reasons}')
    timer.destroy()
    brig.linux_alive(m)
