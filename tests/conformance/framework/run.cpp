#include "tests/conformance/framework/run.h"

#include <array>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <sys/wait.h>
#include <unistd.h>

namespace conformance {
namespace {

constexpr unsigned patience_seconds = 60;

Ending run_here(const Check& check, const Target& target) {
    try {
        check.run(target);
        return {Result::pass, {}};
    } catch (const Ending& ending) {
        return ending;
    } catch (const std::exception& error) {
        return {Result::fail, std::string{"the check itself threw: "} + error.what()};
    }
}

/// In the child: a byte for the result, then what was seen.
[[noreturn]] void report(int pipe_end, const Ending& ending) {
    std::string message{static_cast<char>('0' + static_cast<int>(ending.result))};
    message += ending.seen;
    std::string_view rest = message;
    while (!rest.empty()) {
        const auto written = ::write(pipe_end, rest.data(), rest.size());
        if (written <= 0) ::_exit(EXIT_FAILURE);
        rest.remove_prefix(static_cast<std::size_t>(written));
    }
    // Not exit(): the drivers' libraries have been loaded and used; their own end is not checked.
    ::_exit(EXIT_SUCCESS);
}

std::string read_all(int pipe_end) {
    std::string text;
    std::array<char, 4096> part{};
    for (;;) {
        const auto size = ::read(pipe_end, part.data(), part.size());
        if (size <= 0) return text;
        text.append(part.data(), static_cast<std::size_t>(size));
    }
}

Ending interpret(const std::string& message, int status) {
    if (WIFSIGNALED(status)) {
        const int signal = WTERMSIG(status);
        if (signal == SIGALRM) return {Result::fail, "hung"};
        return {Result::fail, std::string{"crashed: "} + ::strsignal(signal)};
    }
    if (message.empty()) {
        return {Result::fail, "ended with code " + std::to_string(WEXITSTATUS(status))};
    }
    return {static_cast<Result>(message.front() - '0'), message.substr(1)};
}

}  // namespace

Ending run_apart(const Check& check, const Target& target) {
    std::array<int, 2> ends{};
    if (::pipe(ends.data()) != 0) return {Result::fail, "no pipe"};
    std::fflush(nullptr);
    const auto child = ::fork();
    if (child < 0) return {Result::fail, "no process"};
    if (child == 0) {
        ::close(ends[0]);
        ::alarm(patience_seconds);
        report(ends[1], run_here(check, target));
    }
    ::close(ends[1]);
    const auto message = read_all(ends[0]);
    ::close(ends[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    return interpret(message, status);
}

}  // namespace conformance
