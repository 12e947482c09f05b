// Waiting longer and longer between attempts, with jitter so that clients do not march in step.
#pragma once

#include <algorithm>
#include <chrono>
#include <random>

namespace dqlite::client {

class Backoff {
  public:
    using milliseconds = std::chrono::milliseconds;
    using microseconds = std::chrono::microseconds;

    Backoff(milliseconds first, milliseconds longest) noexcept : next_{first}, longest_{longest} {}

    /// Between half of the current step and all of it; the step then doubles.
    [[nodiscard]] microseconds next() {
        // Seeded per process and thread by the system: a fork or a fleet does not share it.
        thread_local std::minstd_rand random{std::random_device{}()};
        const microseconds step = next_;
        next_ = std::min(next_ * 2, longest_);
        std::uniform_int_distribution<microseconds::rep> jitter{step.count() / 2, step.count()};
        return microseconds{jitter(random)};
    }

  private:
    microseconds next_;
    microseconds longest_;
};

/// While no node leads. Elections take hundreds of milliseconds to seconds, and service is to be
/// back within 200 ms of their end: that bounds the longest step.
[[nodiscard]] inline Backoff discovery_backoff() noexcept {
    using namespace std::chrono_literals;
    return {25ms, 120ms};
}

/// While another writer holds the database: write transactions take a millisecond or so.
[[nodiscard]] inline Backoff busy_backoff() noexcept {
    using namespace std::chrono_literals;
    return {1ms, 50ms};
}

}  // namespace dqlite::client
