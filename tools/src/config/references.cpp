// SPDX-License-Identifier: Apache-2.0
#include "config/references.hpp"

#include <cctype>
#include <optional>
#include <string_view>

namespace brig::config {

namespace {

struct Form {
    std::string_view property;
    std::string_view cells; // property of the provider with the number of arguments
};

constexpr Form known_forms[] = {
    {"clocks", "#clock-cells"},
    {"assigned-clocks", "#clock-cells"},
    {"assigned-clock-parents", "#clock-cells"},
    {"resets", "#reset-cells"},
    {"power-domains", "#power-domain-cells"},
    {"dmas", "#dma-cells"},
    {"iommus", "#iommu-cells"},
    {"interrupts-extended", "#interrupt-cells"},
    {"mboxes", "#mbox-cells"},
    {"phys", "#phy-cells"},
    {"pwms", "#pwm-cells"},
    {"interconnects", "#interconnect-cells"},
    {"hwlocks", "#hwlock-cells"},
    {"io-channels", "#io-channel-cells"},
    {"thermal-sensors", "#thermal-sensor-cells"},
    {"nvmem-cells", ""},
    {"interrupt-parent", ""},
    {"msi-parent", ""},
};

// Bindings of their own: a phandle, and what follows has no common form.
bool names_system_controller(std::string_view property) {
    return property.ends_with("grf") || property.ends_with("syscon") || property.ends_with(",pmu");
}

// Number of arguments' property; an empty one: phandles alone; nothing: not a reference.
std::optional<std::string_view> arguments_of(std::string_view property) {
    for (const auto& form : known_forms)
        if (property == form.property)
            return form.cells;
    if (property == "gpios" || property.ends_with("-gpios") || property.ends_with("-gpio"))
        return "#gpio-cells";
    bool pins = property.starts_with("pinctrl-") && property.size() > 8 &&
                std::isdigit(static_cast<unsigned char>(property[8]));
    if (pins || property.ends_with("-supply") || names_system_controller(property))
        return "";
    return {};
}

} // namespace

std::vector<Reference> references_of(const board::Tree& tree, const board::Node& node) {
    std::vector<Reference> result;
    for (const auto& [property, value] : node.properties) {
        auto arguments = arguments_of(property);
        if (!arguments)
            continue;
        std::vector<uint32_t> cells = node.cells(property);
        if (names_system_controller(property) && !cells.empty())
            cells.resize(1);
        for (size_t at = 0; at < cells.size();) {
            const board::Node* provider = tree.by_phandle(cells[at]);
            at++;
            if (!provider) // an empty entry, or no list of phandles at all
                continue;
            result.push_back({provider, property});
            if (!arguments->empty())
                at += provider->cell(std::string(*arguments)).value_or(0);
        }
    }
    return result;
}

std::vector<const board::Node*> users_of(const board::Tree& tree, const board::Node& provider,
                                         bool disabled_too) {
    std::vector<const board::Node*> users;
    std::string inside = provider.path + "/";
    for (const auto& node : tree.nodes()) {
        bool counts = node.get() != &provider && !node->path.starts_with(inside) &&
                      (disabled_too || node->enabled());
        if (!counts)
            continue;
        for (const auto& reference : references_of(tree, *node))
            if (reference.provider == &provider || reference.provider->path.starts_with(inside)) {
                users.push_back(node.get());
                break;
            }
    }
    return users;
}

bool is_pin_controller(const board::Node& node) {
    if (node.base_name() == "pinctrl" || node.base_name() == "pinmux")
        return true;
    for (const auto& name : node.strings("compatible"))
        if (name.find("pinctrl") != std::string::npos || name.find("iomuxc") != std::string::npos)
            return true;
    return false;
}

} // namespace brig::config
