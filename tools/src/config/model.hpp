// SPDX-License-Identifier: Apache-2.0
// What a set of configuration files says, apart from any file format. The binary reader and the
// partition reader produce it; the checks, the binary writer and the dump consume it.
#pragma once

#include "util/range.hpp"

#include <brig/config.h>

#include <array>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace brig::board {
struct Device;
class Node;
} // namespace brig::board

namespace brig::config {

struct Console {
    uint64_t address = 0;
    uint32_t size = 0;
    uint16_t type = 0;  // BRIG_CONSOLE_*
    uint16_t flags = 0; // BRIG_CON_*
    uint32_t divider = 0;
    uint32_t gate_nr = 0;
    uint64_t clock_reg = 0;

    bool operator==(const Console&) const = default;
};

struct MemoryRegion {
    std::string where; // node of the partition file, or file and index
    uint64_t phys = 0;
    uint64_t virt = 0;
    uint64_t size = 0;
    uint64_t flags = 0; // BRIG_MEM_*

    // With a board tree:
    bool granted = false; // registers of a device that was given by name
    bool named = false;   // memory given by the name of its node

    bool is(uint64_t flag) const { return (flags & flag) != 0; }
    // Emulated by trapping instead of mapped.
    bool sub_page() const { return ((virt | size) & 0xfff) != 0; }
    // Does it stand for host addresses at all?
    bool has_phys() const { return size != 0 && !is(BRIG_MEM_COMM_REGION); }
    // Registers given by address.
    bool explicit_device() const { return has_phys() && is(BRIG_MEM_IO) && !granted; }
    Range phys_range() const { return make_range(phys, size); }
    Range virt_range() const { return make_range(virt, size); }
};

struct Irqchip {
    std::string where;
    uint64_t address = 0;
    uint32_t id = 0;
    uint32_t pin_base = 0;
    std::array<uint32_t, 4> pin_bitmap{};
};

// A device of the board's tree that a cell was given; not in the files.
struct GivenDevice {
    std::string where; // node of the partition file, "/cells/one" or "/cells/one/device@9000000"
    const board::Device* device = nullptr;
    std::vector<const board::Device*> parts; // the device and those inside its node
    std::set<unsigned> interrupts;           // INTIDs, SPIs only
    // Registers that share a page with other devices: emulated, and who the others are.
    struct SubPage {
        Range range;
        std::vector<const board::Node*> neighbours;
    };
    std::vector<SubPage> sub_pages;
    bool keeps_status = false; // Linux's tree is not changed: the device stays enabled there
};

struct Cell {
    std::string where; // node or file
    std::string name;
    uint8_t architecture = 0;
    uint16_t revision = 0;
    uint32_t id = 0;
    uint32_t flags = 0; // BRIG_CELL_*
    std::vector<uint8_t> cpu_set;
    std::vector<MemoryRegion> regions;
    std::vector<brig_cache_region> cache_regions;
    std::vector<Irqchip> irqchips;
    std::vector<brig_pio_region> pio_regions;
    std::vector<brig_pci_device> pci_devices;
    std::vector<brig_pci_capability> pci_caps;
    std::vector<uint32_t> stream_ids;
    uint32_t vpci_irq_base = 0; // SPI number, INTID minus 32
    uint64_t cpu_reset_address = 0;
    uint64_t msg_reply_timeout = 0;
    Console console;

    // Not in the files: what came from the board's tree.
    std::vector<GivenDevice> devices;

    // Not in the files: the `where` of cells that never exist at the same time as this one, and so
    // may be given the same things.
    std::set<std::string> excludes;

    bool may_coexist(const Cell& other) const {
        return !excludes.contains(other.where) && !other.excludes.contains(where);
    }
    std::set<unsigned> cpus() const;
    // INTIDs of all irqchips, those below 32 left out since they have no effect.
    std::set<unsigned> interrupts() const;
    // Bytes of descriptor and arrays.
    uint64_t file_size() const;
};

struct IommuUnit {
    std::string where;
    uint32_t type = 0; // BRIG_IOMMU_*
    uint64_t base = 0;
    uint32_t size = 0;
    uint64_t tlb_base = 0;
    uint32_t tlb_size = 0;
};

struct System {
    std::string where;
    std::string hypervisor_where; // who the hypervisor memory comes from
    uint8_t architecture = 0;
    uint16_t revision = 0;
    uint32_t flags = 0; // BRIG_SYS_*
    MemoryRegion hypervisor_memory;
    Console debug_console;
    uint64_t pci_mmconfig_base = 0; // 0: no PCI handling
    uint8_t pci_mmconfig_end_bus = 0;
    uint8_t pci_is_virtual = 0;
    uint16_t pci_domain = 0;
    std::array<IommuUnit, BRIG_MAX_IOMMU_UNITS> iommu_units{};
    uint8_t maintenance_irq = 0;
    uint8_t gic_version = 0;
    uint64_t gicd_base = 0;
    uint64_t gicc_base = 0;
    uint64_t gich_base = 0;
    uint64_t gicv_base = 0;
    uint64_t gicr_base = 0;
    Cell root;

    // Not in the files: number of INTIDs the GIC implements, as far as it is known.
    unsigned num_interrupts = 1020;
};

struct Configuration {
    System system;
    std::vector<Cell> cells; // without the root cell
};

// Irqchip entries that cover exactly these INTIDs (32..1019).
std::vector<Irqchip> make_irqchips(const std::set<unsigned>& intids, uint64_t gicd_base);

// A CPU bitmap of a multiple of 8 bytes.
std::vector<uint8_t> make_cpu_set(const std::set<unsigned>& cpus);

} // namespace brig::config
