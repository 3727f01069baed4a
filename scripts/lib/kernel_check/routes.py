# SPDX-License-Identifier: Apache-2.0
"""Which way leads Brig to EL2 on a kernel: 1 words on the command line, 2 another configuration,
3 a patch. The first that does is taken."""

from collections import namedtuple

from .options import BASIS, MUST, NOTE, RULES, SHOULD

VH, NO_KVM = "id_aa64mmfr1.vh=0", "kvm-arm.mode=none"
OLDEST = (5, 10)          # brig.ko builds from here on
HAS_OVERRIDE = (5, 12)    # understands id_aa64mmfr1.vh=0; before, ARM64_VHE decides
NO_VHE_OPTION = (5, 13)   # ARM64_VHE is gone: VHE always built in
HAS_MODE_NONE = (5, 16)   # understands kvm-arm.mode=none
KVM_FROM_BOOT = (6, 12)   # KVM takes EL2 when it is loaded, not with the first machine
PATCH = "vhe-command-line"

# option, value now, value wanted (None: as it is), weight, how it is known, reason, words
Change = namedtuple("Change", "option now want weight basis reason words", defaults=("",))


class Verdict:
    """route: 1, 2, 3 or None (this kernel cannot be used); works: as it is, with `words`; words: for
    the command line; changes: [Change]; explain: lines of why; patch: name of the patch of route 3."""

    def __init__(self):
        self.route, self.works = 1, True
        self.words, self.changes, self.explain, self.patch = [], [], [], None

    def need(self, *change):
        self.changes.append(Change(*change))


def judge(kernel, vhe, keep_vhe=False):
    """The Verdict on a kernel. vhe: has any CPU VHE (None: unknown, so taken for granted);
    keep_vhe: the kernel must go on using VHE whenever the command line does not forbid it."""
    verdict = Verdict()
    line = kernel.version[:2]
    if line < OLDEST:
        verdict.route, verdict.works = None, False
        verdict.explain.append(f"Linux {kernel.release} is older than {OLDEST[0]}.{OLDEST[1]}, the oldest that "
                               "brig.ko builds for")
        return verdict
    if line < HAS_OVERRIDE:
        judge_old(verdict, kernel, vhe is not False, keep_vhe)
    else:
        judge_new(verdict, kernel, line, vhe)
    judge_kvm(verdict, kernel, line)
    judge_options(verdict, kernel)
    judge_command_line(verdict, kernel)
    if verdict.works and any(change.weight == MUST for change in verdict.changes):
        verdict.works, verdict.route = False, 2
    return verdict


def judge_old(verdict, kernel, vhe, keep_vhe):
    """Before 5.12: no word on the command line is understood, unless our patch is in."""
    if not vhe:
        verdict.explain.append("no CPU has VHE, so the kernel runs at EL1 by itself")
    elif kernel["ARM64_VHE"] == "n":
        verdict.explain.append("built without ARM64_VHE, so the kernel runs at EL1 by itself")
    elif kernel["ARM64_VHE_OVERRIDE"] == "y":
        verdict.route, verdict.patch = 3, PATCH
        verdict.words.append(VH)
        verdict.explain.append(f"the patch {PATCH} is in (ARM64_VHE_OVERRIDE), so the command line can keep the "
                               "kernel at EL1")
    elif keep_vhe:
        verdict.route, verdict.works, verdict.patch = 3, False, PATCH
        verdict.words.append(VH)
        verdict.explain.append("the kernel moves to EL2 on CPUs with VHE, and no command line of this version "
                               f"prevents it; with the patch {PATCH} it can")
        verdict.need("ARM64_VHE_OVERRIDE", "n", "y", MUST, "tested", "comes with the patch: lets the command line keep the "
                     "kernel at EL1")
    else:
        verdict.route, verdict.works = 2, False
        verdict.explain.append("the kernel moves to EL2 on CPUs with VHE, and no command line of this version "
                               "prevents it (5.12 and later have one)")
        verdict.need("ARM64_VHE", "y", "n", MUST, "tested", "keeps the kernel at EL1, so that EL2 is free")


def judge_new(verdict, kernel, line, vhe):
    """From 5.12 on the command line decides."""
    if line < NO_VHE_OPTION and kernel["ARM64_VHE"] == "n":
        verdict.explain.append("built without ARM64_VHE, so the kernel runs at EL1 by itself")
    elif vhe is False:
        verdict.explain.append("no CPU has VHE, so the kernel runs at EL1 by itself; the words do no harm")
        verdict.words.append(VH)
    else:
        verdict.explain.append(f"{VH} keeps the kernel at EL1 on CPUs with VHE")
        verdict.words.append(VH)
    if line >= HAS_MODE_NONE:
        verdict.words.append(NO_KVM)


def judge_kvm(verdict, kernel, line):
    if kernel["KVM"] == "n":
        return
    if line >= HAS_MODE_NONE:
        reason = "KVM takes EL2 as soon as it is loaded" if line >= KVM_FROM_BOOT else \
            "KVM takes EL2 when a virtual machine starts"
        verdict.need("KVM", kernel["KVM"], None, NOTE, "tested", f"{reason}; {NO_KVM} keeps it out")
    else:
        verdict.need("KVM", kernel["KVM"], "n", SHOULD, "source", "takes EL2 when a virtual machine starts, and this version "
                     "has no word on the command line against it; harmless while nobody starts one")


def judge_options(verdict, kernel):
    for rule in RULES:
        value = kernel[rule.option]
        if value.strip('"') in rule.bad:
            verdict.need(rule.option, value, rule.want, rule.weight, rule.basis, rule.reason, rule.words)


def judge_command_line(verdict, kernel):
    """Where the words have to go, and words that are there already and contradict."""
    forced = kernel["CMDLINE_FORCE"] == "y"
    built_in = kernel["CMDLINE"].strip('"') if kernel["CMDLINE"] != "n" else ""
    missing = [word for word in verdict.words if word not in built_in.split()]
    if forced and missing:
        verdict.need("CMDLINE", f'"{built_in}"', f'"{" ".join([*built_in.split(), *missing])}"', MUST, "source",
                     "CMDLINE_FORCE is set: the boot loader's command line is ignored, so the words must be in here")
    for word in (kernel.command_line or "").split() + built_in.split():
        name, _, value = word.partition("=")
        if (name == "kvm-arm.mode" and value != "none") or (name == "id_aa64mmfr1.vh" and value != "0"):
            verdict.explain.append(f"remove \"{word}\" from the command line: it contradicts what Brig needs")


def fragment(verdict, kernel):
    """The text of a configuration fragment with all that has to change, and what should."""
    lines = ["# For Brig; made by check-kernel from " + kernel.source.split("/")[-1] + ". Merge it:",
             "# scripts/kconfig/merge_config.sh -m .config FRAGMENT && make ARCH=arm64 olddefconfig"]
    for change in verdict.changes:
        if change.want is None:
            continue
        lines.append(f"# {change.weight}: {change.reason} ({BASIS[change.basis]})")
        name = f"CONFIG_{change.option}"
        lines.append(f"# {name} is not set" if change.want == "n" else f"{name}={change.want}")
    return "\n".join(lines) + "\n"
