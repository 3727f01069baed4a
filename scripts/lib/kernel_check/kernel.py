# SPDX-License-Identifier: Apache-2.0
"""Reads the facts: a kernel's configuration and version, the CPUs' abilities."""

import gzip
import os
import re
import struct
import sys
import zlib
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from kernel_patches import git as patches_git  # noqa: E402
from kernel_patches.series import kernel_version  # noqa: E402

# Cores of Armv8.0, which have no VHE, by device-tree name and MIDR part number (implementer Arm).
# All cores that came after these have it.
WITHOUT_VHE = {"cortex-a32": 0xd01, "cortex-a34": 0xd02, "cortex-a35": 0xd04, "cortex-a53": 0xd03,
               "cortex-a57": 0xd07, "cortex-a72": 0xd08, "cortex-a73": 0xd09}
ARM = 0x41


class Error(Exception):
    """Something that the user can put right; the text says how."""


class Kernel:
    """source: where the facts are from; version: (5, 10, 223), sub level None if unknown; options:
    {name: value} of what is not n; command_line: of a running kernel, else None."""

    def __init__(self, source, version, options, command_line=None):
        self.source, self.version, self.options = source, version, options
        self.command_line = command_line

    def __getitem__(self, option):
        return self.options.get(option, "n")

    @property
    def release(self):
        return ".".join(str(part) for part in self.version if part is not None)


def read_text(path):
    data = Path(path).read_bytes()
    if data[:2] == b"\x1f\x8b":
        try:
            data = gzip.decompress(data)
        except (EOFError, OSError, zlib.error) as error:
            raise Error(f"reading {path}: the compressed file is damaged ({error})") from error
    return data.decode("utf-8", "replace")


def parse_config(text, name):
    """({option: value}, version or None) of a .config."""
    options = dict(re.findall(r"^CONFIG_(\w+)=(.*)$", text, re.M))
    if not options and "is not set" not in text:
        raise Error(f"reading {name}: it has no line CONFIG_...=..., so it is no kernel configuration")
    if "Automatically generated file" not in text:
        raise Error(f"reading {name}: it is no whole configuration but a defconfig or a fragment, which leaves "
                    "out what has its default. Make the .config of it first (make ARCH=arm64 ...)")
    head = re.search(r"^# Linux/(\w+) (\d+)\.(\d+)(?:\.(\d+))?\S* Kernel Configuration", text, re.M)
    if head and head[1] != "arm64":
        raise Error(f"reading {name}: it is a configuration for {head[1]}, not for arm64")
    if not head:
        return options, None
    return options, (int(head[2]), int(head[3]), int(head[4]) if head[4] else None)


def from_config(path, version=None):
    options, found = parse_config(read_text(path), path)
    if not (version or found):
        raise Error(f"reading {path}: no line tells the kernel's version (\"# Linux/arm64 5.10.1 Kernel "
                    "Configuration\")")
    return Kernel(str(path), version or found, options)


def from_tree(folder):
    """A source tree, a build tree or a folder of kernel headers, configured."""
    folder, version = Path(folder), None
    config = folder / ".config"
    if not config.exists():
        raise Error(f"reading the kernel tree {folder}: it has no .config. Configure it first (make ARCH=arm64 "
                    "..._defconfig), or name a configuration file")
    release = folder / "include/config/kernel.release"
    if release.exists():
        found = re.match(r"(\d+)\.(\d+)(?:\.(\d+))?", release.read_text())
        version = tuple(int(part) if part else None for part in found.groups()) if found else None
    if not version and (folder / "Makefile").exists():
        try:
            version = kernel_version((folder / "Makefile").read_text())
        except patches_git.Error:
            pass  # a build tree's Makefile only names the source; .config tells too
    kernel = from_config(config, version)
    return Kernel(str(folder), kernel.version, kernel.options)


def running(root=Path("/"), uname=None):
    """The kernel that this is run on. Tests put another root and another uname in."""
    uname = uname or os.uname()
    release = uname.release
    if uname.machine != "aarch64":
        raise Error(f"looking at the running kernel: this machine is {uname.machine}, not aarch64. Run me "
                    "on the board, or name its configuration file or source tree")
    places = [root / "proc/config.gz", root / "boot" / f"config-{release}",
              root / "lib/modules" / release / "build/.config", root / "lib/modules" / release / "config"]
    config = next((place for place in places if place.exists()), None)
    if not config:
        raise Error("looking for the configuration of the running kernel: there is none of "
                    + ", ".join(map(str, places)) + ". Name the file, or the kernel's source tree")
    found = re.match(r"(\d+)\.(\d+)(?:\.(\d+))?", release)
    kernel = from_config(config, tuple(int(part) if part else None for part in found.groups()))
    return Kernel(f"running {release}, {config}", kernel.version, kernel.options,
                  (root / "proc/cmdline").read_text().strip())


# -- CPUs -----------------------------------------------------------------------------------


def vhe_by_names(names):
    """{core name without vendor: has VHE}."""
    cores = sorted({name.split(",")[-1] for name in names})
    return {core: core not in WITHOUT_VHE for core in cores}


def vhe_of_tree(path):
    """The same of the CPUs of a device tree blob."""
    data = Path(path).read_bytes()
    if data[:4] != b"\xd0\x0d\xfe\xed":
        raise Error(f"reading {path}: it is no device tree blob")
    try:
        cores = vhe_by_names(cpu_compatibles(data))
    except (struct.error, IndexError, ValueError) as error:
        raise Error(f"reading {path}: the device tree is damaged ({error})") from error
    if not cores:
        raise Error(f"reading {path}: the device tree has no CPU nodes")
    return cores


def cpu_compatibles(blob):
    """The first "compatible" of each node /cpus/cpu@*. Walked by hand, so that a board without
    libfdt's Python module can run this."""
    _, total, structure, strings = struct.unpack_from(">4I", blob)
    if total > len(blob):
        raise ValueError("cut off")
    path, found, at = [], [], structure
    while True:
        (token,) = struct.unpack_from(">I", blob, at)
        at += 4
        if token == 1:
            end = blob.index(b"\0", at)
            path.append(blob[at:end].decode())
            at = (end + 4) & ~3
        elif token == 2:
            path.pop()
        elif token == 3:
            length, name = struct.unpack_from(">2I", blob, at)
            value = blob[at + 8:at + 8 + length]
            at += (8 + length + 3) & ~3
            if len(path) == 3 and path[1] == "cpus" and path[2].startswith("cpu@") and \
                    blob[strings + name:].startswith(b"compatible\0"):
                found.append(value.split(b"\0")[0].decode())
        elif token == 9:
            return found
        elif token != 4:
            raise ValueError(f"token {token:#x}")


def vhe_of_this_machine(root=Path("/")):
    """The same of this machine's CPUs, by /proc/cpuinfo."""
    text = (root / "proc/cpuinfo").read_text()
    cpus = re.findall(r"^CPU implementer\s*: (\w+)$.*?^CPU part\s*: (\w+)$", text, re.M | re.S)
    known = {part: name for name, part in WITHOUT_VHE.items()}
    cores = {}
    for maker, part in cpus:
        name = known.get(int(part, 0)) if int(maker, 0) == ARM else None
        cores[name or f"part {maker}/{part}"] = name is None
    return cores
