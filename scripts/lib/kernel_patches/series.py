# SPDX-License-Identifier: Apache-2.0
"""What is to be put on a tree: patches of kernel-patches/, or commits of somebody else's branch.

Both become commits in the tree's repository, so that git merges them three-way with their own
parent as the common ancestor."""

import re
import subprocess
import tempfile
import tomllib
from collections import namedtuple
from pathlib import Path

from .git import Error, Git

ROOT = Path(__file__).resolve().parents[3]
PATCHES = ROOT / "kernel-patches"
TOO_MANY = 200  # commits of a branch that nobody meant to take

# One change: the commit that holds it, and its name and title for people.
Pick = namedtuple("Pick", "commit name title")


def manifest():
    return tomllib.loads((PATCHES / "manifest.toml").read_text(encoding="utf-8"))


def kernel_version(text):
    """(version, patch level, sub level) of the text of a kernel's top Makefile."""
    found = [re.search(rf"^{name} *= *(\d+)", text, re.M) for name in
             ("VERSION", "PATCHLEVEL", "SUBLEVEL")]
    if not all(found):
        raise Error("the top Makefile names no VERSION, PATCHLEVEL and SUBLEVEL: is this a kernel tree?")
    return tuple(int(match[1]) for match in found)


def series_of(git):
    """(series, full version) that fit the tree, by its Makefile."""
    text = git.run("show", "HEAD:Makefile")
    if text.returncode != 0:
        raise Error(f"{git.folder} has no Makefile at its top: is this a kernel tree?")
    version = kernel_version(text.stdout)
    series = f"{version[0]}.{version[1]}"
    known = manifest()["series"]
    if series not in known:
        raise Error(f"there are no patches for Linux {series}, only for {', '.join(known)}; "
                    "--series takes one of these all the same")
    return series, ".".join(map(str, version))


def patch_files(series, only=()):
    """[(name, file, selected)] of a series, in order."""
    found = manifest()
    if series not in found["series"]:
        raise Error(f"there is no series {series}, only {', '.join(found['series'])}")
    patches = [patch for patch in found["patch"] if series in patch["kernels"]]
    names = [patch["name"] for patch in patches]
    for name in only:
        if name not in names:
            raise Error(f"series {series} has no patch {name}, only {', '.join(names)}")
    return [(patch["name"], PATCHES / patch["kernels"][series], not only or patch["name"] in only)
            for patch in patches]


def touched(text):
    """{path: (mode, blob before)} of a patch; blob None for a file that it creates."""
    files = {}
    for block in re.split(r"^diff --git ", text, flags=re.M)[1:]:
        path = re.match(r"a/(\S+) b/(\S+)", block)[2]
        blob = re.search(r"^index ([0-9a-f]{40})\.\.[0-9a-f]{40}(?: (\d+))?$", block, re.M)
        new = re.search(r"^new file mode (\d+)$", block, re.M)
        files[path] = (new[1] if new else blob[2], None if new else blob[1])
    return files


class Ancestor:
    """Makes the commits of a series: one with the files as the patches expect them, and one for
    each patch. Works in a scratch index; the tree's own index and files are not touched."""

    def __init__(self, git, series):
        self.git, self.series = git, series
        self.scratch = tempfile.TemporaryDirectory(prefix="brig-patches-")
        self.env = {"GIT_INDEX_FILE": str(Path(self.scratch.name) / "index"),
                    "GIT_AUTHOR_NAME": "Brig", "GIT_AUTHOR_EMAIL": "brig@localhost",
                    "GIT_COMMITTER_NAME": "Brig", "GIT_COMMITTER_EMAIL": "brig@localhost"}

    def get_blob(self, blob):
        """Is the blob in the tree's repository, or could it be brought there from the cache?"""
        if self.git.has(blob):
            return True
        cache = subprocess.run([ROOT / "scripts/lib/cache-dir"], capture_output=True, text=True, check=True)
        source = Git(Path(cache.stdout.strip()) / "sources" / self.series / "linux.git")
        if not source.folder.exists() or not source.has(blob):
            return False
        # Not through text: the hash must stay the same.
        data = subprocess.run(["git", "-C", source.folder, "cat-file", "blob", blob], check=True,
                              stdout=subprocess.PIPE).stdout
        subprocess.run(["git", "-C", self.git.folder, "hash-object", "-w", "--stdin"], input=data,
                       check=True, stdout=subprocess.DEVNULL)
        return True

    def files_before(self, texts):
        """{path: (mode, blob)} of the files as they were before all patches, or None if a blob is
        nowhere to be had."""
        before = {}
        for text in texts:
            for path, found in touched(text).items():
                before.setdefault(path, found)
        before = {path: found for path, found in before.items() if found[1]}
        return before if all(self.get_blob(blob) for _, blob in before.values()) else None

    def commit(self, parents, message, env=None):
        tree = self.git("write-tree", env=self.env)
        return self.git("commit-tree", tree, *parents, "-F", "-", text_in=message,
                        env={**self.env, **(env or {})})

    def commit_patch(self, file, text, parent):
        """The commit of one patch on top of `parent`, whose files are in the index."""
        message, rest = (Path(self.scratch.name) / name for name in ("message", "rest"))
        head = self.git("mailinfo", message, rest, text_in=text)
        fields = dict(line.split(": ", 1) for line in head.splitlines() if ": " in line)
        done = self.git.run("apply", "--cached", "--whitespace=nowarn", file, env=self.env)
        if done.returncode != 0:
            raise Error(done.stderr.strip().replace("error: ", "  "))
        commit = self.commit(["-p", parent], f"{fields['Subject']}\n\n{message.read_text()}", {
            "GIT_AUTHOR_NAME": fields["Author"], "GIT_AUTHOR_EMAIL": fields["Email"],
            "GIT_AUTHOR_DATE": fields["Date"]})
        return commit, fields["Subject"]

    def picks(self, files):
        """The Picks of [(name, file, selected)]."""
        texts = [file.read_text(encoding="utf-8") for _, file, _ in files]
        before = self.files_before(texts)
        if before is None:
            parent = self.git("rev-parse", "HEAD")
            self.git("read-tree", "HEAD", env=self.env)
        else:
            self.git("read-tree", "--empty", env=self.env)
            for path, (mode, blob) in before.items():
                self.git("update-index", "--add", "--cacheinfo", f"{mode},{blob},{path}", env=self.env)
            parent = self.commit([], "What the patches were made from")
        result = []
        for (name, file, selected), text in zip(files, texts):
            try:
                parent, title = self.commit_patch(file, text, parent)
            except Error as error:
                raise Error(f"{name} does not apply to {self.git.folder}, and a three-way merge needs the "
                            "files that it was made from, which are neither in its repository nor in "
                            f"the cache. Run scripts/fetch, then try again.\n{error}") from error
            if selected:
                result.append(Pick(parent, name, title))
        return result


def from_series(git, series, only=()):
    return Ancestor(git, series).picks(patch_files(series, only))


def from_branch(git, remote, branch):
    """The Picks of a branch, or of a range FIRST..LAST, of another repository. Without FIRST: what
    the tree does not have since the two went apart."""
    first, dots, last = branch.rpartition("..")
    done = git.run("fetch", "--no-tags", "--quiet", remote, f"+{last}:refs/brig/from")
    if done.returncode != 0:
        raise Error(f"fetching {last} from {remote} failed: {done.stderr.strip()}")
    if dots:
        base = git.run("rev-parse", "-q", "--verify", f"{first}^{{commit}}")
        if base.returncode != 0:
            base = git.run("fetch", "--no-tags", "--quiet", remote, f"+{first}:refs/brig/first")
            if base.returncode != 0:
                raise Error(f"finding {first}, the beginning of the range: neither {git.folder} nor "
                            f"{remote} has it: {base.stderr.strip()}")
            base = git.run("rev-parse", "refs/brig/first^{commit}")
    else:
        base = git.run("merge-base", "HEAD", "refs/brig/from")
        if base.returncode != 0:
            raise Error(f"{branch} of {remote} and {git.folder} have no common history. Say where the "
                        f"range begins: --from {remote} FIRST..{branch} takes what comes after FIRST")
    base = base.stdout.strip()
    commits = git("rev-list", "--reverse", "--topo-order", "--no-merges", f"{base}..refs/brig/from").split()
    if len(commits) > TOO_MANY:
        raise Error(f"{branch} of {remote} has {len(commits)} commits since {base[:12]}, more than "
                    f"{TOO_MANY}. Say where the range begins: --from {remote} FIRST..{last}")
    return [Pick(commit, commit[:12], git("show", "-s", "--format=%s", commit)) for commit in commits]
