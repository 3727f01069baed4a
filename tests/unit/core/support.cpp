// SPDX-License-Identifier: Apache-2.0
#include "support.hpp"

#include <sys/mman.h>

#include <cstring>
#include <new>
#include <stdexcept>

#include "arch/cpu_hints.hpp"
#include "arch/this_cpu.hpp"
#include "brig/console.h"
#include "cell/control.hpp"
#include "console/console.hpp"
#include "gic/irqchip.hpp"
#include "mem/stage2.hpp"
#include "smc/smccc.hpp"
#include "trace/history.hpp"
#include "trap/exits.hpp"

extern "C" volatile brig_virtual_console brig_console_page;

namespace test {

using namespace brig;

namespace {

Machine* current = nullptr;

/// Host memory stands at the addresses the machine gives it, so that an identity map is one.
void provide_memory() {
    static const bool done = [] {
        void* want = reinterpret_cast<void*>(kRam);
        void* got = mmap(want, kRamEnd - kRam, PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
        if (got != want)
            throw std::runtime_error("no memory at 0x40000000 on this host");
        return true;
    }();
    (void)done;
}

/// Other CPUs while the test's CPU spins: they see suspend requests.
void others_follow() {
    for (size_t id : sys.cpus) {
        Cpu& cpu = sys.cpu(id);
        if (&cpu == arch::fake_cpu || !cpu.lock.try_lock())
            continue;
        cpu.suspended = cpu.suspend_requested.load_relaxed() != 0;
        if (cpu.suspended)
            cpu.release_interrupts.store_release(0);
        cpu.lock.unlock();
    }
    if (current != nullptr && current->on_relax)
        current->on_relax();
}

} // namespace

Capture::Capture() : start_{brig_console_page.tail} {
    console::open(brig_console{}, true);
}

std::string Capture::text() const {
    std::string text;
    for (uint32_t at = start_; at != brig_console_page.tail; at++)
        text += brig_console_page.content[at % BRIG_CONSOLE_RING_SIZE];
    return text;
}

Machine::Machine(uint64_t pool_pages, std::vector<brig_memory_region> root_regions) {
    provide_memory();
    madvise(reinterpret_cast<void*>(kRam), kRamEnd - kRam, MADV_DONTNEED); // zeros again
    arch_state = {};
    arch::gic::fake = {};
    arch::fake_bus = &bus;
    arch::fake_relax = others_follow;
    current = this;
    if (root_regions.empty())
        root_regions = {
            ram(kRam, kRam, kHypMemory - kRam),
            {kDevices, kDevices, 0x1000000, BRIG_MEM_READ | BRIG_MEM_WRITE | BRIG_MEM_IO}};
    build_config(std::move(root_regions));
    boot(pool_pages);
}

Machine::~Machine() {
    arch::fake_relax = nullptr;
    arch::fake_wait = nullptr;
    arch::fake_cpu = nullptr;
    arch::fake_bus = nullptr;
    current = nullptr;
}

void Machine::build_config(std::vector<brig_memory_region> regions) {
    std::vector<uint8_t> out(offsetof(brig_system_config, root_cell));
    CellFile root;
    root.name = "root";
    root.id = 0;
    root.flags = BRIG_CELL_CONSOLE_PERMITTED;
    root.cpus = {0, 1, 2, 3};
    root.regions = std::move(regions);
    root.chips = {{32, {~0u, ~0u, ~0u, ~0u}}, {160, {~0u, ~0u, ~0u, 0}}};
    root.append_to(out);
    auto* config = reinterpret_cast<brig_system_config*>(out.data());
    config->hypervisor_memory = {kHypMemory, 0, kRamEnd - kHypMemory, 0};
    config->debug_console = {kUart, 0x1000, BRIG_CONSOLE_PL011, BRIG_CON_MMIO, 0, 0, 0};
    config->pci_mmconfig_base = 0x4010000000;
    config->arm = gic_platform();
    std::memcpy(reinterpret_cast<void*>(kHypMemory + 0x100000), out.data(), out.size());
}

void Machine::boot(uint64_t pool_pages) {
    const auto check = [](Result<void> result, const char* what) {
        if (!result)
            throw std::runtime_error(what);
    };
    sys.~System();
    new (&sys) System{};
    sys.memory = {kHypMemory, kRamEnd - kHypMemory};
    sys.percpu_base = kHypMemory;
    sys.max_cpus = sys.online_cpus = kCpus;
    sys.config = reinterpret_cast<const brig_system_config*>(kHypMemory + 0x100000);
    const brig_cell_desc& desc = sys.config->root_cell;
    sys.root.config = *CellView::make(&desc, CellView::size_of(desc));
    sys.root.cpus = *parse_cpu_set(sys.root.config.cpu_set());
    sys.cpus = sys.root.cpus;
    sys.pool.init({kHypMemory + 0x200000, pool_pages * kPageSize});
    arch::fake_cpu = &sys.cpu(0);
    check(sys.hyp_map.init(sys.pool, 40), "hyp_map.init");
    check(sys.hyp_map.map_memory(sys.memory, HypAccess::read_write), "map_memory");
    check(sys.hyp_map.map_device({kUart, kPageSize}), "map UART");
    console::open(brig_console{}, true);
    sys.stage2_geometry = TableGeometry::stage2(40);
    sys.zero_page = *sys.pool.allocate();
    check(irqchip::init(), "irqchip::init");
    for (unsigned id = 0; id < kCpus; id++) {
        auto* cpu = new (&sys.cpu(id)) Cpu{};
        cpu->id = id;
        cpu->mpidr = id;
        cpu->cell = &sys.root;
        cpu->workaround_1 = cpu->workaround_2 = -1;
        arch::fake_cpu = cpu;
        if constexpr (config::exit_history)
            check(history::init(*cpu), "history::init");
        check(irqchip::adopt(*cpu), "irqchip::adopt");
        cpu->adopted = true;
    }
    arch::fake_cpu = &sys.cpu(0);
    check(control::create_root(), "create_root");
    bus.forget();
}

void Machine::drain(uint64_t left) {
    while (sys.pool.size() - sys.pool.used() > left)
        drained_.push_back(*sys.pool.allocate());
}

void Machine::refill() {
    for (uint64_t page : drained_)
        sys.pool.free(page);
    drained_.clear();
}

int64_t get_info(Machine& machine, uint64_t what, uint64_t command, unsigned cpu) {
    Frame frame{};
    frame.x[0] = BRIG_HC_GET_INFO;
    frame.x[1] = what;
    frame.x[2] = command;
    Cpu* before = arch::fake_cpu;
    arch::fake_cpu = &machine.cpu(cpu);
    hypercall::slow(machine.cpu(cpu), frame);
    arch::fake_cpu = before;
    return static_cast<int64_t>(frame.x[0]);
}

std::string lookup(const Cell& cell, uint64_t address) {
    PageTable::Mapping mapping;
    if (!cell.stage2.walk(address, mapping))
        return "unmapped";
    char text[80];
    std::snprintf(text, sizeof(text), "%llx %llx",
                  static_cast<unsigned long long>(mapping.physical),
                  static_cast<unsigned long long>(mapping.attributes));
    return text;
}

bool root_has(uint64_t start, uint64_t size) {
    PageTable::Mapping mapping;
    for (uint64_t at = start; at < start + size; at += kPageSize)
        if (!sys.root.stage2.walk(at, mapping) || mapping.physical != at)
            return false;
    return true;
}

bool root_lacks(uint64_t start, uint64_t size) {
    return sys.root.stage2.is_free({start, size});
}

} // namespace test
