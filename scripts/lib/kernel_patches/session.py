# SPDX-License-Identifier: Apache-2.0
"""One run of picking changes onto a tree. Its state is in .git/brig-kernel-patches, so that it can
be continued after conflicts, or taken back."""

import json
import shutil

from . import conflicts, present
from .git import Error, refuse_if_busy
from .series import Pick

APPLIED, PRESENT, CONFLICT, SKIPPED, WAITING = "applied", "present", "conflict", "skipped", "waiting"


class Session:
    """steps: [{commit, name, title, state, detail}] in order; original: the HEAD to go back to."""

    def __init__(self, git, report=lambda text: None):
        self.git, self.report = git, report
        self.folder = git.path("brig-kernel-patches")
        self.what, self.original, self.branch, self.steps = "", None, None, []

    # -- state ------------------------------------------------------------------------------

    def under_way(self):
        return (self.folder / "state.json").exists()

    def load(self):
        if not self.under_way():
            raise Error(f"{self.git.folder} has no run of apply-kernel-patches to go on with")
        state = json.loads((self.folder / "state.json").read_text(encoding="utf-8"))
        self.what, self.original = state["what"], state["original"]
        self.branch, self.steps = state["branch"], state["steps"]
        if self.current_branch() != self.branch:
            raise Error(f"the run was begun on {self.branch or 'a detached HEAD'}, but {self.git.folder} is "
                        f"on {self.current_branch() or 'a detached HEAD'} now; switch back first")

    def save(self):
        self.folder.mkdir(exist_ok=True)
        state = {"what": self.what, "original": self.original, "branch": self.branch, "steps": self.steps}
        new = self.folder / "state.new"
        new.write_text(json.dumps(state, indent=1), encoding="utf-8")
        new.replace(self.folder / "state.json")

    def forget(self):
        for ref in ("refs/brig/from", "refs/brig/first"):
            self.git.run("update-ref", "-d", ref)
        shutil.rmtree(self.folder, ignore_errors=True)

    def current_branch(self):
        return self.git.run("symbolic-ref", "-q", "HEAD").stdout.strip() or None

    # -- what a user asks for ---------------------------------------------------------------

    def begin(self, what, picks, place):
        """Notes what is to be done; `place`: the tree that it is for. Nothing has changed yet."""
        self.what, self.branch = what, self.current_branch()
        self.original = self.git("rev-parse", "HEAD")
        known = present.find_present(self.git, picks)
        self.steps = [{**Pick._asdict(pick), "state": PRESENT if pick.commit in known else WAITING,
                       "detail": known.get(pick.commit, "")} for pick in picks]
        for step in self.steps:
            if step["state"] == WAITING:
                self.refuse_to_overwrite(step, place)

    def refuse_to_overwrite(self, step, place):
        """A file that a change creates must not be lying there, unknown to git."""
        created = self.git("diff-tree", "-r", "--root", "--no-commit-id", "--name-only", "--no-renames",
                           "--diff-filter=A", step["commit"])
        for path in created.splitlines():
            if (place.folder / path).exists() and not place("ls-files", "--", path):
                raise Error(f"{step['name']} creates {path}, and {place.folder} has a file there that git "
                            "does not know; move it away first")

    def run(self, stop_at_conflict=True):
        """Picks what waits. False if it stopped at a conflict, or there was one."""
        clean = True
        if stop_at_conflict:
            self.save()
        for number, step in enumerate(self.steps, 1):
            if step["state"] == WAITING:
                self.pick(step)
                if stop_at_conflict:
                    self.save()
            self.report(self.line(number, step))
            if step["state"] != CONFLICT:
                continue
            clean = False
            for line in conflicts.describe(step["conflicts"]):
                self.report(line)
            if stop_at_conflict:
                return False
            self.git("cherry-pick", "--skip")
        return clean

    def pick(self, step):
        done = self.git.run("cherry-pick", "--allow-empty", step["commit"])
        if done.returncode == 0:
            step["state"], step["detail"] = APPLIED, f"commit {self.git('rev-parse', '--short=12', 'HEAD')}"
            return
        found = conflicts.find(self.git)
        if found:
            step["state"], step["conflicts"] = CONFLICT, found
            step["detail"] = f"{len(found)} file{'s' if len(found) > 1 else ''}"
        elif self.git.path("CHERRY_PICK_HEAD").exists() and not self.git("status", "--porcelain", "-uno"):
            self.git("cherry-pick", "--skip")
            step["state"], step["detail"] = PRESENT, "nothing is left of it after the merge"
        else:
            raise Error(f"cherry-picking {step['name']} failed: {(done.stderr or done.stdout).strip()}")

    def resume(self, skip=False):
        """After a conflict: takes what the user made of it (or nothing, with skip) and goes on."""
        self.load()
        step = next((step for step in self.steps if step["state"] == CONFLICT), None)
        picking = self.git.path("CHERRY_PICK_HEAD").exists()
        if step and skip:
            if picking:
                self.git("cherry-pick", "--skip")
            step["state"], step["detail"] = SKIPPED, "as you asked"
        elif step:
            if picking:
                self.conclude(step)
            elif self.git("status", "--porcelain", "-uno"):
                raise Error(f"{self.git.folder} has changes, but no cherry-pick is under way in it any more; "
                            "commit them or take them back, then continue")
            step["state"] = APPLIED
            step["detail"] = f"commit {self.git('rev-parse', '--short=12', 'HEAD')}, conflicts resolved by you"
        if step:
            step.pop("conflicts", None)
            self.save()
        refuse_if_busy(self.git)
        return self.run()

    def conclude(self, step):
        """Commits a resolved conflict."""
        left = conflicts.find(self.git)
        marked = [path for path in self.git("diff", "--name-only", "--cached", "HEAD").splitlines()
                  if conflicts.hunks(self.git.folder / path)]
        if left or marked:
            names = ", ".join(sorted({entry["file"] for entry in left} | set(marked)))
            raise Error(f"{step['name']} is not resolved yet: {names}. Edit, git add, then --continue "
                        "(or --skip to leave this one out, or --abort)")
        if self.git.ok("diff", "--cached", "--quiet", "HEAD"):
            raise Error(f"nothing is left of {step['name']} as you resolved it; --skip leaves it out")
        self.git("commit", "--no-edit", "--no-verify")

    def abort(self):
        """Puts branch, index and files back to what they were. Files that git does not know stay."""
        self.load()
        if not self.git.ok("merge-base", "--is-ancestor", self.original, "HEAD"):
            raise Error(f"HEAD of {self.git.folder} no longer descends from {self.original[:12]}, where the run "
                        "began; nothing was changed. git reset --hard would take you back there")
        self.git.run("cherry-pick", "--quit")
        self.git("reset", "--hard", "--quiet", self.original)
        self.git.run("update-ref", "-d", "AUTO_MERGE")
        self.forget()

    # -- reports ----------------------------------------------------------------------------

    def line(self, number, step):
        words = {APPLIED: "applied", PRESENT: "already there", CONFLICT: "CONFLICT",
                 SKIPPED: "left out", WAITING: "waits"}
        detail = f" ({step['detail']})" if step["detail"] else ""
        return f"[{number}/{len(self.steps)}] {words[step['state']]:13} {step['name']}: {step['title']}{detail}"

    def count(self, state):
        return sum(step["state"] == state for step in self.steps)
