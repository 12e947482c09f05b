#include "tests/support/process.h"

#include <array>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdexcept>
#include <sys/wait.h>
#include <system_error>
#include <thread>
#include <unistd.h>
#include <utility>

namespace dqlite::test {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

namespace {

[[noreturn]] void fail(int error, const std::string& what) {
    throw std::system_error{error, std::generic_category(), what};
}

/// A process group of its own, so that a Ctrl-C is ours to pass on, and no signal of ours blocked.
class SpawnSettings {
  public:
    explicit SpawnSettings(int output) {
        posix_spawn_file_actions_init(&actions_);
        posix_spawn_file_actions_addopen(&actions_, 0, "/dev/null", O_RDONLY, 0);
        posix_spawn_file_actions_adddup2(&actions_, output, 1);
        posix_spawn_file_actions_adddup2(&actions_, output, 2);
        posix_spawnattr_init(&attributes_);
        sigset_t none;
        sigemptyset(&none);
        posix_spawnattr_setsigmask(&attributes_, &none);
        posix_spawnattr_setpgroup(&attributes_, 0);
        posix_spawnattr_setflags(
            &attributes_, static_cast<short>(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK));
    }
    ~SpawnSettings() {
        posix_spawnattr_destroy(&attributes_);
        posix_spawn_file_actions_destroy(&actions_);
    }
    SpawnSettings(const SpawnSettings&) = delete;
    SpawnSettings& operator=(const SpawnSettings&) = delete;

    [[nodiscard]] const posix_spawn_file_actions_t* actions() const { return &actions_; }
    [[nodiscard]] const posix_spawnattr_t* attributes() const { return &attributes_; }

  private:
    posix_spawn_file_actions_t actions_{};
    posix_spawnattr_t attributes_{};
};

}  // namespace

Process::Process(Process&& other) noexcept {
    *this = std::move(other);
}

Process& Process::operator=(Process&& other) noexcept {
    std::swap(pid_, other.pid_);
    std::swap(pipe_, other.pipe_);
    std::swap(output_, other.output_);
    std::swap(code_, other.code_);
    return *this;
}

void Process::start(const std::vector<std::string>& command) {
    kill9();
    output_.clear();
    code_.reset();

    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) {
        fail(errno, "pipe");
    }
    std::vector<char*> arguments;
    for (const std::string& argument : command) {
        arguments.push_back(const_cast<char*>(argument.c_str()));
    }
    arguments.push_back(nullptr);
    const SpawnSettings settings{ends[1]};
    const int error = posix_spawn(&pid_, arguments[0], settings.actions(), settings.attributes(),
                                  arguments.data(), environ);
    close(ends[1]);
    pipe_ = ends[0];
    fcntl(pipe_, F_SETFL, O_NONBLOCK);
    if (error != 0) {
        pid_ = -1;
        fail(error, command[0]);
    }
}

void Process::read_available() {
    std::array<char, 4096> chunk{};
    while (pipe_ >= 0) {
        const ssize_t count = read(pipe_, chunk.data(), chunk.size());
        if (count > 0) {
            output_.append(chunk.data(), static_cast<std::size_t>(count));
        } else if (count == 0 || errno != EINTR) {
            if (count == 0) {
                close(std::exchange(pipe_, -1));
            }
            return;
        }
    }
}

bool Process::wait_for_line(const std::string& prefix, milliseconds patience) {
    const auto deadline = Clock::now() + patience;
    while (true) {
        read_available();
        const auto at = ("\n" + output_).find("\n" + prefix);
        if (at != std::string::npos && output_.find('\n', at) != std::string::npos) {
            return true;
        }
        const auto left = std::chrono::ceil<milliseconds>(deadline - Clock::now());
        if (pipe_ < 0 || left.count() <= 0) {
            return false;
        }
        pollfd readable{pipe_, POLLIN, 0};
        poll(&readable, 1, static_cast<int>(left.count()));
    }
}

bool Process::reap(int flags) {
    int status = 0;
    if (pid_ > 0 && waitpid(pid_, &status, flags) == pid_) {
        pid_ = -1;
        code_ = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
        read_available();
    }
    return pid_ < 0;
}

bool Process::alive() {
    return !reap(WNOHANG);
}

void Process::signal(int number) {
    if (alive()) {
        ::kill(pid_, number);
    }
}

void Process::freeze() {
    if (alive()) {
        ::kill(pid_, SIGSTOP);
        siginfo_t info{};
        waitid(P_PID, static_cast<id_t>(pid_), &info, WSTOPPED | WEXITED | WNOWAIT);
    }
}

std::optional<int> Process::wait(milliseconds patience) {
    const auto deadline = Clock::now() + patience;
    while (!reap(WNOHANG)) {
        if (Clock::now() >= deadline) {
            return std::nullopt;
        }
        // A full pipe must not keep the program from ending.
        read_available();
        std::this_thread::sleep_for(milliseconds{2});
    }
    return code_;
}

void Process::kill9() {
    if (pid_ > 0) {
        ::kill(pid_, SIGKILL);
        reap(0);
    }
    if (pipe_ >= 0) {
        close(std::exchange(pipe_, -1));
    }
}

}  // namespace dqlite::test
