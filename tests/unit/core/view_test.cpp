// SPDX-License-Identifier: Apache-2.0
#include "config/view.hpp"

#include <doctest/doctest.h>

#include <cstring>
#include <memory>
#include <random>

#include "cpu/cpu_set.hpp"
#include "gic/ownership.hpp"
#include "support.hpp"

using namespace brig;

namespace {

// The worked example of the configuration format: cell "tiny".
constexpr uint8_t kTiny[] = {
    0x4a, 0x48, 0x43, 0x4c, 0x4c, 0x02, 0x0e, 0x00, 0x74, 0x69, 0x6e, 0x79, 0,    0,    0,    0, 0,
    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0, 0,
    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0x01, 0,    0,    0,    0x08, 0, 0,
    0,    0x02, 0,    0,    0,    0,    0,    0,    0,    0x01, 0,    0,    0,    0,    0,    0, 0,
    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0x70, 0,    0,    0, 0,
    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0, 0,
    0,    0x09, 0,    0,    0,    0,    0,    0x10, 0,    0,    0x03, 0,    0x03, 0,    0,    0, 0,
    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0x02, 0,    0, 0,
    0,    0,    0,    0,    0,    0,    0xa0, 0x7f, 0,    0,    0,    0,    0,    0,    0,    0, 0,
    0,    0,    0,    0,    0,    0x01, 0,    0,    0,    0,    0,    0x47, 0,    0,    0,    0, 0,
    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0x80, 0,    0, 0,
    0,    0,    0x10, 0,    0,    0,    0,    0,    0,    0x23, 0,    0,    0,    0,    0,    0, 0,
    0,    0,    0,    0x08, 0,    0,    0,    0,    0,    0,    0,    0,    0x20, 0,    0,    0, 0,
    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0x01, 0};

/// A file in a block of exactly its size, so that the address sanitizer sees reads beyond it.
struct File {
    explicit File(size_t bytes) : size{bytes}, data{new uint8_t[bytes]} {}
    File(const void* from, size_t bytes) : File{bytes} { std::memcpy(data.get(), from, bytes); }
    explicit File(const test::CellFile& file) : File{file.bytes().data(), file.bytes().size()} {}

    brig_cell_desc& desc() { return *reinterpret_cast<brig_cell_desc*>(data.get()); }
    Result<CellView> view() { return CellView::make(&desc(), size); }

    size_t size;
    std::unique_ptr<uint8_t[]> data;
};

} // namespace

TEST_CASE("view: the worked example") {
    static_assert(sizeof(kTiny) == 236);
    File file{kTiny, sizeof(kTiny)};
    CHECK(CellView::size_of(file.desc()) == 236);
    const auto made = file.view();
    REQUIRE(made);
    const CellView& view = *made;
    CHECK(std::string{view.desc().name} == "tiny");
    CHECK(view.has_flag(BRIG_CELL_PASSIVE_COMMREG));
    CHECK_FALSE(view.has_flag(BRIG_CELL_CONSOLE_PERMITTED));
    CHECK(view.desc().vpci_irq_base == 112);
    CHECK(view.desc().console.address == 0x09000000);
    const auto cpus = parse_cpu_set(view.cpu_set());
    REQUIRE(cpus);
    CHECK((*cpus).count() == 1);
    CHECK((*cpus).test(1));
    REQUIRE(view.regions().size() == 2);
    CHECK(view.regions()[0].phys_start == 0x7fa00000);
    CHECK(view.regions()[0].size == 0x10000);
    CHECK(view.regions()[0].flags == 0x47);
    CHECK(view.regions()[1].virt_start == 0x80000000);
    CHECK(view.regions()[1].flags == 0x23);
    REQUIRE(view.irqchips().size() == 1);
    CHECK(view.irqchips()[0].address == 0x08000000);
    const auto interrupts = ownership::parse(view, 0x08000000);
    REQUIRE(interrupts);
    CHECK((*interrupts).count() == 1);
    CHECK((*interrupts).test(144));
}

TEST_CASE("view: arrays must fit") {
    for (size_t size = 0; size < sizeof(kTiny); size++) {
        File file{kTiny, size};
        CHECK(CellView::make(&file.desc(), size).error() == Error::invalid);
    }
}

TEST_CASE("view: counts that would wrap 32 bits") {
    for (size_t offset = 0x30; offset <= 0x4c; offset += 4) {
        for (uint32_t count : {~0u, 0x80000000u, 0x08000000u, 0x20000000u, 0x4924925u}) {
            File file{kTiny, sizeof(kTiny)};
            std::memcpy(file.data.get() + offset, &count, 4);
            CAPTURE(offset);
            CHECK_FALSE(file.view());
        }
    }
}

TEST_CASE("view: arrays of other architectures count for the offsets") {
    test::CellFile source = test::small_cell();
    source.chips = {{64, {5}}};
    const auto plain = source.bytes();
    const size_t chips = plain.size() - sizeof(brig_irqchip);
    File file{plain.size() + 3 * 12 + 2 * 4};
    std::memcpy(file.data.get(), plain.data(), chips);
    std::memset(file.data.get() + chips, 0xee, 3 * 12);
    std::memcpy(file.data.get() + chips + 36, plain.data() + chips, sizeof(brig_irqchip));
    file.desc().num_cache_regions = 3;
    file.desc().num_pio_regions = 2;
    const auto view = file.view();
    REQUIRE(view);
    CHECK((*view).irqchips()[0].pin_base == 64);
    CHECK((*view).irqchips()[0].pin_bitmap[0] == 5);
}

TEST_CASE("view: regions that wrap around, communication regions of another size") {
    const auto accepts = [](uint64_t host, uint64_t guest, uint64_t size, uint64_t flags) {
        test::CellFile source;
        source.regions = {{host, guest, size, flags}};
        File file{source};
        return static_cast<bool>(file.view());
    };
    CHECK(accepts(0, 0, 0x1000, 1));
    CHECK(accepts(0, 0, 0, 1));
    CHECK_FALSE(accepts(~uint64_t{0}, 0, 2, 1));
    CHECK_FALSE(accepts(0, ~uint64_t{0}, 2, 1));
    CHECK_FALSE(accepts(0x1000, 0x1000, ~uint64_t{0}, 1));
    CHECK(accepts(~uint64_t{0}, 0x80000000, 0x1000, BRIG_MEM_COMM_REGION));
    CHECK_FALSE(accepts(0, 0x80000000, 0x2000, BRIG_MEM_COMM_REGION));
    CHECK_FALSE(accepts(0, 0x80000000, 0x800, BRIG_MEM_COMM_REGION));
    CHECK_FALSE(accepts(0, 0x80000008, 0x1000, BRIG_MEM_COMM_REGION));
}

TEST_CASE("view: CPU bitmaps") {
    test::CellFile source = test::small_cell();
    source.cpus = {config::max_cpus - 1};
    CHECK(parse_cpu_set((*File{source}.view()).cpu_set())->test(config::max_cpus - 1));
    source.cpus = {config::max_cpus};
    File beyond{source};
    CHECK(parse_cpu_set((*beyond.view()).cpu_set()).error() == Error::invalid);
    File large{sizeof(brig_cell_desc) + 4104};
    std::memset(large.data.get(), 0, large.size);
    large.desc().cpu_set_size = 4096;
    CHECK(large.view());
    large.desc().cpu_set_size = 4104;
    CHECK(large.view().error() == Error::invalid);
}

TEST_CASE("view: random bytes are refused or readable") {
    std::mt19937 random{14};
    unsigned accepted = 0;
    for (unsigned round = 0; round < 20000; round++) {
        File file{sizeof(brig_cell_desc) + random() % 512};
        for (size_t i = 0; i < file.size; i++)
            file.data[i] = static_cast<uint8_t>(random());
        for (size_t offset = 0x30; offset < 0x50; offset += 4) {
            const uint32_t count = random() % 8 == 0 ? random() : random() % 4;
            std::memcpy(file.data.get() + offset, &count, 4);
        }
        const auto made = file.view();
        if (!made)
            continue;
        accepted++;
        const CellView& view = *made;
        uint64_t sum = 0;
        for (const auto& region : view.regions())
            sum += region.phys_start + region.size + region.flags;
        for (const auto& chip : view.irqchips())
            sum += chip.address + chip.pin_bitmap[3];
        (void)parse_cpu_set(view.cpu_set());
        (void)ownership::parse(view, sum);
    }
    CHECK(accepted > 100);
}

TEST_CASE("ownership: which SPIs a file gives") {
    const auto parse = [](std::vector<test::Irqchip> chips) {
        test::CellFile source;
        source.chips = std::move(chips);
        File file{source};
        return ownership::parse(*file.view(), test::kGicd);
    };
    CHECK(parse({{33, {}}}).error() == Error::invalid);
    CHECK(parse({{928, {}}}).error() == Error::invalid);
    CHECK(parse({{0xffffffe0, {}}}).error() == Error::invalid);
    CHECK(parse({{33, {}, test::kGicd + 0x1000}})); // another controller's: ignored
    CHECK((*parse({{32, {~0u}, 0x1234}})).empty());
    const auto last = parse({{896, {0, 0, 0, ~0u}}});
    CHECK((*last).count() == 28); // 1020 to 1023 are special
    CHECK((*last).test(1019));
    CHECK_FALSE((*last).test(1020));
    CHECK((*parse({{0, {~0u, 0, 0, 0}}})).empty()); // SGIs and PPIs are given otherwise
    const auto both = parse({{32, {1, 0, 0, 0}}, {160, {2, 0, 0, 0}}});
    CHECK((*both).count() == 2);
    CHECK((*both).test(32));
    CHECK((*both).test(161));
}

TEST_CASE("ownership: sets on their way between cells") {
    InterruptSet root, cell, original;
    for (unsigned i : {32, 33, 40})
        root.set(i);
    original = root;
    ownership::add_private(root, 25);
    ownership::add_private(cell, 25);
    CHECK(root.word(0) == 0xfdff0000);
    cell.set(33);
    cell.set(50); // root never had it
    CHECK(ownership::share_spis(root, cell));
    ownership::remove_spis(root, cell);
    CHECK_FALSE(ownership::share_spis(root, cell)); // PPIs do not count
    CHECK(root.word(0) == 0xfdff0000);
    CHECK_FALSE(root.test(33));
    ownership::return_spis(root, cell, original);
    CHECK(root.test(33));
    CHECK_FALSE(root.test(50));
    unsigned spis = 0;
    ownership::for_each_spi(cell, [&](unsigned intid) { spis += intid; });
    CHECK(spis == 83);
}
