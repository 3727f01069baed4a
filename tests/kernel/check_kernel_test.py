#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""scripts/check-kernel on Debian's configurations, on what is known of a vendor's, and on nonsense."""

import gzip
import sys
from types import SimpleNamespace

import support
from support import CACHE, ROOT, script

sys.path.insert(0, str(ROOT / "scripts/lib"))
from kernel_check import kernel as facts  # noqa: E402

VH, NO_KVM = "id_aa64mmfr1.vh=0", "kvm-arm.mode=none"
DTBS = CACHE / "kernels/6.12/dtbs"
RK3588 = DTBS / "rockchip/rk3588-orangepi-5-plus.dtb"
HEAD = "#\n# Automatically generated file; DO NOT EDIT.\n# Linux/arm64 {} Kernel Configuration\n#\n"
USABLE = ["MODULES=y", "HOTPLUG_CPU=y", "FW_LOADER=y", "SYSFS=y", "KALLSYMS=y"]
# What the Orange Pi 5 Plus is delivered with, as far as it matters here: "legacy" and "current".
ORANGE_PI = {"5.10.160": [*USABLE, "ARM64_VHE=y", "KVM=y", "ARM64_PSEUDO_NMI=y", "CPU_IDLE=y", "COMMON_CLK=y",
                          "FIQ_DEBUGGER=y", "MODVERSIONS=y", "ROCKCHIP_SIP=y", 'CMDLINE=""'],
             "6.1.43": [*USABLE, "KVM=y", "CPU_IDLE=y", "COMMON_CLK=y", "FIQ_DEBUGGER=y", 'CMDLINE=""']}


def debian(line):
    return CACHE / "sources" / line / "config"


class Check(support.Case):
    def config(self, version, *lines, name="config"):
        """A configuration file with these CONFIG_ lines."""
        file = self.scratch / name
        file.write_text(HEAD.format(version) + "".join(f"CONFIG_{line}\n" for line in lines))
        return file

    def check(self, what, *options, status=0):
        """Its answer as JSON; the status in it is the one it ends with."""
        answer = self.json(script("check-kernel", what, "--json", *options), status)
        self.assertEqual(answer["status"], status)
        return answer

    def change(self, answer, option):
        """(want, weight) of an option in an answer, None if it is not mentioned."""
        found = [entry for entry in answer["options"] if entry["option"] == option]
        for entry in found:
            self.assertTrue(entry["reason"])
        return (found[0]["want"], found[0]["weight"]) if found else None

    def musts(self, answer):
        return [entry["option"] for entry in answer["options"] if entry["weight"] == "must"]


class Routes(Check):
    def test_debian_with_vhe(self):
        """Debian on the RK3588: 5.10 has to be built again, 6.1 and 6.12 get words."""
        answer = self.check(debian("5.10"), "--dtb", RK3588, status=1)
        self.assertEqual((answer["route"], answer["works"], answer["words"]), (2, False, []))
        self.assertEqual(self.musts(answer), ["ARM64_VHE"])
        self.assertEqual(self.change(answer, "KVM"), ("n", "should"))
        self.assertEqual(answer["cpus"], {"cortex-a55": True, "cortex-a76": True})
        for line in ("6.1", "6.12"):
            answer = self.check(debian(line), "--dtb", RK3588)
            self.assertEqual((answer["route"], answer["works"], answer["words"]), (1, True, [VH, NO_KVM]))
            self.assertEqual(self.musts(answer), [])
            self.assertEqual(self.change(answer, "ARM_SDE_INTERFACE"), ("n", "should"))
            self.assertTrue(answer["kernel"].startswith(line + "."))

    def test_debian_without_vhe(self):
        """On a Cortex-A72 5.10 works as it is, and the later ones want KVM kept out."""
        pi4 = DTBS / "broadcom/bcm2711-rpi-4-b.dtb"
        answer = self.check(debian("5.10"), "--dtb", pi4)
        self.assertEqual((answer["route"], answer["words"], answer["cpus"]), (1, [], {"cortex-a72": False}))
        self.assertIn(NO_KVM, self.check(debian("6.12"), "--dtb", pi4)["words"])
        self.assertEqual(self.check(debian("5.10"), "--cpu", "cortex-a53", "--cpu", "cortex-a72")["route"], 1)
        self.assertEqual(self.check(debian("5.10"), "--cpu", "cortex-a53", "--cpu", "cortex-a75", status=1)["route"], 2)
        self.assertEqual(self.check(debian("5.10"), "--vhe", "no")["route"], 1)
        self.assertIsNone(self.check(debian("5.10"), status=1)["vhe"])

    def test_orange_pi(self):
        """The two kernels that the Orange Pi 5 Plus is delivered with."""
        answer = self.check(self.config("5.10.160", *ORANGE_PI["5.10.160"]), "--dtb", RK3588, status=1)
        self.assertEqual((answer["route"], self.musts(answer)), (2, ["ARM64_VHE"]))
        self.assertEqual(self.change(answer, "FIQ_DEBUGGER"), ("n", "should"))
        self.assertEqual(self.change(answer, "KPROBES"), (None, "note"))
        self.assertIsNone(self.change(answer, "MODVERSIONS"))
        answer = self.check(self.config("6.1.43", *ORANGE_PI["6.1.43"]), "--dtb", RK3588)
        self.assertEqual((answer["route"], answer["words"]), (1, [VH, NO_KVM]))

    def test_patch(self):
        """A 5.10 that has to keep VHE needs the patch; with the patch in, words do."""
        answer = self.check(debian("5.10"), "--vhe", "yes", "--keep-vhe", status=3)
        self.assertEqual((answer["route"], answer["patch"], answer["words"]), (3, "vhe-command-line", [VH]))
        patched = self.config("5.10.160", *ORANGE_PI["5.10.160"], "ARM64_VHE_OVERRIDE=y")
        for more in ([], ["--keep-vhe"]):
            answer = self.check(patched, "--vhe", "yes", *more)
            self.assertEqual((answer["route"], answer["works"], answer["words"]), (3, True, [VH]))
        self.assertEqual(self.check(self.config("5.10.160", *USABLE), "--vhe", "yes", "--keep-vhe")["route"], 1)

    def test_versions(self):
        """What each version understands."""
        for version, words in (("5.12.1", [VH]), ("5.15.0", [VH]), ("5.16.0", [VH, NO_KVM]), ("6.6.30", [VH, NO_KVM])):
            answer = self.check(self.config(version, *USABLE, "KVM=y", "ARM64_VHE=y"), "--vhe", "yes")
            self.assertEqual((answer["route"], answer["words"]), (1, words), version)
        self.assertEqual(self.change(self.check(self.config("5.15.0", *USABLE, "KVM=y")), "KVM"), ("n", "should"))
        self.assertEqual(self.check(self.config("5.12.0", *USABLE))["words"], [])  # ARM64_VHE is off
        answer = self.check(self.config("5.4.219", *USABLE), status=4)
        self.assertEqual((answer["route"], answer["works"]), (None, False))
        self.assertIn("older than 5.10", answer["explain"][0])

    def test_forced_command_line(self):
        """Where the kernel ignores the boot loader's words, they have to be built in."""
        file = self.config("6.1.0", *USABLE, "CMDLINE_FORCE=y", 'CMDLINE="quiet kvm-arm.mode=protected"')
        answer = self.check(file, status=1)
        self.assertEqual(self.change(answer, "CMDLINE"), (f'"quiet kvm-arm.mode=protected {VH} {NO_KVM}"', "must"))
        self.assertIn('remove "kvm-arm.mode=protected"', " ".join(answer["explain"]))
        self.check(self.config("6.1.0", *USABLE, "CMDLINE_FORCE=y", f'CMDLINE="{VH} {NO_KVM}"'))

    def test_modules(self):
        """What keeps brig.ko out."""
        for bad in ("TRIM_UNUSED_KSYMS", "MODULE_SIG_FORCE", "LOCK_DOWN_KERNEL_FORCE_INTEGRITY", "CPU_BIG_ENDIAN"):
            answer = self.check(self.config("6.12.1", *USABLE, f"{bad}=y"), status=1)
            self.assertEqual((answer["route"], self.musts(answer), self.change(answer, bad)), (2, [bad], ("n", "must")))
        for missing in USABLE[:4]:
            rest = [line for line in USABLE if line != missing]
            answer = self.check(self.config("6.12.1", *rest), status=1)
            self.assertEqual(self.change(answer, missing[:-2]), ("y", "must"))


class Output(Check):
    def test_fragment(self):
        """The fragment, merged, leaves nothing that must or should change."""
        file = self.config("5.10.160", *ORANGE_PI["5.10.160"])
        fragment = self.scratch / "brig.config"
        self.ends(script("check-kernel", file, "--vhe", "yes", "-o", fragment), 1, "must change:", "ARM64_VHE=y -> n: keeps the",
                  "next: merge", "--keep-vhe")
        lines = fragment.read_text().splitlines()
        self.assertIn("# CONFIG_ARM64_VHE is not set", lines)
        off = {line.split()[1] for line in lines if line.endswith("is not set")}
        merged = [line for line in file.read_text().splitlines() if line.partition("=")[0] not in off]
        file.write_text("\n".join(merged + [line for line in lines if line.startswith("CONFIG_")]) + "\n")
        answer = self.check(file, "--vhe", "yes")
        self.assertEqual({entry["weight"] for entry in answer["options"]}, {"note"})

    def test_words_for_people(self):
        self.ends(script("check-kernel", debian("6.12")), 0, "route 1, the command line: works as it is",
                  f"words    {VH} {NO_KVM}", "KVM takes EL2 as soon as it is loaded")
        self.ends(script("check-kernel", debian("5.10"), "--keep-vhe"), 3, "route 3, a patch",
                  "scripts/apply-kernel-patches TREE --only vhe-command-line")

    def test_kinds_of_input(self):
        """A compressed file as /proc/config.gz, and a folder of headers."""
        packed = self.scratch / "config.gz"
        packed.write_bytes(gzip.compress(debian("6.1").read_bytes()))
        self.assertEqual(self.check(packed)["words"], [VH, NO_KVM])
        self.assertEqual(self.check(CACHE / "kernels/6.12/build")["kernel"][:5], "6.12.")
        tree = self.tree()
        self.ends(script("check-kernel", tree.folder), 2, "has no .config. Configure it first")
        (tree.folder / ".config").write_text(debian("6.1").read_text())
        self.assertEqual(self.check(tree.folder)["kernel"][:5], "5.10.")  # the Makefile knows better


class Running(Check):
    """What is read of a board, from a copy of its files."""

    BOARD = SimpleNamespace(release="6.1.43-vendor", machine="aarch64")
    CPU = "processor\t: {}\nCPU implementer\t: {}\nCPU architecture: 8\nCPU variant\t: 0x2\nCPU part\t: {}\n\n"

    def test_board(self):
        proc = self.scratch / "proc"
        proc.mkdir()
        with self.assertRaisesRegex(facts.Error, "proc/config.gz.*Name the file"):
            facts.running(self.scratch, self.BOARD)
        (proc / "config.gz").write_bytes(gzip.compress(debian("6.1").read_bytes()))
        (proc / "cmdline").write_text("quiet kvm-arm.mode=none\n")
        found = facts.running(self.scratch, self.BOARD)
        self.assertEqual((found.version, found.command_line), ((6, 1, 43), "quiet kvm-arm.mode=none"))
        self.assertEqual(found["KVM"], "y")

    def test_cpus(self):
        (self.scratch / "proc").mkdir()
        info = self.scratch / "proc/cpuinfo"
        for cpus, expected in (([("0x41", "0xd03"), ("0x41", "0xd08")], {"cortex-a53": False, "cortex-a72": False}),
                               ([("0x41", "0xd05"), ("0x41", "0xd0b")], {"part 0x41/0xd05": True, "part 0x41/0xd0b": True}),
                               ([("0x48", "0xd08")], {"part 0x48/0xd08": True})):
            info.write_text("".join(self.CPU.format(n, *cpu) for n, cpu in enumerate(cpus)))
            self.assertEqual(facts.vhe_of_this_machine(self.scratch), expected)


class Nonsense(Check):
    def refused(self, what, *words, options=()):
        self.ends(script("check-kernel", what, *options), 2, *words)

    def test_files(self):
        self.refused("/nowhere", "/nowhere: No such file")
        (self.scratch / "text").write_text("hello\n")
        self.refused(self.scratch / "text", "no kernel configuration")
        (self.scratch / "image").write_bytes(bytes(range(256)) * 64)
        self.refused(self.scratch / "image", "no kernel configuration")
        (self.scratch / "broken.gz").write_bytes(gzip.compress(b"CONFIG_X=y\n")[:20])
        self.refused(self.scratch / "broken.gz", "broken.gz")
        (self.scratch / "defconfig").write_text("CONFIG_KVM=y\n")
        self.refused(self.scratch / "defconfig", "defconfig or a fragment")
        file = self.config("6.1.0", "KVM=y")
        file.write_text(file.read_text().replace("arm64", "x86"))
        self.refused(file, "for x86, not for arm64")
        file.write_text("# Automatically generated file\nCONFIG_KVM=y\n")
        self.refused(file, "no line tells the kernel's version")

    def test_running(self):
        """On a build host there is nothing to look at; the test machine has it (tests/system)."""
        self.refused("running", "not aarch64")

    def test_trees(self):
        """Device trees that are none, are cut off, or lead in circles."""
        good = RK3588.read_bytes()
        bad = self.scratch / "bad.dtb"
        for data, words in ((b"", "no device tree blob"), (b"hello", "no device tree blob"),
                            (good[:200], "damaged"), (good[:len(good) // 2], "damaged"),
                            (good[:8] + b"\xff" * 8 + good[16:], "damaged")):
            bad.write_bytes(data)
            self.refused(debian("6.1"), words, options=("--dtb", bad))

    def test_output(self):
        self.refused(debian("6.1"), "nowhere", options=("-o", "/nowhere/fragment"))


if __name__ == "__main__":
    support.main()
