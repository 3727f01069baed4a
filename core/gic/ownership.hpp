// SPDX-License-Identifier: Apache-2.0
// Which interrupts a configuration gives to its cell.
#pragma once

#include "cell/cell.hpp"

namespace brig::ownership {

/// SPIs of all irqchip entries whose address is `gicd_base`. Others are ignored, as the ABI
/// demands. Errors: invalid (pin_base not a multiple of 32, or beyond INTID 1023).
inline Result<InterruptSet> parse(const CellView& config, uint64_t gicd_base) {
    InterruptSet set;
    for (const auto& chip : config.irqchips()) {
        if (chip.address != gicd_base)
            continue;
        if (chip.pin_base % 32 != 0 || chip.pin_base + uint64_t{128} > 1024)
            return Error::invalid;
        for (size_t i = 0; i < 4; i++)
            set.word(chip.pin_base / 32 + i) |= chip.pin_bitmap[i];
    }
    set.word(31) &= 0x0fffffff; // INTIDs 1020 to 1023 are special
    set.word(0) = 0;            // what the file says of SGIs and PPIs does not count
    return set;
}

constexpr unsigned kFirstSpi = 32;

/// Every cell has the PPIs of its CPUs, except the maintenance interrupt, so that the interrupt
/// exit needs one look-up.
inline void add_private(InterruptSet& set, unsigned maintenance) {
    set.word(0) = 0xffff0000 & ~(1u << maintenance);
}

/// Calls `action(intid)` for every SPI of a set.
template <typename Action>
void for_each_spi(const InterruptSet& set, Action action) {
    for (size_t i = set.next(kFirstSpi); i < InterruptSet::kSize; i = set.next(i + 1))
        action(static_cast<unsigned>(i));
}

/// `from` loses the SPIs of `taken`.
inline void remove_spis(InterruptSet& from, const InterruptSet& taken) {
    for (size_t i = 1; i < InterruptSet::kWords; i++)
        from.word(i) &= ~taken.word(i);
}

/// `to` gets back those SPIs of `returned` that `original` lists.
inline void return_spis(InterruptSet& to, const InterruptSet& returned,
                        const InterruptSet& original) {
    for (size_t i = 1; i < InterruptSet::kWords; i++)
        to.word(i) |= returned.word(i) & original.word(i);
}

inline bool share_spis(const InterruptSet& a, const InterruptSet& b) {
    for (size_t i = 1; i < InterruptSet::kWords; i++)
        if ((a.word(i) & b.word(i)) != 0)
            return true;
    return false;
}

} // namespace brig::ownership
