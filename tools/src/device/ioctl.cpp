// SPDX-License-Identifier: Apache-2.0
#include "config/binary.hpp"
#include "device/device.hpp"
#include "device/names.hpp"
#include "util/error.hpp"
#include "util/text.hpp"

#include <brig/ioctl.h>

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <limits>

namespace brig::device {

namespace {

// The driver has one error for most mistakes; this is the most frequent of them.
bool not_enabled() {
    std::ifstream in(std::filesystem::path(names().sysfs) / "enabled");
    int value = 1;
    return in >> value && value == 0;
}

// `more` goes behind the explanation.
[[noreturn]] void fail_with(Operation operation, int error, const std::string& doing,
                            const std::string& more = "") {
    std::string_view cause = explain(operation, error);
    bool needs_brig = operation != Operation::Enable && operation != Operation::Disable;
    if (error == EINVAL && needs_brig && not_enabled())
        cause = "Brig is not enabled: run `brig enable` first";
    fail("{}: {}{}{}{}", doing, std::strerror(error), cause.empty() ? "" : ": ", cause, more);
}

class Handle {
public:
    explicit Handle(int flags) : fd_(open(names().node, flags | O_CLOEXEC)) {
        if (fd_ < 0)
            fail_with(Operation::Open, errno, fmt::format("opening {}", names().node));
    }
    ~Handle() { close(fd_); }
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;

    int fd() const { return fd_; }

    // `argument`: what the ioctl takes, a pointer in all cases but none.
    int control(unsigned long request, const void* argument) const {
        return ioctl(fd_, request, argument) < 0 ? errno : 0;
    }

private:
    int fd_;
};

uint64_t user_address(const void* pointer) {
    return reinterpret_cast<uintptr_t>(pointer);
}

brig_cell_id raw(const CellRef& cell) {
    brig_cell_id id{};
    id.id = cell.id;
    std::memcpy(id.name, cell.name.data(), std::min<size_t>(cell.name.size(), sizeof(id.name) - 1));
    return id;
}

// What the file itself says about a refusal: its fault, or nothing.
template <typename Parse>
std::string file_fault(const Parse& parse, const Bytes& content, const std::string& file) {
    try {
        parse(content, file);
    } catch (const Error& error) {
        return fmt::format("\n  {}", error.what());
    }
    return {};
}

// The driver computes the size from the content and reads that much, whatever we have.
void require_complete(const Bytes& config, const std::string& file) {
    if (config::needed_size(config) > config.size())
        config::parse_system(config, file); // throws: says what is missing
}

void control_cell(Operation operation, unsigned long request, const CellRef& cell,
                  const char* doing) {
    Handle handle(O_RDWR);
    brig_cell_id id = raw(cell);
    if (int error = handle.control(request, &id))
        fail_with(operation, error, fmt::format("{} {}", doing, cell.text()));
}

} // namespace

std::string CellRef::text() const {
    return id >= 0 ? fmt::format("cell {}", id) : fmt::format("cell `{}`", name);
}

CellRef parse_cell_ref(std::string_view word, bool force_name) {
    auto number = force_name ? std::nullopt : parse_number(word);
    if (number && *number <= static_cast<uint64_t>(std::numeric_limits<int32_t>::max()))
        return {static_cast<int32_t>(*number), ""};
    return {-1, std::string(word.substr(0, BRIG_IOCTL_NAME_SIZE - 1))};
}

void enable(const Bytes& config, const std::string& file) {
    require_complete(config, file);
    Handle handle(O_RDWR);
    if (int error = handle.control(BRIG_IOCTL_ENABLE, config.data()))
        fail_with(Operation::Enable, error, fmt::format("enabling Brig with {}", file),
                  file_fault(config::parse_system, config, file));
}

brig_inspection inspect() {
    Handle handle(O_RDWR);
    brig_inspection inspection{};
    inspection.size = sizeof(inspection);
    if (int error = handle.control(BRIG_IOCTL_INSPECT, &inspection))
        fail("the driver does not answer what it finds: {}", std::strerror(error));
    return inspection;
}

int console_test(const Bytes& config, const std::string& file) {
    require_complete(config, file);
    return Handle(O_RDWR).control(BRIG_IOCTL_CONSOLE_TEST, config.data());
}

void disable() {
    Handle handle(O_RDWR);
    if (int error = handle.control(BRIG_IOCTL_DISABLE, nullptr))
        fail_with(Operation::Disable, error, "disabling Brig");
}

void create_cell(const Bytes& config, const std::string& file) {
    Handle handle(O_RDWR);
    brig_cell_create create{};
    create.config_address = user_address(config.data());
    create.config_size = static_cast<uint32_t>(config.size());
    if (int error = handle.control(BRIG_IOCTL_CELL_CREATE, &create))
        fail_with(Operation::Create, error, fmt::format("creating a cell from {}", file),
                  file_fault(config::parse_cell, config, file));
}

void load_cell(const CellRef& cell, const std::vector<Image>& images) {
    Handle handle(O_RDWR);
    Bytes request(sizeof(brig_cell_load) + images.size() * sizeof(brig_image));
    brig_cell_load load{};
    load.id = raw(cell);
    load.num_images = static_cast<uint32_t>(images.size());
    std::memcpy(request.data(), &load, sizeof(load));
    std::string doing = images.empty() ? "shutting down " + cell.text() : "loading";
    for (size_t i = 0; i < images.size(); i++) {
        brig_image image{};
        image.source_address = user_address(images[i].content.data());
        image.size = images[i].content.size();
        image.target_address = images[i].address;
        std::memcpy(request.data() + sizeof(load) + i * sizeof(image), &image, sizeof(image));
        doing += fmt::format("{} {} ({} bytes at {:#x})", i ? "," : "", images[i].origin,
                             image.size, images[i].address);
    }
    if (!images.empty())
        doing += " into " + cell.text();
    if (int error = handle.control(BRIG_IOCTL_CELL_LOAD, request.data()))
        fail_with(images.empty() ? Operation::Shutdown : Operation::Load, error, doing);
}

void start_cell(const CellRef& cell) {
    control_cell(Operation::Start, BRIG_IOCTL_CELL_START, cell, "starting");
}

void destroy_cell(const CellRef& cell) {
    control_cell(Operation::Destroy, BRIG_IOCTL_CELL_DESTROY, cell, "destroying");
}

void read_console(bool follow, const std::function<void(std::string_view)>& take) {
    Handle handle(O_RDONLY | (follow ? 0 : O_NONBLOCK));
    char buffer[2048];
    ssize_t count;
    while ((count = read(handle.fd(), buffer, sizeof(buffer))) != 0) {
        if (count < 0)
            fail_with(Operation::Console, errno, "read(console)");
        take({buffer, static_cast<size_t>(count)});
    }
}

} // namespace brig::device
