// SPDX-License-Identifier: Apache-2.0
// Interrupts in a ring of exits.
#include <doctest/doctest.h>

#include "brig/hypercall.h"
#include "brig/trace.h"
#include "support.hpp"
#include "trace/trace.hpp"
#include "trap/exits.hpp"

using namespace brig;
using namespace test;

TEST_CASE("trace: interrupts with their INTID") {
    Machine m;
    REQUIRE(trace::command(BRIG_TRACE_CMD_ON));
    const ExitRing& ring = m.cpu(0).trace;
    arch::gic::fake.to_acknowledge = {1, 40}; // from the back: an SPI, then the management SGI
    CHECK(brig_traced_interrupt());
    CHECK_FALSE(brig_traced_interrupt());
    REQUIRE(ring.head->done == 2);
    CHECK(ring.exits[0].reason == 40);
    CHECK(ring.exits[0].duration > 0);
    CHECK(ring.exits[1].reason == 1);
    CHECK(ring.exits[1].duration == 0);
    Frame frame{};
    brig_traced_events(frame);
    CHECK(ring.exits[1].duration > 0);
}
