// Polling before blocking: a wake-up costs both sides more than a short answer takes. Between two
// polls the processor is offered to whoever can use it, other clients and the server among them, so
// that any number of threads may poll on few processors. Decided per connection by what recent
// polls brought.
#pragma once

#include <chrono>
#include <sched.h>

namespace dqlite::client {

class Spinner {
  public:
    explicit Spinner(std::chrono::microseconds longest) noexcept : longest_{longest} {}

    /// Calls `poll` until it returns true or it no longer pays. True if `poll` did.
    template <typename Poll>
    [[nodiscard]] bool spin(Poll&& poll) {
        if (!worthwhile()) return false;
        const auto end = Time::now() + longest_;
        while (true) {
            const bool ready = poll();
            // Where others hold the processor for long, blocking is faster: who is woken goes
            // first.
            const bool in_time = Time::now() < end;
            if (ready || !in_time) {
                (ready && in_time) ? paid() : wasted();
                return ready;
            }
            sched_yield();
        }
    }

  private:
    using Time = std::chrono::steady_clock;
    static constexpr int most_credit = 8;
    static constexpr unsigned try_again_after = 64;

    // Polls that brought nothing use up credit; without credit only one wait in many is polled,
    // to notice when polling pays again.
    [[nodiscard]] bool worthwhile() noexcept {
        if (longest_.count() <= 0) return false;
        return credit_ > 0 || ++skipped_ % try_again_after == 0;
    }
    void paid() noexcept {
        if (credit_ < most_credit) ++credit_;
    }
    void wasted() noexcept {
        if (credit_ > 0) --credit_;
    }

    std::chrono::microseconds longest_;
    int credit_ = most_credit;
    unsigned skipped_ = 0;
};

}  // namespace dqlite::client
