// SPDX-License-Identifier: Apache-2.0
// The driver, EL2, and what the firmware answers.
#include "doctor/check.hpp"
#include "util/text.hpp"

#include <fmt/format.h>

namespace brig::doctor {

namespace {

constexpr const char* kernel_arguments = "kvm-arm.mode=none id_aa64mmfr1.vh=0";
constexpr const char* load_driver = "load the driver (modprobe brig) and run this again";

std::string boot_with(const std::string& more = "") {
    return fmt::format("boot with these words on the kernel command line: {}{}", kernel_arguments,
                       more);
}

std::string version(uint32_t value) {
    return fmt::format("{}.{}", value >> 16 & 0x7fff, value & 0xffff);
}

// Why the driver could not be asked, as a warning; true when it could.
bool asked(const Subject& subject, Lines& lines, std::string_view what) {
    const Target& target = subject.target;
    if (target.inspection)
        return true;
    if (!target.driver_loaded)
        lines.warn(fmt::format("{} not known: only the driver can ask", what), load_driver);
    else if (target.enabled)
        lines.pass(fmt::format("{} not asked: Brig is enabled", what));
    else
        lines.warn(fmt::format("{} not known: {}", what, target.inspection.problem),
                   target.live ? "use the driver that belongs to this tool"
                               : "run `brig doctor` on the machine");
    return false;
}

void check_module(const Target& target, Lines& lines) {
    if (!target.module)
        return lines.fail(fmt::format("the driver is not loaded, and {}", target.module.problem),
                          "build it for this kernel: make -C /lib/modules/$(uname -r)/build "
                          "M=$PWD/driver modules");
    const Module& module = *target.module;
    if (module.release != target.release)
        return lines.fail(fmt::format("{} is for kernel {}, this one is {}", module.file,
                                      module.release, target.release),
                          "build it again: make -C /lib/modules/$(uname -r)/build M=$PWD/driver "
                          "modules");
    if (!target.missing_symbols.empty())
        return lines.fail(fmt::format("{} needs what this kernel does not have: {}", module.file,
                                      joined(target.missing_symbols)),
                          "scripts/check-kernel tells which options the kernel needs");
    lines.warn(fmt::format("{} fits this kernel, but is not loaded", module.file),
               fmt::format("insmod {}", module.file));
}

} // namespace

void check_driver(const Subject& subject, Lines& lines) {
    const Target& target = subject.target;
    if (!target.driver_loaded)
        return check_module(target, lines);
    if (target.enabled)
        return lines.warn("Brig is enabled already", "look at it with `brig cell list`; `brig "
                                                     "disable` before the doctor can see all");
    lines.pass("brig.ko is loaded");
}

void check_el2(const Subject& subject, Lines& lines) {
    if (!asked(subject, lines, "who holds EL2:"))
        return;
    const brig_inspection& found = *subject.target.inspection;
    switch (found.el2) {
    case BRIG_EL2_FREE:
        return lines.pass("EL2 is free on all CPUs, Linux runs at EL1");
    case BRIG_EL2_KERNEL:
        return lines.fail(
            fmt::format("on CPU {} the kernel itself runs at EL2 (VHE)", found.el2_cpu),
            boot_with(" (kernels before 5.12: rebuild with CONFIG_ARM64_VHE=n)"));
    case BRIG_EL2_ENTERED_AT_EL1:
        return lines.fail("the kernel was entered at EL1, so it has no EL2 to give away",
                          "make the boot loader or firmware start it at EL2 (QEMU: -machine "
                          "virtualization=on)");
    case BRIG_EL2_KVM:
        return lines.fail(fmt::format("KVM holds EL2 of CPU {}", found.el2_cpu), boot_with());
    default:
        return lines.fail(fmt::format("at EL2 of CPU {} something unknown answers {:#x}",
                                      found.el2_cpu, uint64_t{found.el2_answer}),
                          "remove the other hypervisor, or " + boot_with());
    }
}

void check_kvm(const Subject& subject, Lines& lines) {
    if (subject.target.kvm_device)
        return lines.warn("/dev/kvm exists; a virtual machine would take EL2 away",
                          boot_with(", or leave KVM unused"));
    lines.pass("no KVM in use");
}

void check_firmware(const Subject& subject, Lines& lines) {
    if (!asked(subject, lines, "firmware versions:"))
        return;
    const brig_inspection& found = *subject.target.inspection;
    if (found.conduit == BRIG_CONDUIT_NONE)
        return lines.fail("the device tree has no PSCI 0.2 or newer, by which CPUs are started and "
                          "stopped",
                          "use firmware with PSCI (TF-A), and a device tree that says so");
    const char* conduit = found.conduit == BRIG_CONDUIT_SMC ? "SMC" : "HVC";
    if (found.psci_version >> 16 > 100)
        return lines.fail(
            fmt::format("PSCI_VERSION by {} answers {:#x}", conduit, uint32_t{found.psci_version}),
            "compare /psci of the device tree with the firmware");
    const std::string text = fmt::format("PSCI {} by {}, SMCCC {}", version(found.psci_version),
                                         conduit, version(found.smccc_version));
    if (found.conduit == BRIG_CONDUIT_HVC)
        return lines.fail(text + ": the firmware is itself at EL2",
                          "the machine must have EL2 free and firmware at EL3");
    lines.pass(text);
}

void check_sdei(const Subject& subject, Lines& lines) {
    const Target& target = subject.target;
    bool node = false;
    if (target.tree)
        for (const auto& candidate : target.tree->nodes())
            node = node || (candidate->compatible("arm,sdei-1.0") && candidate->enabled());
    const bool answers = target.inspection && target.inspection->asked_more != 0 &&
                         (target.inspection->sdei_version >> 63) == 0;
    const std::string firmware = answers
                                     ? fmt::format("the firmware has SDEI {}.{}",
                                                   target.inspection->sdei_version >> 48 & 0x7fff,
                                                   target.inspection->sdei_version >> 32 & 0xffff)
                                     : "";
    if (node && target.option("CONFIG_ARM_SDE_INTERFACE") == "y")
        return lines.warn("Linux uses SDEI: events of the firmware reach it past the hypervisor",
                          "build the kernel with CONFIG_ARM_SDE_INTERFACE=n, or disable the node "
                          "arm,sdei-1.0 in the device tree");
    if (answers)
        return lines.pass(firmware + "; Linux does not use it, and Brig leaves it alone");
    if (target.inspection && target.inspection->asked_more == 0)
        return lines.pass("not asked: firmware without SMCCC 1.1 need not survive the question");
    lines.pass(target.inspection ? "the firmware has none" : "Linux does not use it");
}

void check_tee(const Subject& subject, Lines& lines) {
    const Target& target = subject.target;
    if (!target.inspection || target.inspection->asked_more == 0)
        return lines.pass(target.inspection ? "not asked: firmware without SMCCC 1.1"
                                            : "not asked");
    const brig_inspection& found = *target.inspection;
    if (found.tee_uid[0] == BRIG_NOT_ASKED)
        return lines.pass("no trusted OS");
    const bool optee = found.tee_uid[0] == 0x384fb3e0;
    lines.warn(fmt::format("{} {}.{} is there; Linux's driver calls it by SMC",
                           optee ? "OP-TEE" : "a trusted OS", uint32_t{found.tee_major},
                           uint32_t{found.tee_minor}),
               "forward its ids (0x32000000.., 0xb2000000.., 0xbf00ff00..) in the board's SMC "
               "policy for the root cell, or disable its node in the device tree");
}

} // namespace brig::doctor
