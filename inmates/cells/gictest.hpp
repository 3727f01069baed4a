// SPDX-License-Identifier: Apache-2.0
// What gictest.cpp and its parts for one version of the GIC each share.
#pragma once

#include "check.hpp"

namespace gictest {

constexpr uint64_t patience_us = 1000000;

extern brig::Checks checks;
extern uint64_t gicd;
extern bool bare; // no hypervisor: leave out what only it does

void read_only(const char* name, uint64_t address);
void reads_zero(const char* name, uint64_t address);
// Identification registers of the distributor, from `first` to the end of the frame.
void identification(uint64_t first, uint64_t end, unsigned architecture);
// SGIs to this CPU are counted from here on.
unsigned received_sgis(unsigned sgi);
bool sgis_arrive(unsigned sgi, unsigned times);

namespace v2 {
void registers();
void own_route(unsigned intid);
void foreign_route(unsigned intid);
void sgis();
} // namespace v2

namespace v3 {
void registers();
void own_route(unsigned intid);
void foreign_route(unsigned intid);
void sgis();
} // namespace v3

} // namespace gictest
