// SPDX-License-Identifier: Apache-2.0
// Identity map of the low 512 GiB: 1 GiB device blocks, 2 MiB blocks where there is memory.
#include "layout.h"

#include <brig/comm_region.h>

#include <stdint.h>

namespace brig {
namespace {

constexpr uint64_t gib = 1ull << 30;
constexpr uint64_t block = 2ull << 20;
constexpr unsigned entries = 512;

constexpr uint64_t access_flag = 1ull << 10;
constexpr uint64_t inner_shareable = 3ull << 8;
constexpr uint64_t never_execute = (1ull << 53) | (1ull << 54);
constexpr uint64_t block_entry = 1;
constexpr uint64_t table_entry = 3;
constexpr uint64_t device = block_entry | access_flag | never_execute;
constexpr uint64_t memory = block_entry | access_flag | inner_shareable | (1ull << 2);

struct Tables {
    uint64_t level1[entries];
    uint64_t level2[2][entries]; // image and communication region
};

} // namespace

extern "C" {
[[gnu::section(".tables"), gnu::used]] alignas(4096) Tables page_tables;
extern char __image_start[];

// Runs on the boot CPU with the MMU off.
void build_page_tables() {
    Tables& t = page_tables;
    for (uint64_t i = 0; i < entries; ++i) {
        t.level1[i] = i * gib | device;
    }
    const uint64_t ram[] = {reinterpret_cast<uint64_t>(__image_start), BRIG_COMM_BASE};
    unsigned used = 0;
    for (uint64_t address : ram) {
        uint64_t& top = t.level1[address / gib];
        if ((top & table_entry) != table_entry) {
            uint64_t* table = t.level2[used++];
            const uint64_t start = address / gib * gib;
            for (uint64_t i = 0; i < entries; ++i) {
                table[i] = (start + i * block) | device;
            }
            top = reinterpret_cast<uint64_t>(table) | table_entry;
        }
        auto* table = reinterpret_cast<uint64_t*>(top & ~0xfffull);
        table[address % gib / block] = address / block * block | memory;
    }
}
}

} // namespace brig
