// SPDX-License-Identifier: Apache-2.0
// The handler of SDEI event 0. It may interrupt EL2 anywhere, so it uses neither the stack nor
// memory; x0-x17 are the firmware's to restore (DEN 0054, 5.1.2).

    .section .text.sdei, "ax"

// x1: the argument of the registration, VTTBR_EL2 for a stage 2 without entries.
    .global brig_sdei_event
    .type brig_sdei_event, %function
brig_sdei_event:
    msr     vttbr_el2, x1
    isb
    movz    w0, #0xc400, lsl #16    // SDEI_EVENT_COMPLETE
    movk    w0, #0x0025
    mov     x1, #0                  // handled
    smc     #0
