// One of many long-lived applications: an ODBC connection on which everything is done that leaves
// something behind if it is not given back, again and again, whatever happens to the cluster.
#pragma once

#include <array>
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <set>
#include <string>

#include "tests/driver/live/odbc.h"

namespace dqlite::test {

/// Where clients come to rest from time to time, so that moments can be compared.
class Gate {
  public:
    explicit Gate(std::size_t clients) : clients_{clients} {}

    [[nodiscard]] bool is_open() const noexcept { return open_; }
    /// A client rests until the gate opens. False: for good.
    [[nodiscard]] bool rest();

    /// Waits until all rest. False if one does not within `patience`.
    [[nodiscard]] bool close(std::chrono::seconds patience);
    void open();
    void end();

  private:
    std::size_t clients_;
    std::atomic<bool> open_{true};
    bool ended_ = false;
    std::size_t resting_ = 0;
    std::uint64_t opened_ = 0;  // times
    std::mutex mutex_;
    std::condition_variable changed_;
};

class SoakClient {
  public:
    struct Options {
        std::string connection_text;
        std::size_t number = 0;
        std::uint64_t seed = 1;
        std::size_t texts_before_rest = 0;  ///< so many are prepared, then it rests
    };
    explicit SoakClient(Options options);

    /// Works, and rests connected and with nothing under way, until the gate ends.
    void run(Gate& gate);

    [[nodiscard]] const char* doing() const noexcept { return doing_; }
    // While it rests:
    [[nodiscard]] std::int64_t server_statements() const noexcept { return server_statements_; }
    [[nodiscard]] const std::map<std::string, std::uint64_t>& done() const noexcept {
        return done_;
    }
    [[nodiscard]] const std::map<std::string, std::uint64_t>& failures() const noexcept {
        return failures_;  // by SQLSTATE
    }
    [[nodiscard]] const std::set<std::string>& surprises() const noexcept { return surprises_; }

    /// Rows a client has in the table "item", numbered from the first.
    static constexpr std::int64_t rows_each = 100;
    [[nodiscard]] std::int64_t first_row() const noexcept;

  private:
    struct Step;
    static const std::array<Step, 11> steps;
    /// Nothing: it went well. Else the SQLSTATE.
    using Failure = std::optional<std::string>;

    [[nodiscard]] Failure point_select();
    [[nodiscard]] Failure insert_one();
    [[nodiscard]] Failure insert_array();
    [[nodiscard]] Failure fetch_blocks();
    [[nodiscard]] Failure scroll();
    [[nodiscard]] Failure catalogue();
    [[nodiscard]] Failure transaction();
    [[nodiscard]] Failure many_texts();
    [[nodiscard]] Failure many_handles();
    [[nodiscard]] Failure cancel();
    [[nodiscard]] Failure reconnect();

    [[nodiscard]] Failure insert_rows(std::size_t count);
    [[nodiscard]] Failure work_in_transaction();
    [[nodiscard]] Failure run_sql(const std::string& sql);
    [[nodiscard]] Failure execute_new_text();
    [[nodiscard]] Failure read_to_the_end(OdbcStatement& statement);
    [[nodiscard]] Failure end(bool commit);
    [[nodiscard]] Failure connect();
    [[nodiscard]] Failure prepare_for_rest();
    [[nodiscard]] Failure count_server_statements();
    [[nodiscard]] Failure failure_of(const OdbcStatement& statement);
    [[nodiscard]] Failure failure_of(const OdbcConnection& connection);
    [[nodiscard]] Failure failed(const std::string& state, const std::string& message);
    void come_to_rest();
    [[nodiscard]] std::int64_t upto(std::int64_t last);
    [[nodiscard]] std::int64_t any_row();

    Options options_;
    std::mt19937_64 random_;
    OdbcConnection connection_;
    std::unique_ptr<OdbcStatement> point_select_;  // prepared once a connection
    std::atomic<const char*> doing_{""};
    std::int64_t server_statements_ = 0;
    std::map<std::string, std::uint64_t> done_;
    std::map<std::string, std::uint64_t> failures_;
    std::set<std::string> surprises_;
    std::string last_message_;
};

}  // namespace dqlite::test
