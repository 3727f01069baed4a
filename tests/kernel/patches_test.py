#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""scripts/apply-kernel-patches on trees where all goes well, and where it refuses to begin."""

import subprocess
import tomllib

import support
from support import ROOT, Tree

MANIFEST = tomllib.loads((ROOT / "kernel-patches/manifest.toml").read_text())
HEAD_S, SMP = "arch/arm64/kernel/head.S", "arch/arm64/kernel/smp.c"


def patches(line):
    return [ROOT / "kernel-patches" / patch["kernels"][line] for patch in MANIFEST["patch"] if line in patch["kernels"]]


def change_like_a_vendor(tree):
    """Code moved, added and changed close to all the places that the 5.10 series changes."""
    tree.edit(HEAD_S, ("SYM_FUNC_START(el2_setup)\n", "SYM_FUNC_START(el2_setup)\n\tnop\t\t\t\t// vendor: trace\n"),
              ("	mov	x2, xzr\n#endif\n\n	/* Hyp configuration. */\n",
               "	mov	x2, xzr\n#endif\n\n	/* Hyp configuration, as our firmware wants it. */\n"),
              ("	mrs	x2, id_aa64mmfr1_el1\n", "	mrs	x2, id_aa64mmfr1_el1		// vendor: A76\n"),
              ("	bl	kasan_early_init\n", "	bl	vendor_kasan_init\n"), ("\t__INIT\n", "\t__INIT\n" + "\tnop\n" * 40))
    tree.commit("vendor: bring-up")
    text = tree.read(SMP)
    begin, end = text.index("void cpu_die_early(void)"), text.index("static void __init hyp_mode_check(void)")
    moved = text[begin:end]
    text = text[:begin] + text[end:]
    at = text.index("#ifdef CONFIG_HOTPLUG_CPU\nstatic int op_cpu_disable")
    text = text[:at] + moved + text[at:]
    text = text.replace("	if (ops->cpu_postboot)\n", "	if (ops && ops->cpu_postboot)\n")
    (tree.folder / SMP).write_text(text)
    tree.commit("vendor: SMP")
    tree.edit("arch/arm64/Kconfig", ('	  implement this feature.\n\nendmenu\n\nmenu "ARMv8.2',
                                     '	  implement this feature.\n\nendmenu\n\nmenu "Vendor and ARMv8.2'))
    tree.commit("vendor: build")


class Clean(support.Case):
    def test_each_line(self):
        """On Debian's sources: dry run, run, and once more; the result is what the patches say."""
        for line in MANIFEST["series"]:
            with self.subTest(line=line):
                tree = self.tree(line, line, whole=True)
                before = tree.snapshot()
                self.ends(tree.apply("--dry-run"), 0, "it would go through", f"series {line} on Linux {line}.")
                self.assertEqual(tree.snapshot(), before)
                done = tree.apply()
                self.ends(done, 0, f"done: {len(patches(line))} applied, 0 already there")
                for file in patches(line):
                    subprocess.run(["git", "-C", tree.folder, "apply", "--cached", "-R", file], check=True)
                self.assertEqual(tree.git("write-tree"), before["tree"])
                tree.git("reset", "-q", "--hard")
                again = tree.snapshot()
                said = self.ends(tree.apply(), 0, f"done: 0 applied, {len(patches(line))} already there")
                self.assertEqual(said.count("is the same"), len(patches(line)), said)
                self.assertEqual(tree.snapshot(), again)
                self.assertNotIn("brig-kernel-patches", again["state"])

    def test_commits(self):
        """The commits have the patches' author and words, and an untracked file is left alone."""
        tree = self.tree()
        (tree.folder / "vendor.log").write_text("mine")
        answer = self.json(tree.apply("--json"), 0)
        self.assertEqual([step["state"] for step in answer["steps"]], ["applied", "applied"])
        self.assertEqual(tree.git("log", "-1", "--format=%an <%ae> %cn"), "Brig <brig@localhost> vendor")
        self.assertIn("note in el2_setup", tree.git("log", "-1", "--format=%B", "HEAD~1").replace("\n", " "))
        self.assertEqual(tree.read("vendor.log"), "mine")

    def test_only(self):
        """One patch of two; the other can follow."""
        tree = self.tree()
        self.ends(tree.apply("--only", "boot-mode"), 0, "done: 1 applied")
        self.assertFalse((tree.folder / "arch/arm64/kernel/vhe_override.c").exists())
        self.ends(tree.apply(), 0, "done: 1 applied, 1 already there")
        self.ends(tree.apply("--only", "nothing"), 2, "no patch nothing, only vhe-command-line, boot-mode")

    def test_detached_and_linked(self):
        """A detached HEAD, and a linked work tree whose .git is a file."""
        tree = self.tree()
        tree.git("worktree", "add", "-q", "--detach", str(self.scratch / "linked"))
        linked = Tree(self.scratch / "linked")
        self.ends(linked.apply(), 0, "done: 2 applied")
        self.assertEqual(tree.git("rev-parse", "HEAD"), linked.git("rev-parse", "HEAD~2"))


class Vendor(support.Case):
    def test_moved_code(self):
        """Vendor changes next to each place: the patches as they are do not apply, the merge does."""
        tree = self.tree(whole=True)
        change_like_a_vendor(tree)
        plain = tree.git("apply", "--check", *map(str, patches("5.10")), check=False)
        self.assertIn("patch does not apply", plain.stderr)
        self.ends(tree.apply("--dry-run"), 0, "it would go through")
        self.ends(tree.apply(), 0, "done: 2 applied")
        head, smp = tree.read(HEAD_S), tree.read(SMP)
        for text, words in ((head, ["vendor: trace", "as our firmware wants it", "bl	vendor_kasan_init", "vhe_off, x3",
                                    "bl	vhe_override_init", "restart_at_el1)"]),
                            (smp, ["ops && ops->cpu_postboot", "keep_boot_mode();",
                                   "all_started_at_el2 = is_hyp_mode_available();"])):
            for word in words:
                self.assertIn(word, text)
        self.assertLess(smp.index("void cpu_die_early"), smp.index("op_cpu_disable"), "it was moved back")
        self.assertEqual(smp.count("void cpu_die_early"), 1)
        self.assertIn('menu "Vendor and', tree.read("arch/arm64/Kconfig"))
        self.assertIn("ARM64_VHE_OVERRIDE", tree.read("arch/arm64/Kconfig"))

    def imported(self):
        """A vendor's tree without history, as imported from an archive: its repository has none of
        the files that the patches were made from."""
        tree = self.tree(name="with-history")
        change_like_a_vendor(tree)
        alone = Tree(self.scratch / "alone")
        alone.folder.mkdir()
        alone.git("init", "-q", "-b", "vendor")
        for name in ("Makefile", "arch/arm64/Kconfig", "arch/arm64/kernel/Makefile", HEAD_S, SMP):
            (alone.folder / name).parent.mkdir(parents=True, exist_ok=True)
            (alone.folder / name).write_text(tree.read(name))
        alone.git("add", "-A")
        alone.commit("vendor: import")
        return alone

    def test_without_history(self):
        """The common ancestor then comes from the cache; without the cache it says what is missing."""
        tree = self.imported()
        before = tree.snapshot()
        empty = {"BRIG_CACHE": str(self.scratch / "no-cache")}
        self.ends(tree.apply(env=empty), 2, "vhe-command-line does not apply", "Run scripts/fetch", f"{HEAD_S}:")
        self.assertEqual(tree.snapshot(), before)
        self.ends(tree.apply(), 0, "done: 2 applied")
        self.assertIn("vendor: trace", tree.read(HEAD_S))

    def test_without_history_nor_changes(self):
        """A tree whose files are as they were needs no ancestor from elsewhere."""
        tree = self.tree()
        alone = Tree(self.scratch / "alone")
        alone.folder.mkdir()
        alone.git("init", "-q")
        for name in ("Makefile", SMP):
            (alone.folder / name).parent.mkdir(parents=True, exist_ok=True)
            (alone.folder / name).write_text(tree.read(name))
        alone.git("add", "-A")
        alone.commit()
        self.ends(alone.apply("--only", "boot-mode", env={"BRIG_CACHE": str(self.scratch / "none")}), 2, "vhe-command-line")
        self.ends(alone.apply("--only", "boot-mode"), 0, "done: 1 applied")

    def test_squashed(self):
        """What a vendor took in as part of one big commit is recognized by its lines."""
        tree = self.tree()
        for file in patches("5.10"):
            tree.git("apply", "--index", str(file))
        tree.edit("Makefile", ("EXTRAVERSION =", "EXTRAVERSION = -vendor"))
        tree.commit("vendor: everything")
        self.ends(tree.apply(), 0, "done: 0 applied, 2 already there", "other commits brought the same lines")

    def test_cherry_picked_elsewhere(self):
        """A patch under later changes of its own lines is recognized by its patch id."""
        tree = self.tree()
        self.ends(tree.apply("--only", "boot-mode"), 0)
        tree.edit(SMP, ("	keep_boot_mode();\n\n", "	keep_boot_mode();\n	vendor_hook();\n\n"),
                  ("static void keep_boot_mode(void)", "static void notrace keep_boot_mode(void)"))
        tree.commit()
        self.ends(tree.apply("--only", "boot-mode"), 0, "0 applied, 1 already there", "is the same")


class Refused(support.Case):
    def refused(self, tree, *words, options=()):
        before = tree.snapshot()
        for dry in ([], ["--dry-run"]):
            self.ends(tree.apply(*options, *dry), 2, *words)
        self.assertEqual(tree.snapshot(), before)

    def test_dirty(self):
        """Uncommitted changes, in files or in the index."""
        tree = self.tree()
        tree.edit(SMP, ("asmlinkage notrace void secondary", "asmlinkage notrace  void secondary"))
        self.refused(tree, "changes that are not committed", f" M {SMP}")
        tree.git("add", "-A")
        self.refused(tree, f"M  {SMP}")

    def test_unknown_file_in_the_way(self):
        tree = self.tree()
        (tree.folder / "arch/arm64/kernel/vhe_override.c").write_text("vendor's own\n")
        self.refused(tree, "creates arch/arm64/kernel/vhe_override.c", "move it away")

    def test_busy(self):
        """In the middle of somebody's cherry-pick."""
        tree = self.tree()
        tree.edit("Makefile", ("EXTRAVERSION =", "EXTRAVERSION = -a"))
        other = tree.commit()
        tree.git("reset", "-q", "--hard", "HEAD~1")
        tree.edit("Makefile", ("EXTRAVERSION =", "EXTRAVERSION = -b"))
        tree.commit()
        tree.git("cherry-pick", other, check=False)
        self.refused(tree, "in the middle of a git cherry-pick")

    def test_not_a_kernel(self):
        tree = self.tree()
        self.refused(Tree(tree.folder / "arch"), "the work tree begins at")
        self.ends(support.script("apply-kernel-patches", self.scratch), 2, "no git work tree")
        self.ends(support.script("apply-kernel-patches", "/nowhere"), 2, "no such folder")
        tree.edit("Makefile", ("PATCHLEVEL = 10", "PATCHLEVEL = 4"))
        tree.commit()
        self.refused(tree, "no patches for Linux 5.4, only for 5.10, 6.1, 6.12")
        self.refused(tree, "there is no series 4.19", options=("--series", "4.19"))
        self.ends(tree.apply("--series", "5.10"), 0, "done: 2 applied")

    def test_nothing_to_go_on_with(self):
        tree = self.tree()
        for option in ("--continue", "--skip", "--abort"):
            self.ends(tree.apply(option), 2, "no run of apply-kernel-patches")
        self.ends(tree.apply("--continue", "--series", "5.10"), 2, "the run knows its own")


if __name__ == "__main__":
    support.main()
