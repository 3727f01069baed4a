// SPDX-License-Identifier: Apache-2.0
// The exception classes of the Arm architecture, up to Armv9.5, and the fields of their syndromes.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace brig::decode {

// A value of a field and what it means.
struct EsrValue {
    uint32_t value;
    std::string_view meaning;
};

struct EsrFieldLayout {
    std::string_view name;
    unsigned msb;
    unsigned lsb;
    std::span<const EsrValue> values = {}; // empty: a number
};

struct EsrClass {
    unsigned ec;
    std::string_view name;
    std::span<const EsrFieldLayout> fields;
};

// Null for a class that the architecture does not have.
const EsrClass* find_esr_class(unsigned ec);

// Of aborts: IFSC, DFSC. Empty for a reserved code.
std::string_view fault_status(uint32_t code);

} // namespace brig::decode
