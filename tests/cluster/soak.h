// A long run: many clients that do everything, faults all the time, and what is left behind.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "tests/support/generation.h"

namespace dqlite::test {

struct SoakOptions {
    ServerGeneration generation = ServerGeneration::debian12;
    std::size_t clients = 50;
    std::chrono::seconds duration{120};
    std::uint64_t seed = 1;
};

/// What there is while every client rests, connected, with nothing under way.
struct Sample {
    std::int64_t heap = 0;         ///< KiB that malloc has given out
    std::int64_t resident = 0;     ///< KiB
    std::int64_t descriptors = 0;  ///< of this process
    std::int64_t threads = 0;
    std::int64_t statements = 0;       ///< the server's, of all connections
    std::int64_t most_statements = 0;  ///< of one connection
    std::int64_t nodes_resident = 0;   ///< KiB of all nodes, for the record
};

struct SoakReport {
    std::vector<Sample> samples;  ///< after the warm-up
    std::vector<std::string> faults;
    std::map<std::string, std::uint64_t> done;
    std::map<std::string, std::uint64_t> failures;  ///< by SQLSTATE
    std::vector<std::string> complaints;
    std::int64_t nodes_descriptors_before = 0;  ///< of all nodes without a client
    std::int64_t nodes_descriptors_after = 0;
};

[[nodiscard]] SoakReport soak(const SoakOptions& options);

/// Of one figure over the first and the last third of the samples.
struct Change {
    std::int64_t first = 0;
    std::int64_t last = 0;
    [[nodiscard]] std::int64_t growth() const noexcept { return last - first; }
};
[[nodiscard]] Change medians(const std::vector<Sample>& samples, std::int64_t Sample::*figure);
[[nodiscard]] Change maxima(const std::vector<Sample>& samples, std::int64_t Sample::*figure);

}  // namespace dqlite::test
