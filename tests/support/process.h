// A child process whose output is read, and which never outlives its object.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

namespace dqlite::test {

class Process {
  public:
    Process() = default;
    ~Process() { kill9(); }
    Process(Process&& other) noexcept;
    Process& operator=(Process&& other) noexcept;
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;

    /// Starts a program. Its standard output and error come through one pipe.
    void start(const std::vector<std::string>& command);

    /// Reads until a line begins with `prefix`, the output ends or the time is over.
    bool wait_for_line(const std::string& prefix, std::chrono::milliseconds patience);
    /// All it has written so far, as far as it was read.
    [[nodiscard]] const std::string& output() const noexcept { return output_; }

    [[nodiscard]] bool alive();
    void signal(int number);
    /// Stops it with SIGSTOP; every thread stands still when this returns.
    void freeze();
    /// Waits for the end; the exit code, or 128 + the signal it died of. Nothing: still running.
    std::optional<int> wait(std::chrono::milliseconds patience);
    void kill9();

    [[nodiscard]] pid_t pid() const noexcept { return pid_; }

  private:
    void read_available();
    bool reap(int flags);

    pid_t pid_ = -1;
    int pipe_ = -1;
    std::string output_;
    std::optional<int> code_;
};

}  // namespace dqlite::test
