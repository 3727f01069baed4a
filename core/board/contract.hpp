// SPDX-License-Identifier: Apache-2.0
// The board contract: what bsp/<board>/board.hpp must define, as `inline constexpr auto board =
// ...` in namespace brig::bsp. A board is data; the running system's addresses come from its
// configuration, and the record is checked against it at start-up.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "lib/bits.hpp"
#include "smc/policy.hpp"

namespace brig {

/// GIC frames. All addresses are physical.
struct GicFrames {
    unsigned version;     // 2 or 3
    uint64_t gicd;        // distributor
    uint64_t gicr;        // first redistributor (version 3)
    uint64_t gicr_size;   // all redistributors
    unsigned maintenance; // INTID of the maintenance interrupt, 16 to 31
};

/// The UART that speaks before any configuration has been read.
template <typename Driver>
struct EarlyConsole {
    using Uart = Driver;
    uint64_t address;
};

/// What a board record must offer.
template <typename T>
concept Board = requires(const T& board) {
    { board.name } -> std::convertible_to<const char*>; // as in bsp/<name>
    { board.gic } -> std::convertible_to<GicFrames>;
    { board.dram_end } -> std::convertible_to<uint64_t>; // first address above all DRAM
    { board.use_sdei } -> std::convertible_to<bool>; // false: do not, even if firmware offers it
    typename decltype(board.console)::Uart;          // a driver type from console/uart
    { board.console.address } -> std::convertible_to<uint64_t>;
    { board.smc_policy.size() } -> std::convertible_to<size_t>; // std::array of SmcRule
};

/// Compile-time checks with a readable message each.
template <const auto& board>
requires Board<std::remove_cvref_t<decltype(board)>>
consteval bool check_board() {
    static_assert(board.gic.version == 2 || board.gic.version == 3, "gic.version is 2 or 3");
    static_assert(is_aligned(board.gic.gicd, kPageSize), "gic.gicd is not page aligned");
    static_assert(board.gic.maintenance >= 16 && board.gic.maintenance < 32,
                  "gic.maintenance is not a PPI (INTID 16 to 31)");
    static_assert(board.gic.version != 3 || board.gic.gicr_size >= 0x20000,
                  "a GICv3 board needs its redistributors (gic.gicr, gic.gicr_size)");
    static_assert(board.gic.version != 3 || is_aligned(board.gic.gicr, 0x10000),
                  "gic.gicr is not 64 KiB aligned");
    static_assert(!Range{board.gic.gicd, 0x10000}.overlaps({board.gic.gicr, board.gic.gicr_size}),
                  "distributor and redistributors overlap");
    static_assert(board.dram_end > 0 && is_aligned(board.dram_end, kPageSize),
                  "dram_end is not a page boundary");
    static_assert(is_valid_policy(board.smc_policy), "smc_policy: a range is empty, unsorted or "
                                                     "overlaps its predecessor");
    return true;
}

} // namespace brig
