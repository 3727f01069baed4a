// SPDX-License-Identifier: Apache-2.0
// Twins of real boards (the trees of Debian's kernel) and of invented ones.
#include "board_support.hpp"
#include "config/overlay.hpp"
#include "rehearse/edit.hpp"
#include "rehearse/models.hpp"
#include "rehearse/twin.hpp"
#include "util/error.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace brig;
using namespace brig::board;
using namespace brig::rehearse;

namespace {

constexpr uint64_t gib = uint64_t{1} << 30;

const std::string chip = R"(
    model = "Invented"; #address-cells = <2>; #size-cells = <2>; interrupt-parent = <&wake>;
    chosen { stdout-path = "serial0:1500000n8"; kaslr-seed = <1 2>; bootargs = "console=tty0"; };
    aliases { serial0 = &uart; };
    cpus { #address-cells = <1>; #size-cells = <0>;
        cpu@0 { device_type = "cpu"; compatible = "arm,cortex-a53"; reg = <0>; enable-method = "psci";
                clocks = <&cru 1>; cpu-supply = <&cru>; operating-points-v2 = <&cru>; };
        cpu@1 { device_type = "cpu"; compatible = "arm,cortex-a53"; reg = <1>; enable-method = "psci"; };
        idle-states { sleep { compatible = "arm,idle-state"; local-timer-stop; arm,psci-suspend-param = <1>; }; }; };
    psci { compatible = "arm,psci-1.0"; method = "smc"; };
    timer { compatible = "arm,armv8-timer"; interrupt-parent = <&gic>; fsl,erratum-a008585;
            interrupts = <1 13 8>, <1 14 8>, <1 11 8>, <1 10 8>; };
    gic: gic@1000000 { compatible = "arm,gic-v3"; #interrupt-cells = <3>; interrupt-controller;
        reg = <0 0x1000000 0 0x10000>, <0 0x1040000 0 0x80000>; interrupts = <1 9 4>;
        interrupt-parent = <&gic>; };
    wake: wake@1200000 { compatible = "mediatek,mt6577-sysirq"; interrupt-controller;
        #interrupt-cells = <3>; reg = <0 0x1200000 0 0x1000>; interrupt-parent = <&gic>; };
    cru: clocks@1300000 { compatible = "inv,cru"; reg = <0 0x1300000 0 0x1000>; #clock-cells = <1>; };
    soc { compatible = "inv,bus"; #address-cells = <1>; #size-cells = <1>; ranges = <0 0 0 0x10000000>;
        power-domains = <&cru 7>;
        uart: serial@2000 { compatible = "snps,dw-apb-uart"; reg = <0x2000 0x100>; reg-shift = <2>;
            interrupts = <0 40 4>; clocks = <&cru 3>, <&cru 4>; clock-names = "baudclk", "apb_pclk";
            pinctrl-0 = <&cru>; pinctrl-names = "default"; resets = <&cru 1>; dmas = <&cru 2>;
            bluetooth { compatible = "inv,bt"; }; };
        mmc@3000 { compatible = "inv,mmc"; reg = <0x3000 0x100>; interrupts = <0 41 4>; }; };
)";
const std::string ram =
    "memory@40000000 { device_type = \"memory\"; reg = <0 0x40000000 0 0x20000000>; };";

Twin twin_of(const std::string& body, const Options& options = {}) {
    return derive(test::compile_tree(body), "test.dtb", options);
}

std::string status_of(const Tree& tree, const std::string& path) {
    const Node* node = tree.find(path);
    REQUIRE_MESSAGE(node, path);
    return node->text("status");
}

bool has(const std::vector<Note>& notes, const std::string& key) {
    return std::any_of(notes.begin(), notes.end(),
                       [&](const Note& note) { return note.key == key; });
}

std::string without_word(std::string body, const std::string& word) {
    size_t at = body.find(word);
    REQUIRE(at != std::string::npos);
    return body.replace(at, word.size(), "");
}

} // namespace

TEST_CASE("an edited tree has the changes, and all else as it was") {
    Tree tree = test::tree_of("a = <1>; b { c = \"x\"; phandle = <7>; d { }; }; e { };");
    Edit edit(tree);
    edit.set(tree.root(), "a", cells_value({2, 3}));
    edit.remove(*tree.find("/b"), "c");
    edit.drop(*tree.find("/e"));
    CHECK(edit.phandle_of(*tree.find("/b")) == 7);
    CHECK(edit.phandle_of(*tree.find("/b/d")) == 8);
    CHECK(edit.new_phandle() == 9);
    edit.add(*tree.find("/b"), {"f", {{"g", text_value("h")}}, {{"i", {}}}});
    Tree changed = Tree::parse(edit.write(), "changed");
    CHECK(changed.root().cells("a") == std::vector<uint32_t>{2, 3});
    CHECK_FALSE(changed.find("/b")->has("c"));
    CHECK_FALSE(changed.find("/e"));
    CHECK(changed.find("/b/d")->cell("phandle") == 8);
    CHECK(changed.find("/b/f")->text("g") == "h");
    CHECK(changed.find("/b/f/i"));
    CHECK_THROWS_AS(range_cells(make_range(gib * 8, 1), 1, 1), Error);
}

TEST_CASE("Linux's tree keeps what has a model, and needs nothing else") {
    Twin twin = twin_of(chip + ram);
    Tree tree = Tree::parse(twin.linux_tree, "linux");
    CHECK(twin.console == "/soc/serial@2000");
    CHECK(twin.console_model == "8250");
    CHECK(status_of(tree, "/clocks@1300000") == "disabled");
    CHECK(status_of(tree, "/wake@1200000") == "disabled");
    CHECK(status_of(tree, "/soc/mmc@3000") == "disabled");
    CHECK(status_of(tree, "/soc/serial@2000/bluetooth") == "disabled");
    CHECK(twin.disabled ==
          std::vector<std::string>{"/wake@1200000", "/clocks@1300000", "/soc/mmc@3000"});
    for (const char* path : {"/soc", "/soc/serial@2000", "/gic@1000000", "/timer", "/psci"})
        CHECK(tree.find(path)->enabled());
    CHECK(tree.find("/soc")->text("compatible") == "simple-bus");
    CHECK_FALSE(tree.find("/soc")->has("power-domains"));

    const Node& uart = *tree.find("/soc/serial@2000");
    for (const char* name : {"pinctrl-0", "pinctrl-names", "resets", "dmas"})
        CHECK_FALSE_MESSAGE(uart.has(name), name);
    CHECK(uart.cells("interrupts") == std::vector<uint32_t>{0, 40, 4});
    CHECK(tree.by_phandle(*uart.cell("interrupt-parent"))->path == "/gic@1000000");
    auto clocks = uart.cells("clocks");
    REQUIRE(clocks.size() == 2);
    CHECK(tree.by_phandle(clocks[1])->cell("clock-frequency") == 24'000'000);

    const Node& cpu = *tree.find("/cpus/cpu@0");
    for (const char* name : {"clocks", "cpu-supply", "operating-points-v2"})
        CHECK_FALSE_MESSAGE(cpu.has(name), name);
    CHECK_FALSE(tree.find("/timer")->has("fsl,erratum-a008585"));
    const Node& idle = *tree.find("/cpus/idle-states/sleep");
    CHECK(idle.cell("arm,psci-suspend-param") == 1);
    CHECK_FALSE(idle.has("local-timer-stop"));
    const Node& chosen = *tree.find("/chosen");
    CHECK_FALSE(chosen.has("bootargs"));
    CHECK(chosen.text("stdout-path") == "serial0:1500000n8");
    CHECK_FALSE(chosen.has("kaslr-seed"));
}

TEST_CASE("what the tree lacks is assumed, and said") {
    SUBCASE("nothing") {
        CHECK(twin_of(chip + ram).assumptions.empty());
    }
    SUBCASE("RAM: the largest piece without devices, from a whole GiB on") {
        Twin twin = twin_of(chip);
        CHECK(twin.memory == std::vector<Range>{make_range(gib, gib)});
        CHECK(has(twin.assumptions, "memory"));
        Options options;
        options.memory = 2 * gib;
        CHECK(twin_of(chip, options).memory[0].size() == 2 * gib);
    }
    SUBCASE("RAM whose size is the boot loader's to fill in") {
        Twin twin = twin_of(
            chip + "memory@80000000 { device_type = \"memory\"; reg = <0 0x80000000 0 0>; };");
        CHECK(twin.memory == std::vector<Range>{make_range(2 * gib, gib)});
    }
    SUBCASE("PSCI") {
        Twin twin = twin_of(
            without_word(chip + ram, "psci { compatible = \"arm,psci-1.0\"; method = \"smc\"; };"));
        CHECK(has(twin.assumptions, "psci"));
        Tree machine = Tree::parse(twin.machine_tree, "machine");
        CHECK(machine.find("/psci")->text("method") == "smc");
        CHECK(Tree::parse(twin.linux_tree, "linux").find("/psci")->compatible("arm,psci-0.2"));
    }
    SUBCASE("a console that is disabled, when there is no other") {
        std::string body = chip + ram;
        body.replace(body.find("reg-shift"), 0, "status = \"disabled\"; ");
        Twin twin = twin_of(body);
        CHECK(has(twin.assumptions, "uart"));
        CHECK(Tree::parse(twin.linux_tree, "linux").find("/soc/serial@2000")->enabled());
    }
    SUBCASE("the maintenance interrupt") {
        Twin twin = twin_of(without_word(chip + ram, "interrupts = <1 9 4>;"));
        CHECK(has(twin.assumptions, "maintenance-irq"));
        Tree machine = Tree::parse(twin.machine_tree, "machine");
        CHECK(read_gic(machine)->maintenance_irq == 25);
    }
    SUBCASE("the console") {
        Twin twin = twin_of(without_word(chip + ram, "stdout-path = \"serial0:1500000n8\";"));
        CHECK(twin.console == "/soc/serial@2000");
        CHECK(has(twin.assumptions, "console"));
        CHECK(Tree::parse(twin.machine_tree, "m").find("/chosen")->text("stdout-path") ==
              "/soc/serial@2000:115200n8");
    }
}

TEST_CASE("RAM as installed") {
    Options options;
    SUBCASE("less than the tree has") {
        options.memory = gib / 4;
        CHECK(twin_of(chip + ram, options).memory == std::vector<Range>{make_range(gib, gib / 4)});
    }
    SUBCASE("more") {
        options.memory = gib;
        Twin twin = twin_of(chip + ram, options);
        CHECK(twin.memory == std::vector<Range>{make_range(gib, gib)});
        Facts facts = read_facts(Tree::parse(twin.linux_tree, "l"));
        CHECK(facts.memory == twin.memory);
    }
    SUBCASE("as the partition file has it") {
        options.banks = {make_range(gib, gib), make_range(4 * gib, gib)};
        CHECK(twin_of(chip, options).memory == options.banks);
    }
    SUBCASE("too little, or into a device") {
        options.memory = gib / 1024;
        CHECK_THROWS_WITH_AS(twin_of(chip + ram, options), doctest::Contains("at least 64 MiB"),
                             Error);
        options.memory = 2 * gib;
        std::string device = "d@50000000 { compatible = \"x\"; reg = <0 0x70000000 0 0x1000>; };";
        CHECK_THROWS_WITH_AS(twin_of(chip + ram + device, options),
                             doctest::Contains("only up to 0x70000000"), Error);
    }
}

TEST_CASE("no twin without a UART that has a model") {
    std::string body = chip + ram;
    body.replace(body.find("snps,dw-apb-uart"), 16, "qcom,geni-uart\\0");
    CHECK_THROWS_WITH_AS(twin_of(body), doctest::Contains("none of its UARTs has a model"), Error);
    CHECK_THROWS_WITH_AS(twin_of("model = \"x\";"), doctest::Contains("no GICv2 or GICv3"), Error);
}

TEST_CASE("a SCIF divides an oscillator beside it, if the tree says how fast that is") {
    std::string body = chip + ram;
    auto put = [&](const std::string& old, const std::string& now) {
        body.replace(body.find(old), old.size(), now);
    };
    auto clock = [&](const std::string& hz) {
        return "osc: osc { compatible = \"fixed-clock\"; #clock-cells = <0>; clock-frequency = <" +
               hz + ">; };";
    };
    put("<&cru 3>, <&cru 4>; clock-names = \"baudclk\", \"apb_pclk\"",
        "<&cru 3>, <&cru 4>, <&osc>; clock-names = \"fck\", \"brg_int\", \"scif_clk\"");
    put("\"snps,dw-apb-uart\"", "\"renesas,rcar-gen4-hscif\", \"renesas,hscif\"");
    uint32_t expected = 14'745'600;
    SUBCASE("it does") {
        body += clock("14745600");
    }
    SUBCASE("it leaves that to the board") {
        body += clock("0");
        expected = 24'000'000;
    }
    Twin twin = twin_of(body);
    CHECK(twin.console_model == "hscif");
    Tree tree = Tree::parse(twin.linux_tree, "linux");
    const Node& uart = *tree.find("/soc/serial@2000");
    CHECK(uart.strings("clock-names") == std::vector<std::string>{"fck", "brg_int", "scif_clk"});
    auto clocks = uart.cells("clocks");
    REQUIRE(clocks.size() == 3);
    for (uint32_t clock_of_linux : clocks)
        CHECK(tree.by_phandle(clock_of_linux)->cell("clock-frequency") == expected);

    put("\"renesas,rcar-gen4-hscif\", \"renesas,hscif\"", "\"renesas,rcar-gen3-scif\"");
    CHECK(twin_of(body).console_model == "scif");
    put("\"renesas,rcar-gen3-scif\"", "\"renesas,scif-r9a07g044\"");
    CHECK_THROWS_WITH_AS(twin_of(body), doctest::Contains("none of its UARTs has a model"), Error);
}

TEST_CASE("the firmware's answers come from the tree, and from what the BSP adds") {
    std::string body = chip + ram;
    // A clock of the firmware stays, since the firmware does.
    body.replace(body.find("<&cru 1>; cpu-supply = <&cru>; operating-points-v2 = <&cru>"), 59,
                 "<&sc 1>; cpu-supply = <&cru>; operating-points-v2 = <&points>");
    body += R"(
        shared: shmem@10f000 { compatible = "arm,scmi-shmem"; reg = <0 0x10f000 0 0x100>; };
        firmware { optee { compatible = "linaro,optee-tz"; method = "smc"; };
            sdei { compatible = "arm,sdei-1.0"; method = "smc"; };
            power { compatible = "xlnx,zynqmp-firmware"; method = "smc"; };
            scmi { compatible = "arm,scmi-smc"; arm,smc-id = <0x82000010>; shmem = <&shared>;
                   #address-cells = <1>; #size-cells = <0>;
                   sc: protocol@14 { reg = <0x14>; #clock-cells = <1>; }; }; };
        user { compatible = "inv,user"; clocks = <&sc 5>; };
        points: points { compatible = "operating-points-v2"; };
    )";
    Twin twin = twin_of(body);
    const Firmware& firmware = twin.firmware;
    CHECK(firmware.mpidr == std::vector<uint64_t>{0, 1});
    CHECK(firmware.gicr == std::vector<uint64_t>{0x1040000});
    CHECK(firmware.place == 0xff00000000);
    CHECK(firmware.scmi_function == 0x82000010);
    CHECK(firmware.scmi_memory == 0x10f000);
    CHECK(firmware.clocks.size() == 6);
    CHECK(firmware.trusted_os);
    CHECK(firmware.sdei == "complete");
    Tree linux_tree = Tree::parse(twin.linux_tree, "linux");
    CHECK(linux_tree.find("/firmware/scmi")->enabled());
    CHECK(status_of(linux_tree, "/firmware/power") == "disabled");
    const Node& cpu = *linux_tree.find("/cpus/cpu@0");
    CHECK(cpu.has("clocks"));
    CHECK_FALSE(cpu.has("cpu-supply"));
    CHECK(linux_tree.by_phandle(*cpu.cell("operating-points-v2"))->path == "/points");

    std::string more = R"(brig,twin { firmware { psci-version = <0x10000>; sdei = "deaf";
        sip-calls = <0x82000001 7 0 0 0>, <0x82000009 0 0x100000 0 0>;
        scmi-clock-names = "one", "two"; scmi-clock-rates = <5>, <6>; }; };)";
    Twin with_options = twin_of(body + more);
    CHECK_FALSE(Tree::parse(with_options.linux_tree, "l").find("/brig,twin"));
    const Firmware& told = with_options.firmware;
    CHECK(told.psci_version == 0x10000);
    CHECK(told.sdei == "deaf");
    CHECK(told.sip.at(1).result[1] == 0x100000);
    CHECK(told.clocks.at(1).name == "two");
    CHECK_THROWS_AS(twin_of(body + "brig,twin { firmware { sdei = \"odd\"; }; };"), Error);
    CHECK_THROWS_AS(twin_of(body + "brig,twin { firmware { sip-calls = <1 2>; }; };"), Error);
}

TEST_CASE("the check list is about this board") {
    Twin twin = twin_of(chip + ram +
                        "watchdog@1400000 { compatible = \"x\"; reg = <0 0x1400000 0 0x1000>; };");
    for (const char* key :
         {"firmware", "console", "memory", "devices", "cores", "time", "caches", "watchdog"})
        CHECK_MESSAGE(has(twin.check_list, key), key);
    CHECK_FALSE(has(twin.check_list, "its"));
    CHECK_FALSE(has(twin_of(chip + ram).check_list, "watchdog"));
    for (const Note& note : twin.check_list) {
        CHECK_FALSE(note.text.empty());
        CHECK_FALSE(note.todo.empty());
    }
}

TEST_CASE("twins of real boards") {
    struct Board {
        const char* tree;
        const char* console;
        const char* model;
        size_t cpus;
    };
    static const Board boards[] = {
        {"rockchip/rk3588-orangepi-5-plus.dtb", "/serial@feb50000", "8250", 8},
        {"freescale/imx8mm-evk.dtb", "/soc@0/bus@30800000/spba-bus@30800000/serial@30890000", "imx",
         4},
        {"xilinx/zynqmp-zcu102-rev1.0.dtb", "/axi/serial@ff000000", "xuartps", 4},
        {"allwinner/sun50i-a64-pine64.dtb", "/soc/serial@1c28000", "8250", 4},
        {"mediatek/mt8173-elm.dtb", "/soc/serial@11002000", "8250", 4},
        {"hisilicon/hi6220-hikey.dtb", "/soc/serial@f7113000", "pl011", 8},
        {"ti/k3-am654-base-board.dtb", "/bus@100000/serial@2800000", "8250", 4},
        {"freescale/fsl-ls1046a-rdb.dtb", "/soc/serial@21c0500", "8250", 4},
        {"renesas/r8a774a1-hihope-rzg2m.dtb", "/soc/serial@e6e88000", "scif", 6},
        {"freescale/imx8qxp-mek.dtb", "/bus@5a000000/serial@5a060000", "imx-lpuart", 4},
        {"marvell/armada-3720-espressobin.dtb", "/soc/internal-regs@d0000000/serial@12000", "mvebu",
         2},
    };
    for (const Board& board : boards) {
        CAPTURE(board.tree);
        Bytes blob = test::kernel_tree(board.tree);
        Twin twin = derive(blob, board.tree, {});
        CHECK(twin.console == board.console);
        CHECK(twin.console_model == board.model);
        CHECK(twin.firmware.mpidr.size() == board.cpus);
        Tree tree = Tree::parse(twin.linux_tree, "linux");
        CHECK(tree.find(twin.console)->enabled());
        Facts facts = read_facts(tree);
        REQUIRE(facts.psci); // of TI it is in /firmware
        CHECK(facts.psci->method == "smc");
        // Nothing that is left needs what was disabled: its interrupts and clocks are there.
        for (const Uart& uart : modelled_uarts(tree)) {
            CHECK(uart.clock_known);
            for (const Supply& clock : device_of(tree, *uart.node).clocks)
                CHECK(clock.provider->enabled());
        }
    }
}
