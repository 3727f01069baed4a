#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""scripts/apply-kernel-patches where a vendor changed the very lines: reports, going on, taking back."""

import support

HEAD_S, SMP = "arch/arm64/kernel/head.S", "arch/arm64/kernel/smp.c"
MARKERS = ("<<<<<<< ", "=======", ">>>>>>> ")


class Conflict(support.Case):
    def vendor_tree(self, whole=False):
        """A tree that has changed two places of the first patch and one of the second."""
        tree = self.tree(whole=whole)
        tree.edit(HEAD_S, ("	ubfx	x2, x2, #ID_AA64MMFR1_VHE_SHIFT, #4\n", "	ubfx	x2, x2, #8, #4\n	bl	vendor_vhe\n"),
                  ("	bl	kasan_early_init\n#endif\n", "	bl	kasan_early_init\n#endif\n	bl	vendor_uart\n"))
        tree.edit(SMP, ("	if (is_hyp_mode_available())\n		pr_info", "	if (vendor_hyp() && is_hyp_mode_available())\n		pr_info"))
        tree.commit()
        for number in range(3):
            (tree.folder / f"notes.{number}").write_text(f"not git's {number}\n")
        return tree

    def resolve(self, tree, name):
        """Takes both sides of each conflict."""
        text = tree.read(name)
        self.assertIn(MARKERS[0], text)
        lines = [line for line in text.splitlines(keepends=True) if not line.startswith(MARKERS)]
        (tree.folder / name).write_text("".join(lines))
        tree.git("add", "-f", name)  # Debian's .gitignore has everything

    def test_report(self):
        """File, place and lines of each hunk, for people and as JSON; with --dry-run nothing changes."""
        tree = self.vendor_tree()
        before = tree.snapshot()
        said = self.ends(tree.apply("--dry-run"), 1, f"{HEAD_S}: both change it, 2 places", "in: SYM_FUNC_START(el2_setup)",
                         f"{SMP}: both change it, 1 place", "in: static void __init hyp_mode_check(void)",
                         "      | 	bl	vendor_vhe", "      | 	bl	vhe_override_init", "there would be conflicts")
        self.assertEqual(said.count("] CONFLICT"), 2)
        self.assertEqual(tree.snapshot(), before)
        answer = self.json(tree.apply("--json"), 1)
        self.assertEqual([step["state"] for step in answer["steps"]], ["conflict", "waiting"])
        (found,) = answer["steps"][0]["conflicts"]
        self.assertEqual(found["file"], HEAD_S)
        lines = tree.read(HEAD_S).splitlines()
        for hunk in found["hunks"]:
            self.assertTrue(lines[hunk["first"] - 1].startswith(MARKERS[0]), hunk)
            self.assertTrue(lines[hunk["last"] - 1].startswith(MARKERS[2]), hunk)

    def test_abort(self):
        """Back to exactly what was there, at the first conflict and at a later one, on whole sources."""
        tree = self.vendor_tree(whole=True)
        before = tree.snapshot()
        self.ends(tree.apply(), 1, "--continue", "--abort")
        self.assertNotEqual(tree.snapshot(), before)
        self.ends(tree.apply("--abort"), 0, f"is back at {before['head'][:12]}")
        self.assertEqual(tree.snapshot(), before)
        self.ends(tree.apply(), 1)
        self.resolve(tree, HEAD_S)
        self.ends(tree.apply("--continue"), 1, "conflicts resolved by you", "boot-mode")
        self.ends(tree.apply("--abort"), 0)
        self.assertEqual(tree.snapshot(), before)
        self.ends(tree.apply("--abort"), 2, "no run of apply-kernel-patches")

    def test_continue(self):
        """Unresolved is refused; resolved goes on; the commits keep their words."""
        tree = self.vendor_tree()
        self.ends(tree.apply(), 1)
        self.ends(tree.apply(), 2, "a run is under way")
        self.ends(tree.apply("--continue"), 2, f"not resolved yet: {HEAD_S}")
        tree.git("add", "-f", HEAD_S)  # with the markers still in it
        self.ends(tree.apply("--continue"), 2, f"not resolved yet: {HEAD_S}")
        self.resolve(tree, HEAD_S)
        self.ends(tree.apply("--continue"), 1, "[2/2] CONFLICT")
        self.resolve(tree, SMP)
        self.ends(tree.apply("--continue"), 0, "done: 2 applied")
        self.assertEqual(tree.git("log", "-2", "--format=%an: %s").splitlines(), [
            "Brig: arm64: a CPU that comes back late says nothing about the boot",
            "Brig: arm64: let the command line keep the kernel at EL1"])
        self.assertIn("vendor_vhe", tree.read(HEAD_S))
        self.assertIn("vhe_off, x3", tree.read(HEAD_S))
        self.assertNotIn("brig-kernel-patches", tree.snapshot()["state"])

    def test_continue_by_hand(self):
        """Somebody who knows git commits the resolution himself; going on still works."""
        tree = self.vendor_tree()
        self.ends(tree.apply("--only", "boot-mode"), 1)
        self.resolve(tree, SMP)
        tree.git("-c", "core.editor=true", "cherry-pick", "--continue")
        self.ends(tree.apply("--continue"), 0, "done: 1 applied")

    def test_skip(self):
        tree = self.vendor_tree()
        before = tree.snapshot()
        self.ends(tree.apply(), 1)
        self.ends(tree.apply("--skip"), 1, "[2/2] CONFLICT")
        self.ends(tree.apply("--skip"), 0, "done: 0 applied, 0 already there, 2 left out")
        self.assertEqual(tree.snapshot(), before)

    def test_resolved_to_nothing(self):
        """Who throws a change away while resolving it is asked to say so."""
        tree = self.vendor_tree()
        self.ends(tree.apply("--only", "boot-mode"), 1)
        tree.git("checkout", "HEAD", "--", SMP)
        self.ends(tree.apply("--continue"), 2, "--skip leaves it out")
        self.ends(tree.apply("--skip"), 0, "1 left out")

    def test_deleted(self):
        """A file that the vendor has removed."""
        tree = self.tree()
        tree.git("rm", "-q", SMP)
        tree.commit()
        before = tree.snapshot()
        self.ends(tree.apply(), 1, "[1/2] applied", f"{SMP}: the tree has deleted it")
        self.ends(tree.apply("--abort"), 0)
        self.assertEqual(tree.snapshot(), before)

    def test_other_branch(self):
        """Who has switched branches in between is not made to lose anything."""
        tree = self.vendor_tree()
        self.ends(tree.apply(), 1)
        tree.git("cherry-pick", "--abort")
        tree.git("checkout", "-q", "-b", "elsewhere")
        before = tree.snapshot()
        for option in ("--abort", "--continue", "--skip"):
            self.ends(tree.apply(option), 2, "is on refs/heads/elsewhere now; switch back first")
        self.assertEqual(tree.snapshot(), before)


if __name__ == "__main__":
    support.main()
