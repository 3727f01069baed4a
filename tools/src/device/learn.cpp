// SPDX-License-Identifier: Apache-2.0
#include "device/learn.hpp"

#include "config/binary.hpp"
#include "util/error.hpp"

#include <brig/config.h>

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
        return ": the driver is not loaded, or too old for learn mode: run `modprobe brig`";
    case EACCES:
    case EPERM:
        return ": only root may do that: run it with sudo";
    case ENODEV:
        return ": Brig is not enabled: run `brig enable --learn SYSCONFIG`";
    case EOPNOTSUPP:
        return ": this hypervisor was built without it: set CONFIG_LEARN=y (make menuconfig) and "
               "build it again";
    case EBUSY:
        return ": learn mode is off, and what was learned is in use: run `brig learn on` first";
    default:
        return "";
    }
}

} // namespace

void request_learn_mode(Bytes& config, const std::string& file) {
    config::parse_system(config, file); // throws if it is none
    brig_u32 flags;
    constexpr size_t at = offsetof(brig_system_config, flags);
    std::memcpy(&flags, config.data() + at, sizeof(flags));
    flags |= BRIG_SYS_LEARN;
    std::memcpy(config.data() + at, &flags, sizeof(flags));
}

std::string learn_state(const std::filesystem::path& sysfs) {
    std::ifstream in(sysfs / "learn");
    std::string line;
    std::getline(in, line);
    return line;
}

void switch_learn_mode(const std::filesystem::path& sysfs, const std::string& word) {
    const std::filesystem::path path = sysfs / "learn";
    const int fd = open(path.c_str(), O_WRONLY | O_CLOEXEC);
    const bool written =
        fd >= 0 && write(fd, word.data(), word.size()) == static_cast<ssize_t>(word.size());
    const int error = errno;
    if (fd >= 0)
        close(fd);
    if (!written)
        fail("writing `{}` to {}: {}{}", word, path.string(), std::strerror(error), remedy(error));
}

Bytes read_learn_record(const std::filesystem::path& sysfs) {
    const std::filesystem::path path = sysfs / "learn_record";
    if (access(path.c_str(), R_OK) != 0) {
        const int error = errno;
        fail("reading {}: {}{}", path.string(), std::strerror(error), remedy(error));
    }
    return read_file(path, "record of learn mode");
}

} // namespace brig::device
