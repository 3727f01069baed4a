// SPDX-License-Identifier: Apache-2.0
// Read access to a revision-14 configuration in memory, checked once when the view is made.
#pragma once

#include <cstddef>
#include <cstdint>

#include "brig/config.h"
#include "lib/error.hpp"

namespace brig {

/// A run of packed elements at any alignment.
template <typename T>
class PackedArray {
public:
    constexpr PackedArray() = default;
    constexpr PackedArray(const T* first, size_t count) : first_{first}, count_{count} {}

    const T* begin() const { return first_; }
    const T* end() const { return first_ + count_; }
    size_t size() const { return count_; }
    const T& operator[](size_t n) const { return first_[n]; }

private:
    const T* first_ = nullptr;
    size_t count_ = 0;
};

/// A cell descriptor with its arrays.
class CellView {
public:
    CellView() = default;

    /// Bytes that a configuration with this descriptor takes, arrays included; 64 bits wide, so
    /// that hostile counts cannot wrap it.
    static uint64_t size_of(const brig_cell_desc& desc);

    /// Errors: invalid (arrays do not fit into `available` bytes, CPU bitmap too large, a region
    /// that wraps around, a communication region of the wrong size).
    static Result<CellView> make(const brig_cell_desc* desc, uint64_t available);

    bool is_valid() const { return desc_ != nullptr; }
    const brig_cell_desc& desc() const { return *desc_; }
    bool has_flag(uint32_t flag) const { return (desc_->flags & flag) != 0; }

    PackedArray<uint8_t> cpu_set() const { return {at(0), desc_->cpu_set_size}; }
    PackedArray<brig_memory_region> regions() const { return regions_; }
    PackedArray<brig_irqchip> irqchips() const;

private:
    const uint8_t* at(uint64_t offset) const {
        return reinterpret_cast<const uint8_t*>(desc_ + 1) + offset;
    }
    Result<void> check_regions() const;

    const brig_cell_desc* desc_ = nullptr;
    PackedArray<brig_memory_region> regions_;
};

} // namespace brig
