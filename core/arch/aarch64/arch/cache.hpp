// SPDX-License-Identifier: Apache-2.0
// Caches and TLBs.
#pragma once

#include "arch/barrier.hpp"
#include "arch/sysreg.hpp"
#include "lib/bits.hpp"

namespace brig::arch {

/// Cleans and invalidates [start, start + size) to the point of coherency, on all CPUs. Works with
/// the MMU off too (Arm ARM D7.5.9: by VA, which is then the PA).
inline void clean_invalidate(uint64_t start, uint64_t size) {
    const uint64_t line = 4u << field(CtrEl0::read(), 19, 16);
    for (uint64_t at = align_down(start, line); at < start + size; at += line)
        asm volatile("dc civac, %0" ::"r"(at) : "memory");
    dsb_sy();
}

/// All stage-1 and stage-2 entries of the current VMID, on all CPUs. Twice: Cortex-A55 erratum
/// 2441007 and Cortex-A76 erratum 1286807 want TLBI and DSB repeated.
inline void flush_tlb_current_vmid() {
    asm volatile("dsb ishst\n\ttlbi vmalls12e1is\n\tdsb ish\n\t"
                 "tlbi vmalls12e1is\n\tdsb ish\n\tisb" ::
                     : "memory");
}

/// Entries of intermediate physical addresses of the current VMID (break-before-make). By address
/// only for a page: an entry invalidated that way says nothing of its neighbours.
inline void flush_tlb_ipa(Range range) {
    if (range.size > kPageSize)
        return flush_tlb_current_vmid();
    asm volatile(
        "dsb ishst\n\ttlbi ipas2e1is, %0\n\tdsb ish\n\ttlbi vmalle1is\n\tdsb ish\n\t"
        "tlbi ipas2e1is, %0\n\tdsb ish\n\ttlbi vmalle1is\n\tdsb ish\n\tisb" ::"r"(range.start >> 12)
        : "memory");
}

/// Virtual addresses of EL2.
inline void flush_tlb_el2(Range range) {
    if (range.size > kPageSize)
        asm volatile("dsb ishst\n\ttlbi alle2is\n\tdsb ish\n\ttlbi alle2is\n\tdsb ish\n\tisb" ::
                         : "memory");
    else
        asm volatile(
            "dsb ishst\n\ttlbi vae2is, %0\n\tdsb ish\n\ttlbi vae2is, %0\n\tdsb ish\n\tisb" ::"r"(
                range.start >> 12)
            : "memory");
}

} // namespace brig::arch
