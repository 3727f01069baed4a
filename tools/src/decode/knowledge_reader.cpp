// SPDX-License-Identifier: Apache-2.0
#include "decode/knowledge_reader.hpp"

#include "util/error.hpp"
#include "util/text.hpp"

#define TOML_HEADER_ONLY 1
#include <toml++/toml.h>

#include <cmath>

namespace brig::decode {

namespace {

// Reads one file; every error names it and the line.
class Reader {
public:
    explicit Reader(const std::string& name) : name_(name) {}

    std::vector<Entry> read(std::string_view text);

private:
    std::string name_;

    template <typename... Args>
    [[noreturn]] void wrong(const toml::node& node, fmt::format_string<Args...> format,
                            Args&&... args) const {
        fail("reading knowledge {}, line {}: {}", name_, node.source().begin.line,
             fmt::format(format, std::forward<Args>(args)...));
    }
    std::string text(const toml::node& node, std::string_view key) const;
    uint64_t number(const toml::node& node, std::string_view key) const;
    template <typename T, typename Convert>
    std::vector<T> list(const toml::node& node, Convert convert) const;
    std::vector<std::string> texts(const toml::node& node, std::string_view key) const;
    std::vector<Pattern> patterns(const toml::node& node, std::string_view key) const;
    std::vector<uint64_t> numbers(const toml::node& node, std::string_view key) const;
    std::vector<Range> ranges(const toml::node& node, std::string_view key) const;
    double confidence(const toml::node& node) const;
    void condition(const toml::node& node, std::string_view key, Conditions& conditions) const;
    Conditions conditions(const toml::node& node) const;
    Entry entry(const toml::node& node) const;
};

std::string Reader::text(const toml::node& node, std::string_view key) const {
    if (!node.is_string())
        wrong(node, "`{}` has to be a text", key);
    return **node.as_string();
}

uint64_t Reader::number(const toml::node& node, std::string_view key) const {
    // Addresses of 64 bits do not fit into TOML's integers; they may be texts.
    if (node.is_integer() && **node.as_integer() >= 0)
        return static_cast<uint64_t>(**node.as_integer());
    if (node.is_string())
        if (const auto value = parse_number(**node.as_string()))
            return *value;
    wrong(node, "`{}` has to be a number", key);
}

template <typename T, typename Convert>
std::vector<T> Reader::list(const toml::node& node, Convert convert) const {
    std::vector<T> result;
    if (const toml::array* array = node.as_array()) {
        for (const toml::node& element : *array)
            result.push_back(convert(element));
        if (result.empty())
            wrong(node, "an empty list never holds");
    } else {
        result.push_back(convert(node));
    }
    return result;
}

std::vector<std::string> Reader::texts(const toml::node& node, std::string_view key) const {
    return list<std::string>(node, [&](const toml::node& one) { return text(one, key); });
}

std::vector<Pattern> Reader::patterns(const toml::node& node, std::string_view key) const {
    return list<Pattern>(node, [&](const toml::node& one) {
        try {
            return Pattern(text(one, key));
        } catch (const Error& error) {
            wrong(one, "{}", error.what());
        }
    });
}

std::vector<uint64_t> Reader::numbers(const toml::node& node, std::string_view key) const {
    return list<uint64_t>(node, [&](const toml::node& one) { return number(one, key); });
}

// [[first, last], ...]
std::vector<Range> Reader::ranges(const toml::node& node, std::string_view key) const {
    return list<Range>(node, [&](const toml::node& one) {
        const toml::array* pair = one.as_array();
        if (pair == nullptr || pair->size() != 2)
            wrong(one, "`{}` has to be a list of [first, last]", key);
        return Range{number(*pair->get(0), key), number(*pair->get(1), key)};
    });
}

double Reader::confidence(const toml::node& node) const {
    const double value = node.value<double>().value_or(-1);
    if (!(value > 0) || value > 1)
        wrong(node, "`confidence` has to be above 0 and at most 1");
    return value;
}

void Reader::condition(const toml::node& node, std::string_view key, Conditions& into) const {
    const std::pair<std::string_view, std::vector<std::string>*> words[] = {
        {"kind", &into.kinds},  {"register", &into.registers}, {"address", &into.address},
        {"where", &into.where}, {"after", &into.after},        {"after_kind", &into.after_kind}};
    const std::pair<std::string_view, std::vector<Pattern>*> looks[] = {
        {"text", &into.text}, {"symbol", &into.symbol}, {"trace", &into.trace},
        {"node", &into.node}, {"kernel", &into.kernel}, {"instruction", &into.instruction},
        {"cell", &into.cell}};
    for (const auto& [name, list] : words)
        if (key == name) {
            *list = texts(node, key);
            return;
        }
    for (const auto& [name, list] : looks)
        if (key == name) {
            *list = patterns(node, key);
            return;
        }
    if (key == "confidence") {
        into.confidence = confidence(node);
    } else if (key == "ec") {
        into.ec = numbers(node, key);
    } else if (key == "value") {
        into.value = numbers(node, key);
    } else if (key == "access") {
        into.access = ranges(node, key);
    } else if (key == "smc") {
        into.smc = ranges(node, key);
    } else if (key == "fields" && node.is_table()) {
        for (const auto& [field, value] : *node.as_table())
            into.fields[std::string(field.str())] = numbers(value, field.str());
    } else {
        std::vector<std::string_view> known = {"confidence", "ec",  "value",
                                               "access",     "smc", "fields"};
        for (const auto& [name, list] : words)
            known.push_back(name);
        for (const auto& [name, list] : looks)
            known.push_back(name);
        wrong(node, "there is no condition `{}`{}", key, suggestion(key, known));
    }
}

Conditions Reader::conditions(const toml::node& node) const {
    const toml::table* table = node.as_table();
    if (table == nullptr)
        wrong(node, "`when` has to be a list of tables");
    Conditions result;
    for (const auto& [key, value] : *table)
        condition(value, key.str(), result);
    if (result.confidence == 0)
        wrong(node, "a `when` needs a confidence");
    if (table->size() < 2)
        wrong(node, "a `when` without conditions would always hold");
    return result;
}

Entry Reader::entry(const toml::node& node) const {
    const toml::table* table = node.as_table();
    if (table == nullptr)
        wrong(node, "`cause` has to be a list of tables");
    Entry result;
    const std::pair<std::string_view, std::string*> parts[] = {{"id", &result.id},
                                                               {"title", &result.title},
                                                               {"explanation", &result.explanation},
                                                               {"source", &result.source},
                                                               {"example", &result.example}};
    for (const auto& [key, value] : *table) {
        std::string* target = nullptr;
        for (const auto& [name, member] : parts)
            if (key.str() == name)
                target = member;
        if (target != nullptr)
            *target = text(value, key.str());
        else if (key.str() == "remedy")
            result.remedy = texts(value, key.str());
        else if (key.str() == "when")
            result.when =
                list<Conditions>(value, [&](const toml::node& one) { return conditions(one); });
        else
            wrong(value, "there is no key `{}` in a cause{}", key.str(),
                  suggestion(key.str(), {"id", "title", "explanation", "source", "example",
                                         "remedy", "when"}));
    }
    if (result.id.empty() || result.title.empty() || result.remedy.empty() || result.when.empty())
        wrong(node, "a cause needs id, title, remedy and at least one [[cause.when]]");
    return result;
}

std::vector<Entry> Reader::read(std::string_view source) {
    toml::table document;
    try {
        document = toml::parse(source);
    } catch (const toml::parse_error& error) {
        fail("reading knowledge {}, line {}: {}", name_, error.source().begin.line,
             error.description());
    }
    std::vector<Entry> entries;
    for (const auto& [key, value] : document) {
        const toml::array* causes = value.as_array();
        if (key.str() != "cause" || causes == nullptr)
            wrong(value, "only [[cause]] is known at the top");
        for (const toml::node& node : *causes)
            entries.push_back(entry(node));
    }
    return entries;
}

} // namespace

std::vector<Entry> read_knowledge(std::string_view toml, const std::string& name) {
    return Reader(name).read(toml);
}

} // namespace brig::decode
