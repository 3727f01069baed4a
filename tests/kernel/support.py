# SPDX-License-Identifier: Apache-2.0
"""Kernel trees to try the scripts on, and a runner that counts as doctest does."""

import hashlib
import json
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CACHE = Path(subprocess.check_output([ROOT / "scripts/lib/cache-dir"], text=True).strip())
# The files that matter here, out of 70,000.
FILES = ["Makefile", "arch/arm64/Kconfig", "arch/arm64/kernel"]
ENV = {**os.environ, "GIT_AUTHOR_NAME": "vendor", "GIT_AUTHOR_EMAIL": "vendor@localhost", "GIT_CONFIG_GLOBAL": "/dev/null",
       "GIT_COMMITTER_NAME": "vendor", "GIT_COMMITTER_EMAIL": "vendor@localhost", "LC_ALL": "C"}


def source(line):
    """The git repository of Debian's source of a kernel line."""
    found = CACHE / "sources" / line / "linux.git"
    if not found.is_dir():
        sys.exit(f"looking for {found}: it is not there. Run scripts/fetch.")
    return found


class Tree:
    """A work tree of kernel sources that a test may do anything to."""

    def __init__(self, folder):
        self.folder = Path(folder)

    @classmethod
    def whole(cls, line, folder):
        """The whole source of a line, in index and commits; only FILES are written out."""
        tree = cls(folder)
        subprocess.run(["git", "clone", "-q", "--shared", "--no-checkout", source(line), folder], check=True, env=ENV)
        tree.git("sparse-checkout", "set", "--no-cone", *(f"/{name}" for name in FILES))
        tree.git("checkout", "-q")
        return tree

    @classmethod
    def small(cls, line, folder):
        """A repository with nothing but FILES, which is much quicker."""
        tree = cls(folder)
        tree.folder.mkdir()
        archive = subprocess.run(["git", "--git-dir", source(line), "archive", "base", "--", *FILES],
                                 check=True, stdout=subprocess.PIPE).stdout
        subprocess.run(["tar", "-x", "-C", folder], input=archive, check=True)
        tree.git("init", "-q", "-b", "base")
        tree.git("add", "-A")
        tree.commit("import")
        return tree

    def git(self, *args, text_in=None, check=True):
        done = subprocess.run(["git", "-C", self.folder, *args], input=text_in, env=ENV, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        if check and done.returncode != 0:
            raise AssertionError(f"git {' '.join(args)}: {done.stderr}")
        return done.stdout.strip() if check else done

    def read(self, name):
        return (self.folder / name).read_text()

    def edit(self, name, *changes):
        """Replaces (old, new), each exactly once."""
        text = self.read(name)
        for old, new in changes:
            if text.count(old) != 1:
                raise AssertionError(f"{name} has {text.count(old)} times: {old}")
            text = text.replace(old, new)
        (self.folder / name).write_text(text)

    def commit(self, message="vendor: changes"):
        self.git("commit", "-q", "-a", "-m", message)
        return self.git("rev-parse", "HEAD")

    def snapshot(self):
        """All that an abort has to bring back: HEAD, refs, index, state, files git does not know."""
        unknown = self.git("ls-files", "--others").splitlines()
        contents = {name: hashlib.sha256((self.folder / name).read_bytes()).hexdigest() for name in unknown}
        return {"head": self.git("rev-parse", "HEAD"), "tree": self.git("rev-parse", "HEAD^{tree}"),
                "branch": self.git("symbolic-ref", "-q", "HEAD", check=False).stdout,
                "refs": self.git("for-each-ref"), "stash": self.git("stash", "list"),
                "index": hashlib.sha256(self.git("ls-files", "-s", "-v").encode()).hexdigest(),
                "differences": self.git("diff", "HEAD"), "unknown": contents,
                "state": sorted(path.name for path in Path(self.git_dir()).iterdir()
                                if path.name not in ("ORIG_HEAD", "FETCH_HEAD", "logs", "index"))}

    def git_dir(self):
        return self.git("rev-parse", "--absolute-git-dir")

    def apply(self, *options, env=None):
        """scripts/apply-kernel-patches on it; the finished process."""
        return script("apply-kernel-patches", self.folder, *options, env=env)


def script(name, *args, env=None):
    return subprocess.run([ROOT / "scripts" / name, *map(str, args)], env={**ENV, **(env or {})}, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)


class Case(unittest.TestCase):
    """A test with a folder of its own."""

    maxDiff = None

    def setUp(self):
        scratch = tempfile.TemporaryDirectory(prefix="brig-kernel-test-")
        self.addCleanup(scratch.cleanup)
        self.scratch = Path(scratch.name)

    def tree(self, line="5.10", name="linux", whole=False):
        return (Tree.whole if whole else Tree.small)(line, self.scratch / name)

    def ends(self, done, status, *words):
        """The process ended with that status and said each of the words."""
        said = done.stdout + done.stderr
        self.assertEqual(done.returncode, status, said)
        for word in words:
            self.assertIn(word, said)
        self.assertNotIn("Traceback", said)
        return said

    def json(self, done, status):
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return json.loads(done.stdout)


def main():
    result = unittest.main(exit=False, verbosity=2).result
    failed = len(result.failures) + len(result.errors)
    # The line that scripts/test counts by.
    print(f"test cases: {result.testsRun} | {result.testsRun - failed} passed | {failed} failed")
    sys.exit(1 if failed or not result.testsRun else 0)
