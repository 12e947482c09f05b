// Sessions kept open for many coroutines, by the rules of Pool and with its options and figures.
// A pool belongs to the executor of the coroutine that opened it, an io_context run by one thread
// or a strand; so do its slots.
#pragma once

#include <memory>

#include <asio/awaitable.hpp>

#include "client/async_session.h"
#include "client/pool.h"

namespace dqlite::client {

class AsyncPool {
    class Shared;

  public:
    /// A session on loan. Given back when it ends, also after the pool itself. A transaction that
    /// is open then costs the session its connection, as a destructor cannot await a ROLLBACK:
    /// give_back() can.
    class Slot {
      public:
        Slot(Slot&& other) noexcept;
        Slot& operator=(Slot&& other) noexcept;
        Slot(const Slot&) = delete;
        Slot& operator=(const Slot&) = delete;
        ~Slot();

        [[nodiscard]] AsyncSession& operator*() const noexcept;
        [[nodiscard]] AsyncSession* operator->() const noexcept { return &**this; }

        /// Rolls back what is open and reads out what is to come before the session goes back.
        [[nodiscard]] asio::awaitable<void> give_back();

      private:
        friend class AsyncPool;
        Slot(std::shared_ptr<Shared> pool,
             std::unique_ptr<PooledSession<AsyncSession>> entry) noexcept;
        void end() noexcept;

        std::shared_ptr<Shared> pool_;
        std::unique_ptr<PooledSession<AsyncSession>> entry_;
    };

    /// Opens min_sessions; the first that cannot be opened is the error.
    [[nodiscard]] static asio::awaitable<Result<std::unique_ptr<AsyncPool>>> open(
        Options options, PoolOptions pool_options = {});
    /// Who waits for a session is told that the pool is closed.
    ~AsyncPool();
    AsyncPool(const AsyncPool&) = delete;
    AsyncPool& operator=(const AsyncPool&) = delete;

    /// Hands out an idle session, or opens one, or waits for one to be given back, in the order of
    /// asking. A cancellation ends the wait.
    [[nodiscard]] asio::awaitable<Result<Slot>> acquire();
    [[nodiscard]] asio::awaitable<Result<Slot>> acquire(milliseconds timeout);

    /// Closes idle sessions that have passed an age limit, and opens what the minimum lacks.
    [[nodiscard]] asio::awaitable<Result<void>> maintain();
    /// Hands out no more, closes idle sessions and waits for those on loan. False if some are still
    /// out after `patience`: they are closed when they come back.
    [[nodiscard]] asio::awaitable<bool> close(milliseconds patience);

    [[nodiscard]] PoolStatistics statistics() const;

  private:
    explicit AsyncPool(std::shared_ptr<Shared> shared) noexcept;
    std::shared_ptr<Shared> shared_;
};

}  // namespace dqlite::client
