// SPDX-License-Identifier: Apache-2.0
// A cell: what it owns. Fields change only under the management lock, with the CPUs concerned
// suspended.
#pragma once

#include "brig/comm_region.h"
#include "config/view.hpp"
#include "cpu/cpu_set.hpp"
#include "gic/cpu_state.hpp"
#include "lib/bits.hpp"
#include "mem/page_table.hpp"

namespace brig {

/// INTIDs that a cell owns. SGIs and PPIs belong to the CPU and are not listed.
using InterruptSet = Bitmap<kMaxIntid + 4>;

/// Of a CPU whose guest's stage 2 is withdrawn. No cell that can be called in that way may have it.
constexpr unsigned kNoVmid = BRIG_MAX_CELL_ID;

struct Cell {
    Cell* next = nullptr; // creation order, the root cell first
    CellView config;
    Range config_pages; // our copy; empty for the root cell, whose configuration the driver placed
    char name[BRIG_CELL_NAME_SIZE] = {};
    uint32_t id = 0;
    CpuSet cpus;
    InterruptSet interrupts;
    PageTable stage2;
    brig_comm_region* comm = nullptr;
    bool loadable = false;

    bool is_root() const { return id == 0; }
    bool owns(unsigned intid) const { return interrupts.test(intid); }

    /// A 32-bit field of the communication region. Cell and hypervisor both write there at any
    /// time.
    volatile uint32_t& comm_word(size_t offset) const {
        return *reinterpret_cast<volatile uint32_t*>(reinterpret_cast<uintptr_t>(comm) + offset);
    }
    /// The hypervisor trusts the cell's value.
    uint32_t state() const { return comm_word(offsetof(brig_comm_region, cell_state)); }
    void set_state(uint32_t state) { comm_word(offsetof(brig_comm_region, cell_state)) = state; }
    /// VTTBR_EL2: the VMID is the cell id, see kNoVmid.
    uint64_t vttbr() const { return uint64_t{id} << 48 | stage2.root(); }
};

} // namespace brig
