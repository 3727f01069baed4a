# SPDX-License-Identifier: Apache-2.0
"""brig decode on the target: the program for arm64, live on the hypervisor's console."""

import json

import brig
from brig import Cell
from registry import test

GIC_MATTERS = False


@test()
def console_explained(m):
    """`brig console -f --decode` explains a violation when it happens; `brig decode` afterwards, too."""
    m.background('brig console -f --decode >/tmp/explained')
    fault = Cell(m, 'fault', cmdline='do=hvc-bad-imm').run()
    fault.wait('Parking CPU')
    brig.until(m, 'grep -q "% wrong-hvc: " /tmp/explained', 'what "brig console --decode" prints')
    m.sh('kill $(pidof brig)')
    text = m.sh('cat /tmp/explained')
    m.check(text.index('Parking CPU') < text.index('wrong-hvc'), f'the explanation comes too early:\n{text}')
    fault.destroy()

    m.sh('brig console >/tmp/console')
    events = json.loads(m.sh('brig decode --json /tmp/console --dtb /sys/firmware/fdt --kallsyms /proc/kallsyms'))
    event = events[-1]
    m.check((event['kind'], event['cpu'], event['cell']) == ('cell-exception', 3, 'fault'), f'decoded as {event}')
    m.check(event['esr']['ec'] == 0x16 and event['where'] == 'inmate', f'decoded as {event}')
    m.check(event['causes'][0]['id'] == 'wrong-hvc', f'causes are {event["causes"]}')
    m.refused('brig decode --vmlinux /bin/busybox /tmp/console', 'reads no ELF files')
