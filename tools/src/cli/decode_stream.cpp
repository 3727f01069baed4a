// SPDX-License-Identifier: Apache-2.0
#include "cli/decode_stream.hpp"

#include "decode/report.hpp"
#include "util/error.hpp"
#include "util/json.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <poll.h>
#include <unistd.h>

namespace brig::cli {

using namespace brig::decode;

namespace {

// The lines of a report come without pauses, except on a machine that is emulated on a busy host.
constexpr int kPause = 5000; // milliseconds
constexpr size_t kLongestLine = 1 << 16;

bool colour() {
    return isatty(STDOUT_FILENO) != 0 && std::getenv("NO_COLOR") == nullptr;
}

// In front of each line, so that an explanation stands out from the console's text.
std::string framed(const std::string& text) {
    std::string result = "\n";
    for (size_t at = 0; at < text.size();) {
        const size_t end = std::min(text.find('\n', at), text.size());
        result += "| " + text.substr(at, end - at) + "\n";
        at = end + 1;
    }
    return result + "\n";
}

} // namespace

DecodeStream::DecodeStream(const Knowledge& knowledge, const SourceFiles& files,
                           const StreamOptions& options)
    : decoder_(knowledge, files, options.echo), options_(options), colour_(colour()) {}

void DecodeStream::pass_on(std::string_view text) {
    if (!options_.echo || text.empty())
        return;
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
    at_line_start_ = text.back() == '\n';
}

void DecodeStream::feed(std::string_view text) {
    while (!text.empty()) {
        const size_t end = text.find('\n');
        const std::string_view part = text.substr(0, end == text.npos ? end : end + 1);
        pass_on(part);
        line_ += part;
        text.remove_prefix(part.size());
        if (end == text.npos && line_.size() < kLongestLine)
            continue;
        print(decoder_.feed(line_));
        line_.clear();
    }
}

void DecodeStream::pause() {
    print(decoder_.flush());
}

void DecodeStream::print(const std::vector<Explained>& events) {
    for (const Explained& explained : events) {
        if (options_.json) {
            array_.push_back(report_json(explained));
        } else if (options_.echo) {
            fmt::print("{}{}", at_line_start_ ? "" : "\n", framed(report_text(explained, colour_)));
            at_line_start_ = true;
        } else {
            fmt::print("{}{}", found_ ? "\n" : "", report_text(explained, colour_));
        }
        found_ = true;
    }
    if (!events.empty())
        std::fflush(stdout);
}

bool DecodeStream::finish() {
    if (!line_.empty())
        print(decoder_.feed(line_));
    line_.clear();
    print(decoder_.finish());
    if (options_.json)
        fmt::print("{}", json_text(array_));
    return found_;
}

void DecodeStream::read_all(int descriptor, const std::string& name) {
    char buffer[4096];
    bool paused = false;
    while (true) {
        pollfd wait{descriptor, POLLIN, 0};
        const int ready = poll(&wait, 1, paused ? -1 : kPause);
        if (ready == 0) {
            pause();
            paused = true;
            continue;
        }
        const ssize_t count = ready < 0 ? -1 : read(descriptor, buffer, sizeof(buffer));
        if (count == 0)
            return;
        if (count < 0 && (errno == EINTR || errno == EAGAIN))
            continue;
        if (count < 0)
            fail("reading {}: {}", name, std::strerror(errno));
        paused = false;
        feed({buffer, static_cast<size_t>(count)});
    }
}

Knowledge read_knowledge(const std::vector<std::string>& files) {
    Knowledge knowledge = Knowledge::standard();
    std::vector<std::filesystem::path> known = {"/etc/brig/knowledge.toml"};
    const char* config = std::getenv("XDG_CONFIG_HOME");
    const char* home = std::getenv("HOME");
    if (config != nullptr && *config != '\0')
        known.push_back(std::filesystem::path(config) / "brig/knowledge.toml");
    else if (home != nullptr)
        known.push_back(std::filesystem::path(home) / ".config/brig/knowledge.toml");
    for (const auto& file : known)
        if (std::error_code error; std::filesystem::exists(file, error))
            knowledge.add_file(file);
    for (const std::string& file : files)
        knowledge.add_file(file);
    return knowledge;
}

} // namespace brig::cli
