// SPDX-License-Identifier: Apache-2.0
// Log text in, explained events out, as the text comes.
#pragma once

#include "decode/enrich.hpp"
#include "decode/finder.hpp"
#include "decode/knowledge.hpp"
#include "decode/stall_merge.hpp"

#include <set>
#include <string_view>
#include <vector>

namespace brig::decode {

class Decoder {
public:
    // `knowledge` has to outlive the decoder and what it returns. `live`: explain everything at
    // once, also a stall whose cause may become clear by a later report.
    Decoder(const Knowledge& knowledge, const SourceFiles& files, bool live = false);

    // The next line; what it completed. A message that came before, with the same cause, is left
    // out.
    std::vector<Explained> feed(std::string_view line);
    // A pause after which nothing that is open goes on.
    std::vector<Explained> flush();
    // The end of the text.
    std::vector<Explained> finish();

private:
    const Knowledge& knowledge_;
    Finder finder_;
    Enricher enricher_;
    StallMerge stalls_;
    History history_;
    std::set<std::string> said_;

    std::vector<Explained> explain(std::vector<Event> events);
    std::vector<Explained> with_held(std::vector<Explained> events);
};

} // namespace brig::decode
