// SPDX-License-Identifier: Apache-2.0
#include "board/uarts.hpp"

#include <brig/config.h>

#include <fmt/format.h>

#include <array>

namespace brig::board {

namespace {

constexpr UartType uart_8250{BRIG_CONSOLE_8250, "8250", "8250", "uart_8250", "UART_8250"};
constexpr UartType pl011{BRIG_CONSOLE_PL011, "PL011", "pl011", "uart_pl011", "UART_PL011"};
constexpr UartType xuartps{BRIG_CONSOLE_XUARTPS, "XUARTPS", "xuartps", "uart_xuartps",
                           "UART_XUARTPS"};
constexpr UartType mvebu{BRIG_CONSOLE_MVEBU, "MVEBU", "mvebu", "uart_mvebu", "UART_MVEBU"};
constexpr UartType hscif{BRIG_CONSOLE_HSCIF, "HSCIF", "hscif", "uart_hscif", "UART_SH"};
constexpr UartType scifa{BRIG_CONSOLE_SCIFA, "SCIFA", "scifa", "uart_scifa", "UART_SH"};
constexpr UartType scif{BRIG_CONSOLE_SCIF, "SCIF", "scif", "uart_scif", "UART_SH"};
constexpr UartType imx{BRIG_CONSOLE_IMX, "IMX", "imx", "uart_imx", "UART_IMX"};
constexpr UartType lpuart{BRIG_CONSOLE_LPUART, "IMX-LPUART", "imx-lpuart", "uart_lpuart",
                          "UART_LPUART"};

constexpr unsigned by_shift = 0; // the tree's reg-shift says the distance

struct Entry {
    std::string_view compatible;
    const UartType* type;
    unsigned distance = by_shift; // 8250 only
    std::string_view note = {};
};

// Bindings: Documentation/devicetree/bindings/serial/ of Linux, the file in the comment. An entry
// without a type is a UART that Brig has no driver for. The first line that fits counts.
constexpr Entry entries[] = {
    // renesas,scif.yaml: these SoCs have the registers at other offsets (RZ layout)
    {"renesas,scif-r9a07g044", nullptr},
    {"renesas,scif-r9a09g057", nullptr},
    {"renesas,scif-r7s9210", nullptr},
    {"renesas,rcar-gen2-hscif", &hscif},
    {"renesas,rcar-gen3-hscif", &hscif},
    {"renesas,rcar-gen4-hscif", &hscif},
    {"renesas,hscif", &hscif},
    {"renesas,rcar-gen2-scifa", &scifa},
    {"renesas,scifa", &scifa},
    {"renesas,rcar-gen2-scif", &scif},
    {"renesas,rcar-gen3-scif", &scif},
    {"renesas,rcar-gen4-scif", &scif},
    {"renesas,scif", &scif},
    // pl011.yaml
    {"arm,pl011", &pl011},
    // arm_sbsa_uart.txt: a PL011 without the registers that set the rate
    {"arm,sbsa-uart", &pl011, 0, "firmware has set it up; leave the divider at 0"},
    // cdns,uart.yaml
    {"cdns,uart-r1p12", &xuartps},
    {"cdns,uart-r1p8", &xuartps},
    {"xlnx,xuartps", &xuartps},
    // mvebu-uart.txt; the "extended" one has other offsets
    {"marvell,armada-3700-uart-ext", nullptr},
    {"marvell,armada-3700-uart", &mvebu},
    // fsl-lpuart.yaml: VF610 has 8-bit registers, LS10xxA another layout
    {"fsl,imx7ulp-lpuart", &lpuart},
    {"fsl,imx8ulp-lpuart", &lpuart},
    {"fsl,imx8qxp-lpuart", &lpuart},
    {"fsl,imx93-lpuart", &lpuart},
    {"fsl,vf610-lpuart", nullptr},
    {"fsl,ls1021a-lpuart", nullptr},
    {"fsl,ls1028a-lpuart", nullptr},
    // fsl-imx-uart.yaml
    {"fsl,imx6q-uart", &imx},
    {"fsl,imx21-uart", &imx},
    // mediatek,uart.yaml; Linux's driver has the distance
    {"mediatek,mt6577-uart", &uart_8250, 4},
    // nvidia,tegra20-hsuart.yaml and 8250.yaml
    {"nvidia,tegra194-tcu", nullptr},
    {"nvidia,tegra20-uart", &uart_8250, 4},
    // 8250_omap.yaml
    {"ti,am654-uart", &uart_8250, 4,
     "its mode register (MDR1) must have been set by a boot loader"},
    {"ti,omap4-uart", &uart_8250, 4,
     "its mode register (MDR1) must have been set by a boot loader"},
    // brcm,bcm2835-aux-uart.yaml; Linux's driver has the distance
    {"brcm,bcm2835-aux-uart", &uart_8250, 4, "its clock follows the VPU's: fix core_freq"},
    // 8250.yaml, snps-dw-apb-uart.yaml
    {"brcm,bcm7271-uart", &uart_8250},
    {"snps,dw-apb-uart", &uart_8250},
    {"fsl,16550-FIFO64", &uart_8250},
    {"fsl,ns16550", &uart_8250},
    {"intel,xscale-uart", &uart_8250},
    {"mrvl,mmp-uart", &uart_8250},
    {"ns16550a", &uart_8250},
    {"ns16550", &uart_8250},
    {"ns16450", &uart_8250},
    {"ns8250", &uart_8250},
    {"ns16850", &uart_8250},
    // Known to Linux, no driver here
    {"amlogic,meson-uart", nullptr},
    {"amlogic,meson-gx-uart", nullptr},
    {"amlogic,meson-ao-uart", nullptr},
    {"amlogic,meson-s4-uart", nullptr},
    {"google,gs101-uart", nullptr},
    {"qcom,geni-debug-uart", nullptr},
    {"qcom,geni-uart", nullptr},
    {"qcom,msm-uart", nullptr},
    {"qcom,msm-uartdm", nullptr},
    {"renesas,em-uart", nullptr},
    {"samsung,exynos4210-uart", nullptr},
    {"samsung,exynos5433-uart", nullptr},
    {"samsung,exynos850-uart", nullptr},
    {"sprd,sc9836-uart", nullptr},
    {"actions,s900-uart", nullptr},
    {"actions,owl-uart", nullptr},
    {"apple,s5l-uart", nullptr},
    {"nuvoton,ma35d1-uart", nullptr},
    {"toshiba,visconti-uart", nullptr},
};

// 8250.yaml: registers are 1 << reg-shift bytes apart.
void read_distance(const Node& node, UartMatch& match) {
    uint32_t shift = node.cell("reg-shift").value_or(0);
    if (shift == 0 || shift == 2) {
        match.reg_distance = shift == 0 ? 1 : 4;
        return;
    }
    match.type = nullptr;
    match.note =
        fmt::format("its registers are 1 << {} bytes apart; the driver knows 1 and 4", shift);
}

} // namespace

std::optional<UartMatch> match_uart(const Node& node) {
    for (const Entry& entry : entries) {
        if (!node.compatible(entry.compatible))
            continue;
        UartMatch match{entry.type, {}, std::string(entry.note)};
        if (entry.type == &uart_8250) {
            if (entry.distance == by_shift)
                read_distance(node, match);
            else
                match.reg_distance = entry.distance;
        } else if (!entry.type) {
            match.note = fmt::format("Brig has no driver for `{}`", entry.compatible);
        }
        return match;
    }
    return {};
}

} // namespace brig::board
