// Who may interrupt what. Everything that waits stands in a scope while it waits; interrupting
// the scope ends all its waits at once, with one reason.
#pragma once

#include <algorithm>
#include <atomic>
#include <optional>
#include <vector>

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

    /// Set from another thread: seen at the next wait.
    void request_cancel() noexcept { cancel_requested_.store(true, std::memory_order_relaxed); }

    /// Why the scope was interrupted; nothing while it was not.
    [[nodiscard]] std::optional<ErrorKind> reason() const noexcept {
        if (reason_) return reason_;
        if (cancel_requested_.load(std::memory_order_relaxed)) return ErrorKind::cancelled;
        return parent_ != nullptr ? parent_->reason() : std::nullopt;
    }
    /// A new call begins.
    void reset() noexcept {
        reason_.reset();
        cancel_requested_.store(false, std::memory_order_relaxed);
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

  private:
    void enter(Waiter& waiter) { waiters_.push_back(&waiter); }
    void leave(Waiter& waiter) noexcept {
        waiters_.erase(std::find(waiters_.begin(), waiters_.end(), &waiter));
    }

    Scope* parent_ = nullptr;
    std::vector<Waiter*> waiters_;
    std::optional<ErrorKind> reason_;
    std::atomic<bool> cancel_requested_{false};
};

}  // namespace dqlite::client
