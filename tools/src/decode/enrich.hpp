// SPDX-License-Identifier: Apache-2.0
// What other files add to an event: symbols, source lines, instructions, the meaning of an address.
#pragma once

#include "decode/address_book.hpp"
#include "decode/event.hpp"
#include "decode/listing.hpp"
#include "decode/lookup.hpp"

namespace brig::decode {

class Enricher {
public:
    // Throws Error when a file is not what it should be.
    explicit Enricher(const SourceFiles& files);

    // `embedded`: disassembly that came with the text.
    void enrich(Event& event, const Listing& embedded) const;

private:
    Lookup lookup_;
    AddressBook addresses_;

    void find_places(Event& event, const Lookup::View& view) const;
    void find_hypervisor_calls(Event& event, const Lookup::View& view) const;
    void find_calls(Event& event, const Lookup::View& view) const;
    void find_instructions(Event& event, const Lookup::View& view) const;
};

} // namespace brig::decode
