// Sessions kept open for many threads. There is no thread of its own inside: limits of age are
// looked after whenever a session is taken or given back, or by maintain(). Whoever waits for a
// session gets one in the order of asking.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include "client/error.h"
#include "client/options.h"
#include "client/session.h"

namespace dqlite::client {

struct PoolOptions {
    std::size_t min_sessions = 0;  ///< opened at once, and kept beyond their idle time
    std::size_t max_sessions = 8;
    milliseconds acquire_timeout{10'000};  ///< waiting for a free session and connecting it
    milliseconds idle_timeout{600'000};    ///< unused longer: closed; 0: never
    milliseconds max_lifetime{3'600'000};  ///< older: closed when given back; 0: never
    milliseconds validate_after{30'000};   ///< unused longer: asked before it is handed out
};

struct PoolStatistics {
    std::size_t idle = 0;
    std::size_t in_use = 0;
    std::size_t waiting = 0;  ///< for a session
    std::uint64_t acquired = 0;
    std::uint64_t timeouts = 0;     ///< of acquire()
    std::uint64_t opened = 0;       ///< sessions
    std::uint64_t expired = 0;      ///< closed for their age
    std::uint64_t stale = 0;        ///< closed because they lead to a former leader, or nowhere
    std::uint64_t rolled_back = 0;  ///< given back with a transaction open
};

template <typename S>
struct PooledSession;

class Pool {
    class Shared;

  public:
    /// A session on loan. Given back when it ends, also after the pool itself: a transaction that
    /// is open then is rolled back.
    class Slot {
      public:
        Slot(Slot&& other) noexcept;
        Slot& operator=(Slot&& other) noexcept;
        Slot(const Slot&) = delete;
        Slot& operator=(const Slot&) = delete;
        ~Slot();

        [[nodiscard]] Session& operator*() const noexcept;
        [[nodiscard]] Session* operator->() const noexcept { return &**this; }

      private:
        friend class Pool;
        Slot(std::shared_ptr<Shared> pool, std::unique_ptr<PooledSession<Session>> entry) noexcept;
        void give_back() noexcept;

        std::shared_ptr<Shared> pool_;
        std::unique_ptr<PooledSession<Session>> entry_;
    };

    /// Opens min_sessions; the first that cannot be opened is the error.
    [[nodiscard]] static Result<std::unique_ptr<Pool>> open(Options options,
                                                            const PoolOptions& pool_options = {});
    ~Pool();
    Pool(const Pool&) = delete;
    Pool& operator=(const Pool&) = delete;

    /// Hands out an idle session, or opens one, or waits for one to be given back. Thread safe.
    [[nodiscard]] Result<Slot> acquire();
    [[nodiscard]] Result<Slot> acquire(milliseconds timeout);

    /// Closes idle sessions that have passed an age limit, and opens what the minimum lacks: the
    /// first that cannot be opened is the error.
    [[nodiscard]] Result<void> maintain();
    /// Hands out no more, closes idle sessions and waits for those on loan. False if some are
    /// still out after `patience`: they are closed when they come back.
    bool close(milliseconds patience);

    [[nodiscard]] PoolStatistics statistics() const;

  private:
    explicit Pool(std::shared_ptr<Shared> shared) noexcept;
    std::shared_ptr<Shared> shared_;
};

}  // namespace dqlite::client
