// SPDX-License-Identifier: Apache-2.0
// layout.h against the structures.
#include "layout.h"

#include "brig/config.h"
#include "brig/evidence.h"
#include "brig/image.h"
#include "brig/learn.h"
#include "cpu/cpu.hpp"

namespace brig {

static_assert(offsetof(brig_image_header, core_size) == HEADER_CORE_SIZE);
static_assert(offsetof(brig_image_header, max_cpus) == HEADER_MAX_CPUS);
static_assert(offsetof(brig_image_header, arm_linux_hyp_vectors) == HEADER_HYP_VECTORS);
static_assert(offsetof(brig_image_header, arm_linux_hyp_abi) == HEADER_HYP_ABI);
static_assert(sizeof(brig_image_board) == IMAGE_BOARD_SIZE);
static_assert(offsetof(brig_system_config, hypervisor_memory) == CONFIG_PHYS_START);
static_assert(offsetof(brig_system_config, hypervisor_memory.size) == CONFIG_MEMORY_SIZE);
static_assert(sizeof(brig_image_header) + offsetof(brig_image_extension, evidence_size) ==
              HEADER_EVIDENCE_SIZE);
static_assert(sizeof(brig_image_header) + offsetof(brig_image_extension, evidence_area) ==
              HEADER_EVIDENCE_AREA);

static_assert(STAGES_OFFSET == BRIG_STAGES_OFFSET && STAGES_STRIDE == BRIG_STAGES_STRIDE);
static_assert(offsetof(brig_boot_stages, stage) == 0);
static_assert(offsetof(brig_boot_stages, times) == STAGES_TIMES);
static_assert(STAGE_EL1_ENTRY == BRIG_STAGE_EL1_ENTRY);
static_assert(STAGE_EL2_ENTRY == BRIG_STAGE_EL2_ENTRY);

static_assert(kPerCpuSize == PERCPU_SIZE);
static_assert(kPerCpuStackBottom == PERCPU_STACK);
static_assert(kPerCpuData == PERCPU_DATA);
static_assert(kPageSize == PAGE_SIZE);

static_assert(align_up(sizeof(brig_learn_record), kPageSize) == LEARN_RECORD_SIZE);

static_assert(offsetof(HostState, x) == HOST_X18);
static_assert(offsetof(HostState, sp_el2) == HOST_SP_EL2);
static_assert(offsetof(HostState, return_address) == HOST_RETURN);
static_assert(offsetof(HostState, pstate) == HOST_PSTATE);
static_assert(offsetof(HostState, vbar_el2) == HOST_VBAR_EL2);
static_assert(offsetof(HostState, sctlr_el2) == HOST_SCTLR_EL2);

static_assert(sizeof(Frame) == FRAME_SIZE);
// Frame and stack of an exception at EL2 share the data page with Cpu.
static_assert(sizeof(Cpu) + FRAME_SIZE + 1536 <= kPageSize);

} // namespace brig
