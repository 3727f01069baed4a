// SPDX-License-Identifier: Apache-2.0
// Everything a cell usually needs. A cell defines inmate_main().
#pragma once

#include "arch.hpp"
#include "cmdline.hpp"
#include "comm.hpp"
#include "gic.hpp"
#include "hypercall.hpp"
#include "print.hpp"
#include "psci.hpp"
#include "string.hpp"
#include "timer.hpp"

// Runs on the boot CPU: MMU and caches on, console and interrupt controller ready, interrupts
// masked. When it returns, the runtime answers messages for ever.
void inmate_main();
