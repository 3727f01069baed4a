// SPDX-License-Identifier: Apache-2.0
// What the doctor knows about a machine: the one it runs on, or one whose files were copied.
#pragma once

#include "board/facts.hpp"
#include "board/iomem.hpp"
#include "board/tree.hpp"
#include "doctor/image.hpp"
#include "doctor/module.hpp"

#include <brig/ioctl.h>

#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace brig::doctor {

// A fact that may be missing, and then why.
template <typename T>
struct Known {
    std::optional<T> value;
    std::string problem;

    explicit operator bool() const { return value.has_value(); }
    const T* operator->() const { return &*value; }
    const T& operator*() const { return *value; }
};

// Where to look. With a `root` other than / it is a copy, and the driver cannot be asked.
struct Sources {
    std::filesystem::path root = "/";
    std::string board;         // device tree; else sys/firmware/fdt
    std::string iomem;         // else proc/iomem
    std::string kernel_config; // else boot/config-RELEASE or proc/config.gz
    std::string image;         // else lib/firmware/brig.bin
    std::string module;        // else lib/modules/RELEASE/**/brig.ko

    bool live() const { return root == "/"; }
};

struct Target {
    bool live = false;
    Known<board::Tree> tree;
    std::optional<board::Gic> gic;
    std::vector<board::Device> devices;
    std::vector<Range> banks; // RAM of the tree's memory nodes
    std::vector<board::ReservedRange> reserved;
    std::string stdout_path; // node that Linux's console is on
    Known<board::Iomem> iomem;
    Known<Image> image;
    std::string image_file;

    std::string release; // of the kernel
    std::vector<std::string> command_line;
    std::map<std::string, std::string> kernel_config; // CONFIG_X: y, m, value; empty: unknown
    std::set<unsigned> possible_cpus;
    std::set<unsigned> online_cpus;
    std::set<unsigned> fixed_cpus;        // that cannot be put offline
    std::vector<std::string> idle_states; // of CPU 0, without WFI
    std::set<std::string> frequency_drivers;
    std::vector<std::string> running_watchdogs;
    bool kvm_device = false;

    bool driver_loaded = false;
    bool driver_keeps = true; // its clock keeper is on
    bool enabled = false;
    Known<brig_inspection> inspection;
    Known<Module> module; // looked for only while the driver is not loaded
    std::vector<std::string> missing_symbols;

    bool has_word(std::string_view word) const; // on the kernel's command line
    // The option's value; empty when it is off or unknown.
    std::string option(const std::string& name) const;
    // Devices with registers in the range.
    std::vector<const board::Device*> devices_in(const Range& range) const;
};

Target look_at(const Sources& sources);

} // namespace brig::doctor
