// SPDX-License-Identifier: Apache-2.0
// What is wrong with a configuration, wherever it comes from. `brig config compile` and `brig
// config check` use the same checks; only the words for the fields differ.
#pragma once

#include "config/finding.hpp"
#include "config/model.hpp"

#include <string_view>

namespace brig::config {

// How messages call the fields: by property of a partition file, or by field of a binary file.
struct Words {
    std::string_view phys, virt, size, flags;
    std::string_view hypervisor_memory, cpus, interrupts, name, reset_address, console;
};

const Words& partition_words();
const Words& binary_words();

Findings check(const Configuration& configuration, const Words& words);

// The text of the test's line in `brig config check`.
std::string_view title(Test test);

// Collects findings; handed to the groups of checks below.
struct Report {
    const Configuration& configuration;
    const Words& words;
    Findings findings = {};

    void error(Test test, std::string text, std::vector<MemoryRegion> regions = {}) {
        findings.push_back({test, Severity::Error, std::move(text), std::move(regions)});
    }
    void warning(Test test, std::string text, std::vector<MemoryRegion> regions = {}) {
        findings.push_back({test, Severity::Warning, std::move(text), std::move(regions)});
    }
};

void check_cpus(Report& report);
void check_names(Report& report);
void check_interrupts(Report& report);
void check_region_shapes(Report& report); // each region by itself
void check_overlaps(Report& report);
void check_interceptions(Report& report);
void check_root_coverage(Report& report);
void check_start(Report& report); // reset address, console

// Registers that accesses must trap on: no cell may have them mapped.
struct Trapped {
    Test test;
    std::string name; // "the distributor (GICD)"
    uint64_t start;
    uint64_t size;
};
std::vector<Trapped> trapped_blocks(const System& system);

// The root cell first, then the others.
std::vector<const Cell*> all_cells(const Configuration& configuration);

} // namespace brig::config
