// SPDX-License-Identifier: Apache-2.0
#include "device/evidence.hpp"

#include "config/binary.hpp"
#include "util/error.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>

namespace brig::device {

namespace {

const char* remedy(int error) {
    switch (error) {
    case ENOENT:
        return ": the driver is not loaded, or too old for this: run `modprobe brig`";
    case EACCES:
    case EPERM:
        return ": only root may do that: run it with sudo";
    case ENODEV:
        return ": the driver does not know where earlier runs had their memory, as the device tree "
               "has no reserved-memory node brig-hypervisor: name the configuration they used, "
               "--config root.cell";
    case EINVAL:
        return ": that memory is not reserved for the hypervisor on this machine: Linux uses it, "
               "or has overwritten it";
    default:
        return "";
    }
}

// Not through a stream: it would not tell why a read fails.
Bytes read_attribute(const std::filesystem::path& path) {
    const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    int error = fd < 0 ? errno : 0;
    Bytes content;
    uint8_t buffer[65536];
    while (error == 0) {
        const ssize_t count = read(fd, buffer, sizeof(buffer));
        if (count < 0)
            error = errno;
        if (count <= 0)
            break;
        content.insert(content.end(), buffer, buffer + count);
    }
    if (fd >= 0)
        close(fd);
    if (error != 0)
        fail("reading {}: {}{}", path.string(), std::strerror(error), remedy(error));
    return content;
}

} // namespace

Bytes read_evidence(const std::filesystem::path& sysfs) {
    return read_attribute(sysfs / "evidence");
}

Bytes read_previous_evidence(const std::filesystem::path& sysfs) {
    return read_attribute(sysfs / "evidence_previous");
}

void set_hypervisor_memory(const std::filesystem::path& parameter, const Bytes& config,
                           const std::string& file) {
    const config::System system = config::parse_system(config, file);
    std::ofstream out(parameter);
    out << fmt::format("{:#x},{:#x}", system.hypervisor_memory.phys, system.hypervisor_memory.size);
    out.close();
    if (!out)
        fail("writing {}: {}{}", parameter.string(), std::strerror(errno), remedy(errno));
}

} // namespace brig::device
