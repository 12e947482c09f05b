// SQLCancel wherever a call may be when it comes: between two requests, while rows arrive, in a
// procedure; and what of the connection is left afterwards.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <functional>
#include <string>
#include <thread>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/driver/live/calls.h"
#include "tests/driver/live/fixture.h"

namespace dqlite::test {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

/// Longer than what ends at once takes on a busy machine under a sanitizer, and much shorter than
/// the statements here would take.
constexpr auto at_once = 2s;

constexpr const char* many_rows =
    "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 30000000) "
    "SELECT i FROM n";
constexpr const char* long_step =
    "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 6000000) "
    "SELECT count(*) FROM n";

class Cancelling : public OnOneNode {
  protected:
    /// Runs `call`, which is cancelled once, after `delay`, and has to say so at once.
    static void cancelled(const OdbcStatement& statement, std::chrono::milliseconds delay,
                          const std::function<SQLRETURN()>& call) {
        Clock::time_point asked;
        std::thread canceller{[&] {
            std::this_thread::sleep_for(delay);
            asked = Clock::now();
            EXPECT_EQ(SQLCancel(statement.handle()), SQL_SUCCESS);
        }};
        const auto result = call();
        canceller.join();
        EXPECT_EQ(result, SQL_ERROR);
        EXPECT_EQ(statement.state(), "HY008") << statement.message();
        EXPECT_LT(Clock::now() - asked, at_once);
    }
    void expect_usable_at_once() {
        const auto start = Clock::now();
        EXPECT_EQ(query("SELECT 1"), (Rows{{"1"}}));
        EXPECT_LT(Clock::now() - start, at_once);
    }
    /// The transaction is gone with what was cancelled in it, and the next call says so.
    void expect_lost_transaction() {
        OdbcStatement next{connection()};
        EXPECT_EQ(next.direct("SELECT 1"), SQL_ERROR);
        EXPECT_EQ(next.state(), "40001") << next.message();
        EXPECT_EQ(connection().rollback(), SQL_SUCCESS);
        EXPECT_EQ(next.direct("SELECT count(*) FROM t"), SQL_SUCCESS) << next.message();
        EXPECT_EQ(next.all(), (Rows{{"0"}}));
        EXPECT_EQ(connection().commit(), SQL_SUCCESS);
    }
    void begin_with_a_row() {
        run("CREATE TABLE t (i)");
        ASSERT_EQ(connection().autocommit(false), SQL_SUCCESS);
        run("INSERT INTO t VALUES (1)");
    }
    /// Fetches until it fails.
    static SQLRETURN drain(OdbcStatement& statement) {
        SQLRETURN r = SQL_SUCCESS;
        while (r == SQL_SUCCESS) r = statement.fetch();
        return r;
    }
};
DQLITE_ON_EACH_GENERATION(Cancelling);

TEST_P(Cancelling, ARowStreamLeavesAUsableConnection) {
    OdbcStatement statement{connection()};
    ASSERT_EQ(statement.direct(many_rows), SQL_SUCCESS) << statement.message();
    cancelled(statement, 100ms, [&] {
        // Between two fetches there is nothing to cancel: a rowset keeps it in one.
        EXPECT_EQ(statement.set(SQL_ATTR_ROW_ARRAY_SIZE, SQLULEN{30'000'000}), SQL_SUCCESS);
        return statement.fetch();
    });
    expect_usable_at_once();
}

TEST_P(Cancelling, AStaticCursorLeavesAUsableConnection) {
    OdbcStatement statement{connection()};
    ASSERT_EQ(statement.set(SQL_ATTR_CURSOR_TYPE, SQLULEN{SQL_CURSOR_STATIC}), SQL_SUCCESS);
    cancelled(statement, 100ms, [&] { return statement.direct(many_rows); });
    expect_usable_at_once();
}

// A server steps on to the end, and answers nobody before: then the connection is of use again.
TEST_P(Cancelling, ALongStepLeavesAUsableConnection) {
    OdbcStatement statement{connection()};
    cancelled(statement, 100ms, [&] { return statement.direct(long_step); });
    EXPECT_EQ(query("SELECT 1"), (Rows{{"1"}}));
}

TEST_P(Cancelling, ARowStreamInsideATransactionLosesIt) {
    begin_with_a_row();
    OdbcStatement statement{connection()};
    ASSERT_EQ(statement.direct(many_rows), SQL_SUCCESS) << statement.message();
    cancelled(statement, 100ms, [&] {
        EXPECT_EQ(statement.set(SQL_ATTR_ROW_ARRAY_SIZE, SQLULEN{30'000'000}), SQL_SUCCESS);
        return statement.fetch();
    });
    expect_lost_transaction();
}

// It is not read on to its end for the transaction's sake.
TEST_P(Cancelling, AStaticCursorInsideATransactionLosesIt) {
    begin_with_a_row();
    OdbcStatement statement{connection()};
    ASSERT_EQ(statement.set(SQL_ATTR_CURSOR_TYPE, SQLULEN{SQL_CURSOR_STATIC}), SQL_SUCCESS);
    cancelled(statement, 100ms, [&] { return statement.direct(many_rows); });
    expect_lost_transaction();
}

TEST_P(Cancelling, AProcedureEndsToo) {
    OdbcStatement statement{connection()};
    node().sigstop();
    cancelled(statement, 100ms, [&] { return statement.direct("{call dqlite_nodes()}"); });
    node().sigcont();
    ASSERT_EQ(statement.direct("{call dqlite_nodes()}"), SQL_SUCCESS) << statement.message();
    EXPECT_EQ(statement.fetch(), SQL_SUCCESS);
}

// Most of the time of a batch of short statements is between their requests: wherever the one
// cancellation falls, the batch ends. On the driver alone: where unixODBC's SQLCancel returns after
// the call it ended, it takes the statement for closed and asks for no more results.
TEST_P(Cancelling, ABatchEndsWhereverItComes) {
    const OdbcCalls& calls = on_the_driver();
    const RawHandle environment{calls, SQL_HANDLE_ENV, SQL_NULL_HANDLE};
    const Connected batches{calls, environment.get(),
                            connection_string(node().address(), "AllowMultiStatements=1")};
    std::string text = "SELECT 1";
    for (int i = 0; i < 20'000; ++i) text += ";SELECT 1";
    auto* const sql = reinterpret_cast<SQLCHAR*>(text.data());
    for (int round = 0; round < 10; ++round) {
        const RawHandle statement{calls, SQL_HANDLE_STMT, batches.get()};
        std::atomic<bool> ended{false};
        std::thread canceller{[&] {
            std::this_thread::sleep_for(std::chrono::microseconds{200'000 + round * 137});
            EXPECT_FALSE(ended) << "the batch was not long enough to be of use here";
            EXPECT_EQ(calls.cancel(statement.get()), SQL_SUCCESS);
        }};
        // The first statements stand; the one that was cancelled is the last result.
        auto r = calls.exec_direct(statement.get(), sql, SQL_NTS);
        ended = true;
        canceller.join();
        int results = 0;
        while (SQL_SUCCEEDED(r)) {
            ++results;
            r = calls.more_results(statement.get());
        }
        EXPECT_EQ(r, SQL_ERROR);
        EXPECT_LT(results, 20'001);
        EXPECT_EQ(first_state(calls, SQL_HANDLE_STMT, statement.get()), "HY008");
    }
}

// Of what is sent next: a cancellation between two calls of an application is nobody's.
TEST_P(Cancelling, ComesTooLateForACallThatIsOver) {
    OdbcStatement statement{connection()};
    for (int round = 0; round < 20; ++round) {
        EXPECT_EQ(SQLCancel(statement.handle()), SQL_SUCCESS);
        ASSERT_EQ(statement.direct("SELECT 1"), SQL_SUCCESS) << statement.message();
        EXPECT_EQ(statement.all(), (Rows{{"1"}}));
        ASSERT_EQ(statement.close(), SQL_SUCCESS);
    }
}

TEST_P(Cancelling, ReturnsWithinFiftyMilliseconds) {
    auto quickest = Clock::duration::max();
    for (int round = 0; round < 5; ++round) {
        OdbcStatement statement{connection()};
        std::thread canceller{[&] {
            std::this_thread::sleep_for(100ms);
            const auto start = Clock::now();
            EXPECT_EQ(SQLCancel(statement.handle()), SQL_SUCCESS);
            // The quickest of several: one may meet a pause of the machine.
            quickest = std::min(quickest, Clock::now() - start);
        }};
        EXPECT_EQ(statement.direct(many_rows), SQL_SUCCESS) << statement.message();
        EXPECT_EQ(statement.set(SQL_ATTR_ROW_ARRAY_SIZE, SQLULEN{30'000'000}), SQL_SUCCESS);
        EXPECT_EQ(drain(statement), SQL_ERROR);
        canceller.join();
    }
    EXPECT_LT(quickest, 50ms);
}

TEST_P(Cancelling, ARowStreamLeavesTheConnectionUsableWithinASecond) {
    auto quickest = Clock::duration::max();
    for (int round = 0; round < 3; ++round) {
        OdbcStatement statement{connection()};
        ASSERT_EQ(statement.direct(many_rows), SQL_SUCCESS) << statement.message();
        ASSERT_EQ(statement.set(SQL_ATTR_ROW_ARRAY_SIZE, SQLULEN{30'000'000}), SQL_SUCCESS);
        Clock::time_point asked;
        std::thread canceller{[&] {
            std::this_thread::sleep_for(100ms);
            asked = Clock::now();
            EXPECT_EQ(SQLCancel(statement.handle()), SQL_SUCCESS);
        }};
        EXPECT_EQ(drain(statement), SQL_ERROR);
        canceller.join();
        EXPECT_EQ(query("SELECT 1"), (Rows{{"1"}}));
        quickest = std::min(quickest, Clock::now() - asked);
    }
    EXPECT_LT(quickest, 1s);
}

}  // namespace
}  // namespace dqlite::test
