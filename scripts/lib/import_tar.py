#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Makes a bare git repository with one commit out of a source archive, without unpacking it:
import_tar.py ARCHIVE REPOSITORY.GIT MESSAGE. The archive's top folder is left out; branch "base"."""

import os
import subprocess
import sys
import tarfile
from pathlib import Path

AUTHOR = "Brig <brig@localhost> 0 +0000"  # constant, so that the commit has the same id everywhere


def mode_of(entry):
    if entry.issym():
        return "120000"
    return "100755" if entry.mode & 0o100 else "100644"


def stream(archive, message, out):
    """Writes the archive in the language of git fast-import."""
    text = message.encode()
    out.write(b"commit refs/heads/base\ncommitter %s\ndata %d\n%s\n" % (AUTHOR.encode(), len(text), text))
    for entry in archive:
        _, _, name = entry.name.removeprefix("./").partition("/")
        if not name or not (entry.isfile() or entry.issym()):
            continue
        data = entry.linkname.encode() if entry.issym() else archive.extractfile(entry).read()
        out.write(b"M %s inline %s\ndata %d\n" % (mode_of(entry).encode(), name.encode(), len(data)))
        out.write(data)
        out.write(b"\n")
    out.write(b"done\n")


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    source, repository, message = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    git = ["git", "-c", "core.compression=1", f"--git-dir={repository}"]
    subprocess.run([*git, "init", "-q", "--bare", "--initial-branch=base"], check=True)
    decompress = subprocess.Popen(["xz", "-dc", "-T0", source], stdout=subprocess.PIPE)
    importer = subprocess.Popen([*git, "fast-import", "--quiet", "--done", "--depth=0"],
                                stdin=subprocess.PIPE, env={**os.environ, "LC_ALL": "C"})
    with tarfile.open(fileobj=decompress.stdout, mode="r|") as archive:
        stream(archive, message, importer.stdin)
    importer.stdin.close()
    if decompress.wait() or importer.wait():
        sys.exit(f"import_tar: making {repository} of {source} failed (see above)")


main()
