// Work that is done over and over: by several clients at once, or counted.
#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "tests/bench/measure.h"

namespace dqlite::bench {

/// What is done: a prepared point select, a prepared insert in a transaction, or a connection
/// opened and closed.
enum class Work : unsigned char { select, insert, connect };
[[nodiscard]] std::string name(Work work);

/// The work, done once by one client.
using RoundTrip = std::function<void()>;
using MakeWorker = std::function<RoundTrip(std::size_t client)>;

/// Makes `count` clients, each in a thread of its own, lets all of them work for as long as
/// workload.h says, and adds the rate of them all as `name`, and as "NAME.slow" the milliseconds
/// that the slowest thousandth of their requests took at least.
void run_clients(const std::string& name, std::size_t count, const MakeWorker& make,
                 Figures& figures);

/// How fast connections are opened and closed, one after the other, as the rate `name`.
void run_connects(const std::string& name, const RoundTrip& connect, Figures& figures);

}  // namespace dqlite::bench
