// What every run on a cluster has: the nodes' latency, how clients connect, the seed.
#pragma once

#include <cstdint>
#include <string>

#include "tests/driver/live/odbc.h"

namespace dqlite::test {

/// Two processors cannot tell a busy node from a dead one in less.
inline constexpr unsigned run_latency_ms = 50;

/// DQLITE_CLUSTER_SEED, which repeats a run's faults, or one that never changes.
[[nodiscard]] std::uint64_t cluster_seed();

/// A connection string for clients that sit out an election, and give up on a frozen node before.
[[nodiscard]] std::string client_text(const std::string& servers, const std::string& more = {});

/// What there is no run without: a failure is thrown.
void must(const OdbcConnection& connection, const std::string& sql);
[[noreturn]] void throw_failure(const OdbcStatement& statement, const std::string& sql);

/// The same for what must give rows, to the last; `each` gets the statement on every one.
template <typename Each>
void must_read(const OdbcConnection& connection, const std::string& sql, Each each) {
    OdbcStatement statement{connection};
    SQLRETURN r = statement.direct(sql);
    while (SQL_SUCCEEDED(r)) {
        r = statement.fetch();
        if (SQL_SUCCEEDED(r)) each(statement);
    }
    if (r != SQL_NO_DATA) throw_failure(statement, sql);
}

}  // namespace dqlite::test
