// SPDX-License-Identifier: Apache-2.0
#include "cli/cell.hpp"
#include "cli/cli.hpp"
#include "device/names.hpp"
#include "util/text.hpp"

#include <fmt/format.h>

#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <memory>
#include <optional>

namespace brig::cli {

namespace {

using device::CellInfo;
using device::CellStatistics;
using device::Counters;

// Keys arrive one by one and unseen, until the end of the object's life.
class RawTerminal {
public:
    RawTerminal() {
        if (tcgetattr(STDIN_FILENO, &saved_) != 0)
            return;
        active_ = true;
        termios raw = saved_;
        raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO | ISIG);
        tcsetattr(STDIN_FILENO, TCSANOW, &raw);
        fmt::print("\033[?25l");
    }
    ~RawTerminal() {
        fmt::print("\033[?25h\n");
        if (active_)
            tcsetattr(STDIN_FILENO, TCSANOW, &saved_);
    }
    RawTerminal(const RawTerminal&) = delete;
    RawTerminal& operator=(const RawTerminal&) = delete;

private:
    termios saved_{};
    bool active_ = false;
};

// The key pressed within a second; 0: none, 'q' also at the end of the input.
char wait_key() {
    constexpr char control_c = 3;
    pollfd input = {STDIN_FILENO, POLLIN, 0};
    if (poll(&input, 1, 1000) <= 0)
        return 0;
    char key = 'q';
    if (read(STDIN_FILENO, &key, 1) != 1 || key == control_c)
        return 'q';
    return key;
}

// The CPU behind `shown` in the cell's list, the first one behind the last; empty for all.
std::optional<unsigned> next_cpu(const CellStatistics& statistics, std::optional<unsigned> shown) {
    if (statistics.cpus.empty())
        return {};
    auto next = shown ? statistics.cpus.upper_bound(*shown) : statistics.cpus.begin();
    return next == statistics.cpus.end() ? statistics.cpus.begin()->first : next->first;
}

Counters selection(const CellStatistics& statistics, std::optional<unsigned> cpu) {
    if (!cpu)
        return statistics.total;
    auto found = statistics.cpus.find(*cpu);
    return found == statistics.cpus.end() ? Counters{} : found->second;
}

void show_live(const std::filesystem::path& sysfs, const CellInfo& cell) {
    using Clock = std::chrono::steady_clock;
    RawTerminal terminal;
    CellStatistics before = device::read_statistics(sysfs, cell);
    Clock::time_point then = Clock::now();
    CellStatistics now = before;
    double seconds = 0;
    std::optional<unsigned> cpu;
    for (;;) {
        if (cpu && !now.cpus.contains(*cpu))
            cpu = {};
        std::string who = cpu ? fmt::format("CPU {}", *cpu) : "all CPUs";
        fmt::print("\033[H\033[JStatistics of cell {} ({}), {}\n\n{}\nq: quit  c: next CPU  "
                   "a: all CPUs",
                   cell.id, printable(cell.name), who,
                   rates_table(selection(before, cpu), selection(now, cpu), seconds));
        std::fflush(stdout);
        char key = wait_key();
        if (key == 'q')
            return;
        if (key == 'c')
            cpu = next_cpu(now, cpu);
        if (key == 'a')
            cpu = {};
        if (key != 0) // keep the interval whole
            continue;
        before = now;
        now = device::read_statistics(sysfs, cell);
        seconds = std::chrono::duration<double>(Clock::now() - then).count();
        then = Clock::now();
    }
}

} // namespace

void add_stats_command(CLI::App& group) {
    struct Arguments {
        std::string cell;
        bool force_name = false;
        bool once = false;
        bool json = false;
    };
    auto arguments = std::make_shared<Arguments>();
    CLI::App* command =
        add_command(group, "stats",
                    "Show how often a cell enters the hypervisor, and why. On a terminal it "
                    "refreshes every second; keys: q quit, c next CPU, a all CPUs.",
                    "brig cell stats hello --once");
    command->add_option("CELL", arguments->cell, "id or name of the cell")->required();
    command->add_flag("--name", arguments->force_name, "CELL is a name, even if it is a number");
    command->add_flag("--once", arguments->once, "print the counters and end");
    command->add_flag("--json", arguments->json, "print JSON and end");
    command->callback([arguments] {
        std::filesystem::path sysfs = device::names().sysfs;
        auto cell = device::find_cell(
            sysfs, device::parse_cell_ref(arguments->cell, arguments->force_name));
        if (arguments->json)
            fmt::print("{}", statistics_json(cell, device::read_statistics(sysfs, cell)));
        else if (arguments->once || !isatty(STDOUT_FILENO) || !isatty(STDIN_FILENO))
            fmt::print("{}", statistics_table(device::read_statistics(sysfs, cell)));
        else
            show_live(sysfs, cell);
    });
}

} // namespace brig::cli
