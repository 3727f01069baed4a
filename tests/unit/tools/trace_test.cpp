// SPDX-License-Identifier: Apache-2.0
// Exit tracing: following rings that are being written, reports, files, pictures.
#include "device/trace.hpp"
#include "trace/reader.hpp"
#include "trace/reason.hpp"
#include "trace/render.hpp"
#include "trace/summary.hpp"
#include "util/error.hpp"
#include "util/file.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <cstring>
#include <fstream>
#include <functional>
#include <random>

using namespace brig;
using namespace brig::trace;

namespace {

constexpr uint64_t read_abort = 0x24ull << 26 | 1 << 25 | 1 << 24 | 2 << 22 | 7;
constexpr uint64_t hvc = 0x16ull << 26 | 1 << 25 | 0x4a48;
constexpr uint64_t smc = 0x17ull << 26 | 1 << 25;

brig_exit make(uint64_t time, uint64_t reason, uint64_t x0 = 0) {
    brig_exit exit{};
    exit.time = time;
    exit.reason = reason;
    exit.x0 = x0;
    exit.pc = 0x1000;
    exit.duration = 10;
    return exit;
}

// The hypervisor's side: what it does to one CPU's ring, a store at a time.
class Area final : public Source {
public:
    explicit Area(uint32_t records, uint32_t rings = 2)
        : bytes_(4096 + rings * records * sizeof(brig_exit)) {
        brig_trace_area head{};
        std::memcpy(head.magic, BRIG_TRACE_MAGIC, sizeof(head.magic));
        head.version = BRIG_TRACE_VERSION;
        head.on = 1;
        head.size = bytes_.size();
        head.frequency = 1000;
        head.records = records;
        head.num_rings = rings;
        records_ = records;
        put(0, head);
        for (uint32_t i = 0; i < rings; i++) {
            brig_trace_ring ring{};
            ring.cpu = 4 + i;
            ring.exits = 4096 + i * records * sizeof(brig_exit);
            put_ring(i, ring);
        }
    }

    // Exit number n of a ring has n in all its fields, so that a torn one shows.
    void step(uint32_t i) {
        brig_trace_ring ring = get_ring(i);
        const uint64_t number = ring.done;
        const uint64_t at = ring.exits + number % records_ * sizeof(brig_exit);
        switch (phase_[i]++) {
        case 0:
            ring.begun = number + 1;
            put_ring(i, ring);
            break;
        case 1: // half of it
            put(at, std::array<uint64_t, 4>{number, number, number, number});
            break;
        case 2:
            put(at + 32, std::array<uint64_t, 4>{number, 0, number, number});
            break;
        case 3:
            ring.done = number + 1;
            put_ring(i, ring);
            break;
        default: // the CPU leaves EL2
            put(ring.exits + (number - 1) % records_ * sizeof(brig_exit) + 40, uint32_t{77});
            phase_[i] = 0;
        }
    }
    void write(uint32_t i, unsigned exits) {
        for (unsigned n = 0; n < 5 * exits; n++)
            step(i);
    }
    void set_first(uint32_t i, uint64_t first) {
        brig_trace_ring ring = get_ring(i);
        ring.first = first;
        put_ring(i, ring);
    }
    uint64_t done(uint32_t i) { return get_ring(i).done; }

    size_t read(uint64_t offset, void* to, size_t size) override {
        if (offset > bytes_.size())
            return 0;
        const size_t count = std::min<size_t>(size, bytes_.size() - offset);
        // The writer goes on between any two of the reader's words.
        for (size_t done = 0; done < count; done += 8) {
            if (while_reading)
                while_reading();
            std::memcpy(static_cast<char*>(to) + done, bytes_.data() + offset + done,
                        std::min<size_t>(8, count - done));
        }
        return count;
    }
    std::function<void()> while_reading;
    Bytes& bytes() { return bytes_; }

private:
    template <typename T>
    void put(uint64_t at, const T& value) {
        std::memcpy(bytes_.data() + at, &value, sizeof(value));
    }
    void put_ring(uint32_t i, const brig_trace_ring& ring) {
        put(sizeof(brig_trace_area) + i * sizeof(ring), ring);
    }
    brig_trace_ring get_ring(uint32_t i) {
        brig_trace_ring ring{};
        std::memcpy(&ring, bytes_.data() + sizeof(brig_trace_area) + i * sizeof(ring),
                    sizeof(ring));
        return ring;
    }

    Bytes bytes_;
    uint32_t records_;
    std::map<uint32_t, unsigned> phase_;
};

// The numbers of the exits, and whether each is whole.
std::vector<uint64_t> numbers(const CpuExits& cpu) {
    std::vector<uint64_t> found;
    for (const auto& exit : cpu.exits) {
        REQUIRE(exit.time == exit.pc);
        REQUIRE(exit.time == exit.x0);
        REQUIRE(exit.time == exit.address);
        REQUIRE(exit.time == exit.reserved[1]);
        found.push_back(exit.time);
    }
    return found;
}

// Every number from `first` to `end` is there or in a hole, in order.
void check_complete(const CpuExits& cpu, uint64_t first, uint64_t end) {
    const std::vector<uint64_t> found = numbers(cpu);
    auto hole = cpu.holes.begin();
    uint64_t next = first;
    for (size_t i = 0; i <= found.size(); i++) {
        for (; hole != cpu.holes.end() && hole->before == i; ++hole)
            next += hole->count;
        if (i < found.size())
            REQUIRE(found[i] == next++);
    }
    CHECK(hole == cpu.holes.end());
    CHECK(next == end);
}

Recording example() {
    Recording recording;
    recording.frequency = 1000000;
    recording.cells = {{0, "root"}, {1, "a \"<b>\""}};
    recording.symbols = {{0x1000, "vgic_read+0x10 [brig]"}};
    CpuExits& cpu = recording.cpus[0];
    for (uint64_t i = 0; i < 6; i++)
        cpu.exits.push_back(make(1000 + i * 1000, hvc, 8));
    cpu.exits.push_back(make(9000, smc, 0xc4000003));
    cpu.exits.push_back(make(11000, 27));
    cpu.exits[2].duration = 40;
    brig_exit other = make(5000, read_abort);
    other.cell = 1;
    other.address = 0x8000104;
    other.duration = 0;
    recording.cpus[1].exits.push_back(other);
    recording.cpus[2];
    return recording;
}

} // namespace

TEST_CASE("trace reader: all exits, in order, of every ring") {
    Area area(64);
    Reader reader(area, Start::switched_on);
    CHECK(reader.on());
    CHECK(reader.records() == 64);
    for (unsigned round = 0; round < 20; round++) {
        area.write(0, 40);
        area.write(1, 3);
        reader.poll();
    }
    CHECK(reader.recording().cpus.at(4).exits.size() == 799); // the newest one waits
    reader.finish();
    const Recording& recording = reader.recording();
    CHECK(recording.frequency == 1000);
    REQUIRE(recording.cpus.size() == 2);
    check_complete(recording.cpus.at(4), 0, 800);
    check_complete(recording.cpus.at(5), 0, 60);
    CHECK(recording.cpus.at(4).lost() == 0);
    for (const auto& exit : recording.cpus.at(4).exits)
        CHECK(exit.duration == 77);
}

TEST_CASE("trace reader: what was overwritten is counted") {
    Area area(64);
    Reader reader(area, Start::switched_on);
    area.write(0, 10);
    reader.poll();
    area.write(0, 200);
    reader.finish();
    const CpuExits& cpu = reader.recording().cpus.at(4);
    CHECK(cpu.lost() == 210 - 9 - 64);
    REQUIRE(cpu.holes.size() == 1);
    CHECK(cpu.holes[0].before == 9);
    check_complete(cpu, 0, 210);
}

TEST_CASE("trace reader: begins where it is told") {
    Area area(64);
    area.write(0, 30);
    area.set_first(0, 20);
    Reader old(area, Start::switched_on);
    old.finish();
    check_complete(old.recording().cpus.at(4), 20, 30);
    Reader fresh(area, Start::now);
    area.write(0, 5);
    fresh.finish();
    check_complete(fresh.recording().cpus.at(4), 30, 35);
}

TEST_CASE("trace reader: the writer is never disturbed, and nothing torn is taken") {
    std::mt19937 random(7);
    const auto up_to = [&](unsigned limit) { return static_cast<unsigned>(random() % limit); };
    for (unsigned speed : {1u, 3u, 12u, 40u}) {
        CAPTURE(speed);
        Area area(64);
        Reader reader(area, Start::switched_on);
        area.while_reading = [&] {
            for (unsigned n = up_to(speed); n > 0; n--)
                area.step(0);
            if (up_to(4) == 0)
                area.step(1);
        };
        for (unsigned round = 0; round < 60; round++) {
            for (unsigned n = up_to(300); n > 0; n--)
                area.step(0);
            reader.poll();
        }
        area.while_reading = nullptr;
        reader.finish();
        check_complete(reader.recording().cpus.at(4), 0, area.done(0));
        check_complete(reader.recording().cpus.at(5), 0, area.done(1));
        CHECK((speed > 3 || reader.recording().cpus.at(4).exits.size() > 64));
    }
}

TEST_CASE("trace reader: what is no area") {
    Area area(64);
    const auto text_of = [&] {
        try {
            Reader reader(area, Start::now);
        } catch (const Error& error) {
            return std::string(error.what());
        }
        return std::string();
    };
    CHECK(text_of() == "");
    area.bytes()[32] = 63; // records
    CHECK(text_of().find("damaged") != std::string::npos);
    area.bytes()[8] = 9;
    CHECK(text_of().find("another version") != std::string::npos);
    area.bytes()[0] = 0;
    CHECK(text_of().find("no memory of exit tracing") != std::string::npos);
    area.bytes().clear();
    CHECK(text_of().find("brig trace on") != std::string::npos);
}

TEST_CASE("trace: reasons in words") {
    const auto text = [](uint64_t reason, uint64_t x0 = 0) {
        return reason_of(make(0, reason, x0));
    };
    CHECK(text(27) == "interrupt 27 (virtual timer)");
    CHECK(text(99) == "interrupt 99");
    CHECK(text(hvc, 8) == "hvc CONSOLE_PUTC");
    CHECK(text(hvc, 0x4242) == "hvc code 0x4242");
    CHECK(text(0x16ull << 26 | 1, 8) == "hvc #0x1");
    CHECK(text(smc, 0xc4000003) == "smc PSCI_CPU_ON");
    CHECK(text(smc, 0xdead00008400000a) == "smc PSCI_FEATURES");
    CHECK(text(smc, 0x82000010) == "smc 0x82000010");
    CHECK(text(0x18ull << 26 | 1 << 25 | 3 << 20 | 5 << 17 | 12 << 10 | 4 << 5 | 11 << 1) ==
          "write ICC_SGI1R_EL1");
    CHECK(text(0x18ull << 26 | 3 << 20 | 1 << 17 | 1 << 10 | 1) == "read S3_0_C1_C0_1");
    CHECK(text(1ull << 26 | 1 << 25) == "wfi or wfe");
    CHECK(text(0x07ull << 26) == "exception class 0x07");
    brig_exit abort = make(0, read_abort | 1 << 6);
    abort.address = 0x8000104;
    CHECK(reason_of(abort) == "write 0x8000104");
    abort.reason |= 1 << 7;
    CHECK(reason_of(abort) == "page-table walk at 0x8000000");
    abort.reason = 0x20ull << 26;
    CHECK(reason_of(abort) == "instruction fetch at 0x8000104");
    CHECK(kind_of(abort) == Kind::access);
}

TEST_CASE("trace: numbers per CPU and reason") {
    const Recording recording = example();
    const auto cpus = summarise(recording);
    REQUIRE(cpus.size() == 2); // CPU 2 has none
    CHECK(cpus[0].exits == 8);
    CHECK(cpus[0].seconds == doctest::Approx(0.01));
    CHECK(cpus[0].inside == doctest::Approx(110e-6));
    REQUIRE(cpus[0].reasons.size() == 3);
    const ReasonSummary& first = cpus[0].reasons[0];
    CHECK(first.reason == "hvc CONSOLE_PUTC");
    CHECK(first.count == 6);
    CHECK(first.rate == doctest::Approx(600));
    CHECK(first.share == doctest::Approx(0.75));
    CHECK(first.longest_gap == doctest::Approx(0.001));
    CHECK(first.longest == doctest::Approx(40e-6));
    CHECK(first.pc_share == 1);
    CHECK(cpus[1].reasons[0].reason == "read 0x8000104");
    CHECK(summarise(recording, 1).size() == 1);
    CHECK(summarise(recording, 9).empty());

    const std::string text = report_text(recording, cpus, 2);
    CHECK(text.find("CPU 0 (root): 8 exits in 10 ms, 1.10 % of the time in them") !=
          std::string::npos);
    CHECK(text.find("  1 more ") != std::string::npos);
    CHECK(text.find("vgic_read+0x10 [brig]") != std::string::npos);
    CHECK(report_text(recording, cpus, 0).find("  1 more ") == std::string::npos);
    const auto json = report_json(recording, cpus, summarise_cells(recording));
    CHECK(json["cpus"][0]["reasons"][0]["count"] == 6);
    CHECK(json["cpus"][1]["cells"][0]["name"] == "a \"<b>\"");
    CHECK(json["cells"].size() == 2);
    CHECK(json["cells"][1]["name"] == "a \"<b>\"");
    CHECK(report_text(Recording{}, std::vector<CpuSummary>{}, 0) ==
          "No exits have been recorded.\n");
}

TEST_CASE("trace: numbers per cell, over its CPUs") {
    Recording recording;
    recording.frequency = 1000;
    recording.cells = {{0, "root"}, {3, "rtos"}};
    const auto exit = [](uint64_t time, uint16_t cell, uint64_t reason) {
        brig_exit made = make(time, reason, 8);
        made.cell = cell;
        return made;
    };
    recording.cpus[0].exits = {exit(100, 0, hvc), exit(200, 0, read_abort), exit(1100, 0, hvc)};
    recording.cpus[1].exits = {exit(150, 0, hvc), exit(600, 3, hvc), exit(700, 3, hvc)};
    recording.cpus[2].exits = {exit(650, 3, hvc), exit(2600, 3, hvc)};
    recording.cpus[2].holes.push_back({1, 5});
    const auto cells = summarise_cells(recording);
    REQUIRE(cells.size() == 2);
    CHECK(cells[0].exits == 4);
    CHECK(cells[0].cpus == std::vector<unsigned>{0, 1});
    CHECK(cells[0].seconds == doctest::Approx(1));
    CHECK(cells[1].cpus == std::vector<unsigned>{1, 2});
    CHECK(cells[1].exits == 4);
    CHECK(cells[1].inside == doctest::Approx(0.04));
    REQUIRE(cells[1].reasons.size() == 1);
    CHECK(cells[1].reasons[0].count == 4);
    CHECK(cells[1].reasons[0].longest_gap == doctest::Approx(0.1)); // neither a hole nor CPU to CPU
    CHECK(summarise_cells(recording, 2).size() == 1);
    CHECK(summarise_cells(recording, 7).empty());

    const std::string text = report_text(recording, cells, 1);
    CAPTURE(text);
    CHECK(text.find("root (CPU 0, 1): 4 exits in 1 s, 2.00 % of the time in them\n  hvc ") !=
          std::string::npos);
    CHECK(text.find("rtos (CPU 1, 2): 4 exits in 2 s, 1.00 % ") != std::string::npos);
    CHECK(text.find("  1 more ") != std::string::npos);
    CHECK(report_json(recording, {}, cells)["cells"][1]["cpus"][1] == 2);
}

TEST_CASE("trace: a hole is no gap") {
    Recording recording;
    recording.frequency = 1000;
    CpuExits& cpu = recording.cpus[0];
    for (uint64_t time : {10u, 20u, 5000u, 5010u})
        cpu.exits.push_back(make(time, hvc, 8));
    CHECK(summarise(recording)[0].reasons[0].longest_gap == doctest::Approx(4.98));
    cpu.holes.push_back({2, 100});
    CHECK(summarise(recording)[0].reasons[0].longest_gap == doctest::Approx(0.01));
    CHECK(summarise(recording)[0].lost == 100);
    CHECK(report_text(recording, summarise(recording), 0).find("100 more were overwritten") !=
          std::string::npos);
}

TEST_CASE("trace: a recording survives its file, a damaged one is refused") {
    TemporaryDirectory folder;
    const auto file = folder.path() / "t.brig";
    Recording recording = example();
    recording.cpus[0].holes.push_back({3, 17});
    save(recording, file);
    const Recording back = load(file);
    CHECK(back.frequency == recording.frequency);
    CHECK(back.cells == recording.cells);
    CHECK(back.symbols == recording.symbols);
    REQUIRE(back.cpus.size() == 3);
    REQUIRE(back.cpus.at(0).exits.size() == 8);
    CHECK(std::memcmp(back.cpus.at(0).exits.data(), recording.cpus[0].exits.data(),
                      8 * sizeof(brig_exit)) == 0);
    CHECK(back.cpus.at(0).lost() == 17);
    CHECK(back.cpus.at(1).exits[0].cell == 1);

    const Bytes whole = read_file(file, "recording");
    const auto refused = [&](Bytes bytes) {
        std::ofstream(file, std::ios::binary)
            .write(reinterpret_cast<const char*>(bytes.data()),
                   static_cast<std::streamsize>(bytes.size()));
        CHECK_THROWS_AS(load(file), Error);
    };
    for (size_t size : {size_t{0}, size_t{1}, size_t{60}, whole.size() - 1})
        refused(Bytes(whole.begin(), whole.begin() + static_cast<ptrdiff_t>(size)));
    Bytes other = whole;
    other[12] ^= 1; // in "format"
    refused(other);
    refused({'[', '1', ']', '\n'});
}

TEST_CASE("trace: events have what a viewer demands") {
    const auto json = nlohmann::ordered_json::parse(trace_events(example()).dump());
    REQUIRE(json.at("traceEvents").is_array());
    unsigned names = 0, complete = 0, instants = 0;
    double last = 0;
    for (const auto& event : json["traceEvents"]) {
        CHECK(event.at("name").is_string());
        CHECK(event.at("pid").is_number_unsigned());
        CHECK(event.at("tid").get<uint64_t>() / 1000 == event.at("pid").get<uint64_t>());
        const std::string phase = event.at("ph");
        if (phase == "M") {
            CHECK(event.at("args").at("name").is_string());
            names++;
            continue;
        }
        CHECK(event.at("cat").is_string());
        CHECK(event.at("ts").is_number());
        CHECK(event["ts"].get<double>() >= 0);
        if (phase == "X") {
            CHECK(event.at("dur").get<double>() > 0);
            complete++;
        } else {
            CHECK(phase == "i");
            CHECK(event.at("s") == "t");
            instants++;
        }
        last = std::max(last, event["ts"].get<double>());
    }
    CHECK(names == 4); // two cells, a CPU of each
    CHECK(complete == 8);
    CHECK(instants == 1);
    CHECK(last == doctest::Approx(10000)); // microseconds
}

TEST_CASE("trace: the plot and the list") {
    const std::string svg = plot_svg(example());
    CHECK(svg.rfind("<svg ", 0) == 0);
    CHECK(svg.find("9 exits in 10 ms") != std::string::npos);
    CHECK(svg.find("a &quot;&lt;b&gt;&quot;") != std::string::npos);
    CHECK(svg.find("CPU 2") != std::string::npos);
    CHECK(svg.size() - svg.rfind("</svg>\n") == 7);
    CHECK_FALSE(plot_svg(Recording{.frequency = 1}).empty());

    CHECK(exits_text(example(), 0, 2) ==
          "       -2 ms  smc PSCI_CPU_ON                     pc 0x1000 vgic_read+0x10 [brig], took "
          "10 us\n"
          "       -0 ns  interrupt 27 (virtual timer)        pc 0x1000 vgic_read+0x10 [brig], took "
          "10 us\n");
    CHECK(exits_text(example(), 2, 5).empty());
    CHECK(exits_text(example(), 7, 5).empty());
}

TEST_CASE("trace: times") {
    CHECK(time_text(0) == "0 ns");
    CHECK(time_text(250e-9) == "250 ns");
    CHECK(time_text(12.34e-6) == "12.3 us");
    CHECK(time_text(0.0025) == "2.5 ms");
    CHECK(time_text(75) == "75 s");
}

TEST_CASE("trace: the driver's files") {
    TemporaryDirectory sysfs;
    const auto text_of = [&](auto action) {
        try {
            action();
        } catch (const Error& error) {
            return std::string(error.what());
        }
        return std::string();
    };
    CHECK_FALSE(device::tracing(sysfs.path()));
    CHECK(text_of([&] { device::switch_tracing(sysfs.path(), true); }).find("modprobe brig") !=
          std::string::npos);
    CHECK(text_of([&] { device::TraceData data(sysfs.path()); }).find("modprobe brig") !=
          std::string::npos);
    std::ofstream(sysfs.path() / "trace") << "on\n";
    CHECK(device::tracing(sysfs.path()));
    Area area(64);
    area.write(1, 70);
    std::ofstream(sysfs.path() / "trace_data", std::ios::binary)
        .write(reinterpret_cast<const char*>(area.bytes().data()),
               static_cast<std::streamsize>(area.bytes().size()));
    device::TraceData data(sysfs.path());
    Reader reader(data, Start::switched_on);
    reader.finish();
    check_complete(reader.recording().cpus.at(5), 0, 70);
    CHECK(reader.recording().cpus.at(5).lost() == 6);
}
