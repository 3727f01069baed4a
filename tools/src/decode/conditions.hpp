// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "decode/knowledge.hpp"

namespace brig::decode {

// Do all of the conditions hold? What their patterns captured is added to `values`.
bool holds(const Conditions& conditions, const Event& event, const History& history,
           Captures& values);

} // namespace brig::decode
