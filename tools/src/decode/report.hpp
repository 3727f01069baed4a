// SPDX-License-Identifier: Apache-2.0
// Explained events as text and as JSON (docs/decode.md).
#pragma once

#include "decode/decoder.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace brig::decode {

std::string report_text(const Explained& explained, bool colour);
nlohmann::ordered_json report_json(const Explained& explained);

// Of a syndrome alone, `brig decode --esr`.
std::string esr_text(const Esr& esr);
nlohmann::ordered_json esr_json(const Esr& esr);

// The knowledge, as a table of ids and titles or as Markdown for docs/debugging.md.
std::string knowledge_text(const Knowledge& knowledge);
std::string knowledge_markdown(const Knowledge& knowledge);
nlohmann::ordered_json knowledge_json(const Knowledge& knowledge);

} // namespace brig::decode
