// Polling before blocking: a wake-up costs more than a short answer takes, but only where there
// is a processor to spare. Decided per connection by what recent polls brought, and per process
// by how many threads poll already.
#pragma once

#include <chrono>

namespace dqlite::client {

class Spinner {
  public:
    explicit Spinner(std::chrono::microseconds longest) noexcept : longest_{longest} {}

    /// Calls `poll` until it returns true or it no longer pays. True if `poll` did.
    template <typename Poll>
    [[nodiscard]] bool spin(Poll&& poll) {
        const Seat seat;
        if (!seat.taken() || !worthwhile()) return false;
        const auto end = std::chrono::steady_clock::now() + longest_;
        do {
            for (int i = 0; i < polls_per_look; ++i) {
                if (poll()) {
                    paid();
                    return true;
                }
            }
        } while (std::chrono::steady_clock::now() < end);
        wasted();
        return false;
    }

  private:
    static constexpr int polls_per_look = 8;
    static constexpr int most_credit = 8;
    static constexpr unsigned try_again_after = 64;

    /// One of the process's places to poll, if one was free.
    class Seat {
      public:
        Seat() noexcept;
        ~Seat();
        Seat(const Seat&) = delete;
        Seat& operator=(const Seat&) = delete;
        [[nodiscard]] bool taken() const noexcept { return taken_; }

      private:
        bool taken_;
    };

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
