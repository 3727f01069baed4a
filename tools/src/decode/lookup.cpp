// SPDX-License-Identifier: Apache-2.0
#include "decode/lookup.hpp"

#include "decode/repair.hpp"

namespace brig::decode {

namespace {

// Functions of one source file lie next to each other; a listing need not have all of them.
constexpr uint64_t kSameFile = 0x4000;
// Where the reference and Brig map their image (abi: the hypervisor's base address on arm64).
constexpr uint64_t kHypervisorBase = 0xffffc0200000;

// The least that any release moves the kernel by (arch/arm64/kernel/kaslr.c, head.S).
constexpr uint64_t kKaslrStep = 0x10000;

bool is_hypervisor_address(uint64_t address) {
    return address >> 32 == kHypervisorBase >> 32;
}

} // namespace

Lookup::Lookup(const SourceFiles& files) {
    for (const std::string& file : files.listings)
        listing_.add(Listing::load(file));
    if (!files.vmlinux.empty())
        vmlinux_ = ElfFile::open(files.vmlinux, "vmlinux");
    if (!files.hypervisor.empty())
        hypervisor_ = ElfFile::open(files.hypervisor, "hypervisor ELF");
    if (!files.system_map.empty())
        map_ = SymbolTable::load(files.system_map, "System.map");
    if (!files.kallsyms.empty())
        kallsyms_ = SymbolTable::load(files.kallsyms, "kallsyms");
}

Lookup::View Lookup::view(const Event& event, const Listing& embedded) const {
    View view;
    view.embedded = &embedded;
    const Number offset = kernel_offset(event);
    view.linux_offset = offset.value_or(0);
    view.linux_offset_known = offset.has_value();
    // Position independent: linked at 0.
    if (hypervisor_ && !is_hypervisor_address(hypervisor_->base()))
        view.hypervisor_offset =
            event.hypervisor_base.value_or(kHypervisorBase) - hypervisor_->base();
    return view;
}

std::optional<uint64_t> Lookup::linked_at(const std::string& name) const {
    return vmlinux_ ? vmlinux_->address_of(name) : map_.address_of(name);
}

// KASLR: by the list of the same boot, by what the text says, or by Linux's vectors in a crash
// record; those of KPTI lie elsewhere, and not a multiple of KASLR's steps away.
Number Lookup::kernel_offset(const Event& event) const {
    for (const char* name : {"_stext", "_text"}) // not every kallsyms has the latter
        if (const auto linked = linked_at(name), running = kallsyms_.address_of(name);
            linked && running)
            return *running - *linked;
    if (event.kernel_offset)
        return event.kernel_offset;
    const auto vectors = linked_at("vectors");
    const auto vbar = event.system.find("VBAR_EL1");
    if (vectors && vbar != event.system.end() && (vbar->second - *vectors) % kKaslrStep == 0)
        return vbar->second - *vectors;
    return {};
}

bool Lookup::lacks_offset(const View& view) const {
    return !view.linux_offset_known && (vmlinux_ || !map_.empty());
}

Place Lookup::place(const View& view, uint64_t address) const {
    Place place;
    place.address = address;
    if (hypervisor_) {
        place.symbol = hypervisor_->symbol(address - view.hypervisor_offset);
        place.source = hypervisor_->source(address - view.hypervisor_offset);
    }
    if (place.symbol.empty() && vmlinux_) {
        place.symbol = vmlinux_->symbol(address - view.linux_offset);
        place.source = vmlinux_->source(address - view.linux_offset);
    }
    if (place.symbol.empty())
        place.symbol = listing_.symbol(address);
    if (place.symbol.empty())
        place.symbol = view.embedded->symbol(address);
    // A table of Linux's names has nothing of the hypervisor or of a bare-metal cell.
    const bool kernel = address >> 48 == 0xffff;
    if (place.symbol.empty() && kernel)
        place.symbol = kallsyms_.symbol(address);
    if (place.symbol.empty() && kernel)
        place.symbol = map_.symbol(address - view.linux_offset);
    return place;
}

std::optional<uint32_t> Lookup::word(const View& view, uint64_t address) const {
    std::optional<uint32_t> found;
    if (hypervisor_)
        found = hypervisor_->word(address - view.hypervisor_offset);
    if (!found && vmlinux_)
        found = vmlinux_->word(address - view.linux_offset);
    if (!found)
        found = listing_.word(address);
    return found ? found : view.embedded->word(address);
}

std::optional<uint64_t> Lookup::address_of(const View& view, const std::string& symbol) const {
    const size_t plus = symbol.find("+0x");
    if (plus == std::string::npos || symbol.find('[') != std::string::npos)
        return {};
    const std::string name = symbol.substr(0, plus);
    const size_t end = symbol.find('/', plus);
    const auto offset =
        read_hex(symbol.substr(plus + 1, end == std::string::npos ? end : end - plus - 1));
    if (!offset)
        return {};
    if (const auto start = kallsyms_.address_of(name))
        return *start + *offset;
    auto start = vmlinux_ ? vmlinux_->address_of(name) : std::nullopt;
    if (!start)
        start = map_.address_of(name);
    return start ? std::optional(*start + view.linux_offset + *offset) : std::nullopt;
}

std::string Lookup::near(uint64_t address) const {
    return listing_.near(address, kSameFile);
}

std::string Lookup::where(const View& view, uint64_t address) const {
    if (hypervisor_ && hypervisor_->word(address - view.hypervisor_offset))
        return "hypervisor";
    if (vmlinux_ && vmlinux_->word(address - view.linux_offset))
        return "Linux text";
    if (kallsyms_.in_text(address) || map_.in_text(address - view.linux_offset))
        return "Linux text";
    if (kallsyms_.symbol(address).find('[') != std::string::npos)
        return "module";
    return {};
}

} // namespace brig::decode
