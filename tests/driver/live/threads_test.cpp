// Many threads on one driver: what ThreadSanitizer is to watch (tests/run --full builds these with
// it), and what must hold without it as well. What an application may do runs both through the
// driver manager and on the driver alone; what only the driver can be asked, because a driver
// manager keeps it away, on the driver alone.
#include <array>
#include <atomic>
#include <barrier>
#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <random>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/driver/live/calls.h"
#include "tests/driver/live/odbc.h"
#include "tests/support/generation.h"
#include "tests/support/node.h"

namespace dqlite::test {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr int many = 16;
/// Longer than a call that waits for nothing takes on a busy machine under a sanitizer, and shorter
/// than the calls it is not to wait for.
constexpr auto at_once = 2s;

std::string numbers(std::int64_t from, std::int64_t to) {
    return fmt::format(
        "WITH RECURSIVE n(i) AS (VALUES ({}) UNION ALL SELECT i + 1 FROM n WHERE i < {}) "
        "SELECT i FROM n",
        from, to);
}

/// A long step without a row: seconds of counting.
constexpr const char* long_step =
    "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 30000000) "
    "SELECT count(*) FROM n";

/// Runs `work(number)` in `count` threads that start together.
void in_threads(int count, const std::function<void(int)>& work) {
    std::barrier start{count};
    std::vector<std::thread> threads;
    for (int number = 0; number < count; ++number) {
        threads.emplace_back([&, number] {
            start.arrive_and_wait();
            work(number);
        });
    }
    for (auto& thread : threads) thread.join();
}

class ThreadsBase : public ::testing::Test {
  protected:
    [[nodiscard]] std::string target() const {
        return connection_string(node_.address(),
                                 "BusyTimeout=60;FailoverTimeout=100;LoginTimeout=100;Timeout=100");
    }
    void TearDown() override { EXPECT_TRUE(node_.alive()) << node_.output(); }

    /// The rows of numbers(from, to), each checked; false if a call failed.
    static bool read_numbers(const OdbcCalls& calls, SQLHSTMT statement, std::int64_t from,
                             std::int64_t to) {
        const auto sql = numbers(from, to);
        if (calls.exec_direct(statement, chars(sql), SQL_NTS) != SQL_SUCCESS) return false;
        SQLRETURN r = SQL_SUCCESS;
        std::int64_t expected = from;
        while ((r = calls.fetch(statement)) == SQL_SUCCESS) {
            SQLBIGINT value = 0;
            SQLLEN length = 0;
            if (calls.get_data(statement, 1, SQL_C_SBIGINT, &value, sizeof value, &length) !=
                SQL_SUCCESS) {
                return false;
            }
            EXPECT_EQ(value, expected++);
        }
        if (r != SQL_NO_DATA) return false;  // its records stay for the caller
        EXPECT_EQ(expected, to + 1);
        return calls.free_stmt(statement, SQL_CLOSE) == SQL_SUCCESS;
    }

    static std::string statement_state(const OdbcCalls& calls, SQLHSTMT statement) {
        return first_state(calls, SQL_HANDLE_STMT, statement);
    }

  private:
    Node node_{generations().front()};
};

// ------------------------------------------------------------------ what an application may do

class Threads : public ThreadsBase, public ::testing::WithParamInterface<bool> {
  protected:
    [[nodiscard]] static const OdbcCalls& calls() {
        return GetParam() ? through_driver_manager() : on_the_driver();
    }
};
INSTANTIATE_TEST_SUITE_P(Calls, Threads, ::testing::Values(true, false), [](const auto& calls) {
    return std::string{calls.param ? "ThroughTheDriverManager" : "OnTheDriver"};
});

TEST_P(Threads, EachWithItsOwnConnections) {
    const RawHandle environment{calls(), SQL_HANDLE_ENV, SQL_NULL_HANDLE};
    in_threads(many, [&](int who) {
        for (int round = 0; round < 4; ++round) {
            const Connected connection{calls(), environment.get(), target()};
            const RawHandle statement{calls(), SQL_HANDLE_STMT, connection.get()};
            const std::int64_t from = 1000 * (who + 1);
            EXPECT_TRUE(read_numbers(calls(), statement.get(), from, from + 50));
        }
    });
}

TEST_P(Threads, OneConnectionAndAStatementEach) {
    const RawHandle environment{calls(), SQL_HANDLE_ENV, SQL_NULL_HANDLE};
    const Connected connection{calls(), environment.get(), target()};
    in_threads(many, [&](int who) {
        const RawHandle statement{calls(), SQL_HANDLE_STMT, connection.get()};
        const std::int64_t from = 1000 * (who + 1);
        for (int round = 0; round < 8; ++round) {
            EXPECT_TRUE(read_numbers(calls(), statement.get(), from, from + 300));
            // A record lasts until the next call on its own handle, whatever others meet.
            const std::string wrong =
                who % 2 == 0 ? "SELECT * FROM nowhere" : "SELECT absent FROM (SELECT 1)";
            EXPECT_EQ(calls().exec_direct(statement.get(), chars(wrong), SQL_NTS), SQL_ERROR);
            std::this_thread::yield();
            EXPECT_EQ(statement_state(calls(), statement.get()), who % 2 == 0 ? "42S02" : "42S22");
        }
    });
}

TEST_P(Threads, PreparedOnOneThreadAndRunOnOthers) {
    const RawHandle environment{calls(), SQL_HANDLE_ENV, SQL_NULL_HANDLE};
    const Connected connection{calls(), environment.get(), target()};
    std::vector<std::unique_ptr<RawHandle>> statements;
    for (int i = 0; i < many; ++i) {
        auto& made = *statements.emplace_back(
            std::make_unique<RawHandle>(calls(), SQL_HANDLE_STMT, connection.get()));
        const auto sql = numbers(i, i + 20);
        ASSERT_EQ(calls().prepare(made.get(), chars(sql), SQL_NTS), SQL_SUCCESS);
    }
    in_threads(many, [&](int who) {
        auto* const statement = statements[static_cast<std::size_t>(many - 1 - who)]->get();
        for (int round = 0; round < 8; ++round) {
            EXPECT_EQ(calls().execute(statement), SQL_SUCCESS);
            EXPECT_EQ(calls().fetch(statement), SQL_SUCCESS);
            EXPECT_EQ(calls().free_stmt(statement, SQL_CLOSE), SQL_SUCCESS);
        }
    });
}

TEST_P(Threads, TransactionsOfOneEnvironment) {
    const RawHandle environment{calls(), SQL_HANDLE_ENV, SQL_NULL_HANDLE};
    const Connected setup{calls(), environment.get(), target()};
    {
        const RawHandle statement{calls(), SQL_HANDLE_STMT, setup.get()};
        const std::string create = "CREATE TABLE t (i INTEGER)";
        ASSERT_EQ(calls().exec_direct(statement.get(), chars(create), SQL_NTS), SQL_SUCCESS);
    }
    std::atomic<int> working{4};
    std::thread ending{[&] {
        while (working != 0) {
            EXPECT_NE(calls().end_tran(SQL_HANDLE_ENV, environment.get(), SQL_COMMIT),
                      SQL_INVALID_HANDLE);
            std::this_thread::sleep_for(5ms);
        }
    }};
    in_threads(4, [&](int) {
        {
            const Connected connection{calls(), environment.get(), target()};
            EXPECT_EQ(calls().set_connect_attr(connection.get(), SQL_ATTR_AUTOCOMMIT,
                                               reinterpret_cast<SQLPOINTER>(SQL_AUTOCOMMIT_OFF), 0),
                      SQL_SUCCESS);
            const RawHandle statement{calls(), SQL_HANDLE_STMT, connection.get()};
            const std::string insert = "INSERT INTO t VALUES (1)";
            for (int i = 0; i < 20; ++i) {
                EXPECT_EQ(calls().exec_direct(statement.get(), chars(insert), SQL_NTS), SQL_SUCCESS)
                    << statement_state(calls(), statement.get());
            }
            EXPECT_EQ(calls().end_tran(SQL_HANDLE_DBC, connection.get(), SQL_COMMIT), SQL_SUCCESS);
        }
        --working;
    });
    ending.join();
    const RawHandle statement{calls(), SQL_HANDLE_STMT, setup.get()};
    const std::string count = "SELECT count(*) FROM t";
    ASSERT_EQ(calls().exec_direct(statement.get(), chars(count), SQL_NTS), SQL_SUCCESS);
    ASSERT_EQ(calls().fetch(statement.get()), SQL_SUCCESS);
    SQLBIGINT rows = 0;
    SQLLEN length = 0;
    ASSERT_EQ(calls().get_data(statement.get(), 1, SQL_C_SBIGINT, &rows, sizeof rows, &length),
              SQL_SUCCESS);
    EXPECT_EQ(rows, 80);
}

// A cancel waits neither for the call it ends nor for one of another statement.
TEST_P(Threads, CancelReturnsAtOnce) {
    const RawHandle environment{calls(), SQL_HANDLE_ENV, SQL_NULL_HANDLE};
    const Connected connection{calls(), environment.get(), target()};
    const RawHandle runs{calls(), SQL_HANDLE_STMT, connection.get()};
    const RawHandle waits{calls(), SQL_HANDLE_STMT, connection.get()};
    const std::string sql = long_step;
    const auto running = std::async(std::launch::async, [&] {
        EXPECT_EQ(calls().exec_direct(runs.get(), chars(sql), SQL_NTS), SQL_ERROR);
        EXPECT_EQ(statement_state(calls(), runs.get()), "HY008");
    });
    std::this_thread::sleep_for(200ms);
    std::thread waiting{[&] { EXPECT_TRUE(read_numbers(calls(), waits.get(), 1, 10)); }};
    std::this_thread::sleep_for(50ms);
    auto start = Clock::now();
    EXPECT_EQ(calls().cancel(waits.get()), SQL_SUCCESS);
    EXPECT_LT(Clock::now() - start, at_once);
    EXPECT_EQ(running.wait_for(0ms), std::future_status::timeout)
        << "the step was not long enough to be of use here";
    // Once: another one might come after the call, and clear its diagnostics.
    start = Clock::now();
    EXPECT_EQ(calls().cancel(runs.get()), SQL_SUCCESS);
    EXPECT_LT(Clock::now() - start, at_once);
    running.wait();
    waiting.join();
}

// --------------------------------------------------- what a driver manager would not let through

class ThreadsOnTheDriver : public ThreadsBase {
  protected:
    const OdbcCalls& calls_ = on_the_driver();
    const RawHandle environment_{calls_, SQL_HANDLE_ENV, SQL_NULL_HANDLE};
};

TEST_F(ThreadsOnTheDriver, CancelRacesEverything) {
    constexpr int workers = 6;
    const Connected connection{calls_, environment_.get(), target()};
    std::vector<std::unique_ptr<RawHandle>> statements;
    for (int i = 0; i < workers; ++i) {
        statements.push_back(
            std::make_unique<RawHandle>(calls_, SQL_HANDLE_STMT, connection.get()));
    }
    std::atomic<int> working{workers};
    std::vector<std::thread> cancelling;
    for (unsigned seed = 0; seed < 4; ++seed) {
        cancelling.emplace_back([&, seed] {
            std::minstd_rand random{seed};
            while (working != 0) {
                const auto& statement = statements[random() % statements.size()];
                const auto start = Clock::now();
                EXPECT_EQ(calls_.cancel(statement->get()), SQL_SUCCESS);
                EXPECT_LT(Clock::now() - start, at_once);
                std::this_thread::sleep_for(std::chrono::microseconds{random() % 3000});
            }
        });
    }
    in_threads(workers, [&](int who) {
        auto* const statement = statements[static_cast<std::size_t>(who)]->get();
        for (int round = 0; round < 15; ++round) {
            if (read_numbers(calls_, statement, 1, 2000)) continue;
            EXPECT_EQ(statement_state(calls_, statement), "HY008");
            EXPECT_EQ(calls_.free_stmt(statement, SQL_CLOSE), SQL_SUCCESS);
        }
        --working;
    });
    for (auto& thread : cancelling) thread.join();
    // Nobody cancels any more: everything works again.
    for (const auto& statement : statements) {
        EXPECT_TRUE(read_numbers(calls_, statement->get(), 1, 10));
    }
}

// Only the statement that was meant is cancelled, however close together they run.
TEST_F(ThreadsOnTheDriver, CancelOfOneStatementSparesTheNext) {
    const Connected connection{calls_, environment_.get(), target()};
    const RawHandle meant{calls_, SQL_HANDLE_STMT, connection.get()};
    const RawHandle next{calls_, SQL_HANDLE_STMT, connection.get()};
    std::atomic<bool> done{false};
    std::thread cancelling{[&] {
        while (!done) EXPECT_EQ(calls_.cancel(meant.get()), SQL_SUCCESS);
    }};
    for (int round = 0; round < 100; ++round) {
        if (!read_numbers(calls_, meant.get(), 1, 3)) {
            EXPECT_EQ(statement_state(calls_, meant.get()), "HY008");
            EXPECT_EQ(calls_.free_stmt(meant.get(), SQL_CLOSE), SQL_SUCCESS);
        }
        EXPECT_TRUE(read_numbers(calls_, next.get(), 1, 3)) << statement_state(calls_, next.get());
    }
    done = true;
    cancelling.join();
}

TEST_F(ThreadsOnTheDriver, DiagnosticsAreReadWhileTheyChange) {
    const Connected connection{calls_, environment_.get(), target()};
    const RawHandle statement{calls_, SQL_HANDLE_STMT, connection.get()};
    std::atomic<bool> done{false};
    const auto read = [&](int) {
        while (!done) {
            const auto state = statement_state(calls_, statement.get());
            EXPECT_TRUE(state.empty() || state == "42S02" || state == "42000") << state;
            SQLINTEGER number = -1;
            SQLSMALLINT length = 0;
            EXPECT_EQ(calls_.get_diag_field(SQL_HANDLE_STMT, statement.get(), 0, SQL_DIAG_NUMBER,
                                            &number, 0, &length),
                      SQL_SUCCESS);
            EXPECT_TRUE(number == 0 || number == 1) << number;
            std::array<SQLCHAR, 256> server{};
            const auto r =
                calls_.get_diag_field(SQL_HANDLE_STMT, statement.get(), 1, SQL_DIAG_SERVER_NAME,
                                      server.data(), server.size(), &length);
            EXPECT_TRUE(r == SQL_SUCCESS || r == SQL_NO_DATA) << r;
        }
    };
    std::vector<std::thread> readers;
    for (int i = 0; i < 4; ++i) readers.emplace_back(read, i);
    for (int round = 0; round < 60; ++round) {
        for (const std::string sql :
             {"SELECT * FROM nowhere", "SELEC", "CREATE TEMP TABLE t (i)"}) {
            calls_.exec_direct(statement.get(), chars(sql), SQL_NTS);
        }
        EXPECT_TRUE(read_numbers(calls_, statement.get(), 1, 3));
        const std::string drop = "DROP TABLE t";
        EXPECT_EQ(calls_.exec_direct(statement.get(), chars(drop), SQL_NTS), SQL_SUCCESS);
    }
    done = true;
    for (auto& reader : readers) reader.join();
}

/// Lets another thread have the lock: one that comes back for it at once keeps it to itself.
constexpr auto a_breath = 100us;

/// What a call on a handle may answer that another thread frees.
bool is_expected(SQLRETURN r) {
    return SQL_SUCCEEDED(r) || r == SQL_NO_DATA || r == SQL_ERROR || r == SQL_INVALID_HANDLE;
}

// The call that comes too late is told so; nothing else happens to anybody.
TEST_F(ThreadsOnTheDriver, AStatementIsFreedWhileOthersCallOnIt) {
    const Connected connection{calls_, environment_.get(), target()};
    const std::string sql = numbers(1, 200);
    std::minstd_rand random{1};
    for (int round = 0; round < 40; ++round) {
        RawHandle statement{calls_, SQL_HANDLE_STMT, connection.get()};
        auto* const handle = statement.get();
        SQLHDESC row = SQL_NULL_HDESC;
        ASSERT_EQ(calls_.get_stmt_attr(handle, SQL_ATTR_IMP_ROW_DESC, &row, 0, nullptr),
                  SQL_SUCCESS);
        const auto pause = std::chrono::microseconds{random() % 4000};
        in_threads(5, [&](int who) {
            if (who == 0) {
                std::this_thread::sleep_for(pause);
                EXPECT_EQ(statement.free(), SQL_SUCCESS);
                return;
            }
            for (SQLRETURN r = SQL_SUCCESS; r != SQL_INVALID_HANDLE;) {
                if (who == 1) {
                    r = calls_.exec_direct(handle, chars(sql), SQL_NTS);
                } else if (who == 2) {
                    r = calls_.fetch(handle);
                    if (r != SQL_INVALID_HANDLE) r = calls_.free_stmt(handle, SQL_CLOSE);
                } else if (who == 3) {
                    r = calls_.cancel(handle);
                } else {
                    SQLSMALLINT count = 0;
                    r = calls_.get_desc_field(row, 0, SQL_DESC_COUNT, &count, 0, nullptr);
                }
                EXPECT_TRUE(is_expected(r)) << r;
                std::this_thread::sleep_for(a_breath);
            }
        });
        EXPECT_EQ(calls_.exec_direct(handle, chars(sql), SQL_NTS), SQL_INVALID_HANDLE);
        EXPECT_EQ(calls_.free_handle(SQL_HANDLE_STMT, handle), SQL_INVALID_HANDLE);
    }
    const RawHandle statement{calls_, SQL_HANDLE_STMT, connection.get()};
    EXPECT_TRUE(read_numbers(calls_, statement.get(), 1, 10));
}

TEST_F(ThreadsOnTheDriver, AStatementIsFreedOnce) {
    const Connected connection{calls_, environment_.get(), target()};
    for (int round = 0; round < 50; ++round) {
        SQLHSTMT statement = SQL_NULL_HSTMT;
        ASSERT_EQ(calls_.alloc_handle(SQL_HANDLE_STMT, connection.get(), &statement), SQL_SUCCESS);
        std::atomic<int> freed{0};
        in_threads(4, [&](int) {
            const auto r = calls_.free_handle(SQL_HANDLE_STMT, statement);
            if (r == SQL_SUCCESS) ++freed;
            EXPECT_TRUE(r == SQL_SUCCESS || r == SQL_INVALID_HANDLE) << r;
        });
        EXPECT_EQ(freed, 1);
    }
}

TEST_F(ThreadsOnTheDriver, AConnectionEndsWhileItsStatementsWork) {
    std::minstd_rand random{1};
    const std::string sql = numbers(1, 500);
    for (int round = 0; round < 10; ++round) {
        RawHandle connection{calls_, SQL_HANDLE_DBC, environment_.get()};
        const auto text = target();
        SQLSMALLINT length = 0;
        ASSERT_EQ(calls_.driver_connect(connection.get(), nullptr, chars(text), SQL_NTS, nullptr, 0,
                                        &length, SQL_DRIVER_NOPROMPT),
                  SQL_SUCCESS);
        std::array<SQLHSTMT, 4> statements{};
        for (auto& statement : statements) {
            ASSERT_EQ(calls_.alloc_handle(SQL_HANDLE_STMT, connection.get(), &statement),
                      SQL_SUCCESS);
        }
        const auto pause = std::chrono::microseconds{random() % 10'000};
        in_threads(static_cast<int>(statements.size()) + 1, [&](int who) {
            if (who == static_cast<int>(statements.size())) {
                std::this_thread::sleep_for(pause);
                EXPECT_EQ(calls_.disconnect(connection.get()), SQL_SUCCESS);
                EXPECT_EQ(connection.free(), SQL_SUCCESS);
                return;
            }
            auto* const statement = statements[static_cast<std::size_t>(who)];
            for (SQLRETURN r = SQL_SUCCESS; r != SQL_INVALID_HANDLE;) {
                r = calls_.exec_direct(statement, chars(sql), SQL_NTS);
                EXPECT_TRUE(is_expected(r)) << r;
                while (r == SQL_SUCCESS) r = calls_.fetch(statement);
                if (r != SQL_INVALID_HANDLE) r = calls_.free_stmt(statement, SQL_CLOSE);
            }
        });
    }
}

TEST_F(ThreadsOnTheDriver, DescriptorsAreCopiedBothWaysAtOnce) {
    const Connected one{calls_, environment_.get(), target()};
    const Connected other{calls_, environment_.get(), target()};
    const RawHandle here{calls_, SQL_HANDLE_DESC, one.get()};
    const RawHandle there{calls_, SQL_HANDLE_DESC, other.get()};
    in_threads(2, [&](int who) {
        for (int round = 0; round < 20'000; ++round) {
            const auto r = who == 0 ? calls_.copy_desc(here.get(), there.get())
                                    : calls_.copy_desc(there.get(), here.get());
            ASSERT_EQ(r, SQL_SUCCESS);
        }
    });
}

}  // namespace
}  // namespace dqlite::test
