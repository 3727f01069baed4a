// SPDX-License-Identifier: GPL-2.0-only
/*
 * Learn mode: the switch (sysfs: learn) and what has been recorded (learn_record). The record lies
 * in the hypervisor's memory, where it can be read without a hypercall, and after a disable as well.
 */

#include "brig.h"

#include <linux/device.h>
#include <linux/err.h>
#include <linux/string.h>
#include <linux/sysfs.h>

#include <brig/learn.h>

static struct bin_attribute record_attr;

/* NULL: none, or nothing has been learned since the enable. Holds brig.lock. */
static const struct brig_learn_record *record(void)
{
	const struct brig_memory *memory = &brig.memory;
	const struct brig_learn_record *found;

	if (!memory->base || !memory->learn_record)
		return NULL;
	found = memory->base + memory->learn_record;
	return memcmp(found->magic, BRIG_LEARN_MAGIC, sizeof(found->magic)) ? NULL : found;
}

static ssize_t learn_show(struct device *dev, struct device_attribute *attr, char *buffer)
{
	const char *text = "off";

	if (mutex_lock_interruptible(&brig.lock))
		return -EINTR;
	if (brig.memory.base && !brig.memory.learn_record)
		text = "not built in";
	else if (brig.enabled && record() && READ_ONCE(record()->on))
		text = "on";
	mutex_unlock(&brig.lock);
	return sysfs_emit(buffer, "%s\n", text);
}

static int command_of(const char *word)
{
	if (sysfs_streq(word, "on"))
		return BRIG_LEARN_CMD_ON;
	if (sysfs_streq(word, "off"))
		return BRIG_LEARN_CMD_OFF;
	return sysfs_streq(word, "clear") ? BRIG_LEARN_CMD_CLEAR : -EINVAL;
}

/* -EINVAL: not such a word, -ENODEV: not enabled, -EOPNOTSUPP: an image without it, -EBUSY: clear
 * while off. */
static ssize_t learn_store(struct device *dev, struct device_attribute *attr, const char *buffer,
			   size_t count)
{
	int command = command_of(buffer);
	int ret;

	if (command < 0)
		return command;
	if (mutex_lock_interruptible(&brig.lock))
		return -EINTR;
	if (!brig.enabled)
		ret = -ENODEV;
	else if (!brig.memory.learn_record)
		ret = -EOPNOTSUPP;
	else
		ret = brig_hypercall(BRIG_HC_GET_INFO, BRIG_INFO_LEARN, command);
	if (!ret && command == BRIG_LEARN_CMD_ON)
		brig_learn_warn();
	mutex_unlock(&brig.lock);
	return ret ? ret : count;
}
static DEVICE_ATTR_RW(learn);

void brig_learn_warn(void)
{
	pr_warn("learn mode is on: what the configuration does not give Linux is let through and recorded (brig learn report). Not for production\n");
}

/* Empty when nothing has been learned. */
static ssize_t record_read(struct file *file, struct kobject *kobj, struct bin_attribute *attr,
			   char *buffer, loff_t offset, size_t count)
{
	ssize_t ret = 0;

	if (mutex_lock_interruptible(&brig.lock))
		return -EINTR;
	if (record())
		ret = memory_read_from_buffer(buffer, count, &offset, record(), sizeof(*record()));
	mutex_unlock(&brig.lock);
	return ret;
}

int brig_learn_init(void)
{
	int ret = device_create_file(brig.dev, &dev_attr_learn);

	if (ret)
		return ret;
	sysfs_bin_attr_init(&record_attr);
	record_attr.attr.name = "learn_record";
	record_attr.attr.mode = 0400;
	record_attr.read = record_read;
	ret = sysfs_create_bin_file(&brig.dev->kobj, &record_attr);
	if (ret)
		device_remove_file(brig.dev, &dev_attr_learn);
	return ret;
}

void brig_learn_exit(void)
{
	sysfs_remove_bin_file(&brig.dev->kobj, &record_attr);
	device_remove_file(brig.dev, &dev_attr_learn);
}
