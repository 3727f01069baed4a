// SPDX-License-Identifier: Apache-2.0
#include "device/evidence.hpp"

#include "config/binary.hpp"
#include "device/attribute.hpp"
#include "util/error.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>

namespace brig::device {

namespace {

constexpr Remedy kEvidenceRemedies[] = {
    {ENODEV, "the driver does not know where earlier runs had their memory, as the device tree has "
             "no reserved-memory node brig-hypervisor: name the configuration they used, --config "
             "root.cell"},
    {EINVAL,
     "that memory is not reserved for the hypervisor on this machine: Linux uses it, or has "
     "overwritten it"},
};

Attribute evidence_attribute(const std::filesystem::path& path) {
    return {path, "this", kEvidenceRemedies};
}

} // namespace

Bytes read_evidence(const std::filesystem::path& sysfs) {
    return read_attribute(evidence_attribute(sysfs / "evidence"));
}

Bytes read_previous_evidence(const std::filesystem::path& sysfs) {
    return read_attribute(evidence_attribute(sysfs / "evidence_previous"));
}

void set_hypervisor_memory(const std::filesystem::path& parameter, const Bytes& config,
                           const std::string& file) {
    const config::System system = config::parse_system(config, file);
    std::ofstream out(parameter);
    out << fmt::format("{:#x},{:#x}", system.hypervisor_memory.phys, system.hypervisor_memory.size);
    out.close();
    if (!out)
        fail("writing {}: {}{}", parameter.string(), std::strerror(errno),
             remedy(evidence_attribute(parameter), errno));
}

} // namespace brig::device
