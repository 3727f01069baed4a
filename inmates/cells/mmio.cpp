// SPDX-License-Identifier: Apache-2.0
// mmio: every form of load and store that a hypervisor can emulate, on a sub-page region with plain
// memory behind it, readable and writable in all widths.
//
//   addr=N       16-byte aligned guest address of the region, at least 64 bytes of it
//   shadow=N     the same memory mapped as a page, if there is one: both views are compared
//   unaligned=B  the region allows unaligned accesses (false)
#include "check.hpp"
#include "inmate.hpp"

using namespace brig;

namespace {

Checks checks;
uint64_t base;
uint64_t shadow;

constexpr uint64_t pattern = 0x8877'6655'c4b3'a291; // every part negative when sign extended

extern "C" {
using Load = uint64_t (*)(uint64_t address);
using Store = void (*)(uint64_t address, uint64_t value);
extern const Load mmio_loads[31];
extern const Load mmio_loads32[31];
extern const Store mmio_stores[31];
uint64_t mmio_load_sp(uint64_t address);
void mmio_store_sp(uint64_t address, uint64_t value);
}

#define LOAD(instruction)                           \
    (__extension__({                                \
        uint64_t load_value = ~0ull;                \
        asm volatile(instruction                    \
                     : [v] "+r"(load_value)         \
                     : [a] "r"(base), [i] "r"(1ull) \
                     : "memory");                   \
        load_value;                                 \
    }))
#define STORE(instruction, value) \
    asm volatile(instruction ::[v] "r"(uint64_t{value}), [a] "r"(base), [i] "r"(1ull) : "memory")

uint64_t sign(uint64_t value, unsigned bits) {
    const unsigned shift = 64 - bits;
    return static_cast<uint64_t>(static_cast<int64_t>(value << shift) >> shift);
}

void widths() {
    write64(base, pattern);
    checks.equal("read64", read64(base), pattern);
    checks.equal("read32 low", read32(base), pattern & 0xffffffff);
    checks.equal("read32 high", read32(base + 4), pattern >> 32);
    for (unsigned i = 0; i < 4; ++i) {
        checks.equal("read16 at ", i * 2, read16(base + i * 2), pattern >> i * 16 & 0xffff);
    }
    for (unsigned i = 0; i < 8; ++i) {
        checks.equal("read8 at ", i, read8(base + i), pattern >> i * 8 & 0xff);
    }
    write64(base, 0);
    write8(base + 3, 0xabcdef12);
    checks.equal("write8", read64(base), 0x12000000);
    write16(base + 6, 0xabcd3456);
    checks.equal("write16", read64(base), 0x3456'0000'1200'0000);
    write32(base, 0x89abcdef);
    checks.equal("write32", read64(base), 0x3456'0000'89ab'cdef);
    if (shadow != 0) {
        checks.equal("shadow after writes", read64(shadow), 0x3456'0000'89ab'cdef);
        write64(shadow, ~pattern);
        checks.equal("write to shadow", read64(base), ~pattern);
    }
}

void extension() {
    write64(base, pattern);
    checks.equal("ldrb", LOAD("ldrb %w[v], [%[a]]"), pattern & 0xff);
    checks.equal("ldrh", LOAD("ldrh %w[v], [%[a]]"), pattern & 0xffff);
    checks.equal("ldr w", LOAD("ldr %w[v], [%[a]]"), pattern & 0xffffffff);
    checks.equal("ldrsb w", LOAD("ldrsb %w[v], [%[a]]"), sign(pattern, 8) & 0xffffffff);
    checks.equal("ldrsb x", LOAD("ldrsb %x[v], [%[a]]"), sign(pattern, 8));
    checks.equal("ldrsh w", LOAD("ldrsh %w[v], [%[a]]"), sign(pattern, 16) & 0xffffffff);
    checks.equal("ldrsh x", LOAD("ldrsh %x[v], [%[a]]"), sign(pattern, 16));
    checks.equal("ldrsw x", LOAD("ldrsw %x[v], [%[a]]"), sign(pattern, 32));
    write64(base, 0x7f);
    checks.equal("ldrsb x positive", LOAD("ldrsb %x[v], [%[a]]"), 0x7f);
}

void addressing() {
    write64(base, 0);
    write64(base + 8, pattern);
    checks.equal("immediate offset", LOAD("ldr %x[v], [%[a], #8]"), pattern);
    checks.equal("register offset", LOAD("ldr %x[v], [%[a], %[i], lsl #3]"), pattern);
    checks.equal("extended offset", LOAD("ldr %x[v], [%[a], %w[i], uxtw #3]"), pattern);
    checks.equal("unscaled offset", LOAD("add %[v], %[a], #16\n\tldur %x[v], [%[v], #-8]"),
                 pattern);
    checks.equal("load acquire", LOAD("add %[v], %[a], #8\n\tldar %x[v], [%[v]]"), pattern);
    checks.equal("load acquire byte", LOAD("add %[v], %[a], #8\n\tldarb %w[v], [%[v]]"),
                 pattern & 0xff);
    STORE("stlr %x[v], [%[a]]", 0x1122334455667788);
    checks.equal("store release", read64(base), 0x1122334455667788);
    STORE("str %x[v], [%[a], %[i], lsl #3]", 0x99);
    checks.equal("store register offset", read64(base + 8), 0x99);
    STORE("str xzr, [%[a]]", 0);
    checks.equal("store xzr", read64(base), 0);
    write64(base, pattern);
    STORE("str wzr, [%[a]]", 0);
    checks.equal("store wzr", read64(base), pattern >> 32 << 32);
    STORE("strb wzr, [%[a], #7]", 0);
    checks.equal("store byte wzr", read64(base), pattern >> 32 << 32 & ~0ull >> 8);
    asm volatile("ldr xzr, [%0]" ::"r"(base) : "memory");
    checks.equal("load to xzr", read64(base + 8), 0x99);

    irq_disable();
    mmio_store_sp(base, ~pattern);
    checks.equal("store through sp", read64(base + 8), ~pattern);
    checks.equal("load through sp", mmio_load_sp(base), ~pattern);
}

void registers() {
    for (unsigned n = 0; n < 31; ++n) {
        const uint64_t value = pattern + n;
        mmio_stores[n](base, value);
        checks.equal("store x", n, read64(base), value);
        checks.equal("load x", n, mmio_loads[n](base), value);
        checks.equal("load w", n, mmio_loads32[n](base), value & 0xffffffff);
    }
}

void unaligned() {
    write64(base, pattern);
    write64(base + 8, ~pattern);
    checks.equal("unaligned read16", read16(base + 1), pattern >> 8 & 0xffff);
    checks.equal("unaligned read32", read32(base + 3), pattern >> 24 & 0xffffffff);
    checks.equal("unaligned read64", read64(base + 4), pattern >> 32 | ~pattern << 32);
    write32(base + 5, 0x01020304);
    checks.equal("unaligned write32", read64(base),
                 (pattern & 0xff'ffff'ffff) | 0x0203ull << 40 << 8 | 4ull << 40);
    checks.equal("unaligned write32, second word", read8(base + 8), 1);
}

} // namespace

void inmate_main() {
    base = cmdline_int("addr", 0);
    shadow = cmdline_int("shadow", 0);
    if (base == 0 || base % 16 != 0) {
        print("mmio: addr= must name a 16-byte aligned sub-page region\n");
        return;
    }
    checks.begin("mmio");
    widths();
    extension();
    addressing();
    registers();
    if (cmdline_bool("unaligned", false)) {
        unaligned();
    }
    checks.finish();
}
