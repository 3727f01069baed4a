// SPDX-License-Identifier: Apache-2.0
// A kernel module file: for which kernel it was built, and what it needs of it.
#pragma once

#include "util/file.hpp"

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace brig::doctor {

struct Module {
    std::string file;
    std::string release;              // of the kernel it was built for
    std::vector<std::string> symbols; // undefined ones
};

// Throws Error when it is no arm64 module or is damaged.
Module parse_module(const Bytes& content, const std::string& file);

// The module's symbols that the kernel does not have, by the text of /proc/kallsyms. Empty when
// that lists functions only, since then nothing can be said.
std::vector<std::string> missing_symbols(const Module& module, std::string_view kallsyms);

} // namespace brig::doctor
