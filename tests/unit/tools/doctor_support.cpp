// SPDX-License-Identifier: Apache-2.0
#include "doctor_support.hpp"

#include "board_support.hpp"
#include "config/binary.hpp"
#include "doctor/report.hpp"
#include "support.hpp"

#include <brig/image.h>
#include <doctest/doctest.h>

#include <cstring>

namespace brig::test {

namespace {

const std::string tree = R"(
    model = "Invented machine"; #address-cells = <2>; #size-cells = <2>; interrupt-parent = <&gic>;
    chosen { stdout-path = "/serial@9000000"; };
    memory@40000000 { device_type = "memory"; reg = <0 0x40000000 0 0x40000000>; };
    reserved-memory { #address-cells = <2>; #size-cells = <2>; ranges;
        brig-hypervisor@7fc00000 { reg = <0 0x7fc00000 0 0x400000>; no-map; };
        brig-cells@70000000 { reg = <0 0x70000000 0 0xfc00000>; no-map; }; };
    psci { compatible = "arm,psci-1.0"; method = "smc"; };
    clk: clock { compatible = "fixed-clock"; #clock-cells = <0>; clock-frequency = <24000000>; };
    gic: interrupt-controller@8000000 {
        compatible = "arm,gic-v3"; #interrupt-cells = <3>; interrupt-controller;
        #address-cells = <2>; #size-cells = <2>; ranges; interrupts = <1 9 4>;
        reg = <0 0x8000000 0 0x10000>, <0 0x80a0000 0 0x100000>;
        its@8080000 { compatible = "arm,gic-v3-its"; reg = <0 0x8080000 0 0x20000>; };
    };
    serial@9000000 { compatible = "arm,pl011", "arm,primecell"; reg = <0 0x9000000 0 0x1000>;
        clocks = <&clk>; interrupts = <0 1 4>; };
    serial@9040000 { compatible = "arm,pl011", "arm,primecell"; reg = <0 0x9040000 0 0x1000>;
        clocks = <&clk>; interrupts = <0 8 4>; };
    pcie@4010000000 { compatible = "pci-host-ecam-generic"; device_type = "pci";
        #address-cells = <3>; #size-cells = <2>; reg = <0x40 0x10000000 0 0x10000000>;
        ranges = <0x2000000 0 0x10000000 0 0x10000000 0 0x2eff0000>; };
)";

const std::string iomem = "00000000-07ffffff : flash@0\n"
                          "09000000-09000fff : pl011@9000000\n"
                          "40000000-6fffffff : System RAM\n"
                          "  40210000-4190ffff : Kernel code\n"
                          "70000000-7fffffff : reserved\n";

} // namespace

Bytes image_for(const std::string& board, uint64_t gicd) {
    struct {
        brig_image_header header{};
        brig_image_extension extension{};
    } image;
    std::memcpy(image.header.signature, BRIG_IMAGE_SIGNATURE, 8);
    image.header.core_size = 0x14000;
    image.header.percpu_size = 0x4000;
    std::memcpy(image.extension.magic, BRIG_EXTENSION_MAGIC, 8);
    image.extension.version = 2;
    image.extension.size = sizeof(image.extension);
    board.copy(image.extension.board.name, sizeof(image.extension.board.name) - 1);
    image.extension.board.console_types = 1u << BRIG_CONSOLE_PL011 | 1u << BRIG_CONSOLE_8250;
    image.extension.board.gic_version = 3;
    image.extension.board.maintenance_irq = 25;
    image.extension.board.gicd_base = gicd;
    image.extension.board.gicr_base = 0x80a0000;
    Bytes bytes(sizeof(image));
    std::memcpy(bytes.data(), &image, sizeof(image));
    return bytes;
}

Patient::Patient() {
    const config::Compiled compiled = compile_text(replaced(
        replaced(good_partition(), "virtual-console;",
                 "virtual-console; console { type = \"pl011\"; reg = <0x9040000 0x1000>; };"),
        "memory@40000000 { reg = <0x40000000 0x3fc00000>; };",
        "memory@40000000 { reg = <0x40000000 0x3fc00000>; }; "
        "device@8080000 { reg = <0x8080000 0x20000>; }; "
        "device@9040000 { reg = <0x9040000 0x1000>; };"));
    configuration.system = config::parse_system(file_of(compiled, "root.cell"), "root.cell");
    configuration.cells = {config::parse_cell(file_of(compiled, "one.cell"), "one.cell"),
                           config::parse_cell(file_of(compiled, "two.cell"), "two.cell")};
    write("sys/firmware/fdt", compile_tree(tree));
    write("proc/iomem", iomem);
    write("proc/cmdline", "console=ttyAMA0 id_aa64mmfr1.vh=0\n");
    write("proc/sys/kernel/osrelease", "6.12.1-invented\n");
    write("boot/config-6.12.1-invented",
          "CONFIG_HOTPLUG_CPU=y\n# CONFIG_ARM_SDE_INTERFACE is not set\n");
    write("lib/firmware/brig.bin", image_for("invented", 0x8000000));
    write("sys/devices/brig/enabled", "0\n");
    write("sys/devices/system/cpu/possible", "0-3\n");
    write("sys/devices/system/cpu/online", "0-3\n");
    for (int cpu = 0; cpu < 4; cpu++)
        write("sys/devices/system/cpu/cpu" + std::to_string(cpu) + "/online", "1\n");
    found.emplace();
    found->el2 = BRIG_EL2_FREE;
    found->conduit = BRIG_CONDUIT_SMC;
    found->psci_version = 0x10001;
    found->smccc_version = 0x10002;
    found->asked_more = 1;
    found->sdei_version = ~uint64_t{0};
    found->tee_uid[0] = BRIG_NOT_ASKED;
}

void Patient::write(const std::string& name, const Bytes& content) {
    const auto file = path(name);
    write_files(file.parent_path(), {{file.filename(), content}});
}

void Patient::write(const std::string& name, const std::string& content) {
    write(name, Bytes(content.begin(), content.end()));
}

void Patient::remove(const std::string& name) {
    REQUIRE(std::filesystem::remove_all(path(name)) > 0);
}

void Patient::change_tree(const std::string& from, const std::string& to) {
    write("sys/firmware/fdt", compile_tree(replaced(tree, from, to)));
}

doctor::Target Patient::look() const {
    doctor::Sources sources;
    sources.root = root_.path();
    doctor::Target target = doctor::look_at(sources);
    target.inspection.value = found;
    return target;
}

std::string Patient::lines(std::string_view check) const {
    const doctor::Target target = look();
    const doctor::Subject subject{target, configuration, 0x1000};
    std::string text;
    for (const auto& line : doctor::examine(subject))
        if (line.check == check)
            text += (line.verdict == doctor::Verdict::Pass   ? "pass: "
                     : line.verdict == doctor::Verdict::Warn ? "warn: "
                                                             : "fail: ") +
                    line.text + " -> " + line.remedy + "\n";
    return text;
}

} // namespace brig::test
