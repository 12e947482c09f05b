// Polling before blocking: a wake-up costs both sides more than a short answer takes. Between two
// polls the processor is offered to whoever can use it, other clients and the server among them, so
// that any number of threads may poll on few processors, each at its turn. What the others use is
// not counted: the more clients there are, the longer an answer takes, and the more a wake-up
// saves. Decided per connection by what recent polls brought.
#pragma once

#include <chrono>
#include <sched.h>

namespace dqlite::client {

class Spinner {
  public:
    /// Spends at most `longest` on the polls of a wait; 0: never polls.
    explicit Spinner(std::chrono::microseconds longest) noexcept : longest_{longest} {}

    /// Calls `poll` until it returns true or it no longer pays. True if `poll` did.
    template <typename Poll>
    [[nodiscard]] bool spin(Poll&& poll) {
        if (!worthwhile()) return false;
        Time::duration used{};
        bool kept_away = false;
        for (auto begun = Time::now();;) {
            const bool ready = poll();
            const auto looked = Time::now();
            used += looked - begun;
            if (ready || kept_away || used >= longest_) {
                (ready && !kept_away) ? paid() : wasted();
                return ready;
            }
            sched_yield();
            begun = Time::now();
            const auto away = begun - looked;
            kept_away = away > longest_absence;
            if (away < shortest_turn) used += away;
        }
    }

  private:
    using Time = std::chrono::steady_clock;
    // Nobody can have worked in less: then the processor was kept from sleeping, for nothing.
    static constexpr auto shortest_turn = std::chrono::microseconds{2};
    // Who polls like this comes back within microseconds. Where others work instead, blocking is
    // faster: who is woken goes first.
    static constexpr auto longest_absence = std::chrono::milliseconds{1};
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
