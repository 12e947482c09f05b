#include "setup/dqlite-node/stop_signal.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>

namespace dqlite::node {

namespace {

FileDescriptor take_signals() {
    signal(SIGPIPE, SIG_IGN);
    sigset_t set;
    sigemptyset(&set);
    for (const int number : {SIGTERM, SIGINT, SIGHUP}) {
        sigaddset(&set, number);
    }
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    return FileDescriptor{signalfd(-1, &set, SFD_CLOEXEC)};
}

/// glibc declares its own pidfd_open for C only.
FileDescriptor watch_parent() {
    return FileDescriptor{static_cast<int>(syscall(SYS_pidfd_open, getppid(), 0))};
}

int milliseconds_until(Clock::time_point deadline) {
    if (deadline == Clock::time_point::max()) {
        return -1;
    }
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
    return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 60'000));
}

}  // namespace

// The parent is watched as a process: prctl's PR_SET_PDEATHSIG would fire as soon as the thread
// that started this program ends.
StopSignal::StopSignal(bool die_with_parent)
    : signals_{take_signals()}, parent_{die_with_parent ? watch_parent() : FileDescriptor{}} {}

StopSignal::Wake StopSignal::wait(int fd, short events, Clock::time_point deadline) const {
    // poll passes over a descriptor of -1.
    std::array<pollfd, 3> watched{
        {{signals_.get(), POLLIN, 0}, {parent_.get(), POLLIN, 0}, {fd, events, 0}}};
    while (true) {
        const int count = poll(watched.data(), watched.size(), milliseconds_until(deadline));
        if (count < 0 && errno != EINTR) {
            return Wake::stop;
        }
        if (count > 0) {
            const bool stop = watched[0].revents != 0 || watched[1].revents != 0;
            return stop ? Wake::stop : Wake::ready;
        }
        if (Clock::now() >= deadline) {
            return Wake::timeout;
        }
    }
}

StopSignal::Wake StopSignal::wait_until(Clock::time_point deadline) const {
    return wait(-1, 0, deadline);
}

void StopSignal::wait() const {
    while (wait_until(Clock::time_point::max()) != Wake::stop) {
    }
}

}  // namespace dqlite::node
