# SPDX-License-Identifier: Apache-2.0
"""Linux's symbols for gdb. Debian's kernels come without; but a running kernel knows its functions' names, and
without KASLR they are at the same addresses at each boot. Modules are elsewhere each time."""

import os
import re
import sys
import zlib
from pathlib import Path

import brig_qemu
import symbol_elf

DISK = 64 << 20  # more than any list takes, compressed
DISK_MODULES = ('virtio_pci', 'virtio_blk')


def from_kallsyms(file, folder):
    """An ELF file of the list in `file`."""
    try:
        data = symbol_elf.make(file.read_text(errors='replace'))
    except ValueError as error:
        raise ValueError(f'reading the symbols in {file}: {error}') from error
    made = folder / 'linux.elf'
    made.write_bytes(data)
    return made


def of_kernel(line, folder):
    """The same for a kernel of the cache, which is booted once to be asked."""
    kept = brig_qemu.kernel(line).folder / 'kallsyms'
    if not kept.exists():
        print(f'scripts/debug: asking Linux {line} for its symbols (once)', file=sys.stderr, flush=True)
        text = ask(line, folder)
        fresh = kept.with_name(f'kallsyms.{os.getpid()}')
        fresh.write_text(text)
        fresh.rename(kept)
    return from_kallsyms(kept, folder)


def ask(line, folder):
    from machine import Machine
    with Machine('kallsyms', kernel=line, more_append='nokaslr', modules=DISK_MODULES,
                 qemu_args=disk(folder)) as machine:
        return of_machine(machine, folder, 'grep -v "\\["')


SECTIONS = 'grep -s . /sys/module/*/sections/.*'  # asks Linux, as root, where its modules are


def module_commands(sections, line, board):
    """gdb's commands for the names in modules, without source lines, which gdb gets wrong; `sections` is what SECTIONS prints. Brig's own come from the build
    tree of the board, others from the kernel of that line in the cache."""
    found = {}
    for module, section, address in re.findall(r'^/sys/module/(\w+)/sections/(\.[\w.]+):0x([0-9a-f]+)', sections, re.M):
        found.setdefault(module, {})[section] = int(address, 16)
    files = {path.stem.replace('-', '_'): path for path in brig_qemu.kernel(line).modules.rglob('*.ko')}
    for folder in ('driver', 'tests/system/modules'):
        files |= {path.stem: path for path in (brig_qemu.build_dir(board) / folder / line).glob('*.ko')}
    lines = []
    for module, addresses in found.items():
        if module in files and '.text' in addresses:
            others = [f'-s {name} {at:#x}' for name, at in addresses.items() if name in ('.data', '.bss', '.rodata')]
            lines.append(' '.join([f'add-symbol-file -readnever {files[module]} {addresses[".text"]:#x}', *others]))
    return lines


def disk(folder):
    """QEMU's arguments for a disk, a file in the folder; Linux needs DISK_MODULES for it."""
    path = Path(folder) / 'disk'
    with open(path, 'wb') as file:
        file.truncate(DISK)
    return ['-drive', f'file={path},if=none,format=raw,id=disk', '-device', 'virtio-blk-pci,drive=disk,romfile=']


def of_machine(machine, folder, select='cat'):
    """/proc/kallsyms of a running Machine with such a disk, or what a command selects of it. The console would take
    minutes."""
    machine.sh(f'echo 0 >/proc/sys/kernel/kptr_restrict; {select} /proc/kallsyms | gzip >/dev/vda && sync')
    return zlib.decompressobj(31).decompress((Path(folder) / 'disk').read_bytes()).decode()
