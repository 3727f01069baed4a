// SPDX-License-Identifier: Apache-2.0
// The root cell: Linux as it was, minus hypervisor memory and the interrupt controller's frames.
#include "arch/cache.hpp"
#include "arch/identity.hpp"
#include "brig/console.h"
#include "cell/control.hpp"
#include "cell/memory.hpp"
#include "console/console.hpp"
#include "gic/irqchip.hpp"
#include "lib/string.hpp"
#include "system.hpp"

extern "C" volatile brig_virtual_console brig_console_page;

namespace brig::control {

namespace {

Result<void> show(PageTable& table, const volatile void* pages, uint64_t size) {
    const auto address = reinterpret_cast<uint64_t>(pages);
    return table.map(address, address, align_up(size, kPageSize), stage2_attributes(BRIG_MEM_READ),
                     false);
}

/// Linux may read hypervisor memory (the driver does so before it disables): zeros, except for the
/// page of the virtual console, learn mode's record and the evidence.
Result<void> shadow_hypervisor_memory(PageTable& table) {
    const uint64_t read_only = stage2_attributes(BRIG_MEM_READ);
    for (uint64_t page = sys.memory.start; page < sys.memory.end(); page += kPageSize)
        BRIG_CHECK(table.map(page, sys.zero_page, kPageSize, read_only, false));
    if constexpr (config::learn)
        BRIG_CHECK(show(table, &arch::learn_record(), sizeof(brig_learn_record)));
    if (!sys.evidence.empty())
        BRIG_CHECK(
            show(table, reinterpret_cast<const void*>(sys.evidence.start), sys.evidence.size));
    if (!config::virtual_console || (sys.config->flags & BRIG_SYS_VIRTUAL_CONSOLE) == 0)
        return {};
    return show(table, &brig_console_page, sizeof(brig_console_page));
}

/// Whatever the configuration says, these frames are ours, but for what is made for guests.
Result<void> replace_interrupt_controller(PageTable& table) {
    for (const Range frames : irqchip::frames()) {
        if (frames.empty())
            continue;
        BRIG_CHECK(table.split_at(frames.start));
        BRIG_CHECK(table.split_at(frames.end()));
        table.unmap(frames);
    }
    return irqchip::map_cpu_interface(table);
}

} // namespace

Result<void> create_root() {
    Cell& root = sys.root;
    const brig_cell_desc& desc = sys.config->root_cell;
    memcpy(root.name, desc.name, BRIG_CELL_NAME_SIZE - 1);
    root.comm = reinterpret_cast<brig_comm_region*>(BRIG_TRY(sys.pool.allocate()));
    root.interrupts = BRIG_TRY(irqchip::parse_interrupts(root.config));
    BRIG_CHECK(root.stage2.init(sys.pool, sys.stage2_geometry, arch::flush_tlb_ipa));
    BRIG_CHECK(memory::build(root));
    BRIG_CHECK(replace_interrupt_controller(root.stage2));
    return shadow_hypervisor_memory(root.stage2);
}

} // namespace brig::control
