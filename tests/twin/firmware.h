/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What lies in the hole that the option firmware-base= names, for Secure state only. */
#ifndef BRIG_TWIN_FIRMWARE_H
#define BRIG_TWIN_FIRMWARE_H

#define TWIN_FIRMWARE_ROM 0x00000
#define TWIN_FIRMWARE_RAM 0x40000
#define TWIN_FIRMWARE_UART 0x80000
#define TWIN_FIRMWARE_POWER 0x90000
#define TWIN_FIRMWARE_SIZE 0xa0000

#define TWIN_FIRMWARE_ROM_SIZE 0x40000
#define TWIN_FIRMWARE_RAM_SIZE 0x40000

/* Lines of the PL061 at TWIN_FIRMWARE_POWER, as on QEMU's virt. */
#define TWIN_POWER_OFF 0
#define TWIN_POWER_RESET 1

#endif
