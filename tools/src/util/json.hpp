// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>

#include <string>

namespace brig {

// As every command prints it, line feed included. Bytes that are no UTF-8 (of a damaged file or
// log) become U+FFFD instead of an exception.
inline std::string json_text(const nlohmann::ordered_json& json) {
    return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

} // namespace brig
