// SPDX-License-Identifier: Apache-2.0
#include "decode/enrich.hpp"

#include "decode/disassembler.hpp"
#include "decode/sysreg.hpp"

namespace brig::decode {

namespace {

constexpr uint64_t kContext = 4; // instructions before and after pc
// Functions of one source file lie next to each other; a listing need not have all of them.
constexpr uint64_t kSameFile = 0x4000;

} // namespace

struct Enricher::Sources {
    Listing listing;

    std::optional<uint32_t> word(const Listing& embedded, uint64_t address) const;
    std::string symbol(const Listing& embedded, uint64_t address) const;
    void place(Event& event, const Listing& embedded) const;
    void instructions(Event& event, const Listing& embedded) const;
    void code_line(Event& event) const;
    void survey(Event& event, const Listing& embedded) const;
};

Enricher::Enricher(const SourceFiles& files) : sources_(std::make_unique<Sources>()) {
    for (const std::string& file : files.listings)
        sources_->listing.add(Listing::load(file));
}

Enricher::~Enricher() = default;
Enricher::Enricher(Enricher&&) noexcept = default;

std::optional<uint32_t> Enricher::Sources::word(const Listing& embedded, uint64_t address) const {
    if (const auto found = listing.word(address))
        return found;
    return embedded.word(address);
}

std::string Enricher::Sources::symbol(const Listing& embedded, uint64_t address) const {
    const std::string found = listing.symbol(address);
    return found.empty() ? embedded.symbol(address) : found;
}

void Enricher::Sources::place(Event& event, const Listing& embedded) const {
    if (event.pc) {
        const std::string found = symbol(embedded, *event.pc);
        if (!found.empty())
            event.symbol = found;
    }
    if (event.lr && event.lr_symbol.empty()) {
        event.lr_symbol = symbol(embedded, *event.lr);
        if (event.lr_symbol.empty())
            event.lr_symbol = listing.near(*event.lr, kSameFile);
    }
}

void Enricher::Sources::instructions(Event& event, const Listing& embedded) const {
    if (!event.pc)
        return;
    const uint64_t pc = *event.pc;
    const uint64_t first = pc - std::min(pc, kContext * 4);
    for (uint64_t at = first; at <= pc + kContext * 4 && at >= first; at += 4)
        if (const auto found = word(embedded, at))
            event.instructions.push_back({at, *found, disassemble(*found, at), at == pc});
}

// "Code: aa1303e0 ... (b9400000)": the one in parentheses is at pc.
void Enricher::Sources::code_line(Event& event) const {
    if (!event.instructions.empty() || !event.code_current)
        return;
    for (size_t i = 0; i < event.code.size(); i++) {
        const uint64_t at = event.pc.value_or(0) + 4 * i - 4 * *event.code_current;
        event.instructions.push_back(
            {at, event.code[i], disassemble(event.code[i], at), i == *event.code_current});
    }
}

// A listing alone: what is remarkable in it.
void Enricher::Sources::survey(Event& event, const Listing& embedded) const {
    for (const auto& [address, found] : embedded.words())
        if (system_register_access(found))
            event.instructions.push_back({address, found, disassemble(found, address), false});
}

void Enricher::enrich(Event& event, const Listing& embedded) const {
    if (event.kind == kind::disassembly)
        return sources_->survey(event, embedded);
    sources_->place(event, embedded);
    sources_->instructions(event, embedded);
    sources_->code_line(event);
}

} // namespace brig::decode
