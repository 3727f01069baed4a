# SPDX-License-Identifier: Apache-2.0
"""What could not be merged: the files, and in each the places between git's conflict markers."""

import re

KINDS = {"DU": "the tree has deleted it", "UD": "the patch deletes it", "AA": "both create it",
         "UU": "both change it", "AU": "only the tree has it", "UA": "only the patch has it",
         "DD": "both delete it"}
SHOWN = 14  # lines of a place in a report


def find(git):
    """[{file, kind, hunks: [{first, last, within, text}]}] of the work tree; line numbers from 1."""
    found = []
    for line in git("status", "--porcelain", "--untracked-files=no").splitlines():
        code, path = line[:2], line[3:].strip('"')
        if code in KINDS:
            found.append({"file": path, "kind": KINDS[code], "hunks": hunks(git.folder / path)})
    return found


def hunks(file):
    """The places of a file that are between markers."""
    if not file.is_file():
        return []
    lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    result, first, within = [], None, ""
    for number, line in enumerate(lines, 1):
        if line.startswith("<<<<<<< "):
            first = number
        elif line.startswith(">>>>>>> ") and first:
            result.append({"first": first, "last": number, "within": within, "text": lines[first - 1:number]})
            first = None
        elif first is None and re.match(r"[A-Za-z_$]", line) and not line.rstrip().endswith(":"):
            within = line.strip()  # as git finds the heading of a hunk
    return result


def describe(found):
    """Lines for people."""
    for entry in found:
        places = entry["hunks"]
        yield f"  {entry['file']}: {entry['kind']}" + (
            f", {len(places)} place{'s' if len(places) > 1 else ''}" if places else "")
        for place in places:
            yield f"    lines {place['first']}-{place['last']}" + (
                f", in: {place['within']}" if place["within"] else "")
            for line in place["text"][:SHOWN]:
                yield f"      | {line}"
            if len(place["text"]) > SHOWN:
                yield f"      | ... {len(place['text']) - SHOWN} more lines"
