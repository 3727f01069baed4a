// SPDX-License-Identifier: Apache-2.0
// Several reports of one stall. Where another CPU than the stalled one reports it, Linux has no
// stack of it to print; the stalled CPU's own report, often later, tells the cause of all.
#pragma once

#include "decode/knowledge.hpp"

#include <vector>

namespace brig::decode {

class StallMerge {
public:
    // `hold`: a report without a stack is held back, with all behind it, until the cause is known.
    explicit StallMerge(bool hold) : hold_(hold) {}

    // New events; returns those that are ready, in the order they came.
    std::vector<Explained> add(std::vector<Explained> events);
    // Nothing more is to come soon: all that was held back.
    std::vector<Explained> flush();

private:
    bool hold_;
    std::vector<Explained> held_;
    std::vector<Explained> known_; // stalls with a stack and a cause

    const Explained* find(const Event& event) const;
};

} // namespace brig::decode
