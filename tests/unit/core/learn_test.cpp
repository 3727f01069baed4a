// SPDX-License-Identifier: Apache-2.0
// Learn mode: what may be learned, what is recorded, and who is never let through.
#include "learn/learn.hpp"

#include <doctest/doctest.h>

#include <cstring>
#include <initializer_list>

#include "arch/identity.hpp"
#include "arch/this_cpu.hpp"
#include "brig/hypercall.h"
#include "brig/learn.h"
#include "cell/control.hpp"
#include "gic/irqchip.hpp"
#include "learn/decision.hpp"
#include "learn/record.hpp"
#include "support.hpp"
#include "trap/exits.hpp"

using namespace brig;
using namespace test;

namespace {

constexpr uint64_t kHole = 0x0b000000; // in no region of root, nobody's
constexpr uint64_t kTranslationFault = 7;
constexpr uint64_t kRead4 = 0x24ull << 26 | 1 << 25 | 1 << 24 | 2 << 22 | kTranslationFault;
constexpr uint64_t kBlind = 0x24ull << 26 | 1 << 25 | kTranslationFault; // load pair, SIMD ...
constexpr uint64_t kFetch = 0x20ull << 26 | 1 << 25 | kTranslationFault;
constexpr uint64_t kWalk = bit(7);
constexpr uint64_t kWrite = bit(6);

/// A machine with an empty record; learn mode is off.
struct Learning : Machine {
    explicit Learning(bool on = true) {
        learn::init();
        if (on)
            CHECK(learn::command(BRIG_LEARN_CMD_ON));
    }

    /// An exit of a CPU; true if the guest goes on where it was.
    bool access(uint64_t address, uint64_t esr = kRead4, unsigned id = 0) {
        Frame frame{};
        arch_state.fault_ipa = address;
        arch_state.pc = 0xffff800000001234;
        Cpu* before = arch::fake_cpu;
        arch::fake_cpu = &cpu(id);
        const bool done = learn::handle_abort(cpu(id), frame, esr);
        arch::fake_cpu = before;
        CHECK(arch_state.pc == 0xffff800000001234); // repeated, not skipped
        return done;
    }
    int64_t call(uint64_t function, unsigned id = 0) {
        Frame frame{};
        for (unsigned i = 0; i < 18; i++)
            frame.x[i] = 100 + i;
        frame.x[0] = function;
        arch_state.pc = 0x1000;
        Cpu* before = arch::fake_cpu;
        arch::fake_cpu = &cpu(id);
        brig_sync_slow(frame, 0x17ull << 26 | 1 << 25, Verdict::again);
        arch::fake_cpu = before;
        return static_cast<int64_t>(frame.x[0]);
    }
};

const brig_learn_record& record() {
    return arch::learn_record();
}

} // namespace

TEST_CASE("learn: off, nothing is learned and nothing is there to read") {
    Learning m{false};
    CHECK_FALSE(m.access(kHole));
    CHECK(root_lacks(kHole, kPageSize));
    CHECK(m.call(0x82000010) == -1);
    CHECK(arch_state.firmware_calls.empty());
    brig_learn_record zero{};
    CHECK(std::memcmp(&record(), &zero, sizeof(zero)) == 0);
}

TEST_CASE("learn: a page is mapped and its first access recorded") {
    Learning m;
    const Capture capture;
    CHECK(m.access(kHole + 0x5008, kRead4 | kWrite));
    CHECK(root_has(kHole + 0x5000, kPageSize));
    CHECK(root_lacks(kHole + 0x4000, kPageSize));
    CHECK(root_lacks(kHole + 0x6000, kPageSize));
    // Writable and executable Normal memory: Linux's own attributes decide.
    CHECK(lookup(sys.root, kHole + 0x5000) == "b005000 7fc");
    REQUIRE(record().num_regions == 1);
    const brig_learn_region& region = record().regions[0];
    CHECK(region.start == kHole + 0x5000);
    CHECK(region.size == kPageSize);
    CHECK(region.address == kHole + 0x5008);
    CHECK(region.pc == 0xffff800000001234);
    CHECK(region.kind == BRIG_LEARN_WRITE);
    CHECK(region.width == 4);
    CHECK(region.cpu == 0);
    CHECK(capture.text() == "Learn: root cell writes 0xb005008(4), pc 0xffff800000001234, CPU 0\n");
    CHECK(m.access(kHole + 0x5010)); // another CPU was faster: no second entry
    CHECK(record().num_regions == 1);
    CHECK(std::memcmp(record().magic, "BRIGLRN", 8) == 0);
    CHECK(record().version == 1);
    CHECK(record().size == sizeof(brig_learn_record));
    CHECK(record().on == 1);
}

TEST_CASE("learn: every kind of access, also without syndrome") {
    Learning m;
    CHECK(m.access(kHole + 0x1010, kBlind));
    CHECK(m.access(kHole + 0x2010, kFetch));
    CHECK(m.access(kHole + 0x3010, kFetch | kWalk));
    CHECK(m.access(kHole + 0x4010, kRead4 | kWalk, 2));
    REQUIRE(record().num_regions == 4);
    const auto is = [](unsigned n, uint32_t kind, uint32_t width, uint64_t address) {
        const brig_learn_region& region = record().regions[n];
        return region.kind == kind && region.width == width && region.address == kHole + address;
    };
    CHECK(is(0, BRIG_LEARN_READ, 0, 0x1010));
    CHECK(is(1, BRIG_LEARN_EXECUTE, 4, 0x2010));
    CHECK(is(2, BRIG_LEARN_WALK, 0, 0x3000)); // FAR_EL2 has the offset of another address
    CHECK(is(3, BRIG_LEARN_WALK, 0, 0x4000));
    CHECK(record().regions[3].cpu == 2);
}

TEST_CASE("learn: other faults stay violations") {
    Learning m;
    CHECK(learn::is_translation_fault(4));
    CHECK(learn::is_translation_fault(7));
    for (uint64_t status : {0x0, 0x3, 0x8, 0xb, 0xc, 0xf, 0x10, 0x14, 0x21}) {
        CHECK_FALSE(learn::is_translation_fault(status));
        CHECK_FALSE(m.access(kHole, align_down(kRead4, 64) | status));
    }
    CHECK_FALSE(m.access(kHole, 0x18ull << 26 | kTranslationFault)); // a system register
    CHECK_FALSE(m.access(uint64_t{1} << 41, kRead4));                // beyond stage 2
    CHECK(record().num_regions == 0);
}

TEST_CASE("learn: what belongs to somebody is refused") {
    Learning m;
    const Capture capture;
    auto* config = const_cast<brig_system_config*>(sys.config);
    config->pci_mmconfig_end_bus = 1;
    config->iommu_units[0] = {BRIG_IOMMU_SMMUV3, 0x0c000800, 0x1000, 0, 0};
    config->iommu_units[1] = {BRIG_IOMMU_PVU, 0x0d000000, 0x1000, 0x0d100000, 0x2000};
    for (const Range frame : irqchip::frames()) {
        CHECK((frame.empty() || learn::obstacle(frame.start) != nullptr));
        CHECK((frame.empty() || learn::obstacle(frame.end() - kPageSize) != nullptr));
    }
    for (uint64_t address :
         {kHypMemory, kRamEnd - 8, kGicd, uint64_t{0x4010000000}, uint64_t{0x40101ffff8},
          uint64_t{0x0c000000}, uint64_t{0x0c001000}, uint64_t{0x0d000000}, uint64_t{0x0d101ff8}}) {
        CAPTURE(address);
        CHECK(learn::obstacle(align_down(address, kPageSize)) != nullptr);
    }
    for (uint64_t address : {uint64_t{0x4010200000}, uint64_t{0x0c002000}, uint64_t{0x0d102000},
                             kHypMemory - kPageSize, kRamEnd, kHole})
        CHECK(learn::obstacle(address) == nullptr);
    CHECK_FALSE(m.access(0x0c000804));
    CHECK(root_lacks(0x0c000000, kPageSize));
    CHECK(capture.text() ==
          "Learn: 0xc000804 is an IOMMU of the hypervisor, and not for the root cell\n");
    CHECK(record().num_regions == 0);
}

TEST_CASE("learn: never what another cell has, nor for another cell") {
    Learning m;
    CellFile file = small_cell();
    file.regions.push_back({kDevices + 0x2010, 0x1010, 0x20, BRIG_MEM_READ | BRIG_MEM_IO_32});
    file.regions.push_back({kHole, kHole, kPageSize, BRIG_MEM_READ | BRIG_MEM_ROOTSHARED});
    REQUIRE(control::create(file.place()));
    CHECK_FALSE(m.access(file.regions[0].phys_start));
    CHECK_FALSE(m.access(kHole));
    CHECK(learn::obstacle(kDevices + 0x2000) != nullptr); // shares a page with the cell
    m.cpu(1).power = PowerState::on;
    CHECK_FALSE(m.access(kHole + 0x1000, kRead4, 1));
    CHECK(m.call(0x82000010, 1) == -1);
    CHECK(arch_state.firmware_calls.empty());
    CHECK(record().num_regions == 0);
    CHECK(record().num_calls == 0);
}

TEST_CASE("learn: a cell takes away what root has only learned") {
    Learning m;
    for (uint64_t page : {kHole, kHole + 0x1000, kHole + 0x2000})
        REQUIRE(m.access(page));
    CellFile file = small_cell();
    file.regions.push_back({kHole, kHole, kPageSize, BRIG_MEM_READ});
    file.regions.push_back({kHole + 0x1100, 0x1100, 0x10, BRIG_MEM_READ | BRIG_MEM_IO_32});
    file.regions.push_back({kDevices + 0x2010, 0x2010, 0x20, BRIG_MEM_READ | BRIG_MEM_IO_32});
    REQUIRE(control::create(file.place()));
    CHECK(root_lacks(kHole, 2 * kPageSize));
    CHECK(root_has(kHole + 0x2000, kPageSize));
    CHECK(root_has(kDevices + 0x2000, kPageSize)); // the root's configuration has it
    REQUIRE(control::destroy(1));
    CHECK(root_lacks(kHole, 2 * kPageSize));
    CHECK(m.access(kHole)); // learned again, and known already
    CHECK(root_has(kHole, kPageSize));
    CHECK(record().num_regions == 3);
}

TEST_CASE("learn: without memory for tables it stays a violation") {
    Learning m;
    const Capture capture;
    m.drain(0);
    CHECK_FALSE(m.access(0x2000000000));
    CHECK(capture.text() == "Learn: no memory left to map 0x2000000000\n");
    m.refill();
    CHECK(m.access(0x2000000000));
}

TEST_CASE("learn: the record joins pages when it fills, and counts what it loses") {
    static brig_learn_record data;
    data = {};
    learn::Record record;
    CHECK_FALSE(record.is_on());
    record.attach(data);
    const auto add = [&](uint64_t page) { return record.add_page(page, {page, 1, 0, 4, 0}); };
    constexpr uint64_t half = BRIG_LEARN_MAX_REGIONS / 2;
    for (uint64_t i = 0; i < half; i++)
        REQUIRE(add(0x10000000 + i * kPageSize) == learn::Added::fresh);
    const uint64_t next = 0x10000000 + half * kPageSize;
    CHECK(add(next) == learn::Added::known); // joined the page before
    CHECK(add(next) == learn::Added::known);
    CHECK(data.num_regions == half);
    CHECK(data.regions[half - 1].size == 2 * kPageSize);
    CHECK(add(next + 2 * kPageSize) == learn::Added::fresh);
    CHECK(add(next + kPageSize) == learn::Added::known); // grows upwards only
    for (uint64_t i = half + 1; i < 2 * half; i++)
        REQUIRE(add(0x20000000 + i * 2 * kPageSize) == learn::Added::fresh);
    CHECK(add(0x30000000) == learn::Added::no_room);
    CHECK(add(0x30000000) == learn::Added::no_room);
    CHECK(data.lost_pages == 2);
    CHECK(add(0x10000000) == learn::Added::known);
    record.clear();
    CHECK(data.num_regions == 0);
    CHECK(data.lost_pages == 2);
    CHECK(add(0x30000000) == learn::Added::fresh);
}

TEST_CASE("learn: a frame buffer is learned without filling the console") {
    Learning m;
    const Capture capture;
    for (uint64_t i = 0; i < 2048; i++)
        REQUIRE(m.access(kHole + i * kPageSize));
    CHECK(root_has(kHole, 2048 * kPageSize));
    CHECK(record().num_regions == BRIG_LEARN_MAX_REGIONS / 2);
    CHECK(record().lost_pages == 0);
}

TEST_CASE("learn: clear forgets, and what is in use comes back") {
    Learning m;
    for (uint64_t page : {kHole, kHole + 0x1000, kHole + 0x2000000000})
        REQUIRE(m.access(page));
    (void)m.call(0x82000010);
    const uint64_t used = sys.pool.used();
    CHECK(learn::command(BRIG_LEARN_CMD_CLEAR));
    CHECK(record().num_regions == 0);
    CHECK(record().num_calls == 0);
    CHECK(root_lacks(kHole, 2 * kPageSize));
    CHECK(root_lacks(kHole + 0x2000000000, kPageSize));
    CHECK(root_has(kDevices, kPageSize));
    CHECK(arch_state.flushed == std::vector<uint32_t>{0});
    for (unsigned id = 1; id < kCpus; id++)
        CHECK(m.cpu(id).suspend_requested.load_relaxed() == 0);
    CHECK(m.access(kHole));
    CHECK(record().num_regions == 1);
    CHECK(sys.pool.used() == used);
}

TEST_CASE("learn: commands") {
    Learning m{false};
    const auto run = [&](uint64_t command, unsigned id = 0) {
        return get_info(m, BRIG_INFO_LEARN, command, id);
    };
    const Capture capture;
    CHECK(run(BRIG_LEARN_CMD_OFF) == 0);
    CHECK(run(BRIG_LEARN_CMD_CLEAR) == -16);
    CHECK(run(3) == -22);
    CHECK(capture.text() == "");
    CHECK(run(BRIG_LEARN_CMD_ON) == 0);
    CHECK(run(BRIG_LEARN_CMD_ON) == 0); // said once
    CHECK(learn::is_on());
    CHECK(m.access(kHole));
    CHECK(run(BRIG_LEARN_CMD_OFF) == 0);
    CHECK_FALSE(learn::is_on());
    CHECK_FALSE(m.access(kHole + 0x1000));
    CHECK(root_has(kHole, kPageSize)); // what has been learned stays
    CHECK(record().num_regions == 1);
    CHECK(capture.text().find("WARNING: learn mode is on: cell \"root\"") == 0);
    CHECK(capture.text().rfind("WARNING") == 0);
    CHECK(capture.text().find("Learn mode is off: 1 regions and 0 SMC ids recorded") !=
          std::string::npos);
    REQUIRE(control::create(small_cell().place()));
    CHECK(run(BRIG_LEARN_CMD_ON, 1) == -1); // not the root cell
    CHECK_FALSE(learn::is_on());
}

TEST_CASE("learn: on from the start if the configuration says so") {
    Learning m{false};
    learn::init();
    CHECK_FALSE(learn::is_on());
    const_cast<brig_system_config*>(sys.config)->flags |= BRIG_SYS_LEARN;
    learn::init();
    CHECK(learn::is_on());
}

TEST_CASE("learn: unknown firmware calls are made and recorded") {
    Learning m;
    const Capture capture;
    arch_state.firmware = [](uint64_t(&x)[18]) {
        CHECK(record().num_calls == 1); // on record before it is made
        for (uint64_t i = 0; i < 18; i++)
            x[i] += 1000;
        x[0] = 7;
    };
    CHECK(m.call(0xdead000082000010) == 7); // the id has 32 bits
    CHECK(m.call(0x82000010, 2) == 7);
    REQUIRE(arch_state.firmware_calls.size() == 2);
    CHECK(arch_state.firmware_calls[0][17] == 117);
    REQUIRE(record().num_calls == 1);
    const brig_learn_call& call = record().calls[0];
    CHECK(call.function == 0x82000010);
    CHECK(call.count == 2);
    CHECK(call.pc == 0x1000);
    CHECK(call.cpu == 0);
    CHECK(call.returned == 1);
    CHECK(call.arguments[0] == 101);
    CHECK(call.arguments[6] == 107);
    CHECK(call.results[0] == 7);
    CHECK(call.results[3] == 1103);
    CHECK(capture.text() == "Learn: root cell calls SMC 0x82000010, pc 0x1000, CPU 0\n");
}

TEST_CASE("learn: PSCI and SDEI never reach the firmware") {
    Learning m;
    for (uint32_t id : {0x84000000u, 0x8400000eu, 0x84000012u, 0x8400001fu, 0x84000020u,
                        0xc4000021u, 0xc400003fu, 0xc400000eu})
        CHECK_FALSE(learn::may_forward(id));
    for (uint32_t id : {0x84000050u, 0xc4000040u, 0x83ffffffu, 0x80003fffu, 0x82000000u,
                        0xc2000000u, 0xb2000000u, 0u})
        CHECK(learn::may_forward(id));
    CHECK(m.call(0xc400000e) == -1); // SYSTEM_SUSPEND
    CHECK(m.call(0xc4000020) == -1); // SDEI_VERSION
    CHECK(arch_state.firmware_calls.empty());
    CHECK(record().num_calls == 0);
}

TEST_CASE("learn: more ids than there is room for are forwarded and counted") {
    Learning m;
    for (uint64_t i = 0; i < BRIG_LEARN_MAX_CALLS + 3; i++)
        (void)m.call(0x82000000 + i);
    (void)m.call(0x82000000 + BRIG_LEARN_MAX_CALLS);
    CHECK(arch_state.firmware_calls.size() == BRIG_LEARN_MAX_CALLS + 4);
    CHECK(record().num_calls == BRIG_LEARN_MAX_CALLS);
    CHECK(record().lost_calls == 4);
    CHECK(record().calls[63].function == 0x8200003f);
}
