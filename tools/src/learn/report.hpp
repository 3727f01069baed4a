// SPDX-License-Identifier: Apache-2.0
// `brig learn report`: lines to copy into the partition file and the board's SMC policy.
#pragma once

#include "learn/findings.hpp"
#include "learn/symbols.hpp"

#include <nlohmann/json.hpp>

#include <string>

namespace brig::learn {

// "device@9030000 { reg = <0x0 0x09030000 0x0 0x00001000>; };"
std::string partition_line(const Place& place);
// "{0x82000010, 0x82000010, SmcAction::forward, SmcCaller::root, "/firmware/scmi"},"
std::string policy_line(const Call& call);

std::string report_text(const Record& record, const Findings& findings, const Symbols& symbols);
nlohmann::ordered_json report_json(const Record& record, const Findings& findings,
                                   const Symbols& symbols);

} // namespace brig::learn
