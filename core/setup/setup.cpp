// SPDX-License-Identifier: Apache-2.0
#include "setup/setup.hpp"

#include "arch/identity.hpp"
#include "board.hpp"
#include "board/contract.hpp"
#include "board/hooks.hpp"
#include "cell/control.hpp"
#include "console/clock_gate.hpp"
#include "console/console.hpp"
#include "evidence/stages.hpp"
#include "gic/irqchip.hpp"
#include "learn/learn.hpp"
#include "mem/stage2.hpp"
#include "sdei/sdei.hpp"
#include "setup/rendezvous.hpp"
#include "smc/smccc.hpp"
#include "system.hpp"
#include "trace/history.hpp"
#include "version.hpp"

namespace brig::setup {

namespace {

using BoardRecord = std::remove_cvref_t<decltype(bsp::board)>;

static_assert(Board<BoardRecord>, "bsp/<board>/board.hpp misses a field of the board contract");
static_assert(check_board<bsp::board>());
static_assert(bsp::board.gic.version == (config::gicv3 ? 3 : 2),
              "the board's gic.version is not the interrupt controller chosen in Kconfig");

// All CPUs are called at once; one that is this late is not coming.
constexpr uint64_t kEntrySeconds = 2;
constexpr uint64_t kPhaseSeconds = 20;

enum Phase : uint32_t { entered, initialised, activated };

constinit Rendezvous rendezvous;
constinit SpinLock setup_lock;
bool early_done = false; // guarded by setup_lock
uint64_t smallest_pa_bits = 48;

Result<void> reach_console(const brig_console& console) {
    BRIG_CHECK(sys.hyp_map.map_device({console.address, kPageSize}));
    if (console.clock_reg != 0)
        BRIG_CHECK(sys.hyp_map.map_device({console.clock_reg, sizeof(uint32_t)}));
    return console::open_clock_gate(console);
}

/// Errors are told by the early console.
Result<void> open_console() {
    const brig_console& console = sys.config->debug_console;
    if (console::has_uart(console)) {
        if (const auto result = reach_console(console); !result) {
            console::print("The configuration's console at 0x{:x}, clock gate at 0x{:x} bit {}, "
                           "cannot be there\n",
                           uint64_t{console.address}, uint64_t{console.clock_reg},
                           uint32_t{console.gate_nr});
            return result;
        }
    }
    console::open(console, (sys.config->flags & BRIG_SYS_VIRTUAL_CONSOLE) != 0);
    return {};
}

Result<void> parse_root_config() {
    const brig_cell_desc& desc = sys.config->root_cell;
    Result<CellView> view = CellView::make(&desc, CellView::size_of(desc));
    Result<CpuSet> cpus = view ? parse_cpu_set(view->cpu_set()) : Result<CpuSet>{view.error()};
    if (!cpus) {
        console::print("The configuration's root cell is damaged\n");
        return cpus.error();
    }
    sys.root.config = *view;
    sys.root.cpus = *cpus;
    sys.cpus = sys.root.cpus;
    return {};
}

bool is_at(const char* frame, uint64_t on_board, uint64_t configured) {
    if (on_board != configured)
        console::print("Board \"{}\" has {} at 0x{:x}; the configuration says 0x{:x}\n",
                       bsp::board.name, frame, on_board, configured);
    return on_board == configured;
}

/// Facts of the record that nobody has confirmed yet.
void name_open_facts() {
    if (bsp::board.gic.maintenance == kUnknownMaintenance)
        console::log<console::Level::warning>(
            "WARNING: board \"{}\": gic.maintenance is not known\n", bsp::board.name);
    if (bsp::board.dram_end == kUnknownDramEnd)
        console::log<console::Level::warning>("WARNING: board \"{}\": dram_end is not known\n",
                                              bsp::board.name);
}

/// The board record against the configuration, before anything is touched: an access to a wrong
/// address would end in an external abort, and enabling with it. Errors: no_device.
Result<void> compare_with_board() {
    const brig_arm_platform& arm = sys.config->arm;
    const GicFrames& gic = bsp::board.gic;
    if (gic.maintenance != kUnknownMaintenance && arm.maintenance_irq != gic.maintenance)
        console::log<console::Level::warning>(
            "WARNING: maintenance interrupt {} in the configuration, {} on board \"{}\"\n",
            unsigned{arm.maintenance_irq}, gic.maintenance, bsp::board.name);
    const bool same = is_at("GICD", gic.gicd, arm.gicd_base) &&
                      (config::gicv3 ? is_at("GICR", gic.gicr, arm.gicr_base)
                                     : is_at("GICC", gic.gicc, arm.gicc_base) &&
                                           is_at("GICH", gic.gich, arm.gich_base) &&
                                           is_at("GICV", gic.gicv, arm.gicv_base));
    return same ? Result<void>{} : Error::no_device;
}

/// The first CPU, for all.
Result<void> early_init(const Cpu& cpu) {
    evidence::mark(cpu, BRIG_STAGE_CONSOLE);
    BRIG_CHECK(open_console());
    console::print("\nInitializing {} hypervisor {} on CPU {}\n", kProductName, kVersion, cpu.id);
    console::print("Code location: {}\n", Address{arch::image_start()});
    BRIG_CHECK(parse_root_config());
    BRIG_CHECK(compare_with_board());
    name_open_facts();
    evidence::mark(cpu, BRIG_STAGE_BOARD);
    BRIG_CHECK(board_early_init<BoardRecord>());
    sys.stage2_geometry = TableGeometry::stage2(static_cast<unsigned>(smallest_pa_bits));
    sys.vtcr = stage2_control(sys.stage2_geometry);
    const unsigned root_pages = sys.stage2_geometry.root_pages; // it also serves as an empty root
    sys.zero_page = BRIG_TRY(sys.pool.allocate(root_pages, root_pages));
    evidence::mark(cpu, BRIG_STAGE_IRQCHIP);
    BRIG_CHECK(irqchip::init());
    control::log_pool("after early setup");
    console::print("Initializing processors:\n");
    return {};
}

Result<void> cpu_init(Cpu& cpu) {
    if (!sys.root.cpus.test(cpu.id) || sys.root.cpus.count() != sys.online_cpus)
        return Error::invalid;
    cpu.cell = &sys.root;
    cpu.power = PowerState::on;
    if constexpr (config::exit_history)
        BRIG_CHECK(history::init(cpu));
    evidence::mark(cpu, BRIG_STAGE_FIRMWARE);
    smccc::probe(cpu);
    if constexpr (config::sdei && bsp::board.use_sdei)
        BRIG_CHECK(sdei::enter(cpu));
    evidence::mark(cpu, BRIG_STAGE_CPU);
    BRIG_CHECK(board_cpu_init<BoardRecord>(cpu));
    evidence::mark(cpu, BRIG_STAGE_INTERFACE);
    BRIG_CHECK(irqchip::adopt(cpu));
    cpu.adopted = true;
    return {};
}

/// One CPU after the other; the first one also does what is done once.
Result<void> take_turn(Cpu& cpu) {
    LockGuard guard{setup_lock};
    BRIG_CHECK(rendezvous.verdict());
    if (!early_done) {
        early_done = true;
        cpu.primary = true;
        if (const auto early = early_init(cpu); !early) {
            rendezvous.report(early.error()); // before the next CPU has its turn
            return early;
        }
    }
    const Result<void> result = cpu_init(cpu);
    console::print(" CPU {}... {}\n", cpu.id, result ? "OK" : "FAILED");
    return result;
}

Result<void> late_init() {
    console::print("Initializing unit: irqchip\n");
    BRIG_CHECK(control::create_root());
    if constexpr (config::learn)
        learn::init();
    control::log_pool("after late setup");
    console::print("Activating hypervisor\n");
    return {};
}

void report(const Cpu& cpu, Error error) {
    evidence::mark_error(cpu, error);
    rendezvous.report(error);
}

} // namespace

Result<void> enter(Cpu& cpu) {
    {
        LockGuard guard{setup_lock};
        if (cpu.pa_bits < smallest_pa_bits)
            smallest_pa_bits = cpu.pa_bits;
    }
    const uint32_t count = sys.online_cpus;
    evidence::mark(cpu, BRIG_STAGE_ENTERED);
    BRIG_CHECK(rendezvous.reach(entered, count, kEntrySeconds));
    evidence::mark(cpu, BRIG_STAGE_TURN);
    if (const auto result = take_turn(cpu); !result)
        report(cpu, result.error());
    evidence::mark(cpu, BRIG_STAGE_INITIALISED);
    BRIG_CHECK(rendezvous.reach(initialised, count, kPhaseSeconds));
    if (cpu.primary) {
        evidence::mark(cpu, BRIG_STAGE_ROOT);
        if (const auto result = late_init(); !result)
            report(cpu, result.error());
    }
    evidence::mark(cpu, BRIG_STAGE_ACTIVATE);
    return rendezvous.reach(activated, count, kPhaseSeconds);
}

void leave(Cpu& cpu) {
    if constexpr (config::sdei)
        sdei::leave(cpu);
    if (cpu.adopted)
        irqchip::release(cpu);
    cpu.adopted = false;
}

} // namespace brig::setup
