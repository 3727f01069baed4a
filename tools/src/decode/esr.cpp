// SPDX-License-Identifier: Apache-2.0
#include "decode/esr.hpp"

#include "decode/esr_tables.hpp"

#include <fmt/format.h>

namespace brig::decode {

namespace {

uint64_t bits(uint64_t value, unsigned msb, unsigned lsb) {
    return value >> lsb & ((1ull << (msb - lsb + 1)) - 1);
}

EsrField make_field(const EsrFieldLayout& layout, uint64_t value) {
    EsrField field{
        std::string(layout.name), {}, bits(value, layout.msb, layout.lsb), layout.msb, layout.lsb};
    for (const EsrValue& entry : layout.values)
        if (entry.value == field.value)
            field.meaning = entry.meaning;
    if (field.meaning.empty() && layout.values.size() > 2)
        field.meaning = "reserved";
    return field;
}

// ISS2 belongs to data aborts and watchpoints (FEAT_LS64, FEAT_S1POE, FEAT_THE, FEAT_GCS,
// FEAT_HDBSS, MTE).
constexpr EsrFieldLayout kIss2[] = {
    {"HDBSSF", 43, 43},      {"TnD", 42, 42},     {"TagAccess", 41, 41}, {"GCS", 40, 40},
    {"AssuredOnly", 39, 39}, {"Overlay", 38, 38}, {"DirtyBit", 37, 37},  {"Xs", 36, 32},
};

// Of a data abort whose ISV is 0.
void mark_invalid(std::vector<EsrField>& fields) {
    for (EsrField& field : fields)
        for (const char* name : {"SAS", "SSE", "SRT", "SF", "AR"})
            if (field.name == name)
                field.meaning = "not valid";
}

bool has_iss2(unsigned ec) {
    return ec == 0x20 || ec == 0x21 || ec == 0x24 || ec == 0x25 || ec == 0x34 || ec == 0x35;
}

} // namespace

const EsrField* Esr::field(const std::string& name) const {
    for (const EsrField& candidate : fields)
        if (candidate.name == name)
            return &candidate;
    return nullptr;
}

std::string Esr::fault() const {
    for (const char* name : {"DFSC", "IFSC", "xFSC"})
        if (const EsrField* status = field(name))
            return status->meaning;
    return {};
}

std::string Esr::summary() const {
    std::string text = ec_name;
    if (const std::string status = fault(); !status.empty())
        text += ": " + status;
    if (const EsrField* walk = field("S1PTW"); walk && walk->value == 1)
        text += ", on the walk of a stage 1 table";
    if (const EsrField* write = field("WnR"); write && field("DFSC"))
        text += write->value == 1 ? ", write" : ", read";
    if (const EsrField* valid = field("ISV"); valid && valid->value == 1 && field("SAS"))
        text += fmt::format(" of a {} with x{}", field("SAS")->meaning, field("SRT")->value);
    return text;
}

Esr decode_esr(uint64_t value) {
    Esr esr;
    esr.value = value;
    esr.ec = static_cast<unsigned>(bits(value, 31, 26));
    esr.il = static_cast<unsigned>(bits(value, 25, 25));
    esr.iss = static_cast<uint32_t>(bits(value, 24, 0));
    esr.iss2 = static_cast<uint32_t>(bits(value, 55, 32));
    const EsrClass* entry = find_esr_class(esr.ec);
    if (entry == nullptr) {
        esr.ec_name = "exception class that the architecture does not have";
        esr.fields.push_back({"ISS", {}, esr.iss, 24, 0});
        return esr;
    }
    esr.ec_name = entry->name;
    for (const EsrFieldLayout& layout : entry->fields)
        esr.fields.push_back(make_field(layout, value));
    if (const EsrField* valid = esr.field("ISV"); valid && valid->value == 0)
        mark_invalid(esr.fields);
    if (has_iss2(esr.ec) && esr.iss2 != 0)
        for (const EsrFieldLayout& layout : kIss2)
            esr.fields.push_back(make_field(layout, value));
    return esr;
}

} // namespace brig::decode
