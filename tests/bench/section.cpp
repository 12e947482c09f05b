#include "tests/bench/section.h"

#include <cstdio>
#include <exception>
#include <memory>
#include <sched.h>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>

namespace dqlite::bench {
namespace {

using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

[[noreturn]] void run_child(const std::function<void(Figures&)>& work, int out) {
    int code = 1;
    try {
        Figures figures;
        work(figures);
        const File file{fdopen(out, "w"), std::fclose};
        for (const auto& [name, value] : figures) {
            std::fprintf(file.get(), "%s %.17g\n", name.c_str(), value);
        }
        code = 0;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "dqlite-bench: %s\n", error.what());
    }
    _exit(code);  // the parent's nodes and files are not this process's to close
}

}  // namespace

Figures in_own_process(const std::function<void(Figures&)>& work) {
    int ends[2];
    if (pipe(ends) != 0) throw std::runtime_error{"no pipe"};
    std::fflush(nullptr);
    const pid_t child = fork();
    if (child < 0) throw std::runtime_error{"cannot fork"};
    if (child == 0) {
        close(ends[0]);
        run_child(work, ends[1]);
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
    waitpid(child, &status, 0);
    if (status != 0) throw std::runtime_error{"a measurement failed"};
    return figures;
}

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

}  // namespace dqlite::bench
