// SPDX-License-Identifier: Apache-2.0
#include "decode/stall_merge.hpp"

#include <algorithm>
#include <utility>

namespace brig::decode {

namespace {

constexpr double kSecondHand = 0.95; // of the confidence: it may be another stall of the same task

bool is_stall(const Event& event) {
    return event.kind == kind::rcu_stall || event.kind == kind::soft_lockup;
}

// A task that runs on another CPU appears with where it last gave way to another task.
bool lacks_stack(const Event& event) {
    return is_stall(event) && event.symbol.starts_with("__switch_to+");
}

void take_causes(Explained& explained, const Explained& from) {
    for (Cause cause : from.causes) {
        std::erase_if(explained.causes, [&](const Cause& own) { return own.entry == cause.entry; });
        cause.confidence *= kSecondHand;
        explained.causes.push_back(std::move(cause));
    }
    std::stable_sort(explained.causes.begin(), explained.causes.end(),
                     [](const Cause& a, const Cause& b) { return a.confidence > b.confidence; });
}

} // namespace

// The same task on the same CPU.
const Explained* StallMerge::find(const Event& event) const {
    const auto found = std::find_if(known_.rbegin(), known_.rend(), [&](const Explained& known) {
        return known.event.cpu == event.cpu && known.event.task == event.task;
    });
    return found == known_.rend() ? nullptr : &*found;
}

std::vector<Explained> StallMerge::add(std::vector<Explained> events) {
    for (Explained& explained : events) {
        if (is_stall(explained.event) && explained.event.cpu && !lacks_stack(explained.event) &&
            !explained.causes.empty())
            known_.push_back(explained);
        held_.push_back(std::move(explained));
    }
    const bool open = std::any_of(held_.begin(), held_.end(), [&](const Explained& explained) {
        return lacks_stack(explained.event) && find(explained.event) == nullptr;
    });
    return open && hold_ ? std::vector<Explained>() : flush();
}

std::vector<Explained> StallMerge::flush() {
    for (Explained& explained : held_)
        if (lacks_stack(explained.event))
            if (const Explained* known = find(explained.event))
                take_causes(explained, *known);
    return std::exchange(held_, {});
}

} // namespace brig::decode
