# SPDX-License-Identifier: Apache-2.0
"""A copy of a tree to try things in: it borrows the objects and has only the files that matter."""

import tempfile
from pathlib import Path

from .git import Git


class Scratch:
    """Context manager; `git` is the copy, at the tree's HEAD, without files until checkout()."""

    def __init__(self, original):
        self.original = original

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="brig-dry-run-")
        self.git = Git(Path(self.folder.name) / "tree")
        self.git.folder.mkdir()
        self.git("init", "-q")
        info = self.git.path("objects") / "info"
        info.mkdir(exist_ok=True)
        (info / "alternates").write_text(f"{self.original.path('objects')}\n")
        shallow = self.original.path("shallow")
        if shallow.exists():
            self.git.path("shallow").write_bytes(shallow.read_bytes())
        self.git("update-ref", "--no-deref", "HEAD", self.original("rev-parse", "HEAD"))
        # Committing needs a name; a trial does not need the user's.
        self.git("config", "user.name", "trial")
        self.git("config", "user.email", "trial@localhost")
        return self

    def __exit__(self, *exc):
        self.folder.cleanup()

    def checkout(self, files):
        patterns = "".join(f"/{file}\n" for file in sorted(set(files) | {"Makefile"}))
        self.git("sparse-checkout", "set", "--no-cone", "--stdin", text_in=patterns)
        self.git("reset", "--hard", "--quiet")
