// SPDX-License-Identifier: Apache-2.0
#include "partition_board.hpp"
#include "board_support.hpp"

#include <doctest/doctest.h>

namespace brig::test {

std::string good_board() {
    return R"(
    model = "Invented board";
    compatible = "test,invented";
    #address-cells = <2>;
    #size-cells = <2>;
    interrupt-parent = <&gic>;
    aliases { serial0 = &uart0; serial1 = &uart1; };
    chosen { stdout-path = "serial0:115200n8"; };
    cpus {
        #address-cells = <1>;
        #size-cells = <0>;
        cpu@0 { device_type = "cpu"; compatible = "arm,cortex-a55"; reg = <0x0>; enable-method = "psci"; };
        cpu@100 { device_type = "cpu"; compatible = "arm,cortex-a55"; reg = <0x100>; enable-method = "psci"; };
        cpu@200 { device_type = "cpu"; compatible = "arm,cortex-a76"; reg = <0x200>; enable-method = "psci"; };
        cpu@300 { device_type = "cpu"; compatible = "arm,cortex-a76"; reg = <0x300>; enable-method = "psci"; };
    };
    psci { compatible = "arm,psci-1.0"; method = "smc"; };
    memory@40000000 { device_type = "memory"; reg = <0 0x40000000 0 0x40000000>; };
    reserved-memory {
        #address-cells = <2>;
        #size-cells = <2>;
        ranges;
        optee@77000000 { reg = <0 0x77000000 0 0x800000>; no-map; };
        shmem: shmem@10f000 { compatible = "arm,scmi-shmem"; reg = <0 0x10f000 0 0x100>; no-map; };
        shared: shared@60000000 { reg = <0 0x60000000 0 0x100000>; no-map; };
        cma { compatible = "shared-dma-pool"; reusable; size = <0 0x10000000>; linux,cma-default; };
    };
    gic: interrupt-controller@8000000 {
        compatible = "arm,gic-v3";
        #interrupt-cells = <3>;
        #address-cells = <2>;
        #size-cells = <2>;
        ranges;
        interrupt-controller;
        interrupts = <1 9 4>;
        reg = <0 0x8000000 0 0x10000>, <0 0x80a0000 0 0x80000>;
        its: msi-controller@8080000 {
            compatible = "arm,gic-v3-its"; msi-controller; #msi-cells = <1>;
            reg = <0 0x8080000 0 0x20000>;
        };
    };
    timer { compatible = "arm,armv8-timer"; interrupts = <1 13 4>, <1 14 4>, <1 11 4>, <1 10 4>; };
    xtal: xtal { compatible = "fixed-clock"; #clock-cells = <0>; clock-frequency = <24000000>; };
    uart0: serial@9000000 {
        compatible = "arm,pl011", "arm,primecell"; reg = <0 0x9000000 0 0x1000>; interrupts = <0 1 4>;
        clocks = <&xtal>, <&xtal>; clock-names = "uartclk", "apb_pclk";
    };
    uart1: serial@9010000 {
        compatible = "arm,pl011", "arm,primecell"; reg = <0 0x9010000 0 0x100>; interrupts = <0 8 4>;
        clocks = <&xtal>, <&xtal>; clock-names = "uartclk", "apb_pclk";
    };
    uart2: serial@9020000 {
        compatible = "snps,dw-apb-uart"; reg = <0 0x9020000 0 0x100>; interrupts = <0 9 4>;
        reg-shift = <2>; reg-io-width = <4>; status = "disabled";
        clocks = <&cru 3>, <&cru 4>; clock-names = "baudclk", "apb_pclk";
        resets = <&cru 1>; power-domains = <&pd 2>; pinctrl-0 = <&uart2_pins>; pinctrl-names = "default";
        dmas = <&dmac 1>; dma-names = "rx";
    };
    cru: clock-controller@9100000 {
        compatible = "test,cru"; reg = <0 0x9100000 0 0x1000>; #clock-cells = <1>; #reset-cells = <1>;
    };
    pmu: power-management@9110000 {
        compatible = "test,pmu", "syscon"; reg = <0 0x9110000 0 0x1000>;
        pd: power-controller { compatible = "test,pd"; #power-domain-cells = <1>; };
    };
    pinctrl: pinctrl@9120000 {
        compatible = "test,pinctrl"; reg = <0 0x9120000 0 0x1000>;
        uart2_pins: uart2-pins { pins = <1>; };
    };
    gpio: gpio@9130000 {
        compatible = "arm,pl061"; reg = <0 0x9130000 0 0x1000>; gpio-controller; #gpio-cells = <2>;
        interrupt-controller; #interrupt-cells = <2>; interrupts = <0 7 4>;
    };
    keys { compatible = "gpio-keys"; poweroff { gpios = <&gpio 3 0>; }; };
    spia: spi@9140000 { compatible = "test,spi"; reg = <0 0x9140000 0 0x400>; interrupts = <0 20 4>; reg-io-width = <4>; };
    spib: spi@9140400 { compatible = "test,spi"; reg = <0 0x9140400 0 0x400>; interrupts = <0 21 4>; };
    dmac: dma-controller@9150000 { compatible = "test,dmac"; reg = <0 0x9150000 0 0x1000>; interrupts = <0 22 4>; #dma-cells = <1>; };
    smmu: iommu@9200000 {
        compatible = "arm,smmu-v3"; reg = <0 0x9200000 0 0x20000>; #iommu-cells = <1>;
        interrupts = <0 23 1>; interrupt-names = "eventq";
    };
    eth: ethernet@9300000 { compatible = "test,eth"; reg = <0 0x9300000 0 0x10000>; interrupts = <0 24 4>; iommus = <&smmu 0x41>; };
    mmc: mmc@9310000 { compatible = "test,mmc"; reg = <0 0x9310000 0 0x1000>; interrupts = <0 25 4>; };
    touch: touch@9320000 {
        compatible = "test,touch"; reg = <0 0x9320000 0 0x1000>;
        interrupts-extended = <&gic 0 26 4>, <&gpio 4 1>;
    };
    big: big@9330000 { compatible = "test,big"; reg = <0 0x9330000 0 0x2800>, <0 0x9340000 0 0x1000>; interrupts = <0 27 4>, <0 28 4>; };
    small: small@9332800 { compatible = "test,small"; reg = <0 0x9332800 0 0x10>; };
    pcie: pcie@10000000 {
        compatible = "pci-host-ecam-generic"; device_type = "pci"; #address-cells = <3>; #size-cells = <2>;
        reg = <0x40 0x10000000 0 0x10000000>; bus-range = <0 255>;
        ranges = <0x2000000 0 0x10000000 0 0x10000000 0 0x20000000>;
    };
)";
}

std::string good_board_partition() {
    return R"(/dts-v1/;
/ {
    compatible = "brig,partition";
    hypervisor {
        size = <0x400000>;
        virtual-console;
        gic { num-interrupts = <288>; };
    };
    cells {
        one {
            cpus = <1>;
            devices = "uart1";
            memory { size = <0x10000>; guest = <0 0>; loadable; };
            comm-region { };
            console { device = "uart1"; };
        };
        two {
            cpus = <2>;
            memory { size = <0x200000>; guest = <0 0>; loadable; };
            comm-region { };
        };
    };
};
)";
}

config::Compiled compile_on(const std::string& board, const std::string& partition) {
    TemporaryDirectory directory;
    write_files(directory.path(), {{"test.dts", Bytes(partition.begin(), partition.end())},
                                   {"board.dtb", compile_tree(board)}});
    return config::compile(directory.path() / "test.dts", {{}, directory.path() / "board.dtb"});
}

std::string findings_on(const std::string& board, const std::string& partition,
                        config::Severity severity) {
    std::string text;
    for (const auto& finding : compile_on(board, partition).findings)
        if (finding.severity == severity)
            text += finding.text + "\n";
    return text;
}

bool found(const std::string& board, const std::string& partition, config::Severity severity,
           config::Test test, const std::vector<std::string>& parts) {
    std::vector<std::string> hits;
    std::string all;
    bool worse = false;
    for (const auto& finding : compile_on(board, partition).findings) {
        all += finding.text + "\n";
        worse =
            worse || (finding.severity == config::Severity::Error && finding.severity != severity);
        if (finding.severity != severity)
            continue;
        if (finding.test == test)
            hits.push_back(finding.text);
        else if (severity == config::Severity::Error)
            worse = true;
    }
    bool good = hits.size() == 1 && !worse;
    for (const auto& part : parts)
        good = good && hits[0].find(part) != std::string::npos;
    if (!good)
        MESSAGE("findings:\n", all);
    return good;
}

} // namespace brig::test
