// SPDX-License-Identifier: Apache-2.0
// The doctor's checks: what stands in the way of enabling Brig here, found without changing
// anything. Each looks at a Target and a configuration, and says at least one line.
#pragma once

#include "config/model.hpp"
#include "doctor/target.hpp"

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace brig::doctor {

enum class Verdict { Pass, Warn, Fail };

struct Line {
    std::string_view check; // id
    Verdict verdict = Verdict::Pass;
    std::string text;
    std::string remedy; // a command, or a line to add; empty for Pass
};

// What the checks look at. Without a configuration those that compare with it say nothing.
struct Subject {
    const Target& target;
    std::optional<config::Configuration> configuration;
    size_t configuration_size = 0; // bytes of the system file

    const config::System* system() const {
        return configuration ? &configuration->system : nullptr;
    }
};

class Lines {
public:
    explicit Lines(std::string_view check) : check_(check) {}

    void pass(std::string text) { add(Verdict::Pass, std::move(text), ""); }
    void warn(std::string text, std::string remedy) {
        add(Verdict::Warn, std::move(text), std::move(remedy));
    }
    void fail(std::string text, std::string remedy) {
        add(Verdict::Fail, std::move(text), std::move(remedy));
    }
    bool clean() const; // nothing but passes
    std::vector<Line> take() { return std::move(lines_); }

private:
    void add(Verdict verdict, std::string text, std::string remedy) {
        lines_.push_back({check_, verdict, std::move(text), std::move(remedy)});
    }
    std::string_view check_;
    std::vector<Line> lines_;
};

// What `brig enable` does about a failure.
enum class Stops {
    No,           // it goes on
    UnlessForced, // it stops; --force goes on
    Always,       // the machine would hang or Linux lose its memory: --force does not help
};

struct Check {
    std::string_view id;
    std::string_view looks_at; // for --list and docs/doctor.md
    Stops stops = Stops::No;
    void (*run)(const Subject&, Lines&) = nullptr;
};

// In the order in which they are run and printed.
std::span<const Check> checks();

// All of them, or only those that may stop `brig enable`.
std::vector<Line> examine(const Subject& subject, bool only_stopping = false);

bool failed(const std::vector<Line>& lines, std::string_view check);

// The console self-test (`brig doctor` only): asks the driver to have one line printed. The result
// of device::console_test(): 0 or an errno.
Line console_test_line(const config::Console& console, int error);
inline constexpr std::string_view console_test_id = "console-test";

// Why the self-test must not be run after these lines; empty when it may.
std::string console_test_obstacle(const Subject& subject, const std::vector<Line>& lines);

// For the table of checks(), grouped as in the files check_*.cpp.
void check_driver(const Subject&, Lines&);
void check_el2(const Subject&, Lines&);
void check_kvm(const Subject&, Lines&);
void check_image(const Subject&, Lines&);
void check_board(const Subject&, Lines&);
void check_config(const Subject&, Lines&);
void check_reservation(const Subject&, Lines&);
void check_memory(const Subject&, Lines&);
void check_cell_memory(const Subject&, Lines&);
void check_gic(const Subject&, Lines&);
void check_its(const Subject&, Lines&);
void check_console(const Subject&, Lines&);
void check_clocks(const Subject&, Lines&);
void check_cpus(const Subject&, Lines&);
void check_hotplug(const Subject&, Lines&);
void check_firmware(const Subject&, Lines&);
void check_sdei(const Subject&, Lines&);
void check_tee(const Subject&, Lines&);
void check_pseudo_nmi(const Subject&, Lines&);
void check_idle(const Subject&, Lines&);
void check_frequency(const Subject&, Lines&);
void check_watchdog(const Subject&, Lines&);

} // namespace brig::doctor
