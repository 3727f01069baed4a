// SPDX-License-Identifier: Apache-2.0
// From the assembler's start to the cell's main function.
#include "console.hpp"
#include "inmate.hpp"

namespace brig {

extern "C" [[noreturn]] void inmate_start() {
    if (!comm_valid()) {
        set_cell_state(BRIG_CELL_COMM_MISMATCH);
        inmate_stop();
    }
    console::init();
    gic::init_cpu();
    inmate_main();
    message_loop();
}

} // namespace brig
