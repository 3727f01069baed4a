// SPDX-License-Identifier: Apache-2.0
#include "board/facts.hpp"
#include "board_support.hpp"
#include "port/inspect.hpp"
#include "util/error.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <random>

using namespace brig;
using namespace brig::board;

namespace {

const std::string gic400 = R"(
    #address-cells = <2>; #size-cells = <2>; interrupt-parent = <&gic>;
    gic: interrupt-controller@f9010000 {
        compatible = "arm,gic-400"; #interrupt-cells = <3>; interrupt-controller;
        reg = <0 0xf9010000 0 0x10000>, <0 0xf9020000 0 GICC>, <0 0xf9040000 0 0x20000>,
              <0 0xf9060000 0 GICC>;
        interrupts = <1 9 0xf04>;
    };
)";

const std::string machine = R"(
    model = "Invented board"; compatible = "inv,board", "inv,soc";
    #address-cells = <2>; #size-cells = <2>; interrupt-parent = <&gic>;
    chosen { stdout-path = "serial2:1500000n8"; };
    aliases { serial2 = &uart; };
    memory@80000000 { device_type = "memory"; reg = <0 0x80000000 0 0x40000000>, <1 0 0 0x40000000>, <2 0 0 0>; };
    reserved-memory { #address-cells = <2>; #size-cells = <2>; ranges;
        secure@82000000 { reg = <0 0x82000000 0 0x100000>; no-map; };
        pool { size = <0 0x100000>; }; };
    cpus { #address-cells = <1>; #size-cells = <0>;
        cpu@0 { device_type = "cpu"; compatible = "arm,cortex-a55"; reg = <0>; enable-method = "psci"; };
        cpu@100 { device_type = "cpu"; compatible = "arm,cortex-a76"; reg = <0x100>; };
        cpu@200 { device_type = "cpu"; compatible = "arm,cortex-a76"; reg = <0x200>; status = "disabled"; };
        cpu@300 { device_type = "cpu"; compatible = "inv,core"; reg = <0x300>; };
        idle-states { };
    };
    psci { compatible = "arm,psci-1.0", "arm,psci-0.2"; method = "smc"; };
    timer { compatible = "arm,armv8-timer"; interrupts = <1 13 4>, <1 14 4>, <1 11 4>, <1 10 4>; };
    firmware {
        scmi { compatible = "arm,scmi-smc"; arm,smc-id = <0x82000010>; };
        optee { compatible = "linaro,optee-tz"; method = "smc"; status = "disabled"; };
    };
    gic: interrupt-controller@fe600000 {
        compatible = "arm,gic-v3"; #interrupt-cells = <3>; interrupt-controller; #address-cells = <2>; #size-cells = <2>; ranges;
        reg = <0 0xfe600000 0 0x10000>, <0 0xfe680000 0 0x100000>;
        interrupts = <1 9 4>;
        msi-controller@fe640000 { compatible = "arm,gic-v3-its"; reg = <0 0xfe640000 0 0x20000>; };
    };
    uart: serial@feb50000 { compatible = "inv,uart", "snps,dw-apb-uart"; reg = <0 0xfeb50000 0 0x100>;
        reg-shift = <2>; reg-io-width = <4>; interrupts = <0 333 4>; clock-frequency = <24000000>; };
    mmc@fe2e0000 { compatible = "inv,mmc"; reg = <0 0xfe2e0000 0 0x10000>; interrupts = <0 205 4>; };
    smmu@fc900000 { compatible = "arm,smmu-v3"; reg = <0 0xfc900000 0 0x200000>; #iommu-cells = <1>; status = "disabled"; };
)";

bool has_point(const Facts& facts, const std::string& key, OpenPoint::Kind kind) {
    return std::any_of(
        facts.open_points.begin(), facts.open_points.end(),
        [&](const OpenPoint& point) { return point.key == key && point.kind == kind; });
}

Facts facts_with(const std::string& body) {
    Tree tree = test::tree_of(body);
    Facts facts = read_facts(tree);
    for (auto& point : facts.open_points) {
        CHECK_FALSE(point.text.empty());
        CHECK_FALSE(point.todo.empty());
    }
    return facts;
}

std::string with_size(const std::string& size) {
    std::string text = gic400;
    for (size_t at = 0; (at = text.find("GICC", at)) != std::string::npos;)
        text.replace(at, 4, size);
    return text;
}

} // namespace

TEST_CASE("the facts of a board as JSON") {
    Tree tree = test::tree_of(machine);
    Facts facts = read_facts(tree);
    auto json = port::inspect_json(facts);
    CHECK(json["cpus"].size() == 3);
    CHECK(json["cpus"][1]["mpidr"] == 0x100);
    CHECK(json["cpus"][0]["core"] == "cortex-a55");
    CHECK(json["cpus"][0]["aarch32_el1"] == true);
    CHECK(json["cpus"][1]["aarch32_el1"] == false);
    CHECK(json["cpus"][2]["aarch32_el1"].is_null());
    CHECK(json["gic"]["version"] == 3);
    CHECK(json["gic"]["gicd"] == 0xfe600000);
    CHECK(json["gic"]["gicr"] == 0xfe680000);
    CHECK(json["gic"]["gicc"].is_null());
    CHECK(json["gic"]["maintenance_irq"] == 25);
    CHECK(json["gic"]["its"].size() == 1);
    CHECK(json["console"]["address"] == 0xfeb50000);
    CHECK(json["console"]["type"] == "8250");
    CHECK(json["console"]["reg_distance"] == 4);
    CHECK(json["console"]["irq"] == 365);
    CHECK(json["console"]["clock"] == 24000000);
    CHECK(json["console"]["options"] == "1500000n8");
    CHECK(json["psci"]["version"] == 0x10000);
    CHECK(json["psci"]["method"] == "smc");
    CHECK(json["memory"].size() == 2);
    CHECK(json["memory"][0]["start"] == 0x80000000);
    CHECK(json["memory"][0]["size"] == 0x40000000);
    CHECK(json["reserved"].size() == 2);
    CHECK(json["reserved"][0]["no_map"] == true);
    CHECK(json["reserved"][1]["start"].is_null());
    CHECK(json["smc"].size() == 2);
    CHECK(json["smc"][0]["id"] == 0x82000010);
    CHECK(json["smc"][1]["enabled"] == false);
    CHECK(json["holes"][0]["start"] == 0xc0000000);
    CHECK(json["open_points"].size() == facts.open_points.size());
    CHECK(json["timer"]["interrupts"] == std::vector<int>{29, 30, 27, 26});

    CHECK(facts.masters_without_iommu.size() == 1);
    CHECK(facts.highest_spi == 365);
    CHECK(facts.free_spis == std::vector<Range>{{32, 236}, {238, 364}, {366, 1019}});
    // Between SMMU and mmc there is room, and it is nobody's.
    REQUIRE_FALSE(facts.ecam_windows.empty());
    CHECK(facts.ecam_windows[0] == Range{0xfcb00000, 0xfe1fffff});

    std::string text = port::inspect_text(tree, facts);
    for (const char* part : {"Invented board", "MPIDR 0x100", "INTID 365", "SMC 0x82000010"})
        CHECK_MESSAGE(text.find(part) != std::string::npos, part);
    for (size_t at = 0; at < text.size();) {
        size_t end = text.find('\n', at);
        CHECK(end - at <= 100);
        at = end + 1;
    }
}

TEST_CASE("what a porter must look after") {
    Facts facts = facts_with(machine);
    CHECK(has_point(facts, "vhe", OpenPoint::Kind::Confirm));
    CHECK(has_point(facts, "aarch32", OpenPoint::Kind::Confirm));
    CHECK(has_point(facts, "cores", OpenPoint::Kind::Confirm));
    CHECK(has_point(facts, "scmi", OpenPoint::Kind::Confirm));
    CHECK_FALSE(has_point(facts, "optee", OpenPoint::Kind::Confirm)); // disabled
    CHECK(has_point(facts, "smmu", OpenPoint::Kind::Confirm));
    CHECK(has_point(facts, "dma", OpenPoint::Kind::Confirm));
    CHECK_FALSE(has_point(facts, "memory", OpenPoint::Kind::Missing));

    Facts empty = facts_with("");
    for (const char* key : {"cpus", "gic"})
        CHECK(has_point(empty, key, OpenPoint::Kind::Blocks));
    for (const char* key : {"memory", "console", "psci"})
        CHECK(has_point(empty, key, OpenPoint::Kind::Missing));
    CHECK(empty.open_points[0].kind == OpenPoint::Kind::Blocks); // the worst first
}

TEST_CASE("GIC-400 with 64 KiB aliases: usable pairs at +0xf000") {
    Facts facts = facts_with(with_size("0x20000"));
    REQUIRE(facts.gic);
    CHECK(facts.gic->version == 2);
    CHECK(facts.gic->aliased);
    CHECK(facts.gic->gicd->first == 0xf9010000);
    CHECK(facts.gic->gicc == make_range(0xf902f000, 0x2000));
    CHECK(facts.gic->gich->first == 0xf9040000);
    CHECK(facts.gic->gicv == make_range(0xf906f000, 0x2000));
    CHECK(has_point(facts, "gic-alias", OpenPoint::Kind::Confirm));

    Facts plain = facts_with(with_size("0x2000"));
    CHECK_FALSE(plain.gic->aliased);
    CHECK(plain.gic->gicc->first == 0xf9020000);
    CHECK(plain.gic->gicv->first == 0xf9060000);
}

TEST_CASE("a GICv2 without virtual interface blocks, a GICv3 may have the registers of version 2") {
    Facts v2 = facts_with(R"(#address-cells = <1>; #size-cells = <1>;
        gic { compatible = "arm,cortex-a15-gic"; #interrupt-cells = <3>; reg = <0x1000 0x1000>, <0x2000 0x2000>; };)");
    CHECK(has_point(v2, "gic", OpenPoint::Kind::Blocks));
    Facts v3 = facts_with(R"(#address-cells = <1>; #size-cells = <1>;
        gic { compatible = "arm,gic-v3"; #interrupt-cells = <3>; #redistributor-regions = <2>;
              reg = <0x10000 0x10000>, <0x100000 0x40000>, <0x200000 0x40000>, <0x300000 0x2000>,
                    <0x310000 0x2000>, <0x320000 0x2000>; };)");
    REQUIRE(v3.gic->gicr.size() == 2);
    CHECK(v3.gic->gicr[1].first == 0x200000);
    CHECK(v3.gic->gicc->first == 0x300000);
    CHECK(has_point(v3, "gicr", OpenPoint::Kind::Confirm));
    CHECK(has_point(v3, "maintenance-irq", OpenPoint::Kind::Missing));
}

TEST_CASE("redistributors at distances that the architecture does not have") {
    auto blocks = [](const std::string& stride) {
        return has_point(facts_with(R"(#address-cells = <1>; #size-cells = <1>;
            gic { compatible = "arm,gic-v3"; #interrupt-cells = <3>;
                  reg = <0x10000 0x10000>, <0x100000 0x300000>; )" +
                                    stride + "};"),
                         "gic", OpenPoint::Kind::Blocks);
    };
    CHECK_FALSE(blocks(""));
    CHECK_FALSE(blocks("redistributor-stride = <0 0x20000>;"));
    CHECK_FALSE(blocks("redistributor-stride = <0 0x40000>;"));
    CHECK(blocks("redistributor-stride = <0 0x30000>;")); // hip05-d02
}

TEST_CASE("console types by binding") {
    struct Case {
        const char* properties;
        const char* type;
        std::optional<unsigned> distance;
    };
    const Case cases[] = {
        {R"(compatible = "arm,pl011", "arm,primecell";)", "PL011", {}},
        {R"(compatible = "arm,sbsa-uart";)", "PL011", {}},
        {R"(compatible = "fsl,ns16550", "ns16550a";)", "8250", 1},
        {R"(compatible = "snps,dw-apb-uart"; reg-shift = <2>;)", "8250", 4},
        {R"(compatible = "snps,dw-apb-uart"; reg-shift = <1>;)", "none", {}},
        {R"(compatible = "ti,am64-uart", "ti,am654-uart";)", "8250", 4},
        {R"(compatible = "mediatek,mt8183-uart", "mediatek,mt6577-uart";)", "8250", 4},
        {R"(compatible = "xlnx,zynqmp-uart", "cdns,uart-r1p12";)", "XUARTPS", {}},
        {R"(compatible = "marvell,armada-3700-uart";)", "MVEBU", {}},
        {R"(compatible = "renesas,hscif-r8a7795", "renesas,rcar-gen3-hscif", "renesas,hscif";)",
         "HSCIF",
         {}},
        {R"(compatible = "renesas,scif-r8a774a1", "renesas,rcar-gen3-scif", "renesas,scif";)",
         "SCIF",
         {}},
        {R"(compatible = "renesas,scif-r9a07g054", "renesas,scif-r9a07g044";)", "none", {}},
        {R"(compatible = "renesas,scifa-r8a7791", "renesas,rcar-gen2-scifa", "renesas,scifa";)",
         "SCIFA",
         {}},
        {R"(compatible = "fsl,imx8mp-uart", "fsl,imx6q-uart";)", "IMX", {}},
        {R"(compatible = "fsl,imx93-lpuart", "fsl,imx8ulp-lpuart", "fsl,imx7ulp-lpuart";)",
         "IMX-LPUART",
         {}},
        {R"(compatible = "fsl,ls1028a-lpuart";)", "none", {}},
        {R"(compatible = "qcom,geni-debug-uart";)", "none", {}},
        {R"(compatible = "inv,unheard-of";)", "none", {}},
    };
    for (const auto& one : cases) {
        CAPTURE(one.properties);
        Tree tree = test::tree_of(std::string(R"(#address-cells = <1>; #size-cells = <1>;
            chosen { stdout-path = &uart; };
            uart: serial@1000 { reg = <0x1000 0x100>; )") +
                                  one.properties + " };");
        ConsoleFacts console = read_console(tree);
        CHECK(console.type == one.type);
        CHECK(console.reg_distance == one.distance);
        CHECK(console.address == 0x1000);
        CHECK((console.uart != nullptr) == (console.type != "none"));
        if (!console.uart)
            CHECK_FALSE(console.note.empty());
    }
}

TEST_CASE("RAM that the boot loader fills in comes from /proc/iomem") {
    Tree tree = test::tree_of(R"(#address-cells = <2>; #size-cells = <2>;
        memory { device_type = "memory"; reg = <0 0 0 0>; };)");
    CHECK(read_facts(tree).memory.empty());
    Iomem iomem = parse_iomem("00200000-083fffff : System RAM\n"
                              "  00210000-01ffffff : Kernel code\n"
                              "  08000000-080fffff : reserved\n"
                              "08400000-093fffff : reserved\n"
                              "09400000-efffffff : System RAM\n"
                              "f0000000-f00fffff : reserved\n"
                              "fe2e0000-fe2effff : fe2e0000.mmc mmc@fe2e0000\n"
                              "100000000-1ffffffff : System RAM\n",
                              "iomem.txt");
    Facts facts = read_facts(tree, iomem);
    CHECK(facts.memory_source == "/proc/iomem");
    CHECK(facts.memory == std::vector<Range>{{0x200000, 0xf00fffff}, {0x100000000, 0x1ffffffff}});
    CHECK(facts.reserved.size() == 3);
    CHECK_FALSE(has_point(facts, "memory", OpenPoint::Kind::Missing));
    CHECK_THROWS_WITH_AS(parse_iomem("00000000-00000000 : System RAM\n", "x"),
                         doctest::Contains("as root"), Error);
    CHECK_THROWS_WITH_AS(parse_iomem("00200000-083fffff : System RAM\nnonsense\n", "x"),
                         doctest::Contains("line 2"), Error);
    CHECK_THROWS_WITH_AS(parse_iomem("", "x"), doctest::Contains("no `System RAM`"), Error);
}

TEST_CASE("banks that cover registers are cut to the GiBs without devices") {
    auto banks = [](const std::string& name, bool corrected) {
        Tree tree = Tree::parse(test::kernel_tree(name), name);
        Facts facts = read_facts(tree);
        CHECK(facts.memory_corrected == corrected);
        return facts.memory;
    };
    using Banks = std::vector<Range>;
    CHECK(banks("marvell/ac5x-rd-carrier-cn9131.dtb", true) ==
          Banks{{0, 0xbfffffff}, {0x100000000, 0x1ffffffff}});
    CHECK(banks("freescale/imx93-kontron-bl-osm-s.dtb", true) == Banks{{0x80000000, 0xbfffffff}});
    CHECK(banks("marvell/armada-3720-espressobin.dtb", false) == Banks{{0, 0x1fffffff}});
}

TEST_CASE("facts of damaged trees are shown or refused, never worse") {
    Bytes blob = test::compile_tree(machine);
    std::minstd_rand random(4);
    for (int round = 0; round < 1500; round++) {
        Bytes damaged = blob;
        for (auto changes = 1 + random() % 6; changes-- > 0;)
            damaged[random() % damaged.size()] = static_cast<uint8_t>(random());
        try {
            Tree tree = Tree::parse(damaged, "damaged");
            Facts facts = read_facts(tree);
            CHECK_FALSE(port::inspect_text(tree, facts).empty());
            CHECK_FALSE(port::inspect_json(facts).dump().empty());
        } catch (const Error& error) {
            CHECK(std::string(error.what()).find("damaged") != std::string::npos);
        }
    }
}
