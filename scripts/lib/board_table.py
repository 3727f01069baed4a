# SPDX-License-Identifier: Apache-2.0
"""The table docs/boards.md, out of what scripts/board-sweep found."""

import collections
import textwrap

REHEARSED_LINE = "6.12"
RESULTS = {"builds": "builds", "open": "open points", "refused": "refused", "fault": "fault"}
MISSING = {"memory": "RAM", "console": "console", "psci": "PSCI", "maintenance-irq": "maintenance interrupt",
           "spin-table": "PSCI (spin-table)"}

HEAD = """<!-- SPDX-License-Identifier: Apache-2.0 -->
# Boards that `brig port` was tried on

Made by `scripts/board-sweep --link --write`; do not edit. The trees are all that Debian's arm64 kernel
packages have: {trees} files, {different} different ones. It says what the device tree allows, not that Brig ran
on the board: nothing here has been on hardware. What ran on an emulated twin (`scripts/rehearsal-sweep`) is in the
column *rehearsed*.

| result | trees | meaning |
|---|---|---|
| builds | {builds} | `brig port new` wrote a board, and its record compiles against the board contract |
| open points | {open} | the same, and the tree lacks a fact: its place is marked "TO BE CONFIRMED" |
| refused | {refused} | Brig cannot run on the machine as its tree describes it |

{records} distinct records were compiled. Built in full, up to `brig.bin`: {linked}.

## Rehearsed

{rehearsed}
A twin is made from the tree, the generated board is built, Linux 6.12 boots on the twin, `brig doctor`, `brig
enable`, a cell that speaks, `brig disable`, and Linux lives on: docs/rehearsal.md. Trees that only 6.1 has are not
rehearsed.

| stopped | trees |
|---|---|
{stopped}

## What open points lack

| missing in the tree | trees |
|---|---|
{missing}

RAM is missing where the boot loader fills it in: `--iomem` adds it. The console is missing where the tree
names none, or one that Brig has no driver for ({consoles}).

## Why boards are refused

| reason | trees |
|---|---|
{reasons}

## By vendor

| vendor | builds | open points | refused |
|---|---|---|---|
{vendors}

## Boards

One line for boards of one SoC with the same result. "6.1" or "6.12" behind a name: only that kernel has it.
"""


def extract(facts):
    """What the table needs of `brig port inspect --json`."""
    gic = facts["gic"]
    console = facts["console"]
    unsupported = console["type"] == "none" and console["node"] and console["note"]
    return {"soc": (facts["compatible"] or ["?"])[-1],
            "gic": f"v{gic['version']}" + ("*" if gic["aliased"] else "") if gic else "-",
            "console": console["type"],
            "console_why": console["note"] if unsupported else None,
            "memory": bool(facts["memory"]),
            "missing": sorted({p["key"] for p in facts["open_points"] if p["kind"] == "missing"}),
            "blocks": [p["text"] for p in facts["open_points"] if p["kind"] == "blocks"]}


def rows(counter):
    return "\n".join(f"| {name} | {count} |" for name, count in counter.most_common()) or "| none | 0 |"


def board_names(names):
    """LINE/VENDOR/BOARD.dtb of one or more kernels as one text."""
    lines = collections.defaultdict(set)
    for name in names:
        line, _, rest = name.partition("/")
        lines[rest.partition("/")[2].removesuffix(".dtb")].add(line)
    return ", ".join(board + ("" if len(found) > 1 else f" {min(found)}")
                     for board, found in sorted(lines.items()))


def cell(text):
    return text.replace("|", "\\|").replace("\n", " ")


def split(names, results):
    """Names of one tree, by what came of rehearsing them."""
    parts = collections.defaultdict(list)
    ran = {name.partition("/")[2] for name in names if name.startswith(f"{REHEARSED_LINE}/")}
    for name in names:
        board = name.partition("/")[2]
        parts[results.words(board.removesuffix(".dtb")) if board in ran else ""].append(name)
    return parts


def rehearsed(trees, results):
    """What came of all, and how many trees of 6.12 have no result yet."""
    left = sum(not results.outcome(name.split("/", 1)[1].removesuffix(".dtb")) for name in trees
               if name.startswith("6.12/"))
    return textwrap.fill(f"{results.summary()}. Still to be rehearsed: {left} trees.", 110) + "\n"


def render(trees, data, linked, results):
    entries = [(data["trees"][digest], names) for digest, names in trees.items()]
    count = collections.Counter()
    missing, reasons, consoles = collections.Counter(), collections.Counter(), collections.Counter()
    vendors = collections.defaultdict(collections.Counter)
    groups = collections.defaultdict(list)
    for entry, names in entries:
        count[entry["result"]] += len(names)
        for key in entry["missing"]:
            missing[MISSING.get(key, key)] += len(names)
        if entry["result"] == "refused":
            for text in entry["blocks"]:
                reasons[text] += len(names)
        if entry["console_why"]:
            consoles[entry["console_why"]] += len(names)
        for name in names:
            vendors[name.split("/")[1]][entry["result"]] += 1
        lacks = (", ".join(MISSING.get(key, key) for key in entry["missing"])
                 if entry["result"] != "refused" else " ".join(entry["blocks"]))
        for ran, some in split(names, results).items():
            groups[(names[0].split("/")[1], entry["soc"], entry["gic"], entry["console"], entry["result"],
                    lacks, ran)] += some
    kinds = "; ".join(f"{why.removeprefix('Brig has no driver for ')}: {number}"
                      for why, number in consoles.most_common(12))
    text = HEAD.format(
        trees=sum(count.values()), different=len(entries), builds=count["builds"], open=count["open"],
        refused=count["refused"], records=len({e["record"] for e, _ in entries if e.get("record")}),
        linked=", ".join(f"`{name.removesuffix('.dtb')}`" for name in linked),
        rehearsed=rehearsed([name for _, names in entries for name in names], results),
        stopped=rows(results.reasons()),
        missing=rows(missing), consoles=kinds, reasons=rows(reasons),
        vendors="\n".join(f"| {vendor} | {found['builds']} | {found['open']} | {found['refused']} |"
                          for vendor, found in sorted(vendors.items())))
    text += '"v2*": a GIC-400 with 64 KiB aliases.\n'
    vendor = None
    for (name, soc, gic, console, result, lacks, ran), names in sorted(groups.items()):
        if name != vendor:
            vendor = name
            text += f"\n### {vendor}\n\n| SoC | GIC | console | result | missing, or why refused "
            text += "| rehearsed | boards |\n|---|---|---|---|---|---|---|\n"
        text += (f"| {cell(soc)} | {gic} | {console} | {RESULTS[result]} | {cell(lacks)} | "
                 f"{cell(ran)} | {cell(board_names(names))} |\n")
    return text
