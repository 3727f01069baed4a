# SPDX-License-Identifier: Apache-2.0
"""The QEMU machines that Brig is developed and tested on, and what runs in them.

A board that QEMU can stand for has bsp/<board>/qemu.json: machine (QEMU's -M), gic (version), cpu,
smp and memory as its partition files expect them, other_cores (pairs of kernel line and CPU model
on which the tests run a small set). Used by scripts/run-qemu, the demo, the system tests and the benchmark. Kernels and busybox come
from the cache (scripts/fetch), Brig's own files from the build tree."""

import json
import os
import subprocess
import tempfile
from pathlib import Path

from brig_initramfs import make_initramfs  # noqa: F401  (part of this module's interface)

ROOT = Path(__file__).resolve().parents[2]
QEMU = "qemu-system-aarch64"
# The one line that frees EL2 on every kernel from 5.16 on, with and without VHE hardware.
APPEND = "console=ttyAMA0 id_aa64mmfr1.vh=0 kvm-arm.mode=none"

BOARD = os.environ.get("BOARD", "qemu-virt")  # where no function is told otherwise

# Kernel lines of the cache; those of 5.10 are built by scripts/build-kernel.
KERNELS = ("5.10", "5.10-no-vhe", "6.1", "6.12")


class Error(Exception):
    """Something that the user can put right; the text says how."""


def cache_dir():
    """The cache outside the tree (see scripts/fetch)."""
    return Path(subprocess.check_output([ROOT / "scripts/lib/cache-dir"], text=True).strip())


def build_dir(board=None):
    """The build tree of a board; BRIG_BUILD names another place."""
    return Path(os.environ.get("BRIG_BUILD", ROOT / "build" / (board or BOARD))).resolve()


def decode_command(board=None, *more):
    """`brig decode` with the hypervisor's symbols of the board's build tree."""
    command = [str(build_dir(board) / "tools/brig"), "decode"]
    elf = build_dir(board) / "core/brig.elf"
    if elf.exists():
        command += ["--hypervisor", str(elf)]
    return [*command, *more]


def boards():
    """Names of the boards that QEMU can stand for."""
    return sorted(path.parent.name for path in (ROOT / "bsp").glob("*/qemu.json"))


def description(board=None):
    """A board's qemu.json."""
    board = board or BOARD
    if board not in boards():
        raise Error(f"describing the machine of board {board}: QEMU cannot stand for it (no "
                    f"bsp/{board}/qemu.json). Boards that have one: {', '.join(boards())}")
    return json.loads((ROOT / "bsp" / board / "qemu.json").read_text())


class Kernel:
    """A kernel of the cache: image, release (a text), modules (a folder), build (KDIR)."""

    def __init__(self, version):
        self.version = version
        self.folder = cache_dir() / "kernels" / version
        self.image = self.folder / "Image"
        self.modules = self.folder / "modules"
        self.build = self.folder / "build"
        if not (self.folder / ".recipe").exists():
            raise Error(f"looking for kernel {version} in {self.folder}: it is not there. "
                        f"Run scripts/{'build-kernel' if version.startswith('5') else 'fetch'}.")
        self.release = (self.folder / "release").read_text().strip()

    def module_files(self, names):
        """The .ko files of the named modules after everything they need, in load order.

        A name that is built into the kernel needs no file."""
        depends = {}
        for line in (self.modules / "modules.dep").read_text().splitlines():
            path, _, needs = line.partition(":")
            depends[module_name(path)] = (path, needs.split())
        builtin = {module_name(line) for line in
                   (self.modules / "modules.builtin").read_text().split()}
        files = []
        for name in names:
            if name in builtin:
                continue
            if name not in depends:
                raise Error(f"looking for module {name} of kernel {self.release} in "
                            f"{self.modules}: there is none")
            path, needs = depends[name]
            for file in [*reversed(needs), path]:
                if self.modules / file not in files:
                    files.append(self.modules / file)
        return files


def kernel(version):
    """The cached kernel of a line, one of KERNELS."""
    return Kernel(version)


def module_name(path):
    return Path(path).name.split(".")[0].replace("-", "_")


def brig_files(board=None, version="6.12"):
    """What the build tree has for the guest, {path in the guest: file}; may be empty."""
    build = build_dir(board)
    wanted = {"/bin/brig": build / "tools/arm64/brig",
              "/lib/firmware/brig.bin": build / "brig.bin",
              "/lib/modules/brig.ko": build / "driver" / version / "brig.ko"}
    for file in [*build.glob("cells/*.cell"), *build.glob("inmates/*.bin")]:
        wanted[f"/brig/{file.name}"] = file
    return {guest: file for guest, file in wanted.items() if file.exists()}


def machine_args(kernel="6.12", cpu=None, smp=None, memory=None, virtualization=True,
                 secure=False, initrd=None, append=None, more_append="", serial=("stdio",),
                 overlays=None, more_overlays=(), workdir=None, board=None, extra=()):
    """QEMU's argument list, program name included. The board says what is not given.

    kernel      kernel line of the cache, the path of an Image, or None (nothing is loaded)
    memory      as QEMU takes it
    append      the kernel's command line (None: the usual one, APPEND); more_append is added to it
    serial      QEMU's -serial destinations, Linux's console first, the hypervisor's second;
                "terminal" is the terminal shared by all that name it (Ctrl-A x ends QEMU)
    overlays    device-tree overlays put on QEMU's own tree (None: the board's reserved memory;
                empty: QEMU's tree as it is)
    more_overlays  more of them, as paths in the board's build tree
    workdir     folder for the resulting tree, needed if there are overlays; the caller removes it
    extra       more QEMU arguments (devices, -icount ...)
    """
    spec = description(board)
    machine = spec["machine"]
    machine += ",virtualization=on" if virtualization else ""
    machine += ",secure=on" if secure else ""
    args = [QEMU, "-M", machine, "-cpu", cpu or spec["cpu"], "-smp", str(smp or spec["smp"]),
            "-m", memory or spec["memory"], "-display", "none", "-monitor", "none",
            "-nic", "none"]
    if "terminal" in serial:
        args += ["-chardev", "stdio,id=terminal,mux=on,signal=off"]
    for destination in serial:
        args += ["-serial", "chardev:terminal" if destination == "terminal" else destination]
    if kernel is not None:
        image = Kernel(kernel).image if kernel in KERNELS else kernel
        line = f"{APPEND if append is None else append} {more_append}".strip()
        args += ["-kernel", str(image), "-append", line]
    if initrd is not None:
        args += ["-initrd", str(initrd)]
    args += [str(argument) for argument in extra]
    overlays = [reserved_memory(board)] if overlays is None else list(overlays)
    overlays += [build_dir(board) / path for path in more_overlays]
    if overlays:
        if workdir is None:
            raise Error("making a device tree with overlays: machine_args needs a workdir")
        args += ["-dtb", str(make_dtb(args, overlays, Path(workdir) / "machine.dtb"))]
    return args


def reserved_memory(board=None):
    """The overlay that keeps Linux out of Brig's memory, made by brig config compile."""
    overlay = build_dir(board) / "cells/reserved-memory.dtbo"
    if not overlay.exists():
        raise Error(f"looking for the reserved-memory overlay {overlay}: it is not there. "
                    f"Build it: ninja -C {build_dir(board)}")
    return overlay


def dump_dtb(args, out):
    """Writes the device tree that QEMU makes for args to out."""
    dump = list(args)
    dump[dump.index("-M") + 1] += f",dumpdtb={out}"
    run_tool(dump, "dumping QEMU's device tree")
    return out


def make_dtb(args, overlays, out):
    """The same with overlays (.dtbo) applied."""
    with tempfile.TemporaryDirectory() as scratch:
        base = dump_dtb(args, Path(scratch) / "base.dtb")
        run_tool(["fdtoverlay", "-i", base, "-o", out, *overlays],
                 f"applying {', '.join(str(overlay) for overlay in overlays)} to QEMU's device tree")
    return out


def run_tool(command, what):
    """Runs a helper that must succeed; its output is shown only in the error."""
    command = [str(word) for word in command]
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, timeout=60, check=False)
    except FileNotFoundError as error:
        raise Error(f"{what}: there is no {command[0]}. Run scripts/bootstrap.") from error
    except subprocess.TimeoutExpired as error:
        raise Error(f"{what}: {command[0]} did not end within 60 s") from error
    if done.returncode != 0:
        raise Error(f"{what}: {command[0]} ended with status {done.returncode}:\n{done.stdout}")
