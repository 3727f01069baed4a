// SPDX-License-Identifier: Apache-2.0
#include "cli/trace_record.hpp"
#include "device/names.hpp"
#include "device/trace.hpp"
#include "util/error.hpp"

#include <fmt/format.h>

#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <memory>
#include <thread>

namespace brig::cli {

namespace {

using Clock = std::chrono::steady_clock;

struct TraceRecordArguments {
    std::string output = "trace.brig";
    std::string kallsyms = live_symbols;
    double seconds = 10;
    bool quiet = false;
    std::vector<std::string> command;
};

volatile std::sig_atomic_t interrupted = 0;

// Tracing is on while this lives, and afterwards if it was before.
class Switched {
public:
    explicit Switched(const std::filesystem::path& sysfs)
        : sysfs_(sysfs), was_on_(device::tracing(sysfs)) {
        if (!was_on_)
            device::switch_tracing(sysfs_, true);
    }
    ~Switched() {
        try {
            stop();
        } catch (const Error& error) {
            fmt::print(stderr, "brig: {}\n", error.what());
        }
    }
    Switched(const Switched&) = delete;
    Switched& operator=(const Switched&) = delete;

    bool was_on() const { return was_on_; }
    void stop() {
        if (!was_on_ && !stopped_)
            device::switch_tracing(sysfs_, false);
        stopped_ = true;
    }

private:
    std::filesystem::path sysfs_;
    bool was_on_;
    bool stopped_ = false;
};

// The command whose exits are wanted, if there is one.
class Child {
public:
    explicit Child(const std::vector<std::string>& words) {
        if (words.empty())
            return;
        pid_ = fork();
        if (pid_ < 0)
            fail("starting {}: {}", words[0], std::strerror(errno));
        if (pid_ != 0)
            return;
        std::vector<char*> arguments;
        for (const auto& word : words)
            arguments.push_back(const_cast<char*>(word.c_str()));
        arguments.push_back(nullptr);
        execvp(arguments[0], arguments.data());
        fmt::print(stderr, "brig trace record: starting {}: {}\n", words[0], std::strerror(errno));
        _exit(127);
    }
    // True once it has ended; its exit status is then known.
    bool ended() {
        int status = 0;
        if (pid_ <= 0 || waitpid(pid_, &status, WNOHANG) != pid_)
            return false;
        status_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
        pid_ = 0;
        return true;
    }
    int status() const { return status_; }

private:
    pid_t pid_ = 0;
    int status_ = 0;
};

void show_progress(const TraceRecordArguments& arguments, trace::Reader& reader, double seconds) {
    if (arguments.quiet || !isatty(STDERR_FILENO))
        return;
    fmt::print(stderr, "\r{:.1f} s, {} exits (^C ends it)", seconds, reader.recording().size());
    std::fflush(stderr);
}

// Until the time is over, the command has ended or somebody presses ^C.
int follow(const TraceRecordArguments& arguments, trace::Reader& reader) {
    constexpr auto pause = std::chrono::milliseconds(10);
    interrupted = 0;
    std::signal(SIGINT, [](int) { interrupted = 1; });
    Child child(arguments.command);
    const Clock::time_point begin = Clock::now();
    for (unsigned round = 0;; round++) {
        reader.poll();
        const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
        if (round % 32 == 0)
            show_progress(arguments, reader, seconds);
        if (child.ended() || interrupted ||
            (arguments.command.empty() && seconds >= arguments.seconds))
            break;
        std::this_thread::sleep_for(pause);
    }
    std::signal(SIGINT, SIG_DFL);
    return child.status();
}

int record(const TraceRecordArguments& arguments) {
    const std::filesystem::path sysfs = device::names().sysfs;
    Switched tracing(sysfs);
    device::TraceData data(sysfs);
    trace::Reader reader(data, tracing.was_on() ? trace::Start::now : trace::Start::switched_on);
    const int status = follow(arguments, reader);
    tracing.stop();
    if (tracing.was_on())
        reader.poll();
    else
        reader.finish();

    trace::Recording& recording = reader.recording();
    recording.cells = device::cell_names(sysfs);
    trace::resolve(recording, arguments.kallsyms);
    trace::save(recording, arguments.output);
    uint64_t lost = 0;
    for (const auto& [id, cpu] : recording.cpus)
        lost += cpu.lost();
    if (!arguments.quiet)
        fmt::print(stderr, "{}{}: {} exits of {} CPUs, {} overwritten before they were read{}\n",
                   isatty(STDERR_FILENO) ? "\r\033[K" : "", arguments.output, recording.size(),
                   recording.cpus.size(), lost,
                   lost == 0 ? ""
                             : fmt::format(" (rings of {}: CONFIG_EXIT_TRACE_RECORDS, or more "
                                           "hypervisor memory, makes them larger)",
                                           reader.records()));
    return status;
}

} // namespace

void add_record_command(Program& program, CLI::App& group) {
    auto arguments = std::make_shared<TraceRecordArguments>();
    CLI::App* command = add_command(
        group, "record",
        "Record exits into a file: for some seconds, while a command runs, or until ^C. Switches "
        "tracing on meanwhile. Exit status: the command's.",
        "brig trace record --seconds 5\n  brig trace record -o boot.brig -- brig cell start 1");
    command->add_option("-o,--output", arguments->output, "file to write")->capture_default_str();
    command->add_option("--seconds", arguments->seconds, "how long, without a command")
        ->capture_default_str()
        ->check(CLI::NonNegativeNumber);
    command->add_option("--kallsyms", arguments->kallsyms, "list of the kernel's symbols")
        ->capture_default_str();
    command->add_flag("-q,--quiet", arguments->quiet, "no progress and no summary");
    command->add_option("COMMAND", arguments->command, "command and its arguments, behind --");
    command->callback([arguments, &program] { program.status = record(*arguments); });
}

} // namespace brig::cli
