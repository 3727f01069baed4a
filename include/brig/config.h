/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Binary configuration files, revision 14: the system file (JHSYS) and the cell file (JHCLL).
 *
 * All fields are little endian and packed; 64-bit fields are not naturally aligned in a file, so
 * read them through these structures or by memcpy. The arrays follow the cell descriptor back to
 * back in the order of struct brig_cell_desc's counts: CPU bitmap, memory regions, cache regions,
 * irqchips, PIO regions, PCI devices, PCI capabilities, stream ids.
 */
#ifndef BRIG_CONFIG_H
#define BRIG_CONFIG_H

#include <brig/types.h>

#define BRIG_CONFIG_REVISION 14
#define BRIG_CONFIG_ARCH_ARM64 2
#define BRIG_SYSTEM_SIGNATURE "JHSYS" /* 5 bytes, not NUL terminated */
#define BRIG_CELL_SIGNATURE "JHCLL"
#define BRIG_SIGNATURE_SIZE 5

#define BRIG_CELL_NAME_SIZE 32     /* NUL padded, 31 significant bytes */
#define BRIG_CPU_SET_MAX_SIZE 4096 /* bytes; the hypervisor refuses more */
#define BRIG_CONFIG_MAX_PAGES 16   /* cell file plus its offset in the first page */
#define BRIG_MAX_CELL_ID 255       /* the id is the VMID */
#define BRIG_MAX_IOMMU_UNITS 8

/* Cell flags */
#define BRIG_CELL_PASSIVE_COMMREG 0x00000001u
#define BRIG_CELL_AARCH32 0x00000004u
#define BRIG_CELL_CONSOLE_PERMITTED 0x40000000u
#define BRIG_CELL_CONSOLE_ACTIVE 0x80000000u

/* Memory region flags */
#define BRIG_MEM_READ 0x00001u
#define BRIG_MEM_WRITE 0x00002u
#define BRIG_MEM_EXECUTE 0x00004u
#define BRIG_MEM_DMA 0x00008u
#define BRIG_MEM_IO 0x00010u
#define BRIG_MEM_COMM_REGION 0x00020u
#define BRIG_MEM_LOADABLE 0x00040u
#define BRIG_MEM_ROOTSHARED 0x00080u
#define BRIG_MEM_NO_HUGEPAGES 0x00100u
#define BRIG_MEM_IO_UNALIGNED 0x08000u
#define BRIG_MEM_IO_8 0x10000u
#define BRIG_MEM_IO_16 0x20000u
#define BRIG_MEM_IO_32 0x40000u
#define BRIG_MEM_IO_64 0x80000u

/* Console types and flags */
#define BRIG_CONSOLE_NONE 0
#define BRIG_CONSOLE_EFIFB 1 /* x86 only */
#define BRIG_CONSOLE_8250 2
#define BRIG_CONSOLE_PL011 3
#define BRIG_CONSOLE_XUARTPS 4
#define BRIG_CONSOLE_MVEBU 5
#define BRIG_CONSOLE_HSCIF 6
#define BRIG_CONSOLE_SCIFA 7
#define BRIG_CONSOLE_IMX 8
#define BRIG_CONSOLE_LPUART 9
#define BRIG_CONSOLE_SCIF 10

#define BRIG_CON_MMIO 0x0001u
#define BRIG_CON_REGDIST_4 0x0002u
#define BRIG_CON_INVERTED_GATE 0x1000u
#define BRIG_CON_MDR_QUIRK 0x2000u
#define BRIG_CON_WRITE_MASKED_GATE 0x4000u /* Brig extension */

/* System flags */
#define BRIG_SYS_VIRTUAL_CONSOLE 0x00000001u
#define BRIG_SYS_LEARN 0x80000000u /* Brig extension: learn mode from the first moment on */

/* IOMMU unit types */
#define BRIG_IOMMU_NONE 0
#define BRIG_IOMMU_SMMUV3 3
#define BRIG_IOMMU_PVU 4
#define BRIG_IOMMU_MMU500 5

/* PCI device types */
#define BRIG_PCI_ENDPOINT 1
#define BRIG_PCI_BRIDGE 2
#define BRIG_PCI_IVSHMEM 3

struct brig_memory_region {
    brig_u64 phys_start;
    brig_u64 virt_start;
    brig_u64 size;
    brig_u64 flags;
} BRIG_PACKED;

struct brig_cache_region {
    brig_u32 start;
    brig_u32 size;
    brig_u8 type;
    brig_u8 padding;
    brig_u16 flags;
} BRIG_PACKED;

struct brig_irqchip {
    brig_u64 address;
    brig_u32 id;
    brig_u32 pin_base;
    brig_u32 pin_bitmap[4];
} BRIG_PACKED;

struct brig_pio_region {
    brig_u16 base;
    brig_u16 length;
} BRIG_PACKED;

struct brig_pci_device {
    brig_u8 type;
    brig_u8 iommu;
    brig_u16 domain;
    brig_u16 bdf;
    brig_u32 bar_mask[6];
    brig_u16 caps_start;
    brig_u16 num_caps;
    brig_u8 num_msi_vectors;
    brig_u8 msi_bits; /* bit 0: 64-bit capable, bit 1: maskable */
    brig_u16 num_msix_vectors;
    brig_u16 msix_region_size;
    brig_u64 msix_address;
    brig_u32 shmem_regions_start;
    brig_u8 shmem_dev_id;
    brig_u8 shmem_peers;
    brig_u16 shmem_protocol;
} BRIG_PACKED;

struct brig_pci_capability {
    brig_u16 id;
    brig_u16 start;
    brig_u16 len;
    brig_u16 flags;
} BRIG_PACKED;

struct brig_console {
    brig_u64 address;
    brig_u32 size;
    brig_u16 type;
    brig_u16 flags;
    brig_u32 divider;
    brig_u32 gate_nr;
    brig_u64 clock_reg;
} BRIG_PACKED;

struct brig_cell_desc {
    char signature[BRIG_SIGNATURE_SIZE];
    brig_u8 architecture;
    brig_u16 revision;
    char name[BRIG_CELL_NAME_SIZE];
    brig_u32 id;
    brig_u32 flags;
    brig_u32 cpu_set_size; /* bytes */
    brig_u32 num_memory_regions;
    brig_u32 num_cache_regions;
    brig_u32 num_irqchips;
    brig_u32 num_pio_regions;
    brig_u32 num_pci_devices;
    brig_u32 num_pci_caps;
    brig_u32 num_stream_ids;
    brig_u32 vpci_irq_base; /* SPI number, INTID minus 32 */
    brig_u64 cpu_reset_address;
    brig_u64 msg_reply_timeout; /* polling iterations, 0 = for ever */
    struct brig_console console;
} BRIG_PACKED;

struct brig_iommu_unit {
    brig_u32 type;
    brig_u64 base;
    brig_u32 size;
    brig_u64 tlb_base; /* PVU only */
    brig_u32 tlb_size; /* PVU only */
} BRIG_PACKED;

struct brig_arm_platform {
    brig_u8 maintenance_irq; /* INTID */
    brig_u8 gic_version;     /* 2 or 3 */
    brig_u8 padding[2];
    brig_u64 gicd_base;
    brig_u64 gicc_base;
    brig_u64 gich_base;
    brig_u64 gicv_base;
    brig_u64 gicr_base;
} BRIG_PACKED;

struct brig_system_config {
    char signature[BRIG_SIGNATURE_SIZE];
    brig_u8 architecture;
    brig_u16 revision;
    brig_u32 flags;
    struct brig_memory_region hypervisor_memory; /* phys_start and size only */
    struct brig_console debug_console;
    brig_u64 pci_mmconfig_base;
    brig_u8 pci_mmconfig_end_bus;
    brig_u8 pci_is_virtual;
    brig_u16 pci_domain;
    struct brig_iommu_unit iommu_units[BRIG_MAX_IOMMU_UNITS];
    struct brig_arm_platform arm;
    struct brig_cell_desc root_cell;
} BRIG_PACKED;

BRIG_STATIC_ASSERT(sizeof(struct brig_memory_region) == 32);
BRIG_STATIC_ASSERT(sizeof(struct brig_cache_region) == 12);
BRIG_STATIC_ASSERT(sizeof(struct brig_irqchip) == 32);
BRIG_STATIC_ASSERT(sizeof(struct brig_pio_region) == 4);
BRIG_STATIC_ASSERT(sizeof(struct brig_pci_device) == 56);
BRIG_STATIC_ASSERT(sizeof(struct brig_pci_capability) == 8);
BRIG_STATIC_ASSERT(sizeof(struct brig_console) == 32);
BRIG_STATIC_ASSERT(sizeof(struct brig_cell_desc) == 0x84);
BRIG_STATIC_ASSERT(BRIG_OFFSETOF(struct brig_cell_desc, vpci_irq_base) == 0x50);
BRIG_STATIC_ASSERT(BRIG_OFFSETOF(struct brig_cell_desc, console) == 0x64);
BRIG_STATIC_ASSERT(BRIG_OFFSETOF(struct brig_pci_device, msix_address) == 0x28);
BRIG_STATIC_ASSERT(sizeof(struct brig_iommu_unit) == 28);
BRIG_STATIC_ASSERT(BRIG_OFFSETOF(struct brig_system_config, iommu_units) == 0x58);
BRIG_STATIC_ASSERT(BRIG_OFFSETOF(struct brig_system_config, arm) == 0x138);
BRIG_STATIC_ASSERT(BRIG_OFFSETOF(struct brig_system_config, root_cell) == 0x164);
BRIG_STATIC_ASSERT(sizeof(struct brig_system_config) == 0x1e8);

#endif
