// SPDX-License-Identifier: Apache-2.0
#include "device/learn.hpp"

#include "config/binary.hpp"
#include "device/attribute.hpp"

#include <brig/config.h>

#include <cerrno>
#include <cstring>

namespace brig::device {

namespace {

constexpr Remedy kLearnRemedies[] = {
    {ENODEV, "Brig is not enabled: run `brig enable --learn SYSCONFIG`"},
    {EOPNOTSUPP, "this hypervisor was built without it: set CONFIG_LEARN=y (make menuconfig) and "
                 "build it again"},
    {EBUSY, "learn mode is off, and what was learned is in use: run `brig learn on` first"},
};

Attribute learn_attribute(const std::filesystem::path& sysfs, const char* name) {
    return {sysfs / name, "learn mode", kLearnRemedies};
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
    return first_line(sysfs / "learn");
}

void switch_learn_mode(const std::filesystem::path& sysfs, const std::string& word) {
    write_attribute(learn_attribute(sysfs, "learn"), word);
}

Bytes read_learn_record(const std::filesystem::path& sysfs) {
    return read_attribute(learn_attribute(sysfs, "learn_record"));
}

} // namespace brig::device
