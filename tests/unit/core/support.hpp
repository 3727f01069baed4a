// SPDX-License-Identifier: Apache-2.0
// The world around the core: memory, a GIC, four CPUs and a root cell, on the host.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "arch/gic_cpu.hpp"
#include "arch/mmio.hpp"
#include "brig/config.h"
#include "system.hpp"

namespace test {

constexpr uint64_t kRam = 0x40000000;
constexpr uint64_t kRamEnd = 0x7fc00000;
constexpr uint64_t kHypMemory = 0x7f800000;
constexpr uint64_t kCellMemory =
    0x70000000;                           // part of the root's RAM region, by convention for cells
constexpr uint64_t kScratch = 0x50000000; // where tests put configurations
constexpr uint64_t kGicd = 0x08000000;
constexpr uint64_t kGicr = 0x080a0000;
constexpr uint64_t kDevices = 0x09000000; // 16 MiB
constexpr uint64_t kUart = 0x09040000;
constexpr unsigned kMaintenance = 25;
constexpr unsigned kCpus = 4;

/// What the console says from construction on.
class Capture {
public:
    Capture();
    std::string text() const;

private:
    uint32_t start_;
};

/// Devices: memory with the GIC's set/clear registers. An access that a device would not survive
/// (unaligned) is recorded.
class Bus final : public brig::arch::FakeBus {
public:
    struct Access {
        uint64_t address;
        unsigned size;
        bool write;
        uint64_t value;
    };

    Bus();
    uint64_t read(uint64_t address, unsigned size) override;
    void write(uint64_t address, unsigned size, uint64_t value) override;

    uint64_t get(uint64_t address, unsigned size) const;
    void set(uint64_t address, unsigned size, uint64_t value);
    std::vector<Access> writes() const;
    void forget() { log.clear(); }

    std::vector<Access> log;
    unsigned unaligned = 0;

private:
    std::mutex mutex_; // several threads are CPUs in some tests
    std::map<uint64_t, uint8_t> bytes_;
};

/// What the configuration says of the interrupt controller; gicv2/ or gicv3/ has it.
brig_arm_platform gic_platform();
/// A frame besides the distributor that no cell may have.
uint64_t second_gic_frame();

struct Irqchip {
    uint32_t pin_base = 32;
    std::array<uint32_t, 4> pins{};
    uint64_t address = kGicd;
};

/// Writes configuration files.
struct CellFile {
    std::string name = "cell";
    uint32_t id = 1;
    uint32_t flags = BRIG_CELL_PASSIVE_COMMREG;
    uint64_t reset_address = 0;
    uint64_t timeout = 0;
    std::vector<unsigned> cpus{1};
    std::vector<brig_memory_region> regions;
    std::vector<Irqchip> chips;

    void append_to(std::vector<uint8_t>& out) const;
    std::vector<uint8_t> bytes() const;
    /// Puts the file into memory; returns the address.
    uint64_t place(uint64_t address = kScratch) const;
};

brig_memory_region ram(uint64_t host, uint64_t guest, uint64_t size, uint64_t more_flags = 0);
brig_memory_region comm();
/// One RAM region, loadable, and the communication page.
CellFile small_cell();

/// What the fake arch layer was told and shall say.
struct ArchState {
    struct Reset {
        uint32_t cpu;
        uint64_t entry;
        uint64_t context;
    };
    std::vector<Reset> resets;
    std::vector<std::pair<uint64_t, uint64_t>> cleaned;
    std::vector<uint32_t> flushed; // cell ids
    std::vector<std::array<uint64_t, 18>> firmware_calls;
    std::function<void(uint64_t (&)[18])> firmware;
    uint64_t pc = 0x1000;
    uint64_t pstate = 0x3c5;
    uint64_t sp = 0;
    uint64_t fault_ipa = 0;
    std::map<uint32_t, bool> traced; // by CPU: whether its exits are
    bool translation_left = false;
    uint64_t counter = 0;
    uint64_t counter_step = 1;
};
extern ArchState arch_state;
struct Released {}; // thrown by arch::release()

/// The running hypervisor. CPU 0 is the calling thread; the others follow suspend requests whenever
/// it spins.
class Machine {
public:
    explicit Machine(uint64_t pool_pages = 512, std::vector<brig_memory_region> root_regions = {});
    ~Machine();
    Machine(const Machine&) = delete;
    Machine& operator=(const Machine&) = delete;

    Bus bus;
    std::function<void()> on_relax;

    brig::Cpu& cpu(unsigned id) { return brig::sys.cpu(id); }
    /// Takes all pages but `left` out of the pool, until release().
    void drain(uint64_t left);
    void refill();

private:
    void build_config(std::vector<brig_memory_region> regions);
    void boot(uint64_t pool_pages);

    std::vector<uint64_t> drained_;
};

/// Hypercall GET_INFO of a CPU's guest, with a command for what `what` is about.
int64_t get_info(Machine& machine, uint64_t what, uint64_t command, unsigned cpu);

/// Host address and leaf attributes of a guest address; text so that a failed check shows it.
std::string lookup(const brig::Cell& cell, uint64_t address);
/// True if root reaches [start, start + size) one to one, page by page.
bool root_has(uint64_t start, uint64_t size);
bool root_lacks(uint64_t start, uint64_t size);

} // namespace test
