# SPDX-License-Identifier: Apache-2.0
"""The reservations of a partition, out of the overlay that the partition compiler writes."""

import pathlib
import subprocess
import tempfile

import libfdt

from .error import Failure, read, run
from .tree import Reservation, cell_counts, children, open_blob, properties, ranges

TREE = pathlib.Path(__file__).resolve().parents[3]
PATH = '/fragment@0/__overlay__/reserved-memory'


def of_partition(partition, board, brig):
    """The overlay as a blob."""
    content = read(partition, 'partition file')
    if content[:4] == b'\xd0\x0d\xfe\xed' and \
            open_blob(content, partition).path_offset(PATH, libfdt.QUIET_NOTFOUND) >= 0:
        return content
    brig = brig or TREE / 'scripts/brig'
    with tempfile.TemporaryDirectory() as directory:
        out = pathlib.Path(directory)
        # As it was before: the compiler shall not take our own nodes for somebody else's.
        (out / 'board.dtb').write_bytes(board.before())
        command = [brig, 'config', 'compile', partition, '-o', out / 'out']
        with_board = [*command, '--board', out / 'board.dtb']
        what = f'compiling {partition}'
        if not takes_board(brig):
            run(what, *command)
        elif names_board(partition):
            run(what, *with_board)
        else:
            # A partition file that names no tree may do without one.
            try:
                run(what, *command)
            except Failure:
                run(what, *with_board)
        return read(out / 'out/reserved-memory.dtbo', 'overlay')


def names_board(partition):
    """Does the file say which tree it is for? (A comment that does so does no harm.)"""
    return b'board-tree' in read(partition, 'partition file')


def takes_board(brig):
    try:
        text = subprocess.run([str(brig), 'config', 'compile', '--help'], stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, text=True).stdout
    except OSError as error:
        raise Failure(f'running {brig}: {error.strerror}') from error
    return '--board' in text


def reservations(blob, name):
    fdt = open_blob(blob, name)
    parent = fdt.path_offset(PATH, libfdt.QUIET_NOTFOUND)
    result = []
    if parent >= 0:
        for node, child in children(fdt, parent):
            for start, size in ranges(fdt, node, cell_counts(fdt, parent)):
                result.append(Reservation(start, size, child.split('@')[0]))
    if not result:
        raise Failure(f'reading {name}: it reserves nothing')
    return sorted(result)


def devices(blob, name):
    """Paths of the devices that cells get, which Linux must leave alone."""
    fdt = open_blob(blob, name)
    result = []
    for fragment, _ in children(fdt, 0):
        change = fdt.subnode_offset(fragment, '__overlay__', libfdt.QUIET_NOTFOUND)
        if change >= 0 and properties(fdt, change).get('status') == b'reserved\0':
            result.append(properties(fdt, fragment)['target-path'].rstrip(b'\0').decode())
    return sorted(result)


def cells_text(value, count):
    return ' '.join(f'{value >> 32 * i & 0xffffffff:#x}' for i in reversed(range(count)))


def node_source(wanted, cells, indent):
    """The node /reserved-memory as device-tree source."""
    address, size = cells
    lines = ['reserved-memory {', f'\t#address-cells = <{address}>;', f'\t#size-cells = <{size}>;',
             '\tranges;']
    for item in wanted:
        if item.start >> 32 * address or item.size >> 32 * size:
            raise Failure(f'writing {item}: it does not fit into the tree\'s {address} address and '
                          f'{size} size cells')
        lines += ['', f'\t{item.name}@{item.start:x} {{',
                  f'\t\treg = <{cells_text(item.start, address)} {cells_text(item.size, size)}>;',
                  '\t\tno-map;', '\t};']
    return '\n'.join(indent + line if line else '' for line in lines + ['};']) + '\n'


def source_of(wanted, cells, given):
    """All of it as source for the end of a board's tree."""
    text = '/ {\n' + node_source(wanted, cells, '\t') + '};\n'
    for path in given:
        text += f'\n&{{{path}}} {{\n\tstatus = "reserved";\n}};\n'
    return text


def adapted(blob, board, wanted):
    """The overlay with as many cells as the tree has: in a tree with others, it would change the
    meaning of what is there."""
    fdt = open_blob(blob, 'the overlay')
    if board.cells == cell_counts(fdt, fdt.path_offset(PATH)):
        return blob
    if devices(blob, 'the overlay'):
        raise Failure(f'applying the overlay to {board.path}: it is made for a tree with other '
                      '#address-cells: name that tree as `board-tree` in the partition file')
    text = '/dts-v1/;\n/plugin/;\n\n&{/} {\n' + node_source(wanted, board.cells, '\t') + '};\n'
    with tempfile.TemporaryDirectory() as directory:
        source, result = pathlib.Path(directory, 'o.dtso'), pathlib.Path(directory, 'o.dtbo')
        source.write_text(text)
        run('compiling the overlay', 'dtc', '-q', '-I', 'dts', '-O', 'dtb', '-o', result, source)
        return result.read_bytes()
