// SPDX-License-Identifier: Apache-2.0
#include "trace/trace.hpp"

#include "arch/guest.hpp"
#include "arch/this_cpu.hpp"
#include "brig/hypercall.h"
#include "console/console.hpp"
#include "cpu/management.hpp"
#include "lib/string.hpp"
#include "mem/stage2.hpp"
#include "system.hpp"

namespace brig::trace {

namespace {

constexpr uint32_t kFewestRecords = 64;

struct Layout {
    uint64_t num_rings;
    uint64_t records;

    uint64_t head_size() const {
        return align_up(sizeof(brig_trace_area) + num_rings * sizeof(brig_trace_ring), kPageSize);
    }
    uint64_t ring_size() const { return records * sizeof(brig_exit); }
    uint64_t pages() const { return pages_of(head_size() + num_rings * ring_size()); }
};

brig_trace_ring* rings_of(brig_trace_area& area) {
    return reinterpret_cast<brig_trace_ring*>(&area + 1);
}

constexpr uint32_t largest_power_of_two(uint32_t limit) {
    uint32_t power = 1;
    while (power <= limit / 2)
        power *= 2;
    return power;
}

void fill(brig_trace_area& area, const Layout& layout) {
    memcpy(area.magic, BRIG_TRACE_MAGIC, sizeof(area.magic));
    area.version = BRIG_TRACE_VERSION;
    area.size = layout.pages() * kPageSize;
    area.frequency = arch::counter_frequency();
    area.records = static_cast<uint32_t>(layout.records);
    area.num_rings = static_cast<uint32_t>(layout.num_rings);
    brig_trace_ring* ring = rings_of(area);
    uint64_t exits = layout.head_size();
    for (size_t id : sys.cpus) {
        ring->cpu = static_cast<uint32_t>(id);
        ring->exits = exits;
        auto* records =
            reinterpret_cast<brig_exit*>(reinterpret_cast<uint64_t>(&area) + ring->exits);
        sys.cpu(id).trace = {ring, records, area.records - 1, false};
        exits += layout.ring_size();
        ring++;
    }
}

/// With as many records as fit into half of the free pages: cells to come need some.
Result<brig_trace_area*> make_area() {
    const uint64_t budget = (sys.pool.size() - sys.pool.used()) / 2;
    for (uint64_t records = largest_power_of_two(config::exit_trace_records);
         records >= kFewestRecords; records /= 2) {
        const Layout layout{sys.cpus.count(), records};
        if (layout.pages() > budget)
            continue;
        const auto address = sys.pool.allocate(layout.pages());
        if (!address)
            continue;
        auto* area = reinterpret_cast<brig_trace_area*>(*address);
        fill(*area, layout);
        // Replaces the zeros that the root cell has seen there page by page; needs no memory.
        BRIG_CHECK(sys.root.stage2.map(*address, *address, area->size,
                                       stage2_attributes(BRIG_MEM_READ), false));
        return area;
    }
    return Error::no_memory;
}

/// All CPUs are suspended meanwhile.
void set(brig_trace_area& area, bool on) {
    management::suspend(sys.cpus);
    for (uint32_t i = 0; on && i < area.num_rings; i++)
        rings_of(area)[i].first = rings_of(area)[i].done;
    __atomic_store_n(&area.on, on ? 1u : 0u, __ATOMIC_RELEASE);
    follow(arch::this_cpu());
    management::resume(sys.cpus);
}

Result<void> switch_on() {
    if (sys.exit_trace == nullptr) {
        const Result<brig_trace_area*> made = make_area();
        if (!made)
            return made.error();
        sys.exit_trace = *made;
    }
    if (sys.exit_trace->on == 0)
        set(*sys.exit_trace, true);
    return {};
}

} // namespace

Result<uint64_t> command(uint64_t what) {
    switch (what) {
    case BRIG_TRACE_CMD_ON:
        BRIG_CHECK(switch_on());
        return 0;
    case BRIG_TRACE_CMD_OFF:
        if (sys.exit_trace != nullptr && sys.exit_trace->on != 0)
            set(*sys.exit_trace, false);
        return 0;
    case BRIG_TRACE_CMD_LOCATE:
        return sys.exit_trace == nullptr
                   ? 0
                   : (reinterpret_cast<uint64_t>(sys.exit_trace) - sys.memory.start) / kPageSize;
    default:
        return Error::invalid;
    }
}

void follow(Cpu& cpu) {
    const bool on = sys.exit_trace != nullptr && sys.exit_trace->on != 0;
    if (cpu.trace.on == on)
        return;
    cpu.trace.on = on;
    arch::trace_exits(on);
}

} // namespace brig::trace
