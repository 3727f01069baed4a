# SPDX-License-Identifier: Apache-2.0
"""Which of the changes a tree has already."""

DAY = 24 * 3600
DEPTH = 5000  # commits to the same files that are looked at


def patch_ids(git, *log_arguments):
    """{patch id: commit} of the commits that git log names."""
    text = git("log", "-p", "--no-merges", "--no-color", "--no-ext-diff", "--no-textconv", "--full-index",
               "--format=commit %H", *log_arguments)
    ids = git("patch-id", "--stable", text_in=text + "\n")
    return dict(line.split() for line in ids.splitlines())


def find_present(git, picks):
    """{commit of a pick: what in the tree is the same}. The same patch id counts, and so does a tree
    from which the change could be taken out again."""
    if not picks:
        return {}
    commits = [pick.commit for pick in picks]
    files = sorted({path for commit in commits for path in files_of(git, commit)})
    # A copy of a change was not committed before the change was written.
    oldest = min(int(git("show", "-s", "--format=%at", commit)) for commit in commits)
    known = patch_ids(git, "--full-diff", f"-n{DEPTH}", f"--since=@{max(0, oldest - DAY)}", "HEAD", "--", *files)
    present = {}
    for commit in commits:
        own = next(iter(patch_ids(git, "-1", commit)), None)
        if own in known:
            present[commit] = f"commit {known[own][:12]} is the same"
        elif taken_in(git, commit):
            present[commit] = "other commits brought the same lines"
    return present


def files_of(git, commit):
    return git("diff-tree", "-r", "--root", "--no-commit-id", "--name-only", "--no-renames", commit).splitlines()


def taken_in(git, commit):
    """Would `git apply -R` take the change out of HEAD?"""
    diff = git("diff-tree", "-p", "--root", "--no-commit-id", "--binary", "--full-index", commit)
    return bool(diff) and git.ok("apply", "-R", "--check", "--cached", text_in=diff + "\n")
