// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lets a test do anything at EL1 on a chosen CPU of the root cell: hypercalls, SMCs, system
 * registers, any instruction, accesses to any physical address. For tests only.
 *
 * Protocol: write one command to /proc/hvctest, then read the answer from there.
 *
 *   hvc CPU IMM [X0 ... X7]		hvc #IMM
 *   smc CPU [X0 ... X7]			smc #0
 *   mrs CPU OP0 OP1 CRN CRM OP2		read a system register, value in x0
 *   msr CPU OP0 OP1 CRN CRM OP2 VALUE	write it
 *   read CPU SIZE ADDRESS		load 1, 2, 4 or 8 bytes from a physical address, value in x0
 *   write CPU SIZE ADDRESS VALUE		store
 *   exec CPU ADDRESS			call the code at a physical address, its x0 in x0
 *   insn CPU WORD [X0 ... X7]		any A64 instruction that does not branch away
 *   file OFFSET PATH			copy a file to OFFSET of the buffer
 *   poke OFFSET SIZE VALUE		store 1, 2, 4 or 8 bytes at OFFSET of the buffer
 *
 * CPU is a list like "1" or "0,2-3", or "all": the same on each of them at once. Numbers are decimal
 * or 0x...; as a value (X0 ... X7) there are also
 *   buf, buf+N	the physical address of the buffer (128 KiB, contiguous), plus N
 *   dev:P	a virtual address that maps physical P as a device (Device-nGnRE)
 *   mem:P	the same as normal cacheable memory
 *   code:P	the same, executable
 * `read` and `write` take ADDRESS as dev:ADDRESS if it is a number; P must not be System RAM.
 *
 * Answer: for each CPU "cpu N: x0=0x... (signed decimal) x1=0x... ... x7=0x...", or "cpu N: no
 * answer" when it did not finish in timeout_ms (module parameter): the hypervisor has parked it.
 * file, poke: "buffer: 0xPHYS". On a wrong command write() fails and the answer is "error: ...".
 *
 * Linux does not know that a CPU is parked: it may still give it work, and whatever waits for all
 * CPUs (RCU, module removal, CPU hotplug) waits for ever. Test soon, with simple commands, and boot
 * with isolcpus=N to use CPU N safely.
 *
 * The instruction runs with interrupts masked. One that EL1 itself finds UNDEFINED, or that faults
 * at stage 1, is a kernel oops. The writer goes to a CPU that it does not name; if it names all, its
 * own takes part as the last.
 */
#include <linux/cpu.h>
#include <linux/cpumask.h>
#include <linux/ctype.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/io.h>
#include <linux/ioport.h>
#include <linux/kernel_read_file.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/proc_fs.h>
#include <linux/sched.h>
#include <linux/sizes.h>
#include <linux/smp.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>

#include <asm/barrier.h>

#include "exec_map.h"
#include "hvctest.h"

#define BUFFER_SIZE SZ_128K
#define NUM_REGS 8
#define MAX_WORDS 12
#define MAX_MAPS NUM_REGS

#define INSN_HVC(imm) (0xd4000002 | (u32)(imm) << 5)
#define INSN_SMC 0xd4000003
#define INSN_MRS_X0 0xd5200000
#define INSN_MSR_X0 0xd5000000
#define INSN_BLR_X1 0xd63f0020
#define INSN_LOAD_X0_X1 0x39400020 /* byte; the size goes to bits 31:30 */
#define INSN_STORE_X2_X1 0x39000022

void hvctest_run(u64 *regs, void *slot);
extern char hvctest_slots[];

static unsigned int timeout_ms = 10000;
module_param(timeout_ms, uint, 0644);
MODULE_PARM_DESC(timeout_ms, "How long to wait for a CPU");

enum job_state { IDLE, RUNNING, DONE };

/* Static: a parked CPU keeps its job for ever. */
static struct job {
	struct task_struct *thread;
	enum job_state state;
	u64 regs[NUM_REGS];
} jobs[HVCTEST_SLOTS];

/* What a command maps; a mapping that a parked CPU may use is never undone. */
static struct {
	void *address;
	bool device;
} maps[MAX_MAPS];
static unsigned int num_maps;

static DEFINE_MUTEX(lock);
static char answer[16 * 1024];
static size_t answer_length;
static void *buffer;

static __printf(1, 2) void say(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	answer_length += vscnprintf(answer + answer_length, sizeof(answer) - answer_length,
				    format, args);
	va_end(args);
}

static int fail(const char *why, const char *what)
{
	say("error: %s: %s\n", what ? what : "(nothing)", why);
	return -EINVAL;
}

enum map_kind { MAP_DEVICE, MAP_MEMORY, MAP_CODE };

/* Maps the page of a physical address, and the next one for accesses across its end. */
static int map(enum map_kind kind, u64 phys, u64 *address)
{
	u64 page = phys & PAGE_MASK;
	size_t size = 2 * PAGE_SIZE;
	void *base;

	if (num_maps == MAX_MAPS ||
	    region_intersects(page, size, IORESOURCE_SYSTEM_RAM, IORES_DESC_NONE) !=
		    REGION_DISJOINT)
		return -EINVAL;
	if (kind == MAP_DEVICE)
		base = (void __force *)ioremap(page, size);
	else if (kind == MAP_MEMORY)
		base = memremap(page, size, MEMREMAP_WB);
	else
		base = exec_map(page, size);
	if (!base)
		return -ENOMEM;
	maps[num_maps].address = base;
	maps[num_maps++].device = kind == MAP_DEVICE;
	*address = (u64)base + (phys - page);
	return 0;
}

static void unmap_all(bool in_use)
{
	for (; num_maps > 0; num_maps--) {
		if (in_use)
			continue;
		if (maps[num_maps - 1].device)
			iounmap((void __iomem __force *)maps[num_maps - 1].address);
		else
			memunmap(maps[num_maps - 1].address);
	}
}

static int parse_value(const char *word, u64 *value)
{
	static const char *const kinds[] = {
		[MAP_DEVICE] = "dev:",
		[MAP_MEMORY] = "mem:",
		[MAP_CODE] = "code:",
	};
	size_t length;
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(kinds); n++) {
		length = str_has_prefix(word, kinds[n]);
		if (length)
			return kstrtou64(word + length, 0, value) ?: map(n, *value, value);
	}
	if (str_has_prefix(word, "buf")) {
		*value = 0;
		if (word[3] && (word[3] != '+' || kstrtou64(word + 4, 0, value)))
			return -EINVAL;
		*value += virt_to_phys(buffer);
		return 0;
	}
	if (word[0] == '-')
		return kstrtos64(word, 0, (s64 *)value);
	return kstrtou64(word, 0, value);
}

/* Writes the instruction into a CPU's slot, through another mapping of the module's text. */
static int write_slot(unsigned int cpu, u32 instruction)
{
	unsigned long slot = (unsigned long)hvctest_slots + cpu * 16 + 4;
	struct page *page = vmalloc_to_page((void *)slot);
	void *alias;
	u32 *target;

	alias = vmap(&page, 1, VM_MAP, PAGE_KERNEL);
	if (!alias)
		return -ENOMEM;
	target = alias + offset_in_page(slot);
	WRITE_ONCE(*target, instruction);
	asm volatile("dc cvau, %0\n"
		     "dsb ish\n"
		     "ic ialluis\n"
		     "dsb ish\n"
		     "isb" : : "r" (target) : "memory");
	vunmap(alias);
	return 0;
}

/* A real-time thread, so that a CPU that never comes back does not look idle to the scheduler. */
static int run_job(void *info)
{
	struct job *job = info;
	unsigned long flags;

	sched_set_fifo(current);
	local_irq_save(flags);
	isb();
	hvctest_run(job->regs, hvctest_slots + (job - jobs) * 16);
	local_irq_restore(flags);
	smp_store_release(&job->state, DONE);
	return 0;
}

static int prepare(unsigned int cpu, u32 instruction, const u64 *regs)
{
	struct job *job = &jobs[cpu];

	if (smp_load_acquire(&job->state) == RUNNING)
		return fail("this CPU never came back from an earlier command", "cpu");
	if (write_slot(cpu, instruction))
		return fail("no memory", "cpu");
	memcpy(job->regs, regs, sizeof(job->regs));
	job->thread = kthread_create(run_job, job, "hvctest/%u", cpu);
	if (IS_ERR(job->thread))
		return fail("no thread", "cpu");
	kthread_bind(job->thread, cpu);
	return 0;
}

static bool wait_for(unsigned int cpu, ktime_t timeout)
{
	struct job *job = &jobs[cpu];
	unsigned int n;

	while (smp_load_acquire(&job->state) != DONE) {
		if (ktime_after(ktime_get(), timeout)) {
			say("cpu %u: no answer\n", cpu);
			return false;
		}
		usleep_range(100, 1000);
	}
	say("cpu %u: x0=%#llx (%lld)", cpu, job->regs[0], (s64)job->regs[0]);
	for (n = 1; n < NUM_REGS; n++)
		say(" x%u=%#llx", n, job->regs[n]);
	say("\n");
	return true;
}

static void start(unsigned int cpu)
{
	jobs[cpu].state = RUNNING;
	wake_up_process(jobs[cpu].thread);
}

static int run_on(const struct cpumask *cpus, u32 instruction, const u64 *regs)
{
	ktime_t timeout = ktime_add_ms(ktime_get(), timeout_ms);
	unsigned int cpu, self;
	bool all_back = true;
	int ret;

	for_each_cpu(cpu, cpus) {
		ret = prepare(cpu, instruction, regs);
		if (ret)
			return ret;
	}
	/* Our own CPU last: the others may wait for it, and it may not come back. */
	self = get_cpu();
	for_each_cpu(cpu, cpus)
		if (cpu != self)
			start(cpu);
	if (cpumask_test_cpu(self, cpus))
		start(self);
	put_cpu();

	for_each_cpu(cpu, cpus)
		if (!wait_for(cpu, timeout))
			all_back = false;
	unmap_all(!all_back);
	return 0;
}

/* Runs the instruction where the word says; the writer itself goes elsewhere if it can. */
static int run(const char *where, u32 instruction, const u64 *regs)
{
	static struct cpumask target, rest, allowed;
	unsigned int cpu;
	int ret;

	if (!strcmp(where, "all"))
		cpumask_copy(&target, cpu_online_mask);
	else if (cpulist_parse(where, &target) || cpumask_empty(&target) ||
		 !cpumask_subset(&target, cpu_online_mask) ||
		 cpumask_last(&target) >= HVCTEST_SLOTS)
		return fail("not a list of online CPUs", where);

	cpumask_copy(&allowed, current->cpus_ptr);
	cpumask_andnot(&rest, cpu_online_mask, &target);
	for (cpu = 0; cpu < min_t(unsigned int, nr_cpu_ids, HVCTEST_SLOTS); cpu++)
		if (smp_load_acquire(&jobs[cpu].state) == RUNNING)
			cpumask_clear_cpu(cpu, &rest);
	if (!cpumask_empty(&rest))
		set_cpus_allowed_ptr(current, &rest);
	ret = run_on(&target, instruction, regs);
	set_cpus_allowed_ptr(current, &allowed);
	return ret;
}

static int size_code(const char *word)
{
	switch (word[0]) {
	case '1':
		return 0;
	case '2':
		return 1;
	case '4':
		return 2;
	case '8':
		return 3;
	default:
		return -1;
	}
}

static int access_memory(bool write, char **words, unsigned int count)
{
	int size = count > 2 ? size_code(words[2]) : -1;
	char address[32];
	u64 regs[NUM_REGS] = { 0 };

	if (size < 0 || count != (write ? 5 : 4))
		return fail("wants CPU SIZE ADDRESS [VALUE]", words[0]);
	snprintf(address, sizeof(address), "%s%s", isdigit(words[3][0]) ? "dev:" : "", words[3]);
	if (parse_value(address, &regs[1]))
		return fail("cannot be mapped", words[3]);
	if (write && parse_value(words[4], &regs[2]))
		return fail("not a number", words[4]);
	return run(words[1], (write ? INSN_STORE_X2_X1 : INSN_LOAD_X0_X1) | (u32)size << 30, regs);
}

static int access_register(bool write, char **words, unsigned int count)
{
	static const int shifts[] = { 19, 16, 12, 8, 5 };
	u32 instruction = write ? INSN_MSR_X0 : INSN_MRS_X0;
	u64 regs[NUM_REGS] = { 0 };
	unsigned int n;
	u64 field;

	if (count != (write ? 8 : 7))
		return fail("wants CPU OP0 OP1 CRN CRM OP2 [VALUE]", words[0]);
	for (n = 0; n < ARRAY_SIZE(shifts); n++) {
		if (kstrtou64(words[2 + n], 0, &field) || field > 15)
			return fail("not a number below 16", words[2 + n]);
		instruction |= field << shifts[n];
	}
	if (write && parse_value(words[7], &regs[0]))
		return fail("not a number", words[7]);
	return run(words[1], instruction, regs);
}

static int exec(char **words, unsigned int count)
{
	u64 regs[NUM_REGS] = { 0 };
	u64 phys;

	if (count != 3 || kstrtou64(words[2], 0, &phys))
		return fail("wants CPU ADDRESS", words[0]);
	if (map(MAP_CODE, phys, &regs[1]))
		return fail("cannot be mapped", words[2]);
	return run(words[1], INSN_BLR_X1, regs);
}

/* hvc, smc, insn: registers from the words starting at first. */
static int run_with_registers(u32 instruction, char **words, unsigned int first,
			      unsigned int count)
{
	u64 regs[NUM_REGS] = { 0 };
	unsigned int n;

	for (n = first; n < count && n - first < NUM_REGS; n++)
		if (parse_value(words[n], &regs[n - first]))
			return fail("not a value", words[n]);
	return run(words[1], instruction, regs);
}

static int load_file(char **words, unsigned int count)
{
	void *content = NULL;
	u64 offset;
	size_t size;
	int ret;

	if (count != 3 || kstrtou64(words[1], 0, &offset) || offset >= BUFFER_SIZE)
		return fail("wants OFFSET PATH", words[0]);
	ret = kernel_read_file_from_path(words[2], 0, &content, BUFFER_SIZE - offset, &size,
					 READING_FIRMWARE);
	if (ret < 0)
		return fail("cannot be read", words[2]);
	memcpy(buffer + offset, content, size);
	vfree(content);
	say("buffer: %#llx\n", (u64)virt_to_phys(buffer));
	return 0;
}

static int poke(char **words, unsigned int count)
{
	u64 offset, value;
	int size = count == 4 ? size_code(words[2]) : -1;

	if (size < 0 || kstrtou64(words[1], 0, &offset) || offset > BUFFER_SIZE - 8 ||
	    parse_value(words[3], &value))
		return fail("wants OFFSET SIZE VALUE", words[0]);
	memcpy(buffer + offset, &value, 1 << size);
	say("buffer: %#llx\n", (u64)virt_to_phys(buffer));
	return 0;
}

static int execute(char *line)
{
	char *words[MAX_WORDS + 1] = { NULL };
	unsigned int count = 0;
	u64 number = 0;
	char *word;

	while ((word = strsep(&line, " \t\n")))
		if (*word && count < MAX_WORDS)
			words[count++] = word;
	if (count < 2)
		return fail("wants more words", words[0]);

	if (!strcmp(words[0], "read") || !strcmp(words[0], "write"))
		return access_memory(words[0][0] == 'w', words, count);
	if (!strcmp(words[0], "mrs") || !strcmp(words[0], "msr"))
		return access_register(words[0][1] == 's', words, count);
	if (!strcmp(words[0], "exec"))
		return exec(words, count);
	if (!strcmp(words[0], "file"))
		return load_file(words, count);
	if (!strcmp(words[0], "poke"))
		return poke(words, count);
	if (!strcmp(words[0], "smc"))
		return run_with_registers(INSN_SMC, words, 2, count);
	if (count < 3 || kstrtou64(words[2], 0, &number) || number > U32_MAX)
		return fail("wants CPU NUMBER ..., or is unknown", words[0]);
	if (!strcmp(words[0], "hvc") && number <= U16_MAX)
		return run_with_registers(INSN_HVC(number), words, 3, count);
	if (!strcmp(words[0], "insn"))
		return run_with_registers(number, words, 3, count);
	return fail("unknown command, or number too large", words[0]);
}

static ssize_t command_write(struct file *file, const char __user *user, size_t size,
			     loff_t *offset)
{
	char line[256];
	int ret;

	if (size >= sizeof(line))
		return -EINVAL;
	if (copy_from_user(line, user, size))
		return -EFAULT;
	line[size] = 0;

	mutex_lock(&lock);
	answer_length = 0;
	ret = execute(line);
	unmap_all(false);
	mutex_unlock(&lock);
	return ret ? ret : size;
}

static ssize_t command_read(struct file *file, char __user *user, size_t size, loff_t *offset)
{
	ssize_t ret;

	mutex_lock(&lock);
	ret = simple_read_from_buffer(user, size, offset, answer, answer_length);
	mutex_unlock(&lock);
	return ret;
}

static const struct proc_ops command_ops = {
	.proc_read = command_read,
	.proc_write = command_write,
};

static int __init hvctest_init(void)
{
	buffer = alloc_pages_exact(BUFFER_SIZE, GFP_KERNEL | __GFP_ZERO);
	if (!buffer)
		return -ENOMEM;
	if (!proc_create("hvctest", 0600, NULL, &command_ops)) {
		free_pages_exact(buffer, BUFFER_SIZE);
		return -ENOMEM;
	}
	return 0;
}

static void __exit hvctest_exit(void)
{
	remove_proc_entry("hvctest", NULL);
	free_pages_exact(buffer, BUFFER_SIZE);
}

module_init(hvctest_init);
module_exit(hvctest_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Test: anything at EL1 on a chosen CPU");
