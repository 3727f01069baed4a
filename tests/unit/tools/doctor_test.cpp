// SPDX-License-Identifier: Apache-2.0
#include "doctor_support.hpp"

#include "doctor/gate.hpp"
#include "doctor/module.hpp"
#include "doctor/report.hpp"
#include "util/error.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <cerrno>
#include <functional>

using namespace brig;
using namespace brig::doctor;
using brig::test::Patient;

namespace {

// One thing is spoilt; the check says so, with the remedy.
struct Case {
    const char* check;
    const char* verdict;
    const char* says;
    const char* remedy;
    std::function<void(Patient&)> spoil;
};

void move_console(Patient& patient, uint64_t address) {
    patient.configuration.system.debug_console.address = address;
}

const std::vector<Case> cases = {
    {"driver", "warn", "enabled already", "brig disable",
     [](Patient& p) { p.write("sys/devices/brig/enabled", "1\n"); }},
    {"driver", "fail", "not loaded, and no brig.ko", "make -C",
     [](Patient& p) { p.remove("sys/devices/brig"); }},
    {"el2", "warn", "not known", "on the machine", [](Patient& p) { p.found.reset(); }},
    {"el2", "fail", "CPU 2 the kernel itself runs at EL2", "id_aa64mmfr1.vh=0",
     [](Patient& p) { p.found->el2 = BRIG_EL2_KERNEL, p.found->el2_cpu = 2; }},
    {"el2", "fail", "entered at EL1", "boot loader",
     [](Patient& p) { p.found->el2 = BRIG_EL2_ENTERED_AT_EL1; }},
    {"el2", "fail", "KVM holds EL2", "kvm-arm.mode=none",
     [](Patient& p) { p.found->el2 = BRIG_EL2_KVM; }},
    {"el2", "fail", "answers 0x1234", "other hypervisor",
     [](Patient& p) { p.found->el2 = BRIG_EL2_STRANGER, p.found->el2_answer = 0x1234; }},
    {"kvm", "warn", "/dev/kvm", "kvm-arm.mode=none", [](Patient& p) { p.write("dev/kvm", ""); }},
    {"image", "fail", "brig.bin", "/lib/firmware",
     [](Patient& p) { p.remove("lib/firmware/brig.bin"); }},
    {"image", "fail", "wrong signature", "/lib/firmware",
     [](Patient& p) { p.write("lib/firmware/brig.bin", std::string(4096, 'x')); }},
    {"image", "fail", "hypervisor memory has 64 KiB", "enlarge",
     [](Patient& p) { p.configuration.system.hypervisor_memory.size = 0x10000; }},
    {"board", "fail", "image is for board `other` (GICv3, GICD 0x1000000", "-Dboard",
     [](Patient& p) { p.write("lib/firmware/brig.bin", test::image_for("other", 0x1000000)); }},
    {"config", "fail", "core", "partition file",
     [](Patient& p) { p.configuration.cells[0].cpu_set = p.configuration.cells[1].cpu_set; }},
    {"reservation", "fail", "not reserved: Linux uses 0x40000000-0x7fffffff",
     "reserved-memory.dtbo",
     [](Patient& p) { p.write("proc/iomem", "40000000-7fffffff : System RAM\n"); }},
    {"reservation", "fail", "is not in the RAM", "configuration of this machine",
     [](Patient& p) { p.change_tree("0 0x40000000 0 0x40000000", "0 0x40000000 0 0x20000000"); }},
    {"reservation", "fail", "claimed by `dma pool`", "move it",
     [](Patient& p) {
         p.write("proc/iomem", "40000000-6fffffff : System RAM\n70000000-7fffffff : reserved\n"
                               "  7fd00000-7fdfffff : dma pool\n");
     }},
    {"reservation", "warn", "no reserved-memory node with no-map", "reserved-memory.dtbo",
     [](Patient& p) { p.change_tree("0x400000>; no-map;", "0x400000>;"); }},
    {"reservation", "warn", "all addresses are zero", "as root",
     [](Patient& p) { p.write("proc/iomem", "00000000-00000000 : System RAM\n"); }},
    {"memory", "fail", "RAM 0x60000000-0x7fbfffff is not there", "boot loader",
     [](Patient& p) { p.change_tree("0 0x40000000 0 0x40000000", "0 0x40000000 0 0x20000000"); }},
    {"memory", "fail", "Linux uses RAM that the root cell is not given: 0x100000000-0x13fffffff",
     "root cell",
     [](Patient& p) {
         p.write("proc/iomem", "40000000-6fffffff : System RAM\n70000000-7fffffff : reserved\n"
                               "100000000-13fffffff : System RAM\n");
     }},
    {"cell-memory", "fail", "cell `two`: its memory 0x70100000-0x7010ffff is not reserved",
     "reserved-memory.dtbo",
     [](Patient& p) {
         p.write("proc/iomem", "40000000-6fffffff : System RAM\n70000000-700fffff : reserved\n"
                               "70100000-7fbfffff : System RAM\n7fc00000-7fffffff : reserved\n");
     }},
    {"gic", "fail", "GICR 0x80b0000; the device tree has GICv3, GICD 0x8000000, GICR 0x80a0000",
     "partition file", [](Patient& p) { p.configuration.system.gicr_base = 0x80b0000; }},
    {"gic", "fail", "GICv2", "partition file",
     [](Patient& p) { p.configuration.system.gic_version = 2; }},
    {"gic", "fail", "maintenance interrupt 24 in the configuration, 25", "<25>",
     [](Patient& p) { p.configuration.system.maintenance_irq = 24; }},
    {"its", "fail", "not given the ITS", "NVMe",
     [](Patient& p) { p.change_tree("reg = <0 0x8080000", "reg = <0 0x8180000"); }},
    {"its", "warn", "switches LPIs off", "command line",
     [](Patient& p) { p.write("proc/cmdline", "irqchip.gicv3_nolpi=1\n"); }},
    {"console", "fail", "no UART at 0x9050000", "/serial@9040000 (pl011 at 0x9040000)",
     [](Patient& p) { move_console(p, 0x9050000); }},
    {"console", "fail", "no UART at 0x8080000: /interrupt-controller@8000000/its@8080000 is none",
     "correct", [](Patient& p) { move_console(p, 0x8080000); }},
    {"console", "warn", "in a window of the PCI host /pcie@4010000000", "lspci",
     [](Patient& p) { move_console(p, 0x10000000); }},
    {"console", "fail", "is a `arm,pl011`", "type = \"pl011\"",
     [](Patient& p) { p.configuration.system.debug_console.type = BRIG_CONSOLE_8250; }},
    {"console", "fail", "image has no driver", "CONFIG_UART",
     [](Patient& p) { p.configuration.system.debug_console.type = BRIG_CONSOLE_IMX; }},
    {"console", "warn", "Linux's console too", "second UART",
     [](Patient& p) { move_console(p, 0x9000000); }},
    {"console", "warn", "has no UART", "add",
     [](Patient& p) { p.configuration.system.debug_console.type = BRIG_CONSOLE_NONE; }},
    {"clocks", "warn", "clock keeper is off", "parameters/keep",
     [](Patient& p) { p.write("sys/module/brig/parameters/keep", "N\n"); }},
    {"clocks", "warn",
     "cell `one`: no node of the device tree has registers in 0xa000000-0xa000fff",
     "clk_ignore_unused",
     [](Patient& p) {
         p.configuration.cells[0].regions.push_back(
             {"", 0xa000000, 0xa000000, 0x1000, BRIG_MEM_READ | BRIG_MEM_IO});
     }},
    {"cpus", "fail", "CPUs 2 of the configuration are offline",
     "echo 1 > /sys/devices/system/cpu/cpu2/online",
     [](Patient& p) { p.write("sys/devices/system/cpu/online", "0-1,3\n"); }},
    {"cpus", "fail", "this machine has 0-1", "cpus = <0-1>",
     [](Patient& p) {
         p.write("sys/devices/system/cpu/online", "0-1\n");
         p.write("sys/devices/system/cpu/possible", "0-1\n");
     }},
    {"cpus", "fail", "CPUs 4-5 are online, but not in the configuration", "cpu5/online",
     [](Patient& p) {
         p.write("sys/devices/system/cpu/online", "0-5\n");
         p.write("sys/devices/system/cpu/possible", "0-5\n");
     }},
    {"hotplug", "fail", "CPUs 1 of the cells cannot be put offline", "other CPUs",
     [](Patient& p) { p.remove("sys/devices/system/cpu/cpu1"); }},
    {"hotplug", "fail", "cannot be put offline", "CONFIG_HOTPLUG_CPU=y",
     [](Patient& p) {
         p.remove("sys/devices/system/cpu/cpu2");
         p.write("boot/config-6.12.1-invented", "CONFIG_ARM64=y\n");
     }},
    {"firmware", "fail", "no PSCI", "TF-A",
     [](Patient& p) { p.found->conduit = BRIG_CONDUIT_NONE; }},
    {"firmware", "fail", "answers 0xffffffff", "/psci",
     [](Patient& p) { p.found->psci_version = 0xffffffff; }},
    {"firmware", "fail", "itself at EL2", "EL3",
     [](Patient& p) { p.found->conduit = BRIG_CONDUIT_HVC; }},
    {"sdei", "warn", "Linux uses SDEI", "CONFIG_ARM_SDE_INTERFACE=n",
     [](Patient& p) {
         p.change_tree("psci {", "sdei { compatible = \"arm,sdei-1.0\"; }; psci {");
         p.write("boot/config-6.12.1-invented", "CONFIG_ARM_SDE_INTERFACE=y\n");
     }},
    {"sdei", "pass", "firmware has SDEI 1.0", "",
     [](Patient& p) { p.found->sdei_version = uint64_t{1} << 48; }},
    {"tee", "warn", "OP-TEE 4.1", "SMC policy",
     [](Patient& p) {
         p.found->tee_uid[0] = 0x384fb3e0;
         p.found->tee_major = 4, p.found->tee_minor = 1;
     }},
    {"pseudo-nmi", "warn", "pseudo-NMIs are on", "irqchip.gicv3_pseudo_nmi",
     [](Patient& p) { p.write("proc/cmdline", "quiet irqchip.gicv3_pseudo_nmi=1\n"); }},
    {"idle", "warn", "cpu-sleep", "cpuidle.off=1",
     [](Patient& p) {
         p.write("sys/devices/system/cpu/cpu0/cpuidle/state0/name", "WFI\n");
         p.write("sys/devices/system/cpu/cpu0/cpuidle/state1/name", "cpu-sleep\n");
     }},
    {"frequency", "warn", "scmi scales", "SCMI must be forwarded",
     [](Patient& p) {
         p.write("sys/devices/system/cpu/cpufreq/policy0/scaling_driver", "scmi\n");
     }},
    {"watchdog", "warn", "watchdog0 is running", "magic close",
     [](Patient& p) { p.write("sys/class/watchdog/watchdog0/state", "active\n"); }},
};

} // namespace

TEST_CASE("doctor: a healthy machine passes every check") {
    const Patient patient;
    const Target target = patient.look();
    const auto lines = examine({target, patient.configuration, 0x1000});
    for (const Line& line : lines)
        CHECK_MESSAGE(line.verdict == Verdict::Pass, line_text(line));
    for (const Check& check : checks())
        CHECK_MESSAGE(patient.lines(check.id).starts_with("pass: "), check.id);
    CHECK(decide(lines, false) == Decision::GoOn);
}

TEST_CASE("doctor: RAM outside of the banks is there if the board's tree reserves it") {
    Patient patient;
    config::MemoryRegion ramoops = patient.configuration.system.root.regions.front();
    ramoops.phys = ramoops.virt = 0x20000000;
    ramoops.size = 0x100000;
    patient.configuration.system.root.regions.push_back(ramoops);
    auto reserve = [&](const std::string& name) {
        patient.change_tree(
            "brig-cells@70000000",
            name + "@20000000 { reg = <0 0x20000000 0 0x100000>; }; brig-cells@70000000");
    };
    SUBCASE("nobody knows of it") {
        CHECK(patient.lines("memory").find("RAM 0x20000000-0x200fffff is not there") !=
              std::string::npos);
    }
    SUBCASE("the board does") {
        reserve("ramoops");
        CHECK(patient.lines("memory").starts_with("pass: "));
    }
    SUBCASE("only our overlay does") {
        reserve("brig-more");
        CHECK(patient.lines("memory").find("RAM 0x20000000-0x200fffff is not there") !=
              std::string::npos);
    }
}

TEST_CASE("doctor: each fault has its line and its remedy") {
    for (const Case& fault : cases) {
        Patient patient;
        fault.spoil(patient);
        const std::string lines = patient.lines(fault.check);
        CAPTURE(fault.check);
        CAPTURE(lines);
        CHECK(lines.find(std::string(fault.verdict) + ": ") != std::string::npos);
        CHECK(lines.find(fault.says) != std::string::npos);
        CHECK(lines.find(fault.remedy) != std::string::npos);
    }
}

TEST_CASE("doctor: every check has been seen to do more than pass") {
    for (const Check& check : checks()) {
        bool spoilt = false;
        for (const Case& fault : cases)
            spoilt = spoilt || (check.id == fault.check && std::string(fault.verdict) != "pass");
        CHECK_MESSAGE(spoilt, check.id);
    }
}

TEST_CASE("doctor: nothing is known about an empty directory, and nothing breaks") {
    TemporaryDirectory nothing;
    Sources sources;
    sources.root = nothing.path();
    const Target target = look_at(sources);
    const auto lines = examine({target, {}, 0});
    CHECK(failed(lines, "driver"));
    CHECK(failed(lines, "image"));
    CHECK(decide(lines, false) == Decision::GoOn); // the driver will say what is missing
}

TEST_CASE("doctor: what stops `brig enable`") {
    CHECK(decide({{"watchdog", Verdict::Fail, "", ""}}, false) == Decision::GoOn);
    CHECK(decide({{"memory", Verdict::Warn, "", ""}}, false) == Decision::GoOn);
    CHECK(decide({{"memory", Verdict::Fail, "", ""}}, false) == Decision::Refuse);
    CHECK(decide({{"memory", Verdict::Fail, "", ""}}, true) == Decision::GoOn);
    CHECK(decide({{"gic", Verdict::Fail, "", ""}}, true) == Decision::RefuseAlways);
}

TEST_CASE("doctor: the console's self-test is run only where it can do no harm") {
    Patient patient;
    Target target = patient.look();
    const Subject subject{target, patient.configuration, 0x1000};
    CHECK(console_test_obstacle(subject, examine(subject)) == "these are copied files");
    target.live = true;
    CHECK(console_test_obstacle(subject, examine(subject)) == "");
    CHECK(console_test_obstacle(subject, {{"console", Verdict::Fail, "", ""}}) ==
          "`console` failed");
    const config::Console console{0x9040000, 0x1000, BRIG_CONSOLE_PL011, BRIG_CON_MMIO, 0, 0, 0};
    CHECK(console_test_line(console, 0).verdict == Verdict::Pass);
    for (int error : {EIO, EBUSY, ENODEV, EINVAL}) {
        const Line line = console_test_line(console, error);
        CHECK(line.verdict == Verdict::Fail);
        CHECK_FALSE(line.remedy.empty());
    }
}

TEST_CASE("doctor: symbols that a module needs and the kernel does not have") {
    const Module module{"brig.ko", "6.12", {"add_cpu", "jiffies", "no_such_function"}};
    const std::string functions = "ffff800080000000 T add_cpu\n"
                                  "ffff800080000010 t other\t[module]\n";
    CHECK(missing_symbols(module, functions).empty()); // data symbols are not listed at all
    CHECK(missing_symbols(module, functions + "ffff800080001000 D jiffies\n") ==
          std::vector<std::string>{"no_such_function"});
    CHECK_THROWS_AS(parse_module(Bytes(100, 0), "x.ko"), Error);
    CHECK_THROWS_AS(parse_module(Bytes(), "x.ko"), Error);
}

TEST_CASE("doctor: JSON has the same lines and the sum") {
    const auto json =
        report_json({{"gic", Verdict::Fail, "text", "remedy"}, {"el2", Verdict::Pass, "free", ""}});
    CHECK(json["failed"] == 1);
    CHECK(json["passed"] == 1);
    CHECK(json["checks"][0]["verdict"] == "fail");
    CHECK(json["checks"][0]["remedy"] == "remedy");
}

TEST_CASE("doctor: its page has the table of the checks") {
    const Bytes page = read_file(BRIG_TREE "/docs/doctor.md", "page about the doctor");
    CHECK(std::string(page.begin(), page.end()).find(check_table()) != std::string::npos);
}
