// SPDX-License-Identifier: Apache-2.0
// hello: says where it runs and answers messages.
#include "inmate.hpp"

using namespace brig;

void inmate_main() {
    print("hello: greetings from CPU 0x%lx (MIDR 0x%lx) at EL%lu\n", own_affinity(),
          read_sysreg(midr_el1), read_sysreg(currentel) >> 2 & 3);
    print("hello: communication region revision %u, flags 0x%x\n", read16(comm_field(revision)),
          comm_read32(flags));
    if (gic::version() == 2) {
        print("hello: GICv2, distributor 0x%lx, CPU interface 0x%lx\n", gic::distributor(),
              comm_read64(gicc_base));
    } else {
        print("hello: GICv%u, distributor 0x%lx, redistributors 0x%lx, own 0x%lx\n", gic::version(),
              gic::distributor(), comm_read64(gicr_base), gic::redistributor());
    }
    print("hello: timer %lu Hz, PSCI 0x%lx\n", timer::frequency(),
          static_cast<uint64_t>(psci::version()));
    print("hello: PCI ECAM 0x%lx, virtual PCI SPI %u\n", comm_read64(pci_mmconfig_base),
          comm_read32(vpci_irq_base));
    print("hello: command line \"%s\"\n", cmdline());
    print("hello: running\n");
}
