/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Executable mappings of physical memory, for tests only. The kernel makes every such mapping
 * non-executable, so PXN is cleared behind its back in the entries of our own mapping.
 */
#ifndef BRIG_TEST_EXEC_MAP_H
#define BRIG_TEST_EXEC_MAP_H

#include <linux/io.h>
#include <linux/mm.h>
#include <linux/pgtable.h>

#include <asm/barrier.h>
#include <asm/sysreg.h>

/* Clears PXN of the entry that maps address; returns how many bytes that entry maps, or 0. */
static inline unsigned long clear_pxn(unsigned long address)
{
	u64 table = read_sysreg(ttbr1_el1) & GENMASK_ULL(47, 12);
	pgd_t *pgd = (pgd_t *)__va(table) + pgd_index(address);
	unsigned long size;
	pud_t *pud;
	pmd_t *pmd;
	u64 *entry;

	if (pgd_none(READ_ONCE(*pgd)))
		return 0;
	pud = pud_offset(p4d_offset(pgd, address), address);
	if (pud_none(READ_ONCE(*pud)))
		return 0;
	if (pud_sect(READ_ONCE(*pud))) {
		entry = (u64 *)pud;
		size = PUD_SIZE;
	} else {
		pmd = pmd_offset(pud, address);
		if (pmd_none(READ_ONCE(*pmd)))
			return 0;
		if (pmd_sect(READ_ONCE(*pmd))) {
			entry = (u64 *)pmd;
			size = PMD_SIZE;
		} else {
			entry = (u64 *)pte_offset_kernel(pmd, address);
			size = PAGE_SIZE;
		}
	}
	WRITE_ONCE(*entry, *entry & ~PTE_PXN);
	return size;
}

/* Cacheable and executable; to be undone with memunmap. NULL if it cannot be done. */
static inline void *exec_map(phys_addr_t phys, size_t size)
{
	void *map = memremap(phys, size, MEMREMAP_WB);
	unsigned long address = (unsigned long)map & PAGE_MASK;
	unsigned long end = (unsigned long)map + size;
	unsigned long step;

	if (!map)
		return NULL;
	while (address < end) {
		/* Never in the linear map, which is what memremap returns for System RAM. */
		step = is_vmalloc_addr(map) ? clear_pxn(address) : 0;
		if (!step) {
			memunmap(map);
			return NULL;
		}
		address = (address & ~(step - 1)) + step;
	}
	dsb(ishst);
	asm volatile("tlbi vmalle1is" : : : "memory");
	dsb(ish);
	isb();
	return map;
}

#endif
