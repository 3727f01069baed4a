// SPDX-License-Identifier: Apache-2.0
#include "doctor/target.hpp"

#include "device/device.hpp"
#include "device/names.hpp"
#include "doctor/files.hpp"
#include "util/error.hpp"
#include "util/text.hpp"

#include <algorithm>

namespace brig::doctor {

namespace fs = std::filesystem;

namespace {

template <typename T, typename Make>
void learn(Known<T>& fact, Make make) {
    try {
        fact.value = make();
    } catch (const std::exception& error) {
        fact.problem = error.what();
    }
}

void read_tree(Target& target, const Sources& sources) {
    learn(target.tree, [&] {
        return board::Tree::load(sources.board.empty() ? sources.root / "sys/firmware/fdt"
                                                       : fs::path(sources.board));
    });
    if (!target.tree)
        return;
    const board::Tree& tree = *target.tree;
    target.gic = board::read_gic(tree);
    target.devices = board::devices(tree);
    board::Facts facts;
    board::read_memory(tree, {}, facts);
    target.banks = facts.memory;
    target.reserved = facts.reserved;
    if (const auto console = board::read_console(tree); console.node)
        target.stdout_path = console.node->path;
}

std::string image_name(const fs::path& root) {
    const std::string name =
        first_line(root / "sys/module" / device::names().module / "parameters/firmware");
    return name.empty() ? std::string(device::names().module) + ".bin" : name;
}

void read_image(Target& target, const Sources& sources) {
    fs::path file = sources.image;
    if (file.empty()) {
        // The kernel looks in its own order; these are the places that people use.
        const std::string name = image_name(sources.root);
        file = sources.root / "lib/firmware" / name;
        const std::string path =
            first_line(sources.root / "sys/module/firmware_class/parameters/path");
        if (!path.empty() && fs::exists(fs::path(path) / name))
            file = fs::path(path) / name;
    }
    target.image_file = file.string();
    learn(target.image,
          [&] { return parse_image(read_file(file, "hypervisor image"), file.string()); });
}

void read_cpus(Target& target, const fs::path& root) {
    const fs::path cpus = root / "sys/devices/system/cpu";
    target.possible_cpus = parse_list(first_line(cpus / "possible"));
    target.online_cpus = parse_list(first_line(cpus / "online"));
    for (unsigned cpu : target.online_cpus)
        if (!fs::exists(cpus / fmt::format("cpu{}/online", cpu)))
            target.fixed_cpus.insert(cpu);
    // State 0 is WFI, which powers nothing down.
    for (const fs::path& state : entries(cpus / "cpu0/cpuidle"))
        if (const std::string name = first_line(state / "name"); !name.empty() && name != "WFI")
            target.idle_states.push_back(name);
    for (const fs::path& policy : entries(cpus / "cpufreq"))
        if (const std::string name = first_line(policy / "scaling_driver"); !name.empty())
            target.frequency_drivers.insert(name);
}

void read_linux(Target& target, const Sources& sources) {
    const fs::path& root = sources.root;
    target.release = first_line(root / "proc/sys/kernel/osrelease");
    target.command_line = words(first_line(root / "proc/cmdline"));
    fs::path config = sources.kernel_config;
    if (config.empty())
        config = root / "boot" / ("config-" + target.release);
    if (config.string() == sources.kernel_config || fs::exists(config))
        target.kernel_config = parse_kernel_config(text_of(config));
    else if (fs::exists(root / "proc/config.gz"))
        target.kernel_config = parse_kernel_config(unzipped(root / "proc/config.gz"));
    for (const fs::path& watchdog : entries(root / "sys/class/watchdog"))
        if (first_line(watchdog / "state") == "active")
            target.running_watchdogs.push_back(watchdog.filename());
    target.kvm_device = fs::exists(root / "dev/kvm");
}

void read_module(Target& target, const Sources& sources) {
    fs::path file = sources.module;
    if (file.empty())
        file = find_module(sources.root / "lib/modules", target.release, device::names().module);
    if (file.empty()) {
        target.module.problem = fmt::format("no {}.ko below {}", device::names().module,
                                            (sources.root / "lib/modules").string());
        return;
    }
    learn(target.module,
          [&] { return parse_module(read_file(file, "kernel module"), file.string()); });
    if (target.module && target.module->release == target.release)
        target.missing_symbols =
            missing_symbols(*target.module, text_of(sources.root / "proc/kallsyms"));
}

void read_driver(Target& target, const Sources& sources) {
    const fs::path sysfs = sources.root / fs::path(device::names().sysfs).relative_path();
    target.driver_loaded = fs::exists(sysfs / "enabled");
    target.enabled = first_line(sysfs / "enabled") == "1";
    const fs::path parameters = sources.root / "sys/module" / device::names().module / "parameters";
    target.driver_keeps = first_line(parameters / "keep") != "N";
    if (!target.driver_loaded)
        return read_module(target, sources);
    if (!sources.live())
        target.inspection.problem = "these are copied files; only the machine itself can tell";
    else if (target.enabled)
        target.inspection.problem = "Brig is enabled";
    else
        learn(target.inspection, [] { return device::inspect(); });
}

} // namespace

bool Target::has_word(std::string_view word) const {
    return std::find(command_line.begin(), command_line.end(), word) != command_line.end();
}

std::string Target::option(const std::string& name) const {
    const auto found = kernel_config.find(name);
    return found == kernel_config.end() ? "" : found->second;
}

std::vector<const board::Device*> Target::devices_in(const Range& range) const {
    std::vector<const board::Device*> result;
    for (const board::Device& device : devices)
        if (std::any_of(device.registers.begin(), device.registers.end(),
                        [&](const board::Register& r) { return r.range.overlaps(range); }))
            result.push_back(&device);
    return result;
}

Target look_at(const Sources& sources) {
    Target target;
    target.live = sources.live();
    read_tree(target, sources);
    learn(target.iomem, [&] {
        return board::load_iomem(sources.iomem.empty() ? sources.root / "proc/iomem"
                                                       : fs::path(sources.iomem));
    });
    read_image(target, sources);
    read_linux(target, sources);
    read_cpus(target, sources.root);
    read_driver(target, sources);
    return target;
}

} // namespace brig::doctor
