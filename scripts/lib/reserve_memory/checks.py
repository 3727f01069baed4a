# SPDX-License-Identifier: Apache-2.0
"""What must be true of a reservation on this board."""

import re
import sys

from .error import Failure, read

LINE = re.compile(r'^([0-9a-f]+)-([0-9a-f]+) : (System RAM|reserved)$', re.IGNORECASE)


def ram_of_iomem(path):
    """RAM as Linux was given it: what it uses, and what is reserved outside of that."""
    banks = []
    for line in read(path, 'list of memory').decode(errors='replace').splitlines():
        match = LINE.match(line)
        if match:
            start, last = int(match[1], 16), int(match[2], 16)
            banks.append((start, last - start + 1))
    if not any(start or size > 1 for start, size in banks):
        raise Failure(f'reading {path}: there is no RAM in it, or all addresses are 0: copy '
                      '/proc/iomem as root')
    return banks


def merged(banks):
    result = []
    for start, size in sorted(banks):
        if result and start <= result[-1][0] + result[-1][1]:
            first, length = result[-1]
            result[-1] = (first, max(length, start + size - first))
        else:
            result.append((start, size))
    return result


def text(banks):
    return ', '.join(f'{start:#x}-{start + size - 1:#x}' for start, size in banks)


def check(board, wanted, iomem):
    """Raises Failure with all that is wrong; nothing has been written yet."""
    problems = []
    for item in wanted:
        for other in board.reserved:
            if item.overlaps(other):
                problems.append(f'{item} overlaps {other}: choose other memory in the partition file')
    for first, second in zip(wanted, wanted[1:]):
        if first.overlaps(second):
            problems.append(f'{first} overlaps {second}: the partition file is faulty')
    source, banks = board.path, merged(board.memory)
    if iomem:
        source, banks = iomem, merged(ram_of_iomem(iomem))
    if banks:
        for item in wanted:
            if not any(start <= item.start and item.end <= start + size for start, size in banks):
                problems.append(f'{item} is not in RAM: {source} has {text(banks)}')
    else:
        print(f'reserve-memory: warning: {board.path} has no RAM in it (the boot loader fills it in), '
              'so nothing tells whether the reservations lie in RAM; --iomem FILE with a copy of the '
              "board's /proc/iomem does", file=sys.stderr)
    if problems:
        raise Failure(f'{board.path} is not changed:\n  ' + '\n  '.join(problems))


def check_result(fdt_tree, wanted):
    """The written tree must say what was wanted, and all else as before."""
    if fdt_tree.ours != wanted:
        raise Failure(f'checking {fdt_tree.path}: it has the reservations '
                      f'{[str(item) for item in fdt_tree.ours]} instead of '
                      f'{[str(item) for item in wanted]}')


