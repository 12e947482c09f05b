// One application among several: an ODBC connection that writes and reads until it is told to stop,
// and notes what it was told.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <random>
#include <string>

#include "tests/cluster/history.h"
#include "tests/driver/live/odbc.h"

namespace dqlite::test {

class Client {
  public:
    Client(const std::string& connection_text, std::uint64_t number, std::uint64_t seed);

    /// Works until `stop`. `acknowledged` counts the writes of all clients.
    void run(const std::atomic<bool>& stop, std::atomic<std::uint64_t>& acknowledged);

    [[nodiscard]] const ClientHistory& history() const noexcept { return history_; }

  private:
    struct Plan;
    /// Nothing: it went well. Else the SQLSTATE.
    using Failure = std::optional<std::string>;

    void write(std::atomic<std::uint64_t>& acknowledged);
    [[nodiscard]] Plan plan(bool in_transaction);
    [[nodiscard]] Failure attempt(const Plan& plan);
    [[nodiscard]] Failure transaction(const Plan& plan);
    [[nodiscard]] Failure insert(const Plan& plan, std::int64_t value);
    void read();
    [[nodiscard]] Failure read_transaction(Read& read);

    [[nodiscard]] Failure run_sql(const std::string& sql);
    [[nodiscard]] Failure numbers(const std::string& sql, std::vector<std::int64_t>& out);
    [[nodiscard]] Failure end(bool commit);
    [[nodiscard]] Failure failure_of(const OdbcStatement& statement);
    void note(const std::string& state, const std::string& message);
    [[nodiscard]] std::int64_t upto(std::int64_t last);

    OdbcConnection connection_;
    OdbcStatement insert_;  ///< prepared once, for the whole run
    std::mt19937_64 random_;
    std::int64_t next_token_;
    ClientHistory history_;
};

}  // namespace dqlite::test
