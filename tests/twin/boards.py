# SPDX-License-Identifier: GPL-2.0-or-later
"""What the twins of a few boards must be, written down from their manuals and trees and not derived
by the code under test; and a tree for Linux made of that alone."""

import dataclasses

A53, A55, A57, A72, A76 = (f'arm,cortex-a{number}' for number in (53, 55, 57, 72, 76))
PARTS = {A53: '0xd03', A55: '0xd05', A57: '0xd07', A72: '0xd08', A76: '0xd0b'}  # MIDR_EL1


@dataclasses.dataclass
class Board:
    """One board of Debian's kernel package.

    cpus    (reg, compatible) of each
    gic     version;  frames  (base, size) of its parts, in the binding's order
    uart    properties of the console but for its clock;  spi  its interrupt (for what comes)
    console name for Linux;  memory  banks that are expected with `size`, -m
    """
    tree: str
    cpus: list
    gic: int
    frames: list
    uart: str
    address: int
    spi: int
    console: str
    size: str
    memory: list
    timer: int = 24000000
    options: str = ''

    def gic_name(self):
        return 'arm,gic-v3' if self.gic == 3 else 'arm,gic-400'


def pair(value):
    return f'0x{value >> 32:x} 0x{value & 0xffffffff:x}'


def linux_tree(board):
    """Source of a tree with CPUs, GIC, timer, PSCI, RAM and console."""
    cpus = ''.join(f'cpu@{reg:x} {{ device_type = "cpu"; compatible = "{core}"; reg = <0x{reg:x}>; '
                   'enable-method = "psci"; };\n' for reg, core in board.cpus)
    frames = ' '.join(f'{pair(base)} {pair(size)}' for base, size in board.frames)
    memory = ' '.join(f'{pair(base)} {pair(size)}' for base, size in board.memory)
    mask = '' if board.gic == 3 else ' | 0xf00'
    interrupts = '' if 'interrupts' in board.uart else f'interrupts = <0 {board.spi} 4>;'
    ppis = ' '.join(f'1 {ppi} (8{mask})' for ppi in (13, 14, 11, 10))
    return f'''/dts-v1/;
/ {{
    #address-cells = <2>; #size-cells = <2>; interrupt-parent = <&gic>;
    model = "twin"; compatible = "brig,twin-test";
    aliases {{ serial0 = "{uart_path(board)}"; }};
    chosen {{ stdout-path = "{uart_path(board)}"; }};
    memory@{board.memory[0][0]:x} {{ device_type = "memory"; reg = <{memory}>; }};
    cpus {{ #address-cells = <1>; #size-cells = <0>; {cpus} }};
    psci {{ compatible = "arm,psci-1.0", "arm,psci-0.2"; method = "smc"; }};
    timer {{ compatible = "arm,armv8-timer"; interrupts = <{ppis}>; }};
    clock: clock {{ compatible = "fixed-clock"; #clock-cells = <0>; clock-frequency = <24000000>; }};
    gic: gic@{board.frames[0][0]:x} {{
        compatible = "{board.gic_name()}"; interrupt-controller; #interrupt-cells = <3>;
        #address-cells = <0>; reg = <{frames}>;
    }};
    uart@{board.address:x} {{
        reg = <{pair(board.address)} 0x0 0x1000>; {interrupts} {board.uart}
    }};
}};
'''


def uart_path(board):
    return f'/uart@{board.address:x}'


DW8250 = 'compatible = "snps,dw-apb-uart"; reg-shift = <2>; reg-io-width = <4>; clocks = <&clock>;'
RK3588_CPUS = [(n << 8, A55 if n < 4 else A76) for n in range(8)]
RK3588 = dict(cpus=RK3588_CPUS, gic=3, frames=[(0xfe600000, 0x10000), (0xfe680000, 0x100000)],
              uart=DW8250, address=0xfeb50000, spi=333, console='ttyS0,1500000n8')

BOARDS = {
    'orangepi-5-plus': Board(
        tree='rockchip/rk3588-orangepi-5-plus', size='2G', memory=[(0x200000, 0x7fe00000)],
        options=',alias=on', **RK3588),
    'rock-5b': Board(
        tree='rockchip/rk3588-rock-5b', size='6G',
        memory=[(0x200000, 0xefe00000), (0x100000000, 0x80000000)], **RK3588),
    'raspberry-pi-4': Board(
        tree='broadcom/bcm2711-rpi-4-b', cpus=[(n, A72) for n in range(4)], gic=2,
        frames=[(0xff841000, 0x1000), (0xff842000, 0x2000), (0xff844000, 0x2000), (0xff846000, 0x2000)],
        uart='compatible = "brcm,bcm2835-aux-uart"; clocks = <&clock>;', address=0xfe215040, spi=93,
        console='ttyS0,115200', size='1G', memory=[(0, 0x40000000)]),
    'imx8mm-evk': Board(
        tree='freescale/imx8mm-evk', cpus=[(n, A53) for n in range(4)], gic=3,
        frames=[(0x38800000, 0x10000), (0x38880000, 0xc0000)],
        uart='compatible = "fsl,imx8mm-uart", "fsl,imx6q-uart"; clocks = <&clock>, <&clock>; '
             'clock-names = "ipg", "per";', address=0x30890000, spi=27, console='ttymxc0,115200',
        size='1G', memory=[(0x40000000, 0x40000000)], timer=8000000),
    'zcu102': Board(
        tree='xilinx/zynqmp-zcu102-rev1.0', cpus=[(n, A53) for n in range(4)], gic=2,
        frames=[(0xf9010000, 0x10000), (0xf9020000, 0x20000), (0xf9040000, 0x20000),
                (0xf9060000, 0x20000)],
        uart='compatible = "xlnx,zynqmp-uart", "cdns,uart-r1p12"; clocks = <&clock>, <&clock>; '
             'clock-names = "uart_clk", "pclk";', address=0xff000000, spi=21,
        console='ttyPS0,115200', size='1G', memory=[(0, 0x40000000)]),
    'pine-h64': Board(
        tree='allwinner/sun50i-h6-pine-h64', cpus=[(n, A53) for n in range(4)], gic=2,
        frames=[(0x3021000, 0x1000), (0x3022000, 0x2000), (0x3024000, 0x2000), (0x3026000, 0x2000)],
        uart=DW8250, address=0x5000000, spi=0, console='ttyS0,115200', size='1G',
        memory=[(0x40000000, 0x40000000)]),
    'sk-am62': Board(
        tree='ti/k3-am625-sk', cpus=[(n, A53) for n in range(4)], gic=3,
        frames=[(0x1800000, 0x10000), (0x1880000, 0xc0000)],
        uart='compatible = "ti,am64-uart", "ti,am654-uart"; clocks = <&clock>; '
             'clock-names = "fclk"; clock-frequency = <48000000>;', address=0x2800000, spi=178,
        console='ttyS0,115200', size='1G', memory=[(0x80000000, 0x40000000)]),
    'hihope-rzg2m': Board(
        tree='renesas/r8a774a1-hihope-rzg2m',
        cpus=[(0, A57), (1, A57), *((0x100 + n, A53) for n in range(4))], gic=2,
        frames=[(0xf1010000, 0x1000), (0xf1020000, 0x20000), (0xf1040000, 0x20000), (0xf1060000, 0x20000)],
        uart='compatible = "renesas,scif-r8a774a1", "renesas,rcar-gen3-scif", "renesas,scif"; '
             'clocks = <&clock>; clock-names = "fck";', address=0xe6e88000, spi=164,
        console='ttySC0,115200', size='1G', memory=[(0x48000000, 0x40000000)]),
    'imx8qm-mek': Board(
        tree='freescale/imx8qm-mek', cpus=[(n, A53) for n in range(4)], gic=3,
        frames=[(0x51a00000, 0x10000), (0x51b00000, 0xc0000)],
        uart='compatible = "fsl,imx8qm-lpuart", "fsl,imx8qxp-lpuart"; clocks = <&clock>, <&clock>; '
             'clock-names = "ipg", "baud";', address=0x5a060000, spi=345, console='ttyLP0,115200',
        size='1G', memory=[(0x80000000, 0x40000000)]),
    'espressobin': Board(
        tree='marvell/armada-3720-espressobin', cpus=[(n, A53) for n in range(2)], gic=3,
        frames=[(0xd1d00000, 0x10000), (0xd1d40000, 0x40000)],
        uart='compatible = "marvell,armada-3700-uart"; clocks = <&clock>; interrupts = <0 11 4>, <0 12 4>, <0 13 4>; '
             'interrupt-names = "uart-sum", "uart-tx", "uart-rx";', address=0xd0012000, spi=13,
        console='ttyMV0,115200', size='512M', memory=[(0, 0x20000000)]),
    # Its UARTs' interrupts pass a unit with three cells on to a GIC with four.
    'mt8183-evb': Board(
        tree='mediatek/mt8183-evb',
        cpus=[*((n, A53) for n in range(4)), *((0x100 + n, A72) for n in range(4))], gic=3,
        frames=[(0xc000000, 0x40000), (0xc100000, 0x200000)],
        uart='compatible = "mediatek,mt6577-uart"; clocks = <&clock>, <&clock>; clock-names = "baud", "bus";',
        address=0x11002000, spi=91, console='ttyS0,115200', size='1G', memory=[(0x40000000, 0x40000000)]),
}
