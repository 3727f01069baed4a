// SPDX-License-Identifier: Apache-2.0
// Hypercalls (abi: hypercalls.md 2).
#include "brig/hypercall.h"

#include "cell/control.hpp"
#include "console/console.hpp"
#include "learn/learn.hpp"
#include "setup/disable.hpp"
#include "system.hpp"
#include "trace/trace.hpp"
#include "trap/exits.hpp"

namespace brig::hypercall {

namespace {

constexpr int64_t as_value(Error error) {
    return static_cast<int64_t>(error);
}

int64_t as_value(Result<void> result) {
    return result ? 0 : as_value(result.error());
}

int64_t as_value(Result<uint64_t> result) {
    return result ? static_cast<int64_t>(*result) : as_value(result.error());
}

int64_t get_info(uint64_t type) {
    switch (type) {
    case BRIG_INFO_MEM_POOL_SIZE:
        return static_cast<int64_t>(sys.pool.size());
    case BRIG_INFO_MEM_POOL_USED:
        return static_cast<int64_t>(sys.pool.used());
    case BRIG_INFO_REMAP_POOL_SIZE:
        return HypMap::kRemapPages;
    case BRIG_INFO_REMAP_POOL_USED:
        return static_cast<int64_t>(sys.hyp_map.remap_used());
    case BRIG_INFO_NUM_CELLS:
        return sys.num_cells;
    default:
        return as_value(Error::invalid);
    }
}

int64_t cell_get_state(uint64_t id) {
    const Cell* cell = sys.find_cell(id);
    if (cell == nullptr)
        return as_value(Error::not_found);
    const uint32_t state = cell->state();
    return state <= BRIG_CELL_COMM_MISMATCH ? int64_t{state} : as_value(Error::invalid);
}

int64_t cpu_get_info(const Cell& caller, uint64_t id, uint64_t type) {
    if (!sys.cpus.test(id))
        return as_value(Error::invalid);
    if (!caller.is_root() && !caller.cpus.test(id))
        return as_value(Error::permission);
    const Cpu& cpu = sys.cpu(id);
    if (type == BRIG_CPU_INFO_STATE)
        return cpu.power == PowerState::failed ? BRIG_CPU_FAILED : BRIG_CPU_RUNNING;
    const uint64_t counter = type - BRIG_CPU_INFO_STAT_BASE;
    if (type < BRIG_CPU_INFO_STAT_BASE || counter >= BRIG_NUM_STATS)
        return as_value(Error::invalid);
    return cpu.stats[counter] & 0x7fffffff;
}

int64_t console_putc(const Cell& caller, uint64_t character) {
    if (!caller.config.has_flag(BRIG_CELL_CONSOLE_PERMITTED))
        return as_value(Error::permission);
    console::put(static_cast<char>(character));
    return 0;
}

bool is_management(uint64_t code) {
    return code <= BRIG_HC_CELL_DESTROY || code == BRIG_HC_CELL_GET_STATE;
}

bool is_learn_command(uint64_t code, uint64_t argument) {
    return config::learn && code == BRIG_HC_GET_INFO && argument == BRIG_INFO_LEARN;
}

bool is_trace_command(uint64_t code, uint64_t argument) {
    return config::exit_trace && code == BRIG_HC_GET_INFO && argument == BRIG_INFO_TRACE;
}

int64_t manage_locked(uint64_t code, uint64_t argument, uint64_t argument2) {
    if constexpr (config::learn)
        if (is_learn_command(code, argument))
            return as_value(learn::command(argument2));
    if constexpr (config::exit_trace)
        if (is_trace_command(code, argument))
            return as_value(trace::command(argument2));
    switch (code) {
    case BRIG_HC_CELL_CREATE:
        return as_value(control::create(argument));
    case BRIG_HC_CELL_START:
        return as_value(control::start(argument));
    case BRIG_HC_CELL_SET_LOADABLE:
        return as_value(control::set_loadable(argument));
    case BRIG_HC_CELL_DESTROY:
        return as_value(control::destroy(argument));
    default:
        return cell_get_state(argument);
    }
}

void manage(Cpu& cpu, Frame& frame, uint64_t code, uint64_t argument) {
    int64_t result = as_value(Error::permission);
    if (cpu.cell->is_root() && code == BRIG_HC_DISABLE) {
        result = as_value(setup::disable(cpu, frame));
    } else if (cpu.cell->is_root()) {
        const management::Guard guard{frame};
        if (!guard.held())
            return;
        result = manage_locked(code, argument, frame.x[2]);
    }
    frame.x[0] = static_cast<uint64_t>(result);
}

} // namespace

Verdict fast(Cpu& cpu, Frame& frame) {
    cpu.count(BRIG_STAT_HYPERCALL);
    const uint64_t code = frame.x[0];
    if (code <= BRIG_HC_CONSOLE_PUTC)
        return Verdict::again;
    frame.x[0] = static_cast<uint64_t>(as_value(Error::not_supported));
    return Verdict::done;
}

void slow(Cpu& cpu, Frame& frame) {
    const uint64_t code = frame.x[0];
    const uint64_t argument = frame.x[1];
    if (is_management(code) || is_learn_command(code, argument) || is_trace_command(code, argument))
        return manage(cpu, frame, code, argument);
    int64_t result = 0;
    if (code == BRIG_HC_GET_INFO)
        result = get_info(argument);
    else if (code == BRIG_HC_CPU_GET_INFO)
        result = cpu_get_info(*cpu.cell, argument, frame.x[2]);
    else
        result = console_putc(*cpu.cell, argument);
    frame.x[0] = static_cast<uint64_t>(result);
}

} // namespace brig::hypercall
