# SPDX-License-Identifier: Apache-2.0
"""Machines that start in the EL3 monitor of tests/firmware instead of in QEMU's own loader."""

import dataclasses
import struct
from pathlib import Path

from brig_qemu import Error, build_dir, dump_dtb, run_tool

SDEI_ABSENT, SDEI_DEAF, SDEI_COMPLETE = range(3)
UART_NONE, UART_PL011, UART_NS16550 = range(3)

# Where the monitor's caller finds things in the RAM of QEMU's `virt` (it starts at 1 GiB).
KERNEL, INITRD, TREE = 0x40200000, 0x48000000, 0x4a000000

MAX_CPUS, MAX_GICR, MAX_SIP, MAX_CLOCKS = 32, 4, 16, 48
PARAMETERS_OFFSET = 0x1000
MAGIC = b'BRIGFW01'


@dataclasses.dataclass
class Parameters:
    """What the monitor imitates; the fields of tests/firmware/parameters.hpp.

    The defaults are a decent firmware on QEMU's `virt,secure=on`. sip is a list of (function,
    x0, x1, x2, x3), clocks one of (name, rate in Hz)."""
    cpus: int = 4
    mpidr: list = None  # None: as `virt` numbers up to 8 CPUs
    gic: int = 3
    ram_base: int = 0x0e000000
    entry: int = KERNEL  # 0: the machine says where it loaded kernel and tree, as brig-twin does
    context: int = TREE
    gicd: int = 0x08000000
    gicr: list = (0x080a0000,)  # regions of redistributors
    gicc: int = 0x08010000
    uart: int = 0x09040000  # secure with secure=on
    uart_kind: int = UART_PL011
    power_gpio: int = 0x090b0000
    scmi_memory: int = 0
    scmi_function: int = 0
    psci_version: int = 0x10001
    smccc_version: int = 0x10002
    trusted_os: bool = False
    sdei: int = SDEI_ABSENT
    sip: list = ()
    clocks: list = ()
    resident_cpu: int = None  # index of the CPU that a trusted OS cannot leave
    cpu_off_hangs: bool = False

    def pack(self):
        """The block as the monitor reads it."""
        mpidr = list(range(self.cpus)) if self.mpidr is None else list(self.mpidr)
        gicr = list(self.gicr) if self.gic == 3 else []
        for what, count, most in (('CPUs', len(mpidr), MAX_CPUS), ('SiP calls', len(self.sip), MAX_SIP),
                                  ('redistributor regions', len(gicr), MAX_GICR),
                                  ('clocks', len(self.clocks), MAX_CLOCKS)):
            if count > most:
                raise Error(f'making firmware parameters: {count} {what} are more than the {most} '
                            'there is room for')
        block = MAGIC + struct.pack('<4Q', self.ram_base, self.entry, self.context, len(mpidr))
        block += struct.pack(f'<{MAX_CPUS}Q', *mpidr, *[0] * (MAX_CPUS - len(mpidr)))
        gicr += [0] * (MAX_GICR - len(gicr))
        block += struct.pack(f'<{MAX_GICR + 5}Q', self.gicd, *gicr, self.gicc, self.uart,
                             self.power_gpio, self.scmi_memory)
        block += struct.pack('<10I', self.scmi_function, self.psci_version, self.smccc_version,
                             self.trusted_os, self.uart_kind, self.sdei, len(self.sip),
                             len(self.clocks), 0 if self.resident_cpu is None else self.resident_cpu + 1,
                             self.cpu_off_hangs)
        for call in [*self.sip, *[(0, 0, 0, 0, 0)] * (MAX_SIP - len(self.sip))]:
            block += struct.pack('<5Q', *call)
        for name, rate in self.clocks:
            block += struct.pack('<16sQ', name.encode()[:15], rate)
        return block

    def write_image(self, path, build=None):
        """The monitor with this block, for -bios."""
        source = (build or build_dir()) / 'tests/firmware/firmware.bin'
        if not source.exists():
            raise Error(f'looking for the monitor {source}: it is not there. Build it: '
                        f'ninja -C {build or build_dir()}')
        image = bytearray(source.read_bytes())
        block = self.pack()
        image[PARAMETERS_OFFSET:PARAMETERS_OFFSET + len(block)] = block
        Path(path).write_bytes(image)
        return path


def tree_source(parameters, append, initrd_size):
    """An overlay with what firmware and boot loader put into the tree; QEMU does not when it starts
    firmware."""
    mpidr = parameters.mpidr or range(parameters.cpus)
    cpus = ''.join(f'cpu@{value:x} {{ enable-method = "psci"; }};\n' for value in mpidr)
    initrd = '' if not initrd_size else (
        f'linux,initrd-start = <0x0 0x{INITRD:x}>;\n'
        f'linux,initrd-end = <0x0 0x{INITRD + initrd_size:x}>;\n')
    # Linux before 5.18 takes all nodes of this type as RAM, disabled or not.
    return f'''/dts-v1/;
/plugin/;
&{{/secram@e000000}} {{ device_type = "secure-memory"; }};
&{{/}} {{
    psci {{ compatible = "arm,psci-1.0", "arm,psci-0.2"; method = "smc"; }};
    chosen {{ bootargs = "{append}"; {initrd} }};
}};
&{{/cpus}} {{ {cpus} }};
'''


def make_tree(args, parameters, append, initrd_size, workdir, overlays=()):
    """The device tree of a machine that starts in the monitor, written below workdir.

    args         the machine's arguments, with or without -bios
    initrd_size  in bytes, 0 without one
    overlays     further .dtbo files
    """
    workdir = Path(workdir)
    base, tree = workdir / 'qemu.dtb', workdir / 'firmware.dtb'
    dump = list(args)
    if '-bios' not in dump:  # QEMU's tree depends on whether it starts firmware
        dump += ['-bios', str(parameters.write_image(workdir / 'firmware.bin'))]
    dump_dtb(dump, base)
    source, blob = workdir / 'firmware.dtso', workdir / 'firmware.dtbo'
    source.write_text(tree_source(parameters, append, initrd_size))
    run_tool(['dtc', '-q', '-@', '-I', 'dts', '-O', 'dtb', '-o', blob, source],
             "compiling the firmware's overlay")
    run_tool(['fdtoverlay', '-i', base, '-o', tree, blob, *overlays], 'merging the device tree')
    return tree


def start_args(args, parameters, kernel, append, initrd, workdir, overlays=()):
    """Arguments that make a machine start in the monitor, which enters Linux at EL2.

    args        the machine without kernel, as from brig_qemu.machine_args(kernel=None, secure=True,
                overlays=())
    kernel      path of an arm64 Image;  append, initrd  its command line and initial RAM disk
    workdir     folder for the files made here
    overlays    further .dtbo files
    """
    workdir = Path(workdir)
    args = [*args, '-bios', str(parameters.write_image(workdir / 'firmware.bin'))]
    tree = make_tree(args, parameters, append, Path(initrd).stat().st_size if initrd else 0,
                     workdir, overlays)
    loads = [(kernel, KERNEL), (tree, TREE), *([(initrd, INITRD)] if initrd else [])]
    for file, address in loads:
        args += ['-device', f'loader,file={file},addr=0x{address:x},force-raw=on']
    return args
