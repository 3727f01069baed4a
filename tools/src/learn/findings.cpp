// SPDX-License-Identifier: Apache-2.0
#include "learn/findings.hpp"

#include "board/facts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace brig::learn {

namespace {

constexpr uint64_t page_size = 0x1000;

// Registers and windows of the tree's devices, as whole pages.
struct Owner {
    Range pages;
    const board::Node* node;
    const char* note;
};

std::vector<Owner> owners_of(const board::Tree& tree) {
    std::vector<Owner> owners;
    for (const auto& device : board::devices(tree)) {
        const char* note = device.enabled() ? "" : "disabled in the device tree";
        for (const auto& reg : device.registers)
            owners.push_back({whole_pages(reg.range), device.node, note});
        for (const auto& window : device.windows)
            owners.push_back({whole_pages(window.range), device.node, "a window of a PCI host"});
    }
    return owners;
}

const board::Node* inside(const std::vector<const board::Node*>& nodes, const Range& range) {
    for (const auto* node : nodes)
        for (const auto& reg : board::registers_of(*node))
            if (reg.range.overlaps(range))
                return node;
    return nullptr;
}

// RAM is no device: banks and reservations.
struct Ram {
    std::vector<const board::Node*> banks;
    std::vector<const board::Node*> reserved;
};

Ram ram_of(const board::Tree& tree) {
    Ram ram;
    for (const auto& node : tree.nodes()) {
        if (node->text("device_type") == "memory")
            ram.banks.push_back(node.get());
        if (node->parent != nullptr && node->parent->path == "/reserved-memory")
            ram.reserved.push_back(node.get());
    }
    return ram;
}

class Collector {
public:
    explicit Collector(const board::Tree* tree) {
        if (tree == nullptr)
            return;
        owners_ = owners_of(*tree);
        ram_ = ram_of(*tree);
    }

    void add(const brig_learn_region& region) {
        const Range touched = make_range(region.start, region.size);
        std::vector<Range> owned;
        for (const auto& owner : owners_) {
            if (!owner.pages.overlaps(touched))
                continue;
            const Range part{std::max(owner.pages.first, touched.first),
                             std::min(owner.pages.last, touched.last)};
            const bool counted = std::find(owned.begin(), owned.end(), owner.pages) != owned.end();
            Place& place = place_at(owner.pages, region, counted ? 0 : part.size() / page_size);
            if (std::find(place.nodes.begin(), place.nodes.end(), owner.node->path) ==
                place.nodes.end())
                place.nodes.push_back(owner.node->path);
            if (place.note.empty())
                place.note = owner.note;
            owned.push_back(owner.pages);
        }
        for (const auto& rest : without({touched}, owned))
            add_unowned(rest, region);
    }

    std::vector<Place> places() const {
        std::vector<Place> result;
        for (const auto& [first, place] : places_)
            result.push_back(place);
        return result;
    }

private:
    Place& place_at(const Range& pages, const brig_learn_region& region, uint64_t count) {
        auto [at, fresh] = places_.try_emplace({pages.first, pages.last});
        Place& place = at->second;
        if (fresh) {
            place.range = pages;
            place.first = region;
        }
        place.pages += count;
        return place;
    }

    void add_unowned(const Range& pages, const brig_learn_region& region) {
        Place& place = place_at(pages, region, pages.size() / page_size);
        if (const auto* bank = inside(ram_.banks, pages)) {
            place.memory = true;
            place.nodes = {bank->path};
            place.note = "RAM: give the root cell all of it that Linux uses";
        }
        if (const auto* node = inside(ram_.reserved, pages)) {
            place.memory = true;
            place.nodes = {node->path};
            place.note = "reserved memory: is it Linux's to use, or the firmware's?";
        }
    }

    std::vector<Owner> owners_;
    Ram ram_;
    std::map<std::pair<uint64_t, uint64_t>, Place> places_;
};

// Arm DEN 0028, 2.5
std::string owner_of(uint32_t function) {
    switch (function >> 24 & 0x3f) {
    case 0:
        return "Arm architecture";
    case 1:
        return "CPU";
    case 2:
        return "SiP";
    case 3:
        return "OEM";
    case 4:
        return "standard service";
    case 5:
    case 6:
        return "hypervisor service";
    case 48:
    case 49:
        return "trusted application";
    default:
        return (function >> 24 & 0x3f) >= 50 ? "Trusted OS" : "reserved range";
    }
}

// Register blocks may overlap, which regions may not.
bool must_join(const Place& last, const Place& next) {
    return last.range.overlaps(next.range);
}

// Pages that no register block explains.
bool may_join(const Place& last, const Place& next) {
    return last.range.last + 1 == next.range.first && last.memory == next.memory &&
           last.nodes == next.nodes && (next.nodes.empty() || next.memory);
}

std::vector<Place> joined_places(std::vector<Place> places) {
    std::vector<Place> result;
    for (auto& place : places) {
        Place* last = result.empty() ? nullptr : &result.back();
        if (last == nullptr || (!must_join(*last, place) && !may_join(*last, place))) {
            result.push_back(std::move(place));
            continue;
        }
        last->pages = must_join(*last, place) ? std::max(last->pages, place.pages)
                                              : last->pages + place.pages;
        last->range.last = std::max(last->range.last, place.range.last);
        for (const auto& node : place.nodes)
            if (std::find(last->nodes.begin(), last->nodes.end(), node) == last->nodes.end())
                last->nodes.push_back(node);
    }
    return result;
}

} // namespace

Findings interpret(const Record& record, const board::Tree* tree) {
    Findings findings;
    Collector collector(tree);
    for (const auto& region : record.regions)
        collector.add(region);
    findings.places = joined_places(collector.places());

    board::Facts facts;
    if (tree != nullptr)
        board::read_firmware(*tree, facts);
    for (const auto& call : record.calls) {
        Call found{call, owner_of(call.function), ""};
        for (const auto& user : facts.smc)
            if (user.id == call.function)
                found.node = user.node->path;
        findings.calls.push_back(found);
    }
    std::sort(findings.calls.begin(), findings.calls.end(),
              [](const Call& a, const Call& b) { return a.call.function < b.call.function; });
    return findings;
}

} // namespace brig::learn
