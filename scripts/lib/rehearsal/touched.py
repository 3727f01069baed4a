# SPDX-License-Identifier: Apache-2.0
"""Who touched what has no model: the lines that the machine brig-twin writes to touched=FILE
(tests/twin/README.md)."""

import json


def read(path):
    """The lines as dictionaries; one that was cut off is left out."""
    entries = []
    if not path.exists():
        return entries
    for line in path.read_text('utf-8', 'replace').splitlines():
        try:
            entries.append(json.loads(line))
        except ValueError:
            continue
    return entries


def who_of(entry, cells):
    """The exception level says it, and below the hypervisor the VMID. cells: {VMID: name}."""
    level, vmid = entry.get('el'), entry.get('vmid')
    if level == 3:
        return 'firmware'
    if level == 2:
        return 'hypervisor'
    if vmid is None:
        return 'Linux'
    if vmid == 0:
        return 'root cell'
    return f'cell {cells.get(vmid, vmid)}'


def summary(entries, cells):
    """One entry for each node, those with most accesses first: node, compatible, address, and
    who: {name: accesses}."""
    nodes = {}
    # Without totals, when the machine was killed, each first touch of a page counts as one.
    totals = [entry for entry in entries if entry.get('event') == 'total']
    for entry in totals or entries:
        name = entry.get('node') or f'nothing at {entry.get("address", "?")}'
        node = nodes.setdefault(name, {'node': name, 'compatible': entry.get('compatible', ''),
                                       'address': entry.get('address'), 'who': {}})
        who = who_of(entry, cells)
        count = entry['reads'] + entry['writes'] if totals else 1
        node['who'][who] = node['who'].get(who, 0) + count
    return sorted(nodes.values(), key=lambda node: (-sum(node['who'].values()), node['node']))
