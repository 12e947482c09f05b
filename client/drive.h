// Runs a task on the calling thread: there is no other.
#pragma once

#include <chrono>

#include <asio/io_context.hpp>

#include "client/scope.h"
#include "client/task.h"

namespace dqlite::client {

/// Runs `task` to its end. Past the deadline, which the task itself may move, its scope is
/// interrupted, and what it then returns is an error.
template <typename T>
[[nodiscard]] T drive(asio::io_context& io, Scope& scope, Task<T> task,
                      std::chrono::steady_clock::time_point deadline) {
    using Time = std::chrono::steady_clock;
    const Scope::Blocking blocking{scope, deadline};
    task.start();
    while (!task.done()) {
        if (io.stopped()) io.restart();
        // What is interrupted ends soon.
        const auto until = scope.reason() ? Time::time_point::max() : *scope.blocks_until();
        if (until == Time::time_point::max()) {
            io.run_one();
        } else if (io.run_one_until(until) == 0 && Time::now() >= until) {
            scope.interrupt(ErrorKind::timeout);
        }
    }
    return task.take();
}

}  // namespace dqlite::client
