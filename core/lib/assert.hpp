// SPDX-License-Identifier: Apache-2.0
// Checks of our own invariants, compiled in by Kconfig (ASSERTIONS). Guests cannot trip them: what
// a guest says is checked always, and answered.
#pragma once

#include "brig_config.hpp"

namespace brig {

[[noreturn]] void assertion_failed(const char* expression, const char* file, unsigned line);

} // namespace brig

#define BRIG_ASSERT(expression)                                                 \
    do {                                                                        \
        if constexpr (::brig::config::assertions)                               \
            if (!(expression))                                                  \
                ::brig::assertion_failed(#expression, __FILE_NAME__, __LINE__); \
    } while (false)
