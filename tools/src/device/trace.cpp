// SPDX-License-Identifier: Apache-2.0
#include "device/trace.hpp"

#include "device/attribute.hpp"
#include "device/sysfs.hpp"
#include "util/error.hpp"
#include "util/text.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace brig::device {

namespace {

constexpr Remedy kTraceRemedies[] = {
    {ENODEV, "Brig is not enabled: run `brig enable SYSCONFIG`"},
    {EOPNOTSUPP, "this hypervisor was built without it: set CONFIG_EXIT_TRACE=y (make menuconfig) "
                 "and build it again"},
    {ENOMEM, "the hypervisor has no memory left for it: give it more (`memory` of the node "
             "`hypervisor` in the partition file), or fewer CPUs or cells"},
};

Attribute trace_attribute(const std::filesystem::path& sysfs, const char* name) {
    return {sysfs / name, "exit tracing", kTraceRemedies};
}

} // namespace

void switch_tracing(const std::filesystem::path& sysfs, bool on) {
    write_attribute(trace_attribute(sysfs, "trace"), on ? "on" : "off");
}

bool tracing(const std::filesystem::path& sysfs) {
    return first_line(sysfs / "trace") == "on";
}

TraceData::TraceData(const std::filesystem::path& sysfs)
    : fd_(open((sysfs / "trace_data").c_str(), O_RDONLY | O_CLOEXEC)),
      path_((sysfs / "trace_data").string()) {
    if (fd_ < 0) {
        const int error = errno;
        fail("reading {}: {}{}", path_, std::strerror(error),
             remedy(trace_attribute(sysfs, "trace_data"), error));
    }
}

TraceData::~TraceData() {
    close(fd_);
}

size_t TraceData::read(uint64_t offset, void* to, size_t size) {
    size_t done = 0;
    while (done < size) {
        const ssize_t got = pread(fd_, static_cast<char*>(to) + done, size - done,
                                  static_cast<off_t>(offset + done));
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            fail("reading {}: {}", path_, std::strerror(errno));
        if (got == 0)
            break;
        done += static_cast<size_t>(got);
    }
    return done;
}

std::map<uint32_t, std::string> cell_names(const std::filesystem::path& sysfs) {
    std::map<uint32_t, std::string> names;
    for (const CellInfo& cell : list_cells(sysfs))
        if (const auto id = parse_number(cell.id))
            names[static_cast<uint32_t>(*id)] = cell.name;
    return names;
}

} // namespace brig::device
