// Drives a SessionCore on the calling thread: there is no other. Included by session.cpp and
// live_rows.cpp only.
#pragma once

#include <atomic>
#include <functional>

#include <asio/io_context.hpp>

#include "client/drive.h"
#include "client/process.h"
#include "client/scope.h"
#include "client/session.h"
#include "client/session_core.h"

namespace dqlite::client {

class LiveRows;

class Session::Impl {
  public:
    explicit Impl(Options options) : core_{io_, scope_, std::move(options)} {}
    ~Impl();
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    /// While it lives a call runs, and cancel() ends it.
    class Running {
      public:
        explicit Running(Impl& impl) noexcept : impl_{impl} {
            impl_.scope_.reset();
            impl_.running_.store(true, std::memory_order_release);
        }
        ~Running() { impl_.running_.store(false, std::memory_order_release); }
        Running(const Running&) = delete;
        Running& operator=(const Running&) = delete;

      private:
        Impl& impl_;
    };

    /// While it lives, a cancellation that came before it counts for nothing.
    class Regardless {
      public:
        explicit Regardless(Impl& impl) noexcept
            : scope_{impl.scope_}, watched_{impl.scope_.watched()} {
            if (watched_ != nullptr && watched_->cancelled()) scope_.watch(nullptr);
        }
        ~Regardless() { scope_.watch(watched_); }
        Regardless(const Regardless&) = delete;
        Regardless& operator=(const Regardless&) = delete;

      private:
        Scope& scope_;
        const Cancellable* watched_;
    };

    template <typename T>
    [[nodiscard]] T drive(Task<T> task, Clock::time_point deadline) {
        try {
            return client::drive(io_, scope_, std::move(task), deadline);
        } catch (...) {
            core_.abandon();
            throw;
        }
    }

    /// SessionCore::take_rows(), which may block this thread.
    [[nodiscard]] bool take_rows(Clock::time_point deadline, wire::Frame& out) {
        const Scope::Blocking blocking{scope_, deadline};
        return core_.take_rows(out);
    }

    /// One call of the public interface: `make` gives the task. Rows still on their way are taken
    /// to this side first.
    template <typename T, typename Make>
    [[nodiscard]] Result<T> call(milliseconds timeout, Make make) {
        if (auto refused = check_process(); !refused) return fail(std::move(refused.error()));
        const Running running{*this};
        if (auto refused = check_cancelled(); !refused) return fail(std::move(refused.error()));
        if (auto released = release_rows(); !released) return fail(std::move(released.error()));
        return drive<Result<T>>(make(), deadline_after(timeout));
    }

    /// A write of autocommit mode as a transaction of its own, proved where it is in doubt. `run`
    /// runs the statement; all of it again where it is known that nothing of it is applied.
    using Run = std::function<Result<void>(Clock::time_point deadline)>;
    [[nodiscard]] Result<void> write_alone(const Statement& statement, std::size_t parameters,
                                           milliseconds timeout, const Run& run);
    /// What became of a commit that failed: success if it is proved to be committed.
    [[nodiscard]] Result<void> settle_commit(Error error);

    [[nodiscard]] Clock::time_point deadline_after(milliseconds timeout) const noexcept {
        const milliseconds limit = timeout.count() > 0 ? timeout : core_.options().timeout;
        return limit.count() > 0 ? Clock::now() + limit : Clock::time_point::max();
    }
    [[nodiscard]] Result<void> check_process() const;
    [[nodiscard]] Result<void> check_cancelled() const;
    [[nodiscard]] Result<void> release_rows();
    [[nodiscard]] bool same_process() const noexcept { return this_process() == owner_; }
    void cancel() noexcept;
    void watch(const Cancellable* call) noexcept { scope_.watch(call); }
    void wake() noexcept;

    [[nodiscard]] SessionCore& core() noexcept { return core_; }
    /// The stream whose frames lie in the connection's buffer.
    [[nodiscard]] LiveRows*& live() noexcept { return live_; }

  private:
    [[nodiscard]] Result<void> attempt_alone(Clock::time_point deadline, const Run& run);

    asio::io_context io_;
    Scope scope_;
    SessionCore core_;
    LiveRows* live_ = nullptr;
    std::atomic<bool> running_{false};
    pid_t owner_ = this_process();
};

}  // namespace dqlite::client
