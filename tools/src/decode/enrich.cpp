// SPDX-License-Identifier: Apache-2.0
#include "decode/enrich.hpp"

#include "decode/address_space.hpp"
#include "decode/disassembler.hpp"
#include "decode/sysreg.hpp"

#include <algorithm>

namespace brig::decode {

namespace {

constexpr uint64_t kContext = 4; // instructions before and after pc
constexpr size_t kMostFrames = 32;
constexpr uint64_t kUnsigned = 0xffffffffffff; // of a return address with an authentication code

// "Code: aa1303e0 ... (b9400000)": the one in parentheses is at pc.
void take_code_line(Event& event) {
    if (!event.instructions.empty() || !event.code_current)
        return;
    for (size_t i = 0; i < event.code.size(); i++) {
        const uint64_t at = event.pc.value_or(0) + 4 * i - 4 * *event.code_current;
        event.instructions.push_back(
            {at, event.code[i], disassemble(event.code[i], at), i == *event.code_current});
    }
}

// A listing alone: what is remarkable in it.
void survey(Event& event, const Listing& listing) {
    for (const auto& [address, word] : listing.words())
        if (system_register_access(word))
            event.instructions.push_back({address, word, disassemble(word, address), false});
}

// Return addresses by the chain of frame records: x29 points to the caller's x29 and to where it
// returns to (AAPCS64).
std::vector<uint64_t> frame_chain(const Event& event) {
    std::vector<uint64_t> addresses;
    const auto x29 = event.registers.find(29);
    Number frame = x29 != event.registers.end() ? Number(x29->second) : event.sp;
    while (frame && addresses.size() < kMostFrames) {
        const auto next = event.stack.find(*frame), back = event.stack.find(*frame + 8);
        if (next == event.stack.end() || back == event.stack.end() || back->second == 0)
            break;
        addresses.push_back(back->second);
        if (next->second <= *frame)
            break;
        frame = next->second;
    }
    return addresses;
}

// BL or BLR.
bool is_call(uint32_t word) {
    return word >> 26 == 0x25 || (word & 0xfffffc1f) == 0xd63f0000;
}

// Where pc is, from the address alone.
std::string area(const Event& event) {
    if (event.kind == kind::hyp_exception)
        return "hypervisor";
    if (!event.pc)
        return {};
    const bool user = event.spsr && (*event.spsr >> 2 & 3) == 0;
    const bool kernel = *event.pc >> 48 == 0xffff;
    if (event.kind == kind::cell_exception && !kernel)
        return user ? "user space" : "inmate";
    const std::string found = linux_area(*event.pc, event.kernel);
    // What is executed there, is the kernel that KASLR has moved, if not a BPF program.
    return found == "vmalloc" ? "vmalloc or Linux text moved by KASLR" : found;
}

} // namespace

Enricher::Enricher(const SourceFiles& files)
    : lookup_(files), addresses_(files.tree, files.configs) {}

void Enricher::find_places(Event& event, const Lookup::View& view) const {
    if (!event.pc && !event.symbol.empty())
        event.pc = lookup_.address_of(view, event.symbol);
    if (!event.lr && !event.lr_symbol.empty())
        event.lr = lookup_.address_of(view, event.lr_symbol);
    if (event.pc) {
        const Place place = lookup_.place(view, *event.pc);
        if (event.symbol.empty())
            event.symbol = place.symbol;
        if (!place.symbol.empty())
            event.place = place;
        event.where = lookup_.where(view, *event.pc);
    }
    if (event.lr && event.lr_symbol.empty()) {
        event.lr_symbol = lookup_.place(view, *event.lr).symbol;
        if (event.lr_symbol.empty())
            event.lr_symbol = lookup_.near(*event.lr);
    }
    if (event.pc && *event.pc >> 48 == 0xffff && event.symbol.empty() && lookup_.lacks_offset(view))
        event.note = "pc has no name in the given symbols of Linux. If KASLR has moved the kernel, "
                     "--kallsyms with /proc/kallsyms of the same boot tells how far, or a line "
                     "\"Kernel Offset:\" in the text (a panic prints it).";
    if (event.where.empty() && !event.symbol.empty())
        event.where = event.symbol.find('[') != std::string::npos ? "module" : "";
    if (event.where.empty())
        event.where = area(event);
}

// By the chain of frame records; code that was built without them leaves what looks like a return
// address: behind a call.
void Enricher::find_hypervisor_calls(Event& event, const Lookup::View& view) const {
    event.calls.push_back(lookup_.place(view, *event.pc));
    std::vector<uint64_t> addresses = frame_chain(event);
    if (addresses.empty()) {
        if (event.lr && *event.lr != *event.pc)
            addresses.push_back(*event.lr);
        for (const auto& [at, value] : event.stack) {
            const uint64_t address = value & kUnsigned;
            const auto call = lookup_.word(view, address - 4);
            if (call && is_call(*call) && (addresses.empty() || addresses.back() != address) &&
                addresses.size() < kMostFrames)
                addresses.push_back(address);
        }
    }
    for (const uint64_t address : addresses)
        event.calls.push_back(lookup_.place(view, address));
}

void Enricher::find_calls(Event& event, const Lookup::View& view) const {
    if (event.kind == kind::hyp_exception && event.pc) {
        find_hypervisor_calls(event, view);
    } else if (event.kind == kind::cell_exception && event.pc) {
        event.calls.push_back(lookup_.place(view, *event.pc));
        if (event.lr && *event.lr != *event.pc && *event.lr != 0)
            event.calls.push_back(lookup_.place(view, *event.lr));
    }
    for (const std::string& frame : event.trace)
        if (const auto address = lookup_.address_of(view, frame)) {
            Place place = lookup_.place(view, *address);
            place.symbol = frame;
            event.calls.push_back(place);
        }
    // Without any name the addresses of a cell say nothing new.
    const bool named = std::any_of(event.calls.begin(), event.calls.end(),
                                   [](const Place& place) { return !place.symbol.empty(); });
    if (!named && event.kind == kind::cell_exception)
        event.calls.clear();
}

void Enricher::find_instructions(Event& event, const Lookup::View& view) const {
    if (!event.pc)
        return;
    const uint64_t pc = *event.pc;
    const uint64_t first = pc - std::min(pc, kContext * 4);
    for (uint64_t at = first; at >= first && at - first <= kContext * 8; at += 4)
        if (const auto found = lookup_.word(view, at))
            event.instructions.push_back({at, *found, disassemble(*found, at), at == pc});
}

void Enricher::enrich(Event& event, const Listing& embedded) const {
    if (event.kind == kind::disassembly)
        return survey(event, embedded);
    if (!event.hypervisor_base)
        event.hypervisor_base = addresses_.hypervisor_base();
    const Lookup::View view = lookup_.view(event, embedded);
    find_places(event, view);
    find_calls(event, view);
    find_instructions(event, view);
    take_code_line(event);
    if (!addresses_.empty() && event.ipa)
        event.address = addresses_.explain(*event.ipa, event.cell);
}

} // namespace brig::decode
