// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/finding.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace brig::config {

// The configuration set, then one line per test: " None", or its findings with the regions.
std::string check_report(const Configuration& configuration, const Findings& findings);
nlohmann::ordered_json check_report_json(const Configuration& configuration,
                                         const Findings& findings);

} // namespace brig::config
