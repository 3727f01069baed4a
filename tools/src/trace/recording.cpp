// SPDX-License-Identifier: Apache-2.0
// A saved recording is one line of JSON, which says what follows: the exits of each CPU, as the
// hypervisor writes them.
#include "trace/recording.hpp"

#include "util/error.hpp"
#include "util/file.hpp"
#include "util/json.hpp"

#include <algorithm>
#include <cstring>

namespace brig::trace {

namespace {

using nlohmann::ordered_json;

constexpr const char* format_name = "brig-trace";
constexpr unsigned format_version = 1;

ordered_json head_of(const Recording& recording) {
    ordered_json cpus = ordered_json::array();
    for (const auto& [id, cpu] : recording.cpus) {
        ordered_json holes = ordered_json::array();
        for (const auto& hole : cpu.holes)
            holes.push_back({hole.before, hole.count});
        cpus.push_back({{"cpu", id}, {"exits", cpu.exits.size()}, {"holes", holes}});
    }
    ordered_json cells = ordered_json::array();
    for (const auto& [id, name] : recording.cells)
        cells.push_back({{"id", id}, {"name", name}});
    ordered_json symbols = ordered_json::array();
    for (const auto& [address, name] : recording.symbols)
        symbols.push_back({address, name});
    return {{"format", format_name},
            {"version", format_version},
            {"record_size", sizeof(brig_exit)},
            {"frequency", recording.frequency},
            {"cpus", cpus},
            {"cells", cells},
            {"symbols", symbols}};
}

CpuExits take_cpu(const ordered_json& head, const Bytes& bytes, size_t& at) {
    CpuExits cpu;
    const auto count = head.at("exits").get<size_t>();
    if (count > (bytes.size() - at) / sizeof(brig_exit))
        throw std::out_of_range("it ends within the exits: copy it again");
    cpu.exits.resize(count);
    if (count != 0)
        std::memcpy(cpu.exits.data(), bytes.data() + at, count * sizeof(brig_exit));
    at += count * sizeof(brig_exit);
    for (const auto& hole : head.at("holes")) {
        cpu.holes.push_back({hole.at(0).get<size_t>(), hole.at(1).get<uint64_t>()});
        if (cpu.holes.back().before > count)
            throw std::out_of_range("a hole lies behind the last exit");
    }
    return cpu;
}

Recording parse(const Bytes& bytes) {
    const auto end = std::find(bytes.begin(), bytes.end(), '\n');
    const ordered_json head = ordered_json::parse(bytes.begin(), end);
    if (head.at("format") != format_name || head.at("version") != format_version ||
        head.at("record_size") != sizeof(brig_exit))
        throw std::invalid_argument("it is of another version: use the tool that made it");
    Recording recording;
    recording.frequency = head.at("frequency").get<uint64_t>();
    size_t at = static_cast<size_t>(end - bytes.begin()) + (end == bytes.end() ? 0 : 1);
    for (const auto& cpu : head.at("cpus"))
        recording.cpus[cpu.at("cpu").get<unsigned>()] = take_cpu(cpu, bytes, at);
    for (const auto& cell : head.at("cells"))
        recording.cells[cell.at("id").get<uint32_t>()] = cell.at("name").get<std::string>();
    for (const auto& symbol : head.at("symbols"))
        recording.symbols[symbol.at(0).get<uint64_t>()] = symbol.at(1).get<std::string>();
    if (recording.frequency == 0)
        throw std::invalid_argument("its clock has no frequency");
    return recording;
}

} // namespace

uint64_t CpuExits::lost() const {
    uint64_t sum = 0;
    for (const auto& hole : holes)
        sum += hole.count;
    return sum;
}

double Recording::seconds(uint64_t ticks) const {
    return static_cast<double>(ticks) / static_cast<double>(frequency);
}

size_t Recording::size() const {
    size_t sum = 0;
    for (const auto& [id, cpu] : cpus)
        sum += cpu.exits.size();
    return sum;
}

uint64_t Recording::first_time() const {
    uint64_t first = UINT64_MAX;
    for (const auto& [id, cpu] : cpus)
        if (!cpu.exits.empty())
            first = std::min(first, uint64_t{cpu.exits.front().time});
    return first == UINT64_MAX ? 0 : first;
}

uint64_t Recording::last_time() const {
    uint64_t last = 0;
    for (const auto& [id, cpu] : cpus)
        if (!cpu.exits.empty())
            last = std::max(last, uint64_t{cpu.exits.back().time});
    return last;
}

std::string Recording::cell_name(uint32_t id) const {
    const auto found = cells.find(id);
    return found == cells.end() ? fmt::format("cell {}", id) : found->second;
}

std::string Recording::symbol(uint64_t pc) const {
    const auto found = symbols.find(pc);
    return found == symbols.end() ? "" : found->second;
}

void resolve(Recording& recording, const std::filesystem::path& kallsyms) {
    std::set<uint64_t> addresses;
    for (const auto& [id, cpu] : recording.cpus)
        for (const auto& exit : cpu.exits)
            if (exit.cell == 0)
                addresses.insert(exit.pc);
    recording.symbols = learn::find_symbols(kallsyms, addresses);
}

void save(const Recording& recording, const std::filesystem::path& file) {
    std::string out =
        head_of(recording).dump(-1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
    for (const auto& [id, cpu] : recording.cpus)
        out.append(reinterpret_cast<const char*>(cpu.exits.data()),
                   cpu.exits.size() * sizeof(brig_exit));
    write_file(file, out);
}

Recording load(const std::filesystem::path& file) {
    const Bytes bytes = read_file(file, "recording of exits");
    try {
        return parse(bytes);
    } catch (const ordered_json::exception&) {
        fail("reading {}: it is no recording of `brig trace record`", file.string());
    } catch (const std::logic_error& error) {
        fail("reading {}: {}", file.string(), error.what());
    }
}

} // namespace brig::trace
