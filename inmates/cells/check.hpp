// SPDX-License-Identifier: Apache-2.0
// Counted checks of the test cells, one line each: `CELL: ok NAME` or
// `CELL: FAIL NAME: 0x... instead of 0x...`, and at the end `CELL: N passed, M failed`.
#pragma once

#include "print.hpp"

namespace brig {

class Checks {
public:
    void begin(const char* cell) { cell_ = cell; }

    void equal(const char* name, uint64_t value, uint64_t expected) {
        if (value == expected) {
            ++passed_;
            print("%s: ok %s\n", cell_, name);
        } else {
            ++failed_;
            print("%s: FAIL %s: 0x%lx instead of 0x%lx\n", cell_, name, value, expected);
        }
    }
    // With a number behind the name.
    void equal(const char* name, unsigned index, uint64_t value, uint64_t expected) {
        if (value == expected) {
            ++passed_;
            print("%s: ok %s%u\n", cell_, name, index);
        } else {
            ++failed_;
            print("%s: FAIL %s%u: 0x%lx instead of 0x%lx\n", cell_, name, index, value, expected);
        }
    }
    void finish() const { print("%s: %u passed, %u failed\n", cell_, passed_, failed_); }

private:
    const char* cell_ = nullptr;
    unsigned passed_ = 0;
    unsigned failed_ = 0;
};

} // namespace brig
