// SPDX-License-Identifier: Apache-2.0
// Faults of the partition language: each names node and property.
#include "support.hpp"
#include "util/error.hpp"

#include <doctest/doctest.h>

using namespace brig;
using test::good_partition;
using test::refused;
using test::replaced;

namespace {

// Puts a line in front of a line of the good file.
std::string with(const std::string& before, const std::string& line) {
    return replaced(good_partition(), before, line + "\n" + before);
}

const std::string in_one = "            cpus = <1>;";
const std::string in_root = "        cpus = <0 1 2 3>;";
const std::string one_nodes = "            memory@70000000 {";
const std::string root_nodes = "        memory@40000000 {";
const std::string in_gic = "            version = <3>;";

} // namespace

TEST_CASE("the good file is good") {
    CHECK(test::findings_of(good_partition()).empty());
}

TEST_CASE("a file that is no partition") {
    CHECK(refused(replaced(good_partition(), "brig,partition", "brig,partitions"),
                  {"/: compatible:", "brig,partition"}));
    CHECK(refused(replaced(good_partition(), "    compatible = \"brig,partition\";\n", ""),
                  {"/: compatible:"}));
    CHECK_THROWS_WITH(test::compile_text("no device tree"), doctest::Contains("syntax error"));
    CHECK_THROWS_WITH(config::load_device_tree("/no/such.dts", {}),
                      doctest::Contains("No such file"));
    TemporaryDirectory directory;
    write_files(directory.path(), {{"a.dts", {'/', '\n'}}});
    CHECK_THROWS_WITH(config::load_device_tree(directory.path() / "a.dts", {"/no/dtc", {}}),
                      doctest::Contains("device-tree-compiler"));
}

TEST_CASE("typos of properties and nodes do not pass") {
    CHECK(refused(with(in_one, "loadble;"), {"/cells/one: loadble:", "no such property"}));
    CHECK(refused(replaced(good_partition(), "<0x70000000 0x10000>; guest = <0>; loadable;",
                           "<0x70000000 0x10000>; guest = <0>; loadble;"),
                  {"/cells/one/memory@70000000: loadble:", "did you mean `loadable`?"}));
    CHECK(refused(with(one_nodes, "memry@1000 { };"),
                  {"/cells/one/memry@1000:", "no such node", "did you mean `memory`?"}));
    CHECK(refused(with("        gic {", "gik { };"), {"/hypervisor/gik:", "did you mean `gic`?"}));
    CHECK(refused(with("    root {", "cels { };"), {"/cels:", "did you mean `cells`?"}));
    CHECK(refused(with(in_gic, "gicx = <1>;"), {"/hypervisor/gic: gicx:"}));
    CHECK(refused(with(in_root, "guest = <1>;"), {"/root: guest:"}));
    CHECK(refused(with("    #size-cells", "size = <1>;"), {"/: size:"}));
    CHECK(refused(with(root_nodes, "comm-region { };"), {"/root/comm-region:"}));
    CHECK(refused(replaced(good_partition(), "0x3fc00000>; };", "0x3fc00000>; guest = <0>; };"),
                  {"/root/memory@40000000: guest:"}));
}

TEST_CASE("missing parts") {
    CHECK(refused("/dts-v1/; / { compatible = \"brig,partition\"; hypervisor { memory = <0 1 0 1>; "
                  "gic { version = <3>; gicd = <0 1>; gicr = <0 2>; maintenance-interrupt = <25>; "
                  "}; }; };",
                  {"/: the node `root` is missing"}));
    CHECK(refused("/dts-v1/; / { compatible = \"brig,partition\"; root { cpus = <0>; }; };",
                  {"/: the node `hypervisor` is missing"}));
    CHECK(refused(replaced(good_partition(), "        memory = <0x7fc00000 0x400000>;\n", ""),
                  {"/hypervisor: the property `memory` is missing"}));
    CHECK(refused(replaced(good_partition(), "            gicr = <0x80a0000>;\n", ""),
                  {"/hypervisor/gic: the property `gicr` is missing"}));
    CHECK(refused(replaced(good_partition(), "            cpus = <1>;\n", ""),
                  {"/cells/one: the property `cpus` is missing"}));
    CHECK(refused(replaced(good_partition(), "reg = <0x9000000 0x1000>;", ""),
                  {"/root/device@9000000: the property `reg` is missing"}));
    CHECK(refused(with(one_nodes, "console { reg = <0 1>; };"),
                  {"/cells/one/console: the property `type` is missing"}));
    std::string no_gic = good_partition();
    size_t gic = no_gic.find("        gic {");
    no_gic.erase(gic, no_gic.find("};", gic) + 2 - gic);
    CHECK(refused(no_gic, {"/hypervisor: the node `gic` is missing"}));
}

TEST_CASE("values of the wrong form") {
    CHECK(refused(replaced(good_partition(),
                           "guest = <0>; loadable; };\n            comm-region { "
                           "};\n        };\n        two",
                           "guest = <0 0>; loadable; };\n            comm-region { };\n        };\n"
                           "        two"),
                  {"/cells/one/memory@70000000: guest:", "needs one number", "but has 2"}));
    CHECK(
        refused(replaced(good_partition(), "reg = <0x9000000 0x1000>", "reg = <0x9000000>"),
                {"/root/device@9000000: reg:", "needs 2 numbers", "but has 1", "#address-cells"}));
    CHECK(refused(replaced(good_partition(), "cpus = <1>;", "cpus = \"first\";"),
                  {"/cells/one: cpus:", "angle brackets"}));
    CHECK(refused(with(in_one, "label = <65>;"), {"/cells/one: label:", "double quotes"}));
    CHECK(refused(with(in_one, "label = \"a\", \"b\";"), {"/cells/one: label:", "one text"}));
    CHECK(refused(with(in_one, "aarch32 = <0>;"), {"/cells/one: aarch32:", "is a flag"}));
    CHECK(refused(replaced(good_partition(), "#size-cells = <1>", "#size-cells = <3>"),
                  {"/: #size-cells: 3 is not possible"}));
    CHECK(refused(replaced(good_partition(), "device@9000000", "device@9001000"),
                  {"/root/device@9001000: reg:", "0x9000000", "0x9001000"}));
    CHECK(refused(replaced(good_partition(), "device@9000000", "device@uart"),
                  {"/root/device@uart:", "no hexadecimal address"}));
    CHECK(refused(replaced(good_partition(), "reg = <0x9000000 0x1000>", "reg = <0x9000000 0>"),
                  {"/root/device@9000000: reg:", "size is 0", "placeholder"}));
}

TEST_CASE("numbers out of range") {
    CHECK(refused(replaced(good_partition(), "version = <3>", "version = <4>"),
                  {"/hypervisor/gic: version: 4 is not possible"}));
    CHECK(refused(
        replaced(good_partition(), "maintenance-interrupt = <25>", "maintenance-interrupt = <9>"),
        {"/hypervisor/gic: maintenance-interrupt: 9 is no PPI"}));
    CHECK(refused(replaced(good_partition(), "num-interrupts = <288>", "num-interrupts = <2000>"),
                  {"/hypervisor/gic: num-interrupts: 2000 is not possible"}));
    CHECK(refused(replaced(good_partition(), "interrupts = <40>", "interrupts = <27>"),
                  {"/cells/one: interrupts: INTID 27 is an SGI or PPI"}));
    CHECK(refused(replaced(good_partition(), "interrupts = <40>", "interrupts = <288>"),
                  {"/cells/one: interrupts: INTID 288 is not possible", "287"}));
    CHECK(refused(replaced(good_partition(), "interrupts = <40>", "interrupt-ranges = <280 9>"),
                  {"/cells/one: interrupt-ranges: <280 9> is not possible"}));
    CHECK(refused(replaced(good_partition(), "interrupts = <40>", "interrupt-ranges = <40>"),
                  {"/cells/one: interrupt-ranges:", "pairs"}));
    CHECK(refused(with(in_one, "virtual-pci-interrupts = <285>;"),
                  {"/cells/one: virtual-pci-interrupts: 285"}));
    CHECK(refused(replaced(good_partition(), "cpus = <1>", "cpus = <1 40000>"),
                  {"/cells/one: cpus: CPU 40000 is not possible"}));
    CHECK(refused(with(one_nodes, "console { type = \"pl012\"; reg = <0x9000000 0x1000>; };"),
                  {"/cells/one/console: type:", "\"pl012\"", "`pl011`"}));
    CHECK(refused(with(one_nodes, "console { type = \"8250\"; reg = <0x9000000 0x1000>; "
                                  "register-distance = <2>; };"),
                  {"/cells/one/console: register-distance: 2"}));
    CHECK(refused(with(one_nodes, "console { type = \"8250\"; reg = <0x9000000 0x1000>; "
                                  "clock-gate-bit = <32>; };"),
                  {"/cells/one/console: clock-gate-bit: 32"}));
    CHECK(refused(with(one_nodes, "console { type = \"8250\"; reg = <0x9000000 0x1000>; "
                                  "clock-gate-write-masked; clock-gate-bit = <16>; };"),
                  {"/cells/one/console: clock-gate-bit: 16 is not possible: 0 to 15"}));
    CHECK(refused(with("        gic {", "pci { ecam = <0x3f000000>; end-bus = <256>; };"),
                  {"/hypervisor/pci: end-bus: 256"}));
    CHECK(refused(with("        gic {", "iommu@1000 { type = \"x\"; reg = <0x1000 0x1000>; };"),
                  {"/hypervisor/iommu@1000: type:", "smmuv3"}));
}

TEST_CASE("things given twice inside one cell") {
    CHECK(refused(replaced(good_partition(), "cpus = <1>", "cpus = <1 1>"),
                  {"/cells/one: cpus: CPU 1 is given twice"}));
    CHECK(refused(replaced(good_partition(), "interrupts = <40>", "interrupts = <40 40>"),
                  {"/cells/one: interrupts: INTID 40 is given twice"}));
    CHECK(refused(with(in_one, "interrupt-ranges = <39 2>;"),
                  {"/cells/one: interrupt-ranges: INTID 40 is given twice"}));
}

TEST_CASE("names of cells and exclusions") {
    CHECK(refused(replaced(good_partition(), "        one {", "        root {"),
                  {"/cells/root:", "cannot be called `root`"}));
    CHECK(refused(replaced(good_partition(), "        one {", "        one@1 {"),
                  {"/cells/one@1:", "no unit address"}));
    CHECK(refused(with(in_one, "label = \"\";"), {"/cells/one: label:", "empty"}));
    CHECK(refused(with(in_one, "excludes = \"tow\";"),
                  {"/cells/one: excludes:", "no cell \"tow\"", "did you mean `two`?"}));
    CHECK(refused(with(in_one, "excludes = \"one\";"), {"/cells/one: excludes:", "itself"}));
}
