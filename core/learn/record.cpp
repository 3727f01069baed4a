// SPDX-License-Identifier: Apache-2.0
#include "learn/record.hpp"

#include "lib/string.hpp"

namespace brig::learn {

namespace {

/// A reader sees no entry before its content.
void publish(brig_u32& count, uint32_t value) {
    __atomic_store_n(&count, value, __ATOMIC_RELEASE);
}

} // namespace

void Record::open() {
    memcpy(data_->magic, BRIG_LEARN_MAGIC, sizeof(data_->magic));
    data_->version = BRIG_LEARN_VERSION;
    data_->size = sizeof(*data_);
}

void Record::set_on(bool on) {
    __atomic_store_n(&data_->on, on ? 1u : 0u, __ATOMIC_RELAXED);
}

void Record::clear() {
    LockGuard guard{calls_lock_};
    publish(data_->num_regions, 0);
    publish(data_->num_calls, 0);
}

Added Record::add_page(uint64_t page, const Access& access) {
    const uint32_t count = data_->num_regions;
    for (uint32_t i = 0; i < count; i++) {
        brig_learn_region& region = data_->regions[i];
        if (page >= region.start && page - region.start < region.size)
            return Added::known;
        if (count >= BRIG_LEARN_MAX_REGIONS / 2 && region.start + region.size == page) {
            region.size += kPageSize;
            return Added::known;
        }
    }
    if (count == BRIG_LEARN_MAX_REGIONS) {
        data_->lost_pages++;
        return Added::no_room;
    }
    data_->regions[count] = {page,        kPageSize,    access.address, access.pc,
                             access.kind, access.width, access.cpu,     0};
    publish(data_->num_regions, count + 1);
    return Added::fresh;
}

Added Record::add_call(const uint64_t* registers, uint64_t pc, uint32_t cpu, size_t& slot) {
    LockGuard guard{calls_lock_};
    const auto function = static_cast<uint32_t>(registers[0]);
    const uint32_t count = data_->num_calls;
    for (slot = 0; slot < count; slot++) {
        if (data_->calls[slot].function != function)
            continue;
        data_->calls[slot].count++;
        return Added::known;
    }
    if (count == BRIG_LEARN_MAX_CALLS) {
        data_->lost_calls++;
        return Added::no_room;
    }
    brig_learn_call& call = data_->calls[count];
    memset(&call, 0, sizeof(call));
    call.pc = pc;
    memcpy(call.arguments, registers + 1, sizeof(call.arguments));
    call.function = function;
    call.count = 1;
    call.cpu = cpu;
    publish(data_->num_calls, count + 1);
    return Added::fresh;
}

void Record::returned(size_t slot, const uint64_t* registers) {
    LockGuard guard{calls_lock_};
    // The record may have been cleared, and filled again, while the firmware was at it.
    brig_learn_call& call = data_->calls[slot];
    if (slot >= data_->num_calls || call.returned != 0)
        return;
    memcpy(call.results, registers, sizeof(call.results));
    publish(call.returned, 1);
}

} // namespace brig::learn
