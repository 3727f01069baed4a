// SPDX-License-Identifier: Apache-2.0
// The SMC policy of the RK3588, id by id, in any board's build.
#include "rk3588/smc_policy.hpp"

#include <doctest/doctest.h>

#include <string_view>
#include <vector>

using namespace brig;
using bsp::kRk3588SmcPolicy;

static_assert(is_valid_policy(kRk3588SmcPolicy));

namespace {

SmcAction decide(uint32_t id, bool root) {
    return decide_smc(kRk3588SmcPolicy, id, root);
}

// Every call that Rockchip's kernels are known to make.
const std::vector<uint32_t> forwarded{
    0x82000001, 0x82000003, 0x82000004, 0x82000008, 0x82000009, 0x8200000a, 0x8200000e, 0x82000010,
    0x8200ff00, 0x8200ff01, 0x8200ff03,
    // OP-TEE: call with argument, return from RPC, call with registered argument; fast calls
    0x32000000, 0x32000003, 0x32000004, 0x32000005, 0xb2000000, 0xb2000001, 0xb2000007, 0xb2000009,
    0xb200000a, 0xb200000b, 0xb200000d, 0xb200000f, 0xb2000010, 0xb2000011, 0xbf00ff00, 0xbf00ff01,
    0xbf00ff03};
const std::vector<uint32_t> denied{
    0x82000002, 0x82000005, 0x82000006, 0x82000007, 0x8200000b, 0x8200000c, 0x8200000d, 0x8200000f,
    0x82000011, 0x8200001f, 0x82000020, 0x82000021, 0x82000022, 0x82000024, 0x82000025, 0x82000026,
    0x82000028, 0xb7000003, 0xc2000005, 0xc2000006, 0xc2000007,
    // SDEI
    0xc4000020, 0xc4000021, 0xc400003f};
// Without a line of their own, and the neighbours of those that have one
const std::vector<uint32_t> unnamed{0x82000000, 0x82000023, 0x82000027, 0x82000029, 0x8200ff02,
                                    0x8200ff04, 0x8200ffff, 0xc2000000, 0xc2000010, 0x31ffffff,
                                    0x32000100, 0x33000000, 0xb1ffffff, 0xb2000100, 0xb7000000,
                                    0xbf00feff, 0xbf00ff04, 0xc400001f, 0xc4000040, 0};

bool has_line(uint32_t id) {
    for (const SmcRule& rule : kRk3588SmcPolicy)
        if (id >= rule.first && id <= rule.last)
            return true;
    return false;
}

} // namespace

TEST_CASE("RK3588: what the root cell may ask the firmware") {
    for (uint32_t id : forwarded) {
        CAPTURE(id);
        CHECK(decide(id, true) == SmcAction::forward);
    }
    for (const auto* list : {&denied, &unnamed})
        for (uint32_t id : *list) {
            CAPTURE(id);
            CHECK(decide(id, true) == SmcAction::deny);
        }
}

TEST_CASE("RK3588: other cells may ask nothing, not even for their clocks") {
    for (const auto* list : {&forwarded, &denied, &unnamed})
        for (uint32_t id : *list) {
            CAPTURE(id);
            CHECK(decide(id, false) == SmcAction::deny);
        }
}

TEST_CASE("RK3588: every known call has its line and its reason") {
    for (const auto* list : {&forwarded, &denied})
        for (uint32_t id : *list) {
            CAPTURE(id);
            CHECK(has_line(id));
        }
    for (uint32_t id : unnamed)
        CHECK_FALSE(has_line(id));
    for (const SmcRule& rule : kRk3588SmcPolicy) {
        CAPTURE(rule.first);
        CHECK(std::string_view{rule.reason}.size() > 10);
        CHECK((rule.action == SmcAction::deny || rule.caller == SmcCaller::root));
    }
}
