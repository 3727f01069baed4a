// SPDX-License-Identifier: Apache-2.0
// What learn mode has recorded: from the hypervisor's memory, or from a log of its console.
#pragma once

#include "util/file.hpp"

#include "brig/learn.h"

#include <string>
#include <string_view>
#include <vector>

namespace brig::learn {

struct Record {
    bool on = false;      // at the time of the copy
    bool complete = true; // false: from a log, which has only first accesses and no answers
    std::vector<brig_learn_region> regions;
    std::vector<brig_learn_call> calls;
    uint64_t lost_pages = 0;
    uint64_t lost_calls = 0;
};

// The content of `learn_record` in sysfs; nothing recorded when empty. Throws Error.
Record parse_record(const Bytes& bytes, const std::string& name);

// The lines of learn mode in a log; those of the last enable if there are several.
Record parse_log(std::string_view text);

// A saved record or a log, whichever it is. Throws Error.
Record load_record(const std::filesystem::path& file);

} // namespace brig::learn
