// SPDX-License-Identifier: Apache-2.0
/*
 * kexec IMAGE: starts another kernel at once, with the device tree (and so the command line) that
 * the present one was given. By kexec_load, because Debian's kernels have nothing else; that needs
 * a few instructions of our own, which put the tree's address into x0.
 */

#include <fcntl.h>
#include <linux/kexec.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/reboot.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Free places in the RAM of QEMU's virt, which begins at 1 GiB. */
#define IMAGE_AT 0x50000000UL
#define TREE_AT 0x58000000UL
#define ENTRY_AT 0x58400000UL
#define PAGE 4096UL
#define MAX_SIZE (64UL << 20)

static const struct {
    uint32_t code[6];
    uint64_t tree, image;
} entry = {
    {
        0x580000c0, /* ldr x0, tree */
        0x580000e4, /* ldr x4, image */
        0xaa1f03e1, /* mov x1, xzr */
        0xaa1f03e2, /* mov x2, xzr */
        0xaa1f03e3, /* mov x3, xzr */
        0xd61f0080, /* br x4 */
    },
    TREE_AT, IMAGE_AT,
};

static struct kexec_segment segment(const void *data, unsigned long size, unsigned long target, unsigned long memory)
{
    return (struct kexec_segment){data, size, (void *)target, (memory + PAGE - 1) & ~(PAGE - 1)};
}

static struct kexec_segment segment_of_file(const char *name, unsigned long target)
{
    char *data = malloc(MAX_SIZE);
    int file = open(name, O_RDONLY);
    unsigned long size = 0;
    ssize_t part;

    while (file >= 0 && data && (part = read(file, data + size, MAX_SIZE - size)) > 0)
        size += (unsigned long)part;
    if (size < 64) {
        perror(name);
        exit(1);
    }
    return segment(data, size, target, size);
}

int main(int argc, char **argv)
{
    struct kexec_segment segments[3];
    uint64_t memory;

    if (argc != 2) {
        fprintf(stderr, "usage: kexec IMAGE\n");
        return 2;
    }
    segments[0] = segment_of_file(argv[1], IMAGE_AT);
    memcpy(&memory, (const char *)segments[0].buf + 16, sizeof(memory)); /* image_size of the header */
    segments[0].memsz = (memory + PAGE - 1) & ~(PAGE - 1);
    segments[1] = segment_of_file("/sys/firmware/fdt", TREE_AT);
    segments[2] = segment(&entry, sizeof(entry), ENTRY_AT, PAGE);
    if (syscall(SYS_kexec_load, ENTRY_AT, 3UL, segments, (unsigned long)KEXEC_ARCH_AARCH64) != 0) {
        perror("kexec_load");
        return 1;
    }
    reboot(RB_KEXEC);
    perror("reboot");
    return 1;
}
