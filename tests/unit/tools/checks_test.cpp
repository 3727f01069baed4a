// SPDX-License-Identifier: Apache-2.0
// Each check of a configuration: once broken, once at the border of what is right.
#include "config/binary.hpp"
#include "config/check_report.hpp"
#include "config/checks.hpp"
#include "support.hpp"

#include <doctest/doctest.h>

using namespace brig;
using namespace brig::config;
using test::findings_of;
using test::good_partition;
using test::refused;
using test::replaced;

namespace {

const std::string ram_one =
    "memory@70000000 { reg = <0x70000000 0x10000>; guest = <0>; loadable; };";
const std::string ram_two =
    "memory@70100000 { reg = <0x70100000 0x10000>; guest = <0>; loadable; };";
const std::string in_one = "            cpus = <1>;";

std::string one_has(const std::string& nodes) {
    return replaced(good_partition(), ram_one, ram_one + "\n" + nodes);
}

std::string both_have(const std::string& one, const std::string& two) {
    return replaced(one_has(one), ram_two, ram_two + "\n" + two);
}

} // namespace

TEST_CASE("regions of one cell overlap") {
    CHECK(refused(one_has("memory@70008000 { reg = <0x70008000 0x1000>; guest = <0x100000>; };"),
                  {"/cells/one/memory@70008000: reg: 0x70008000-0x70008fff overlaps "
                   "0x70000000-0x7000ffff of /cells/one/memory@70000000 (reg)"}));
    CHECK(refused(one_has("memory@70010000 { reg = <0x70010000 0x1000>; guest = <0xf000>; };"),
                  {"/cells/one/memory@70010000: guest: 0xf000-0xffff overlaps",
                   "/cells/one/memory@70000000 (guest)"}));
    CHECK(refused(one_has("memory@70010000 { reg = <0x70010000 0x1000>; guest = <0x80000000>; };"),
                  {"/cells/one/comm-region: guest: 0x80000000-0x80000fff overlaps",
                   "/cells/one/memory@70010000 (guest)"}));
    CHECK(findings_of(one_has("memory@70010000 { reg = <0x70010000 0x1000>; guest = <0x10000>; };"))
              .empty());
    CHECK(refused(replaced(good_partition(), "device@9000000 {",
                           "memory@4fff0000 { reg = <0x4fff0000 0x1000>; }; device@9000000 {"),
                  {"/root/memory@4fff0000: reg:", "/root/memory@40000000 (reg)"}));
}

TEST_CASE("regions of two cells overlap") {
    CHECK(refused(replaced(good_partition(), ram_two,
                           "memory@7000f000 { reg = <0x7000f000 0x10000>; guest = <0>; };"),
                  {"/cells/two/memory@7000f000: reg: 0x7000f000-0x7001efff overlaps "
                   "0x70000000-0x7000ffff of /cells/one/memory@70000000 (reg)",
                   "root-shared"}));
    const std::string shared =
        "memory@71000000 { reg = <0x71000000 0x1000>; root-shared; read; write; };";
    const std::string alone = "memory@71000000 { reg = <0x71000000 0x1000>; read; write; };";
    CHECK(findings_of(both_have(shared, shared)).empty());
    CHECK(refused(both_have(shared, alone), {"/cells/two/memory@71000000", "/cells/one/memory"}));
    CHECK(refused(both_have(alone, shared), {"/cells/two/memory@71000000", "/cells/one/memory"}));
}

TEST_CASE("the hypervisor's memory") {
    CHECK(refused(replaced(good_partition(), "0x40000000 0x3fc00000", "0x40000000 0x3fc01000"),
                  {"/root/memory@40000000: reg: 0x40000000-0x7fc00fff overlaps the hypervisor's "
                   "memory 0x7fc00000-0x7fffffff (/hypervisor: memory)"}));
    std::string text = replaced(good_partition(), ram_one,
                                "memory@7fff0000 { reg = <0x7fff0000 0x10000>; guest = <0>; };");
    CHECK(findings_of(text).find("/cells/one/memory@7fff0000: reg: 0x7fff0000-0x7fffffff overlaps "
                                 "the hypervisor's memory") != std::string::npos);
    CHECK(refused(replaced(good_partition(), "<0x7fc00000 0x400000>", "<0x7fc00800 0x3ff000>"),
                  {"/hypervisor: memory: 0x7fc00800", "multiples of 0x1000"}));
    CHECK(refused(replaced(good_partition(), "<0x7fc00000 0x400000>", "<0x7fc00000 0>"),
                  {"/hypervisor: memory: its size is 0"}));
}

TEST_CASE("misaligned regions") {
    CHECK(refused(replaced(good_partition(), ram_one,
                           "memory@70000000 { reg = <0x70000000 0x10800>; guest = <0>; };"),
                  {"/cells/one/memory@70000000: reg: the size 0x10800 is no multiple of 0x1000"}));
    CHECK(refused(replaced(good_partition(), ram_one,
                           "memory@70000000 { reg = <0x70000000 0x10000>; guest = <0x800>; }; "
                           "memory@70200000 { reg = <0x70200000 0x1000>; guest = <0x100000>; };") +
                      "/ { cells { one { reset-address = <0x100000>; }; }; };",
                  {"/cells/one/memory@70000000: guest: the guest address 0x800"}));
    CHECK(refused(replaced(good_partition(), ram_one,
                           "memory@70000800 { reg = <0x70000800 0x10000>; guest = <0>; };"),
                  {"/cells/one/memory@70000800: reg: 0x70000800 is no multiple of 0x1000"}));
    std::string wide = R"(/ { root { device@fffff000 { reg = <0xfffff000 0x1000>; }; }; };)";
    CHECK(findings_of(good_partition() + wide).empty());
}

TEST_CASE("a region that wraps around, and a root region that is not identical") {
    Configuration configuration;
    System& system = configuration.system;
    system.hypervisor_memory = {"hv", 0x1000, 0, 0x1000, 0};
    system.root.cpu_set = make_cpu_set({0});
    system.root.name = "root";
    system.root.regions = {{"wrap", 0xfffffffffffff000, 0xfffffffffffff000, 0x2000, BRIG_MEM_IO},
                           {"moved", 0x10000, 0x20000, 0x1000, BRIG_MEM_READ}};
    Findings findings = check(configuration, binary_words());
    REQUIRE(findings.size() == 3);
    CHECK(findings[0].text.find("wrap: phys_start: 0xfffffffffffff000 plus") == 0);
    CHECK(findings[1].text.find("wrap: virt_start:") == 0);
    CHECK(findings[2].text.find("moved: virt_start: 0x20000 differs from the host address") == 0);
}

TEST_CASE("sub-page regions") {
    auto device = [](const std::string& more, const std::string& size = "0x100") {
        return one_has("device@9000400 { reg = <0x9000400 " + size + ">; " + more + " };");
    };
    CHECK(findings_of(device("io-32;")).empty());
    CHECK(refused(device(""), {"/cells/one/device@9000400: flags:", "no width", "io-32"}));
    CHECK(refused(device("io-32; read; write; execute;"),
                  {"/cells/one/device@9000400: flags: `execute` is not possible"}));
    CHECK(refused(device("io-32; loadable;"), {"flags: `loadable` is not possible"}));
    CHECK(refused(device("io-32; dma;"), {"flags: `dma` is not possible"}));
}

TEST_CASE("cells take what the root cell has") {
    CHECK(refused(one_has("device@9001000 { reg = <0x9001000 0x1000>; };"),
                  {"/cells/one/device@9001000: reg: 0x9001000-0x9001fff: 0x9001000-0x9001fff is in "
                   "no region of the root cell (/root)"}));
    CHECK(refused(one_has("device@9000000 { reg = <0x9000000 0x2000>; };"),
                  {"/cells/one/device@9000000: reg: 0x9000000-0x9001fff: 0x9001000-0x9001fff"}));
    // Two root regions side by side will do.
    CHECK(findings_of(replaced(one_has("device@9000000 { reg = <0x9000000 0x2000>; };"),
                               "device@9000000 { reg = <0x9000000 0x1000>; };",
                               "device@9001000 { reg = <0x9001000 0x1000>; };\n"
                               "device@9000000 { reg = <0x9000000 0x1000>; };"))
              .empty());
    CHECK(
        refused(replaced(good_partition(), ram_one,
                         "memory@3ffff000 { reg = <0x3ffff000 0x2000>; guest = <0>; loadable; };"),
                {"/cells/one/memory@3ffff000: reg: 0x3ffff000-0x40000fff: 0x3ffff000-0x3fffffff",
                 "loading the cell would crash the root cell"}));
}

TEST_CASE("CPUs") {
    CHECK(refused(replaced(good_partition(), "cpus = <2>", "cpus = <1 2>"),
                  {"/cells/two: cpus: CPU 1 also belongs to /cells/one (cpus)"}));
    CHECK(refused(replaced(good_partition(), "cpus = <2>", "cpus = <2 4 5>"),
                  {"/cells/two: cpus: CPUs 4-5 are not among the root cell's (cpus of /root: "
                   "0-3)"}));
    CHECK(refused(replaced(good_partition(), "cpus = <2>", "cpus = <0 2 3>"),
                  {"/root: cpus: no CPU is left for the root cell when /cells/one and /cells/two "
                   "exist"}));
    CHECK(findings_of(replaced(good_partition(), "cpus = <2>", "cpus = <2 3>")).empty());
}

TEST_CASE("cells that exclude each other may be given the same things") {
    std::string text =
        replaced(good_partition(), "cpus = <2>;", "cpus = <0 1 3>; excludes = \"one\";");
    text = replaced(text, "interrupts = <41>", "interrupts = <40>");
    text = replaced(text, ram_two, "memory@70000000 { reg = <0x70000000 0x10000>; guest = <0>; };");
    CHECK(findings_of(text).empty());
    // Alone it must still leave a CPU.
    CHECK(refused(replaced(text, "cpus = <0 1 3>", "cpus = <0 1 2 3>"),
                  {"no CPU is left", "when /cells/two exists"}));
}

TEST_CASE("interrupts") {
    CHECK(refused(replaced(good_partition(), "interrupts = <41>", "interrupts = <40 41>"),
                  {"/cells/two: interrupts: INTID 40 also belongs to /cells/one (interrupts)"}));
    CHECK(refused(
        replaced(good_partition(), "interrupt-ranges = <32 256>", "interrupt-ranges = <32 9>"),
        {"/cells/two: interrupts: the root cell does not have INTID 41", "/root"}));
}

TEST_CASE("interrupts of binary files") {
    Compiled compiled = test::compile_text(good_partition());
    Configuration configuration;
    configuration.system = parse_system(test::file_of(compiled, "root.cell"), "r");
    configuration.cells = {parse_cell(test::file_of(compiled, "one.cell"), "c")};
    Cell& cell = configuration.cells[0];
    auto only_text = [&configuration] {
        Findings findings = check(configuration, binary_words());
        REQUIRE(findings.size() == 1);
        return findings[0].text;
    };
    Irqchip good = cell.irqchips[0];
    cell.irqchips[0].address = 0x1000;
    CHECK(only_text().find("c: irqchip 0: address: 0x1000 is not the distributor's") == 0);
    cell.irqchips[0] = good;
    cell.irqchips[0].pin_base = 33;
    CHECK(only_text().find("c: irqchip 0: pin_base: 33 is refused") == 0);
    cell.irqchips[0] = good;
    cell.irqchips[0].pin_base = 928;
    CHECK(check(configuration, binary_words()).size() == 2); // and the root cell lacks it
    cell.irqchips[0] = good;
    cell.irqchips[0].pin_base = 0; // bits below 32 have no effect
    cell.irqchips[0].pin_bitmap = {0xffffffff, 0x100, 0, 0};
    CHECK(check(configuration, binary_words()).empty());
    cell.irqchips[0].pin_base = 896;
    cell.irqchips[0].pin_bitmap = {0, 0, 0, 0xf0000000};
    Findings findings = check(configuration, binary_words());
    REQUIRE(!findings.empty());
    CHECK(findings.back().text.find("INTID 1020-1023 are not possible") != std::string::npos);
}

TEST_CASE("CPU sets of binary files") {
    Compiled compiled = test::compile_text(good_partition());
    Configuration configuration;
    configuration.system = parse_system(test::file_of(compiled, "root.cell"), "r");
    configuration.cells = {parse_cell(test::file_of(compiled, "one.cell"), "c")};
    auto only_text = [&configuration] {
        Findings findings = check(configuration, binary_words());
        REQUIRE(findings.size() == 1);
        return findings[0].text;
    };
    configuration.cells[0].cpu_set = {2};
    CHECK(only_text().find("c: CPU bitmap: it has 1 bytes") == 0);
    configuration.cells[0].cpu_set = Bytes(8);
    CHECK(only_text().find("c: CPU bitmap: the cell has no CPU") == 0);
    configuration.cells[0].cpu_set = Bytes(4104);
    configuration.cells[0].cpu_set[0] = 2;
    CHECK(only_text().find("c: CPU bitmap: it has 4104 bytes, at most 4096") == 0);
}

TEST_CASE("names and file size") {
    const std::string longest(31, 'n');
    CHECK(findings_of(replaced(good_partition(), in_one, in_one + " label = \"" + longest + "\";"))
              .empty());
    CHECK(refused(replaced(good_partition(), in_one, in_one + " label = \"" + longest + "n\";"),
                  {"/cells/one: label:", "more than 31 characters"}));
    CHECK(refused(replaced(good_partition(), in_one, in_one + " label = \"two\";"),
                  {"/cells/two: label: /cells/one is called \"two\" too"}));
    CHECK(refused(replaced(good_partition(), in_one, in_one + " label = \"root\";"),
                  {"/cells/one: label: /root is called \"root\" too"}));

    // A descriptor, the bitmap, an irqchip and n regions of 32 bytes: 16 pages hold 2042 regions.
    auto many = [](int placeholders) {
        std::string nodes;
        for (int i = 0; i < placeholders; i++)
            nodes += "placeholder@" + std::to_string(i) + " { };\n";
        return one_has(nodes);
    };
    CHECK(findings_of(many(2040)).empty());
    CHECK(refused(many(2041), {"/cells/one: its file has", "the hypervisor accepts 65536"}));
}

TEST_CASE("communication regions") {
    CHECK(refused(replaced(good_partition(), "comm-region { };\n        };\n        two",
                           "comm-region { size = <0x2000>; };\n        };\n        two"),
                  {"/cells/one/comm-region: reg: a communication region has 0x1000 bytes, not "
                   "0x2000"}));
    CHECK(refused(replaced(good_partition(), "comm-region { };\n        };\n        two",
                           "comm-region { guest = <0x80000800>; };\n        };\n        two"),
                  {"/cells/one/comm-region: guest: 0x80000800 is no multiple"}));
    CHECK(refused(one_has("comm-region@90000000 { guest = <0x90000000>; };"),
                  {"/cells/one/comm-region: a cell has one communication region",
                   "/cells/one/comm-region@90000000"}));
}

TEST_CASE("accesses that must trap") {
    auto root_device = [](const std::string& reg) {
        return replaced(good_partition(), "device@9000000 {",
                        "device { reg = <" + reg + ">; }; device@9000000 {");
    };
    CHECK(refused(root_device("0x8000000 0x1000"),
                  {"/root/device: reg: 0x8000000-0x8000fff covers the distributor (GICD) at "
                   "0x8000000-0x800ffff"}));
    // Four CPUs have four frames of 0x20000.
    CHECK(refused(root_device("0x8110000 0x10000"), {"covers the redistributors (GICR)"}));
    CHECK(findings_of(root_device("0x8120000 0x10000")).empty());
    CHECK(findings_of(root_device("0x8080000 0x20000")).empty()); // between the two: the ITS
    CHECK(refused(one_has("memory@71000000 { reg = <0x71000000 0x1000>; guest = <0x8000000>; };"),
                  {"/cells/one/memory@71000000: guest:", "hides the distributor (GICD)"}));

    std::string pci = replaced(good_partition(), "        gic {",
                               "        pci { ecam = <0xa000000>; end-bus = <1>; virtual; };\n"
                               "        gic {");
    CHECK(findings_of(pci).empty());
    CHECK(refused(replaced(pci, "device@9000000 {",
                           "device@a1ff000 { reg = <0xa1ff000 0x1000>; }; device@9000000 {"),
                  {"/root/device@a1ff000: reg:", "the PCI configuration space (ECAM)"}));
    std::string iommu =
        replaced(good_partition(), "        gic {",
                 "        iommu@a000000 { type = \"mmu500\"; reg = <0xa000000 0x20000>; };\n"
                 "        gic {");
    CHECK(findings_of(iommu).empty());
    CHECK(refused(replaced(iommu, "device@9000000 {",
                           "device@a010000 { reg = <0xa010000 0x1000>; }; device@9000000 {"),
                  {"/root/device@a010000: reg:", "the IOMMU of /hypervisor/iommu@a000000"}));

    std::string gicv2 = replaced(good_partition(), "version = <3>", "version = <2>");
    gicv2 = replaced(gicv2, "gicr = <0x80a0000>;",
                     "gicc = <0x8010000>; gich = <0x8030000>; gicv = <0x8040000>;");
    CHECK(findings_of(gicv2).empty());
    CHECK(refused(replaced(gicv2, "device@9000000 {",
                           "device@8041000 { reg = <0x8041000 0x1000>; }; device@9000000 {"),
                  {"the virtual CPU interface (GICV)"}));
}

TEST_CASE("reset address and console") {
    CHECK(refused(replaced(good_partition(), in_one, in_one + " reset-address = <0x10000>;"),
                  {"/cells/one: reset-address: no region of the cell contains 0x10000"}));
    CHECK(findings_of(replaced(good_partition(), in_one, in_one + " reset-address = <0xfffc>;"))
              .empty());
    CHECK(refused(replaced(good_partition(), ram_one,
                           "memory@70000000 { reg = <0x70000000 0x10000>; guest = <0>; read; "
                           "write; };"),
                  {"/cells/one: reset-address: 0x0 is in /cells/one/memory@70000000, which is not "
                   "executable"}));

    const std::string console = " console { type = \"pl011\"; reg = <0x9000000 0x1000>; };";
    Compiled compiled = test::compile_text(one_has(console));
    REQUIRE(compiled.findings.size() == 1);
    CHECK(compiled.findings[0].severity == Severity::Warning);
    CHECK(compiled.findings[0].text.find("/cells/one: console: no writable region") == 0);
    CHECK(!compiled.files.empty());
    CHECK(findings_of(one_has(console + " device@9000000 { reg = <0x9000000 0x1000>; };")).empty());
    const std::string gated =
        " console { type = \"pl011\"; reg = <0x9000000 0x1000>; clock-gate-register = <0x9000834>; };"
        " device@9000000 { reg = <0x9000000 0x1000>; ";
    CHECK(findings_of(one_has(gated + "};")).empty());
    CHECK(findings_of(one_has(gated + "guest = <0x9000000>; read; };"))
              .find("contains its clock gate 0x9000834-0x9000837") != std::string::npos);
}

TEST_CASE("the report lists every test with its result") {
    Compiled compiled = test::compile_text(good_partition());
    Configuration configuration;
    configuration.system = parse_system(test::file_of(compiled, "root.cell"), "root.cell");
    configuration.cells = {parse_cell(test::file_of(compiled, "one.cell"), "one.cell")};
    std::string clean = check_report(configuration, check(configuration, binary_words()));
    for (const char* part :
         {"Architecture:  arm64\n", "Root cell:     root (root.cell)\n",
          "Non-root cell: one (one.cell)\n", "Overlapping memory regions inside cell: None\n",
          "Overlapping memory regions with hypervisor: None\n",
          "Missing resource interceptions for architecture arm64: None\n",
          "Root cell CPU starvation: None\n"})
        CHECK_MESSAGE(clean.find(part) != std::string::npos, part);
    // Not asked where it says nothing.
    CHECK(clean.find("MMCONFIG") == std::string::npos);
    CHECK(clean.find("IOMMU") == std::string::npos);
    CHECK(clean.find("Overlapping cores") == std::string::npos);

    configuration.cells.push_back(configuration.cells[0]);
    configuration.cells[1].name = "other";
    configuration.system.hypervisor_memory.phys = 0x7f000000;
    Findings findings = check(configuration, binary_words());
    std::string faults = check_report(configuration, findings);
    for (const char* part :
         {"Overlapping memory regions with hypervisor:\n  root.cell: memory region 0: phys_start:",
          "      phys_start: 0x0000000040000000\n      virt_start: 0x0000000040000000\n"
          "      size:       0x000000003fc00000\n      flags:      JAILHOUSE_MEM_READ | "
          "JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_EXECUTE\n",
          "Overlapping cores between non-root cells:\n  one.cell: CPU bitmap: CPU 1 also belongs",
          "Interrupts given to two non-root cells:\n"})
        CHECK_MESSAGE(faults.find(part) != std::string::npos, part, faults);
}
