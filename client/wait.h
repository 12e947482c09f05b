// Awaiting Asio from a Task: one operation, a pause, or several tasks at once.
#pragma once

#include <chrono>
#include <cstddef>
#include <utility>
#include <vector>

#include <asio/any_io_executor.hpp>
#include <asio/error_code.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>

#include "client/scope.h"
#include "client/task.h"

namespace dqlite::client {

template <typename R>
struct Completion {
    asio::error_code error;
    R result{};
};

/// Awaits one operation: `start` is called with its completion handler. R is what comes with the
/// error code; an operation that has nothing but the error code leaves it as it is.
template <typename R, typename Start>
class OperationAwaiter {
  public:
    explicit OperationAwaiter(Start start) : start_{std::move(start)} {}
    [[nodiscard]] bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> awaiting) {
        start_([this, awaiting](asio::error_code error, auto... result) {
            completion_.error = error;
            if constexpr (sizeof...(result) == 1) completion_.result = R{std::move(result)...};
            awaiting.resume();
        });
    }
    [[nodiscard]] Completion<R> await_resume() { return std::move(completion_); }

  private:
    Start start_;
    Completion<R> completion_;
};

template <typename R, typename Start>
[[nodiscard]] OperationAwaiter<R, Start> operation(Start start) {
    return OperationAwaiter<R, Start>{std::move(start)};
}

/// A timer that a scope can end early.
class Pause final : public Waiter {
  public:
    explicit Pause(const asio::any_io_executor& executor) : timer_{executor} {}
    void interrupt() noexcept override { timer_.cancel(); }

    /// False if the scope ended it.
    [[nodiscard]] Task<bool> wait(Scope& scope, std::chrono::steady_clock::duration duration) {
        if (scope.reason()) co_return false;
        const Scope::Stay stay{scope, *this};
        timer_.expires_after(duration);
        auto wait =
            operation<std::size_t>([this](auto handler) { timer_.async_wait(std::move(handler)); });
        const auto done = co_await wait;
        co_return !done.error && !scope.reason();
    }

  private:
    asio::steady_timer timer_;
};

/// Runs all tasks side by side and waits until the last is done.
class AllOf {
  public:
    AllOf(asio::any_io_executor executor, std::vector<Task<void>>& tasks)
        : executor_{std::move(executor)}, tasks_{tasks} {}
    [[nodiscard]] bool await_ready() const noexcept { return tasks_.empty(); }
    void await_suspend(std::coroutine_handle<> awaiting) {
        awaiting_ = awaiting;
        running_ = tasks_.size();
        watched_.reserve(tasks_.size());
        for (Task<void>& task : tasks_) watched_.push_back(watch(task));
        for (Task<void>& watched : watched_) watched.start();
    }
    void await_resume() const noexcept {}

  private:
    Task<void> watch(Task<void>& task) {
        co_await task;
        // Posted, not resumed: the awaiting side destroys this very coroutine.
        if (--running_ == 0) asio::post(executor_, [this] { awaiting_.resume(); });
    }

    asio::any_io_executor executor_;
    std::vector<Task<void>>& tasks_;
    std::vector<Task<void>> watched_;
    std::coroutine_handle<> awaiting_;
    std::size_t running_ = 0;
};

}  // namespace dqlite::client
