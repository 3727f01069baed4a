// SPDX-License-Identifier: Apache-2.0
#include "config/checks.hpp"

#include <utility>

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
    case Test::DeviceTwice:
        return "Devices given twice";
    case Test::OutsideDram:
        return "Memory that is no RAM of the board";
    case Test::FirmwareMemory:
        return "Memory that firmware owns";
    case Test::RamDiffers:
        return "RAM unlike the board tree's";
    case Test::PciWindow:
        return "Virtual PCI on top of something real";
    case Test::DmaIsolation:
        return "DMA masters without an IOMMU";
    case Test::SharedRegisters:
        return "Registers that others depend on";
    case Test::SharedPage:
        return "Registers that share a page";
    case Test::UnknownDevice:
        return "Devices that the board tree does not have";
    case Test::LinuxClocks:
        return "Clocks and power under Linux's control";
    case Test::DeviceSetup:
        return "Devices that nobody sets up";
    case Test::LostInterrupts:
        return "Interrupts that cannot be given";
    case Test::ForeignInterrupts:
        return "Interrupts of other devices";
    case Test::HypervisorConsole:
        return "The hypervisor's console given to a cell";
    case Test::Aarch32Cores:
        return "AArch32 cells on CPUs without AArch32";
    case Test::LinuxMemory:
        return "Memory that Linux allocates at boot";
    }
    return "Language";
}

namespace {

constexpr std::pair<Test, std::string_view> acceptable[] = {
    {Test::OutsideDram, "memory-outside-dram"},
    {Test::FirmwareMemory, "firmware-memory"},
    {Test::RamDiffers, "ram-differs"},
    {Test::PciWindow, "pci-window"},
    {Test::DmaIsolation, "dma-without-iommu"},
    {Test::SharedRegisters, "shared-registers"},
    {Test::SharedPage, "shared-page"},
    {Test::UnknownDevice, "unknown-device"},
    {Test::LinuxClocks, "linux-clocks"},
    {Test::DeviceSetup, "device-setup"},
    {Test::LostInterrupts, "lost-interrupts"},
    {Test::ForeignInterrupts, "foreign-interrupts"},
    {Test::HypervisorConsole, "hypervisor-console"},
    {Test::LinuxMemory, "linux-memory"},
};

} // namespace

std::string_view accept_word(Test test) {
    for (const auto& [key, word] : acceptable)
        if (key == test)
            return word;
    return {};
}

std::vector<std::string_view> accept_words() {
    std::vector<std::string_view> words;
    for (const auto& [key, word] : acceptable)
        words.push_back(word);
    return words;
}

} // namespace brig::config
