// SPDX-License-Identifier: Apache-2.0
#include "config/acceptance.hpp"
#include "util/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace brig::config {

namespace {

bool covers(const std::string& scope, const std::string& path) {
    return path == scope || path.starts_with(scope + "/") || scope.empty();
}

} // namespace

void Acceptance::read(Node& node) {
    const auto known = accept_words();
    for (const auto& word : node.texts("accept"))
        if (std::find(known.begin(), known.end(), word) == known.end())
            node.error("accept",
                       fmt::format("there is no check \"{}\"{}", word, suggestion(word, known)));
        else
            entries_.push_back({node.path(), word});
}

void Acceptance::apply(Findings& findings) const {
    for (const auto& entry : entries_)
        for (auto& finding : findings)
            if (accept_word(finding.test) == entry.word && covers(entry.scope, finding.scope))
                finding.severity = Severity::Accepted;
}

void Acceptance::report_idle(Findings& findings) const {
    Findings idle;
    for (const auto& [scope, word] : entries_) {
        bool used = std::any_of(findings.begin(), findings.end(), [&](const Finding& finding) {
            return accept_word(finding.test) == word && covers(scope, finding.scope);
        });
        if (!used)
            idle.push_back({Test::Language,
                            Severity::Warning,
                            fmt::format("{}: accept: nothing here needs \"{}\": remove it, or it "
                                        "hides the next fault",
                                        scope.empty() ? "/" : scope, word),
                            {},
                            scope});
    }
    findings.insert(findings.end(), idle.begin(), idle.end());
}

} // namespace brig::config
