# SPDX-License-Identifier: Apache-2.0
"""Commands for gdb: brig-cells, brig-regions, brig-vcpu, brig-inmate. They read the hypervisor's own
structures through the type information of brig.elf, whatever CPU the debugger looks at: EL2 runs
identity-mapped, so its pointers are physical addresses, and QEMU is asked for those. Sourced by
scripts/debug."""

import os

import gdb

PAGE = 4096
STATES = ('running', 'running/locked', 'shut down', 'failed', 'communication ABI mismatch')
FLAGS = ((0x1, 'read'), (0x2, 'write'), (0x4, 'execute'), (0x8, 'dma'), (0x10, 'io'), (0x20, 'comm'),
         (0x40, 'loadable'), (0x80, 'rootshared'))


class Physical:
    """Memory is read by physical address inside `with`. A debug server that knows no such mode
    (a JTAG probe that stands in EL2) reads what the CPU sees, which is the same there."""

    def __enter__(self):
        self.switch(1)

    def __exit__(self, *_):
        self.switch(0)

    @staticmethod
    def switch(mode):
        try:
            gdb.execute(f'maintenance packet Qqemu.PhyMemMode:{mode}', to_string=True)
        except gdb.error:
            pass
        gdb.execute('maintenance flush dcache', to_string=True)


def system():
    """The hypervisor's one instance of everything; an error before it has been taken over."""
    value = gdb.parse_and_eval('brig::sys')
    if int(value['percpu_base']) == 0:
        raise gdb.GdbError('Brig is not enabled yet: nothing to look at (break at brig_takeover, or enable it first)')
    return value


def word(address):
    return int.from_bytes(gdb.selected_inferior().read_memory(address, 8).tobytes(), 'little')


def members(bitmap):
    """The numbers in a brig::Bitmap."""
    words = bitmap['words_']
    low, high = words.type.range()
    return [32 * (n - low) + bit for n in range(low, high + 1) for bit in range(32) if int(words[n]) >> bit & 1]


def list_text(numbers):
    return ','.join(map(str, numbers)) or 'none'


def cells():
    """All cells, as values of brig::Cell; the root cell first."""
    root = system()['root']
    found = [root]
    while int(found[-1]['next']) != 0:
        found.append(found[-1]['next'].dereference())
    return found


def name_of(cell):
    return cell['name'].string()


def is_root(cell):
    return int(cell['id']) == 0


def cell_named(text):
    for cell in cells():
        if text in (name_of(cell), str(int(cell['id']))):
            return cell
    raise gdb.GdbError(f'there is no cell "{text}": brig-cells lists them')


def cpu_of(number):
    """brig::Cpu of a logical id."""
    sys = system()
    if number not in members(sys['cpus']):
        raise gdb.GdbError(f'Brig has no CPU {number}, but {list_text(members(sys["cpus"]))}')
    size, data = (int(gdb.parse_and_eval(f'brig::{name}')) for name in ('kPerCpuSize', 'kPerCpuData'))
    address = int(sys['percpu_base']) + number * size + data
    return gdb.Value(address).cast(gdb.lookup_type('brig::Cpu').pointer()).dereference()


class Stage2:
    """A walk of a cell's tables (4 KiB granule)."""

    def __init__(self, table):
        self.root = int(table['root_'])
        self.level = int(table['geometry_']['start_level'])
        self.pages = int(table['geometry_']['root_pages'])

    def physical(self, address):
        """Where a guest address leads, or None."""
        table, entries = self.root, 512 * self.pages
        for level in range(self.level, 4):
            shift = 39 - 9 * level
            index = address >> shift
            entry = word(table + 8 * (index % entries if level == self.level else index % 512))
            if entry & 1 == 0:
                return None
            if level == 3 or entry & 2 == 0:
                size = 1 << shift
                return (entry & 0xfffffffff000) // size * size + address % size
            table = entry & 0xfffffffff000
        return None


def mapping_text(tables, cell, region):
    start, size, flags = (int(region[name]) for name in ('virt_start', 'size', 'flags'))
    if start % PAGE or size % PAGE:
        return 'emulated'
    found = tables.physical(start)
    if found is None:
        return 'not mapped'
    wanted = int(cell['comm']) if flags & 0x20 else int(region['phys_start']) // PAGE * PAGE
    return 'mapped' if found == wanted else f'mapped to {found:#x}'


def regions_of(cell):
    view = cell['config']['regions_']
    first = view['first_']
    return [first[n] for n in range(int(view['count_']))]


class Command(gdb.Command):
    """A command whose class doc is its help."""

    def __init__(self):
        super().__init__(self.NAME, gdb.COMMAND_DATA)

    def invoke(self, argument, from_tty):
        words = gdb.string_to_argv(argument)
        if len(words) > 1:
            raise gdb.GdbError(f'{self.NAME} takes at most one argument')
        with Physical():
            lines = list(self.lines(words[0] if words else None))
        print('\n'.join(lines))


class Cells(Command):
    """brig-cells: every cell with its CPUs, state, tables and memory regions."""
    NAME = 'brig-cells'

    def lines(self, _):
        yield f'{"id":>4}  {"name":<24}{"CPUs":<14}{"state":<16}{"stage 2":<14}regions'
        for cell in cells():
            comm = cell['comm']
            number = int(comm['cell_state']) if int(comm) != 0 else 0
            state = STATES[number] if number < len(STATES) else f'invalid ({number})'
            yield (f'{int(cell["id"]):>4}  {name_of(cell):<24}{list_text(members(cell["cpus"])):<14}{state:<16}'
                   f'{int(cell["stage2"]["root_"]):#012x}  {len(regions_of(cell))}')


class Regions(Command):
    """brig-regions [CELL]: the memory regions of a cell (id or name; default: all cells), and what its stage-2
    tables really have at the start of each."""
    NAME = 'brig-regions'

    def lines(self, which):
        for cell in [cell_named(which)] if which else cells():
            yield f'{name_of(cell)}: guest address, size, host address, flags, stage 2'
            tables = Stage2(cell['stage2'])
            for region in regions_of(cell):
                flags = int(region['flags'])
                words = ' '.join(text for bit, text in FLAGS if flags & bit)
                yield (f'  {int(region["virt_start"]):#014x} {int(region["size"]):#012x} '
                       f'{int(region["phys_start"]):#014x}  {words:<32}  {mapping_text(tables, cell, region)}')


def register(name):
    """A system register of the selected CPU, or None where the server has none of that name."""
    try:
        value = gdb.selected_frame().read_register(name)
    except (ValueError, gdb.error):
        return None
    return int(value) & (1 << 64) - 1


def register_line(names):
    found = [(name, register(name)) for name in names]
    return '    ' + '  '.join(f'{name} {value:#x}' for name, value in found if value is not None)


def thread_of(cpu):
    """The debugger's thread of a CPU: TPIDR_EL2 points to its structure."""
    before = gdb.selected_thread()
    try:
        for thread in gdb.selected_inferior().threads():
            thread.switch()
            if register('TPIDR_EL2') == int(cpu.address):
                return thread
    finally:
        before.switch()
    return None


def registers_of(thread):
    before = gdb.selected_thread()
    thread.switch()
    try:
        yield f'    debugger thread {thread.num}: pc {register("pc"):#x}, EL{register("cpsr") >> 2 & 3}'
        yield register_line(['ELR_EL2', 'SPSR_EL2', 'ESR_EL2', 'FAR_EL2', 'HPFAR_EL2'])
        yield register_line(['VTTBR_EL2', 'HCR_EL2', 'VBAR_EL2'])
        yield register_line(['ELR_EL1', 'SPSR_EL1', 'ESR_EL1', 'FAR_EL1', 'VBAR_EL1'])
        yield register_line(['SCTLR_EL1', 'TTBR0_EL1', 'TTBR1_EL1', 'SP_EL0', 'SP_EL1'])
    finally:
        before.switch()


class Vcpu(Command):
    """brig-vcpu [CPU]: what the hypervisor knows of a CPU (logical id; default: all): cell, power, requests of
    other CPUs, exit counters; and its registers of EL2 and EL1."""
    NAME = 'brig-vcpu'

    def lines(self, which):
        if which is not None and not which.isdigit():
            raise gdb.GdbError(f'"{which}" is no CPU number')
        for number in [int(which)] if which else members(system()['cpus']):
            cpu = cpu_of(number)
            cell = cpu['cell']
            name = f'{name_of(cell.dereference())} (id {int(cell["id"])})' if int(cell) != 0 else 'no cell'
            power = str(cpu['power']).rsplit('::', 1)[-1]
            yield (f'CPU {number}: {name}, {power}{", suspended" if cpu["suspended"] else ""}'
                   f'{", stopped for good" if cpu["stopped_for_good"] else ""}, MPIDR {int(cpu["mpidr"]):#x}, '
                   f'brig::Cpu at {int(cpu.address):#x}')
            requests = [text for field, text in (('attention', 'attention'), ('suspend_requested', 'suspend'),
                                                 ('release_interrupts', 'release interrupts'))
                        if int(cpu[field]['value_']) != 0]
            requests += ['reset'] if cpu['reset_pending'] else []
            yield f'    asked for: {", ".join(requests) or "nothing"}; exits: {int(cpu["stats"][0])}'
            thread = thread_of(cpu)
            if thread is not None:
                yield from registers_of(thread)


class Inmate(Command):
    """brig-inmate NAME: symbols of build/<board>/inmates/NAME.elf, instead of those of the last one. Inmates share
    the guest address 0, so only one at a time makes sense; only a CPU of its cell is where they say."""
    NAME = 'brig-inmate'
    loaded = None

    def lines(self, which):
        if which is None:
            raise gdb.GdbError('brig-inmate needs the name of an inmate')
        file = os.path.join(os.environ.get('BRIG_INMATES', '.'), f'{which}.elf')
        if not os.path.exists(file):
            raise gdb.GdbError(f'there is no {file}')
        if Inmate.loaded:
            gdb.execute(f'remove-symbol-file {Inmate.loaded}', to_string=True)
            Inmate.loaded = None
        gdb.execute(f'add-symbol-file {file} -o 0', to_string=True)
        Inmate.loaded = file
        return [f'symbols of {file}']


for command in (Cells, Regions, Vcpu, Inmate):
    command()
