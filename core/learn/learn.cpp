// SPDX-License-Identifier: Apache-2.0
// A page is mapped for the root cell at the first access, and recorded; the instruction is
// repeated. So every kind of access works, as often and as fast as without us, and what a hole in
// the address space answers goes to Linux. The price: nothing is known of later accesses.
#include "learn/learn.hpp"

#include "arch/barrier.hpp"
#include "arch/guest.hpp"
#include "arch/identity.hpp"
#include "arch/registers.hpp"
#include "brig/hypercall.h"
#include "console/console.hpp"
#include "cpu/management.hpp"
#include "learn/decision.hpp"
#include "learn/record.hpp"
#include "mem/stage2.hpp"
#include "smc/forward.hpp"
#include "system.hpp"

namespace brig::learn {

namespace {

constinit Record record;

/// Normal memory: what the guest's stage 1 says then counts, device or not, as without a
/// hypervisor.
constexpr uint32_t kMemoryFlags = BRIG_MEM_READ | BRIG_MEM_WRITE | BRIG_MEM_EXECUTE;

void switch_on() {
    record.open();
    record.set_on(true);
    console::print("WARNING: learn mode is on: cell \"{}\" reaches everything that belongs to "
                   "nobody. Not for production.\n",
                   sys.root.name);
}

void switch_off() {
    record.set_on(false);
    const brig_learn_record& data = record.data();
    console::print("Learn mode is off: {} regions and {} SMC ids recorded (`brig learn report`)\n",
                   unsigned{data.num_regions}, unsigned{data.num_calls});
}

template <typename Action>
Result<void> for_learned_pages(Range pages, Action action) {
    for (uint64_t page = pages.start; page < pages.end(); page += kPageSize)
        if (!is_listed(page))
            BRIG_CHECK(action(page));
    return {};
}

template <typename Action>
Result<void> for_all_regions(Action action) {
    const brig_learn_record& data = record.data();
    for (uint32_t i = 0; i < data.num_regions; i++)
        BRIG_CHECK(action(Range{data.regions[i].start, data.regions[i].size}));
    return {};
}

/// What is still in use is recorded anew.
Result<void> clear() {
    if (!is_on())
        return Error::busy;
    const CpuSet root_cpus = sys.root.cpus;
    management::suspend(root_cpus);
    PageTable& table = sys.root.stage2;
    const Result<void> prepared =
        for_all_regions([&](Range pages) { return prepare_withdrawal(table, pages); });
    if (prepared) {
        (void)for_all_regions([&](Range pages) -> Result<void> {
            withdraw(table, pages);
            return {};
        });
        arch::flush_cell_tlb(sys.root);
        record.clear();
        console::print("Learn mode: the record is empty again\n");
    }
    management::resume(root_cpus);
    return prepared;
}

Access describe(const Cpu& cpu, uint64_t esr) {
    Access access{arch::fault_ipa(), arch::guest_pc(), BRIG_LEARN_READ, 0, cpu.id};
    if ((esr & bit(7)) != 0) {
        access.kind = BRIG_LEARN_WALK;
        access.address = align_down(access.address, kPageSize); // the offset is FAR_EL2's
    } else if (arch::esr::ec(esr) == arch::ec::instruction_abort_lower) {
        access.kind = BRIG_LEARN_EXECUTE;
        access.width = 4;
    } else {
        access.kind = (esr & bit(6)) != 0 ? BRIG_LEARN_WRITE : BRIG_LEARN_READ;
        access.width = (esr & bit(24)) != 0 ? 1u << field(esr, 23, 22) : 0;
    }
    return access;
}

void announce(const Access& access) {
    constexpr const char* verbs[] = {"reads", "writes", "executes", "walks"};
    console::print("Learn: root cell {} 0x{:x}({}), pc 0x{:x}, CPU {}\n", verbs[access.kind],
                   access.address, access.width, access.pc, access.cpu);
}

/// Under the management lock. False: it stays a violation.
bool learn_page(const Access& access) {
    const uint64_t page = align_down(access.address, kPageSize);
    PageTable::Mapping mapping;
    if (sys.root.stage2.walk(page, mapping))
        return true; // another CPU was here first
    if (const char* why = obstacle(page); why != nullptr) {
        console::print("Learn: 0x{:x} is {}, and not for the root cell\n", access.address, why);
        return false;
    }
    // Nothing was valid there, so there is nothing to invalidate, and no block is touched.
    if (!sys.root.stage2.map(page, page, kPageSize, stage2_attributes(kMemoryFlags), false)) {
        console::print("Learn: no memory left to map 0x{:x}\n", access.address);
        return false;
    }
    arch::dsb_ishst();
    const uint64_t lost = record.data().lost_pages;
    switch (record.add_page(page, access)) {
    case Added::fresh:
        announce(access);
        break;
    case Added::no_room:
        if (lost == 0)
            console::print("Learn: the record is full; further pages are only counted\n");
        break;
    case Added::known:
        break;
    }
    return true;
}

} // namespace

bool is_on() {
    return record.is_on();
}

void init() {
    record.attach(arch::learn_record());
    if ((sys.config->flags & BRIG_SYS_LEARN) != 0)
        switch_on();
}

Result<void> command(uint64_t what) {
    switch (what) {
    case BRIG_LEARN_CMD_ON:
        if (!is_on())
            switch_on();
        return {};
    case BRIG_LEARN_CMD_OFF:
        if (is_on())
            switch_off();
        return {};
    case BRIG_LEARN_CMD_CLEAR:
        return clear();
    default:
        return Error::invalid;
    }
}

bool handle_abort(Cpu& cpu, Frame& frame, uint64_t esr) {
    const unsigned ec = arch::esr::ec(esr);
    if (!is_on() || !cpu.cell->is_root() || !is_translation_fault(esr) ||
        (ec != arch::ec::data_abort_lower && ec != arch::ec::instruction_abort_lower))
        return false;
    const Access access = describe(cpu, esr);
    const management::Guard guard{frame};
    return !guard.held() || learn_page(access);
}

bool handle_call(const Cpu& cpu, Frame& frame) {
    if (!is_on() || !cpu.cell->is_root() || !may_forward(static_cast<uint32_t>(frame.x[0])))
        return false;
    const uint64_t pc = arch::guest_pc() - smc::kLength;
    const auto function = static_cast<uint32_t>(frame.x[0]);
    size_t slot = 0;
    const Added added = record.add_call(frame.x, pc, cpu.id, slot);
    // Before it is made: it may be the one that the firmware does not come back from.
    if (added == Added::fresh)
        console::print("Learn: root cell calls SMC 0x{:x}, pc 0x{:x}, CPU {}\n", function, pc,
                       cpu.id);
    smc::forward(frame);
    if (added == Added::fresh)
        record.returned(slot, frame.x);
    return true;
}

Result<void> prepare_withdrawal(PageTable& root, Range pages) {
    return for_learned_pages(pages, [&](uint64_t page) -> Result<void> {
        BRIG_CHECK(root.split_at(page));
        return root.split_at(page + kPageSize);
    });
}

void withdraw(PageTable& root, Range pages) {
    (void)for_learned_pages(pages, [&](uint64_t page) -> Result<void> {
        root.unmap({page, kPageSize});
        return {};
    });
}

} // namespace brig::learn
