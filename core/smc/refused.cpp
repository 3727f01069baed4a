// SPDX-License-Identifier: Apache-2.0
#include "smc/refused.hpp"

#include "console/console.hpp"

namespace brig::refused {

namespace {

constinit Log log;

} // namespace

Log::Answer Log::add(uint64_t function) {
    LockGuard guard{lock_};
    for (uint32_t i = 0; i < count_; i++)
        if (seen_[i] == function)
            return Answer::known;
    if (count_ == kSize)
        return Answer::full;
    seen_[count_++] = function;
    return count_ == kSize ? Answer::added_last : Answer::added;
}

void note(const Cell& cell, uint64_t function) {
    const Log::Answer answer = log.add(function);
    if (answer == Log::Answer::known || answer == Log::Answer::full)
        return;
    console::print("Refused SMC 0x{:x} of cell \"{}\"\n", function, cell.name);
    if (answer == Log::Answer::added_last)
        console::print("Refused SMC ids beyond the first {} are not logged\n", Log::kSize);
}

} // namespace brig::refused
