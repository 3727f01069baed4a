// SPDX-License-Identifier: Apache-2.0
// What EL2 itself can see: an identity map of the image (W^X), of its own data, of the devices it
// drives, and of guest memory only while a GuestWindow lives.
#pragma once

#include "mem/page_table.hpp"

namespace brig {

enum class HypAccess { read_execute, read_only, read_write };

class HypMap {
public:
    /// The limit on pages outside hypervisor memory; reported as the remap pool.
    static constexpr uint64_t kRemapPages = 131072;

    Result<void> init(PagePool& pool, unsigned address_bits);
    Result<void> map_memory(Range range, HypAccess access);
    /// Device-nGnRE, never executable. Covers whole pages; pages already mapped stay as they are.
    Result<void> map_device(Range range);
    void unmap_device(Range range);

    uint64_t root() const { return table_.root(); }
    unsigned address_bits() const { return table_.geometry().address_bits; }
    uint64_t remap_used() const { return remap_used_; }

private:
    friend class GuestWindow;
    Result<void> open_window(Range pages);
    void close_window(Range pages);

    PageTable table_;
    uint64_t remap_used_ = 0;
};

/// Guest memory, read-only and never executable at EL2 for the lifetime of the object. Not ok if
/// part of it is mapped at EL2 anyway (a device, hypervisor memory), or no memory is left.
class GuestWindow {
public:
    GuestWindow(HypMap& map, Range physical);
    ~GuestWindow();
    GuestWindow(const GuestWindow&) = delete;
    GuestWindow& operator=(const GuestWindow&) = delete;

    bool ok() const { return ok_; }
    const void* at(uint64_t physical) const { return reinterpret_cast<const void*>(physical); }

private:
    HypMap& map_;
    Range pages_;
    bool ok_;
};

} // namespace brig
