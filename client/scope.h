// Who may interrupt what. Everything that waits stands in a scope while it waits; interrupting
// the scope ends all its waits at once, with one reason.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <optional>
#include <sys/socket.h>
#include <utility>
#include <vector>

#include "client/cancel.h"
#include "client/error.h"

namespace dqlite::client {

/// Something that waits and can be told to stop. interrupt() only starts the end of the wait (it
/// closes a socket, cancels a timer); the wait itself completes later, through the io_context.
class Waiter {
  public:
    virtual void interrupt() noexcept = 0;

  protected:
    ~Waiter() = default;
};

class Scope final : public Waiter {
  public:
    using Time = std::chrono::steady_clock;

    Scope() = default;
    /// A part of another scope: interrupted with it, or alone.
    explicit Scope(Scope& parent) : parent_{&parent} { parent.enter(*this); }
    ~Scope() {
        if (parent_ != nullptr) parent_->leave(*this);
    }
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

    void interrupt(ErrorKind reason) noexcept {
        if (!reason_) reason_ = reason;
        for (Waiter* waiter : waiters_) waiter->interrupt();
    }
    void interrupt() noexcept override { interrupt(parent_->reason().value_or(ErrorKind::lost)); }

    /// Set from another thread: seen at the next wait, and by the one that blocks the thread.
    void request_cancel() noexcept {
        cancel_requested_.store(true, std::memory_order_relaxed);
        wake();
    }
    /// Its cancellation interrupts the scope; null: nobody's does.
    void watch(const Cancellable* call) noexcept { watched_ = call; }
    [[nodiscard]] const Cancellable* watched() const noexcept { return watched_; }
    /// What is watched may have been cancelled: ends the wait that blocks the thread. Thread safe.
    void wake() noexcept {
        const std::lock_guard lock{blocked_mutex_};
        // Who blocks does not change what is watched.
        if (blocked_socket_ >= 0 && cancelled()) ::shutdown(blocked_socket_, SHUT_RDWR);
    }

    /// Why the scope was interrupted; nothing while it was not.
    [[nodiscard]] std::optional<ErrorKind> reason() const noexcept {
        if (reason_) return reason_;
        if (cancelled()) return ErrorKind::cancelled;
        return parent_ != nullptr ? parent_->reason() : std::nullopt;
    }
    /// A new call begins.
    void reset() noexcept {
        reason_.reset();
        cancel_requested_.store(false, std::memory_order_relaxed);
    }

    /// Who drives a call: past its deadline it interrupts the scope.
    class Timekeeper {
      public:
        virtual void deadline_changed(Time::time_point deadline) noexcept = 0;

      protected:
        ~Timekeeper() = default;
    };
    /// One that waits elsewhere than in Blocking; null: nobody.
    void keep_time(Timekeeper* timekeeper) noexcept { timekeeper_ = timekeeper; }
    /// From within the call: it has until then.
    void set_deadline(Time::time_point deadline) noexcept {
        if (blocks_until_) blocks_until_ = deadline;
        if (timekeeper_ != nullptr) timekeeper_->deadline_changed(deadline);
    }
    /// From within the call: what ended it counts no longer, it goes on until then.
    void renew(Time::time_point deadline) noexcept {
        reset();
        set_deadline(deadline);
    }

    /// Stands in the scope for as long as it lives.
    class Stay {
      public:
        Stay(Scope& scope, Waiter& waiter) : scope_{scope}, waiter_{waiter} {
            scope_.enter(waiter_);
        }
        ~Stay() { scope_.leave(waiter_); }
        Stay(const Stay&) = delete;
        Stay& operator=(const Stay&) = delete;

      private:
        Scope& scope_;
        Waiter& waiter_;
    };

    /// While it lives, a wait of this scope may block the calling thread, which has nothing else to
    /// do: that takes fewer system calls than to suspend the task and run the io_context. Parts of
    /// the scope, which wait side by side, stay as they are.
    class Blocking {
      public:
        Blocking(Scope& scope, Time::time_point deadline) noexcept
            : scope_{scope}, before_{std::exchange(scope.blocks_until_, deadline)} {}
        ~Blocking() { scope_.blocks_until_ = before_; }
        Blocking(const Blocking&) = delete;
        Blocking& operator=(const Blocking&) = delete;

      private:
        Scope& scope_;
        std::optional<Time::time_point> before_;
    };
    /// Until when a wait may block the thread; nothing: it must not.
    [[nodiscard]] std::optional<Time::time_point> blocks_until() const noexcept {
        return blocks_until_;
    }

    /// The thread is about to block on this socket: until unblock(), a cancellation shuts the
    /// socket down. False if there was one before.
    [[nodiscard]] bool block(int socket) noexcept {
        const std::lock_guard lock{blocked_mutex_};
        if (cancelled()) return false;
        blocked_socket_ = socket;
        return true;
    }
    /// False if the socket was shut down meanwhile, whatever has come through it.
    [[nodiscard]] bool unblock() noexcept {
        const std::lock_guard lock{blocked_mutex_};
        blocked_socket_ = -1;
        return !cancelled();
    }

  private:
    [[nodiscard]] bool cancelled() const noexcept {
        return cancel_requested_.load(std::memory_order_relaxed) ||
               (watched_ != nullptr && watched_->cancelled());
    }
    void enter(Waiter& waiter) { waiters_.push_back(&waiter); }
    void leave(Waiter& waiter) noexcept {
        waiters_.erase(std::find(waiters_.begin(), waiters_.end(), &waiter));
    }

    Scope* parent_ = nullptr;
    Timekeeper* timekeeper_ = nullptr;
    std::optional<Time::time_point> blocks_until_;
    std::mutex blocked_mutex_;
    int blocked_socket_ = -1;
    std::vector<Waiter*> waiters_;
    std::optional<ErrorKind> reason_;
    std::atomic<bool> cancel_requested_{false};
    const Cancellable* watched_ = nullptr;
};

}  // namespace dqlite::client
