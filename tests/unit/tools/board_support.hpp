// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "board/tree.hpp"

#include <string>

namespace brig::test {

// Source through dtc; with labels as `dtc -@` keeps them. `body` is what lies inside of `/ { };`
// (and may close it).
Bytes compile_tree(const std::string& body);
board::Tree tree_of(const std::string& body);

// A tree of Debian's kernel 6.12, by VENDOR/BOARD.dtb.
Bytes kernel_tree(const std::string& name);

} // namespace brig::test
