# SPDX-License-Identifier: Apache-2.0
"""The kernel options that matter to Brig, apart from those that decide about EL2 (routes.py)."""

from collections import namedtuple

MUST, SHOULD, NOTE = "must", "should", "note"

# An option that is set to one of `bad` has to become `want`. MUST: brig.ko cannot work otherwise;
# SHOULD: change it when you rebuild anyway; NOTE: worth knowing, `words` may help on the command line.
# basis: how this is known, see BASIS.
Rule = namedtuple("Rule", "option bad want weight basis reason words", defaults=("",))

BASIS = {"tested": "run on Debian's 5.10, 6.1 and 6.12 in QEMU", "source": "in the sources of these kernels",
         "driver": "what brig.ko does", "vendor": "seen in vendors' kernels", "reasoning": "reasoning, not tried"}

RULES = [
    Rule("MODULES", "n", "y", MUST, "driver",
         "brig.ko is a module"),
    Rule("HOTPLUG_CPU", "n", "y", MUST, "driver",
         "a CPU is taken offline in Linux before a cell gets it"),
    Rule("FW_LOADER", "n", "y", MUST, "driver",
         "the image /lib/firmware/brig.bin is read by the firmware loader"),
    Rule("SYSFS", "n", "y", MUST, "driver",
         "state of cells is read below /sys/devices/brig"),
    Rule("CPU_BIG_ENDIAN", "y", "n", MUST, "driver",
         "Brig's structures in memory are little endian"),
    Rule("TRIM_UNUSED_KSYMS", "y", "n", MUST, "source",
         "exports that no module of the kernel's own build needs are removed; brig.ko would "
         "not load"),
    Rule("MODULE_SIG_FORCE", "y", "n", MUST, "source",
         "brig.ko is not signed with the kernel's key (or sign it)"),
    Rule("LOCK_DOWN_KERNEL_FORCE_INTEGRITY", "y", "n", MUST, "source",
         "unsigned modules are refused (or sign brig.ko)"),
    Rule("LOCK_DOWN_KERNEL_FORCE_CONFIDENTIALITY", "y", "n", MUST, "source",
         "unsigned modules are refused (or sign brig.ko)"),
    Rule("ARM_SDE_INTERFACE", "y", "n", SHOULD, "reasoning",
         "Linux may own software delegated exceptions of the firmware, which arrive past the "
         "hypervisor"),
    Rule("FIQ_DEBUGGER", "ym", "n", SHOULD, "vendor",
         "Rockchip's debugger owns the console UART and takes its interrupt in the firmware; "
         "nothing else can print there"),
    Rule("ARM64_PSEUDO_NMI", "y", None, NOTE, "reasoning",
         "harmless unless switched on: interrupt priorities look different behind a hypervisor", "irqchip.gicv3_pseudo_nmi=0"),
    Rule("CPU_IDLE", "y", None, NOTE, "reasoning",
         "power-down states need PSCI CPU_SUSPEND forwarded; rule them out for a first "
         "bring-up", "cpuidle.off=1"),
    Rule("COMMON_CLK", "y", None, NOTE, "source",
         "Linux switches off clocks that no driver of its own uses, until brig.ko takes them "
         "for a cell; in doubt keep all on", "clk_ignore_unused"),
    Rule("ARM_SCMI_CPUFREQ", "ym", None, NOTE, "vendor",
         "frequencies are changed through an SMC to the firmware; the board's SMC policy must "
         "forward it"),
    Rule("OF_OVERLAY", "n", None, NOTE, "tested",
         "device-tree overlays cannot be added at run time; reserve memory in the boot "
         "loader's tree"),
    Rule("STRICT_DEVMEM", "y", None, NOTE, "source",
         "a cell's memory cannot be read through /dev/mem; brig.ko loads it"),
    Rule("KPROBES", "n", None, NOTE, "tested",
         "not needed: brig.ko uses exported symbols only"),
]
