# SPDX-License-Identifier: Apache-2.0
"""What came of rehearsing boards: docs/rehearsed.jsonl, one line for each tree of the kernel."""

import collections
import hashlib
import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
HEAD = "# SPDX-License-Identifier: Apache-2.0\n"
FILE = ROOT / "docs/rehearsed.jsonl"
OUTCOMES = ("passed", "failed", "no twin", "refused")


def shortened(why):
    """One line of a reason: the doctor's first complaint; else the first line, or the one behind it where
    the first only leads to it. Without the name of the tree."""
    lines = [line.strip() for line in why.splitlines() if line.strip()]
    complaints = [line for line in lines if line.startswith("fail ")]
    if complaints:
        lines = [" ".join(complaints[0].split()[1:])]
    elif len(lines) > 1 and lines[0].endswith(":"):
        del lines[0]
    text = re.sub(r"^(brig: )?making a twin of \S+: ", "", lines[0] if lines else "")
    return text.split(". Models: ")[0][:200]


def digest_of(tree):
    return hashlib.sha256(pathlib.Path(tree).read_bytes()).hexdigest()[:16]


class Result:
    """One tree.

    name     VENDOR/BOARD
    outcome  passed; failed at a stage; no twin: it has no UART with a model; refused: Brig cannot run
             on the machine as its tree describes it
    short    one line of why"""

    def __init__(self, name, tree, outcome, stage="", why=""):
        self.name, self.outcome, self.stage = name, outcome, stage
        self.digest = digest_of(tree)
        self.short = shortened(why)

    def entry(self):
        entry = {"tree": self.name, "digest": self.digest, "outcome": self.outcome}
        if self.stage:
            entry["stage"] = self.stage
        if self.short:
            entry["why"] = self.short
        return entry


class Results:
    """The file; it is written anew after each result, so that nothing is lost."""

    def __init__(self, file=FILE):
        self.file = pathlib.Path(file)
        self.entries = {}
        if self.file.exists():
            for number, line in enumerate(self.file.read_text().splitlines(), 1):
                if line.startswith("#"):
                    continue
                try:
                    entry = json.loads(line)
                    assert entry["outcome"] in OUTCOMES
                    self.entries[entry["tree"]] = entry
                except (ValueError, KeyError, AssertionError, TypeError):
                    sys.exit(f"reading {self.file}, line {number}: this is no result of a rehearsal. "
                             "Delete the line, and the tree is rehearsed again")

    def outcome(self, name):
        return self.entries.get(name, {}).get("outcome", "")

    def passed(self, name):
        return self.outcome(name) == "passed"

    def failed(self, name):
        return self.outcome(name) == "failed"

    def stale(self, name, tree):
        """There is no result for the tree as it is now."""
        return self.entries.get(name, {}).get("digest") != digest_of(tree)

    def add(self, result):
        self.entries[result.name] = result.entry()
        aside = self.file.with_suffix(".tmp")
        aside.write_text(HEAD + "".join(json.dumps(entry) + "\n" for _, entry in sorted(self.entries.items())))
        aside.replace(self.file)

    def counts(self):
        return collections.Counter(entry["outcome"] for entry in self.entries.values())

    def summary(self):
        """One sentence."""
        count = self.counts()
        tried = count["passed"] + count["failed"]
        share = f" ({100 * count['passed'] / tried:.0f} %)" if tried else ""
        return (f"{count['passed']} of {tried} twins passed{share}; no twin can be made for {count['no twin']}, "
                f"Brig cannot run on {count['refused']}")

    def reasons(self):
        """How many trees stopped why."""
        return collections.Counter(f"{entry['stage']}: {entry['why']}" for entry in self.entries.values()
                                   if entry["outcome"] in ("failed", "no twin"))

    def words(self, name):
        """For a table."""
        entry = self.entries.get(name)
        if not entry:
            return ""
        if entry["outcome"] == "failed":
            return f"stopped at {entry['stage']}: {entry['why']}"
        return entry["outcome"]


def find_trees(cache, line):
    """{VENDOR/BOARD: file} of a kernel."""
    folder = pathlib.Path(cache) / "kernels" / line / "dtbs"
    trees = {str(file.relative_to(folder).with_suffix("")): file for file in sorted(folder.rglob("*.dtb"))}
    if not trees:
        sys.exit(f"looking for device trees in {folder}: there are none. Run scripts/fetch.")
    return trees


def refusal(tool, tree):
    """Why Brig cannot run on a board; empty if nothing speaks against it."""
    done = subprocess.run([tool, "port", "inspect", tree, "--json"], stdin=subprocess.DEVNULL, timeout=60,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        return (done.stderr or done.stdout).strip() or f"brig port inspect ended with status {done.returncode}"
    points = json.loads(done.stdout)["open_points"]
    return " ".join(point["text"] for point in points if point["kind"] == "blocks")
