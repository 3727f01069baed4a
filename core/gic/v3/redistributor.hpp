// SPDX-License-Identifier: Apache-2.0
// The redistributors as a cell sees them: its own CPUs' work, foreign ones only identify
// themselves.
#pragma once

#include "cell/cell.hpp"
#include "trap/mmio.hpp"

namespace brig {
struct Cpu;
}

namespace brig::gicv3 {

class Redistributors {
public:
    static constexpr size_t kMaxFrames = 512;

    /// Finds out how far apart the frames are and how many there are, walking from `base` to the
    /// frame with TYPER.Last. `limit` bytes may be touched. Errors: no_device (no GICv3 or v4
    /// there).
    Result<void> init(uint64_t base, uint64_t limit);

    /// The frame of a CPU by its affinity. Errors: no_device.
    Result<uint64_t> find(uint64_t mpidr) const;
    /// After find() for every CPU: `highest` is the CPU whose frame shall be the last that cells
    /// see.
    void assign(Cpu& cpu);

    bool contains(uint64_t address) const { return address - base_ < (frames_ << shift_); }
    Range range() const { return {base_, frames_ << shift_}; }
    MmioResult access(const Cell& cell, MmioAccess& access);

private:
    MmioResult access_own(const Cell& cell, const Cpu& cpu, MmioAccess& access, uint32_t offset);
    uint64_t typer(const Cell& cell, const Cpu& cpu) const;

    uint64_t base_ = 0;
    uint64_t frames_ = 0;
    unsigned shift_ = 0;         // log2 of the frames' distance
    Cpu* last_ = nullptr;        // highest configured CPU id
    Cpu* cpus_[kMaxFrames] = {}; // by frame number; null where no CPU of ours is
};

} // namespace brig::gicv3
