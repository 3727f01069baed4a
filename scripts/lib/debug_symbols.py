# SPDX-License-Identifier: Apache-2.0
"""Linux's symbols for gdb. Debian's kernels come without; but a running kernel knows its functions' names, and
without KASLR they are at the same addresses at each boot."""

import os
import sys
import zlib
from pathlib import Path

import brig_qemu
import symbol_elf

DISK = 64 << 20  # more than any list takes, compressed


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
    disk = Path(folder) / 'disk'
    with open(disk, 'wb') as file:
        file.truncate(DISK)
    with Machine('kallsyms', kernel=line, more_append='nokaslr', modules=['virtio_pci', 'virtio_blk'], qemu_args=[
            '-drive', f'file={disk},if=none,format=raw,id=disk', '-device', 'virtio-blk-pci,drive=disk,romfile='
    ]) as machine:
        machine.sh('echo 0 >/proc/sys/kernel/kptr_restrict; grep -v "\\[" /proc/kallsyms | gzip >/dev/vda && sync')
    return zlib.decompressobj(31).decompress(disk.read_bytes()).decode()
