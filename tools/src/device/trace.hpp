// SPDX-License-Identifier: Apache-2.0
// Exit tracing's switch and memory, in the driver's sysfs folder. All throw Error.
#pragma once

#include "trace/reader.hpp"

#include <filesystem>

namespace brig::device {

void switch_tracing(const std::filesystem::path& sysfs, bool on);

// True if it is on.
bool tracing(const std::filesystem::path& sysfs);

// The file `trace_data`; it must exist as long as this object.
class TraceData final : public trace::Source {
public:
    explicit TraceData(const std::filesystem::path& sysfs);
    ~TraceData() override;
    TraceData(const TraceData&) = delete;
    TraceData& operator=(const TraceData&) = delete;

    size_t read(uint64_t offset, void* to, size_t size) override;

private:
    int fd_;
    std::string path_;
};

// Names of the cells that exist now, by id.
std::map<uint32_t, std::string> cell_names(const std::filesystem::path& sysfs);

} // namespace brig::device
