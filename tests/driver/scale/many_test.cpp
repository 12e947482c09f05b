// Many of everything at once: connections, readers, prepared statements.
#include <algorithm>
#include <atomic>
#include <functional>
#include <memory>
#include <sys/resource.h>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "tests/driver/live/fixture.h"
#include "tests/support/memory.h"
#include "tests/support/seed.h"

namespace dqlite::test {
namespace {

/// The node, which is started by this process, may have as many files open, too.
void allow_many_files() {
    rlimit files{};
    ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &files), 0);
    files.rlim_cur = files.rlim_max;
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &files), 0);
    ASSERT_GE(files.rlim_cur, 4096U) << "this machine does not allow so many open files";
}

class Many : public OnOneNode {
  protected:
    void SetUp() override {
        ASSERT_NO_FATAL_FAILURE(allow_many_files());
        OnOneNode::SetUp();
    }
    [[nodiscard]] std::string where() const { return connection_string(node().address()); }
};
DQLITE_ON_EACH_GENERATION(Many);

/// `work(i)` for each i below `count`, by so many threads.
void in_threads(std::size_t threads, std::size_t count,
                const std::function<void(std::size_t)>& work) {
    std::atomic<std::size_t> next{0};
    std::vector<std::thread> running;
    for (std::size_t t = 0; t < threads; ++t) {
        running.emplace_back([&] {
            for (auto i = next++; i < count; i = next++) work(i);
        });
    }
    for (auto& thread : running) thread.join();
}

// ------------------------------------------------------------------------------------ connections

TEST_P(Many, AThousandConnections) {
    constexpr std::size_t count = 1000;
    run("CREATE TABLE t(i INTEGER PRIMARY KEY, n INTEGER)");
    std::vector<std::unique_ptr<OdbcConnection>> all(count);
    in_threads(8, count,
               [&](std::size_t i) { all[i] = std::make_unique<OdbcConnection>(where()); });
    for (const auto& one : all) ASSERT_TRUE(one->ok());

    // All of them have a statement of their own under way at the same time,
    std::vector<std::unique_ptr<OdbcStatement>> open;
    for (std::size_t i = 0; i < count; ++i) {
        auto& statement = *open.emplace_back(std::make_unique<OdbcStatement>(*all[i]));
        const auto sql = fmt::format("VALUES ({}), ({})", i, 2 * i);
        ASSERT_EQ(statement.direct(sql), SQL_SUCCESS) << i << ": " << statement.message();
        ASSERT_EQ(statement.fetch(), SQL_SUCCESS) << i;
    }
    for (std::size_t i = 0; i < count; ++i) {
        EXPECT_EQ(open[i]->integer(1), static_cast<std::int64_t>(i));
        ASSERT_EQ(open[i]->fetch(), SQL_SUCCESS) << i;
        EXPECT_EQ(open[i]->integer(1), static_cast<std::int64_t>(2 * i));
    }
    open.clear();

    // and all of them write.
    std::atomic<std::size_t> failed{0};
    in_threads(8, count, [&](std::size_t i) {
        OdbcStatement insert{*all[i]};
        if (insert.direct(fmt::format("INSERT INTO t VALUES ({0}, {0})", i)) != SQL_SUCCESS) {
            ++failed;
            ADD_FAILURE() << i << ": " << insert.message();
        }
    });
    EXPECT_EQ(failed, 0U);
    EXPECT_EQ(query("SELECT count(*), sum(n) FROM t"), (Rows{{"1000", "499500"}}));
}

// ---------------------------------------------------------------------------------------- readers

// Each reads a state that was committed: the two halves are moved against each other by every
// write.
TEST_P(Many, AHundredReadersBesideAWriter) {
    constexpr std::size_t readers = 100;
    constexpr int rows = 2000;
    constexpr int reads_each = 5;
    run("CREATE TABLE t(i INTEGER PRIMARY KEY, n INTEGER)");
    run(fmt::format(
        "INSERT INTO t WITH RECURSIVE k(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM k "
        "WHERE i < {}) SELECT i, 7 FROM k",
        rows));
    std::atomic<std::size_t> reading{readers};
    std::thread writer{[&] {
        const OdbcConnection writes{where()};
        for (int number = 1; reading > 0; ++number) {
            OdbcStatement update{writes};
            const auto sql = fmt::format(
                "UPDATE t SET n = 7 + CASE WHEN i % 2 THEN {0} ELSE -{0} END "
                "WHERE i BETWEEN {1} AND {2}",
                number, number % 1000 * 2 + 1, number % 1000 * 2 + 2);
            const auto r = update.direct(sql);
            ASSERT_TRUE(SQL_SUCCEEDED(r) || r == SQL_NO_DATA) << update.message();
        }
    }};
    in_threads(readers, readers, [&](std::size_t) {
        const OdbcConnection connection{where()};
        OdbcStatement select{connection};
        EXPECT_EQ(select.prepare("SELECT i, n FROM t ORDER BY i"), SQL_SUCCESS) << select.message();
        for (int read = 0; read < reads_each; ++read) {
            EXPECT_EQ(select.execute(), SQL_SUCCESS) << select.message();
            std::int64_t sum = 0;
            int got = 0;
            SQLRETURN r = select.fetch();
            for (; r == SQL_SUCCESS; r = select.fetch()) {
                EXPECT_EQ(select.integer(1), ++got);
                sum += select.integer(2);
            }
            EXPECT_EQ(r, SQL_NO_DATA) << select.message();
            EXPECT_EQ(got, rows);
            EXPECT_EQ(sum, 7 * rows);
            select.close();
        }
        --reading;
    });
    writer.join();
}

// ----------------------------------------------------------------------------- prepared statements

constexpr int statements = 20'000;

std::string adding(int number) {
    return fmt::format("SELECT ? + {}", number);
}

void expect_sum(OdbcStatement& statement, std::int64_t& parameter, std::int64_t value, int number) {
    parameter = value;
    ASSERT_EQ(statement.execute(), SQL_SUCCESS) << number << ": " << statement.message();
    ASSERT_EQ(statement.fetch(), SQL_SUCCESS) << number << ": " << statement.message();
    ASSERT_EQ(statement.integer(1), value + number);
    ASSERT_EQ(statement.close(), SQL_SUCCESS);
}

void bind(const OdbcStatement& statement, std::int64_t& parameter) {
    ASSERT_EQ(SQLBindParameter(statement.handle(), 1, SQL_PARAM_INPUT, SQL_C_SBIGINT, SQL_BIGINT, 0,
                               0, &parameter, 0, nullptr),
              SQL_SUCCESS);
}

TEST_P(Many, TwentyThousandPreparedStatementsAtOnce) {
    std::int64_t parameter = 0;
    std::vector<std::unique_ptr<OdbcStatement>> all;
    const MemoryGrowth growth;
    for (int number = 0; number < statements; ++number) {
        auto& statement = *all.emplace_back(std::make_unique<OdbcStatement>(connection()));
        ASSERT_EQ(statement.prepare(adding(number)), SQL_SUCCESS) << statement.message();
        ASSERT_NO_FATAL_FAILURE(bind(statement, parameter));
        ASSERT_NO_FATAL_FAILURE(expect_sum(statement, parameter, 1, number));
    }
    // Whatever was given up meanwhile is prepared again without being noticed.
    Random random;
    for (int i = 0; i < 2000; ++i) {
        const auto number = random.below(statements);
        ASSERT_NO_FATAL_FAILURE(expect_sum(*all[number], parameter, i, static_cast<int>(number)));
    }
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // they keep memory themselves
    EXPECT_LT(growth.peak() / statements, 24) << "KiB a statement, of which unixODBC takes 13";
#endif
    // unixODBC looks for a handle from the newest one on.
    while (!all.empty()) all.pop_back();
}

TEST_P(Many, TwentyThousandStatementsOneAfterTheOther) {
    std::int64_t parameter = 0;
    OdbcStatement statement{connection()};
    ASSERT_NO_FATAL_FAILURE(bind(statement, parameter));
    const auto prepare_and_execute = [&](int from, int to) {
        for (int number = from; number < to; ++number) {
            ASSERT_EQ(statement.prepare(adding(number)), SQL_SUCCESS) << statement.message();
            ASSERT_NO_FATAL_FAILURE(expect_sum(statement, parameter, number, number));
        }
    };
    ASSERT_NO_FATAL_FAILURE(prepare_and_execute(0, statements / 10));
    const MemoryGrowth growth;
    ASSERT_NO_FATAL_FAILURE(prepare_and_execute(statements / 10, statements));
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // they keep memory themselves
    EXPECT_LT(growth.peak(), 4 * 1024) << "KiB: statements that are no longer used are kept";
#endif
}

}  // namespace
}  // namespace dqlite::test
