# SPDX-License-Identifier: Apache-2.0
"""Makes the initial RAM disk of the test machine: busybox, a small /init and given files.

Written without root and reproducibly: owner root, time 0, sorted names."""

import gzip
import lzma
import os
import stat
import subprocess
from pathlib import Path

INIT = """#!/bin/busybox sh
# Mounts what a system needs, loads the kernel modules that were given, runs /etc/rc if there is
# one, and leaves a shell with job control on the console. Leaving the shell powers off.
/bin/busybox mkdir -p /proc /sys /dev /tmp /run /root /bin
/bin/busybox --install -s /bin
export PATH=/bin HOME=/root TERM="${TERM:-vt100}"
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
mkdir -p /dev/pts
mount -t devpts devpts /dev/pts
mount -t tmpfs tmpfs /tmp
for module in /lib/modules/linux/*.ko; do
    [ ! -e "$module" ] || insmod "$module"
done
[ ! -e /etc/rc ] || sh /etc/rc
cd /
setsid cttyhack sh
poweroff -f
"""


class Cpio:
    """The 'newc' archive that the kernel unpacks."""

    def __init__(self):
        self.entries = {}

    def add(self, path, mode, data=b"", device=(0, 0)):
        """Adds an entry, and the folders above it that are not there yet."""
        path = path.strip("/")
        parent = os.path.dirname(path)
        if parent and parent not in self.entries:
            self.add(parent, stat.S_IFDIR | 0o755)
        self.entries[path] = (mode, data, device)

    def archive(self):
        parts = [self.record(number, name, *self.entries[name])
                 for number, name in enumerate(sorted(self.entries), 1)]
        return b"".join(parts) + self.record(0, "TRAILER!!!", 0, b"", (0, 0))

    @staticmethod
    def record(inode, name, mode, data, device):
        links = 2 if stat.S_ISDIR(mode) else 1
        fields = [inode, mode, 0, 0, links, 0, len(data), 0, 0, *device, len(name) + 1, 0]
        head = b"070701" + b"".join(b"%08X" % field for field in fields) + name.encode() + b"\0"
        return head + b"\0" * (-len(head) % 4) + data + b"\0" * (-len(data) % 4)


def add_file(cpio, guest, source):
    """source: bytes, or the path of a file or a folder (taken with all that is in it)."""
    if isinstance(source, bytes):
        executable = source.startswith((b"#!", b"\x7fELF")) and not guest.endswith(".ko")
        cpio.add(guest, stat.S_IFREG | (0o755 if executable else 0o644), source)
        return
    source = Path(source)
    if source.is_dir():
        cpio.add(guest, stat.S_IFDIR | 0o755)
        for entry in sorted(source.iterdir()):
            add_file(cpio, f"{guest.rstrip('/')}/{entry.name}", entry)
    else:
        mode = 0o755 if os.access(source, os.X_OK) else 0o644
        cpio.add(guest, stat.S_IFREG | mode, source.read_bytes())


def module_bytes(path):
    """A kernel module as insmod takes it: not compressed."""
    data = Path(path).read_bytes()
    return lzma.decompress(data) if str(path).endswith(".xz") else data


def make_initramfs(files, out, modules=(), busybox=None):
    """Writes the initial RAM disk to out and returns out.

    files    {path in the guest: bytes, or a file or folder here}; may replace /init
    modules  kernel modules (files) that /init loads in this order, see Kernel.module_files
    busybox  static arm64 busybox, default: the cache's
    """
    if busybox is None:
        cache = subprocess.check_output([Path(__file__).parent / "cache-dir"], text=True).strip()
        busybox = Path(cache) / "busybox/busybox"
    cpio = Cpio()
    cpio.add("/dev/console", stat.S_IFCHR | 0o600, device=(5, 1))
    add_file(cpio, "/init", INIT.encode())
    cpio.add("/bin/busybox", stat.S_IFREG | 0o755, Path(busybox).read_bytes())
    for number, module in enumerate(modules):
        name = Path(module).name.split(".")[0]
        cpio.add(f"/lib/modules/linux/{number:02}-{name}.ko", stat.S_IFREG | 0o644,
                 module_bytes(module))
    for guest, source in files.items():
        add_file(cpio, guest, source)
    Path(out).write_bytes(gzip.compress(cpio.archive(), compresslevel=1, mtime=0))
    return Path(out)
