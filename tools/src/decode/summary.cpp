// SPDX-License-Identifier: Apache-2.0
#include "decode/summary.hpp"

#include "decode/esr_tables.hpp"
#include "decode/sysreg.hpp"

#include <fmt/format.h>

namespace brig::decode {

namespace {

std::string on_cpu(const Event& event) {
    return event.cpu ? fmt::format(" on CPU {}", *event.cpu) : "";
}

// " at its_allocate_entry+0x34", or the bare address.
std::string at_place(const Event& event) {
    if (!event.symbol.empty())
        return " at " + event.symbol;
    return event.pc ? fmt::format(" at pc {:#x}", *event.pc) : "";
}

std::string access_text(const Event& event) {
    if (event.esr && event.esr->ec == 0x18) {
        const RegisterAccess access = trapped_register(*event.esr);
        return fmt::format(": {} of {}", access.read ? "read" : "write", access.name);
    }
    // Only aborts and watchpoints have an address; FAR is left over from an earlier one otherwise.
    const unsigned ec = event.exception_class().value_or(0x24);
    const bool has_address = (ec >= 0x20 && ec <= 0x25) || ec == 0x34 || ec == 0x35;
    const Number address = event.ipa ? event.ipa : event.far;
    if (!address || !has_address)
        return "";
    std::string text = fmt::format(", address {:#x}", *address);
    if (event.address && !event.address->node.empty())
        text += " (" + event.address->node + ")";
    return text;
}

std::string exception_text(const Event& event) {
    if (event.esr)
        return event.esr->summary();
    const std::string name = class_name(event);
    return name.empty() ? "exception" : name;
}

std::string cell_text(const Event& event) {
    return event.cell.empty() ? "a cell" : fmt::format("cell \"{}\"", event.cell);
}

} // namespace

std::string class_name(const Event& event) {
    const auto ec = event.exception_class();
    const EsrClass* entry = ec ? find_esr_class(*ec) : nullptr;
    return entry != nullptr ? std::string(entry->name) : "";
}

std::string summary(const Event& event) {
    if (event.kind == kind::cell_exception)
        return fmt::format("The hypervisor stopped{} of {}: {}{}{}.",
                           event.cpu ? fmt::format(" CPU {}", *event.cpu) : " a CPU",
                           cell_text(event), exception_text(event), access_text(event),
                           at_place(event));
    if (event.kind == kind::hyp_exception)
        return fmt::format("Exception in the hypervisor itself{}: {}{}{}.", on_cpu(event),
                           exception_text(event), access_text(event), at_place(event));
    if (event.kind == kind::rcu_stall || event.kind == kind::soft_lockup)
        return fmt::format("Linux{} makes no progress{}{}.", on_cpu(event), at_place(event),
                           event.task.empty() ? "" : ", task " + event.task);
    if (event.kind == kind::hung_task)
        return fmt::format("Linux's task {} waits for too long{}.",
                           event.task.empty() ? "(name lost)" : event.task, at_place(event));
    if (event.kind == kind::oops || event.kind == kind::serror)
        return fmt::format("Linux died{}: {}{}{}.", on_cpu(event),
                           event.esr ? event.esr->summary() : event.headline, access_text(event),
                           at_place(event));
    if (event.kind == kind::disassembly)
        return "A disassembly, and no dump that it belongs to.";
    return event.headline;
}

} // namespace brig::decode
