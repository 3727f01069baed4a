/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who touched what has no model. */
#ifndef BRIG_TWIN_RECORDER_H
#define BRIG_TWIN_RECORDER_H

#include "exec/memory.h"

/* A range of addresses whose touches are recorded. */
typedef struct TwinRecorder {
    const char *node;       /* path; NULL: no node has this address */
    const char *compatible; /* its first, or "" */
    uint64_t base;
    GHashTable *seen;       /* (page, who) that the file has */
    GHashTable *totals;     /* who -> Total */
} TwinRecorder;

/* Opens the file, NULL: none. What happens is written there as it does, totals at reset and exit. */
bool twin_record_to(const char *file, Error **errp);

TwinRecorder *twin_recorder_new(const char *node, const char *compatible, uint64_t base);

void twin_record(TwinRecorder *recorder, uint64_t offset, unsigned size, bool write, uint64_t value,
                 MemTxAttrs attrs);

#endif
