// SPDX-License-Identifier: Apache-2.0
#include "config/checks.hpp"

namespace brig::config {

const Words& partition_words() {
    static constexpr Words words = {
        .phys = "reg",
        .virt = "guest",
        .size = "reg",
        .flags = "flags",
        .hypervisor_memory = "memory",
        .cpus = "cpus",
        .interrupts = "interrupts",
        .name = "label",
        .reset_address = "reset-address",
        .console = "console",
    };
    return words;
}

const Words& binary_words() {
    static constexpr Words words = {
        .phys = "phys_start",
        .virt = "virt_start",
        .size = "size",
        .flags = "flags",
        .hypervisor_memory = "hypervisor_memory",
        .cpus = "CPU bitmap",
        .interrupts = "irqchips",
        .name = "name",
        .reset_address = "cpu_reset_address",
        .console = "console",
    };
    return words;
}

std::string_view title(Test test) {
    switch (test) {
    case Test::OverlapInsideCell:
        return "Overlapping memory regions inside cell";
    case Test::OverlapHypervisor:
        return "Overlapping memory regions with hypervisor";
    case Test::PciInterception:
        return "Missing PCI MMCONFIG interceptions";
    case Test::IommuInterception:
        return "Missing IOMMU interceptions";
    case Test::ArchInterception:
        return "Missing resource interceptions for architecture arm64";
    case Test::RootStarvation:
        return "Root cell CPU starvation";
    case Test::OverlapCpus:
        return "Overlapping cores between non-root cells";
    case Test::OverlapCells:
        return "Overlapping memory regions between non-root cells";
    case Test::HypervisorMemory:
        return "Unusable hypervisor memory";
    case Test::Alignment:
        return "Misaligned memory regions";
    case Test::OutsideRoot:
        return "Memory regions outside the root cell";
    case Test::Unloadable:
        return "Loadable regions the driver cannot reach";
    case Test::CpuSet:
        return "Invalid CPU sets";
    case Test::SharedInterrupts:
        return "Interrupts given to two non-root cells";
    case Test::RootInterrupts:
        return "Interrupts outside the root cell";
    case Test::InvalidInterrupts:
        return "Invalid interrupts";
    case Test::Names:
        return "Invalid cell names";
    case Test::FileSize:
        return "Oversized cell files";
    case Test::CommRegion:
        return "Invalid communication regions";
    case Test::SubPage:
        return "Invalid sub-page regions";
    case Test::ResetAddress:
        return "Reset addresses that cannot execute";
    case Test::ConsoleWindow:
        return "Consoles the cell cannot reach";
    case Test::Language:
        break;
    }
    return "Language";
}

} // namespace brig::config
