// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "board/facts.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace brig::port {

// What matters for a port, on one screen of 100 columns.
std::string inspect_text(const board::Tree& tree, const board::Facts& facts);

// The same for programs. Numbers are integers, interrupts INTIDs, what is unknown is null.
nlohmann::ordered_json inspect_json(const board::Facts& facts);

} // namespace brig::port
