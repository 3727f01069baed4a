// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace brig {

struct ProcessResult {
    int status = 0;     // exit status, 128 + signal when it was killed
    std::string output; // standard output and standard error
};

// Runs a program (searched on PATH) with standard input closed and waits for it. Throws Error when
// it cannot be started.
ProcessResult run_process(const std::vector<std::string>& arguments);

} // namespace brig
