// SPDX-License-Identifier: Apache-2.0
// Bit positions and values are those of ESR_EL2 in the Arm ARM (DDI 0487, D24.2.40), written down
// here a second time.
#include "decode/esr.hpp"
#include "decode/esr_tables.hpp"

#include <doctest/doctest.h>

#include <map>
#include <set>

using namespace brig::decode;

namespace {

uint64_t esr(unsigned ec, uint64_t iss) {
    return uint64_t{ec} << 26 | 1u << 25 | iss;
}

struct Expected {
    unsigned ec;
    uint64_t iss; // 24:0, and ISS2 at 55:32
    std::map<std::string, uint64_t> fields;
};

const Expected kClasses[] = {
    {0x00, 0x1ffffff, {{"ISS", 0x1ffffff}}},
    {0x01,
     1 << 24 | 14 << 20 | 7 << 5 | 1 << 2 | 3,
     {{"CV", 1}, {"COND", 14}, {"RN", 7}, {"RV", 1}, {"TI", 3}}},
    {0x03,
     5 << 17 | 3 << 14 | 9 << 10 | 4 << 5 | 12 << 1 | 1,
     {{"CV", 0}, {"Opc2", 5}, {"Opc1", 3}, {"CRn", 9}, {"Rt", 4}, {"CRm", 12}, {"Direction", 1}}},
    {0x04,
     11 << 16 | 21 << 10 | 4 << 5 | 14 << 1,
     {{"Opc1", 11}, {"Rt2", 21}, {"Rt", 4}, {"CRm", 14}, {"Direction", 0}}},
    {0x05, 7 << 17 | 1, {{"Opc2", 7}, {"Direction", 1}}},
    {0x06,
     0xa5 << 12 | 17 << 5 | 1 << 4 | 3 << 1 | 1,
     {{"imm8", 0xa5}, {"Rn", 17}, {"Offset", 1}, {"AM", 3}, {"Direction", 1}}},
    {0x07, 1 << 24 | 14 << 20, {{"CV", 1}, {"COND", 14}}},
    {0x08, 7 << 10 | 3 << 5, {{"CRn", 7}, {"Rt", 3}}},
    {0x09, 0, {{"ISS", 0}}},
    {0x0a, 2, {{"ISS", 2}}},
    {0x0c, 6 << 16 | 9 << 10, {{"Opc1", 6}, {"Rt2", 9}}},
    {0x0d, 2, {{"BTYPE", 2}}},
    {0x0e, 0, {{"ISS", 0}}},
    {0x11, 0xbeef, {{"imm16", 0xbeef}}},
    {0x12, 0xbeef, {{"imm16", 0xbeef}}},
    {0x13, 1 << 19, {{"CCKNOWNPASS", 1}}},
    {0x14,
     3 << 20 | 1 << 17 | 4 << 14 | 2 << 10 | 5 << 6 | 3 << 1 | 1,
     {{"Op0", 3}, {"Op2", 1}, {"Op1", 4}, {"CRn", 2}, {"Rt", 5}, {"CRm", 3}, {"Direction", 1}}},
    {0x15, 0x1234, {{"imm16", 0x1234}}},
    {0x16, 0x4a48, {{"imm16", 0x4a48}}},
    {0x17, 0, {{"imm16", 0}}},
    {0x18,
     3 << 20 | 5 << 17 | 12 << 10 | 31 << 5 | 11 << 1,
     {{"Op0", 3}, {"Op2", 5}, {"Op1", 0}, {"CRn", 12}, {"Rt", 31}, {"CRm", 11}, {"Direction", 0}}},
    {0x19, 0, {{"ISS", 0}}},
    {0x1a, 3, {{"ERET", 1}, {"ERETA", 1}}},
    {0x1b, 6 << 5, {{"Rd", 6}}},
    {0x1c, 2, {{"DnI", 1}, {"BnA", 0}}},
    {0x1d, 4, {{"SMTC", 4}}},
    {0x1e,
     1 << 21 | 1 << 20 | 0x23 << 14 | 1 << 6 | 0x28,
     {{"S2PTW", 1}, {"InD", 1}, {"GPCSC", 0x23}, {"S1PTW", 0}, {"WnR", 1}, {"xFSC", 0x28}}},
    {0x1f, 5, {{"ISS", 5}}},
    {0x20, 0x85, {{"SET", 0}, {"FnV", 0}, {"EA", 0}, {"S1PTW", 1}, {"IFSC", 5}}},
    {0x21, 2 << 11 | 1 << 10 | 1 << 9 | 0x10, {{"SET", 2}, {"FnV", 1}, {"EA", 1}, {"IFSC", 0x10}}},
    {0x22, 0, {{"ISS", 0}}},
    {0x24,
     uint64_t{1} << 42 | uint64_t{1} << 38 | uint64_t{9} << 32 | 1 << 24 | 2 << 22 | 1 << 21 |
         19 << 16 | 1 << 15 | 1 << 6 | 7,
     {{"ISV", 1},
      {"SAS", 2},
      {"SSE", 1},
      {"SRT", 19},
      {"SF", 1},
      {"AR", 0},
      {"WnR", 1},
      {"DFSC", 7},
      {"TnD", 1},
      {"Overlay", 1},
      {"DirtyBit", 0},
      {"Xs", 9}}},
    {0x25,
     uint64_t{1} << 43 | 1 << 14 | 1 << 13 | 1 << 8 | 0x21,
     {{"AR", 1}, {"VNCR", 1}, {"CM", 1}, {"DFSC", 0x21}, {"HDBSSF", 1}}},
    {0x26, 0, {{"ISS", 0}}},
    {0x27,
     1 << 24 | 5 << 19 | 1 << 18 | 1 << 16 | 3 << 10 | 4 << 5 | 6,
     {{"MemInst", 1},
      {"isSETG", 0},
      {"Options", 5},
      {"FromEpilogue", 1},
      {"WrongOption", 0},
      {"OptionA", 1},
      {"destreg", 3},
      {"srcreg", 4},
      {"sizereg", 6}}},
    {0x28, 1 << 23 | 1, {{"TFV", 1}, {"IOF", 1}}},
    {0x2c,
     1 << 23 | 1 << 7 | 1 << 4 | 1 << 1,
     {{"TFV", 1}, {"IDF", 1}, {"IXF", 1}, {"UFF", 0}, {"OFF", 0}, {"DZF", 1}}},
    {0x2d, 1 << 20 | 30 << 10 | 2 << 5 | 7, {{"ExType", 1}, {"Raddr", 30}, {"Rn", 2}, {"IT", 7}}},
    {0x2f,
     1 << 13 | 3 << 10 | 1 << 9 | 0x11,
     {{"IDS", 0}, {"IESB", 1}, {"AET", 3}, {"EA", 1}, {"DFSC", 0x11}}},
    {0x30, 0x22, {{"IFSC", 0x22}}},
    {0x31, 0x22, {{"IFSC", 0x22}}},
    {0x32, 1 << 24 | 1 << 6 | 0x22, {{"ISV", 1}, {"EX", 1}, {"IFSC", 0x22}}},
    {0x33, 0x22, {{"ISV", 0}, {"EX", 0}}},
    {0x34,
     5 << 18 | 1 << 17 | 1 << 6 | 0x22,
     {{"WPT", 5}, {"WPTV", 1}, {"WPF", 0}, {"WnR", 1}, {"DFSC", 0x22}}},
    {0x35, 1 << 16 | 1 << 15, {{"WPF", 1}, {"FnP", 1}}},
    {0x38, 0xab, {{"Comment", 0xab}}},
    {0x3a, 0, {{"ISS", 0}}},
    {0x3c, 0xf000, {{"Comment", 0xf000}}},
    {0x3d, 1, {{"SYNC", 1}}},
};

} // namespace

TEST_CASE("each exception class has its fields where the architecture has them") {
    for (const Expected& expected : kClasses) {
        CAPTURE(expected.ec);
        const Esr decoded = decode_esr(esr(expected.ec, expected.iss));
        CHECK(decoded.ec == expected.ec);
        CHECK(decoded.il == 1);
        CHECK(decoded.iss == (expected.iss & 0x1ffffff));
        for (const auto& [name, value] : expected.fields) {
            CAPTURE(name);
            const EsrField* field = decoded.field(name);
            REQUIRE(field != nullptr);
            CHECK(field->value == value);
        }
    }
}

TEST_CASE("the test knows every class of the tables, and no field overlaps another") {
    std::set<unsigned> tested;
    for (const Expected& expected : kClasses)
        tested.insert(expected.ec);
    for (unsigned ec = 0; ec < 64; ec++) {
        CAPTURE(ec);
        CHECK((find_esr_class(ec) != nullptr) == tested.contains(ec));
        uint64_t seen = 0;
        for (const EsrField& field : decode_esr(esr(ec, 0)).fields)
            for (unsigned bit = field.lsb; bit <= field.msb; bit++) {
                CHECK((seen >> bit & 1) == 0);
                seen |= uint64_t{1} << bit;
            }
    }
}

TEST_CASE("fault status codes") {
    CHECK(decode_esr(0x82000085).fault() == "translation fault, level 1");
    CHECK(decode_esr(0x96000021).fault() == "alignment fault");
    CHECK(decode_esr(0x96000010).fault() == "synchronous external abort");
    CHECK(decode_esr(0x9600002b).fault() == "translation fault, level -1");
    CHECK(fault_status(0x30) == "TLB conflict abort");
    CHECK(fault_status(0x3d).empty());
}

TEST_CASE("a syndrome in one sentence") {
    CHECK(decode_esr(0x82000085).summary() ==
          "instruction abort from a lower Exception level: translation fault, level 1, on the walk "
          "of a stage 1 table");
    CHECK(decode_esr(0x93800046).summary() ==
          "data abort from a lower Exception level: translation fault, level 2, write of a word "
          "with x0");
    CHECK(decode_esr(0x2000000).summary() == "unknown reason (an UNDEFINED instruction, mostly)");
    CHECK(decode_esr(uint64_t{0x3f} << 26).ec_name.find("does not have") != std::string::npos);
}
