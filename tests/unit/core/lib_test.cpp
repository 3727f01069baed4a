// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "lib/bitmap.hpp"
#include "lib/bits.hpp"
#include "lib/error.hpp"
#include "lib/format.hpp"

using namespace brig;

namespace {

class Text final : public Sink {
public:
    void put(char c) override { text += c; }
    std::string text;
};

template <typename... Args>
std::string print(const char* format, Args... args) {
    Text sink;
    brig::format(sink, format, args...);
    return sink.text;
}

Result<int> half(int n) {
    if (n % 2 != 0)
        return Error::invalid;
    return n / 2;
}
Result<int> quarter(int n) {
    return BRIG_TRY(half(BRIG_TRY(half(n))));
}
Result<void> check_quarter(int n) {
    BRIG_CHECK(quarter(n));
    return {};
}

} // namespace

TEST_CASE("bitmap") {
    Bitmap<70> map;
    CHECK(map.empty());
    CHECK(map.next() == 70);
    for (size_t n : {0, 31, 32, 63, 64, 69})
        map.set(n);
    CHECK(map.count() == 6);
    CHECK(map.test(69));
    CHECK_FALSE(map.test(70));
    CHECK_FALSE(map.test(~size_t{0}));
    CHECK(map.next(1) == 31);
    CHECK(map.next(33) == 63);
    CHECK(map.next(65) == 69);
    CHECK(map.next(70) == 70);
    std::vector<size_t> members;
    for (size_t n : map)
        members.push_back(n);
    CHECK(members == std::vector<size_t>{0, 31, 32, 63, 64, 69});

    Bitmap<70> part;
    CHECK(map.contains(part));
    part.set(32);
    CHECK(map.contains(part));
    part.set(33);
    CHECK_FALSE(map.contains(part));
    part.assign(33, false);
    CHECK(map.contains(part));
    map.clear(32);
    CHECK_FALSE(map.contains(part));
    CHECK(map.word(2) == 0x21);
}

TEST_CASE("format") {
    CHECK(print("plain") == "plain");
    CHECK(print("{} {} {}", 1u, -2, "x") == "1 -2 x");
    CHECK(print("{:x}", 0xdeadbeefull) == "deadbeef");
    CHECK(print("{:016x}", 0xabcu) == "0000000000000abc");
    CHECK(print("{:02x}", 0x123u) == "123");
    CHECK(print("[{:4}]", 42u) == "[  42]");
    CHECK(print("[{:4}]", -42) == "[ -42]");
    CHECK(print("[{:05}]", -42) == "[-0042]");
    CHECK(print("{:x}", -1) == "ffffffffffffffff");
    CHECK(print("{}", INT64_MIN) == "-9223372036854775808");
    CHECK(print("{}", UINT64_MAX) == "18446744073709551615");
    CHECK(print("{}", 'c') == "c");
    CHECK(print("{}", Address{0x1234}) == "0x0000000000001234");
    CHECK(print("{} {}", 1u) == "1 {?}");
    CHECK(print("{}", 1u, 2u) == "1");
    CHECK(print("100% {") == "100% {");
    CHECK(print("{y}") == "{y}");
    CHECK(print("{:0") == "{:0");
    CHECK(print("{}", 0u) == "0");
    CHECK(print("{}{}", "", "") == "");
}

TEST_CASE("result carries a value or an error") {
    CHECK(*quarter(8) == 2);
    CHECK(quarter(6).error() == Error::invalid);
    CHECK(check_quarter(8));
    CHECK(check_quarter(3).error() == Error::invalid);
    CHECK(static_cast<int>(Error::not_supported) == -38);
}

TEST_CASE("bits") {
    static_assert(mask(63, 0) == ~uint64_t{0});
    static_assert(mask(7, 4) == 0xf0);
    static_assert(field(0x12345678, 15, 8) == 0x56);
    static_assert(align_up(1, 4096) == 4096 && align_up(4096, 4096) == 4096);
    static_assert(align_down(8191, 4096) == 4096);
    static_assert(pages_of(0) == 0 && pages_of(1) == 1 && pages_of(4097) == 2);
}

TEST_CASE("range arithmetic") {
    const Range range{0x1000, 0x1000};
    CHECK(range.contains(0x1000));
    CHECK(range.contains(0x1fff));
    CHECK_FALSE(range.contains(0x2000));
    CHECK_FALSE(range.contains(0xfff));
    CHECK(range.contains(Range{0x1ff0, 0x10}));
    CHECK_FALSE(range.contains(Range{0x1ff0, 0x11}));
    CHECK_FALSE(range.contains(Range{0x1ff0, ~uint64_t{0}}));
    CHECK(range.overlaps({0x1fff, 1}));
    CHECK_FALSE(range.overlaps({0x2000, 1}));
    CHECK_FALSE(range.overlaps({0x1800, 0}));
    CHECK(range.intersect({0x1800, 0x10000}).size == 0x800);
    CHECK(range.intersect({0x3000, 0x1000}).empty());
    CHECK(Range{0x1ff8, 0x10}.page_cover().start == 0x1000);
    CHECK(Range{0x1ff8, 0x10}.page_cover().size == 0x2000);
    CHECK(Range{0, ~uint64_t{0}}.contains(Range{~uint64_t{0} - 8, 4}));
    CHECK_FALSE(Range{}.contains(0));
}
