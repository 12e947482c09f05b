#include "tests/bench/section.h"

#include <cstdio>
#include <exception>
#include <fstream>
#include <memory>
#include <sched.h>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>

namespace dqlite::bench {
namespace {

using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

void use_two_processors() {
    cpu_set_t usable;
    CPU_ZERO(&usable);
    if (sched_getaffinity(0, sizeof usable, &usable) != 0) throw std::runtime_error{"no affinity"};
    cpu_set_t two;
    CPU_ZERO(&two);
    for (std::size_t cpu = 0; cpu < CPU_SETSIZE && CPU_COUNT(&two) < 2; ++cpu) {
        if (CPU_ISSET(cpu, &usable)) CPU_SET(cpu, &two);
    }
    if (sched_setaffinity(0, sizeof two, &two) != 0) throw std::runtime_error{"no affinity"};
}

/// Leaves a forked child nothing of its parent's but its standard streams and `kept`, which is
/// returned: connections of the parent's proxies would otherwise stay open to the servers when the
/// proxies have closed them.
int keep_only(int kept) {
    constexpr int first = STDERR_FILENO + 1;
    if (dup2(kept, first) < 0) throw std::runtime_error{"no pipe"};
    closefrom(first + 1);
    return first;
}

/// Forks; `child` has a pipe to write its figures to, and does not return.
Figures figures_of(Processors processors, const std::function<void(int out)>& child) {
    int ends[2];
    if (pipe(ends) != 0) throw std::runtime_error{"no pipe"};
    std::fflush(nullptr);
    const pid_t pid = fork();
    if (pid < 0) throw std::runtime_error{"cannot fork"};
    if (pid == 0) {
        int code = 1;
        try {
            const int out = keep_only(ends[1]);
            if (processors == Processors::two) use_two_processors();
            child(out);
            code = 0;
        } catch (const std::exception& error) {
            std::fprintf(stderr, "dqlite-bench: %s\n", error.what());
        }
        _exit(code);  // the parent's nodes and files are not this process's to close
    }
    close(ends[1]);
    Figures figures;
    {
        const File file{fdopen(ends[0], "r"), std::fclose};
        char name[64];
        double value = 0;
        while (std::fscanf(file.get(), "%63s %lf", name, &value) == 2) figures[name] = value;
    }
    int status = 0;
    waitpid(pid, &status, 0);
    if (status != 0) throw std::runtime_error{"a measurement failed"};
    return figures;
}

}  // namespace

Figures in_own_process(Processors processors, const std::function<void(Figures&)>& work) {
    return figures_of(processors, [&](int out) {
        Figures figures;
        work(figures);
        const File file{fdopen(out, "w"), std::fclose};
        for (const auto& [name, value] : figures) {
            std::fprintf(file.get(), "%s %.17g\n", name.c_str(), value);
        }
    });
}

Figures from_program(Processors processors, const std::vector<std::string>& command) {
    return figures_of(processors, [&](int out) {
        std::vector<char*> arguments;
        for (const auto& argument : command) {
            arguments.push_back(const_cast<char*>(argument.c_str()));
        }
        arguments.push_back(nullptr);
        if (dup2(out, STDOUT_FILENO) >= 0) execvp(arguments[0], arguments.data());
        throw std::runtime_error{"cannot run " + command[0]};
    });
}

double peak_megabytes() {
    std::ifstream status{"/proc/self/status"};
    std::string word;
    double kilobytes = 0;
    while (status >> word) {
        if (word == "VmHWM:" && status >> kilobytes) return kilobytes / 1024;
    }
    throw std::runtime_error{"/proc/self/status tells no VmHWM"};
}

}  // namespace dqlite::bench
