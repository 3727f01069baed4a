# SPDX-License-Identifier: Apache-2.0
"""From the board's tree to the files that run: twin, board support package, cells, images.

What does not depend on the board (tool and module for the target, inmates, monitor) comes from the
build tree of the tool; images are built once for each distinct record, below build/rehearse."""

import dataclasses
import fcntl
import hashlib
import json
import os
import pathlib
import shutil
import subprocess

import brig_qemu
from brig_qemu import ROOT, Error

GENERATED = 'rehearsed'  # name of a board made for the rehearsal


def run(what, *command, seconds=600, log=None):
    """Runs a program that must succeed; its standard output. Its messages go to `log`, too."""
    command = [str(word) for word in command]
    try:
        done = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, timeout=seconds, check=False)
    except FileNotFoundError as error:
        raise Error(f'{what}: there is no {command[0]}. Run scripts/bootstrap.') from error
    except subprocess.TimeoutExpired as error:
        raise Error(f'{what}: {command[0]} did not end within {seconds} s') from error
    if log:
        with open(log, 'a', encoding='utf-8') as file:
            file.write(f'# {" ".join(command)}\n{done.stdout}')
    if done.returncode != 0:
        raise Error(f'{what}: "{pathlib.Path(command[0]).name} {command[1]}" ended with status '
                    f'{done.returncode}:\n{done.stdout.strip()}')
    return done.stdout


class Locked:
    """Two rehearsals at once must not build in one folder."""

    def __init__(self, folder):
        folder.mkdir(parents=True, exist_ok=True)
        self.file = open(folder / '.lock', 'w', encoding='utf-8')

    def __enter__(self):
        fcntl.flock(self.file, fcntl.LOCK_EX)

    def __exit__(self, *exc):
        self.file.close()


def neutral_build(tool):
    """The build tree that a tool is from, with all that a rehearsal takes from it."""
    tree = pathlib.Path(tool).resolve().parents[1]
    if not (tree / 'build.ninja').exists():
        raise Error(f'looking for the build tree of {tool}: {tree} is none. A rehearsal takes the '
                    'module and the inmates from there: use the program of a build tree')
    return tree


def build_neutral(tree, line):
    """Brings module, target's tool, inmates and monitor of a build tree up to date."""
    inmates = [f'inmates/{path.stem}.bin' for path in (ROOT / 'inmates/cells').glob('*.cpp')
               if f'{path.stem}.bin' in (tree / 'build.ninja').read_text()]
    modules = [f'driver/brig-{line}.built'] if line else []
    with Locked(tree):
        run('building tool, inmates and module', 'ninja', '-C', tree, 'tools/arm64/brig',
            'tests/firmware/firmware.bin', *inmates, *modules)


@dataclasses.dataclass
class Derived:
    """What `brig rehearse --derive` made of the board's tree."""
    folder: pathlib.Path
    facts: dict  # twin.json

    @property
    def machine_tree(self):
        return self.folder / 'machine.dtb'

    @property
    def linux_tree(self):
        return self.folder / 'linux.dtb'


def derive(options, folder, *more):
    """Runs the tool. more: further options of it."""
    command = [options.tool, 'rehearse', options.tree, '--derive', '-o', folder, *more]
    for word in ('twin', 'memory', 'partition'):
        if getattr(options, word):
            command += [f'--{word}', getattr(options, word)]
    run('deriving the twin', *command)
    return Derived(folder, json.loads((folder / 'twin.json').read_text()))


def generate_board(options, machine_tree, folder):
    """`brig port new` on the twin's tree. The board's folder."""
    shutil.rmtree(folder / GENERATED, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    run('making the board support package', options.tool, 'port', 'new', machine_tree, '--name', GENERATED,
        '-o', folder)
    return folder / GENERATED


def compile_partition(options, partition, board_tree, cells):
    """Partition file to configuration files in `cells`."""
    shutil.rmtree(cells, ignore_errors=True)
    run('compiling the partition', options.tool, 'config', 'compile', partition, '--board', board_tree,
        '-o', cells)
    return cells


CONFIGURATION = ('Kconfig', 'defconfig')


def image_sources(folder):
    """What an image depends on in a board's folder."""
    return [file for file in sorted(folder.iterdir()) if file.suffix in ('.hpp', '.h') or file.name in CONFIGURATION]


def digest(files):
    """Of names and contents; without the second line of a record, which has the board's model."""
    result = hashlib.sha256()
    for file in files:
        lines = file.read_text().splitlines()
        if file.suffix == '.hpp':
            del lines[1:2]
        result.update('\n'.join([file.name, *lines]).encode())
    return result.hexdigest()[:16]


def put_board(folder, to):
    """Makes `to` a copy of what an image depends on, and touches only what differs."""
    to.mkdir(parents=True, exist_ok=True)
    wanted = {file.name: file.read_bytes() for file in image_sources(folder)}
    for file in to.iterdir():
        if file.name not in wanted:
            file.unlink()
    for name, content in wanted.items():
        if not (to / name).exists() or (to / name).read_bytes() != content:
            (to / name).write_bytes(content)


def build_image(folder, neutral, work):
    """brig.bin and core/brig.elf of the board in `folder`. Returns the folder that has them. Boards of one
    configuration share a build tree, where only what includes the record is compiled again."""
    image = work / 'images' / f'{folder.name}-{digest(image_sources(folder))}'
    tree = work / 'builds' / f'{folder.name}-{digest([folder / name for name in CONFIGURATION])}'
    with Locked(tree):
        # A copy, so that the build does not depend on the place of this rehearsal.
        put_board(folder, tree / 'bsp' / folder.name)
        build = tree / 'build'
        if not (build / 'build.ninja').exists():
            shutil.rmtree(build, ignore_errors=True)
            run('setting up the build', 'meson', 'setup', build, '--cross-file',
                ROOT / 'cross/aarch64.ini', f'-Dboard={folder.name}', f'-Dbsp_dir={tree / "bsp"}',
                f'-Dneutral_build={neutral}', '-Dkernels=')
        run('building brig.bin', 'ninja', '-C', build, 'brig.bin')
        (image / 'core').mkdir(parents=True, exist_ok=True)
        for name in ('brig.bin', 'core/brig.elf'):
            shutil.copy2(build / name, image / f'{name}.new')  # another rehearsal may be reading the old one
            (image / f'{name}.new').replace(image / name)
    return image


def emulator():
    """The QEMU with the machine brig-twin; scripts/build-twin makes it once."""
    return run('building the emulator', ROOT / 'scripts/build-twin', seconds=3600).split()[-1]


@dataclasses.dataclass
class Kernel:
    image: pathlib.Path
    module: pathlib.Path  # brig.ko
    line: str  # of the cache, or ''


def kernel(options, neutral):
    if options.kernel in brig_qemu.KERNELS:
        return Kernel(brig_qemu.kernel(options.kernel).image,
                      neutral / 'driver' / options.kernel / 'brig.ko', options.kernel)
    image, module = pathlib.Path(options.kernel), pathlib.Path(options.modules or '')
    if not image.is_file():
        raise Error(f'looking for the kernel {options.kernel}: it is no line of the cache '
                    f'({", ".join(brig_qemu.KERNELS)}) and no file')
    if not module.is_file():
        raise Error(f'booting {image}: brig.ko for it is missing; name it with --modules (docs/porting.md '
                    'tells how to build it)')
    return Kernel(image, module, '')


def guest_files(build, neutral, cells, module, inmates):
    """{path in the guest: file} for the initial RAM disk."""
    files = {'/bin/brig': neutral / 'tools/arm64/brig', '/lib/firmware/brig.bin': build / 'brig.bin',
             '/lib/modules/brig.ko': module}
    files.update({f'/brig/{file.name}': file for file in sorted(cells.glob('*.cell'))})
    files.update({f'/brig/{name}': file for name, file in inmates.items()})
    missing = [str(file) for file in files.values() if not os.path.exists(file)]
    if missing:
        raise Error(f'collecting the files for the twin: {", ".join(missing)} missing')
    return files
