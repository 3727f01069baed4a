# SPDX-License-Identifier: Apache-2.0
"""The same image, started through its EL1 entry as a driver of the reference would."""

import re

import brig
import test_config
from registry import test


def load(m, config=brig.ROOT):
    m.sh('dmesg -c >/dev/null')
    return m.run(f'insmod /lib/modules/refload.ko config={config}')


def reports(m, text):
    log = m.sh('dmesg')
    m.check(f'refload: {text}' in log, f'the test module does not report "{text}":\n{log}')
    m.check('FAULT' not in log, f'the test module found a fault:\n{log}')


def query(m, *words):
    parameter = '/sys/module/refload/parameters/hypercall'
    m.sh(f'echo "{" ".join(map(str, words))}" >{parameter}')
    return int(m.sh(f'cat {parameter}'))


@test(pairs=[('6.12', 'cortex-a76'), ('6.1', 'cortex-a72')], start='booted')
def el1_entry(m):
    """Enable through the EL1 entry, hypercalls, disable; three times, and then by our driver."""
    for _ in range(3):
        mark = m.mark()
        status, output = load(m)
        m.check(status == 0, f'loading refload.ko failed: {output}')
        m.wait_hyp('Activating hypervisor', mark)
        reports(m, 'enable: 0')
        m.check(query(m, 5, 4) == 1, 'there is not exactly one cell')
        m.check(query(m, 5, 1) > 0 and query(m, 6, 0) == 0, 'GET_INFO or GET_STATE does not answer')
        m.check(query(m, 9999) == -38, 'an unknown hypercall is not refused')
        brig.linux_alive(m)
        m.sh('rmmod refload')
        reports(m, 'disable: 0')
        brig.linux_alive(m)
    brig.load_driver(m)
    brig.enable(m)
    brig.linux_alive(m)


@test(start='booted', files=test_config.FILES)
def el1_entry_unwinds(m):
    """A failing enable through the EL1 entry gives every CPU the same code and EL2 back."""
    for config, code in (('/t/root-starved.cell', -12), ('/t/root-gic-version.cell', -22)):
        status, _ = load(m, config)
        m.check(status != 0, f'{config} was accepted')
        reports(m, f'enable: {code}')
        brig.linux_alive(m)
    m.check(load(m)[0] == 0, 'the good configuration does not work afterwards')
    m.sh('rmmod refload')
    m.check(re.search(r'disable: 0', m.sh('dmesg')), 'disable failed')
