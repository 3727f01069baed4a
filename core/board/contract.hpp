// SPDX-License-Identifier: Apache-2.0
// The board contract: what bsp/<board>/board.hpp must define, as `inline constexpr auto board =
// ...` in namespace brig::bsp. A board is data; the running system's addresses come from its
// configuration, and the record is checked against it at start-up.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "lib/bits.hpp"
#include "smc/policy.hpp"

namespace brig {

/// What `brig port new` writes where a board's device tree is silent. Core names each at start-up
/// until somebody has put the fact in its place.
inline constexpr unsigned kUnknownMaintenance = 0;
inline constexpr uint64_t kUnknownDramEnd = ~uint64_t{kPageSize - 1};

/// GIC frames. All addresses are physical. Where a GIC-400's pages are repeated to fill 64 KiB
/// each, the usable 8 KiB of GICC and GICV are at +0xf000 of the 128 KiB.
struct GicFrames {
    unsigned version;       // 2 or 3
    uint64_t gicd;          // distributor
    uint64_t gicr = 0;      // first redistributor (version 3)
    uint64_t gicr_size = 0; // all redistributors
    uint64_t gicc = 0;      // CPU interface, 8 KiB (version 2)
    uint64_t gich = 0;      // virtual interface control, 4 KiB (version 2)
    uint64_t gicv = 0;      // virtual CPU interface, 8 KiB (version 2)
    unsigned maintenance;   // INTID of the maintenance interrupt, 16 to 31, or kUnknownMaintenance
};

/// The UART that speaks before any configuration has been read.
template <typename Driver>
struct EarlyConsole {
    using Uart = Driver;
    uint64_t address;
    bool wide_registers = false; // 8250: registers are 32 bits wide and 4 bytes apart
    uint32_t divider = 0;        // 0: it is programmed already
};

/// For a board without a UART that Brig can drive: the virtual console alone speaks.
struct NoUart {};

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

constexpr std::array<Range, 4> gicv2_frames(const GicFrames& gic) {
    return {Range{gic.gicd, 0x1000}, {gic.gicc, 0x2000}, {gic.gich, 0x1000}, {gic.gicv, 0x2000}};
}

constexpr bool are_disjoint(const std::array<Range, 4>& ranges) {
    for (size_t i = 0; i < ranges.size(); i++)
        for (size_t j = 0; j < i; j++)
            if (ranges[i].overlaps(ranges[j]))
                return false;
    return true;
}

/// Compile-time checks with a readable message each.
template <const auto& board>
requires Board<std::remove_cvref_t<decltype(board)>>
consteval bool check_board() {
    static_assert(board.gic.version == 2 || board.gic.version == 3, "gic.version is 2 or 3");
    static_assert(is_aligned(board.gic.gicd, kPageSize), "gic.gicd is not page aligned");
    static_assert(board.gic.maintenance == kUnknownMaintenance ||
                      (board.gic.maintenance >= 16 && board.gic.maintenance < 32),
                  "gic.maintenance is not a PPI (INTID 16 to 31)");
    static_assert(board.gic.version != 3 || board.gic.gicr_size >= 0x20000,
                  "a GICv3 board needs its redistributors (gic.gicr, gic.gicr_size)");
    static_assert(board.gic.version != 3 || is_aligned(board.gic.gicr, 0x10000),
                  "gic.gicr is not 64 KiB aligned");
    static_assert(!Range{board.gic.gicd, 0x10000}.overlaps({board.gic.gicr, board.gic.gicr_size}),
                  "distributor and redistributors overlap");
    static_assert(board.gic.version != 2 ||
                      (board.gic.gicc != 0 && board.gic.gich != 0 && board.gic.gicv != 0),
                  "a GICv2 board needs gic.gicc, gic.gich and gic.gicv");
    static_assert(board.gic.version != 2 || (is_aligned(board.gic.gicc, kPageSize) &&
                                             is_aligned(board.gic.gich, kPageSize) &&
                                             is_aligned(board.gic.gicv, kPageSize)),
                  "gic.gicc, gic.gich or gic.gicv is not page aligned");
    static_assert(board.gic.version != 2 || are_disjoint(gicv2_frames(board.gic)),
                  "gic.gicd, gicc, gich and gicv overlap");
    static_assert(board.dram_end > 0 && is_aligned(board.dram_end, kPageSize),
                  "dram_end is not a page boundary");
    static_assert(is_valid_policy(board.smc_policy), "smc_policy: a range is empty, unsorted or "
                                                     "overlaps its predecessor");
    return true;
}

} // namespace brig
