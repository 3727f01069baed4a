/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* Fixed-width types and checks that serve the kernel, user space and freestanding C++ alike. */
#ifndef BRIG_TYPES_H
#define BRIG_TYPES_H

#ifdef __KERNEL__
#include <linux/build_bug.h>
#include <linux/stddef.h>
#include <linux/types.h>
typedef u8 brig_u8;
typedef u16 brig_u16;
typedef u32 brig_u32;
typedef s32 brig_s32;
typedef u64 brig_u64;
#define BRIG_OFFSETOF(type, member) offsetof(type, member)
#else
#include <stddef.h>
#include <stdint.h>
typedef uint8_t brig_u8;
typedef uint16_t brig_u16;
typedef uint32_t brig_u32;
typedef int32_t brig_s32;
typedef uint64_t brig_u64;
#define BRIG_OFFSETOF(type, member) offsetof(type, member)
#endif

#ifdef __cplusplus
#define BRIG_STATIC_ASSERT(condition) static_assert(condition, #condition)
#else
#define BRIG_STATIC_ASSERT(condition) _Static_assert(condition, #condition)
#endif

#define BRIG_PACKED __attribute__((packed))

#endif
