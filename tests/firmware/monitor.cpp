// SPDX-License-Identifier: Apache-2.0
// Start of each CPU, and which part of the monitor an SMC belongs to.
#include "monitor.hpp"

#include "arch/cpu_hints.hpp"
#include "console/uart/drivers.hpp"
#include "lib/format.hpp"
#include "sysreg.hpp"

using namespace firmware;

extern "C" {
extern char __stacks[];
extern const char firmware_vectors[];
[[noreturn]] void firmware_enter(const Frame& frame);
[[noreturn]] void firmware_start(uint64_t id, uint64_t context, uint64_t entry);
void firmware_sync(Frame& frame);
void firmware_fiq(Frame& frame);
void firmware_fault(const Frame& frame);
}

namespace firmware {

constinit Cpu cpus[kMaxCpus]{};

Cpu& this_cpu() {
    return *reinterpret_cast<Cpu*>(TpidrEl3::read());
}

Cpu* find_cpu(uint64_t mpidr) {
    for (unsigned i = 0; i < parameters.cpus; i++)
        if (parameters.mpidr[i] == mpidr)
            return &cpus[i];
    return nullptr;
}

namespace {

constexpr uint64_t kEcSmc32 = 0x13;
constexpr uint64_t kEcSmc64 = 0x17;

constexpr uint32_t kPl011Divider = 13; // 115200 baud at 24 MHz; an 8250 is left as it is

struct Uart : brig::Sink {
    const brig::console::UartPort port{parameters.uart, true};
    const brig::console::UartDriver& driver = parameters.uart_kind == UartKind::pl011
                                                  ? brig::console::uart_pl011
                                                  : brig::console::uart_8250;
    void put(char c) override {
        if (c == '\n')
            driver.put(port, '\r');
        driver.put(port, c);
    }
};

constinit brig::SpinLock log_lock;
constinit brig::Atomic<uint32_t> distributor_ready{0};

/// What lower levels may do without asking.
void init_system_registers() {
    uint64_t scr = scr::ns | scr::fiq | scr::res1 | scr::hce | scr::rw | scr::api | scr::apk;
    // ID_AA64PFR1_EL1.MTE, ID_AA64MMFR0_EL1.FGT, ID_AA64MMFR1_EL1.HCX
    using IdAa64Pfr1El1 = ReadOnly<3, 0, 0, 4, 1>;
    using IdAa64Mmfr1El1 = ReadOnly<3, 0, 0, 7, 1>;
    if ((IdAa64Pfr1El1::read() >> 8 & 0xf) >= 2)
        scr |= scr::ata;
    if ((brig::arch::IdAa64Mmfr0El1::read() >> 56 & 0xf) != 0)
        scr |= scr::fgten;
    if ((IdAa64Mmfr1El1::read() >> 40 & 0xf) != 0)
        scr |= scr::hxen;
    ScrEl3::write(scr);
    CptrEl3::write(1u << 8); // no traps; EZ
    MdcrEl3::write(0);
    VbarEl3::write(reinterpret_cast<uint64_t>(firmware_vectors));
    brig::arch::SctlrEl2::write(0x30c50830); // RES1
    brig::arch::HcrEl2::write(1ull << 31);   // RW
    CnthctlEl2::write(3);
    CntvoffEl2::write(0);
    asm volatile("isb");
}

} // namespace

void log(const char* text, uint64_t a, uint64_t b, uint64_t c) {
    if (parameters.uart_kind == UartKind::none)
        return;
    brig::LockGuard guard{log_lock};
    Uart uart;
    brig::format(uart, "firmware: ");
    brig::format(uart, text, a, b, c);
    uart.put('\n');
}

void sleep_until_on(Cpu& cpu) {
    // CPU_ON sends an SGI, which ends a WFI although it is masked. Spinning instead would take the
    // emulator's time from the CPUs that run.
    gic::init_cpu(cpu);
    while (cpu.power.load_acquire() != Power::pending) {
        asm volatile("wfi");
        gic::take_group0();
    }
    init_system_registers();
    sdei::reset(cpu);
    cpu.power.store_release(Power::on);
    Frame frame{};
    frame.x[0] = cpu.context;
    frame.elr = cpu.entry;
    frame.spsr = kEl2h;
    firmware_enter(frame);
}

} // namespace firmware

void firmware_start(uint64_t id, uint64_t context, uint64_t entry) {
    Cpu& cpu = cpus[id];
    cpu.id = static_cast<unsigned>(id);
    cpu.stack = reinterpret_cast<uint64_t>(__stacks) + (id + 1) * 0x1000;
    TpidrEl3::write(reinterpret_cast<uint64_t>(&cpu));
    if (id == 0) {
        VbarEl3::write(reinterpret_cast<uint64_t>(firmware_vectors));
        if (parameters.uart_kind == UartKind::pl011)
            brig::console::uart_pl011.init({parameters.uart, true}, kPl011Divider);
        log("{} CPUs, PSCI 0x{:x}, SMCCC 0x{:x}", parameters.cpus, parameters.psci_version,
            parameters.smccc_version);
        gic::init_distributor();
        distributor_ready.store_release(1);
        init_scmi();
        cpu.entry = parameters.entry != 0 ? parameters.entry : entry;
        cpu.context = parameters.entry != 0 ? parameters.context : context;
        cpu.power.store_release(Power::pending);
    }
    while (distributor_ready.load_acquire() == 0)
        brig::arch::relax();
    sleep_until_on(cpu);
}

void firmware_sync(Frame& frame) {
    const uint64_t ec = EsrEl3::read() >> 26;
    if (ec != kEcSmc32 && ec != kEcSmc64)
        return firmware_fault(frame);
    const bool known = handle_smccc(frame) || handle_psci(frame) || handle_sdei(frame) ||
                       handle_scmi(frame) || handle_sip(frame) || handle_trusted_os(frame);
    if (!known) {
        log("unknown call 0x{:x}", frame.x[0] & 0xffffffff);
        frame.answer(kNotSupported);
    }
    sdei::deliver(this_cpu(), frame);
}

void firmware_fiq(Frame& frame) {
    Cpu& cpu = this_cpu();
    if (gic::take_group0() == gic::kSgi)
        sdei::deliver(cpu, frame);
}

void firmware_fault(const Frame& frame) {
    log("fault at 0x{:x}, ESR_EL3 0x{:x}, FAR_EL3 0x{:x}", frame.elr, EsrEl3::read(),
        FarEl3::read());
    while (true)
        asm volatile("wfi");
}
