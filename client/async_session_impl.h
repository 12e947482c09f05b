// Drives a session on an executor, for coroutines of Asio. Included by async_session.cpp and
// async_rows.cpp only.
#pragma once

#include <memory>
#include <utility>

#include <asio/awaitable.hpp>
#include <asio/redirect_error.hpp>
#include <asio/steady_timer.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>

#include "client/async_session.h"
#include "client/live_rows.h"
#include "client/session_host.h"

namespace dqlite::client {

class AsyncSession::Impl final : private Scope::Timekeeper {
  public:
    Impl(const asio::any_io_executor& executor, Options options)
        : watch_{executor}, host_{executor, without_polling(std::move(options))} {
        host_.scope().keep_time(this);
    }
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    /// One call of the public interface: `make` gives the task.
    template <typename T, typename Make>
    [[nodiscard]] static asio::awaitable<Result<T>> call(std::shared_ptr<Impl> self,
                                                         milliseconds timeout, Make make) {
        // A cancellation is the call's result, not an exception on the way to it.
        const bool throws = co_await asio::this_coro::throw_if_cancelled();
        co_await asio::this_coro::throw_if_cancelled(false);
        auto called = self->template guarded<T>(timeout, std::move(make));
        Result<T> result = co_await std::move(called);
        co_await asio::this_coro::throw_if_cancelled(throws);
        co_return result;
    }

    /// Connects, within the options' time for that.
    [[nodiscard]] static asio::awaitable<Result<void>> open(std::shared_ptr<Impl> self);

    /// The frame behind the last one of a stream.
    [[nodiscard]] static asio::awaitable<Result<wire::Frame>> next_frame(
        std::shared_ptr<Impl> self);

    /// The session goes: what runs ends, what its streams have not read is lost.
    void close() noexcept;
    void cancel() noexcept;

    [[nodiscard]] SessionHost& host() noexcept { return host_; }
    [[nodiscard]] SessionCore& core() noexcept { return host_.core(); }

  private:
    /// The thread has other sessions to serve while this one waits.
    [[nodiscard]] static Options without_polling(Options options) {
        options.spin = microseconds{0};
        return options;
    }

    template <typename T, typename Make>
    [[nodiscard]] asio::awaitable<Result<T>> guarded(milliseconds timeout, Make make) {
        if (auto refused = check(); !refused) co_return fail(std::move(refused.error()));
        const SessionHost::Running running{host_};
        if (host_.has_rows()) {
            auto releasing = drive(host_.release_rows(), host_.deadline_after(milliseconds{0}));
            auto released = co_await std::move(releasing);
            if (!released) co_return fail(std::move(released.error()));
        }
        const auto deadline = host_.deadline_after(timeout);
        auto driving = drive<Result<T>>(make(deadline), deadline);
        co_return co_await std::move(driving);
    }

    /// Runs `task` to its end. The handler of one timer carries the awaiting coroutine meanwhile:
    /// it is the deadline, what a cancellation slot can end, what the task ends when it is done,
    /// and what goes, the coroutine with it, when the io_context does.
    template <typename T>
    [[nodiscard]] asio::awaitable<T> drive(Task<T> task, Clock::time_point deadline) {
        const auto state = co_await asio::this_coro::cancellation_state;
        bool cancelled = state.cancelled() != asio::cancellation_type::none;
        watch_.expires_at(deadline);
        Task<void> watched = announce_end(task);
        watched.start();
        while (!watched.done()) {
            asio::error_code ended;
            auto waiting = watch_.async_wait(asio::redirect_error(asio::use_awaitable, ended));
            co_await std::move(waiting);
            if (watched.done()) break;
            if (!ended) {
                host_.scope().interrupt(ErrorKind::timeout);
                watch_.expires_at(Clock::time_point::max());
            } else if (!cancelled && state.cancelled() != asio::cancellation_type::none) {
                cancelled = true;
                host_.scope().interrupt(ErrorKind::cancelled);
            }
        }
        try {
            co_return task.take();
        } catch (...) {
            core().abandon();
            throw;
        }
    }
    template <typename T>
    [[nodiscard]] Task<void> announce_end(Task<T>& task) {
        co_await Finished<T>{task};
        watch_.cancel();
    }
    /// Waits for a task and leaves what it gives, or throws, where it is.
    template <typename T>
    struct Finished {
        Task<T>& task;
        [[nodiscard]] bool await_ready() const noexcept { return false; }
        [[nodiscard]] bool await_suspend(std::coroutine_handle<> awaiting) {
            return task.await_suspend(awaiting);
        }
        void await_resume() const noexcept {}
    };

    void deadline_changed(Clock::time_point deadline) noexcept override {
        watch_.expires_at(deadline);
    }
    [[nodiscard]] Result<void> check() const;

    asio::steady_timer watch_;
    SessionHost host_;
};

}  // namespace dqlite::client
