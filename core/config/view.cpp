// SPDX-License-Identifier: Apache-2.0
#include "config/view.hpp"

#include "lib/bits.hpp"

namespace brig {

uint64_t CellView::size_of(const brig_cell_desc& desc) {
    return sizeof(desc) + desc.cpu_set_size +
           uint64_t{desc.num_memory_regions} * sizeof(brig_memory_region) +
           uint64_t{desc.num_cache_regions} * sizeof(brig_cache_region) +
           uint64_t{desc.num_irqchips} * sizeof(brig_irqchip) +
           uint64_t{desc.num_pio_regions} * sizeof(brig_pio_region) +
           uint64_t{desc.num_pci_devices} * sizeof(brig_pci_device) +
           uint64_t{desc.num_pci_caps} * sizeof(brig_pci_capability) +
           uint64_t{desc.num_stream_ids} * sizeof(uint32_t);
}

Result<CellView> CellView::make(const brig_cell_desc* desc, uint64_t available) {
    if (available < sizeof(*desc) || size_of(*desc) > available ||
        desc->cpu_set_size > BRIG_CPU_SET_MAX_SIZE)
        return Error::invalid;
    CellView view;
    view.desc_ = desc;
    view.regions_ = {reinterpret_cast<const brig_memory_region*>(view.at(desc->cpu_set_size)),
                     desc->num_memory_regions};
    BRIG_CHECK(view.check_regions());
    return view;
}

Result<void> CellView::check_regions() const {
    for (const auto& region : regions_) {
        const bool comm = (region.flags & BRIG_MEM_COMM_REGION) != 0;
        if (region.virt_start + region.size < region.virt_start ||
            (!comm && region.phys_start + region.size < region.phys_start))
            return Error::invalid;
        // A larger one would show the cell what lies behind its page.
        if (comm && (region.size != kPageSize || !is_aligned(region.virt_start, kPageSize)))
            return Error::invalid;
    }
    return {};
}

PackedArray<brig_irqchip> CellView::irqchips() const {
    const uint64_t offset = desc_->cpu_set_size + regions_.size() * sizeof(brig_memory_region) +
                            uint64_t{desc_->num_cache_regions} * sizeof(brig_cache_region);
    return {reinterpret_cast<const brig_irqchip*>(at(offset)), desc_->num_irqchips};
}

} // namespace brig
