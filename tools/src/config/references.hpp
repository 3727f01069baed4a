// SPDX-License-Identifier: Apache-2.0
// Who in a device tree depends on whom.
#pragma once

#include "board/tree.hpp"

#include <string>
#include <vector>

namespace brig::config {

// A use of `provider` by a node's property.
struct Reference {
    const board::Node* provider = nullptr;
    std::string property; // "clocks", "reset-gpios", "pinctrl-0", "vdd-supply"
};

// Everything the node refers to by phandle, in the properties whose form is known.
std::vector<Reference> references_of(const board::Tree& tree, const board::Node& node);

// Nodes that refer to `provider` or to a node inside of it. Nodes inside of it do not count.
std::vector<const board::Node*> users_of(const board::Tree& tree, const board::Node& provider,
                                         bool disabled_too);

bool is_pin_controller(const board::Node& node);

} // namespace brig::config
