// SPDX-License-Identifier: Apache-2.0
// The inside of a cell's node.
#include "config/import_source.hpp"
#include "config/names.hpp"
#include "util/text.hpp"

#include <brig/comm_region.h>

#include <algorithm>
#include <map>

namespace brig::config {

namespace {

constexpr unsigned end_of_spis = 1020;

class CellWriter {
public:
    CellWriter(Source& source, const Cell& cell, uint64_t gicd, const board::Names& names,
               bool root)
        : source_(source), cell_(cell), gicd_(gicd), names_(names), root_(root) {}

    void write();

private:
    void lost(const std::string& what) { source_.lost(cell_.where, what); }
    void note(const std::string& what) { source_.note(cell_.where, what); }

    void write_cpus();
    void write_flags();
    void write_interrupts();
    void write_start();
    void write_region(size_t index);
    void write_comm_region(const MemoryRegion& region);
    void write_placeholder(const MemoryRegion& region, const std::string& instead_of);
    void write_pci();
    std::vector<std::string> region_properties(const MemoryRegion& region);
    std::string unit(std::string_view kind, uint64_t address);
    std::string remark(const MemoryRegion& region) const;

    Source& source_;
    const Cell& cell_;
    uint64_t gicd_;
    const board::Names& names_;
    bool root_;
    std::map<std::string, unsigned> used_; // node names, and how often
};

// Two nodes of one name would become one: the second gets a suffix.
std::string CellWriter::unit(std::string_view kind, uint64_t address) {
    std::string name = fmt::format("{}@{:x}", kind, address);
    unsigned before = used_[name]++;
    return before ? fmt::format("{},{}", name, before) : name;
}

void CellWriter::write_cpus() {
    std::set<unsigned> cpus = cell_.cpus();
    if (cpus.empty())
        lost("the cell has no CPU (compiling refuses it)");
    source_.numbers("cpus", {cpus.begin(), cpus.end()});
    if (cell_.cpu_set != make_cpu_set(cpus))
        note(fmt::format("the CPU bitmap has {} bytes, {} do", cell_.cpu_set.size(),
                         make_cpu_set(cpus).size()));
}

void CellWriter::write_flags() {
    uint32_t left = cell_.flags;
    for (const auto& flag : cell_flags()) {
        if (!(cell_.flags & flag.mask) || (root_ && flag.mask == BRIG_CELL_AARCH32))
            continue;
        left &= ~static_cast<uint32_t>(flag.mask);
        bool implied =
            flag.mask == BRIG_CELL_CONSOLE_PERMITTED && (cell_.flags & BRIG_CELL_CONSOLE_ACTIVE);
        if (!implied)
            source_.line(std::string(flag.property) + ";");
    }
    if (left)
        lost(fmt::format("cell flags {:#x}", left));
    if ((cell_.flags & BRIG_CELL_CONSOLE_ACTIVE) && !(cell_.flags & BRIG_CELL_CONSOLE_PERMITTED)) {
        if (root_)
            lost("the console is active but not permitted: it becomes permitted, too");
        else
            note("virtual-console-permitted is set, too; the driver would set it anyway");
    }
}

void CellWriter::write_interrupts() {
    Cell effective = cell_;
    std::erase_if(effective.irqchips, [&](const Irqchip& chip) {
        bool ignored = gicd_ && chip.address != gicd_;
        if (ignored)
            lost(fmt::format("an irqchip at {:#x}, which is not the distributor's address: the "
                             "hypervisor ignores it, so its interrupts are left out",
                             chip.address));
        else if (chip.pin_base % 32 != 0 || chip.pin_base > 896)
            lost(fmt::format("pin_base {} of an irqchip, which the hypervisor refuses; its "
                             "interrupts are kept",
                             chip.pin_base));
        return ignored;
    });
    std::set<unsigned> intids = effective.interrupts();
    std::set<unsigned> impossible(intids.lower_bound(end_of_spis), intids.end());
    intids.erase(intids.lower_bound(end_of_spis), intids.end());
    if (!impossible.empty())
        lost(fmt::format("INTIDs {}: the last SPI is 1019", list_text(impossible)));

    std::vector<uint64_t> single;
    std::vector<uint64_t> ranges;
    std::string named;
    for (auto it = intids.begin(); it != intids.end();) {
        unsigned first = *it;
        unsigned count = 0;
        for (; it != intids.end() && *it == first + count; ++it)
            count++;
        if (count > 2)
            ranges.insert(ranges.end(), {first, count});
        else
            for (unsigned i = 0; i < count; i++)
                single.push_back(first + i);
    }
    for (unsigned intid : intids)
        for (const auto& name : names_.devices_with(intid))
            named += fmt::format("{}{} {}", named.empty() ? "" : ", ", intid, name);
    if (!named.empty() && !root_)
        source_.comment("Interrupts: " + named);
    source_.numbers("interrupts", single);
    source_.numbers("interrupt-ranges", ranges);

    auto same = [](const Irqchip& a, const Irqchip& b) {
        return a.address == b.address && a.id == b.id && a.pin_base == b.pin_base &&
               a.pin_bitmap == b.pin_bitmap;
    };
    std::vector<Irqchip> again = make_irqchips(intids, gicd_);
    if (!std::equal(again.begin(), again.end(), effective.irqchips.begin(),
                    effective.irqchips.end(), same))
        note("the same interrupts are grouped into other irqchip entries");

    if (!cell_.vpci_irq_base)
        return;
    uint64_t first = uint64_t{cell_.vpci_irq_base} + 32;
    if (first + 4 > end_of_spis)
        lost(fmt::format("INTID {} as the first of four for virtual PCI", first));
    else
        source_.line(fmt::format("virtual-pci-interrupts = <{}>;", first));
}

void CellWriter::write_start() {
    if (cell_.id)
        note(fmt::format("the id {} is left out: the driver gives ids", cell_.id));
    if (root_) {
        if (cell_.cpu_reset_address || cell_.msg_reply_timeout)
            note("reset address and message time-out are left out: nobody starts the root cell");
        return;
    }
    if (cell_.cpu_reset_address)
        source_.line(fmt::format("reset-address = <{}>;", address_cells(cell_.cpu_reset_address)));
    uint64_t timeout = cell_.msg_reply_timeout;
    if (timeout)
        source_.line(fmt::format("message-timeout = <{}>;", timeout >> 32
                                                                ? address_cells(timeout)
                                                                : fmt::format("{}", timeout)));
}

std::vector<std::string> CellWriter::region_properties(const MemoryRegion& region) {
    std::vector<std::string> properties = {
        fmt::format("reg = {}", range_cells(region.phys, region.size))};
    if (region.virt != region.phys)
        properties.push_back(fmt::format("guest = <{}>", address_cells(region.virt)));
    uint64_t access = region.flags & (BRIG_MEM_READ | BRIG_MEM_WRITE | BRIG_MEM_EXECUTE);
    uint64_t implied =
        BRIG_MEM_READ | BRIG_MEM_WRITE | (region.is(BRIG_MEM_IO) ? 0u : BRIG_MEM_EXECUTE);
    for (const auto& flag : memory_flags()) {
        bool said = flag.mask == BRIG_MEM_IO || (access == implied && (flag.mask & implied));
        if (region.is(flag.mask) && !said)
            properties.emplace_back(flag.property);
    }
    return properties;
}

std::string CellWriter::remark(const MemoryRegion& region) const {
    std::string text = size_text(region.size);
    if (region.sub_page())
        text += ", trapped and emulated";
    std::vector<std::string> devices;
    if (region.is(BRIG_MEM_IO))
        devices = names_.devices_in(region.phys_range());
    constexpr size_t most = 12; // a PCI window or a whole bus has hundreds
    size_t more = devices.size() > most ? devices.size() - most : 0;
    devices.resize(devices.size() - more);
    if (!devices.empty())
        text += ": " + joined(devices, ", ") + (more ? fmt::format(" and {} more", more) : "");
    return text;
}

void CellWriter::write_placeholder(const MemoryRegion& region, const std::string& instead_of) {
    if (!instead_of.empty())
        source_.lost(region.where,
                     fmt::format("host {:#x} guest {:#x} size {:#x} flags {:#x}: {}; an empty "
                                 "region keeps its place",
                                 region.phys, region.virt, region.size, region.flags, instead_of));
    else if (region.phys || region.virt || region.flags)
        source_.note(region.where, "address and flags of an empty region are left out");
    unsigned before = used_["placeholder"]++;
    source_.line(before ? fmt::format("placeholder@{} {{ }};", before) : "placeholder { };");
}

void CellWriter::write_comm_region(const MemoryRegion& region) {
    constexpr uint64_t flags = BRIG_MEM_READ | BRIG_MEM_WRITE | BRIG_MEM_COMM_REGION;
    if (region.flags != flags)
        source_.lost(region.where,
                     fmt::format("flags {:#x} of a communication region, it gets {}", region.flags,
                                 flags_text(flags & ~BRIG_MEM_COMM_REGION, memory_flags())));
    if (region.phys)
        source_.note(region.where, "the host address of a communication region is left out: it "
                                   "is the hypervisor's own page");
    std::vector<std::string> properties = {fmt::format("guest = <{}>", address_cells(region.virt))};
    if (region.size != 0x1000)
        properties.push_back(fmt::format("size = <{}>", address_cells(region.size)));
    source_.node(unit("comm-region", region.virt), properties, "");
}

void CellWriter::write_region(size_t index) {
    const MemoryRegion& region = cell_.regions[index];
    uint64_t known = 0;
    for (const auto& flag : memory_flags())
        known |= flag.mask;
    if (region.size == 0) {
        write_placeholder(region, "");
    } else if (region.is(BRIG_MEM_COMM_REGION)) {
        if (root_)
            write_placeholder(region, "the root cell has no communication region");
        else
            write_comm_region(region);
    } else if (!region.is(BRIG_MEM_READ | BRIG_MEM_WRITE | BRIG_MEM_EXECUTE)) {
        write_placeholder(region, "nobody may read, write or execute it");
    } else if (root_ && region.phys != region.virt) {
        write_placeholder(region, "the root cell has everything at its host address");
    } else {
        if (region.flags & ~known)
            source_.lost(region.where, fmt::format("memory flags {:#x}", region.flags & ~known));
        source_.node(unit(region.is(BRIG_MEM_IO) ? "device" : "memory", region.phys),
                     region_properties(region), remark(region));
    }
}

// The language has no words for PCI devices; the comments have all that is needed once it has.
void CellWriter::write_pci() {
    for (const auto& dev : cell_.pci_devices) {
        unsigned bdf = dev.bdf;
        std::string text = fmt::format(
            "PCI device {:04x}:{:02x}:{:02x}.{}, type {}, capabilities {} from index {}",
            unsigned{dev.domain}, bdf >> 8, bdf >> 3 & 0x1f, bdf & 7, unsigned{dev.type},
            unsigned{dev.num_caps}, unsigned{dev.caps_start});
        if (dev.type == BRIG_PCI_IVSHMEM)
            text += fmt::format(", ivshmem peer {} of {}, shared memory from region {}, protocol "
                                "{:#x}",
                                unsigned{dev.shmem_dev_id}, unsigned{dev.shmem_peers},
                                uint32_t{dev.shmem_regions_start}, unsigned{dev.shmem_protocol});
        text += ", BAR masks";
        for (unsigned bar = 0; bar < 6; bar++)
            text += fmt::format(" {:#x}", uint32_t{dev.bar_mask[bar]});
        if (dev.num_msix_vectors)
            text += fmt::format(", {} MSI-X vectors at {:#x} size {:#x}",
                                unsigned{dev.num_msix_vectors}, uint64_t{dev.msix_address},
                                unsigned{dev.msix_region_size});
        lost(text);
    }
    for (const auto& cap : cell_.pci_caps)
        lost(fmt::format("PCI capability {:#x} at {:#x}, {} bytes, flags {:#x}", unsigned{cap.id},
                         unsigned{cap.start}, unsigned{cap.len}, unsigned{cap.flags}));
}

void CellWriter::write() {
    write_cpus();
    write_flags();
    write_interrupts();
    if (!cell_.stream_ids.empty()) {
        std::string ids;
        for (uint32_t id : cell_.stream_ids)
            ids += fmt::format("{}{:#x}", ids.empty() ? "" : " ", id);
        source_.line("stream-ids = <" + ids + ">;");
    }
    write_start();
    import_console(source_, cell_.console, cell_.where);
    if (!cell_.regions.empty())
        source_.blank();
    for (size_t index = 0; index < cell_.regions.size(); index++)
        write_region(index);
    write_pci();
    if (!cell_.cache_regions.empty())
        note(fmt::format("{} cache regions are left out: they are for x86",
                         cell_.cache_regions.size()));
    if (!cell_.pio_regions.empty())
        note(
            fmt::format("{} PIO regions are left out: they are for x86", cell_.pio_regions.size()));
}

} // namespace

void import_cell(Source& source, const Cell& cell, uint64_t gicd, const board::Names& names,
                 bool root) {
    CellWriter(source, cell, gicd, names, root).write();
}

} // namespace brig::config
