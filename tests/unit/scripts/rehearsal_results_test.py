#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What a sweep of rehearsals keeps, and the column that it becomes."""

import pathlib
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "scripts/lib"))
import board_table  # noqa: E402
from rehearsal_results import Result, Results  # noqa: E402


class ResultsTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.file = self.folder / "results.jsonl"
        self.trees = {}
        for name in ("good", "bad", "mute", "old"):
            self.trees[name] = self.folder / f"{name}.dtb"
            self.trees[name].write_text(name)
        self.results = Results(self.file)
        self.add("good", "passed")
        self.add("bad", "failed", "boot", "\n  no shell after 300 s:\nmuch more")
        self.add("mute", "no twin", "derive", 'deriving: "brig rehearse" ended with status 1:\nbrig: making a twin '
                 "of /trees/mute.dtb: none of its UARTs has a model. Models: 8250, PL011")

    def add(self, name, *what):
        self.results.add(Result(f"vendor/{name}", self.trees[name], *what))

    def test_kept(self):
        again = Results(self.file)
        self.assertEqual(again.entries, self.results.entries)
        self.assertTrue(again.passed("vendor/good"))
        self.assertTrue(again.failed("vendor/bad"))
        self.assertFalse(again.failed("vendor/mute"))
        self.assertEqual(again.words("vendor/bad"), "stopped at boot: much more")

    def test_the_doctors_complaint(self):
        self.add("bad", "failed", "doctor", '"brig doctor" ended with status 1:\npass  el2   EL2 is free\n'
                 "fail  its   the root cell is not given the ITS\n            -> add it")
        self.assertEqual(self.results.words("vendor/bad"), "stopped at doctor: its the root cell is not given the ITS")

    def test_stale(self):
        self.assertFalse(self.results.stale("vendor/good", self.trees["good"]))
        self.assertTrue(self.results.stale("vendor/old", self.trees["old"]))
        self.trees["good"].write_text("another tree")
        self.assertTrue(self.results.stale("vendor/good", self.trees["good"]))

    def test_summary(self):
        self.assertEqual(self.results.summary(), "1 of 2 twins passed (50 %); no twin can be made for 1, "
                                                 "Brig cannot run on 0")
        self.assertEqual(self.results.reasons()["derive: none of its UARTs has a model"], 1)

    def test_damaged(self):
        self.file.write_text(self.file.read_text() + '{"tree": "vendor/x"}\n')
        with self.assertRaisesRegex(SystemExit, "line 5"):
            Results(self.file)

    def test_column(self):
        """Boards of one tree that ran differently get lines of their own; 6.1's trees never ran."""
        names = ["6.1/vendor/good.dtb", "6.12/vendor/good.dtb", "6.12/vendor/bad.dtb", "6.1/vendor/mute.dtb"]
        self.assertEqual(board_table.split(names, self.results),
                         {"passed": names[:2], "stopped at boot: much more": names[2:3],
                          "": names[3:]})


unittest.main()
