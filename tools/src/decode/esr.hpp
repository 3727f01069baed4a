// SPDX-License-Identifier: Apache-2.0
// The syndrome of an exception, ESR_ELx, taken apart (Arm ARM, D24.2.40 ESR_EL2).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace brig::decode {

struct EsrField {
    std::string name;    // as in the Arm ARM
    std::string meaning; // of this value; may be empty
    uint64_t value = 0;
    unsigned msb = 0; // within ESR
    unsigned lsb = 0;
};

struct Esr {
    uint64_t value = 0;
    unsigned ec = 0;
    unsigned il = 0; // 1: the instruction has 32 bits
    uint32_t iss = 0;
    uint32_t iss2 = 0;
    std::string ec_name; // "Data Abort from a lower Exception level"
    std::vector<EsrField> fields;

    // The field of this name; null when the class has none.
    const EsrField* field(const std::string& name) const;
    // An abort's fault status, "translation fault, level 2"; empty for other classes.
    std::string fault() const;
    // In one sentence.
    std::string summary() const;
};

Esr decode_esr(uint64_t value);

} // namespace brig::decode
