// SPDX-License-Identifier: Apache-2.0
// The one instance of everything that is not per CPU.
#pragma once

#include "brig/image.h"
#include "cell/cell.hpp"
#include "cpu/cpu.hpp"
#include "cpu/cpu_set.hpp"
#include "mem/hyp_map.hpp"
#include "mem/page_pool.hpp"

namespace brig {

struct System {
    PagePool pool;
    HypMap hyp_map;
    const brig_system_config* config = nullptr;
    Range memory;             // hypervisor memory
    Range evidence;           // its end, which outlives a reset; empty: none
    uint64_t percpu_base = 0; // area of CPU 0
    uint32_t max_cpus = 0;
    uint32_t online_cpus = 0;
    uint64_t zero_page = 0; // what the root cell sees in place of hypervisor memory
    TableGeometry stage2_geometry{};
    uint64_t vtcr = 0;
    bool direct_interrupts = false; // cells take theirs themselves, see sdei/sdei.hpp

    Cell root;
    uint32_t num_cells = 1;
    CpuSet cpus; // all that have entered

    brig_trace_area* exit_trace = nullptr; // from the first use on

    Cpu& cpu(size_t id) const {
        return *reinterpret_cast<Cpu*>(percpu_base + id * kPerCpuSize + kPerCpuData);
    }
    /// Null for an unknown id.
    Cell* find_cell(uint64_t id) {
        for (Cell* cell = &root; cell != nullptr; cell = cell->next)
            if (cell->id == id)
                return cell;
        return nullptr;
    }
};

extern System sys;

/// Constant where Kconfig has left the possibility out.
inline bool direct_interrupts() {
    return config::sdei && sys.direct_interrupts;
}

} // namespace brig
