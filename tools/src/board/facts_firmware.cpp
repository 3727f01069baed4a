// SPDX-License-Identifier: Apache-2.0
// PSCI, and everything of the tree that calls firmware.
#include "board/facts.hpp"

namespace brig::board {

namespace {

struct Known {
    std::string_view compatible;
    std::string_view what;
};

// The file of Linux's bindings (Documentation/devicetree/bindings) beside each.
constexpr Known users[] = {
    {"arm,scmi-smc", "SCMI"},                               // firmware/arm,scmi.yaml
    {"arm,scmi-smc-param", "SCMI"},                         // the same
    {"linaro,scmi-optee", "SCMI through OP-TEE"},           // the same
    {"linaro,optee-tz", "OP-TEE"},                          // arm/firmware/linaro,optee-tz.yaml
    {"arm,sdei-1.0", "SDEI"},                               // arm/firmware/sdei.txt
    {"qcom,scm", "Qualcomm SCM"},                           // firmware/qcom,scm.yaml
    {"amlogic,meson-gxbb-sm", "Amlogic secure monitor"},    // firmware/amlogic,meson-gxbb-sm.yaml
    {"xlnx,zynqmp-firmware", "Xilinx platform management"}, // firmware/xilinx/
    {"intel,stratix10-svc", "Intel service layer"},         // firmware/intel,stratix10-svc.txt
    {"intel,agilex-svc", "Intel service layer"},            // the same
};

unsigned psci_version(const Node& node) {
    // The highest version counts; Linux asks the firmware then.
    if (node.compatible("arm,psci-1.0"))
        return 0x10000;
    return node.compatible("arm,psci-0.2") ? 2 : 1;
}

} // namespace

void read_firmware(const Tree& tree, Facts& facts) {
    for (const auto& node : tree.nodes()) {
        bool psci = node->compatible("arm,psci-1.0") || node->compatible("arm,psci-0.2") ||
                    node->compatible("arm,psci");
        if (psci && node->enabled() && !facts.psci)
            facts.psci = Psci{psci_version(*node), node->text("method")};
        for (const Known& known : users) {
            if (!node->compatible(known.compatible))
                continue;
            SmcUser user;
            user.node = node.get();
            user.what = known.what;
            user.id = node->cell("arm,smc-id");
            if (node->has("method"))
                user.method = node->text("method");
            user.enabled = node->enabled();
            facts.smc.push_back(user);
            break;
        }
    }
}

} // namespace brig::board
