// SPDX-License-Identifier: Apache-2.0
// Creating a cell: everything that can fail is done on a draft, then committed.
#include "arch/guest.hpp"
#include "arch/this_cpu.hpp"
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

/// Copies from root memory, page by page. Errors: no_memory (not readable memory of the root cell).
Result<void> copy_from_root(uint64_t address, void* to, uint64_t size) {
    auto* out = static_cast<uint8_t*>(to);
    while (size > 0) {
        PageTable::Mapping mapping;
        if (!sys.root.stage2.walk(address, mapping) ||
            (mapping.attributes & stage2_attributes(BRIG_MEM_READ) & mask(7, 6)) == 0)
            return Error::no_memory;
        const uint64_t room = kPageSize - address % kPageSize;
        const uint64_t part = size < room ? size : room;
        const GuestWindow window{sys.hyp_map, {mapping.physical, part}};
        if (!window.ok())
            return Error::no_memory;
        memcpy(out, window.at(mapping.physical), part);
        address += part;
        out += part;
        size -= part;
    }
    return {};
}

/// A cell under construction; undone unless keep() is called.
class Draft {
public:
    Draft() = default;
    ~Draft() {
        if (cell_ != nullptr)
            release_pages(*cell_);
    }
    Draft(const Draft&) = delete;
    Draft& operator=(const Draft&) = delete;

    Result<void> allocate(uint64_t config_size) {
        const uint64_t page = BRIG_TRY(sys.pool.allocate(pages_of(sizeof(Cell))));
        cell_ = new (reinterpret_cast<void*>(page)) Cell;
        const uint64_t config_pages = pages_of(config_size);
        cell_->config_pages = {BRIG_TRY(sys.pool.allocate(config_pages)), config_pages * kPageSize};
        cell_->comm = reinterpret_cast<brig_comm_region*>(BRIG_TRY(sys.pool.allocate()));
        return cell_->stage2.init(sys.pool, sys.stage2_geometry, nullptr);
    }
    Cell& operator*() { return *cell_; }
    Cell* keep() {
        Cell* cell = cell_;
        cell_ = nullptr;
        return cell;
    }

private:
    Cell* cell_ = nullptr;
};

/// What stands behind the end of a name does not count.
bool same_name(const char* a, const char* b) {
    for (size_t i = 0; i < BRIG_CELL_NAME_SIZE && a[i] == b[i]; i++)
        if (a[i] == '\0')
            return true;
    return false;
}

Result<void> check_header(const brig_cell_desc& desc, uint64_t address) {
    for (const Cell* cell = &sys.root; cell != nullptr; cell = cell->next)
        if (cell->id == desc.id || same_name(cell->name, desc.name))
            return Error::exists;
    if (address % kPageSize + CellView::size_of(desc) > BRIG_CONFIG_MAX_PAGES * kPageSize)
        return Error::too_big;
    return {};
}

Result<void> check_cpus(const CpuSet& cpus) {
    if (cpus.empty())
        return Error::invalid;
    if (cpus.test(arch::this_cpu().id) || !sys.root.cpus.contains(cpus))
        return Error::busy;
    return {};
}

Result<void> check_interrupts(const InterruptSet& interrupts) {
    for (const Cell* cell = sys.root.next; cell != nullptr; cell = cell->next)
        if (ownership::share_spis(cell->interrupts, interrupts))
            return Error::busy;
    return {};
}

/// Fills the draft from its own copy of the configuration.
Result<void> prepare(Cell& cell) {
    auto* desc = reinterpret_cast<brig_cell_desc*>(cell.config_pages.start);
    desc->name[BRIG_CELL_NAME_SIZE - 1] = '\0';
    const CellView config = BRIG_TRY(CellView::make(desc, cell.config_pages.size));
    if (config.has_flag(BRIG_CELL_AARCH32)) {
        console::print("AArch32 cells are not supported\n");
        return Error::invalid;
    }
    memcpy(cell.name, desc->name, sizeof(cell.name));
    cell.id = desc->id;
    cell.cpus = BRIG_TRY(parse_cpu_set(config.cpu_set()));
    BRIG_CHECK(check_cpus(cell.cpus));
    if (cell.id > BRIG_MAX_CELL_ID || (direct_interrupts() && cell.id == kNoVmid))
        return Error::too_big;
    cell.interrupts = BRIG_TRY(irqchip::parse_interrupts(config));
    BRIG_CHECK(check_interrupts(cell.interrupts));
    BRIG_CHECK(memory::check_regions(config));
    cell.config = config; // from here on release_pages() closes sub-page windows: checked ones only
    BRIG_CHECK(memory::build(cell));
    BRIG_CHECK(irqchip::map_cpu_interface(cell.stage2));
    return memory::prepare_withdrawal(sys.root, cell.config);
}

void link(Cell& cell) {
    Cell* last = &sys.root;
    while (last->next != nullptr)
        last = last->next;
    last->next = &cell;
    sys.num_cells++;
}

/// Cannot fail. All root CPUs but this one are suspended.
void commit(Cell& cell) {
    for (size_t id : cell.cpus) {
        Cpu& cpu = sys.cpu(id);
        management::park(cpu);
        sys.root.cpus.clear(id);
        cpu.cell = &cell;
        memset(cpu.stats, 0, sizeof(cpu.stats));
    }
    for (const auto& region : cell.config.regions())
        memory::withdraw(sys.root, region);
    arch::flush_cell_tlb(sys.root);
    ownership::remove_spis(sys.root.interrupts, cell.interrupts);
    irqchip::retarget(cell);
    irqchip::retarget(sys.root);
    cell.set_state(BRIG_CELL_SHUT_DOWN);
    link(cell);
}

} // namespace

void log_pool(const char* when) {
    console::print("Page pool usage {}: mem {}/{}, remap {}/{}\n", when, sys.pool.used(),
                   sys.pool.size(), sys.hyp_map.remap_used(), HypMap::kRemapPages);
}

Result<void> create(uint64_t config_address) {
    for (Cell* cell = sys.root.next; cell != nullptr; cell = cell->next)
        if (cell->state() == BRIG_CELL_RUNNING_LOCKED)
            return Error::permission;
    const CpuSet root_cpus = sys.root.cpus;
    management::suspend(root_cpus);

    Draft draft;
    const auto attempt = [&]() -> Result<void> {
        brig_cell_desc header;
        BRIG_CHECK(copy_from_root(config_address, &header, sizeof(header)));
        header.name[BRIG_CELL_NAME_SIZE - 1] = '\0';
        BRIG_CHECK(check_header(header, config_address));
        const uint64_t size = CellView::size_of(header);
        BRIG_CHECK(draft.allocate(size));
        BRIG_CHECK(copy_from_root(config_address,
                                  reinterpret_cast<void*>((*draft).config_pages.start), size));
        return prepare(*draft);
    };
    const Result<void> result = attempt();
    if (result) {
        Cell& cell = *draft.keep();
        commit(cell);
        console::print("Created cell \"{}\"\n", cell.name);
        log_pool("after cell creation");
        messages::announce_reconfiguration();
    }
    management::resume(root_cpus);
    return result;
}

} // namespace brig::control
