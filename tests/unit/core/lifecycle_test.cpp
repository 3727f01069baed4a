// SPDX-License-Identifier: Apache-2.0
#include "cell/control.hpp"

#include <doctest/doctest.h>

#include "support.hpp"

using namespace brig;
using namespace test;

namespace {

/// What must be as before after a cell has come and gone, or was refused.
struct Snapshot {
    uint64_t pool = sys.pool.used();
    uint64_t remap = sys.hyp_map.remap_used();
    uint32_t cells = sys.num_cells;
    CpuSet cpus = sys.root.cpus;
    InterruptSet interrupts = sys.root.interrupts;

    void check() const {
        CHECK(sys.pool.used() == pool);
        CHECK(sys.hyp_map.remap_used() == remap);
        CHECK(sys.num_cells == cells);
        CHECK(sys.root.cpus == cpus);
        CHECK(sys.root.interrupts == interrupts);
        CHECK(root_has(kRam, kHypMemory - kRam));
        CHECK(sys.root.next == nullptr);
        for (unsigned id = 0; id < kCpus; id++)
            CHECK(sys.cpu(id).cell == &sys.root);
    }
};

Error error_of(const CellFile& file, uint64_t address = kScratch) {
    const auto result = control::create(file.place(address));
    REQUIRE(!result);
    return result.error();
}

} // namespace

TEST_CASE("a cell's life leaves nothing behind, 200 times") {
    Machine machine;
    const Snapshot before;
    CellFile file = small_cell();
    file.chips = {{32, {0, 0, 0, 1u << 16}}};
    file.reset_address = 0x1234;
    for (unsigned round = 0; round < 200; round++) {
        REQUIRE(control::create(file.place()));
        const Cell& cell = *sys.root.next;
        REQUIRE(root_lacks(kCellMemory, 0x10000));
        REQUIRE(root_has(kCellMemory - 0x400000, 0x400000));
        REQUIRE(root_has(kCellMemory + 0x10000, 0x400000));
        REQUIRE(cell.state() == BRIG_CELL_SHUT_DOWN);
        REQUIRE(cell.owns(144));
        REQUIRE(!sys.root.owns(144));
        REQUIRE(control::set_loadable(1));
        REQUIRE(root_has(kCellMemory - 0x400000, 0x800000));
        REQUIRE(control::start(1));
        REQUIRE(root_lacks(kCellMemory, 0x10000));
        REQUIRE(root_has(kCellMemory - 0x400000, 0x400000));
        REQUIRE(root_has(kCellMemory + 0x10000, 0x400000));
        REQUIRE(cell.state() == BRIG_CELL_RUNNING);
        REQUIRE(machine.cpu(1).power == PowerState::on);
        REQUIRE(machine.cpu(1).reset_entry == 0x1234);
        REQUIRE(control::destroy(1));
        REQUIRE(machine.cpu(1).power == PowerState::off);
        before.check();
    }
}

TEST_CASE("refused configurations change nothing") {
    Machine machine;
    const Snapshot before;
    CellFile file = small_cell();

    SUBCASE("not in root memory") {
        CHECK(control::create(0x3000).error() == Error::no_memory);
    }
    SUBCASE("in hypervisor memory: root reads zeros there, not our data") {
        CHECK_FALSE(control::create(kHypMemory));
    }
    SUBCASE("name of root") {
        file.name = "root";
        CHECK(error_of(file) == Error::exists);
    }
    SUBCASE("id of root") {
        file.id = 0;
        CHECK(error_of(file) == Error::exists);
    }
    SUBCASE("id beyond the VMIDs") {
        file.id = 256;
        CHECK(error_of(file) == Error::too_big);
    }
    SUBCASE("own CPU") {
        file.cpus = {0, 1};
        CHECK(error_of(file) == Error::busy);
    }
    SUBCASE("CPU that does not exist") {
        file.cpus = {1, 5};
        CHECK(error_of(file) == Error::busy);
    }
    SUBCASE("CPU beyond this build") {
        file.cpus = {63};
        CHECK(error_of(file) == Error::invalid);
    }
    SUBCASE("too large") {
        file.regions.resize(2048);
        CHECK(error_of(file) == Error::too_big);
    }
    SUBCASE("too large for its place in the page") {
        file.regions.resize(2040);
        CHECK(error_of(file, kScratch + 0x800) == Error::too_big);
    }
    SUBCASE("AArch32") {
        file.flags |= BRIG_CELL_AARCH32;
        CHECK(error_of(file) == Error::invalid);
    }
    SUBCASE("bad pin_base") {
        file.chips = {{33, {1}}};
        CHECK(error_of(file) == Error::invalid);
    }
    SUBCASE("hypervisor memory") {
        file.regions.push_back(ram(kHypMemory + 0x3000, 0x100000, 0x1000));
        CHECK(error_of(file) == Error::invalid);
    }
    SUBCASE("part of hypervisor memory") {
        file.regions.push_back(ram(kHypMemory - 0x1000, 0x100000, 0x2000));
        CHECK(error_of(file) == Error::invalid);
    }
    SUBCASE("distributor") {
        file.regions.push_back(ram(kGicd, 0x100000, 0x1000, BRIG_MEM_IO));
        CHECK(error_of(file) == Error::invalid);
    }
    SUBCASE("guest address of another frame of the interrupt controller") {
        file.regions.push_back(ram(kCellMemory, second_gic_frame(), 0x1000));
        CHECK(error_of(file) == Error::invalid);
    }
    SUBCASE("guest address beyond stage 2") {
        file.regions.push_back(ram(kCellMemory + 0x10000, bit(40), 0x1000));
        CHECK(error_of(file) == Error::invalid);
    }
    SUBCASE("host address beyond stage 2 but inside guest space is the cell's problem") {
        file.regions.push_back(ram(bit(48), 0x100000, 0x1000));
        CHECK(error_of(file) == Error::invalid);
    }
    before.check();
    CHECK(machine.bus.unaligned == 0);
}

TEST_CASE("a refused sub-page region leaves EL2's own map alone") {
    for (const uint64_t host :
         {kHypMemory + 0x4010, kGicd + 0x100, second_gic_frame() + 0x10, kUart + 0x10}) {
        CAPTURE(host);
        Machine machine;
        const Snapshot before;
        CellFile file = small_cell();
        file.regions.push_back(
            {host, 0x100010, 0x10, BRIG_MEM_READ | BRIG_MEM_IO | BRIG_MEM_IO_32});
        file.regions.push_back(ram(kHypMemory, 0x200000, 0x1000)); // what gets it refused
        CHECK(error_of(file) == Error::invalid);
        before.check();
        const GuestWindow window{sys.hyp_map, {host, 4}};
        CHECK_FALSE(window.ok()); // mapped at EL2, as it was
    }
}

TEST_CASE("create fails without a trace, whichever allocation fails") {
    Machine machine;
    CellFile file = small_cell();
    // Splits 1 GiB and 2 MiB blocks of root at four places.
    file.regions.push_back(ram(kCellMemory + 0x801000, 0x1000000, 0x400000));
    file.regions.push_back({kDevices + 0x10, kDevices + 0x10, 0x10,
                            BRIG_MEM_READ | BRIG_MEM_WRITE | BRIG_MEM_IO | BRIG_MEM_IO_32});
    const Snapshot before;
    const uint64_t address = file.place();
    uint64_t left = 0;
    for (;; left++) {
        CAPTURE(left);
        REQUIRE(left < 40);
        machine.drain(left);
        const auto result = control::create(address);
        machine.refill();
        if (result)
            break;
        CHECK(result.error() == Error::no_memory);
        before.check();
    }
    CHECK(left > 8);
    REQUIRE(control::destroy(1));
    before.check();
}

TEST_CASE(
    "memory is lent and given back without a free page, across the pieces of the root's regions") {
    Machine machine{
        512,
        {ram(kRam, kRam, kCellMemory + 0x1000 - kRam),
         ram(kCellMemory + 0x1000, kCellMemory + 0x1000, 0x5000, BRIG_MEM_NO_HUGEPAGES),
         ram(kCellMemory + 0x6000, kCellMemory + 0x6000, kHypMemory - kCellMemory - 0x6000)}};
    CellFile file = small_cell();
    file.regions = {ram(kCellMemory, 0, 0x400000, BRIG_MEM_LOADABLE)};
    const Snapshot before;
    REQUIRE(control::create(file.place()));
    for (unsigned round = 0; round < 3; round++) {
        machine.drain(0);
        const Capture capture;
        REQUIRE(control::set_loadable(1));
        CHECK(root_has(kCellMemory, 0x400000));
        CHECK(capture.text() == "Cell \"cell\" can be loaded\n");
        machine.refill();
        REQUIRE(control::start(1));
        CHECK(root_lacks(kCellMemory, 0x400000));
    }
    machine.drain(0);
    REQUIRE(control::destroy(1));
    machine.refill();
    before.check();
}

TEST_CASE("names are equal up to their end, whatever stands behind it") {
    Machine machine;
    REQUIRE(control::create(small_cell().place()));
    CellFile file = small_cell();
    file.id = 2;
    file.cpus = {2};
    file.regions.clear();
    const uint64_t address = file.place();
    reinterpret_cast<char*>(address)[8 + 5] = 'x'; // "cell\0x"
    CHECK(control::create(address).error() == Error::exists);
}

TEST_CASE("a sub-page region in the last page of all addresses is refused") {
    Machine machine;
    const Snapshot before;
    CellFile file = small_cell();
    file.regions.push_back(
        {~uint64_t{0xfff} + 0x10, 0x100010, 0x10, BRIG_MEM_READ | BRIG_MEM_IO_32});
    CHECK(error_of(file) == Error::invalid);
    before.check();
}

TEST_CASE("memory of a cell is nobody else's; interrupts likewise; shared memory is") {
    Machine machine;
    CellFile first = small_cell();
    first.chips = {{32, {1, 0, 0, 0}}};
    first.regions.push_back(ram(kCellMemory + 0x100000, 0x100000, 0x1000, BRIG_MEM_ROOTSHARED));
    REQUIRE(control::create(first.place()));
    CHECK(root_has(kCellMemory + 0x100000, 0x1000));
    CellFile second = small_cell();
    second.name = "second";
    second.id = 2;
    second.cpus = {2};
    second.regions = {ram(kCellMemory + 0xf000, 0, 0x2000)};
    CHECK(error_of(second) == Error::busy);
    second.regions = {ram(kCellMemory + 0x100000, 0, 0x1000, BRIG_MEM_ROOTSHARED)};
    second.chips = {{32, {3, 0, 0, 0}}};
    CHECK(error_of(second) == Error::busy);
    second.chips = {{32, {2, 0, 0, 0}}};
    CHECK(control::create(second.place()));
    CHECK(sys.num_cells == 3);
    second.name = "third";
    CHECK(error_of(second) == Error::exists); // its id
    REQUIRE(control::destroy(1));
    CHECK(sys.find_cell(2) != nullptr);
    CHECK(sys.find_cell(1) == nullptr);
    REQUIRE(control::destroy(2));
    CHECK(root_has(kCellMemory, 0x200000));
}

TEST_CASE("start without memory for the withdrawal leaves the cell loadable") {
    Machine machine;
    const Snapshot before;
    REQUIRE(control::create(small_cell().place()));
    REQUIRE(control::set_loadable(1));
    const uint64_t used = sys.pool.used();
    machine.drain(0);
    CHECK(control::start(1).error() == Error::no_memory);
    machine.refill();
    CHECK(sys.pool.used() == used);
    CHECK(root_has(kCellMemory, 0x10000));
    CHECK(sys.root.next->loadable);
    CHECK(machine.cpu(1).suspend_requested.load_relaxed() == 0);
    REQUIRE(control::start(1));
    CHECK(root_lacks(kCellMemory, 0x10000));
    REQUIRE(control::destroy(1));
    before.check();
}
