// SPDX-License-Identifier: Apache-2.0
// Load, start and destroy. The hypercalls share a prologue: the root's other CPUs stand still, the
// target is asked and, unless it denies, stopped.
#include "arch/guest.hpp"
#include "cell/control.hpp"
#include "cell/memory.hpp"
#include "cell/messages.hpp"
#include "console/console.hpp"
#include "gic/irqchip.hpp"
#include "gic/ownership.hpp"
#include "lib/string.hpp"
#include "system.hpp"

namespace brig::control {

namespace {

Result<Cell*> find_target(uint64_t id) {
    Cell* cell = sys.find_cell(id);
    if (cell == nullptr)
        return Error::not_found;
    if (cell->is_root())
        return Error::invalid;
    return cell;
}

bool other_cell_is_locked(const Cell& target) {
    for (const Cell* cell = sys.root.next; cell != nullptr; cell = cell->next)
        if (cell != &target && cell->state() == BRIG_CELL_RUNNING_LOCKED)
            return true;
    return false;
}

/// Suspends the root's CPUs and, with its consent, the target's; resumes the root's when it goes.
class Stopped {
public:
    Stopped() : root_cpus_{sys.root.cpus} { management::suspend(root_cpus_); }
    ~Stopped() { management::resume(root_cpus_); }
    Stopped(const Stopped&) = delete;
    Stopped& operator=(const Stopped&) = delete;

    Result<void> stop(Cell& target) {
        BRIG_CHECK(messages::request_shutdown(target));
        management::suspend(target.cpus);
        return {};
    }

private:
    CpuSet root_cpus_;
};

void park_all(Cell& cell) {
    for (size_t id : cell.cpus)
        management::park(sys.cpu(id));
}

void unlink(Cell& cell) {
    Cell* before = &sys.root;
    while (before->next != &cell)
        before = before->next;
    before->next = cell.next;
    sys.num_cells--;
}

void return_cpus(Cell& cell) {
    for (size_t id : cell.cpus) {
        Cpu& cpu = sys.cpu(id);
        management::park(cpu);
        cpu.cell = &sys.root;
        memset(cpu.stats, 0, sizeof(cpu.stats));
        sys.root.cpus.set(id);
    }
}

void return_interrupts(Cell& cell) {
    irqchip::quiesce(cell);
    const auto original = irqchip::parse_interrupts(sys.root.config);
    if (original) // it was valid at enable
        ownership::return_spis(sys.root.interrupts, cell.interrupts, *original);
    irqchip::retarget(sys.root);
}

} // namespace

Result<void> set_loadable(uint64_t id) {
    Stopped stopped;
    Cell& cell = *BRIG_TRY(find_target(id));
    BRIG_CHECK(stopped.stop(cell));
    park_all(cell);
    if (!cell.loadable) {
        cell.set_state(BRIG_CELL_SHUT_DOWN);
        for (const auto& region : cell.config.regions())
            if (memory::is_lent(region))
                memory::give_back(sys.root, region);
        cell.loadable = true;
    }
    management::resume(cell.cpus);
    console::print("Cell \"{}\" can be loaded\n", cell.name);
    return {};
}

Result<void> start(uint64_t id) {
    Stopped stopped;
    Cell& cell = *BRIG_TRY(find_target(id));
    BRIG_CHECK(stopped.stop(cell));
    if (cell.loadable) {
        if (const auto prepared = memory::prepare_withdrawal(sys.root, cell.config); !prepared) {
            management::resume(cell.cpus);
            return prepared;
        }
        for (const auto& region : cell.config.regions())
            if (memory::is_lent(region))
                memory::withdraw(sys.root, region);
        arch::flush_cell_tlb(sys.root);
        cell.loadable = false;
    }
    messages::init_region(cell);
    memory::clean_caches(cell);
    irqchip::quiesce(cell);
    park_all(cell);
    management::start(sys.cpu(cell.cpus.next()), cell.config.desc().cpu_reset_address, 0);
    management::resume(cell.cpus);
    console::print("Started cell \"{}\"\n", cell.name);
    return {};
}

Result<void> destroy(uint64_t id) {
    {
        Stopped stopped;
        Cell& cell = *BRIG_TRY(find_target(id));
        if (other_cell_is_locked(cell))
            return Error::permission;
        BRIG_CHECK(stopped.stop(cell));
        cell.set_state(BRIG_CELL_SHUT_DOWN);
        console::print("Closing cell \"{}\"\n", cell.name);
        const CpuSet cpus = cell.cpus;
        return_cpus(cell);
        memory::clean_caches(cell);
        for (const auto& region : cell.config.regions())
            if (memory::is_taken(region) && is_mapped(region))
                memory::give_back(sys.root, region);
        return_interrupts(cell);
        arch::flush_cell_tlb(cell);
        unlink(cell);
        release_pages(cell);
        management::resume(cpus);
        log_pool("after cell destruction");
        messages::announce_reconfiguration();
    }
    return {};
}

/// Sub-page windows whose page nobody else needs.
static void close_windows(const Cell& cell) {
    for (const auto& region : cell.config.regions()) {
        if (region.size == 0 || !is_subpage(region))
            continue;
        const Range pages = host_range(region).page_cover();
        bool shared = pages.overlaps({sys.config->debug_console.address, 1});
        for (const Cell* other = &sys.root; other != nullptr; other = other->next)
            for (const auto& theirs : other->config.regions())
                shared |= other != &cell && is_subpage(theirs) &&
                          host_range(theirs).page_cover().overlaps(pages);
        if (!shared)
            sys.hyp_map.unmap_device(pages);
    }
}

void release_pages(Cell& cell) {
    if (config::subpage_mmio && cell.config.is_valid())
        close_windows(cell);
    if (cell.stage2.root() != 0)
        cell.stage2.destroy();
    if (cell.comm != nullptr)
        sys.pool.free(reinterpret_cast<uint64_t>(cell.comm));
    if (!cell.config_pages.empty())
        sys.pool.free(cell.config_pages.start, cell.config_pages.size / kPageSize);
    sys.pool.free(reinterpret_cast<uint64_t>(&cell), pages_of(sizeof(Cell)));
}

} // namespace brig::control
