// SPDX-License-Identifier: Apache-2.0
// Devices of a board as the CPUs see them: registers by physical address, interrupts by INTID.
#pragma once

#include "board/tree.hpp"
#include "util/range.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace brig::board {

struct Register {
    Range range;        // CPU physical
    std::string name;   // of reg-names; may be empty
    unsigned index = 0; // in `reg`
};

struct Interrupt {
    unsigned intid = 0; // of the GIC: SPI n is 32 + n
    std::string name;   // of interrupt-names; "intx" for the lines of a PCI host; may be empty
    bool level = true;  // else edge
};

// An entry of clocks, power-domains, resets, ...
struct Supply {
    const Node* provider = nullptr;
    std::vector<uint32_t> args;
    std::string name; // of clock-names and so on; may be empty
};

// Stream ids that a device uses at an IOMMU.
struct Streams {
    const Node* iommu = nullptr;
    uint32_t first = 0;
    uint32_t count = 1;
    uint32_t mask = 0; // SMMUv2 with two cells: bits that do not count
};

// A window of a PCI host bridge, as the CPU sees it.
struct Window {
    enum class Kind { Config, Io, Memory32, Memory64 };
    Kind kind = Kind::Memory32;
    Range range;
};

struct Device {
    const Node* node = nullptr;
    std::vector<Register> registers;
    std::vector<Window> windows; // PCI hosts only
    std::vector<Interrupt> interrupts;
    unsigned foreign_interrupts = 0; // lines that do not reach the GIC directly (GPIO, ...)
    std::vector<Supply> clocks;
    std::vector<Supply> power_domains;
    std::vector<Supply> resets;
    std::vector<Streams> streams;
    bool dma_master = false;
    std::string dma_reason; // why it is thought to be one

    bool enabled() const { return node->enabled(); }
    std::vector<Range> addresses() const; // registers, then windows
};

// Every node that has something of a device: `compatible`, registers in the CPU's address space, or
// interrupts. CPUs, memory and the like are left out, disabled devices are not.
std::vector<Device> devices(const Tree& tree);
Device device_of(const Tree& tree, const Node& node);

// The CPU's view of an address on the bus that `node` is on: through all `ranges`. Empty when the
// bus is not memory mapped. `address` has the cells of node.parent.
std::optional<uint64_t> cpu_address(const Node& node, const std::vector<uint32_t>& address);

// `reg` of the node, translated; entries that are not memory mapped or have size 0 are left out.
std::vector<Register> registers_of(const Node& node);

// Is this node the interrupt controller that INTIDs belong to?
bool is_gic(const Node& node);

struct InterruptLines {
    std::vector<Interrupt> interrupts;
    unsigned foreign = 0;
};
InterruptLines interrupts_of(const Tree& tree, const Node& node);

} // namespace brig::board
