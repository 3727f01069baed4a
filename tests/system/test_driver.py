# SPDX-License-Identifier: Apache-2.0
"""Error returns of the driver's system calls that the tool never provokes."""

import re

import brig
from brig import Cell
from registry import test

GIC_MATTERS = False

ALWAYS = {'unknown ioctl': 'EINVAL', 'enable of a 32-bit tool': 'EINVAL', 'enable from nowhere': 'EFAULT',
          'create from nowhere': 'EFAULT', 'create, file nowhere': 'EFAULT', 'create, empty': 'EINVAL',
          'create, endless': 'EINVAL', 'load from nowhere': 'EFAULT', 'start from nowhere': 'EFAULT',
          'destroy from nowhere': 'EFAULT', 'inspect from nowhere': 'EFAULT',
          'inspect, no room': 'EINVAL', 'console test from nowhere': 'EFAULT',
          'load, size wraps': 'EINVAL', 'load, end wraps': 'EINVAL'}
DISABLED = {'load, image nowhere': 'EINVAL', 'load, nothing': 'EINVAL', 'start, unknown id': 'EINVAL',
            'start, endless name': 'EINVAL', 'destroy, unknown id': 'EINVAL', 'inspect': '0',
            'read': 'EAGAIN'}
ENABLED = {'load, image nowhere': 'EFAULT', 'load, nothing': '0', 'start, unknown id': 'ENOENT',
           'start, endless name': 'ENOENT', 'destroy, unknown id': 'ENOENT', 'inspect': 'EBUSY',
           'read': '0'}


def compare(m, expected, cell=''):
    found = dict(re.findall(r'^(.*): -?\d+ \((\w+)\)$', m.sh(f'/t/ioctls {cell}'), re.M))
    wrong = {name: (found.get(name), code) for name, code in (ALWAYS | expected).items()
             if found.get(name) != code}
    m.check(not wrong, f'system calls gave (found, expected): {wrong}')
    brig.linux_alive(m)


@test(start='disabled')
def system_calls_disabled(m):
    """ioctls and read with bad arguments while Brig is not enabled."""
    compare(m, DISABLED)
    m.check(not brig.enabled(m), 'one of the calls has enabled Brig')


@test()
def system_calls_enabled(m):
    """The same while it is, with a cell to name."""
    cell = Cell(m, 'hello').create()
    compare(m, ENABLED, 'hello')
    m.check(brig.cell_ids(m) == ['0', cell.folder().rsplit('/', 1)[1]], 'there are other cells now')
    cell.load().start()
    cell.wait('hello: running')
    cell.destroy()
