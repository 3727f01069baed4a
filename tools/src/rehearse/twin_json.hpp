// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "rehearse/twin.hpp"

#include <nlohmann/json_fwd.hpp>

namespace brig::rehearse {

// What scripts/lib/rehearsal reads. Numbers are integers.
nlohmann::ordered_json twin_json(const Twin& twin);

} // namespace brig::rehearse
