// SPDX-License-Identifier: Apache-2.0
// The exception vectors of a CPU whose exits are recorded.
#include "vectors.h"

EXIT_VECTORS brig_traced_vectors, brig_traced_sync_fast, brig_traced_sync_slow, \
    brig_traced_interrupt, brig_traced_events
