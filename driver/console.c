// SPDX-License-Identifier: GPL-2.0-only
/*
 * The hypervisor's console: read() of the device and the sysfs attribute.
 *
 * While enabled its text is read from the ring in hypervisor memory; afterwards from a copy of the
 * ring as it was at the end. Every enable starts a new stream, so a position belongs to a session.
 */

#include "brig.h"

#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/ktime.h>
#include <linux/minmax.h>
#include <linux/module.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#define POLL_MS		100
#define DEAD_WRITER_MS	100
#define MISSED_MAX	64	/* length of the line about missed bytes */

struct reader {
	unsigned int session;
	u32 position;		/* in the stream of that session */
};

/* Protected by brig.lock. */
static struct {
	unsigned int session;	/* number of the newest enable */
	bool live;		/* enabled, or on the way there */
	bool permitted;		/* that session's configuration has the virtual console */
	bool kept;		/* last is the end of that session */
	struct brig_virtual_console last;
} state;

/* A consistent copy of the ring. Gives up on consistency when a CPU died while writing. */
static void copy_ring(struct brig_virtual_console *copy)
{
	const struct brig_virtual_console *ring = brig.memory.base + brig.memory.console_page;
	ktime_t timeout = ktime_add_ms(ktime_get(), DEAD_WRITER_MS);

	for (;;) {
		if (!READ_ONCE(ring->busy) || ktime_after(ktime_get(), timeout)) {
			copy->tail = READ_ONCE(ring->tail);
			smp_rmb();
			memcpy(copy->content, ring->content, sizeof(copy->content));
			smp_rmb();
			if ((READ_ONCE(ring->tail) == copy->tail && !READ_ONCE(ring->busy)) ||
			    ktime_after(ktime_get(), timeout))
				return;
		}
		cpu_relax();
	}
}

/* Before the hypervisor starts. Holds brig.lock. */
void brig_console_start(bool permitted)
{
	state.session++;
	state.live = true;
	state.permitted = permitted;
	state.kept = false;
}

/* After the hypervisor has gone, or failed to start; its memory is still mapped. */
void brig_console_stop(void)
{
	state.live = false;
	if (!state.permitted)
		return;
	copy_ring(&state.last);
	state.kept = true;
}

/* Copies at most the ring's size from a position to buffer; returns how many bytes. */
static u32 copy_from_position(const struct brig_virtual_console *ring, u32 position, char *buffer,
			      u32 count)
{
	u32 start = position % BRIG_CONSOLE_RING_SIZE;
	u32 first;

	count = min(count, ring->tail - position);
	first = min_t(u32, count, BRIG_CONSOLE_RING_SIZE - start);
	memcpy(buffer, ring->content + start, first);
	memcpy(buffer + first, ring->content, count - first);
	return count;
}

/* The whole ring, for sysfs; buffer is a page. */
ssize_t brig_console_latest(char *buffer)
{
	struct brig_virtual_console *ring;
	ssize_t ret = 0;

	if (mutex_lock_interruptible(&brig.lock))
		return -EINTR;
	if (!brig.enabled)
		goto unlock;
	ret = -EPERM;
	if (!state.permitted)
		goto unlock;
	ret = -ENOMEM;
	ring = kmalloc(sizeof(*ring), GFP_KERNEL);
	if (!ring)
		goto unlock;
	copy_ring(ring);
	ret = copy_from_position(ring, ring->tail - min_t(u32, ring->tail, BRIG_CONSOLE_RING_SIZE),
				 buffer, BRIG_CONSOLE_RING_SIZE);
	kfree(ring);
unlock:
	mutex_unlock(&brig.lock);
	return ret;
}

/* What the reader has not had yet; with a line about what it can no longer have. */
static u32 take_new_text(struct reader *reader, const struct brig_virtual_console *ring,
			 char *buffer, u32 count)
{
	u32 missed = 0, text = 0;

	if (ring->tail - reader->position > BRIG_CONSOLE_RING_SIZE) {
		missed = ring->tail - reader->position - BRIG_CONSOLE_RING_SIZE;
		reader->position += missed;
		text = min_t(u32, count, scnprintf(buffer, MISSED_MAX,
						   "<missed %u bytes of console log>\n", missed));
	}
	count = copy_from_position(ring, reader->position, buffer + text, count - text);
	reader->position += count;
	return text + count;
}

/* One attempt: bytes, or 0: nothing new, or -EAGAIN: there is no hypervisor. */
static ssize_t read_once(struct reader *reader, struct brig_virtual_console *ring, char *buffer,
			 u32 count)
{
	ssize_t ret;

	if (mutex_lock_interruptible(&brig.lock))
		return -EINTR;
	if (reader->session != state.session) {
		reader->session = state.session;
		reader->position = 0;
	}
	if (brig.enabled && !state.permitted) {
		ret = -EPERM;
	} else if (brig.enabled) {
		copy_ring(ring);
		ret = take_new_text(reader, ring, buffer, count);
	} else {
		ret = state.kept ? take_new_text(reader, &state.last, buffer, count) : 0;
		if (ret == 0)
			ret = -EAGAIN;
	}
	mutex_unlock(&brig.lock);
	return ret;
}

static ssize_t console_read(struct file *file, char __user *user, size_t count, loff_t *offset)
{
	struct brig_virtual_console *ring;
	bool blocking = !(file->f_flags & O_NONBLOCK);
	char *buffer;
	ssize_t ret;

	count = min_t(size_t, count, BRIG_CONSOLE_RING_SIZE);
	ring = kmalloc(sizeof(*ring), GFP_KERNEL);
	buffer = kmalloc(BRIG_CONSOLE_RING_SIZE + MISSED_MAX, GFP_KERNEL);
	ret = -ENOMEM;
	if (!ring || !buffer)
		goto out;

	for (;;) {
		ret = read_once(file->private_data, ring, buffer, count);
		if ((ret != 0 && ret != -EAGAIN) || !blocking || count == 0)
			break;
		if (msleep_interruptible(POLL_MS) || signal_pending(current)) {
			ret = -EINTR;
			break;
		}
	}
	if (ret > 0 && copy_to_user(user, buffer, ret))
		ret = -EFAULT;
out:
	kfree(buffer);
	kfree(ring);
	return ret;
}

static int console_open(struct inode *inode, struct file *file)
{
	struct reader *reader = kzalloc(sizeof(*reader), GFP_KERNEL);

	if (!reader)
		return -ENOMEM;
	file->private_data = reader;
	return 0;
}

static int console_release(struct inode *inode, struct file *file)
{
	kfree(file->private_data);
	return 0;
}

const struct file_operations brig_fops = {
	.owner = THIS_MODULE,
	.open = console_open,
	.release = console_release,
	.read = console_read,
	.llseek = noop_llseek,
	.unlocked_ioctl = brig_ioctl,
	.compat_ioctl = brig_ioctl,
};
