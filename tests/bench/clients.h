// Several clients at once.
#pragma once

#include <cstddef>
#include <functional>

#include "tests/bench/measure.h"

namespace dqlite::bench {

/// One round trip of one client.
using RoundTrip = std::function<void()>;

/// Makes `count` clients, each in a thread of its own, and lets all of them work for a quarter of a
/// second: how many round trips they made, and the time it took.
struct ClientsRun {
    std::size_t round_trips = 0;
    Sample sample;
};
[[nodiscard]] ClientsRun run_clients(std::size_t count,
                                     const std::function<RoundTrip(std::size_t client)>& make);

}  // namespace dqlite::bench
