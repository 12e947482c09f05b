// A call that another thread may end.
#pragma once

#include <atomic>

namespace dqlite::client {

/// The calls of one owner, one after the other. A cancellation holds until the call's end, whatever
/// of it runs then: who runs it looks before each step and while it waits. Who cancels wakes the
/// waiting besides (Session::wake).
class Cancellable {
  public:
    void begin() noexcept { state_.store(State::running); }
    void end() noexcept { state_.store(State::idle); }
    /// False if no call runs. Thread safe.
    bool cancel() noexcept {
        State seen = State::running;
        return state_.compare_exchange_strong(seen, State::cancelled) || seen == State::cancelled;
    }
    [[nodiscard]] bool cancelled() const noexcept {
        return state_.load(std::memory_order_relaxed) == State::cancelled;
    }

    /// A call, for as long as it lives.
    class Running {
      public:
        explicit Running(Cancellable& owner) noexcept : owner_{owner} { owner_.begin(); }
        ~Running() { owner_.end(); }
        Running(const Running&) = delete;
        Running& operator=(const Running&) = delete;

      private:
        Cancellable& owner_;
    };

  private:
    enum class State : unsigned char { idle, running, cancelled };
    std::atomic<State> state_{State::idle};
};

}  // namespace dqlite::client
