// SPDX-License-Identifier: Apache-2.0
#include "learn/recording.hpp"

#include "util/error.hpp"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <map>

namespace brig::learn {

namespace {

bool is_record(const Bytes& bytes) {
    return bytes.size() >= sizeof(BRIG_LEARN_MAGIC) &&
           std::memcmp(bytes.data(), BRIG_LEARN_MAGIC, sizeof(BRIG_LEARN_MAGIC)) == 0;
}

const std::map<std::string, uint32_t, std::less<>> kinds = {{"reads", BRIG_LEARN_READ},
                                                            {"writes", BRIG_LEARN_WRITE},
                                                            {"executes", BRIG_LEARN_EXECUTE},
                                                            {"walks", BRIG_LEARN_WALK}};

void add_access(Record& record, const std::string& line) {
    char verb[16];
    unsigned long long address, pc;
    unsigned width, cpu;
    if (std::sscanf(line.c_str(), "Learn: root cell %15s 0x%llx(%u), pc 0x%llx, CPU %u", verb,
                    &address, &width, &pc, &cpu) != 5 ||
        !kinds.contains(verb))
        return;
    brig_learn_region region{};
    region.start = address & ~uint64_t{0xfff};
    region.size = 0x1000;
    region.address = address;
    region.pc = pc;
    region.kind = kinds.at(verb);
    region.width = width;
    region.cpu = cpu;
    record.regions.push_back(region);
}

void add_call(Record& record, const std::string& line) {
    unsigned long long pc;
    unsigned function, cpu;
    if (std::sscanf(line.c_str(), "Learn: root cell calls SMC 0x%x, pc 0x%llx, CPU %u", &function,
                    &pc, &cpu) != 3)
        return;
    brig_learn_call call{};
    call.function = function;
    call.pc = pc;
    call.count = 1;
    call.cpu = cpu;
    record.calls.push_back(call);
}

} // namespace

Record parse_record(const Bytes& bytes, const std::string& name) {
    Record record;
    if (bytes.empty())
        return record;
    if (!is_record(bytes) || bytes.size() < offsetof(brig_learn_record, regions))
        fail("reading {}: it is no record of learn mode", name);
    brig_learn_record raw{};
    std::memcpy(&raw, bytes.data(), std::min(bytes.size(), sizeof(raw)));
    if (raw.version != BRIG_LEARN_VERSION || raw.size != sizeof(raw))
        fail("reading {}: it is a record of version {}, this tool knows {}: use the tool that came "
             "with the hypervisor",
             name, raw.version, BRIG_LEARN_VERSION);
    if (bytes.size() < sizeof(raw))
        fail("reading {}: it has {} bytes of {}: copy it again", name, bytes.size(), sizeof(raw));
    if (raw.num_regions > BRIG_LEARN_MAX_REGIONS || raw.num_calls > BRIG_LEARN_MAX_CALLS)
        fail("reading {}: it is damaged ({} regions, {} calls)", name, raw.num_regions,
             raw.num_calls);
    record.on = raw.on != 0;
    record.regions.assign(raw.regions, raw.regions + raw.num_regions);
    record.calls.assign(raw.calls, raw.calls + raw.num_calls);
    record.lost_pages = raw.lost_pages;
    record.lost_calls = raw.lost_calls;
    for (const auto& region : record.regions)
        if (region.start % 0x1000 != 0 || region.size == 0 || region.size % 0x1000 != 0 ||
            region.start + (region.size - 1) < region.start || region.kind > BRIG_LEARN_WALK)
            fail("reading {}: it is damaged (a region of {:#x} bytes at {:#x})", name, region.size,
                 region.start);
    return record;
}

Record parse_log(std::string_view text) {
    Record record;
    record.complete = false;
    size_t begin = 0;
    while (begin < text.size()) {
        const size_t end = std::min(text.find('\n', begin), text.size());
        const std::string line(text.substr(begin, end - begin));
        begin = end + 1;
        if (line.find("Initializing Brig hypervisor") != std::string::npos) {
            record = {};
            record.complete = false;
        }
        const size_t at = line.find("Learn: root cell "); // a terminal program may stamp the time
        if (at == std::string::npos)
            continue;
        add_access(record, line.substr(at));
        add_call(record, line.substr(at));
    }
    return record;
}

Record load_record(const std::filesystem::path& file) {
    const Bytes bytes = read_file(file, "record of learn mode");
    if (is_record(bytes))
        return parse_record(bytes, file);
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    if (text.find("Brig hypervisor") == text.npos && text.find("Learn: root cell ") == text.npos)
        fail("reading {}: it is neither a record (`brig learn save`) nor a log of the hypervisor's "
             "console",
             file.string());
    return parse_log(text);
}

} // namespace brig::learn
