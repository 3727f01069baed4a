// SPDX-License-Identifier: Apache-2.0
// A histogram of latencies in nanoseconds with power-of-two buckets.
#pragma once

#include "print.hpp"

#include <stdint.h>

namespace brig {

class Histogram {
public:
    void add(uint64_t ns) {
        unsigned bucket = 0;
        while (bucket < buckets - 1 && ns >> (bucket + 1) != 0) {
            ++bucket;
        }
        ++count_[bucket];
        ++samples_;
        sum_ += ns;
        min_ = samples_ == 1 || ns < min_ ? ns : min_;
        max_ = ns > max_ ? ns : max_;
    }

    // One line of figures, then one per bucket from the first to the last that is not empty.
    void print(const char* prefix) const {
        if (samples_ == 0) {
            return;
        }
        brig::print("%s: %lu samples, latency min %lu ns, avg %lu ns, max %lu ns\n", prefix,
                    samples_, min_, sum_ / samples_, max_);
        unsigned first = 0;
        unsigned last = buckets - 1;
        uint64_t highest = 0;
        while (count_[first] == 0) {
            ++first;
        }
        while (count_[last] == 0) {
            --last;
        }
        for (uint64_t count : count_) {
            highest = count > highest ? count : highest;
        }
        for (unsigned i = first; i <= last; ++i) {
            const uint64_t low = i == 0 ? 0 : 1ull << i;
            brig::print("%s: %10lu ..%11lu ns |%-40s| %lu\n", prefix, low, (uint64_t{2} << i) - 1,
                        bar(count_[i], highest), count_[i]);
        }
    }

private:
    static constexpr unsigned buckets = 36;
    static constexpr unsigned width = 40;

    // Every bucket that is not empty shows at least one mark.
    static const char* bar(uint64_t count, uint64_t highest) {
        static constexpr char marks[] = "########################################";
        static_assert(sizeof(marks) == width + 1);
        return marks + (width - (count * width + highest - 1) / highest);
    }

    uint64_t count_[buckets] = {};
    uint64_t samples_ = 0;
    uint64_t sum_ = 0;
    uint64_t min_ = 0;
    uint64_t max_ = 0;
};

} // namespace brig
