// Several statements of one connection at once, and calls that are ended from outside: by
// SQLCancel, by a query timeout.
#include <atomic>
#include <chrono>
#include <memory>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "tests/driver/live/fixture.h"

namespace dqlite::test {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto patience = 20s;

std::string numbers(std::int64_t from, std::int64_t to) {
    return fmt::format(
        "WITH RECURSIVE n(i) AS (VALUES ({}) UNION ALL SELECT i + 1 FROM n WHERE i < {}) "
        "SELECT i, 'row ' || i AS t FROM n",
        from, to);
}

/// A long step without a row: seconds of counting.
constexpr const char* long_step =
    "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 12000000) "
    "SELECT count(*) FROM n";

class Concurrency : public OnOneNode {};
DQLITE_ON_EACH_GENERATION(Concurrency);

TEST_P(Concurrency, TwentyOpenStatementsInterleaved) {
    constexpr std::size_t statements = 20;
    constexpr std::int64_t rows = 2000;
    std::vector<std::unique_ptr<OdbcStatement>> open;
    for (std::size_t s = 0; s < statements; ++s) {
        auto& statement = *open.emplace_back(std::make_unique<OdbcStatement>(connection()));
        const auto from = static_cast<std::int64_t>(s) * 100'000;
        ASSERT_EQ(statement.direct(numbers(from, from + rows - 1)), SQL_SUCCESS)
            << statement.message();
    }
    for (std::int64_t row = 0; row < rows; ++row) {
        for (std::size_t s = 0; s < statements; ++s) {
            ASSERT_EQ(open[s]->fetch(), SQL_SUCCESS) << open[s]->message();
            const auto expected = static_cast<std::int64_t>(s) * 100'000 + row;
            ASSERT_EQ(open[s]->integer(1), expected);
            if (row % 100 == 0) {
                ASSERT_EQ(open[s]->text(2), fmt::format("row {}", expected));
            }
        }
    }
    for (const auto& statement : open) EXPECT_EQ(statement->fetch(), SQL_NO_DATA);
}

TEST_P(Concurrency, WritingWhileReading) {
    run("CREATE TABLE t (i INTEGER)");
    OdbcStatement read{connection()};
    ASSERT_EQ(read.direct(numbers(1, 3000)), SQL_SUCCESS);
    OdbcStatement write{connection()};
    ASSERT_EQ(write.prepare("INSERT INTO t VALUES (?)"), SQL_SUCCESS);
    std::int64_t value = 0;
    ASSERT_EQ(SQLBindParameter(write.handle(), 1, SQL_PARAM_INPUT, SQL_C_SBIGINT, SQL_BIGINT, 0, 0,
                               &value, 0, nullptr),
              SQL_SUCCESS);
    ASSERT_EQ(connection().autocommit(false), SQL_SUCCESS);
    while (read.fetch() == SQL_SUCCESS) {
        value = read.integer(1);
        ASSERT_EQ(write.execute(), SQL_SUCCESS) << write.message();
    }
    ASSERT_EQ(connection().commit(), SQL_SUCCESS) << connection().message();
    ASSERT_EQ(connection().autocommit(true), SQL_SUCCESS);
    EXPECT_EQ(query("SELECT count(*), sum(i) FROM t"), (Rows{{"3000", "4501500"}}));
}

TEST_P(Concurrency, ClosingALongResultEarly) {
    for (int time = 0; time < 3; ++time) {
        OdbcStatement statement{connection()};
        ASSERT_EQ(statement.direct(numbers(1, 3'000'000)), SQL_SUCCESS);
        ASSERT_EQ(statement.fetch(), SQL_SUCCESS);
        const auto start = Clock::now();
        EXPECT_EQ(statement.close(), SQL_SUCCESS);
        EXPECT_EQ(query("SELECT 1"), (Rows{{"1"}}));
        EXPECT_LT(Clock::now() - start, patience);
    }
}

/// Cancels now and then until told to stop: the call it is to meet may not have begun to wait.
class Canceller {
  public:
    Canceller(const OdbcStatement& statement, std::chrono::milliseconds after)
        : thread_{[this, handle = statement.handle(), after] {
              std::this_thread::sleep_for(after);
              while (!stopping_) {
                  EXPECT_EQ(SQLCancel(handle), SQL_SUCCESS);
                  std::this_thread::sleep_for(500ms);
              }
          }} {}
    ~Canceller() {
        stopping_ = true;
        thread_.join();
    }
    Canceller(const Canceller&) = delete;
    Canceller& operator=(const Canceller&) = delete;

  private:
    std::atomic<bool> stopping_{false};
    std::thread thread_;
};

TEST_P(Concurrency, CancelEndsALongStep) {
    OdbcStatement statement{connection()};
    const auto start = Clock::now();
    {
        const Canceller canceller{statement, 200ms};
        EXPECT_EQ(statement.direct(long_step), SQL_ERROR);
    }
    EXPECT_EQ(statement.state(), "HY008") << statement.message();
    EXPECT_LT(Clock::now() - start, patience);
    // The server of the first generation steps on to the end; then it answers again.
    EXPECT_EQ(query("SELECT 1"), (Rows{{"1"}}));
}

// Few rows, each after a long time: the call that is cancelled is a fetch. (Between two calls the
// driver has nothing to cancel, but unixODBC takes the cursor for closed.)
TEST_P(Concurrency, CancelEndsALongStreamOfRows) {
    OdbcStatement statement{connection()};
    ASSERT_EQ(statement.direct("WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n "
                               "WHERE i < 12000000) SELECT i, zeroblob(5000) FROM n "
                               "WHERE i < 3 OR i % 11000000 = 0"),
              SQL_SUCCESS)
        << statement.message();
    const auto start = Clock::now();
    SQLRETURN r = SQL_SUCCESS;
    int rows = 0;
    {
        const Canceller canceller{statement, 300ms};
        while ((r = statement.fetch()) == SQL_SUCCESS) ++rows;
    }
    EXPECT_EQ(r, SQL_ERROR);
    EXPECT_EQ(rows, 2);
    EXPECT_EQ(statement.state(), "HY008") << statement.message();
    EXPECT_LT(Clock::now() - start, patience);
    EXPECT_EQ(statement.close(), SQL_SUCCESS);
    EXPECT_EQ(query("SELECT 1"), (Rows{{"1"}}));
}

// Rows that keep coming: the call is busy reading them, not waiting.
TEST_P(Concurrency, CancelEndsAStaticCursorThatIsBeingRead) {
    OdbcStatement statement{connection()};
    ASSERT_EQ(statement.set(SQL_ATTR_CURSOR_TYPE, SQLULEN{SQL_CURSOR_STATIC}), SQL_SUCCESS);
    const auto start = Clock::now();
    {
        const Canceller canceller{statement, 300ms};
        EXPECT_EQ(statement.direct(numbers(1, 20'000'000)), SQL_ERROR);
    }
    EXPECT_EQ(statement.state(), "HY008") << statement.message();
    EXPECT_LT(Clock::now() - start, patience);
    EXPECT_EQ(query("SELECT 1"), (Rows{{"1"}}));
}

TEST_P(Concurrency, CancelOfAnIdleStatementDoesNothing) {
    OdbcStatement statement{connection()};
    EXPECT_EQ(SQLCancel(statement.handle()), SQL_SUCCESS);
    ASSERT_EQ(statement.direct(numbers(1, 10)), SQL_SUCCESS);
    OdbcStatement other{connection()};
    EXPECT_EQ(SQLCancel(other.handle()), SQL_SUCCESS);
    EXPECT_EQ(statement.all().size(), 10U);
    EXPECT_EQ(query("SELECT 1"), (Rows{{"1"}}));
}

TEST_P(Concurrency, AQueryTimeoutEndsTheStatement) {
    OdbcStatement statement{connection()};
    ASSERT_EQ(statement.set(SQL_ATTR_QUERY_TIMEOUT, SQLULEN{1}), SQL_SUCCESS);
    auto start = Clock::now();
    EXPECT_EQ(statement.direct(long_step), SQL_ERROR);
    EXPECT_EQ(statement.state(), "HYT00") << statement.message();
    EXPECT_GE(Clock::now() - start, 900ms);
    EXPECT_LT(Clock::now() - start, patience);
    EXPECT_EQ(query("SELECT 1"), (Rows{{"1"}}));
    // What is in time is not touched.
    EXPECT_EQ(statement.query("SELECT 2"), (Rows{{"2"}}));
    ASSERT_EQ(statement.set(SQL_ATTR_QUERY_TIMEOUT, SQLULEN{0}), SQL_SUCCESS);
    EXPECT_EQ(statement.query("SELECT 3"), (Rows{{"3"}}));
}

TEST_P(Concurrency, OneConnectionAThread) {
    run("CREATE TABLE t (who INTEGER, i INTEGER)");
    constexpr int threads = 8;
    constexpr int rows = 20;
    std::vector<std::thread> running;
    for (int who = 0; who < threads; ++who) {
        running.emplace_back([this, who] {
            const OdbcConnection own{connection_string(node().address(), "BusyTimeout=30")};
            ASSERT_TRUE(own.ok());
            OdbcStatement statement{own};
            for (int i = 0; i < rows; ++i) {
                EXPECT_EQ(statement.direct(fmt::format("INSERT INTO t VALUES ({}, {})", who, i)),
                          SQL_SUCCESS)
                    << statement.message();
                EXPECT_EQ(
                    statement.query(fmt::format("SELECT count(*) FROM t WHERE who = {}", who)),
                    (Rows{{std::to_string(i + 1)}}));
            }
        });
    }
    for (auto& thread : running) thread.join();
    EXPECT_EQ(query("SELECT count(*), count(DISTINCT who) FROM t"), (Rows{{"160", "8"}}));
}

TEST_P(Concurrency, OneConnectionForAllThreads) {
    constexpr int threads = 4;
    std::vector<std::thread> running;
    for (int who = 0; who < threads; ++who) {
        running.emplace_back([this, who] {
            for (int time = 0; time < 20; ++time) {
                OdbcStatement statement{connection()};
                const std::int64_t from = 1000 * (who + 1);
                ASSERT_EQ(statement.direct(numbers(from, from + 299)), SQL_SUCCESS)
                    << statement.message();
                std::int64_t expected = from;
                while (statement.fetch() == SQL_SUCCESS)
                    ASSERT_EQ(statement.integer(1), expected++);
                EXPECT_EQ(expected, from + 300);
            }
        });
    }
    for (auto& thread : running) thread.join();
}

}  // namespace
}  // namespace dqlite::test
