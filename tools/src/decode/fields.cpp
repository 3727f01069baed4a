// SPDX-License-Identifier: Apache-2.0
#include "decode/fields.hpp"

#include "decode/repair.hpp"

#include <cctype>

namespace brig::decode {

namespace {

constexpr std::string_view kNames[] = {"pc",      "lr",      "sp",       "elr",     "spsr",
                                       "esr",     "far",     "hpfar",    "far_el2", "hpfar_el2",
                                       "elr_el2", "esr_el2", "spsr_el2", "pstate"};

// The canonical name: "x15" for "×15" and "<15", "pc" for "PC"; empty when it names no register.
std::string register_name(std::string_view word) {
    std::string name;
    for (const char c : word)
        name += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    for (const std::string_view known : kNames)
        if (name == known)
            return name.ends_with("_el2") ? name.substr(0, name.size() - 4) : name;
    if (name.size() < 2 || name.size() > 3 || (name[0] != 'x' && name[0] != '<'))
        return {};
    const auto number = read_decimal(std::string_view(name).substr(1));
    if (!number || *number > 30)
        return {};
    return "x" + std::to_string(*number);
}

std::vector<std::string> split_words(std::string_view line) {
    std::vector<std::string> words;
    std::string word;
    auto finish = [&] {
        if (!word.empty())
            words.push_back(word);
        word.clear();
    };
    for (const char c : line) {
        if (c == ' ' || c == '\t') {
            finish();
        } else if (c == ':' || c == '=') {
            finish();
            words.push_back(":");
        } else {
            word += c;
        }
    }
    finish();
    return words;
}

struct Pair {
    std::string name;
    std::vector<std::string> values; // words up to the next name
};

std::vector<Pair> pairs(std::string_view line) {
    const std::vector<std::string> words = split_words(line);
    std::vector<Pair> result(1); // values in front of any name come first
    for (size_t i = 0; i < words.size(); i++) {
        if (i + 1 < words.size() && words[i + 1] == ":") {
            result.push_back({register_name(words[i]), {}});
            i++;
        } else if (words[i].ends_with("_EL2") && !register_name(words[i]).empty()) {
            result.push_back({register_name(words[i]), {}}); // in columns, without a colon
        } else if (words[i] != ":") {
            result.back().values.push_back(words[i]);
        }
    }
    return result;
}

// All of the register's digits, or one that is short but 0: OCR loses zeros of many.
Number whole_hex(const std::string& word) {
    const Number value = read_hex(word);
    const size_t digits = word.starts_with("0x") ? word.size() - 2 : word.size();
    return value && (digits >= 16 || *value == 0 || word.starts_with("0x")) ? value : Number{};
}

// 64-bit registers: 16 digits, which a blank may have parted.
Number register_value(const std::vector<std::string>& values) {
    if (values.empty())
        return {};
    if (const Number value = whole_hex(values[0]))
        return value;
    if (values.size() > 1 && values[0].size() + values[1].size() == 16)
        return read_hex(values[0] + values[1]);
    return {};
}

// "20 1 0000085" or one number. Class and length bit have to be plausible: the parts are short.
std::optional<Esr> syndrome(const std::vector<std::string>& values) {
    if (values.empty())
        return {};
    if (values.size() >= 3 && values[0].size() <= 2 && values[1].size() == 1) {
        const auto ec = read_hex(values[0]), il = read_hex(values[1]), iss = read_hex(values[2]);
        if (ec && il && iss && *ec < 64 && *il < 2 && *iss < 1u << 25)
            return decode_esr(*ec << 26 | *il << 25 | *iss);
        return {};
    }
    const auto value = read_hex(values[0]);
    return value && values[0].size() >= 8 ? std::optional(decode_esr(*value)) : std::nullopt;
}

void set_once(Number& field, Number value) {
    if (!field)
        field = value;
}

void store(const std::string& name, const std::vector<std::string>& values, Event& event) {
    if (name == "esr") {
        if (const auto esr = syndrome(values); esr && !event.esr)
            event.esr = esr;
        return;
    }
    if (name == "spsr" || name == "pstate") {
        if (!values.empty())
            set_once(event.spsr, read_hex(values[0]));
        return;
    }
    const Number value = register_value(values);
    if (!value)
        return;
    if (name[0] == 'x')
        event.registers.emplace(static_cast<unsigned>(std::stoul(name.substr(1))), *value);
    else if (name == "pc")
        set_once(event.pc, value);
    else if (name == "lr")
        set_once(event.lr, value);
    else if (name == "sp")
        set_once(event.sp, value);
    else if (name == "elr")
        set_once(event.elr, value);
    else if (name == "far")
        set_once(event.far, value);
    else if (name == "hpfar")
        set_once(event.hpfar, value);
}

} // namespace

bool FieldReader::read(std::string_view line, Event& event) {
    bool found = false;
    std::vector<Pair> all = pairs(line);
    if (!waiting_.empty() && !all[0].values.empty() && read_hex(all[0].values[0])) {
        store(waiting_, all[0].values, event);
        found = true;
    }
    if (!line.empty())
        waiting_.clear();
    for (size_t i = 1; i < all.size(); i++) {
        if (all[i].name.empty())
            continue;
        found = true;
        if (all[i].values.empty())
            waiting_ = all[i].name;
        else
            store(all[i].name, all[i].values, event);
    }
    return found;
}

std::vector<std::string> FieldReader::names(std::string_view line) {
    std::vector<std::string> result;
    for (const Pair& pair : pairs(line))
        if (!pair.name.empty())
            result.push_back(pair.name);
    return result;
}

} // namespace brig::decode
