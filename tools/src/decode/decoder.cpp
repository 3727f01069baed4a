// SPDX-License-Identifier: Apache-2.0
#include "decode/decoder.hpp"

namespace brig::decode {

Decoder::Decoder(const Knowledge& knowledge, const SourceFiles& files, bool live)
    : knowledge_(knowledge), finder_(knowledge.messages()), enricher_(files), stalls_(!live) {}

std::vector<Explained> Decoder::explain(std::vector<Event> events) {
    std::vector<Explained> result;
    for (Event& event : events) {
        enricher_.enrich(event, finder_.listing());
        Explained explained{std::move(event), {}};
        explained.causes = knowledge_.causes(explained.event, history_);
        const std::string& cause =
            explained.causes.empty() ? std::string() : explained.causes[0].entry->id;
        history_.kinds.push_back(explained.event.kind);
        history_.causes.push_back(cause);
        // Of messages, which come again and again, the first of a cause is enough.
        std::string key = explained.event.kind + cause;
        for (const auto& [name, value] : explained.event.captures)
            key += " " + value;
        const bool message = explained.event.lines.size() == 1;
        if (said_.insert(key).second || !message)
            result.push_back(std::move(explained));
    }
    return stalls_.add(std::move(result));
}

// Nothing more comes that those held back could wait for.
std::vector<Explained> Decoder::with_held(std::vector<Explained> events) {
    for (Explained& explained : stalls_.flush())
        events.push_back(std::move(explained));
    return events;
}

std::vector<Explained> Decoder::feed(std::string_view line) {
    return explain(finder_.feed(line));
}

std::vector<Explained> Decoder::flush() {
    return with_held(explain(finder_.flush()));
}

std::vector<Explained> Decoder::finish() {
    return with_held(explain(finder_.finish()));
}

} // namespace brig::decode
