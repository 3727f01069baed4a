// SPDX-License-Identifier: Apache-2.0
// Events in text: the four failures of data/decode, each as it came and as OCR left it; other
// formats; text that is damaged at random.
#include "decode/address_book.hpp"
#include "decode/address_space.hpp"
#include "decode/decoder.hpp"
#include "decode/report.hpp"
#include "support.hpp"
#include "util/error.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <random>
#include <sstream>

using namespace brig;
using namespace brig::decode;

namespace {

const std::string kData = std::string(BRIG_TREE) + "/tests/unit/tools/data/decode/";

std::string read_text(const std::string& name) {
    std::ifstream stream(kData + name);
    REQUIRE(stream);
    return {std::istreambuf_iterator<char>(stream), {}};
}

const Knowledge& knowledge() {
    static const Knowledge standard = Knowledge::standard();
    return standard;
}

std::vector<Explained> decode_text(const std::string& text, const SourceFiles& files = {}) {
    Decoder decoder(knowledge(), files);
    std::vector<Explained> events;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);)
        for (Explained& event : decoder.feed(line))
            events.push_back(std::move(event));
    for (Explained& event : decoder.finish())
        events.push_back(std::move(event));
    return events;
}

std::string first_cause(const Explained& explained) {
    return explained.causes.empty() ? "" : explained.causes[0].entry->id;
}

std::string damaged(std::string text, std::mt19937& random) {
    auto below = [&](size_t limit) { return random() % std::max<size_t>(limit, 1); };
    for (unsigned i = 0; i < 1 + below(40); i++) {
        const size_t at = below(text.size());
        const size_t length = below(200);
        switch (below(5)) {
        case 0:
            text.erase(at, length);
            break;
        case 1:
            text.insert(below(text.size()), text.substr(at, length));
            break;
        case 2:
            if (at < text.size())
                text[at] = static_cast<char>(random());
            break;
        case 3:
            text.insert(at, 1, '\n');
            break;
        default:
            text.insert(at, length, "0f:.[]{}<>x+ "[below(13)]);
            break;
        }
    }
    return text;
}

} // namespace

TEST_CASE("case 1: stage 2 does not cover page tables of the root cell") {
    for (const char* name : {"1-stage2-hole.console.txt", "1-stage2-hole.ocr-damaged.txt"}) {
        CAPTURE(name);
        const auto events = decode_text(read_text(name));
        REQUIRE(events.size() == 2);
        const Event& cell = events[0].event;
        CHECK(cell.kind == "cell-exception");
        CHECK(cell.cpu == 4);
        CHECK(cell.cell == "orangepi5p");
        CHECK(cell.pc == 0xffffffc0010f43bc);
        REQUIRE(cell.esr);
        CHECK(cell.esr->ec == 0x20);
        CHECK(cell.esr->il == 1);
        CHECK(cell.esr->iss == 0x85);
        CHECK(first_cause(events[0]) == "stage2-hole");

        const Event& parking = events[1].event;
        CHECK(parking.kind == "hyp-exception");
        CHECK(parking.pc == 0xffffc0203e60);
        REQUIRE(parking.esr);
        CHECK(parking.esr->ec == 0);
        CHECK(first_cause(events[1]) == "aarch32-register");
        CHECK(parking.stack.at(0xff0000010e60) == 0xff0000010e90);
        CHECK(parking.stack.at(0xff0000010e68) == 0xffffc0200888);
        CHECK(parking.stack.at(0xff0000010ee0) == 0xffffffc0010f43bc);
    }
}

TEST_CASE("case 2: the ITS; pc is lost, the registers tell") {
    const auto events = decode_text(read_text("2-its.console.txt"));
    REQUIRE(events.size() == 1);
    CHECK(events[0].event.kind == "cell-exception");
    CHECK(events[0].event.cpu == 1);
    CHECK(events[0].event.exception_class() == 0x24u);
    CHECK_FALSE(events[0].event.pc);
    CHECK(events[0].event.lr == 0xffffffc00865b324);
    CHECK(events[0].event.registers.at(27) == 0xffffffc009cd4000);
    CHECK(first_cause(events[0]) == "its-not-available");
}

TEST_CASE("case 2 with the disassembly, whose columns have come apart") {
    SourceFiles files;
    files.listings = {kData + "2-its.vmlinux-disassembly.txt"};
    auto events = decode_text(read_text("2-its.console.txt"), files);
    REQUIRE(events.size() == 1);
    CHECK(events[0].causes[0].confidence > 0.9);
    CHECK(first_cause(events[0]) == "its-not-available");

    // With the pc that the slide had.
    events = decode_text("FATAL: unhandled trap (exception class 0x24)\n"
                         "Cell state before exception:\n"
                         " pc: ffffffc0086590f4   lr: ffffffc00865b324 spsr: a0c00085     EL1\n"
                         "Parking CPU 1 (Cell: \"orangepi5p\")\n",
                         files);
    REQUIRE(events.size() == 1);
    CHECK(events[0].event.symbol == "its_allocate_entry+0x34");
    REQUIRE(events[0].event.instruction() != nullptr);
    CHECK(events[0].event.instruction()->text == "ldr w0, [x0]");
    CHECK(first_cause(events[0]) == "its-not-available");
}

TEST_CASE("case 3: a register that a Cortex-A76 does not have") {
    const std::string dump = "\nFATAL: Unhandled HYP exception: synchronous abort from EL2\n"
                             " pc: 0000ffffc020460c   lr: 0000ffffc02045b8 spsr: 604003c9     EL2\n"
                             " sp: 0000ff0000010e60  elr: 0000ffffc020460c  esr: 00 1 0000000\n"
                             "Stopping CPU 4 (Cell: \"orangepi5p\")\n";
    SourceFiles files;
    files.listings = {kData + "3-fpexc32.hypervisor-disassembly.txt"};
    // The listing as a file, or pasted into the same text.
    for (const auto& events :
         {decode_text(dump, files),
          decode_text(read_text("3-fpexc32.hypervisor-disassembly.txt") + "\n" + dump)}) {
        REQUIRE(events.size() == 1);
        CHECK(events[0].event.kind == "hyp-exception");
        CHECK(events[0].event.symbol == "arm_cpu_reset+0x9c");
        REQUIRE(events[0].event.instruction() != nullptr);
        CHECK(events[0].event.instruction()->text == "mrs x0, fpexc32_el2");
        CHECK(first_cause(events[0]) == "aarch32-register");
        CHECK(events[0].causes[0].confidence > 0.9);
    }
    // The listing alone.
    const auto events = decode_text(read_text("3-fpexc32.hypervisor-disassembly.txt"));
    REQUIRE(events.size() == 1);
    CHECK(events[0].event.kind == "disassembly");
    CHECK(first_cause(events[0]) == "aarch32-register");
}

TEST_CASE("case 4: the SCMI doorbell") {
    for (const char* name : {"4-scmi-stall.dmesg.txt", "4-scmi-stall.ocr-damaged.txt"}) {
        CAPTURE(name);
        const auto events = decode_text(read_text(name));
        REQUIRE(events.size() == 1);
        CHECK(events[0].event.kind == "rcu-stall");
        CHECK(events[0].event.cpu == 7);
        CHECK(events[0].event.symbol == "ioread32+0xc/0x20");
        CHECK(first_cause(events[0]) == "scmi-not-forwarded");
        CHECK_FALSE(events[0].event.esr);
    }
}

TEST_CASE("every entry of the knowledge is named first by its own example") {
    CHECK(knowledge().entries().size() >= 40);
    for (const Entry& entry : knowledge().entries()) {
        CAPTURE(entry.id);
        const auto events = decode_text(entry.example);
        REQUIRE(!events.empty());
        CHECK(first_cause(events.back()) == entry.id);
        CHECK(!entry.explanation.empty());
        CHECK(!entry.source.empty());
        for (const std::string& line : events.back().causes[0].remedy)
            for (size_t at = line.find('{'); at != std::string::npos; at = line.find('{', at + 1))
                CHECK(line.substr(at + 1, 1) == " "); // none left to fill
    }
}

TEST_CASE("two hypervisor dumps at once, and Linux in the middle of a line") {
    const auto events =
        decode_text("FATAL: forbidden access (exception class 0x20)\n"
                    "Cell state before exception:\n"
                    "FATAL: unhandled trap (exception class 0x24)\n"
                    " pc: 1111111111111110   lr: 1111111111111111 spsr: 20400085     EL1\n"
                    "Cell state before exception:\n"
                    " pc: 2222222222222220   lr: 2222222222222222 spsr: 20400085     EL1\n"
                    " sp: 2222222222222223  elr: 2222222222222220  esr: 24 1 0000046\n"
                    "Parking CPU 2 (Cell: \"b\")\n"
                    " sp: 11111111[   12.345678] usb 1-1: new device\n"
                    "11111113  elr: 1111111111111110  esr: 20 1 0000006\n"
                    "Parking CPU 1 (Cell: \"a b\")\n");
    REQUIRE(events.size() == 2);
    CHECK(events[0].event.cpu == 2);
    CHECK(events[1].event.cpu == 1);
    CHECK(events[1].event.cell == "a b");
    CHECK(events[1].event.sp == 0x1111111111111113);
    CHECK(events[1].event.elr == 0x1111111111111110);
    // Which of the two pc lines belongs to whom, nobody can tell; none is lost.
    CHECK(events[0].event.pc);
    CHECK(events[1].event.pc);
}

TEST_CASE("dumps with times and CPUs, as brig log prints them") {
    const auto events = decode_text(
        "[    9.000001][   C1] FATAL: forbidden access (exception class 0x20)\n"
        "[    9.000002][   C2] FATAL: unhandled trap (exception class 0x24)\n"
        "[    9.000003][   C1]  pc: 1111111111111110   lr: 1111111111111111 spsr: 20400085\n"
        "[    9.000004][   C2]  pc: 2222222222222220   lr: 2222222222222222 spsr: 20400085\n"
        "[    9.000005][   C1]   HPFAR_EL2      00000000000fe640\n"
        "[    9.000006][   C1] Parking CPU 1 (Cell: \"a\")\n"
        "[    9.000007][   C2] Parking CPU 2 (Cell: \"b\")\n");
    REQUIRE(events.size() == 2);
    CHECK(events[0].event.pc == 0x1111111111111110);
    CHECK(events[0].event.ipa == 0xfe64000);
    CHECK(events[0].event.cpu == 1);
    CHECK(events[1].event.pc == 0x2222222222222220);
    CHECK(events[1].event.cell == "b");
}

TEST_CASE("reports of two CPUs of Linux are told apart by their callers") {
    const auto events = decode_text(
        "[   10.000001][  T101] Unable to handle kernel NULL pointer dereference at virtual address "
        "0000000000000010\n"
        "[   10.000002][   T55] watchdog: BUG: soft lockup - CPU#3 stuck for 26s! [b:55]\n"
        "[   10.000003][  T101]   ESR = 0x0000000096000004\n"
        "[   10.000004][   T55] CPU: 3 PID: 55 Comm: b Not tainted 6.1.0 #1 Debian\n"
        "[   10.000005][  T101] Internal error: Oops: 0000000096000004 [#1] SMP\n"
        "[   10.000006][  T101] CPU: 1 PID: 101 Comm: a Not tainted 6.1.0 #1 Debian\n"
        "[   10.000007][  T101] pc : one+0x10/0x20 [brig]\n"
        "[   10.000008][   T55] pc : two+0x10/0x20\n"
        "[   10.000009][  T101] Code: 00000000 d503201f (b9400000) d65f03c0\n"
        "[   10.000010][  T101] ---[ end trace 0000000000000000 ]---\n"
        "[   10.000011][  T101] Kernel panic - not syncing: Oops: Fatal exception\n");
    REQUIRE(events.size() == 2);
    CHECK(events[0].event.kind == "oops");
    CHECK(events[0].event.far == 0x10);
    CHECK(events[0].event.esr->ec == 0x25);
    CHECK(events[0].event.cpu == 1);
    CHECK(events[0].event.symbol == "one+0x10/0x20 [brig]");
    CHECK(events[0].event.kernel == "6.1.0");
    REQUIRE(events[0].event.instruction() != nullptr);
    CHECK(events[0].event.instruction()->text == "ldr w0, [x0]");
    CHECK(events[1].event.kind == "soft-lockup");
    CHECK(events[1].event.cpu == 3);
    CHECK(events[1].event.task == "b");
    CHECK(events[1].event.symbol == "two+0x10/0x20");
}

TEST_CASE("areas of Linux's addresses") {
    CHECK(linux_area(0xffffffc0086590f4, "5.15.0") == "Linux text");
    CHECK(linux_area(0xffffffc0010f43bc, "") == "module");
    CHECK(linux_area(0xffffffc0100590f4, "5.10.160") == "Linux text");
    CHECK(linux_area(0xffffff8100394c40, "") == "linear map");
    CHECK(linux_area(0xffffffc00a17be90 + (1ull << 32), "") == "vmalloc");
    CHECK(linux_area(0xffff000012345678, "6.1.0") == "linear map");
    CHECK(linux_area(0xffff800008123456, "6.1.0") == "Linux text");
    CHECK(linux_area(0xffff800000123456, "6.1.0") == "module");
    CHECK(linux_area(0xffff800080123456, "6.12.95") == "Linux text");
    CHECK(linux_area(0xfffffbfffdbf9018, "6.1.0") == "fixmap");
    CHECK(linux_area(0xfffffc0000123440, "6.1.0") == "vmemmap");
    CHECK(linux_area(0x0000aaaab1234567, "") == "user space");
    CHECK(linux_area(0xdead000000000100, "").empty());
}

TEST_CASE("symbols from System.map and kallsyms, KASLR from both") {
    TemporaryDirectory directory;
    auto write = [&](const std::string& name, const std::string& text) {
        std::ofstream(directory.path() / name) << text;
        return (directory.path() / name).string();
    };
    SourceFiles files;
    files.system_map = write("System.map", "ffff800008000000 T _text\n"
                                           "ffff800008010000 t its_send_single_command\n"
                                           "ffff800008020000 T other\n"
                                           "ffff800009000000 D _etext\n");
    files.kallsyms = write("kallsyms", "ffff800018000000 T _text\n"
                                       "ffff800010000000 t pl061_probe\t[gpio_pl061]\n"
                                       "ffff800019000000 D _etext\n");
    const std::string dump = "FATAL: unhandled trap (exception class 0x24)\n"
                             "Cell state before exception:\n"
                             " pc: ffff800018010044   lr: ffff800010000010 spsr: 60000005     EL1\n"
                             "Parking CPU 1 (Cell: \"root\")\n";
    auto events = decode_text(dump, files);
    REQUIRE(events.size() == 1);
    CHECK(events[0].event.lr_symbol == "pl061_probe+0x10 [gpio_pl061]");
    CHECK(events[0].event.where == "Linux text");
    files.kallsyms.clear();
    events = decode_text("Kernel Offset: 0x10000000 from 0xffff800008000000\n" + dump, files);
    REQUIRE(events.size() == 1);
    CHECK(events[0].event.symbol == "its_send_single_command+0x44");
    CHECK(first_cause(events[0]) == "its-not-available");

    files.kallsyms = write("hidden", "0000000000000000 T _text\n");
    CHECK_THROWS_WITH_AS(decode_text(dump, files), doctest::Contains("copy it as root"), Error);
    files.kallsyms = write("empty", "");
    CHECK_THROWS_WITH_AS(decode_text(dump, files), doctest::Contains("no line like"), Error);
}

TEST_CASE("the hypervisor's ELF: function, source line, instruction, calls from the stack") {
    SourceFiles files;
    files.hypervisor = BRIG_HYPERVISOR_ELF;
    const auto elf = ElfFile::open(files.hypervisor, "hypervisor ELF");
    const auto start = elf->address_of("brig_hyp_exception");
    REQUIRE(start);
    CHECK_FALSE(elf->word(~0ull - 2));
    for (const uint64_t base : {uint64_t{0xffffc0200000}, uint64_t{0xffffc0400000}}) {
        const uint64_t pc = base + *start + 8;
        const auto events = decode_text(
            fmt::format("Code location: {:#018x}\n"
                        "FATAL: Unhandled HYP exception: synchronous abort from EL2\n"
                        " pc: {:016x}   lr: {:016x} spsr: 604003c9     EL2\n"
                        " sp: 0000ff0000010fc0  elr: {:016x}  esr: 25 1 0000046\n"
                        "x27: 0000000000000000  x28: 0000000000000000  x29: 0000ff0000010fc0\n"
                        "Hypervisor stack before exception (0x0000ff0000010fc0 - "
                        "0x0000ff0000011000):\n"
                        "0fc0: 00010fe0 0000ff00 {:08x} {:08x} 00000000 00000000 00000000 "
                        "00000000 \n"
                        "0fe0: 00000000 00000000 00000000 00000000 00000000 00000000 00000000 "
                        "00000000 \n"
                        "Stopping CPU 1 (Cell: \"root\")\n",
                        base, pc, pc, pc, (pc + 4) & 0xffffffff, (pc + 4) >> 32),
            files);
        REQUIRE(events.size() == 1);
        const Event& event = events[0].event;
        CHECK(event.symbol == "brig_hyp_exception+0x8");
        REQUIRE(event.place);
        CHECK(event.place->source.find("hyp_exception.cpp:") != std::string::npos);
        REQUIRE(event.instruction() != nullptr);
        CHECK(event.instruction()->word == elf->word(*start + 8));
        CHECK(event.instructions.size() > 5);
        REQUIRE(event.calls.size() == 2);
        CHECK(event.calls[1].symbol == "brig_hyp_exception+0xc");
    }
    CHECK_THROWS_AS(ElfFile::open("/nowhere", "vmlinux"), Error);
    CHECK_THROWS_WITH_AS(ElfFile::open(kData + "README.md", "vmlinux"),
                         doctest::Contains("reading vmlinux"), Error);
}

TEST_CASE("an address by tree and configuration") {
    SourceFiles files;
    files.tree = BRIG_BOARD_TREE;
    const std::string dump = "Unhandled data read at 0x8080090(4)\n\n"
                             "FATAL: unhandled trap (exception class 0x24)\n"
                             "Cell state before exception:\n"
                             " pc: ffff800008123456   lr: ffff800008123400 spsr: 60000005     EL1\n"
                             "Parking CPU 1 (Cell: \"root\")\n";
    auto events = decode_text(dump, files);
    REQUIRE(events.size() == 1);
    REQUIRE(events[0].event.address);
    CHECK(events[0].event.address->kind == "device");
    CHECK(events[0].event.address->compatible == "arm,gic-v3-its");
    CHECK(first_cause(events[0]) == "its-not-available");
    CHECK(events[0].causes[0].confidence > 0.95);

    const AddressBook book(BRIG_BOARD_TREE, {});
    CHECK(book.explain(0x40000000, "root").kind == "ram");
    CHECK(book.explain(0x9000018, "root").node == "/pl011@9000000");
    CHECK(book.explain(0x6000000000, "root").kind == "hole");
}

TEST_CASE("a stack of the hypervisor without frame records, and with blanks below sp") {
    SourceFiles files;
    files.hypervisor = BRIG_HYPERVISOR_ELF;
    const auto elf = ElfFile::open(files.hypervisor, "hypervisor ELF");
    const uint64_t base = 0x7fc00000;
    const uint64_t pc = base + *elf->address_of("brig_hyp_exception");
    uint64_t call = *elf->address_of("brig_hyp_exception"); // to the first BL in it
    while (*elf->word(call) >> 26 != 0x25)
        call += 4;
    const auto events = decode_text(
        fmt::format("Code location: {:#018x}\n"
                    "FATAL: Unhandled HYP exception: synchronous abort from EL2\n"
                    " pc: {:016x}   lr: {:016x} spsr: 604003c9     EL2\n"
                    " sp: 000000007fc22d30  elr: {:016x}  esr: 25 1 0000046\n"
                    "x27: 0000000000000000  x28: 0000000000000000  x29: 0000000000000000\n"
                    "Hypervisor stack before exception (0x000000007fc21000 - "
                    "0x000000007fc23000):\n"
                    "2d20:                                     11111111 22222222 {:08x} 00000000 \n"
                    "2d40: 33333333 00000000 00000000 00000000 00000000 00000000 00000000 "
                    "00000000 \n"
                    "Stopping CPU 1 (Cell: \"\")\n",
                    base, pc, pc, pc, base + call + 4),
        files);
    REQUIRE(events.size() == 1);
    const Event& event = events[0].event;
    CHECK(event.stack.at(0x7fc22d30) == 0x2222222211111111);
    CHECK(event.stack.at(0x7fc22d40) == 0x33333333);
    CHECK(event.symbol == "brig_hyp_exception+0x0");
    REQUIRE(event.calls.size() == 2);
    CHECK(event.calls[1].address == base + call + 4);
}

TEST_CASE("healthy text has no events") {
    CHECK(decode_text("[    0.000000] Booting Linux on physical CPU 0x0000000000 [0x412fd050]\n"
                      "[    0.000000] Linux version 6.1.0 (gcc) #1 SMP Debian 6.1.192-1\n"
                      "[    0.000000] rcu: Hierarchical RCU implementation.\n"
                      "[    1.000000] brig: Brig hypervisor enabled on 4 CPUs\n"
                      "Initializing Brig hypervisor 0.1 on CPU 0\n"
                      "Created cell \"hello\"\n~ # \n")
              .empty());
}

TEST_CASE("JSON: numbers are numbers, what is not known is null") {
    const auto events = decode_text(read_text("2-its.console.txt"));
    const auto json = report_json(events.at(0));
    CHECK(json["kind"] == "cell-exception");
    CHECK(json["cpu"] == 1);
    CHECK(json["pc"].is_null());
    CHECK(json["symbol"].is_null());
    CHECK(json["esr"]["ec"] == 0x24);
    CHECK(json["esr"]["iss"].is_null());
    CHECK(json["causes"][0]["id"] == "its-not-available");
    CHECK(json["causes"][0]["confidence"].is_number());
    CHECK(!json["causes"][0]["remedy"].get<std::string>().empty());
    CHECK(report_text(events[0], false).find("its-not-available") != std::string::npos);
    CHECK(report_text(events[0], false).find('\033') == std::string::npos);
}

TEST_CASE("knowledge of a user is added, replaces, and is checked") {
    Knowledge own = Knowledge::standard();
    const size_t count = own.entries().size();
    own.add("[[cause]]\nid='mine'\ntitle='t'\nremedy='r {n}'\n"
            "[[cause.when]]\nconfidence=0.5\nkind='my-message'\ntext='widget {n} on fire'\n",
            "mine.toml");
    CHECK(own.entries().size() == count + 1);
    Decoder decoder(own, {});
    const auto events = decoder.feed("[    1.000000] foo: widget 7 on fire!");
    REQUIRE(events.size() == 1);
    CHECK(events[0].event.kind == "my-message");
    CHECK(events[0].causes.at(0).remedy.at(0) == "r 7");
    CHECK(decoder.feed("[    2.000000] foo: widget 7 on fire!").empty()); // again
    CHECK(decoder.feed("[    3.000000] foo: widget 8 on fire!").size() == 1);

    const std::pair<const char*, const char*> mistakes[] = {
        {"[[cause]\n", "line 1"},
        {"[[cause]]\nid='x'\n", "needs id, title"},
        {"[[cause]]\nid='x'\ntitle='t'\nremedy='r'\nwhen=[{confidence=0.5}]\n", "always hold"},
        {"[[cause]]\nid='x'\ntitle='t'\nremedy='r'\nwhen=[{kind='oops'}]\n", "confidence"},
        {"[[cause]]\nid='x'\ntitle='t'\nremedy='r'\nwhen=[{confidence=2,kind='oops'}]\n",
         "at most 1"},
        {"[[cause]]\nid='x'\ntitle='t'\nremedy='r'\nwhen=[{confidence=1,kinds='oops'}]\n",
         "did you mean `kind`"},
        {"[[cause]]\nid='x'\ntitle='t'\nremedy='r'\nwhen=[{confidence=1,text='{'}]\n", "brace"},
        {"[[cause]]\nid='x'\ntitle='t'\nremedy='r'\nwhen=[{confidence=1,ec='oops'}]\n", "number"},
        {"[[causes]]\nid='x'\n", "[[cause]]"}};
    for (const auto& [text, part] : mistakes) {
        CAPTURE(text);
        std::string message;
        try {
            own.add(text, "mine.toml");
        } catch (const Error& error) {
            message = error.what();
        }
        CHECK(message.find("mine.toml") != std::string::npos);
        CHECK(message.find(part) != std::string::npos);
    }
}

TEST_CASE("damaged at random: no crash, no hang, nothing but text comes out") {
    std::string all;
    for (const char* name :
         {"1-stage2-hole.console.txt", "2-its.console.txt", "2-its.vmlinux-disassembly.txt",
          "3-fpexc32.hypervisor-disassembly.txt", "4-scmi-stall.dmesg.txt"})
        all += read_text(name);
    for (const Entry& entry : knowledge().entries())
        all += entry.example;
    std::mt19937 random(4);
    for (unsigned round = 0; round < 150; round++) {
        CAPTURE(round);
        const size_t from = random() % all.size();
        const auto events = decode_text(damaged(all.substr(from, 6000), random));
        for (const Explained& explained : events) {
            CHECK(!explained.event.kind.empty());
            CHECK(!report_text(explained, true).empty());
            CHECK(!report_json(explained).dump(-1, ' ', true).empty());
        }
    }
    CHECK_NOTHROW(decode_text(std::string(200000, 'x')));
    CHECK_NOTHROW(decode_text(std::string(50000, '[')));
}
