// SPDX-License-Identifier: Apache-2.0
// What a loader finds at the start of the image (include/brig/image.h), and the page of the virtual
// console.
#include "layout.h"

    .section .header, "a"
    .ascii  "JAILHOUS"
    .quad   brig_core_size
    .quad   PERCPU_SIZE
    .quad   brig_el1_entry_offset
    .quad   brig_console_offset
    .quad   0                   // coverage
    .word   0, 0                // max_cpus, online_cpus: from the loader
    .quad   0                   // debug_console_base, unused on arm64
    .quad   0                   // arm_linux_hyp_vectors: from the loader
    .word   0, 0                // arm_linux_hyp_abi: from the loader
extension:
    .asciz  "BRIGEXT"
    .word   3                   // version
    .word   extension_end - extension + IMAGE_BOARD_SIZE + 16
    .quad   brig_el2_entry_offset
    .quad   brig_learn_offset   // 0: none
extension_end:                  // brig_board follows (setup/image_board.cpp), then evidence

    .section .bss.console, "aw", %nobits
    .balign PAGE_SIZE
    .global brig_console_page
brig_console_page:
    .space  PAGE_SIZE

// Whether a CPU has come in through the EL1 entry. Alone in its cache line: CPUs that are still at
// EL1 write it while EL2 works uncached.
    .section .data.elected, "aw"
    .balign 256
    .global brig_elected
brig_elected:
    .space  256
