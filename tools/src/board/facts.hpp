// SPDX-License-Identifier: Apache-2.0
// What matters for a port, out of a board's device tree. What the tree does not say is empty; it is
// never guessed.
#pragma once

#include "board/device.hpp"
#include "board/iomem.hpp"
#include "board/tree.hpp"
#include "board/uarts.hpp"
#include "util/range.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace brig::board {

struct Cpu {
    const Node* node = nullptr;
    unsigned number = 0;             // Linux's logical number: order of the enabled nodes
    uint64_t mpidr = 0;              // affinity fields, the tree's `reg`
    std::string core;                // compatible without vendor, "cortex-a76"
    std::optional<bool> aarch32_el1; // can EL1 run AArch32? Then FPEXC32_EL2 and others exist
    std::optional<bool> vhe;
    std::optional<unsigned> pa_bits;
    std::string enable_method; // "psci", "spin-table"
};

struct Gic {
    const Node* node = nullptr;
    unsigned version = 0; // 2 or 3 (GICv4 counts as 3)
    std::optional<Range> gicd;
    std::vector<Range> gicr;  // version 3: regions of redistributors, in the tree's order
    uint64_t gicr_stride = 0; // bytes between two redistributors if the tree says it
    // Version 2; usable addresses. Of version 3 only for its GICv2 compatibility.
    std::optional<Range> gicc;
    std::optional<Range> gich;
    std::optional<Range> gicv;
    bool aliased = false; // GICC and GICV repeat each 4 KiB for 64 KiB: used at +0xf000
    std::optional<unsigned> maintenance_irq; // INTID
    std::vector<const Node*> its;
};

struct ConsoleFacts {
    const Node* node = nullptr; // of stdout-path
    std::optional<uint64_t> address;
    uint64_t size = 0;
    std::string type = "none";            // word of con-type (PL011, 8250, ...)
    const UartType* uart = nullptr;       // null for type "none"
    std::optional<unsigned> reg_distance; // bytes between two registers of an 8250: 1 or 4
    std::optional<unsigned> irq;          // INTID
    std::optional<uint32_t> clock_hz;     // when the tree says it directly
    std::string options;                  // behind the ':' of stdout-path: "115200n8"
    std::string source; // where the address comes from: "stdout-path", "the only enabled UART"
    std::string note;   // why it cannot be used as it is; may be empty
};

struct TimerFacts {
    std::vector<unsigned> intids; // secure, physical, virtual, hypervisor[, hypervisor virtual]
    std::optional<uint32_t> frequency;
};

struct Psci {
    unsigned version = 0; // as PSCI_VERSION answers; 1 for "arm,psci"
    std::string method;   // "smc" or "hvc"
};

struct SmcUser {
    const Node* node = nullptr;
    std::string what;           // "SCMI", "OP-TEE", "SDEI", ...
    std::optional<uint32_t> id; // function id, when the tree says it
    std::string method = "smc";
    bool enabled = true;
};

struct Iommu {
    const Node* node = nullptr;
    std::string type; // "smmuv3", "mmu500", "pvu" (words of the partition language), else empty
    std::optional<Range> registers;
    bool enabled = true;
};

struct ReservedRange {
    std::optional<Range> range; // empty: Linux chooses the place at boot
    std::string name;           // of the node, or where else it comes from
    bool no_map = false;
};

// Something a porter must look after.
struct OpenPoint {
    enum class Kind {
        Blocks,  // Brig cannot run on this board as the tree describes it
        Missing, // a fact that the board's record or partition file needs is not in the tree
        Confirm, // to be looked at on the hardware
    };
    std::string key; // short and stable: "memory", "console", ...
    Kind kind = Kind::Confirm;
    std::string text; // what it is
    std::string todo; // what to do about it
};

struct Facts {
    std::string model;
    std::vector<std::string> compatible;
    std::vector<Cpu> cpus;
    std::optional<Gic> gic;
    ConsoleFacts console;
    TimerFacts timer;
    std::optional<Psci> psci;
    std::vector<SmcUser> smc;
    std::vector<Iommu> iommus;
    std::vector<const Node*> masters_without_iommu; // enabled ones
    std::vector<Range> memory;                      // banks; from /proc/iomem when given
    std::string memory_source;     // "device tree", "/proc/iomem", or "" when unknown
    bool memory_corrected = false; // the tree's banks covered registers, which were taken out
    std::vector<ReservedRange> reserved;
    std::vector<Range> holes;            // between banks of RAM
    std::vector<Range> ecam_windows;     // below 4 GiB, between devices, unused by the tree
    std::vector<Range> free_spis;        // INTIDs first..last that no node of the tree uses
    std::optional<unsigned> highest_spi; // INTID, of the tree's devices
    std::vector<Device> devices;         // all of them
    std::vector<OpenPoint> open_points;
};

// `iomem`, when given, is the authority for RAM.
Facts read_facts(const Tree& tree, const std::optional<Iomem>& iomem = {});

// Parts of read_facts().
std::vector<Cpu> read_cpus(const Tree& tree);
std::optional<Gic> read_gic(const Tree& tree);
ConsoleFacts read_console(const Tree& tree);
void read_firmware(const Tree& tree, Facts& facts); // psci, smc
void read_memory(const Tree& tree, const std::optional<Iomem>& iomem, Facts& facts);
void read_free_places(Facts& facts); // windows and SPIs that nobody uses
std::vector<OpenPoint> find_open_points(const Facts& facts);

} // namespace brig::board
