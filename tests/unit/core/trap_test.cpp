// SPDX-License-Identifier: Apache-2.0
// Exits: data aborts, sub-page regions, trapped registers, dumps.
#include "trap/exits.hpp"

#include <doctest/doctest.h>

#include <initializer_list>

#include "arch/this_cpu.hpp"
#include "cell/control.hpp"
#include "support.hpp"
#include "trap/dump.hpp"
#include "trap/subpage.hpp"

using namespace brig;
using namespace test;

namespace {

constexpr uint64_t kAbort = 0x24ull << 26 | 1 << 25;

/// ESR of a load or store.
uint64_t syndrome(unsigned size, bool write, unsigned reg, bool wide = true, bool sign = false) {
    const uint64_t sas = size == 1 ? 0 : size == 2 ? 1 : size == 4 ? 2 : 3;
    return kAbort | 1 << 24 | sas << 22 | uint64_t{sign} << 21 | uint64_t{reg} << 16 |
           uint64_t{wide} << 15 | uint64_t{write} << 6;
}

constexpr uint64_t kRegion = kDevices + 0x2010; // 0x20 bytes, at guest 0x1010

/// A cell with one sub-page region, entered on its CPU.
struct Sub : Machine {
    explicit Sub(uint64_t flags = BRIG_MEM_READ | BRIG_MEM_WRITE | BRIG_MEM_IO | BRIG_MEM_IO_8 |
                                  BRIG_MEM_IO_16 | BRIG_MEM_IO_32 | BRIG_MEM_IO_64) {
        CellFile file = small_cell();
        file.regions.push_back({kRegion, 0x1010, 0x20, flags});
        file.regions[0].virt_start = 0x100000;
        REQUIRE(control::create(file.place()));
        bus.forget();
    }
    Verdict run(uint64_t esr, uint64_t ipa) {
        arch_state.fault_ipa = ipa;
        arch_state.pc = 0x1000;
        return data_abort::handle(cpu(1), frame, esr, true);
    }
    Frame frame{};
};

} // namespace

TEST_CASE("data abort: loads extend as the instruction says") {
    Sub m;
    m.bus.set(kRegion, 8, 0x8877665544f322f1);
    const auto load = [&](unsigned size, uint64_t offset, bool wide, bool sign) {
        m.frame.x[5] = ~uint64_t{0};
        CHECK(m.run(syndrome(size, false, 5, wide, sign), 0x1010 + offset) == Verdict::done);
        CHECK(arch_state.pc == 0x1004);
        return m.frame.x[5];
    };
    CHECK(load(1, 0, false, false) == 0xf1);
    CHECK(load(1, 0, false, true) == 0xfffffff1);
    CHECK(load(1, 0, true, true) == 0xfffffffffffffff1);
    CHECK(load(1, 1, true, true) == 0x22);
    CHECK(load(2, 2, true, false) == 0x44f3);
    CHECK(load(2, 6, true, true) == 0xffffffffffff8877);
    CHECK(load(4, 4, true, true) == 0xffffffff88776655);
    CHECK(load(4, 4, false, false) == 0x88776655);
    CHECK(load(8, 0, true, false) == 0x8877665544f322f1);
}

TEST_CASE("data abort: stores write what the size says, XZR is zero") {
    Sub m;
    m.frame.x[3] = 0x1122334455667788;
    CHECK(m.run(syndrome(2, true, 3), 0x1012) == Verdict::done);
    CHECK(m.bus.get(kRegion, 8) == 0x77880000);
    CHECK(m.run(syndrome(8, true, 31), 0x1010) == Verdict::done);
    CHECK(m.bus.get(kRegion, 8) == 0);
    CHECK(m.run(syndrome(4, false, 31), 0x1010) == Verdict::done);
    CHECK(m.bus.log.back().size == 4);
    CHECK(m.cpu(1).stats[BRIG_STAT_MMIO] == 3);
}

TEST_CASE("data abort: what no device can answer") {
    Sub m;
    const uint64_t good = syndrome(4, false, 1);
    CHECK(m.run(good & ~uint64_t{1 << 24}, 0x1010) == Verdict::unhandled); // no syndrome
    CHECK(m.run(good | 1 << 7, 0x1010) == Verdict::unhandled);             // stage-1 walk
    CHECK(m.run(good | 1 << 8, 0x1010) == Verdict::unhandled);             // cache maintenance
    CHECK(m.run(good | 1 << 9, 0x1010) == Verdict::unhandled);             // external abort
    CHECK(m.run(good, 0x3000) == Verdict::unhandled);                      // nothing there
    CHECK(m.run(good, 0x102e) == Verdict::unhandled);                      // beyond its end
    CHECK(m.run(good, 0x100c) == Verdict::unhandled);                      // before its start
    CHECK(m.bus.log.empty());
    CHECK(arch_state.pc == 0x1000);
}

TEST_CASE("data abort: the fast tier leaves registers it does not have to the slow one") {
    Sub m;
    arch_state.fault_ipa = 0x1010;
    for (unsigned reg : {19u, 29u})
        CHECK(data_abort::handle(m.cpu(1), m.frame, syndrome(4, true, reg), false) ==
              Verdict::again);
    CHECK(m.cpu(1).stats[BRIG_STAT_MMIO] == 0);
    CHECK(m.bus.log.empty());
    for (unsigned reg : {0u, 18u, 30u, 31u})
        CHECK(data_abort::handle(m.cpu(1), m.frame, syndrome(4, true, reg), false) ==
              Verdict::done);
}

TEST_CASE("sub-page: flags for direction, width and alignment") {
    constexpr uint64_t rw = BRIG_MEM_READ | BRIG_MEM_WRITE;
    const uint64_t widths[] = {BRIG_MEM_IO_8, BRIG_MEM_IO_16, BRIG_MEM_IO_32, BRIG_MEM_IO_64};
    for (unsigned allowed = 0; allowed < 4; allowed++)
        for (unsigned used = 0; used < 4; used++) {
            CHECK(subpage::is_allowed(rw | widths[allowed], 0, 1u << used, true) ==
                  (allowed == used));
            CHECK(subpage::is_allowed(rw | widths[allowed], 0, 1u << used, false) ==
                  (allowed == used));
        }
    CHECK_FALSE(subpage::is_allowed(BRIG_MEM_READ | BRIG_MEM_IO_32, 0, 4, true));
    CHECK_FALSE(subpage::is_allowed(BRIG_MEM_WRITE | BRIG_MEM_IO_32, 0, 4, false));
    CHECK_FALSE(subpage::is_allowed(rw | BRIG_MEM_IO_32, 2, 4, false));
    CHECK(subpage::is_allowed(rw | BRIG_MEM_IO_32 | BRIG_MEM_IO_UNALIGNED, 2, 4, false));
    CHECK(subpage::is_allowed(rw | BRIG_MEM_IO_64, 8, 8, false));
    CHECK_FALSE(subpage::is_allowed(rw | BRIG_MEM_IO_64, 4, 8, false));
}

TEST_CASE("sub-page: a forbidden access says which") {
    Sub m{BRIG_MEM_READ | BRIG_MEM_IO | BRIG_MEM_IO_32};
    const Capture capture;
    CHECK(m.run(syndrome(4, true, 0), 0x1014) == Verdict::forbidden);
    CHECK(m.run(syndrome(1, false, 0), 0x1014) == Verdict::forbidden);
    CHECK(capture.text() == "FATAL: Invalid MMIO write, address: 0x9002014, size: 4\n"
                            "FATAL: Invalid MMIO read, address: 0x9002014, size: 1\n");
    CHECK(m.bus.writes().empty());
}

TEST_CASE("sub-page: an unaligned access that is allowed is not one of EL2") {
    Sub m{BRIG_MEM_READ | BRIG_MEM_WRITE | BRIG_MEM_IO | BRIG_MEM_IO_32 | BRIG_MEM_IO_UNALIGNED};
    m.bus.set(kRegion, 8, 0x8877665544332211);
    CHECK(m.run(syndrome(4, false, 0), 0x1012) == Verdict::done);
    CHECK(m.frame.x[0] == 0x66554433);
    m.frame.x[0] = 0xaabbccdd;
    CHECK(m.run(syndrome(4, true, 0), 0x1011) == Verdict::done);
    CHECK(m.bus.get(kRegion, 8) == 0x887766aabbccdd11);
    CHECK(m.bus.unaligned == 0);
}

TEST_CASE("sub-page: root loses the bytes that a cell has taken, and only those") {
    Machine machine{512,
                    {ram(kRam, kRam, kHypMemory - kRam),
                     {kRegion - 0x10, kRegion - 0x10, 0x40,
                      BRIG_MEM_READ | BRIG_MEM_WRITE | BRIG_MEM_IO | BRIG_MEM_IO_32}}};
    MmioAccess access{kRegion, 4, false, 0};
    CHECK(subpage::access(sys.root, access) == MmioResult::handled);
    CellFile file = small_cell();
    file.regions.push_back({kRegion, 0x1010, 0x20, BRIG_MEM_READ | BRIG_MEM_IO | BRIG_MEM_IO_32});
    REQUIRE(control::create(file.place()));
    CHECK(subpage::access(sys.root, access) == MmioResult::unhandled);
    access.address = kRegion - 4;
    CHECK(subpage::access(sys.root, access) == MmioResult::handled);
    access.address = kRegion + 0x20;
    CHECK(subpage::access(sys.root, access) == MmioResult::handled);
    REQUIRE(control::destroy(1));
    access.address = kRegion;
    CHECK(subpage::access(sys.root, access) == MmioResult::handled);
    const GuestWindow window{sys.hyp_map, {kRegion, 4}};
    CHECK_FALSE(window.ok()); // root's own region still needs EL2's map of the page
}

TEST_CASE("exits: HVC with a wrong immediate, other classes") {
    Machine machine;
    Frame frame{};
    CHECK(brig_sync_fast(frame, 0x16ull << 26 | 1 << 25 | 0x4a49) == Verdict::forbidden);
    CHECK(brig_sync_fast(frame, 0x16ull << 26 | 1 << 25) == Verdict::forbidden);
    CHECK(brig_sync_fast(frame, 0x20ull << 26 | 1 << 25) == Verdict::forbidden);
    CHECK(brig_sync_fast(frame, 0x01ull << 26 | 1 << 25) == Verdict::unhandled);
    CHECK(brig_sync_fast(frame, 0) == Verdict::unhandled);
    CHECK(machine.cpu(0).stats[BRIG_STAT_TOTAL] == 5);
}

TEST_CASE("dump: columns are those that parsers know") {
    Machine machine;
    Frame frame{};
    for (unsigned i = 0; i < 31; i++)
        frame.x[i] = 0x100 + i;
    const Capture capture;
    dump_registers(frame, 0xffff800010001234, 0xffff800010001230, 0x3c5, 0xabc, 0x93810046);
    CHECK(capture.text() == " pc: ffff800010001234   lr: 000000000000011e spsr: 000003c5     EL1\n"
                            " sp: 0000000000000abc  elr: ffff800010001230  esr: 24 1 1810046\n"
                            " x0: 0000000000000100   x1: 0000000000000101   x2: 0000000000000102\n"
                            " x3: 0000000000000103   x4: 0000000000000104   x5: 0000000000000105\n"
                            " x6: 0000000000000106   x7: 0000000000000107   x8: 0000000000000108\n"
                            " x9: 0000000000000109  x10: 000000000000010a  x11: 000000000000010b\n"
                            "x12: 000000000000010c  x13: 000000000000010d  x14: 000000000000010e\n"
                            "x15: 000000000000010f  x16: 0000000000000110  x17: 0000000000000111\n"
                            "x18: 0000000000000112  x19: 0000000000000113  x20: 0000000000000114\n"
                            "x21: 0000000000000115  x22: 0000000000000116  x23: 0000000000000117\n"
                            "x24: 0000000000000118  x25: 0000000000000119  x26: 000000000000011a\n"
                            "x27: 000000000000011b  x28: 000000000000011c  x29: 000000000000011d\n"
                            "\n");
}

TEST_CASE("dump: the stack from SP on, blanks before it") {
    Machine machine;
    alignas(4096) static uint32_t stack[1024];
    for (uint32_t i = 0; i < 1024; i++)
        stack[i] = i;
    const auto start = reinterpret_cast<uint64_t>(stack);
    const Capture capture;
    dump_stack(start, start + 4096, start + 4096 - 56);
    const std::string text = capture.text();
    const auto body = text.substr(text.find('\n') + 1);
    CHECK(text.find("Hypervisor stack before exception (0x") == 0);
    CHECK(body.size() == 2 * (6 + 8 * 9 + 1));
    CHECK(body.substr(4, 2) == ": ");
    CHECK(body.substr(6, 18) == std::string(18, ' '));
    CHECK(body.substr(24, 9) == "000003f2 ");
}
