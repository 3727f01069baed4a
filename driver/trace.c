// SPDX-License-Identifier: GPL-2.0-only
/*
 * Exit tracing: the switch (sysfs: trace) and the rings of exits (trace_data), which lie in the
 * hypervisor's memory. They can be read while they are written, and after a disable as well.
 */

#include "brig.h"

#include <linux/device.h>
#include <linux/err.h>
#include <linux/string.h>
#include <linux/sysfs.h>

#include <asm/barrier.h>

#include <brig/trace.h>

static struct bin_attribute data_attr;

/* NULL: tracing has not been switched on since the enable. Holds brig.lock. */
static const struct brig_trace_area *area(void)
{
	const struct brig_memory *memory = &brig.memory;
	const struct brig_trace_area *found;

	if (!memory->base || !memory->trace_area ||
	    memory->size - memory->trace_area < sizeof(*found))
		return NULL;
	found = memory->base + memory->trace_area;
	if (memcmp(found->magic, BRIG_TRACE_MAGIC, sizeof(found->magic)) ||
	    found->size > memory->size - memory->trace_area)
		return NULL;
	return found;
}

static ssize_t trace_show(struct device *dev, struct device_attribute *attr, char *buffer)
{
	const char *text = "off";

	if (mutex_lock_interruptible(&brig.lock))
		return -EINTR;
	if (brig.enabled &&
	    brig_hypercall(BRIG_HC_GET_INFO, BRIG_INFO_TRACE, BRIG_TRACE_CMD_LOCATE) < 0)
		text = "not built in";
	else if (brig.enabled && area() && READ_ONCE(area()->on))
		text = "on";
	mutex_unlock(&brig.lock);
	return sysfs_emit(buffer, "%s\n", text);
}

/* Holds brig.lock. */
static int switch_tracing(bool on)
{
	long page = brig_hypercall(BRIG_HC_GET_INFO, BRIG_INFO_TRACE, BRIG_TRACE_CMD_LOCATE);
	long ret;

	if (page < 0)
		return -EOPNOTSUPP;
	ret = brig_hypercall(BRIG_HC_GET_INFO, BRIG_INFO_TRACE,
			     on ? BRIG_TRACE_CMD_ON : BRIG_TRACE_CMD_OFF);
	if (ret)
		return ret;
	page = brig_hypercall(BRIG_HC_GET_INFO, BRIG_INFO_TRACE, BRIG_TRACE_CMD_LOCATE);
	if (page > 0 && page < brig.memory.size / 4096)
		brig.memory.trace_area = page * 4096;
	return 0;
}

/* -EINVAL: not such a word, -ENODEV: not enabled, -EOPNOTSUPP: an image without it, -ENOMEM: the
 * hypervisor has no memory for the rings. */
static ssize_t trace_store(struct device *dev, struct device_attribute *attr, const char *buffer,
			   size_t count)
{
	bool on = sysfs_streq(buffer, "on");
	int ret = -ENODEV;

	if (!on && !sysfs_streq(buffer, "off"))
		return -EINVAL;
	if (mutex_lock_interruptible(&brig.lock))
		return -EINTR;
	if (brig.enabled)
		ret = switch_tracing(on);
	mutex_unlock(&brig.lock);
	return ret ? ret : count;
}
static DEVICE_ATTR_RW(trace);

/* Empty when tracing has not been on. A reader of several parts gets them in the order of its
 * reads, which is what the rings' counters need. */
static ssize_t data_read(struct file *file, struct kobject *kobj, struct bin_attribute *attr,
			 char *buffer, loff_t offset, size_t count)
{
	ssize_t ret = 0;

	if (mutex_lock_interruptible(&brig.lock))
		return -EINTR;
	if (area()) {
		smp_rmb();
		ret = memory_read_from_buffer(buffer, count, &offset, area(), area()->size);
		smp_rmb();
	}
	mutex_unlock(&brig.lock);
	return ret;
}

int brig_trace_init(void)
{
	int ret = device_create_file(brig.dev, &dev_attr_trace);

	if (ret)
		return ret;
	sysfs_bin_attr_init(&data_attr);
	data_attr.attr.name = "trace_data";
	data_attr.attr.mode = 0400;
	data_attr.read = data_read;
	ret = sysfs_create_bin_file(&brig.dev->kobj, &data_attr);
	if (ret)
		device_remove_file(brig.dev, &dev_attr_trace);
	return ret;
}

void brig_trace_exit(void)
{
	sysfs_remove_bin_file(&brig.dev->kobj, &data_attr);
	device_remove_file(brig.dev, &dev_attr_trace);
}
