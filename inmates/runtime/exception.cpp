// SPDX-License-Identifier: Apache-2.0
#include "exception.hpp"

#include "arch.hpp"
#include "comm.hpp"
#include "gic.hpp"
#include "print.hpp"

namespace brig {
namespace {

constexpr uint64_t vector_sync = 4; // current level, own stack pointer
constexpr uint64_t vector_irq = 5;

bool catching;
Caught caught;
bool dumping;

const char* vector_name(uint64_t vector) {
    static constexpr const char* types[] = {"synchronous exception", "IRQ", "FIQ", "SError"};
    return types[vector % 4];
}

[[noreturn]] void dump(uint64_t vector, const ExceptionFrame& frame) {
    print_without_lock();
    if (__atomic_exchange_n(&dumping, true, __ATOMIC_RELAXED)) {
        inmate_stop(); // an exception while dumping, or another CPU's
    }
    const uint64_t esr = read_sysreg(esr_el1);
    const auto exception_class = static_cast<unsigned>(esr >> 26);
    print("\ninmate: unexpected %s on CPU %u (vector 0x%lx): %s (class 0x%02x)\n",
          vector_name(vector), cpu_index(), vector * 0x80,
          vector % 4 == 0 ? exception_class_name(exception_class) : "-", exception_class);
    print(" esr: %08lx  far: %016lx\n", esr, read_sysreg(far_el1));
    print(" elr: %016lx  sp: %016lx  spsr: %08lx\n", frame.elr, frame.sp, frame.spsr);
    for (unsigned i = 0; i < 31; ++i) {
        print(" %sx%u: %016lx%s", i < 10 ? " " : "", i, frame.x[i],
              i % 3 == 2 || i == 30 ? "\n" : " ");
    }
    set_cell_state(BRIG_CELL_FAILED);
    print("inmate: stopped, cell state set to failed\n");
    inmate_stop();
}

} // namespace

const char* exception_class_name(unsigned exception_class) {
    switch (exception_class) {
    case 0x00:
        return "undefined instruction";
    case 0x0e:
        return "illegal execution state";
    case 0x15:
        return "SVC";
    case 0x18:
        return "trapped system register";
    case 0x20:
    case 0x21:
        return "instruction abort";
    case 0x22:
        return "PC alignment";
    case 0x24:
    case 0x25:
        return "data abort";
    case 0x26:
        return "SP alignment";
    case 0x2f:
        return "SError";
    case 0x3c:
        return "BRK";
    default:
        return "other";
    }
}

void catch_begin() {
    caught = {};
    catching = true;
    asm volatile("" ::: "memory");
}

Caught catch_end() {
    asm volatile("" ::: "memory");
    catching = false;
    return caught;
}

extern "C" void inmate_exception(uint64_t vector, ExceptionFrame* frame) {
    if (vector == vector_irq) {
        gic::dispatch();
        return;
    }
    if (vector == vector_sync && catching && cpu_index() == 0) {
        if (!caught.happened) {
            caught = {true, read_sysreg(esr_el1), read_sysreg(far_el1)};
        }
        frame->elr += 4;
        return;
    }
    dump(vector, *frame);
}

} // namespace brig
