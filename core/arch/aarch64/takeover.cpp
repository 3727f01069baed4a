// SPDX-License-Identifier: Apache-2.0
// From the entry to a CPU with EL2's own translation. Until enable_mmu() all memory is Device
// memory to us: no exclusives, no unaligned accesses, and what other CPUs shall see later must be
// dropped from caches into which their EL1 may have fetched it speculatively.
#include "arch/takeover.hpp"
#include "arch/cache.hpp"
#include "arch/guest.hpp"
#include "arch/identity.hpp"
#include "arch/registers.hpp"
#include "arch/sysreg.hpp"
#include "arch/this_cpu.hpp"
#include "board.hpp"
#include "console/early.hpp"
#include "console/self_test.hpp"
#include "evidence/area.hpp"
#include "evidence/log.hpp"
#include "evidence/stages.hpp"
#include "setup/setup.hpp"
#include "system.hpp"
#include "version.hpp"

extern "C" {
extern const char __text_start[], __rodata_start[], __data_start[], __image_end[];
extern const char brig_vectors[], brig_bootstrap_vectors[];
void brig_enable_mmu(uint64_t area, uint64_t size, uint64_t ttbr, uint64_t tcr, uint64_t mair,
                     uint64_t sctlr);
[[noreturn]] void brig_return_to_guest(const brig::Frame& frame);
[[noreturn]] void brig_release(const brig::Frame& frame, const brig::HostState& host);
[[noreturn]] void brig_takeover(brig::Cpu& cpu, uint64_t id_and_flags, brig_boot_stages* stages);
[[noreturn]] void brig_self_test_fault(brig::Cpu& cpu);
}

namespace brig::arch {

/// An entry of .rela.dyn.
struct Relocation {
    uint64_t offset;
    uint64_t info;
    uint64_t addend;
};

extern "C" const Relocation __rela_start[], __rela_end[];

namespace {

constexpr console::EarlyUart kEarlyUart = console::early_uart(bsp::board.console);

constexpr uint64_t kMair = 0xff | 0x04 << 8; // Normal write-back, Device-nGnRE (mem/hyp_map.cpp)

/// Written by the primary, polled by the others, all with the MMU off.
struct Boot {
    volatile uint32_t ready;
    volatile int32_t error;
};
alignas(256) constinit Boot boot{};

uint64_t address(const char* symbol) {
    return reinterpret_cast<uint64_t>(symbol);
}

constexpr uint64_t kRelative = 1027; // R_AARCH64_RELATIVE; the linker leaves R_AARCH64_NONE besides

void relocate() {
    const uint64_t base = image_start();
    for (const Relocation* r = __rela_start; r < __rela_end; r++)
        if (r->info == kRelative)
            *reinterpret_cast<volatile uint64_t*>(base + r->offset) = base + r->addend;
}

Result<void> map_image() {
    const auto map = [](uint64_t from, uint64_t to, HypAccess access) {
        return sys.hyp_map.map_memory({from, to - from}, access);
    };
    BRIG_CHECK(map(image_start(), address(__text_start), HypAccess::read_only));
    BRIG_CHECK(map(address(__text_start), address(__rodata_start), HypAccess::read_execute));
    BRIG_CHECK(map(address(__rodata_start), address(__data_start), HypAccess::read_only));
    BRIG_CHECK(map(address(__data_start), address(__image_end), HypAccess::read_write));
    for (uint32_t i = 0; i < sys.max_cpus; i++) {
        const uint64_t area = sys.percpu_base + i * kPerCpuSize;
        BRIG_CHECK(map(area + kPerCpuStackBottom, area + kPerCpuSize, HypAccess::read_write));
    }
    return {};
}

/// Which area it is: as entry.S has found.
void begin_evidence() {
    sys.evidence = evidence::reserve(sys.memory, sys.max_cpus);
    if (sys.evidence.empty())
        return;
    const auto* extension =
        reinterpret_cast<const brig_image_extension*>(image_start() + sizeof(brig_image_header));
    const uint64_t offset = extension->evidence_area;
    const uint64_t area = offset != 0 ? image_start() + offset : sys.evidence.start;
    evidence::begin(sys.evidence, area, sys.max_cpus,
                    {image_start(), address(__image_end) - image_start()}, bsp::board.name);
    evidence::log::open();
}

/// What the configuration is wrong in, before there is a console of its own.
template <typename... Args>
Error refuse(Error error, const char* text, Args... args) {
    console::print_alone("Cannot start: ");
    console::print_alone(text, args...);
    return error;
}

/// Where everything is, as the loader and the configuration say.
Result<void> read_configuration() {
    const auto* header = reinterpret_cast<const brig_image_header*>(image_start());
    sys.max_cpus = header->max_cpus;
    sys.online_cpus = header->online_cpus;
    sys.percpu_base = image_start() + header->core_size;
    const uint64_t config = sys.percpu_base + sys.max_cpus * kPerCpuSize;
    clean_invalidate(config, sizeof(brig_system_config));
    sys.config = reinterpret_cast<const brig_system_config*>(config);
    const uint64_t start = sys.config->hypervisor_memory.phys_start;
    sys.memory = {image_start(), align_down(sys.config->hypervisor_memory.size, kPageSize)};
    if (sys.max_cpus > CpuSet::kSize)
        return refuse(Error::invalid,
                      "the configuration has CPUs up to {}, this image knows {} "
                      "(CONFIG_MAX_CPUS)\n",
                      sys.max_cpus - 1, unsigned{CpuSet::kSize});
    if (start != sys.memory.start)
        return refuse(Error::invalid,
                      "hypervisor memory is at 0x{:x} in the configuration, the image at 0x{:x}\n",
                      start, sys.memory.start);
    return {};
}

/// The page pool is what lies between configuration and evidence.
Result<Range> find_pool() {
    const auto config = reinterpret_cast<uint64_t>(sys.config);
    const uint64_t config_size =
        offsetof(brig_system_config, root_cell) + CellView::size_of(sys.config->root_cell);
    const uint64_t start = align_up(config + config_size, kPageSize);
    const uint64_t end = sys.memory.end() - sys.evidence.size;
    if (start + 16 * kPageSize > end)
        return refuse(Error::no_memory,
                      "image, CPUs and configuration ({} bytes) leave too little of hypervisor "
                      "memory, {} KiB\n",
                      config_size, sys.memory.size / 1024);
    return Range{start, end - start};
}

Result<void> build_tables(Range pool, unsigned pa_bits) {
    sys.pool.init(pool);
    BRIG_CHECK(sys.hyp_map.init(sys.pool, pa_bits));
    BRIG_CHECK(map_image());
    const uint64_t config = align_down(reinterpret_cast<uint64_t>(sys.config), kPageSize);
    BRIG_CHECK(sys.hyp_map.map_memory({config, pool.start - config}, HypAccess::read_only));
    if constexpr (kEarlyUart.port.base != 0)
        BRIG_CHECK(sys.hyp_map.map_device({kEarlyUart.port.base, kPageSize}));
    return sys.hyp_map.map_memory({pool.start, sys.memory.end() - pool.start},
                                  HypAccess::read_write);
}

Result<void> prepare(const Cpu& cpu) {
    evidence::mark(cpu, BRIG_STAGE_CONFIG);
    BRIG_CHECK(read_configuration());
    clean_invalidate(sys.memory.start, sys.memory.size);
    begin_evidence();
    console::print_alone("Hypervisor memory: 0x{:x}-0x{:x}; {} CPUs\n", sys.memory.start,
                         sys.memory.end() - 1, sys.online_cpus);

    evidence::mark(cpu, BRIG_STAGE_TABLES);
    const Range pool = BRIG_TRY(find_pool());
    return build_tables(pool, cpu.pa_bits);
}

void lead(const Cpu& cpu) {
    evidence::mark(cpu, BRIG_STAGE_LEAD);
    relocate();
    console::open_early(kEarlyUart);
    console::print_alone("\n{} {} for board \"{}\": CPU {} is at EL2\n", kProductName, kVersion,
                         bsp::board.name, cpu.id);
    // With E2H set, registers of EL2 mean something else: the kernel is not where the stub protocol
    // says.
    const Result<void> result =
        (cpu.host.hcr_el2 & hcr::e2h) != 0
            ? Result<void>{refuse(Error::no_device, "Linux itself runs at EL2 (HCR_EL2.E2H)\n")}
            : prepare(cpu);
    boot.error = result ? 0 : static_cast<int32_t>(result.error());
    if (sys.memory.size != 0)
        clean_invalidate(sys.memory.start, sys.memory.size);
    boot.ready = 1;
    dsb_sy();
}

void follow(const Cpu& cpu) {
    evidence::mark(cpu, BRIG_STAGE_FOLLOW);
    while (boot.ready == 0)
        relax();
    dsb_sy();
}

void save_host(HostState& host) {
    host.hcr_el2 = HcrEl2::read();
    host.sctlr_el2 = SctlrEl2::read();
    host.vtcr_el2 = VtcrEl2::read();
    host.vttbr_el2 = VttbrEl2::read();
}

/// W^X: what is writable is never executable, whatever the tables say.
void enable_mmu(const Cpu& cpu) {
    const uint64_t tcr = bit(31) | bit(23) | ps_encoding(cpu.pa_bits) << 16 | 3 << 12 | 1 << 10 |
                         1 << 8 | (64 - sys.hyp_map.address_bits());
    const uint64_t sctlr =
        sctlr::el2_res1 | sctlr::m | sctlr::c | sctlr::i | sctlr::sa | sctlr::wxn;
    const uint64_t area = reinterpret_cast<uint64_t>(&cpu) - kPerCpuData;
    evidence::mark(cpu, BRIG_STAGE_MMU);
    brig_enable_mmu(area, kPerCpuSize, sys.hyp_map.root(), tcr, kMair, sctlr);
    VbarEl2::write(address(brig_vectors));
    isb();
}

/// The frame with which the call into the image returns to EL1.
Frame host_frame(const HostState& host, int64_t result) {
    Frame frame{};
    frame.x[0] = static_cast<uint64_t>(result);
    for (unsigned i = 0; i < 13; i++)
        frame.x[18 + i] = host.x[i];
    ElrEl2::write(host.return_address);
    SpsrEl2::write(host.pstate);
    return frame;
}

void note_refusal(const Cpu& cpu, Result<void> result) {
    if (result)
        return;
    evidence::mark_error(cpu, result.error());
    evidence::mark(cpu, BRIG_STAGE_REFUSED);
}

/// Back to the caller, without having taken anything over.
[[noreturn]] void give_up(Cpu& cpu, Result<void> result) {
    note_refusal(cpu, result);
    VbarEl2::write(cpu.host.vbar_el2);
    isb();
    brig_release(host_frame(cpu.host, result ? 0 : static_cast<int64_t>(result.error())), cpu.host);
}

/// On one CPU with the MMU off, so that it leaves nothing behind. A fault ends it through
/// brig_self_test_fault().
Result<void> self_test(const Cpu& cpu) {
    relocate();
    if ((cpu.host.hcr_el2 & hcr::e2h) != 0)
        return Error::no_device;
    const auto* header = reinterpret_cast<const brig_image_header*>(image_start());
    const auto* config = reinterpret_cast<const brig_system_config*>(
        image_start() + header->core_size + header->max_cpus * kPerCpuSize);
    if (config->hypervisor_memory.phys_start != image_start())
        return Error::invalid;
    VbarEl2::write(address(brig_bootstrap_vectors));
    isb();
    return console::self_test(config->debug_console, bsp::board.name);
}

/// Everything that EL1 needs of EL2 while it is a guest.
void activate(Cpu& cpu) {
    VtcrEl2::write(sys.vtcr);
    VttbrEl2::write(cpu.cell->vttbr());
    isb();
    // Kept from Linux: RW and what its EL1 relies on, pointer authentication (API, APK) and memory
    // tagging (ATA).
    uint64_t value = cpu.host.hcr_el2 | hcr::rw | hcr::vm // stage 2
                     | hcr::tsc                           // SMC
                     | hcr::tacr;                         // ACTLR_EL1
    if (!direct_interrupts())
        value |= hcr::imo    // interrupts to EL2, and ICC_SGI1R_EL1 trapped
                 | hcr::fmo; // the virtual interface for Group 0 registers too
    HcrEl2::write(value);
    isb();
    flush_tlb_current_vmid();
    if (direct_interrupts() && cpu.attention.load_acquire() != 0)
        leave_guest_translation(); // the event may have come before the stage 2
}

} // namespace

void release(Cpu& cpu, const Frame& frame) {
    setup::leave(cpu);
    HcrEl2::write(cpu.host.hcr_el2);
    VtcrEl2::write(cpu.host.vtcr_el2);
    flush_tlb_current_vmid();
    VttbrEl2::write(cpu.host.vttbr_el2);
    VbarEl2::write(cpu.host.vbar_el2);
    isb();
    brig_release(frame, cpu.host);
}

} // namespace brig::arch

using namespace brig;

void brig_takeover(Cpu& cpu, uint64_t id_and_flags, brig_boot_stages* stages) {
    cpu.stack_guard = arch::counter() * 0x9e3779b97f4a7c15; // differs per CPU and boot
    const uint64_t pfr0 = arch::IdAa64Pfr0El1::read();
    cpu.id = static_cast<uint32_t>(id_and_flags);
    cpu.mpidr = arch::MpidrEl1::read() & arch::kMpidrAffinity;
    cpu.stages = stages;
    evidence::mark(cpu, BRIG_STAGE_STACK);
    cpu.has_aarch32_el1 = arch::has_aarch32_el1(pfr0);
    cpu.pa_bits = arch::pa_bits(arch::IdAa64Mmfr0El1::read());
    arch::save_host(cpu.host);
    if ((id_and_flags & BRIG_EL2_SELF_TEST) != 0)
        arch::give_up(cpu, arch::self_test(cpu));
    if ((id_and_flags & BRIG_EL2_PRIMARY) != 0)
        arch::lead(cpu);
    else
        arch::follow(cpu);
    if (arch::boot.error != 0)
        arch::give_up(cpu, static_cast<Error>(arch::boot.error));
    arch::enable_mmu(cpu);

    const Result<void> result = setup::enter(cpu);
    if (!result) {
        arch::note_refusal(cpu, result);
        arch::release(cpu, arch::host_frame(cpu.host, static_cast<int64_t>(result.error())));
    }
    arch::activate(cpu);
    evidence::mark(cpu, BRIG_STAGE_LINUX);
    brig_return_to_guest(arch::host_frame(cpu.host, 0));
}

void brig_self_test_fault(Cpu& cpu) {
    arch::give_up(cpu, Error::io);
}
