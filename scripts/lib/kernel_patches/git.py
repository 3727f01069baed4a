# SPDX-License-Identifier: Apache-2.0
"""Git, called so that neither the user's settings nor hooks of the tree change what it does."""

import os
import subprocess
from pathlib import Path

SETTINGS = ["core.hooksPath=/dev/null", "commit.gpgSign=false", "rerere.enabled=false",
            "merge.conflictStyle=merge", "advice.detachedHead=false", "gc.auto=0",
            "core.quotePath=false", "init.defaultBranch=main"]


class Error(Exception):
    """Something that the user can put right; the text says how."""


class Git:
    """git in one repository or work tree."""

    def __init__(self, folder):
        self.folder = Path(folder)

    def run(self, *args, text_in=None, env=None):
        """The finished process, whatever its status."""
        command = ["git", "-C", str(self.folder)]
        for setting in SETTINGS:
            command += ["-c", setting]
        environment = {**os.environ, "LC_ALL": "C", "GIT_EDITOR": "true", "GIT_PAGER": "cat",
                       "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0",
                       **(env or {})}
        for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
            if name not in (env or {}):
                environment.pop(name, None)
        return subprocess.run(command + [str(arg) for arg in args], input=text_in, check=False,
                              env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              encoding="utf-8", errors="surrogateescape")

    def __call__(self, *args, **more):
        """Its output; Error if it fails."""
        done = self.run(*args, **more)
        if done.returncode != 0:
            raise Error(f"git {' '.join(map(str, args[:3]))} in {self.folder} failed: "
                        f"{(done.stderr or done.stdout).strip()}")
        return done.stdout.strip("\n")

    def ok(self, *args, **more):
        return self.run(*args, **more).returncode == 0

    def path(self, name):
        """A file of the repository's own, .git/NAME for this work tree."""
        return (self.folder / self("rev-parse", "--git-path", name)).resolve()

    def has(self, thing):
        return self.ok("cat-file", "-e", thing)


def open_tree(folder):
    """The work tree of kernel sources at `folder`."""
    folder = Path(folder).resolve()
    if not folder.is_dir():
        raise Error(f"opening the kernel tree {folder}: there is no such folder")
    git = Git(folder)
    top = git.run("rev-parse", "--show-toplevel")
    if top.returncode != 0:
        raise Error(f"opening the kernel tree {folder}: it is no git work tree. Make one of it: "
                    "git init; git add -A; git commit -m vendor")
    if Path(top.stdout.strip()).resolve() != folder:
        raise Error(f"opening the kernel tree {folder}: the work tree begins at {top.stdout.strip()}")
    if not git.ok("rev-parse", "-q", "--verify", "HEAD^{commit}"):
        raise Error(f"opening the kernel tree {folder}: its branch has no commit yet")
    return git


def refuse_if_busy(git):
    """A tree with changes, or in the middle of something, is left alone."""
    for name, what in (("CHERRY_PICK_HEAD", "cherry-pick"), ("REVERT_HEAD", "revert"),
                       ("MERGE_HEAD", "merge"), ("rebase-apply", "rebase or am"),
                       ("rebase-merge", "rebase"), ("sequencer", "cherry-pick or revert")):
        if git.path(name).exists():
            raise Error(f"{git.folder} is in the middle of a git {what}; finish or abort that first")
    changes = git("status", "--porcelain", "--untracked-files=no", "--ignore-submodules=untracked")
    if changes:
        lines = changes.splitlines()
        more = f"\n  and {len(lines) - 8} more" if len(lines) > 8 else ""
        listed = "\n".join(f"  {line}" for line in lines[:8])
        raise Error(f"{git.folder} has changes that are not committed; commit or stash them first:\n"
                    + listed + more)


def require_identity(git):
    """Commits need somebody's name."""
    if not git.ok("var", "GIT_COMMITTER_IDENT"):
        raise Error("git does not know who commits: git config --global user.name ..., and user.email")
