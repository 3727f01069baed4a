// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "board/tree.hpp"

#include <string>

namespace brig::test {

// Source through dtc; with labels as `dtc -@` keeps them. `body` is what lies inside of `/ { };`
// (and may close it).
Bytes compile_tree(const std::string& body);
board::Tree tree_of(const std::string& body);

} // namespace brig::test
