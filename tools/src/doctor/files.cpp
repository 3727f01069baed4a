// SPDX-License-Identifier: Apache-2.0
#include "doctor/files.hpp"

#include "util/error.hpp"
#include "util/process.hpp"
#include "util/text.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

namespace brig::doctor {

namespace fs = std::filesystem;

std::string text_of(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

std::string first_line(const fs::path& file) {
    std::ifstream in(file);
    std::string line;
    std::getline(in, line);
    return line;
}

std::vector<fs::path> entries(const fs::path& directory) {
    std::vector<fs::path> result;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(directory, error))
        result.push_back(entry.path());
    std::sort(result.begin(), result.end());
    return result;
}

std::string unzipped(const fs::path& file) {
    try {
        ProcessResult result = run_process({"gzip", "-dc", file.string()});
        return result.status == 0 ? result.output : "";
    } catch (const Error&) {
        return "";
    }
}

std::vector<std::string> words(std::string_view text) {
    std::vector<std::string> result;
    while (true) {
        const size_t begin = text.find_first_not_of(" \t\n");
        if (begin == text.npos)
            return result;
        text.remove_prefix(begin);
        const size_t end = std::min(text.find_first_of(" \t\n"), text.size());
        result.emplace_back(text.substr(0, end));
        text.remove_prefix(end);
    }
}

std::set<unsigned> parse_list(std::string_view text) {
    constexpr uint64_t most = 4096; // more CPUs than any machine, so that a bad list ends
    std::set<unsigned> result;
    while (!text.empty()) {
        const size_t end = std::min(text.find(','), text.size());
        const std::string_view item = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        const size_t dash = item.find('-');
        const auto first = parse_number(item.substr(0, dash));
        const auto last = dash == item.npos ? first : parse_number(item.substr(dash + 1));
        if (!first || !last || *last >= most)
            break;
        for (uint64_t cpu = *first; cpu <= *last; cpu++)
            result.insert(static_cast<unsigned>(cpu));
    }
    return result;
}

std::map<std::string, std::string> parse_kernel_config(std::string_view text) {
    std::map<std::string, std::string> result;
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        const size_t equals = line.find('=');
        if (line.starts_with("CONFIG_") && equals != line.npos)
            result[std::string(line.substr(0, equals))] = line.substr(equals + 1);
    }
    return result;
}

fs::path find_module(const fs::path& modules, const std::string& release, const std::string& name) {
    const std::string file = name + ".ko";
    std::error_code error;
    for (const fs::path& folder : {modules / release, modules}) {
        if (fs::exists(folder / file))
            return folder / file;
        for (const char* usual : {"extra", "updates", "updates/dkms"})
            if (fs::exists(folder / usual / file))
                return folder / usual / file;
    }
    for (const auto& entry : fs::recursive_directory_iterator(modules / release, error))
        if (entry.path().filename() == file)
            return entry.path();
    return {};
}

} // namespace brig::doctor
