// SPDX-License-Identifier: Apache-2.0
#include "util/process.hpp"

#include "util/error.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

extern char** environ;

namespace brig {

ProcessResult run_process(const std::vector<std::string>& arguments) {
    int ends[2];
    if (pipe(ends) != 0)
        fail("running {}: creating a pipe: {}", arguments[0], std::strerror(errno));

    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);
    posix_spawn_file_actions_addclose(&actions, ends[0]);
    posix_spawn_file_actions_addclose(&actions, ends[1]);

    std::vector<std::string> words = arguments;
    std::vector<char*> argv;
    for (auto& word : words)
        argv.push_back(word.data());
    argv.push_back(nullptr);

    pid_t pid = 0;
    int error = posix_spawnp(&pid, argv[0], &actions, nullptr, argv.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    if (error) {
        close(ends[0]);
        fail("running {}: {}", arguments[0], std::strerror(error));
    }

    ProcessResult result;
    char buffer[4096];
    ssize_t count;
    while ((count = read(ends[0], buffer, sizeof(buffer))) != 0) {
        if (count < 0 && errno != EINTR)
            break;
        if (count > 0)
            result.output.append(buffer, static_cast<size_t>(count));
    }
    close(ends[0]);

    int status = 0;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {}
    result.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return result;
}

} // namespace brig
