// SPDX-License-Identifier: Apache-2.0
#include "board/device.hpp"
#include "board_support.hpp"
#include "util/error.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>

using namespace brig;
using namespace brig::board;

namespace {

const std::string machine = R"(
    #address-cells = <2>;
    #size-cells = <2>;
    interrupt-parent = <&gic>;
    aliases { serial0 = &uart0; i2c0 = &i2c1; };
    gic: interrupt-controller@8000000 {
        compatible = "arm,gic-v3";
        #interrupt-cells = <3>;
        #address-cells = <2>;
        #size-cells = <2>;
        ranges;
        interrupt-controller;
        reg = <0 0x8000000 0 0x10000>, <0 0x80a0000 0 0xf60000>;
        its: msi-controller@8080000 { reg = <0 0x8080000 0 0x20000>; };
    };
    clk: clock { #clock-cells = <1>; };
    smmu: iommu@9050000 { compatible = "arm,smmu-v3"; reg = <0 0x9050000 0 0x20000>; #iommu-cells = <1>; };
    soc {
        compatible = "simple-bus";
        #address-cells = <1>;
        #size-cells = <1>;
        ranges = <0x0 0x1 0x10000000 0x1000000>, <0x8000000 0x0 0x50000000 0x100000>;
        uart0: serial@2000 {
            compatible = "arm,pl011", "arm,primecell";
            reg = <0x2000 0x1000>;
            interrupts = <0 1 4>, <1 11 8>;
            interrupt-names = "tx", "rx";
            clocks = <&clk 3>, <&clk 4>;
            clock-names = "bus", "baud";
        };
        i2c0: i2c@3000 { compatible = "x,i2c"; reg = <0x3000 0x100>; #address-cells = <1>; #size-cells = <0>;
            eeprom@50 { compatible = "x,eeprom"; reg = <0x50>; interrupt-parent = <&gpio>; interrupts = <4 1>; };
        };
        i2c1: i2c@8000100 { compatible = "x,i2c"; reg = <0x8000100 0x100>; status = "disabled"; };
        gpio: gpio@4000 { reg = <0x4000 0x1000>; interrupt-controller; #interrupt-cells = <2>; interrupts = <0 9 1>; };
        mmc@5000 { compatible = "x,mmc"; reg = <0x5000 0x1000>; iommus = <&smmu 0x41>; };
        outside@ff000000 { reg = <0xff000000 0x100>; };
    };
)";

const Device& named(const std::vector<Device>& all, const std::string& path) {
    for (const auto& device : all)
        if (device.node->path == path)
            return device;
    FAIL("no device " << path);
    return all[0];
}

} // namespace

TEST_CASE("nodes are found by path, label and alias") {
    Tree tree = test::tree_of(machine);
    CHECK(tree.resolve("/soc/serial@2000").name == "serial@2000");
    CHECK(tree.resolve("uart0").path == "/soc/serial@2000");
    CHECK(tree.resolve("&uart0").path == "/soc/serial@2000");
    CHECK(tree.resolve("serial0").path == "/soc/serial@2000");
    CHECK(tree.resolve("&i2c0").path == "/soc/i2c@3000");
    CHECK_THROWS_WITH_AS(tree.resolve("i2c0"),
                         doctest::Contains("is a label of /soc/i2c@3000 and an alias"), Error);
    CHECK_THROWS_WITH_AS(tree.resolve("uart1"), doctest::Contains("did you mean `uart0`"), Error);
    CHECK_THROWS_WITH_AS(tree.resolve("&serial0"), doctest::Contains("there is none"), Error);
    CHECK_THROWS_WITH_AS(tree.resolve("/soc/serial@3000"),
                         doctest::Contains("did you mean `/soc/serial@2000`"), Error);
    CHECK(tree.name_of(tree.resolve("uart0")) == "uart0");
    CHECK(tree.name_of(tree.resolve("/soc/i2c@3000")) == "/soc/i2c@3000");
}

TEST_CASE("a node is disabled when one of its parents is") {
    Tree tree = test::tree_of(R"(bus { status = "disabled"; child { status = "okay"; }; };
                                 other { status = "ok"; }; third { status = "reserved"; };)");
    CHECK_FALSE(tree.find("/bus/child")->enabled());
    CHECK(tree.find("/other")->enabled());
    CHECK_FALSE(tree.find("/third")->enabled());
}

TEST_CASE("registers are translated to the CPU's addresses") {
    Tree tree = test::tree_of(machine);
    auto all = devices(tree);
    CHECK(named(all, "/soc/serial@2000").registers.at(0).range == make_range(0x110002000, 0x1000));
    CHECK(named(all, "/soc/i2c@8000100").registers.at(0).range == make_range(0x50000100, 0x100));
    CHECK(named(all, "/soc/i2c@3000/eeprom@50").registers.empty());
    CHECK(registers_of(*tree.find("/soc/outside@ff000000")).empty());
    CHECK(registers_of(tree.resolve("its")).at(0).range.first == 0x8080000);
}

TEST_CASE("interrupts become INTIDs or are counted as foreign") {
    Tree tree = test::tree_of(machine);
    auto all = devices(tree);
    const auto& uart = named(all, "/soc/serial@2000");
    REQUIRE(uart.interrupts.size() == 2);
    CHECK(uart.interrupts[0].intid == 33);
    CHECK(uart.interrupts[0].level);
    CHECK(uart.interrupts[0].name == "tx");
    CHECK(uart.interrupts[1].intid == 27);
    CHECK_FALSE(named(all, "/soc/gpio@4000").interrupts.at(0).level);
    const auto& eeprom = named(all, "/soc/i2c@3000/eeprom@50");
    CHECK(eeprom.interrupts.empty());
    CHECK(eeprom.foreign_interrupts == 1);
}

TEST_CASE("clocks, stream ids and DMA masters") {
    Tree tree = test::tree_of(machine);
    auto all = devices(tree);
    const auto& uart = named(all, "/soc/serial@2000");
    REQUIRE(uart.clocks.size() == 2);
    CHECK(uart.clocks[1].provider->path == "/clock");
    CHECK(uart.clocks[1].args == std::vector<uint32_t>{4});
    CHECK(uart.clocks[1].name == "baud");
    CHECK_FALSE(uart.dma_master);
    const auto& mmc = named(all, "/soc/mmc@5000");
    REQUIRE(mmc.streams.size() == 1);
    CHECK(mmc.streams[0].first == 0x41);
    CHECK(mmc.streams[0].iommu->path == "/iommu@9050000");
    CHECK(mmc.dma_master);
    CHECK_FALSE(named(all, "/soc/i2c@8000100").enabled());
}

TEST_CASE("a PCI host brings windows, INTx lines and stream ids") {
    Tree tree = test::tree_of(R"(
        #address-cells = <2>; #size-cells = <2>;
        gic: gic { compatible = "arm,gic-400"; #interrupt-cells = <3>; #address-cells = <0>; interrupt-controller; };
        gic2: gic2 { compatible = "arm,gic-v3"; #interrupt-cells = <3>; #address-cells = <2>; interrupt-controller; };
        smmu: smmu { #iommu-cells = <1>; };
        pcie@40000000 {
            device_type = "pci"; compatible = "pci-host-ecam-generic";
            #address-cells = <3>; #size-cells = <2>; #interrupt-cells = <1>;
            reg = <0x40 0x10000000 0 0x10000000>;
            ranges = <0x01000000 0 0 0 0x3eff0000 0 0x10000>,
                     <0x02000000 0 0x10000000 0 0x10000000 0 0x2eff0000>,
                     <0x43000000 0x80 0 0x80 0 0x80 0>;
            interrupt-map-mask = <0x1800 0 0 7>;
            interrupt-map = <0 0 0 1 &gic 0 3 4>, <0 0 0 2 &gic2 0 0 0 4 4>, <0x800 0 0 1 &gic 0 3 4>;
            iommu-map = <0 &smmu 0x100 0x10000>;
            device@1,0 { compatible = "pci1234,5678"; reg = <0x800 0 0 0 0>; interrupts = <1>; };
        };)");
    Device host = device_of(tree, *tree.find("/pcie@40000000"));
    REQUIRE(host.windows.size() == 3);
    CHECK(host.windows[0].kind == Window::Kind::Io);
    CHECK(host.windows[1].range == make_range(0x10000000, 0x2eff0000));
    CHECK(host.windows[2].kind == Window::Kind::Memory64);
    CHECK(host.windows[2].range == make_range(0x8000000000, 0x8000000000));
    REQUIRE(host.interrupts.size() == 2);
    CHECK(host.interrupts[0].intid == 35);
    CHECK(host.interrupts[1].intid == 36);
    CHECK(host.streams.at(0).first == 0x100);
    CHECK(host.streams.at(0).count == 0x10000);
    Device child = device_of(tree, *tree.find("/pcie@40000000/device@1,0"));
    CHECK(child.registers.empty());
    CHECK(child.interrupts.at(0).intid == 35);
}

TEST_CASE("controllers that hand their lines on to the GIC") {
    Tree tree = test::tree_of(R"(
        interrupt-parent = <&gpc>;
        gic: gic { compatible = "arm,gic-v3"; #interrupt-cells = <3>; interrupt-parent = <&gic>; };
        gpc: gpc { compatible = "fsl,imx8mq-gpc"; #interrupt-cells = <3>; interrupt-parent = <&gic>; };
        pdc: pdc { compatible = "qcom,sdm845-pdc", "qcom,pdc"; #interrupt-cells = <2>;
                   qcom,pdc-ranges = <0 480 94>, <94 609 15>; interrupt-parent = <&gic>; };
        a { interrupts = <0 26 4>; };
        b { interrupts-extended = <&pdc 95 4>, <&gic 1 9 4>; };
        c { interrupts-extended = <&pdc 200 4>; };)");
    CHECK(interrupts_of(tree, *tree.find("/a")).interrupts.at(0).intid == 58);
    auto b = interrupts_of(tree, *tree.find("/b")).interrupts;
    REQUIRE(b.size() == 2);
    CHECK(b[0].intid == 642);
    CHECK(b[1].intid == 25);
    CHECK(interrupts_of(tree, *tree.find("/c")).foreign == 1);
}

TEST_CASE("cyclic and absurd trees end") {
    // dtc itself would count to 0xffffffff, so 77 stands for it.
    Bytes blob = test::compile_tree(R"(
        #address-cells = <77>; #size-cells = <77>;
        a: a { interrupt-parent = <&b>; interrupts = <1>; reg = <1 2 3 4>; };
        b: b { interrupt-parent = <&a>; };
        n: n { #interrupt-cells = <1>; #address-cells = <0>; interrupt-map = <1 &n 1>; interrupt-map-mask = <0>; };
        t: t { compatible = "fsl,imx8mq-gpc"; #interrupt-cells = <1>; interrupt-parent = <&t>; };
        u { interrupts-extended = <&n 1>, <&t 1>, <&huge 1>; };
        huge: huge { #interrupt-cells = <77>; #clock-cells = <77>; #address-cells = <9>; ranges;
            x { reg = <1 2 3 4>; clocks = <&huge 1 2>; interrupts = <1>; }; };
        many { #address-cells = <2>; #size-cells = <77>; ranges = <1 2 3 4>; y { reg = <1 2 3>; }; };)");
    for (size_t at = 0; at + 4 <= blob.size(); at += 4)
        if (blob[at + 3] == 77 && blob[at] == 0 && blob[at + 1] == 0 && blob[at + 2] == 0)
            std::fill_n(blob.begin() + static_cast<long>(at), 4, uint8_t{0xff});
    Tree tree = Tree::parse(blob, "absurd");
    for (const auto& device : devices(tree)) {
        CHECK(device.registers.empty());
        CHECK(device.interrupts.empty());
    }
    CHECK(interrupts_of(tree, *tree.find("/u")).foreign >= 2);
}

TEST_CASE("trees beyond any real one are refused") {
    std::string deep;
    for (int i = 0; i < 100; i++)
        deep += "n" + std::to_string(i) + " { ";
    for (int i = 0; i < 100; i++)
        deep += "}; ";
    CHECK_THROWS_WITH_AS(test::tree_of(deep), doctest::Contains("64 levels"), Error);
    CHECK_THROWS_WITH_AS(Tree::parse({'/', 'd', 't', 's', '-', 'v', '1', '/', ';', 0, 0, 0, 0, 0,
                                      0,   0,   0,   0,   0,   0,   0,   0,   0,   0, 0, 0, 0, 0,
                                      0,   0,   0,   0,   0,   0,   0,   0,   0,   0, 0, 0, 0},
                                     "x.dts"),
                         doctest::Contains("compiled with dtc"), Error);
}

TEST_CASE("damaged trees are refused or read, never worse") {
    Bytes blob = test::compile_tree(machine);
    auto exercise = [](const Bytes& bytes) {
        try {
            Tree tree = Tree::parse(bytes, "damaged");
            for (const auto& device : devices(tree))
                CHECK(tree.resolve(device.node->path).path == device.node->path);
            return true;
        } catch (const Error& error) {
            CHECK(std::string(error.what()).find("damaged") != std::string::npos);
            return false;
        }
    };
    CHECK(exercise(blob));
    for (size_t size = 0; size < blob.size(); size++)
        CHECK_FALSE(exercise({blob.begin(), blob.begin() + static_cast<long>(size)}));
    for (size_t at = 0; at < blob.size(); at++) {
        Bytes damaged = blob;
        damaged[at] = static_cast<uint8_t>(damaged[at] ^ 0xff);
        exercise(damaged);
    }
    std::minstd_rand random(3);
    for (int round = 0; round < 2000; round++) {
        Bytes damaged = blob;
        for (unsigned changes = 1 + random() % 8; changes-- > 0;)
            damaged[random() % damaged.size()] = static_cast<uint8_t>(random());
        exercise(damaged);
    }
}
