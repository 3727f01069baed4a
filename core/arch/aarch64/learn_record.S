// SPDX-License-Identifier: Apache-2.0
// The pages of learn mode's record, for which the linker script and the image header need a symbol.
#include "layout.h"

    .section .bss.learn, "aw", %nobits
    .balign PAGE_SIZE
    .global brig_learn_pages
brig_learn_pages:
    .space  LEARN_RECORD_SIZE
