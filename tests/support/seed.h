// Random tests: another seed in each run, told by what fails and repeated with DQLITE_TEST_SEED.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>

#include <gtest/gtest.h>

namespace dqlite::test {

[[nodiscard]] inline std::uint64_t test_seed() {
    const char* const given = std::getenv("DQLITE_TEST_SEED");
    return given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device{}();
}

/// A source of random choices whose seed is in every failure's trace while it lives.
class Random {
  public:
    explicit Random(std::uint64_t seed = test_seed())
        : trace_{__FILE__, __LINE__, "DQLITE_TEST_SEED=" + std::to_string(seed)}, engine_{seed} {}

    /// Evenly of 0 … limit - 1.
    [[nodiscard]] std::size_t below(std::size_t limit) {
        return static_cast<std::size_t>(engine_() % limit);
    }
    [[nodiscard]] bool one_in(std::size_t times) { return below(times) == 0; }
    template <typename Container>
    [[nodiscard]] auto pick(const Container& from) {
        return from[below(from.size())];
    }
    [[nodiscard]] std::uint64_t bits() { return engine_(); }
    /// An integer of any magnitude.
    [[nodiscard]] std::int64_t integer() {
        const auto size = static_cast<std::int64_t>(engine_() >> (1 + below(63)));
        return one_in(2) ? size : -size - 1;
    }

  private:
    ::testing::ScopedTrace trace_;
    std::mt19937_64 engine_;
};

}  // namespace dqlite::test
