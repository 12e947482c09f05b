// A lazy coroutine. It is started by whoever awaits it, or by start() from plain code, and runs on
// the thread that resumes it: there is no executor in it. A task whose awaits are all ready never
// leaves the calling stack, which is what keeps a round trip as cheap as plain code.
#pragma once

#include <coroutine>
#include <exception>
#include <optional>
#include <utility>

namespace dqlite::client {

template <typename T>
class Task;

namespace detail {

class PromiseBase {
  public:
    // The awaiting side looks at done() after resume(), so the continuation is resumed from here
    // only if the task has been suspended in between: stacks stay flat without tail calls, which
    // GCC makes only when it optimises.
    struct FinalAwaiter {
        [[nodiscard]] bool await_ready() const noexcept { return false; }
        template <typename Promise>
        void await_suspend(std::coroutine_handle<Promise> self) const noexcept {
            const PromiseBase& promise = self.promise();
            if (promise.suspended_ && promise.continuation_) promise.continuation_.resume();
        }
        void await_resume() const noexcept {}
    };

    [[nodiscard]] std::suspend_always initial_suspend() const noexcept { return {}; }
    [[nodiscard]] FinalAwaiter final_suspend() const noexcept { return {}; }
    void unhandled_exception() noexcept { exception_ = std::current_exception(); }

    void rethrow() const {
        if (exception_) std::rethrow_exception(exception_);
    }
    void set_continuation(std::coroutine_handle<> continuation) noexcept {
        continuation_ = continuation;
    }
    void mark_suspended() noexcept { suspended_ = true; }

  private:
    std::coroutine_handle<> continuation_;
    std::exception_ptr exception_;
    bool suspended_ = false;
};

template <typename T>
class Promise : public PromiseBase {
  public:
    [[nodiscard]] Task<T> get_return_object() noexcept;
    template <typename U>
    void return_value(U&& value) {
        value_.emplace(std::forward<U>(value));
    }
    [[nodiscard]] T take() {
        rethrow();
        return std::move(*value_);
    }

  private:
    std::optional<T> value_;
};

template <>
class Promise<void> : public PromiseBase {
  public:
    [[nodiscard]] Task<void> get_return_object() noexcept;
    void return_void() const noexcept {}
    void take() const { rethrow(); }
};

}  // namespace detail

template <typename T>
class [[nodiscard]] Task {
  public:
    using promise_type = detail::Promise<T>;
    using Handle = std::coroutine_handle<promise_type>;

    explicit Task(Handle handle) noexcept : handle_{handle} {}
    Task(Task&& other) noexcept : handle_{std::exchange(other.handle_, {})} {}
    Task& operator=(Task&& other) noexcept {
        std::swap(handle_, other.handle_);
        return *this;
    }
    Task(const Task&) = delete;
    Task& operator=(const Task&) = delete;
    ~Task() {
        if (handle_) handle_.destroy();
    }

    // For plain code: start, let the io_context run until done(), take.
    void start() {
        handle_.resume();
        if (!handle_.done()) handle_.promise().mark_suspended();
    }
    [[nodiscard]] bool done() const noexcept { return handle_.done(); }
    [[nodiscard]] T take() { return handle_.promise().take(); }

    [[nodiscard]] bool await_ready() const noexcept { return false; }
    [[nodiscard]] bool await_suspend(std::coroutine_handle<> awaiting) {
        handle_.promise().set_continuation(awaiting);
        start();
        return !handle_.done();
    }
    [[nodiscard]] T await_resume() { return handle_.promise().take(); }

  private:
    Handle handle_;
};

namespace detail {

template <typename T>
Task<T> Promise<T>::get_return_object() noexcept {
    return Task<T>{std::coroutine_handle<Promise<T>>::from_promise(*this)};
}
inline Task<void> Promise<void>::get_return_object() noexcept {
    return Task<void>{std::coroutine_handle<Promise<void>>::from_promise(*this)};
}

}  // namespace detail

/// Awaits what most often needs no waiting: `at_once` gives it, or nothing; only then is there a
/// task, that of `later`. What is there at once costs no coroutine.
template <typename T, typename AtOnce, typename Later>
class [[nodiscard]] Promptly {
  public:
    Promptly(AtOnce at_once, Later later)
        : at_once_{std::move(at_once)}, later_{std::move(later)} {}

    [[nodiscard]] bool await_ready() {
        result_ = at_once_();
        return result_.has_value();
    }
    [[nodiscard]] bool await_suspend(std::coroutine_handle<> awaiting) {
        task_.emplace(later_());
        return task_->await_suspend(awaiting);
    }
    [[nodiscard]] T await_resume() { return result_ ? std::move(*result_) : task_->await_resume(); }

  private:
    AtOnce at_once_;
    Later later_;
    std::optional<T> result_;
    std::optional<Task<T>> task_;
};

template <typename T, typename AtOnce, typename Later>
[[nodiscard]] auto promptly(AtOnce at_once, Later later) {
    return Promptly<T, AtOnce, Later>{std::move(at_once), std::move(later)};
}

}  // namespace dqlite::client
