// SPDX-License-Identifier: Apache-2.0
#include "decode/address_space.hpp"

#include "decode/repair.hpp"

namespace brig::decode {

namespace {

constexpr uint64_t kMiB = 1 << 20;

// 6.1 is 601; 0: not known.
unsigned version(const std::string& kernel) {
    const size_t point = kernel.find('.');
    if (point == std::string::npos)
        return 0;
    const auto major = read_decimal(kernel.substr(0, point));
    size_t end = point + 1;
    while (end < kernel.size() && kernel[end] >= '0' && kernel[end] <= '9')
        end++;
    const auto minor = read_decimal(kernel.substr(point + 1, end - point - 1));
    return major && minor && *major < 100 && *minor < 100
               ? static_cast<unsigned>(*major * 100 + *minor)
               : 0;
}

} // namespace

std::string linux_area(uint64_t address, const std::string& kernel) {
    if (address < 1ull << 48)
        return "user space";
    if (address < 0xffff000000000000)
        return {};
    // Of the configurations with 39 and with 48 bits: the linear map is the lower half.
    const bool small = address >= 0xffffff8000000000;
    const uint64_t half = small ? 0xffffffc000000000 : 0xffff800000000000;
    if (address < half)
        return "linear map";
    const unsigned release = version(kernel);
    const uint64_t modules = release >= 605 ? 2048 * kMiB : 128 * kMiB;
    // 5.10 and 5.11 have a region for BPF programs in front.
    const uint64_t bpf = release != 0 && release < 512 ? 128 * kMiB : 0;
    const uint64_t offset = address - half;
    if (offset < bpf)
        return "BPF programs";
    if (offset < bpf + modules)
        return "module";
    if (offset < bpf + modules + 64 * kMiB)
        return "Linux text";
    // Two places for the array of pages, by release; the fixed mappings lie just below.
    for (const uint64_t vmemmap : {small ? 0xfffffffe00000000 : 0xfffffc0000000000,
                                   small ? 0xfffffffeffe00000 : 0xfffffdffffe00000}) {
        if (address < vmemmap && vmemmap - address <= 64 * kMiB)
            return "fixmap";
    }
    return address >= (small ? 0xfffffffe00000000 : 0xfffffc0000000000) ? "vmemmap" : "vmalloc";
}

} // namespace brig::decode
