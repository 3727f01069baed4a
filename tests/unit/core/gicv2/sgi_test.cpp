// SPDX-License-Identifier: Apache-2.0
// SGIs: who is reached, and that they are pending once per sender.
#include "gic/sgi.hpp"

#include <doctest/doctest.h>

#include "gicv2/cpus.hpp"

using namespace brig;
using namespace test;
using arch::gic::fake;
using gicv2::Port;

TEST_CASE("GICv2: the SGIs of EL2 are ended with their sender") {
    Gicv2Cpus gic;
    CHECK_FALSE(gic.arrives(3 << 10 | 1));
    CHECK(gic.ended(3 << 10 | 1));
    gic.cpu(0).gic.sgi_sources[1].store_relaxed(0x0800); // SGI 5 of CPU interface 3
    CHECK(gic.arrives(3 << 10 | 0));
    CHECK(gic.ended(3 << 10 | 0));
    CHECK(gic.lr(0) == sgi_of(3, 5));
    CHECK(gic.waiting(0, 5) == 0);
    CHECK(gic.arrives(1 << 10 | 7)); // sent by a Linux CPU before it was taken over
    CHECK(gic.ended(1 << 10 | 7));
    CHECK(gic.lr(1) == sgi_of(1, 7));
}

TEST_CASE("GICv2: target lists and filters reach CPUs of the own cell only") {
    Gicv2Cpus gic;
    gic.send(0, 0xff, 4);
    CHECK(gic.waiting(1, 4) == 1);
    CHECK(gic.waiting(2, 4) == 0);
    CHECK(gic.waiting(3, 4) == 1);
    CHECK(gic.lr(0) == sgi_of(0, 4)); // to itself
    REQUIRE(fake.sent.size() == 2);
    CHECK(fake.sent[0].intid == 0);
    CHECK(fake.sent[0].mpidr == 2); // the mask of CPU interfaces
    CHECK(fake.sent[1].mpidr == 8);
    gic.send(0, 2, 4);
    CHECK(fake.sent.size() == 2); // is pending already
    gic.be(3);
    gic.send(0, 2, 4);
    CHECK(gic.waiting(1, 4) == 9); // once per sender
    CHECK(fake.sent.size() == 3);
    gic.send(1, 0, 5); // all others
    CHECK(gic.waiting(0, 5) == 8);
    CHECK(gic.waiting(1, 5) == 8);
    CHECK(gic.waiting(3, 5) == 0);
    CHECK(gic.lr(0) == 0);
    gic.send(2, 0xff, 6);             // self
    CHECK(gic.lr(0) == sgi_of(0, 4)); // what CPU 0 has sent above
    CHECK(gic.lr(1) == sgi_of(3, 6));
    CHECK(gic.waiting(0, 6) == 0);
    gic.send(3, 0xff, 7); // reserved
    CHECK(gic.waiting(0, 7) == 0);
    gic.be(2);
    gic.send(1, 0, 8);
    CHECK(gic.waiting(0, 8) == 0);
}

TEST_CASE("GICv2: an SGI number is in one list register, its senders take turns") {
    Gicv2Cpus gic;
    Cpu& cpu = gic.cpu(0);
    cpu.gic.sgi_sources[0].store_relaxed(0x0b00); // SGI 1 of 0, 1 and 3
    sgi::deliver(cpu);
    CHECK(gic.lr(0) == (sgi_of(0, 1) | Port::kEoi));
    CHECK(gic.lr(1) == 0);
    CHECK(gic.waiting(0, 1) == 0xa);
    gic.set_lr(0, Port::kActive | Port::kEoi | 1); // being handled; the same sender again
    cpu.gic.sgi_sources[0].fetch_or(0x100);
    sgi::deliver(cpu);
    CHECK(gic.lr(0) == (sgi_of(0, 1) | Port::kActive | Port::kEoi));
    CHECK(gic.waiting(0, 1) == 0xa);
    gic.set_lr(0, Port::kEoi | 1); // ended
    CHECK(gic.arrives(kMaintenance));
    CHECK(gic.lr(0) == (sgi_of(1, 1) | Port::kEoi));
    gic.set_lr(0, Port::kEoi | 1 << 10 | 1);
    sgi::deliver(cpu); // before the maintenance interrupt is taken
    CHECK(gic.lr(0) == sgi_of(3, 1));
    CHECK(gic.waiting(0, 1) == 0);
    // A sender that comes while another's is in a list register makes its end an event.
    cpu.gic.sgi_sources[0].fetch_or(0x100);
    sgi::deliver(cpu);
    CHECK(gic.lr(0) == (sgi_of(3, 1) | Port::kEoi));
}

TEST_CASE("GICv2: SPENDSGIR and CPENDSGIR show and change all that is pending") {
    Gicv2Cpus gic;
    gic.write(0xf20 + 6, 1, 0xff); // interface 2 is another cell's, 4 to 7 do not exist
    CHECK(gic.read(0xf20 + 6, 1) == 0xb);
    CHECK(gic.read(0xf10 + 4, 4) == 0xb0000);
    CHECK(gic.read(0x200, 4) == 1 << 6);
    CHECK(gic.lr(0) == (sgi_of(0, 6) | Port::kEoi));
    gic.write(0xf10 + 6, 1, 1); // the one in the list register: the next one moves up
    CHECK(gic.read(0xf20 + 6, 1) == 0xa);
    CHECK(gic.lr(0) == (sgi_of(1, 6) | Port::kEoi));
    gic.set_lr(0, Port::kActive | 1 << 10 | 6);
    CHECK(gic.read(0x300, 4) == 1 << 6);
    CHECK(gic.read(0x200, 4) == 1 << 6);
    gic.write(0x380, 4, 1 << 6);
    CHECK(gic.lr(0) == sgi_of(3, 6));
    gic.write(0xf10 + 4, 4, ~0u);
    CHECK(gic.read(0xf20 + 4, 4) == 0);
    CHECK(gic.lr(0) == 0);
    gic.write(0x200, 4, 0xffff);
    CHECK(gic.read(0x200, 4) == 0);
}
