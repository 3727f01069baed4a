// SPDX-License-Identifier: Apache-2.0
// The record that the root cell reads (include/brig/learn.h). Fixed size; what finds no room is
// counted. Regions are added under the management lock, calls under a lock of their own.
#pragma once

#include <cstddef>
#include <cstdint>

#include "brig/learn.h"
#include "lib/atomic.hpp"
#include "lib/bits.hpp"

namespace brig::learn {

/// The first access to a page.
struct Access {
    uint64_t address;
    uint64_t pc;
    uint32_t kind;  // BRIG_LEARN_*
    uint32_t width; // bytes, 0: unknown
    uint32_t cpu;
};

enum class Added {
    fresh,   // has an entry of its own now
    known,   // was there, or has become part of another one's entry
    no_room, // only counted
};

class Record {
public:
    /// Where to record: zeros, which the root cell sees. Until then learn mode is off.
    void attach(brig_learn_record& data) { data_ = &data; }
    /// Writes the header.
    void open();
    void set_on(bool on);
    bool is_on() const {
        return data_ != nullptr && __atomic_load_n(&data_->on, __ATOMIC_RELAXED) != 0;
    }
    /// Forgets everything but what was lost: those pages are still reached.
    void clear();

    /// The upper half of the room is kept for pages that cannot join the entry before them, so that
    /// a frame buffer does not push everything else out.
    Added add_page(uint64_t page, const Access& access);

    /// Registers x0-x7 of a call that will be made now. `slot` is for returned(); none if no_room.
    Added add_call(const uint64_t* registers, uint64_t pc, uint32_t cpu, size_t& slot);
    void returned(size_t slot, const uint64_t* registers);

    const brig_learn_record& data() const { return *data_; }

private:
    brig_learn_record* data_ = nullptr;
    SpinLock calls_lock_;
};

} // namespace brig::learn
