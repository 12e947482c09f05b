// A session whoever drives it: what must hold before a call of the public interfaces, and the calls
// that take more than one step of the core. Session drives it on the calling thread, AsyncSession
// on an executor.
#pragma once

#include <atomic>
#include <functional>
#include <sys/types.h>
#include <utility>

#include <asio/any_io_executor.hpp>

#include "client/process.h"
#include "client/scope.h"
#include "client/session_core.h"

namespace dqlite::client {

class LiveRows;

class SessionHost {
  public:
    SessionHost(asio::any_io_executor executor, Options options)
        : core_{std::move(executor), scope_, std::move(options)} {}
    ~SessionHost();
    SessionHost(const SessionHost&) = delete;
    SessionHost& operator=(const SessionHost&) = delete;

    /// While it lives a call runs, which can be cancelled.
    class Running {
      public:
        explicit Running(SessionHost& host) noexcept : host_{host} {
            host_.scope_.reset();
            host_.running_.store(true, std::memory_order_release);
        }
        ~Running() { host_.running_.store(false, std::memory_order_release); }
        Running(const Running&) = delete;
        Running& operator=(const Running&) = delete;

      private:
        SessionHost& host_;
    };
    [[nodiscard]] bool running() const noexcept { return running_.load(std::memory_order_acquire); }

    /// While it lives, a cancellation that came before it counts for nothing.
    class Regardless {
      public:
        explicit Regardless(SessionHost& host) noexcept
            : scope_{host.scope_}, watched_{host.scope_.watched()} {
            if (watched_ != nullptr && watched_->cancelled()) scope_.watch(nullptr);
        }
        ~Regardless() { scope_.watch(watched_); }
        Regardless(const Regardless&) = delete;
        Regardless& operator=(const Regardless&) = delete;

      private:
        Scope& scope_;
        const Cancellable* watched_;
    };

    // The calls. What they refer to outlives the task.
    [[nodiscard]] Task<Result<Execution>> execute(const Statement& statement,
                                                  wire::Parameters parameters, const Call& call,
                                                  Clock::time_point deadline);
    /// Makes the stream of the result that begins with a frame.
    using Open = std::function<Result<LiveRows*>(const wire::Frame& first)>;
    /// Makes it over `rows`, with its columns named as the application named them.
    [[nodiscard]] Result<void> open_stream(std::unique_ptr<RowStream>& stream,
                                           std::unique_ptr<LiveRows> rows);
    /// A query that writes: its rows are read out before it ends.
    [[nodiscard]] Task<Result<void>> query_whole(const Statement& statement,
                                                 wire::Parameters parameters, const Call& call,
                                                 Clock::time_point deadline, const Open& open);
    using Executions = std::vector<Result<Execution>>;
    [[nodiscard]] Task<Result<Executions>> execute_each(const Statement& statement,
                                                        SessionCore::Sets sets, const Call& call);
    [[nodiscard]] Task<Result<void>> commit();

    /// Rows that are still to come from the server, of a stream or of one given up, take the
    /// connection from the next call: release_rows() comes before it.
    [[nodiscard]] bool has_rows() const noexcept { return live_ != nullptr || core_.streaming(); }
    [[nodiscard]] Task<Result<void>> release_rows();

    [[nodiscard]] Clock::time_point deadline_after(milliseconds timeout) const noexcept {
        const milliseconds limit = timeout.count() > 0 ? timeout : core_.options().timeout;
        return limit.count() > 0 ? Clock::now() + limit : Clock::time_point::max();
    }
    [[nodiscard]] Clock::time_point login_deadline() const noexcept {
        const milliseconds limit = core_.options().login_timeout;
        return limit.count() > 0 ? Clock::now() + limit : Clock::time_point::max();
    }
    [[nodiscard]] Result<void> check_process() const;
    [[nodiscard]] Result<void> check_cancelled() const;
    [[nodiscard]] bool same_process() const noexcept { return this_process() == owner_; }

    [[nodiscard]] SessionStatistics statistics() const noexcept;
    [[nodiscard]] SessionCore& core() noexcept { return core_; }
    [[nodiscard]] Scope& scope() noexcept { return scope_; }
    /// The stream whose frames lie in the connection's buffer.
    [[nodiscard]] LiveRows*& live() noexcept { return live_; }

  private:
    /// A write of autocommit mode as a transaction of its own, proved where it is in doubt. `run`
    /// runs the statement; all of it again where it is known that nothing of it is applied.
    using Run = std::function<Task<Result<void>>()>;
    [[nodiscard]] Task<Result<void>> write_alone(const Statement& statement, std::size_t parameters,
                                                 Clock::time_point deadline, const Run& run);
    [[nodiscard]] Task<Result<void>> attempt_alone(const Run& run);
    [[nodiscard]] Task<Result<Execution>> execute_alone(const Statement& statement,
                                                        wire::Parameters parameters,
                                                        const Call& call,
                                                        Clock::time_point deadline);
    [[nodiscard]] Task<Result<Execution>> execute_settled(const Statement& statement,
                                                          wire::Parameters parameters,
                                                          const Call& call);
    /// What became of a commit that failed: success if it is proved to be committed.
    [[nodiscard]] Task<Result<void>> settle_commit(Error error);

    Scope scope_;
    SessionCore core_;
    LiveRows* live_ = nullptr;
    std::atomic<bool> running_{false};
    pid_t owner_ = this_process();
};

}  // namespace dqlite::client
