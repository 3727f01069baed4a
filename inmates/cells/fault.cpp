// SPDX-License-Identifier: Apache-2.0
// fault: does the one thing that `do=NAME` names, after printing what it is going to do; prints the
// result if it survives. `do=help` lists the names.
//
//   addr=N    address of memory accesses (0x40000000)
//   width=N   bytes of subpage-* and read/write accesses: 1, 2, 4 or 8 (4)
//   value=N   what is written (0)
//   id=N      function id of smc, hypercall code of hvc
//   intid=N   interrupt of spi, sgi, irouter and itargetsr
//   mpidr=N   affinity of another cell's CPU for sgi, irouter and itargetsr (1)
//   loop=BOOL after surviving: do it again every 50 ms (false)
#include "exception.hpp"
#include "inmate.hpp"

using namespace brig;

namespace {

struct Parameters {
    uint64_t address;
    uint64_t value;
    uint64_t mpidr;
    unsigned width;
    unsigned intid;
};

Parameters p;
constexpr uint64_t loop_delay_us = 50000;

uint64_t parameter_id(uint64_t fallback) {
    return cmdline_int("id", fallback);
}

uint64_t load() {
    switch (p.width) {
    case 1:
        return read8(p.address);
    case 2:
        return read16(p.address);
    case 8:
        return read64(p.address);
    default:
        return read32(p.address);
    }
}

uint64_t store() {
    switch (p.width) {
    case 1:
        write8(p.address, static_cast<uint8_t>(p.value));
        break;
    case 2:
        write16(p.address, static_cast<uint16_t>(p.value));
        break;
    case 8:
        write64(p.address, p.value);
        break;
    default:
        write32(p.address, static_cast<uint32_t>(p.value));
    }
    return 0;
}

// Devices are mapped without execute permission; without the MMU only the second stage decides.
uint64_t execute() {
    print_without_lock();
    disable_mmu();
    uint64_t result;
    asm volatile("blr %1\n\tmov %0, x0"
                 : "=r"(result)
                 : "r"(p.address)
                 : "x0", "x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11", "x12",
                   "x13", "x14", "x15", "x16", "x17", "x30", "memory");
    return result;
}

// Forms of access whose syndrome does not tell the register.
uint64_t load_pair() {
    uint64_t first;
    uint64_t second;
    asm volatile("ldp %0, %1, [%2]" : "=&r"(first), "=r"(second) : "r"(p.address) : "memory");
    return first;
}
uint64_t store_pair() {
    asm volatile("stp xzr, xzr, [%0]" ::"r"(p.address) : "memory");
    return 0;
}
uint64_t load_writeback() {
    uint64_t address = p.address;
    uint32_t value;
    asm volatile("ldr %w0, [%1], #4" : "=&r"(value), "+r"(address)::"memory");
    return value;
}
uint64_t load_vector() {
    asm volatile(".arch_extension fp\n\tldr q0, [%0]" ::"r"(p.address) : "memory");
    return 0;
}
uint64_t load_exclusive() {
    uint32_t value;
    asm volatile("ldxr %w0, [%1]\n\tclrex" : "=r"(value) : "r"(p.address) : "memory");
    return value;
}
uint64_t clean_cache() {
    asm volatile("dc civac, %0\n\tdsb sy" ::"r"(p.address) : "memory");
    return 0;
}

// The walker of the first stage reads its table from the forbidden address.
uint64_t walk_tables() {
    const uint64_t old = read_sysreg(ttbr0_el1);
    asm volatile("msr ttbr0_el1, %0\n\t"
                 "isb\n\t"
                 "tlbi vmalle1\n\t"
                 "dsb sy\n\t"
                 "isb\n\t"
                 "msr ttbr0_el1, %1\n\t"
                 "isb\n\t" ::"r"(p.address & ~0xfffull),
                 "r"(old)
                 : "memory");
    return 0;
}

uint64_t hvc_known() {
    return static_cast<uint64_t>(hypercall(parameter_id(9999)));
}
template <unsigned immediate>
uint64_t hvc_other() {
    register uint64_t x0 asm("x0") = 0;
    asm volatile("hvc %1" : "+r"(x0) : "i"(immediate) : "x1", "x2", "x3", "memory");
    return x0;
}

template <uint32_t id>
uint64_t call_firmware() {
    return static_cast<uint64_t>(smc(parameter_id(id)));
}
uint64_t smc_immediate() {
    register uint64_t x0 asm("x0") = psci::version_id;
    asm volatile("smc #1" : "+r"(x0)::"x1", "x2", "x3", "memory");
    return x0;
}

// System registers, by accesses that the hypervisor sees.
uint64_t read_actlr() {
    return read_sysreg(actlr_el1);
}
uint64_t write_actlr() {
    write_sysreg(actlr_el1, p.value);
    return 0;
}
uint64_t write_sgi0() {
    write_sysreg(S3_0_C12_C11_7, 1u);
    return 0;
}
uint64_t write_asgi1() {
    write_sysreg(S3_0_C12_C11_6, 1u);
    return 0;
}
uint64_t clean_by_set() {
    asm volatile("dc cisw, xzr" ::: "memory");
    return 0;
}
uint64_t read_hcr() {
    return read_sysreg(hcr_el2);
}
uint64_t physical_timer() {
    write_sysreg(cntp_cval_el0, read_sysreg(cntpct_el0));
    write_sysreg(cntp_ctl_el0, 3u); // enabled, interrupt masked
    isb();
    const uint64_t control = read_sysreg(cntp_ctl_el0);
    write_sysreg(cntp_ctl_el0, 0u);
    return control;
}

// Interrupts of others. Each returns what the distributor then shows of the foreign interrupt.
uint64_t pend_foreign() {
    const uint64_t word = gic::distributor() + p.intid / 32 * 4;
    const uint32_t bit = 1u << p.intid % 32;
    print("fault: before: enabled %u, pending %u\n", (read32(word + gic::isenabler) & bit) != 0,
          (read32(word + gic::ispendr) & bit) != 0);
    write32(word + gic::isenabler, bit);
    write32(word + gic::ispendr, bit);
    write32(word + gic::isactiver, bit);
    const uint64_t shown = (read32(word + gic::isenabler) & bit) |
                           (read32(word + gic::ispendr) & bit) |
                           (read32(word + gic::isactiver) & bit);
    print("fault: after: enabled %u, pending %u\n", (read32(word + gic::isenabler) & bit) != 0,
          (read32(word + gic::ispendr) & bit) != 0);
    return shown;
}
uint64_t sgi_foreign() {
    gic::send_sgi(p.mpidr, p.intid % gic::num_sgis);
    return 0;
}
uint64_t route_away() {
    write64(gic::distributor() + gic::irouter + p.intid * 8, p.mpidr);
    return read64(gic::distributor() + gic::irouter + p.intid * 8);
}
uint64_t target_away() {
    const uint64_t targets = gic::distributor() + gic::itargetsr + p.intid;
    write8(targets, static_cast<uint8_t>(1u << (p.mpidr & 7)));
    return read8(targets);
}
uint64_t cpu_on_foreign() {
    return static_cast<uint64_t>(psci::cpu_on(p.mpidr, 0, 0));
}

// Misbehaviour that the cell keeps to itself, but that management must cope with.
[[noreturn]] uint64_t spin_masked() {
    write_sysreg(daif, 0x3c0u);
    for (;;) {
        asm volatile("");
    }
}
uint64_t undefined_instruction() {
    asm volatile("udf #0");
    return 0;
}
[[noreturn]] uint64_t stop_masked() {
    inmate_stop();
}

struct Action {
    const char* name;
    const char* text;
    uint64_t (*run)();
};

constexpr Action actions[] = {
    {"read", "load of width bytes from addr", load},
    {"write", "store of width bytes to addr", store},
    {"exec", "branch to addr with the MMU off", execute},
    {"subpage-read", "load from a sub-page region that may not be read", load},
    {"subpage-write", "store to a sub-page region that may not be written", store},
    {"subpage-width", "load of a width that the sub-page region does not allow", load},
    {"wild-pair", "load pair from addr", load_pair},
    {"wild-store-pair", "store pair to addr", store_pair},
    {"wild-writeback", "load with post-index from addr", load_writeback},
    {"wild-vector", "vector load from addr", load_vector},
    {"wild-exclusive", "load exclusive from addr", load_exclusive},
    {"wild-cache", "cache maintenance of addr", clean_cache},
    {"wild-walk", "first-stage tables at addr", walk_tables},
    {"hvc", "hypercall id (unknown by default)", hvc_known},
    {"hvc-bad-imm", "hvc #0", hvc_other<0>},
    {"hvc-bad-imm1", "hvc #0x4a49", hvc_other<0x4a49>},
    {"smc", "SMC id (PSCI_VERSION by default)", call_firmware<psci::version_id>},
    {"smc-unknown", "SMC of the OEM range", call_firmware<0x83000001>},
    {"smc-sip", "SMC of the silicon partner range", call_firmware<0x82000001>},
    {"smc-off", "SYSTEM_OFF", call_firmware<0x84000008>},
    {"smc-reset", "SYSTEM_RESET", call_firmware<0x84000009>},
    {"smc-bad-imm", "PSCI_VERSION by smc #1", smc_immediate},
    {"sysreg", "write of ICC_SGI0R_EL1", write_sgi0},
    {"sysreg-asgi1r", "write of ICC_ASGI1R_EL1", write_asgi1},
    {"sysreg-actlr", "read of ACTLR_EL1", read_actlr},
    {"sysreg-actlr-write", "write of value to ACTLR_EL1", write_actlr},
    {"sysreg-setway", "cache maintenance by set and way", clean_by_set},
    {"sysreg-hcr", "read of HCR_EL2, undefined at EL1", read_hcr},
    {"cntp", "use of the physical timer", physical_timer},
    {"spi", "enable, pend and activate the foreign interrupt intid", pend_foreign},
    {"sgi", "SGI intid to the foreign CPU mpidr", sgi_foreign},
    {"irouter", "route the own interrupt intid to the foreign CPU mpidr", route_away},
    {"itargetsr", "the same on a GICv2, where CPU interfaces have the CPUs' numbers", target_away},
    {"cpu-on", "CPU_ON of the foreign CPU mpidr", cpu_on_foreign},
    {"undef", "undefined instruction, caught by this cell", undefined_instruction},
    {"spin", "endless loop with all interrupts masked", spin_masked},
    {"stop", "WFI for ever with all interrupts masked", stop_masked},
};

void list() {
    for (const Action& action : actions) {
        print("fault: do=%-20s %s\n", action.name, action.text);
    }
}

} // namespace

void inmate_main() {
    char name[24] = "help";
    cmdline_string("do", name, sizeof(name));
    p.address = cmdline_int("addr", 0x40000000);
    p.value = cmdline_int("value", 0);
    p.mpidr = cmdline_int("mpidr", 1);
    p.width = static_cast<unsigned>(cmdline_int("width", 4));
    p.intid = static_cast<unsigned>(cmdline_int("intid", 33));

    if (equal(name, "help")) {
        list();
        return;
    }
    for (const Action& action : actions) {
        if (!equal(action.name, name)) {
            continue;
        }
        do {
            print("fault: %s: %s (addr=0x%lx width=%u value=0x%lx intid=%u mpidr=0x%lx)\n",
                  action.name, action.text, p.address, p.width, p.value, p.intid, p.mpidr);
            catch_begin();
            const uint64_t result = action.run();
            const Caught caught = catch_end();
            if (caught.happened) {
                print("fault: exception at EL1: %s (class 0x%02x), far 0x%lx\n",
                      exception_class_name(caught.exception_class()), caught.exception_class(),
                      caught.far);
            }
            print("fault: survived, x0=0x%lx\n", result);
            handle_messages();
            timer::wait_for([] { return false; }, loop_delay_us);
        } while (cmdline_bool("loop", false));
        return;
    }
    print("fault: unknown do=%s, known are:\n", name);
    list();
}
