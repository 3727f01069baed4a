// SPDX-License-Identifier: Apache-2.0
#include "device/attribute.hpp"

#include "util/error.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>

namespace brig::device {

std::string remedy(const Attribute& attribute, int error) {
    for (const Remedy& own : attribute.remedies)
        if (own.error == error)
            return fmt::format(": {}", own.text);
    switch (error) {
    case ENOENT:
        return fmt::format(": the driver is not loaded, or too old for {}: run `modprobe brig`",
                           attribute.feature);
    case EACCES:
    case EPERM:
        return ": only root may do that: run it with sudo";
    default:
        return "";
    }
}

// Neither through a stream: it would not tell why it fails.
void write_attribute(const Attribute& attribute, std::string_view word) {
    const int fd = open(attribute.path.c_str(), O_WRONLY | O_CLOEXEC);
    const bool written =
        fd >= 0 && write(fd, word.data(), word.size()) == static_cast<ssize_t>(word.size());
    const int error = errno;
    if (fd >= 0)
        close(fd);
    if (!written)
        fail("writing `{}` to {}: {}{}", word, attribute.path.string(), std::strerror(error),
             remedy(attribute, error));
}

Bytes read_attribute(const Attribute& attribute) {
    const int fd = open(attribute.path.c_str(), O_RDONLY | O_CLOEXEC);
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
        fail("reading {}: {}{}", attribute.path.string(), std::strerror(error),
             remedy(attribute, error));
    return content;
}

std::string first_line(const std::filesystem::path& path) {
    std::ifstream in(path);
    std::string line;
    std::getline(in, line);
    return line;
}

} // namespace brig::device
