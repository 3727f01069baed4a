/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files of brig.ko share. */
#ifndef BRIG_DRIVER_H
#define BRIG_DRIVER_H

#ifdef pr_fmt
#undef pr_fmt
#endif
#define pr_fmt(fmt) "brig: " fmt

#include <linux/cpumask.h>
#include <linux/kobject.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/printk.h>
#include <linux/rwsem.h>
#include <linux/types.h>

#include <brig/config.h>
#include <brig/console.h>
#include <brig/evidence.h>
#include <brig/image.h>
#include <brig/ioctl.h>

#include "hypercall.h"

#ifdef BRIG_REFERENCE_NAMES
#define BRIG_NAME "jailhouse"
#else
#define BRIG_NAME "brig"
#endif
#define BRIG_PCI_STUB_NAME BRIG_NAME "-pci-stub"

/* The words that free EL2 on every kernel from 5.16 on. */
#define BRIG_KERNEL_ARGUMENTS "kvm-arm.mode=none id_aa64mmfr1.vh=0"

struct brig_stats;
struct bin_attribute;
struct device;
struct firmware;

/* A cell; freed by the release of its kobject. Everything but kobj is protected by brig.lock. */
struct brig_cell {
	struct kobject kobj;
	struct list_head node;		/* in brig.cells */
	u32 id;				/* 0: the root cell */
	char name[BRIG_CELL_NAME_SIZE];
	struct cpumask cpus_assigned;
	struct cpumask cpus_taken;	/* put offline for this cell, to be brought back */
	struct brig_stats *stats;	/* the folder "statistics" */
	struct list_head cpu_stats;	/* its folders cpu<n> */
	u32 num_regions;
	struct brig_memory_region *regions;
	u32 num_pci_devices;
	struct brig_pci_device *pci_devices;
	struct list_head kept;		/* see keeper.c; changes with brig.active */
};

/* The hypervisor's memory, mapped from an enable until the next one or module removal. */
struct brig_memory {
	phys_addr_t phys;
	u64 size;
	void *base;			/* NULL: not mapped */
	u64 core_size;
	u64 percpu_size;
	u64 console_page;
	u64 el2_entry;
	u32 image_version;		/* of the header extension */
	u64 learn_record;		/* offset, 0: the image has no learn mode */
	u64 evidence_size;		/* of an area; 0: the image leaves none */
	u64 evidence_area;		/* offset of this run's, 0: none */
	u64 trace_area;			/* offset, 0: tracing has not been on since the enable */
	u32 max_cpus;
};

struct brig_state {
	struct mutex lock;		/* every management operation */
	struct rw_semaphore active;	/* read: sysfs; write: enabled or a list `kept` changes */
	bool enabled;
	struct device *dev;		/* sysfs root */
	struct brig_memory memory;
	struct brig_system_config *config;	/* our copy, valid while enabled */
	struct brig_cell *root;
	struct list_head cells;		/* creation order, root first */
	struct list_head kept;		/* for the hypervisor's console */
};

extern struct brig_state brig;

/* config.c */
struct brig_system_config *brig_copy_system_config(const void __user *user, size_t *size);
struct brig_cell_desc *brig_copy_cell_config(const struct brig_cell_create *args);
u64 brig_cell_config_size(const struct brig_cell_desc *desc);
const u8 *brig_config_cpu_set(const struct brig_cell_desc *desc);
const struct brig_memory_region *brig_config_regions(const struct brig_cell_desc *desc);
const struct brig_pci_device *brig_config_pci_devices(const struct brig_cell_desc *desc);
u32 brig_config_max_cpus(const struct brig_cell_desc *desc);
bool brig_config_has_cpu(const struct brig_cell_desc *desc, u32 cpu);

/* probe.c */
int brig_probe_cpus(void);
void brig_probe_inspect(struct brig_inspection *inspection);
u64 brig_pstate(void);

/* takeover.S */
int brig_takeover(phys_addr_t entry, u64 cpu, u64 pstate);

/* all_cpus.c */
int brig_run_on_all_cpus(void (*function)(void *info), void *info, unsigned int timeout_ms);

/* memory.c */
int brig_memory_load(const struct brig_system_config *config, size_t config_size,
		     const struct firmware *image);
void brig_memory_set_online_cpus(u32 online_cpus);
void brig_memory_set_evidence_area(u64 offset);
void brig_memory_release(void);
void brig_clean_invalidate(const void *start, size_t size);
int brig_check_not_system_ram(u64 start, u64 size, const char *what);

/* enable.c, disable.c */
int brig_enable(const void __user *arg);
const struct firmware *brig_request_image(void);
int brig_disable(void);
int brig_disable_locked(void);
int brig_failed_root_cpu(void);

/* inspect.c */
int brig_inspect(void __user *arg);
int brig_console_test(const void __user *arg);

/* keeper.c */
void brig_keep(struct list_head *kept, u64 start, u64 size);
void brig_keep_regions(struct brig_cell *cell);
void brig_keep_release(struct list_head *kept);
ssize_t brig_keep_show(const struct list_head *kept, char *buffer);

/* cell.c */
struct brig_cell *brig_cell_alloc(const struct brig_cell_desc *desc);
void brig_cell_remove(struct brig_cell *cell);
struct brig_cell *brig_cell_find(const struct brig_cell_id *id);
int brig_cell_create(const void __user *arg);
int brig_cell_start(const void __user *arg);
int brig_cell_destroy(const void __user *arg);
int brig_cell_destroy_all(void);

/* load.c */
int brig_cell_load(const void __user *arg);

/* sysfs.c */
int brig_sysfs_init(void);
void brig_sysfs_exit(void);
int brig_sysfs_core_add(void);
void brig_sysfs_core_remove(void);
int brig_sysfs_cell_add(struct brig_cell *cell);
void brig_sysfs_cell_remove(struct brig_cell *cell);
long brig_query(u64 code, u64 arg1, u64 arg2);

/* stats.c */
int brig_stats_add(struct brig_cell *cell);
int brig_stats_add_cpu(struct brig_cell *cell, unsigned int cpu);
void brig_stats_remove_cpu(struct brig_cell *cell, unsigned int cpu);
void brig_stats_remove(struct brig_cell *cell);

/* console.c */
extern const struct file_operations brig_fops;
ssize_t brig_console_latest(char *buffer);
void brig_console_start(bool permitted);
void brig_console_stop(void);

/* learn.c */
int brig_learn_init(void);
void brig_learn_exit(void);
void brig_learn_warn(void);

/* evidence.c */
int brig_evidence_init(void);
void brig_evidence_exit(void);
u64 brig_evidence_reserved(const struct brig_memory *memory);
void brig_evidence_begin(void);
void brig_evidence_mark(u32 stage);

/* trace.c */
int brig_trace_init(void);
void brig_trace_exit(void);

/* pci.c */
int brig_pci_init(void);
void brig_pci_exit(void);
void brig_pci_claim(const struct brig_cell *cell);
void brig_pci_release(const struct brig_cell *cell);

/* main.c */
long brig_ioctl(struct file *file, unsigned int command, unsigned long arg);

#endif
