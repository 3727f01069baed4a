#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""scripts/apply-kernel-patches --from: commits of another repository's branch."""

import support
from support import Tree

SMP, MAKEFILE = "arch/arm64/kernel/smp.c", "arch/arm64/kernel/Makefile"


class Branch(support.Case):
    def setUp(self):
        """A repository with a branch of four commits, and a vendor's clone that went its own way."""
        super().setUp()
        self.remote = self.tree(name="remote")
        self.base = self.remote.git("rev-parse", "HEAD")
        self.remote.git("checkout", "-q", "-b", "enabling")
        self.remote.edit(SMP, ("	cpuinfo_store_cpu();\n", "	cpuinfo_store_cpu();\n	enabling_one();\n"))
        self.one = self.remote.commit("smp: one")
        self.remote.edit(MAKEFILE, ("obj-$(CONFIG_PARAVIRT)", "obj-y += enabling.o\nobj-$(CONFIG_PARAVIRT)"))
        (self.remote.folder / "arch/arm64/kernel/enabling.c").write_text("/* new */\n")
        self.remote.git("add", "-A")
        self.remote.commit("enabling: two")
        self.remote.edit(SMP, ("	numa_add_cpu(cpu);\n", "	numa_add_cpu(cpu);\n	enabling_three();\n"))
        self.remote.commit("smp: three")
        self.remote.edit("Makefile", ("EXTRAVERSION =", "EXTRAVERSION = -enabled"))
        self.remote.commit("Makefile: four")
        self.vendor = Tree(self.scratch / "vendor")
        self.remote.git("clone", "-q", "-b", "base", str(self.remote.folder), str(self.vendor.folder))

    def test_whole_branch(self):
        """What the tree lacks; a change that it has already is left out by its patch id."""
        tree = self.vendor
        tree.edit(MAKEFILE, ("obj-$(CONFIG_XEN)", "obj-y += vendor.o\nobj-$(CONFIG_XEN)") if
                  "obj-$(CONFIG_XEN)" in tree.read(MAKEFILE) else ("# Object file lists.\n", "# Vendor's object file lists.\n"))
        tree.commit()
        tree.git("cherry-pick", self.one)
        before = tree.snapshot()
        for remote in (str(self.remote.folder), "origin"):  # an address, and a name
            self.ends(tree.apply("--dry-run", "--from", remote, "enabling"), 0, "4 changes", "it would go through")
            self.assertEqual(tree.snapshot(), before)
        self.ends(tree.apply("--from", str(self.remote.folder), "enabling"), 0, "[1/4] already there", "is the same",
                  "done: 3 applied, 1 already there")
        self.assertEqual(tree.git("log", "-3", "--format=%s").splitlines(), ["Makefile: four", "smp: three", "enabling: two"])
        self.assertIn("enabling_three", tree.read(SMP))
        self.assertNotIn("refs/brig", tree.git("for-each-ref"))
        self.ends(tree.apply("--from", "origin", "enabling"), 0, "done: 0 applied, 4 already there")

    def test_range(self):
        """FIRST..LAST, with FIRST a commit that only the other repository has."""
        third = self.remote.git("rev-parse", "enabling~1")
        self.ends(self.vendor.apply("--from", "origin", f"{self.one}..{third}"), 0, "done: 2 applied")
        self.assertNotIn("enabling_one", self.vendor.read(SMP))
        self.assertIn("enabling_three", self.vendor.read(SMP))

    def test_conflict(self):
        """Stops there; --skip goes on; --abort brings everything back."""
        tree = self.vendor
        tree.edit(SMP, ("	numa_add_cpu(cpu);\n", "	vendor_numa(cpu);\n"))
        tree.commit()
        before = tree.snapshot()
        self.ends(tree.apply("--from", "origin", "enabling"), 1, "[3/4] CONFLICT", f"{SMP}: both change it, 1 place",
                  "| 	vendor_numa(cpu);", "in: asmlinkage notrace void secondary_start_kernel(void)")
        self.ends(tree.apply("--abort"), 0)
        self.assertEqual(tree.snapshot(), before)
        self.ends(tree.apply("--from", "origin", "enabling"), 1)
        self.ends(tree.apply("--skip"), 0, "done: 3 applied, 0 already there, 1 left out")
        self.assertIn("-enabled", tree.read("Makefile"))

    def test_no_common_history(self):
        """Unrelated repositories need a range, and with one they work."""
        stranger = self.tree(name="stranger")
        stranger.git("commit", "-q", "--amend", "-m", "another import")
        before = stranger.snapshot()
        self.ends(stranger.apply("--from", str(self.remote.folder), "enabling"), 2, "no common history", "FIRST..enabling")
        self.assertEqual(stranger.snapshot(), before)
        self.ends(stranger.apply("--from", str(self.remote.folder), f"{self.base}..enabling"), 0, "done: 4 applied")

    def test_refused(self):
        tree = self.vendor
        before = tree.snapshot()
        self.ends(tree.apply("--from", "origin", "nothing"), 2, "fetching nothing from")
        self.ends(tree.apply("--from", "origin", "v0..enabling"), 2, "finding v0, the beginning of the range")
        self.ends(tree.apply("--from", str(self.scratch / "gone"), "enabling"), 2, "fetching enabling from")
        self.assertEqual(tree.snapshot(), before)


if __name__ == "__main__":
    support.main()
