// SPDX-License-Identifier: Apache-2.0
// Calls of /dev/brig that the tool never makes. Prints one line per call: NAME: RESULT (ERRNO).
#include <brig/config.h>
#include <brig/ioctl.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int device;

static void report(const char *name, long result) {
    printf("%s: %ld (%s)\n", name, result, result < 0 ? strerrorname_np(errno) : "0");
}

static void call(const char *name, unsigned long request, void *argument) {
    report(name, ioctl(device, request, argument));
}

// A create descriptor for `size` bytes at `address`.
static void create(const char *name, unsigned long address, unsigned size) {
    struct brig_cell_create arguments = {.config_address = address, .config_size = size};
    call(name, BRIG_IOCTL_CELL_CREATE, &arguments);
}

static void load(const char *name, const char *cell, unsigned long source, unsigned long size,
                 unsigned long target) {
    struct {
        struct brig_cell_load head;
        struct brig_image image;
    } arguments = {.head = {.id = {.id = BRIG_CELL_ID_BY_NAME}, .num_images = 1},
                   .image = {.source_address = source, .size = size, .target_address = target}};
    strncpy(arguments.head.id.name, cell, sizeof(arguments.head.id.name) - 1);
    call(name, BRIG_IOCTL_CELL_LOAD, &arguments);
}

// `ioctls console FILE`: the console's self-test alone.
static void test_console(const char *file) {
    static char config[0x10000];
    int in = open(file, O_RDONLY);

    if (in < 0 || read(in, config, sizeof(config)) < (ssize_t)sizeof(struct brig_system_config))
        exit(1);
    call("console test", BRIG_IOCTL_CONSOLE_TEST, config);
}

int main(int argc, char **argv) {
    const char *cell = argc > 1 ? argv[1] : "nobody";
    void *nowhere = (void *)16;
    struct brig_cell_id id = {.id = 77};
    struct brig_cell_id unterminated = {.id = BRIG_CELL_ID_BY_NAME};
    static struct brig_cell_desc huge = {.signature = BRIG_CELL_SIGNATURE,
                                         .architecture = BRIG_CONFIG_ARCH_ARM64,
                                         .revision = BRIG_CONFIG_REVISION,
                                         .num_memory_regions = 0xffffffff};
    struct brig_inspection inspection = {.size = sizeof(inspection)};
    char byte;

    device = open("/dev/brig", O_RDWR | O_NONBLOCK);
    if (argc == 3) {
        test_console(argv[2]);
        return 0;
    }
    report("open", device);
    report("open again", open("/dev/brig", O_RDONLY));
    call("unknown ioctl", _IO(0, 99), NULL);
    call("enable of a 32-bit tool", _IOW(0, 0, unsigned), nowhere);
    call("enable from nowhere", BRIG_IOCTL_ENABLE, nowhere);
    call("create from nowhere", BRIG_IOCTL_CELL_CREATE, nowhere);
    create("create, file nowhere", 16, 200);
    create("create, empty", (unsigned long)&huge, 0);
    create("create, endless", (unsigned long)&huge, sizeof(huge));
    call("load from nowhere", BRIG_IOCTL_CELL_LOAD, nowhere);
    load("load, image nowhere", cell, 16, 4096, 0);
    load("load, nothing", cell, 16, 0, 0);
    load("load, size wraps", cell, 0, ~0ul, 0x1000);
    load("load, end wraps", cell, 0, ~0ul - 0xfff, 0x1000);
    call("start from nowhere", BRIG_IOCTL_CELL_START, nowhere);
    call("start, unknown id", BRIG_IOCTL_CELL_START, &id);
    memset(unterminated.name, 'x', sizeof(unterminated.name));
    call("start, endless name", BRIG_IOCTL_CELL_START, &unterminated);
    call("destroy from nowhere", BRIG_IOCTL_CELL_DESTROY, nowhere);
    call("destroy, unknown id", BRIG_IOCTL_CELL_DESTROY, &id);
    call("inspect from nowhere", BRIG_IOCTL_INSPECT, nowhere);
    call("inspect", BRIG_IOCTL_INSPECT, &inspection);
    inspection.size = 3;
    call("inspect, no room", BRIG_IOCTL_INSPECT, &inspection);
    call("console test from nowhere", BRIG_IOCTL_CONSOLE_TEST, nowhere);
    lseek(device, 0, SEEK_SET);
    for (int i = 0; i < 4096 && read(device, &byte, 1) == 1; i++) {
    }
    report("read", read(device, &byte, 1));
    return 0;
}
