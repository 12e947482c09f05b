// What a pool decides, without waiting, locking or connecting: who gets which session, what is kept
// and what is dropped. Pool adds threads to it, AsyncPool coroutines; both call it one at a time.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <iterator>
#include <list>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "client/error.h"
#include "client/pool.h"

namespace dqlite::client {

/// Of whichever pool: what is known from its limits.
[[nodiscard]] Result<void> check_limits(const PoolOptions& limits);
[[nodiscard]] Error pool_is_closed();
[[nodiscard]] Error all_in_use(std::size_t sessions);
/// What opening a session for a pool may take: no longer than the caller waits.
[[nodiscard]] Options open_until(Options options, Clock::time_point deadline);
/// What asking an idle session may take.
[[nodiscard]] Call validate_until(Clock::time_point deadline);
/// The question: a statement finds a new leader by itself, what counts is that it ends in time.
[[nodiscard]] const Statement& validation();

/// S: Session or AsyncSession.
template <typename S>
struct PooledSession {
    std::unique_ptr<S> session;
    Clock::time_point opened = Clock::now();
    Clock::time_point used = opened;
    std::uint64_t generation = 0;  ///< of the session, when it was last looked at
    std::uint64_t epoch = 0;       ///< of the pool, when the session last found its leader
};

template <typename S>
class PoolCore {
  public:
    using Entry = PooledSession<S>;
    using EntryPtr = std::unique_ptr<Entry>;
    /// Closed by whoever gets them, without a lock: that may take a while.
    using Entries = std::vector<EntryPtr>;

    /// Who wants a session. First come, first served: a session that comes back goes to the first
    /// who waits, never past him.
    class Waiter {
      public:
        virtual ~Waiter() = default;
        Waiter(const Waiter&) = delete;
        Waiter& operator=(const Waiter&) = delete;

        /// Admitted, or the pool is closed.
        [[nodiscard]] bool done() const noexcept { return admitted_ || refused_; }
        [[nodiscard]] bool admitted() const noexcept { return admitted_; }
        /// Once admitted: an idle session, or nothing: a new one may be opened.
        [[nodiscard]] EntryPtr take() noexcept { return std::move(entry_); }

      protected:
        Waiter() = default;

      private:
        friend class PoolCore;
        virtual void wake() noexcept = 0;
        EntryPtr entry_;
        bool admitted_ = false;
        bool refused_ = false;
    };

    explicit PoolCore(const PoolOptions& limits) noexcept : limits_{limits} {}

    // ----------------------------------------------------------------------------- taking one

    /// Queues the waiter; whoever has a right to a session is admitted at once.
    void enter(Waiter& waiter) {
        waiters_.push_back(&waiter);
        if (closed_) {
            refuse_all();
        } else {
            admit();
        }
    }
    /// He waits no longer, or never did.
    void leave(Waiter& waiter) noexcept { waiters_.remove(&waiter); }
    void count_timeout() noexcept { ++statistics_.timeouts; }

    [[nodiscard]] bool must_validate(const Entry& entry) const noexcept {
        return passed(limits_.validate_after, entry.used);
    }
    void count_opened() noexcept { ++statistics_.opened; }
    void count_stale() noexcept { ++statistics_.stale; }
    /// Ready, and about to be used: what else is of no use by what it knows of the leader.
    [[nodiscard]] Entries lend(Entry& entry) {
        ++statistics_.acquired;
        return note_leader(entry);
    }

    // -------------------------------------------------------------------------- giving it back

    /// A place was taken and no session came of it.
    void release_place() {
        --statistics_.in_use;
        admit();
    }
    /// `rolled_back`: a transaction was open. What is not kept is returned.
    [[nodiscard]] Entries take_back(EntryPtr entry, bool rolled_back, bool usable) {
        statistics_.rolled_back += rolled_back ? 1 : 0;
        entry->used = Clock::now();
        Entries dropped = note_leader(*entry);
        if (!usable || is_stale(*entry)) {
            ++statistics_.stale;
        } else if (passed(limits_.max_lifetime, entry->opened)) {
            ++statistics_.expired;
        } else if (!closed_) {
            idle_.push_back(std::move(entry));
        }
        if (entry != nullptr) dropped.push_back(std::move(entry));
        release_place();
        return dropped;
    }

    // ------------------------------------------------------------------------------- its age

    [[nodiscard]] Entries take_expired() {
        Entries expired;
        for (auto at = idle_.begin(); at != idle_.end();) {
            const bool spare = idle_.size() + statistics_.in_use > limits_.min_sessions;
            const bool over = passed(limits_.max_lifetime, (*at)->opened) ||
                              (spare && passed(limits_.idle_timeout, (*at)->used));
            if (!over) {
                ++at;
                continue;
            }
            expired.push_back(std::move(*at));
            at = idle_.erase(at);
        }
        statistics_.expired += expired.size();
        return expired;
    }
    /// Takes a place for a session that the minimum lacks: it is opened and taken back.
    [[nodiscard]] bool claim_missing() noexcept {
        if (closed_ || idle_.size() + statistics_.in_use >= limits_.min_sessions) return false;
        ++statistics_.in_use;
        return true;
    }
    [[nodiscard]] Entries close() {
        closed_ = true;
        refuse_all();
        Entries closed{std::make_move_iterator(idle_.begin()),
                       std::make_move_iterator(idle_.end())};
        idle_.clear();
        return closed;
    }
    [[nodiscard]] bool drained() const noexcept { return statistics_.in_use == 0; }

    [[nodiscard]] const PoolOptions& limits() const noexcept { return limits_; }
    [[nodiscard]] PoolStatistics statistics() const noexcept {
        PoolStatistics statistics = statistics_;
        statistics.idle = idle_.size();
        statistics.waiting = waiters_.size();
        return statistics;
    }

  private:
    [[nodiscard]] static bool passed(milliseconds limit, Clock::time_point since) noexcept {
        return limit.count() > 0 && Clock::now() - since >= limit;
    }
    void admit() {
        while (!waiters_.empty() && (!idle_.empty() || statistics_.in_use < limits_.max_sessions)) {
            Waiter& first = *waiters_.front();
            waiters_.pop_front();
            ++statistics_.in_use;
            if (!idle_.empty()) {
                first.entry_ = std::move(idle_.back());
                idle_.pop_back();
            }
            first.admitted_ = true;
            first.wake();
        }
    }
    void refuse_all() noexcept {
        for (Waiter* waiter : waiters_) {
            waiter->refused_ = true;
            waiter->wake();
        }
        waiters_.clear();
    }
    // A session that has connected anew knows the leader best: idle ones that lead elsewhere are of
    // no use.
    [[nodiscard]] Entries note_leader(Entry& entry) {
        Entries dropped;
        const bool fresh = entry.epoch == 0 || entry.generation != entry.session->generation();
        if (!fresh) return dropped;
        entry.generation = entry.session->generation();
        if (epoch_ == 0 || leader_ != entry.session->leader_address()) {
            leader_ = entry.session->leader_address();
            ++epoch_;
            const auto old = std::stable_partition(
                idle_.begin(), idle_.end(), [this](const auto& idle) { return !is_stale(*idle); });
            statistics_.stale += static_cast<std::uint64_t>(idle_.end() - old);
            std::move(old, idle_.end(), std::back_inserter(dropped));
            idle_.erase(old, idle_.end());
        }
        entry.epoch = epoch_;
        return dropped;
    }
    [[nodiscard]] bool is_stale(const Entry& entry) const {
        return entry.epoch != epoch_ && entry.session->leader_address() != leader_;
    }

    PoolOptions limits_;
    std::list<Waiter*> waiters_;  // the first to come is in front
    std::deque<EntryPtr> idle_;   // the last one used is at the back
    PoolStatistics statistics_;
    std::string leader_;
    std::uint64_t epoch_ = 0;  // grows with each change of the leader
    bool closed_ = false;
};

}  // namespace dqlite::client
