// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "decode/event.hpp"

#include <string>

namespace brig::decode {

// What happened, in one sentence.
std::string summary(const Event& event);

// Name of an exception class; empty when there is none.
std::string class_name(const Event& event);

} // namespace brig::decode
