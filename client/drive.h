// Runs a task on the calling thread: there is no other.
#pragma once

#include <chrono>

#include <asio/io_context.hpp>

#include "client/scope.h"
#include "client/task.h"

namespace dqlite::client {

/// Runs `task` to its end. Past the deadline its scope is interrupted, and what it then returns is
/// an error.
template <typename T>
[[nodiscard]] T drive(asio::io_context& io, Scope& scope, Task<T> task,
                      std::chrono::steady_clock::time_point deadline) {
    using Time = std::chrono::steady_clock;
    const Scope::Blocking blocking{scope, deadline};
    task.start();
    while (!task.done()) {
        if (io.stopped()) io.restart();
        if (deadline == Time::time_point::max()) {
            io.run_one();
        } else if (io.run_one_until(deadline) == 0 && Time::now() >= deadline) {
            scope.interrupt(ErrorKind::timeout);
            deadline = Time::time_point::max();
        }
    }
    return task.take();
}

}  // namespace dqlite::client
