// SPDX-License-Identifier: GPL-2.0-only
/*
 * Starts a hypervisor image through its EL1 entry, as an unmodified driver of the reference would,
 * to prove that the image keeps that contract. For tests only: it takes unexported symbols.
 *
 *   insmod refload.ko config=/brig/root.cell [image=brig.bin]	enable; fails with the image's code
 *   echo "CODE [ARG1 [ARG2]]" > /sys/module/refload/parameters/hypercall; cat the same file
 *   rmmod refload						disable; dmesg has the result
 *
 * Checks of the image's manners are reported in dmesg as "refload: FAULT: ...".
 */
#define pr_fmt(fmt) "refload: " fmt

#include <linux/cpu.h>
#include <linux/device.h>
#include <linux/err.h>
#include <linux/firmware.h>
#include <linux/io.h>
#include <linux/kernel_read_file.h>
#include <linux/kprobes.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/smp.h>
#include <linux/vmalloc.h>

#include <asm/barrier.h>
#include <asm/memory.h>

#include <brig/config.h>
#include <brig/hypercall.h>
#include <brig/image.h>

#include "exec_map.h"

#define X18_PATTERN 0x5ca1ab1e5ca1ab1eUL

static char *image = "brig.bin";
module_param(image, charp, 0444);
MODULE_PARM_DESC(image, "Image, a file name below /lib/firmware");

static char *config = "/brig/root.cell";
module_param(config, charp, 0444);
MODULE_PARM_DESC(config, "Path of the system configuration");

static struct device *device;
static void *memory;
static struct brig_image_header header;
static atomic_t failures;
static int last_error;

static long hypercall(u64 code, u64 arg1, u64 arg2)
{
	register u64 x0 asm("x0") = code;
	register u64 x1 asm("x1") = arg1;
	register u64 x2 asm("x2") = arg2;

	asm volatile("hvc #0x4a48" : "+r" (x0), "+r" (x1), "+r" (x2) : : "x3", "memory");
	return x0;
}

/* The physical address of the kernel's stub vectors, which no driver can know without a trick. */
static phys_addr_t hyp_stub_vectors(void)
{
	struct kprobe probe = { .symbol_name = "kallsyms_lookup_name" };
	unsigned long (*lookup)(const char *name);
	unsigned long vectors;

	if (register_kprobe(&probe) < 0)
		return 0;
	lookup = (void *)probe.addr;
	unregister_kprobe(&probe);
	vectors = lookup("__hyp_stub_vectors");
	return vectors ? __pa_symbol(vectors) : 0;
}

static u32 max_cpus(const struct brig_system_config *system)
{
	const u8 *set = (const u8 *)(system + 1);
	u32 byte = system->root_cell.cpu_set_size;

	while (byte-- > 0)
		if (set[byte])
			return byte * 8 + fls(set[byte]);
	return 0;
}

/* What the reference does and no more: to the point of unification, and the core only. */
static void sync_core(void)
{
	unsigned long line = (unsigned long)memory;

	for (; line < (unsigned long)memory + header.core_size; line += 16)
		asm volatile("dc cvau, %0" : : "r" (line) : "memory");
	dsb(ish);
	asm volatile("ic ialluis" : : : "memory");
	dsb(ish);
	isb();
}

static int fill_memory(const struct firmware *fw, const void *system, size_t size)
{
	struct brig_image_header *target = memory;
	const struct brig_system_config *start = system;

	memcpy(memory, fw->data, fw->size);
	memset(memory + fw->size, 0, start->hypervisor_memory.size - fw->size);
	target->max_cpus = max_cpus(start);
	target->arm_linux_hyp_vectors = hyp_stub_vectors();
	target->arm_linux_hyp_abi = BRIG_HYP_ABI_OPCODE;
	if (!target->arm_linux_hyp_vectors) {
		pr_err("the kernel's hyp stub vectors cannot be found\n");
		return -ENOENT;
	}
	header = *target;
	sync_core();
	memcpy(memory + header.core_size + header.max_cpus * header.percpu_size, system, size);
	target->online_cpus = num_online_cpus();
	return 0;
}

static void enter(void *unused)
{
	register u64 x0 asm("x0") = smp_processor_id();
	u64 x18;

	asm volatile("mov	x18, %[pattern]\n"
		     "blr	%[entry]\n"
		     "mov	%[x18], x18\n"
		     : "+r" (x0), [x18] "=r" (x18)
		     : [entry] "r" (memory + header.entry), [pattern] "r" (X18_PATTERN)
		     : "x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11", "x12",
		       "x13", "x14", "x15", "x16", "x17", "x18", "x30", "memory", "cc");
	if (x18 != X18_PATTERN)
		pr_err("FAULT: x18 was lost on CPU %d\n", smp_processor_id());
	if ((int)x0) {
		/* The first code is there before the second CPU compares. */
		int first = cmpxchg(&last_error, 0, (int)x0);

		atomic_inc(&failures);
		if (first && first != (int)x0)
			pr_err("FAULT: the CPUs got different codes, %d and %d\n", first, (int)x0);
	}
}

static void leave(void *unused)
{
	u64 end = header.core_size + header.max_cpus * header.percpu_size;
	u64 offset;
	long ret;

	for (offset = 0; offset < end; offset += PAGE_SIZE)
		(void)READ_ONCE(*(u32 *)(memory + offset));
	ret = hypercall(BRIG_HC_DISABLE, 0, 0);
	if (ret) {
		atomic_inc(&failures);
		last_error = ret;
	}
}

static char hypercall_result[32] = "none\n";

static int hypercall_set(const char *value, const struct kernel_param *param)
{
	u64 code, arg1 = 0, arg2 = 0;

	if (!memory || sscanf(value, "%lli %lli %lli", &code, &arg1, &arg2) < 1)
		return -EINVAL;
	snprintf(hypercall_result, sizeof(hypercall_result), "%ld\n",
		 hypercall(code, arg1, arg2));
	return 0;
}

static int hypercall_get(char *buffer, const struct kernel_param *param)
{
	return sprintf(buffer, "%s", hypercall_result);
}

static const struct kernel_param_ops hypercall_ops = {
	.set = hypercall_set,
	.get = hypercall_get,
};
module_param_cb(hypercall, &hypercall_ops, NULL, 0644);

static int enable(const struct firmware *fw, const void *system, size_t size)
{
	const struct brig_system_config *start = system;
	int ret;

	memory = exec_map(start->hypervisor_memory.phys_start, start->hypervisor_memory.size);
	if (!memory)
		return -EBUSY;
	ret = fill_memory(fw, system, size);
	if (!ret) {
		cpus_read_lock();
		on_each_cpu(enter, NULL, 1);
		cpus_read_unlock();
		ret = last_error;
	}
	if (ret) {
		memunmap(memory);
		memory = NULL;
	}
	return ret;
}

static int __init refload_init(void)
{
	const struct firmware *fw;
	void *system = NULL;
	size_t size;
	int ret;

	device = root_device_register("refload");
	if (IS_ERR(device))
		return PTR_ERR(device);
	ret = request_firmware(&fw, image, device);
	if (ret)
		goto unregister;
	ret = kernel_read_file_from_path(config, 0, &system, INT_MAX, &size, READING_FIRMWARE);
	if (ret < 0) {
		pr_err("reading %s failed (%d)\n", config, ret);
		goto release;
	}
	ret = size < sizeof(struct brig_system_config) ? -EINVAL : enable(fw, system, size);
	vfree(system);
	pr_info("enable: %d\n", ret);
release:
	release_firmware(fw);
unregister:
	if (ret)
		root_device_unregister(device);
	return ret;
}

static void __exit refload_exit(void)
{
	atomic_set(&failures, 0);
	last_error = 0;
	cpus_read_lock();
	on_each_cpu(leave, NULL, 1);
	cpus_read_unlock();
	pr_info("disable: %d\n", last_error);
	memunmap(memory);
	root_device_unregister(device);
}

module_init(refload_init);
module_exit(refload_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Test: starts a hypervisor image through its EL1 entry");
