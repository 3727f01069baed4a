# SPDX-License-Identifier: Apache-2.0
"""A board's device tree, as far as memory goes."""

import dataclasses

import libfdt

from .error import Failure, read

OUR_NAMES = ('brig-hypervisor', 'brig-cells')


@dataclasses.dataclass(frozen=True, order=True)
class Reservation:
    start: int
    size: int
    name: str  # of the node, without address

    @property
    def end(self):
        return self.start + self.size

    def __str__(self):
        return f'{self.start:#x}-{self.end - 1:#x} {self.name}'

    def overlaps(self, other):
        return self.start < other.end and other.start < self.end


def properties(fdt, node):
    """Name to value. (libfdt.getprop() drops a reference of None whenever there is no such property,
    and in the end Python dies of that.)"""
    result = {}
    offset = fdt.first_property_offset(node, libfdt.QUIET_NOTFOUND)
    while offset >= 0:
        prop = fdt.get_property_by_offset(offset)
        result[prop.name] = bytes(prop)
        offset = fdt.next_property_offset(offset, libfdt.QUIET_NOTFOUND)
    return result


def numbers(fdt, node, name):
    """The 32-bit numbers of a property; none when it is absent or no list of them."""
    value = properties(fdt, node).get(name, b'')
    if len(value) % 4:
        return []
    return [int.from_bytes(value[i:i + 4], 'big') for i in range(0, len(value), 4)]


def cell_counts(fdt, node):
    return (numbers(fdt, node, '#address-cells') or [2])[0], (numbers(fdt, node, '#size-cells') or [1])[0]


def joined(cells):
    value = 0
    for cell in cells:
        value = value << 32 | cell
    return value


def ranges(fdt, node, counts):
    """Start and size of each entry of `reg`."""
    address, size = counts
    reg = numbers(fdt, node, 'reg')
    step = address + size
    if not step:
        return []
    entries = [(joined(reg[i:i + address]), joined(reg[i + address:i + step]))
               for i in range(0, len(reg) - step + 1, step)]
    return [(start, length) for start, length in entries if length]


def children(fdt, node):
    child = fdt.first_subnode(node, libfdt.QUIET_NOTFOUND)
    while child >= 0:
        yield child, fdt.get_name(child)
        child = fdt.next_subnode(child, libfdt.QUIET_NOTFOUND)


def open_blob(blob, name):
    """libfdt's view of a blob that is whole."""
    content = bytearray(blob)
    if len(content) < 40 or libfdt.fdt_check_full(content, len(content)) != 0:
        raise Failure(f'reading {name}: it is no device-tree blob, or a damaged one')
    return libfdt.Fdt(content)


def reserved_devices(fdt, node=0, path=''):
    """Paths of the nodes whose status keeps Linux from them."""
    for child, name in children(fdt, node):
        if properties(fdt, child).get('status') == b'reserved\0':
            yield f'{path}/{name}'
        yield from reserved_devices(fdt, child, f'{path}/{name}')


def memory_reservations(blob):
    """The block of pairs address, size that ends with two zeros."""
    at = int.from_bytes(blob[16:20], 'big')
    for begin in range(at, len(blob) - 15, 16):
        start, size = (int.from_bytes(blob[i:i + 8], 'big') for i in (begin, begin + 8))
        if not start and not size:
            return
        if size:
            yield Reservation(start, size, '/memreserve/')


class Tree:
    """What is in the file, our reservations of an earlier run apart from all others."""

    def __init__(self, path):
        self.path = path
        self.blob = read(path, 'device tree')
        self.fdt = open_blob(self.blob, path)
        self.root_cells = cell_counts(self.fdt, 0)
        self.memory = []    # (start, size)
        self.reserved = []  # of others
        self.ours = []
        self.node = self.fdt.path_offset('/reserved-memory', libfdt.QUIET_NOTFOUND)
        self.cells = cell_counts(self.fdt, self.node) if self.node >= 0 else self.root_cells
        try:
            self._read_memory()
            self._read_reserved()
            self.reserved_devices = sorted(reserved_devices(self.fdt))
        except (libfdt.FdtException, SystemError, UnicodeError) as error:  # names that are no text
            raise Failure(f'reading {path}: it is damaged ({error})') from error

    def _read_memory(self):
        for node, name in children(self.fdt, 0):
            kind = properties(self.fdt, node).get('device_type')
            if kind == b'memory\0' or name.split('@')[0] == 'memory':
                self.memory += ranges(self.fdt, node, self.root_cells)

    def _read_reserved(self):
        self.reserved += memory_reservations(self.blob)
        if self.node < 0:
            return
        for node, name in children(self.fdt, self.node):
            base = name.split('@')[0]
            ours = base in OUR_NAMES
            for start, size in ranges(self.fdt, node, self.cells):
                item = Reservation(start, size, base if ours else f'/reserved-memory/{name}')
                (self.ours if ours else self.reserved).append(item)
        self.ours.sort()

    def before(self):
        """The blob as it was before an earlier run, as far as that can be known."""
        fdt = libfdt.Fdt(bytearray(self.without_ours()))
        if self.ours:
            fdt.resize(fdt.totalsize() + 4096)
            for path in self.reserved_devices:
                fdt.setprop_str(fdt.path_offset(path), 'status', 'okay')
        return bytes(fdt.as_bytearray())

    def without_ours(self):
        """The blob without the reservations of an earlier run."""
        fdt = libfdt.Fdt(bytearray(self.blob))
        if self.node >= 0:
            while True:
                parent = fdt.path_offset('/reserved-memory')
                mine = [node for node, name in children(fdt, parent) if name.split('@')[0] in OUR_NAMES]
                if not mine:
                    break
                fdt.del_node(mine[0])
        fdt.pack()
        return bytes(fdt.as_bytearray())
