/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * What the hypervisor leaves in memory for those who come after it: log, boot stages, crash
 * records, exits. Two areas of equal size lie at the end of hypervisor memory. A run (from one
 * enable to the next) writes one of them, the other keeps the run before. Both outlive a reset
 * that keeps RAM, as nobody but an enable writes there.
 *
 * An area is found by looking for a valid header at the start of a page, without knowing the
 * configuration or the image of the run that wrote it. All fields are little endian and naturally
 * aligned, addresses are physical, times are values of CNTPCT_EL0.
 */
#ifndef BRIG_EVIDENCE_H
#define BRIG_EVIDENCE_H

#include <brig/exit.h>

#define BRIG_EVIDENCE_MAGIC "BRIGEVD" /* 8 bytes with the NUL */
#define BRIG_EVIDENCE_VERSION 1
#define BRIG_EVIDENCE_ALIGNMENT 4096
#define BRIG_EVIDENCE_MAX_PARTS 8

/* Types of parts. A reader skips those that it does not know. */
#define BRIG_EVIDENCE_STAGES 1  /* a struct brig_boot_stages per CPU */
#define BRIG_EVIDENCE_LOG 2     /* a ring of struct brig_log_entry */
#define BRIG_EVIDENCE_CRASHES 3 /* a struct brig_crash_record per CPU */
#define BRIG_EVIDENCE_EXITS 4   /* a ring of struct brig_exit per CPU, `stride` bytes each */

struct brig_evidence_part {
    brig_u32 type;
    brig_u32 stride; /* bytes per element */
    brig_u64 offset; /* of the first element, from the header */
    brig_u64 count;  /* of elements; of those per CPU, the index is the logical CPU id */
};

/* Written once, at the beginning of a run. */
struct brig_evidence_header {
    char magic[8];
    brig_u32 version;
    brig_u32 header_size; /* of this structure, bytes */
    brig_u64 address;     /* of this structure: a copy elsewhere is none */
    brig_u64 size;        /* of the area, bytes */
    brig_u64 run;         /* 1 for the first one; the larger, the later */
    brig_u64 image;       /* address of the hypervisor image: symbol = pc - image */
    brig_u64 image_size;
    brig_u64 begin;     /* time of the beginning */
    brig_u64 frequency; /* of the counter, Hz */
    brig_u64 unix_time; /* of the beginning, seconds; 0: unknown */
    brig_u32 max_cpus;
    brig_u32 num_parts;
    char version_text[24]; /* of the hypervisor, NUL terminated */
    char board[32];
    struct brig_evidence_part parts[BRIG_EVIDENCE_MAX_PARTS];
    brig_u32 reserved;
    brig_u32 checksum; /* brig_checksum() of all before it */
};

/*
 * Boot stages. Their place is fixed, as they are written before there is a header: at this offset
 * from the start of the area, in order of the logical CPU ids. A record shares no cache line with
 * another one, since some CPUs write theirs uncached.
 */
#define BRIG_STAGES_OFFSET 4096
#define BRIG_STAGES_STRIDE 256
#define BRIG_NUM_STAGES 30

#define BRIG_STAGE_NONE 0
#define BRIG_STAGE_DRIVER 1       /* brig.ko: the next instruction enters EL2 */
#define BRIG_STAGE_EL1_ENTRY 2    /* image: called at EL1, by the reference's driver */
#define BRIG_STAGE_EL2_ENTRY 3    /* image: first instruction at EL2 */
#define BRIG_STAGE_STACK 4        /* registers saved, stack in use */
#define BRIG_STAGE_LEAD 5         /* primary: relocating the image */
#define BRIG_STAGE_FOLLOW 6       /* others: waiting for the primary's tables */
#define BRIG_STAGE_CONFIG 7       /* primary: reading the configuration */
#define BRIG_STAGE_TABLES 8       /* primary: building EL2's page tables */
#define BRIG_STAGE_MMU 9          /* switching EL2's MMU on */
#define BRIG_STAGE_ENTERED 10     /* MMU on; waiting until all CPUs are */
#define BRIG_STAGE_TURN 11        /* waiting for its turn */
#define BRIG_STAGE_CONSOLE 12     /* first CPU: opening the configuration's console */
#define BRIG_STAGE_BOARD 13       /* first CPU: the board's part */
#define BRIG_STAGE_IRQCHIP 14     /* first CPU: the interrupt controller */
#define BRIG_STAGE_FIRMWARE 15    /* asking the firmware for its features */
#define BRIG_STAGE_CPU 16         /* the board's part of this CPU */
#define BRIG_STAGE_INTERFACE 17   /* the CPU's interrupt interface */
#define BRIG_STAGE_INITIALISED 18 /* waiting until all CPUs are */
#define BRIG_STAGE_ROOT 19        /* first CPU: building the root cell */
#define BRIG_STAGE_ACTIVATE 20    /* waiting for the common verdict */
#define BRIG_STAGE_LINUX 21    /* in the root cell: the last instruction before it returns to EL1 */
#define BRIG_STAGE_DISABLE 22  /* asked to disable; waiting for the others */
#define BRIG_STAGE_RELEASE 23  /* giving EL2 back */
#define BRIG_STAGE_REFUSED 24  /* the same, because of `error` */
#define BRIG_STAGE_RELEASED 25 /* brig.ko: back at EL1, without hypervisor */

struct brig_boot_stages {
    brig_u32 stage;                  /* BRIG_STAGE_*, the last one reached */
    brig_s32 error;                  /* negative errno that this CPU has met, or 0 */
    brig_u64 mpidr;                  /* affinity fields of MPIDR_EL1; 0 until stage STACK */
    brig_u64 times[BRIG_NUM_STAGES]; /* when each stage was reached last; 0: never */
};

/* Log ring: entry n (counted from 1) is element n % count. */
#define BRIG_LOG_TEXT_SIZE 96

#define BRIG_LOG_CONTINUED 0x01 /* the line goes on in this CPU's next entry */
#define BRIG_LOG_CELL 0x02      /* printed by a cell, through the hypercall */

struct brig_log_entry {
    brig_u64 sequence; /* 0: never written, or being written */
    brig_u64 time;     /* of the first character */
    brig_u16 cpu;
    brig_u8 length; /* bytes of text, without line feed */
    brig_u8 flags;  /* BRIG_LOG_* */
    brig_u32 reserved;
    char text[BRIG_LOG_TEXT_SIZE];
    brig_u32 padding;
    brig_u32 checksum; /* brig_checksum() of all before it */
};

/* Crash records: of each CPU the last fatal event. */
#define BRIG_CRASH_MAGIC 0x48535243u /* "CRSH" */
#define BRIG_CRASH_EXITS 64
#define BRIG_CRASH_CELL_SIZE 32
#define BRIG_CRASH_REASON_SIZE 96
#define BRIG_CRASH_LIST_REGISTERS 16

#define BRIG_CRASH_CELL 1 /* unhandled or forbidden access of a cell */
#define BRIG_CRASH_HYP 2  /* exception at EL2, or a failed assertion */

struct brig_crash_record {
    brig_u32 magic;
    brig_u32 size;     /* of this structure, bytes */
    brig_u32 checksum; /* brig_checksum() of all behind it */
    brig_u32 kind;     /* BRIG_CRASH_* */
    brig_u32 cpu;      /* logical id */
    brig_u32 count;    /* records that this CPU has written in this run */
    brig_u64 time;
    brig_u32 cell; /* id; ~0: none yet */
    brig_u32 num_exits;
    char cell_name[BRIG_CRASH_CELL_SIZE];
    char reason[BRIG_CRASH_REASON_SIZE]; /* as on the console, NUL terminated */

    brig_u64 x[31];
    brig_u64 sp; /* of the level that the exception came from */
    brig_u64 pc; /* of the instruction, in the cell's or the hypervisor's addresses */
    brig_u64 elr_el2, spsr_el2, esr_el2, far_el2, hpfar_el2;
    brig_u64 hcr_el2, sctlr_el2, tcr_el2, ttbr0_el2, vtcr_el2, vttbr_el2, vbar_el2, tpidr_el2;
    brig_u64 cptr_el2, mdcr_el2, cnthctl_el2, mpidr_el1, midr_el1;

    /* State of EL1, which is the cell's */
    brig_u64 sctlr_el1, ttbr0_el1, ttbr1_el1, tcr_el1, mair_el1, vbar_el1;
    brig_u64 elr_el1, spsr_el1, esr_el1, far_el1, sp_el0, sp_el1, contextidr_el1;
    brig_u64 cntv_ctl_el0, cntv_cval_el0;

    /* Virtual CPU interface (GICv3: ICH_*, GICv2: GICH_*, widened) */
    brig_u64 ich_hcr, ich_vmcr, ich_misr, ich_elrsr;
    brig_u32 num_list_registers;
    brig_u32 reserved;
    brig_u64 list_registers[BRIG_CRASH_LIST_REGISTERS];

    /* The CPU's last num_exits exits to EL2, oldest first. */
    struct brig_exit exits[BRIG_CRASH_EXITS];
};

/* FNV-1a, 32 bits: against memory that did not survive, not against people. */
static inline brig_u32 brig_checksum(const brig_u8* bytes, brig_u64 size) {
    brig_u32 hash = 2166136261u;
    brig_u64 i;

    for (i = 0; i < size; i++)
        hash = (hash ^ bytes[i]) * 16777619u;
    return hash;
}

/*
 * Whether a run of an image that wants `area_size` bytes leaves evidence: both areas together may
 * take a quarter of hypervisor memory, and each CPU needs a place for its stages. Driver and image
 * decide alike.
 */
static inline int brig_evidence_fits(brig_u64 memory_size, brig_u64 area_size, brig_u64 max_cpus) {
    return area_size != 0 && area_size <= memory_size / 8 &&
           BRIG_STAGES_OFFSET + max_cpus * BRIG_STAGES_STRIDE <= area_size;
}

BRIG_STATIC_ASSERT(sizeof(struct brig_evidence_part) == 24);
BRIG_STATIC_ASSERT(sizeof(struct brig_evidence_header) == 344);
BRIG_STATIC_ASSERT(sizeof(struct brig_evidence_header) <= BRIG_STAGES_OFFSET);
BRIG_STATIC_ASSERT(sizeof(struct brig_boot_stages) == BRIG_STAGES_STRIDE);
BRIG_STATIC_ASSERT(sizeof(struct brig_log_entry) == 128);
BRIG_STATIC_ASSERT(BRIG_OFFSETOF(struct brig_crash_record, exits) == 864);

#endif
