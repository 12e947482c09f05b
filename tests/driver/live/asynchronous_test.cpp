// Statements executed asynchronously: polled, side by side, cancelled, lost.
#include <array>
#include <chrono>
#include <memory>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/driver/live/asynchronous_fixture.h"

namespace dqlite::test {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

INSTANTIATE_TEST_SUITE_P(Calls, Asynchronous, ::testing::Values(true, false), name_of_calls);

TEST_P(Asynchronous, ASlowStatementIsStillExecutingAndThenDone) {
    const auto slow = statement();
    const auto polled = direct(*slow, slow_count);
    EXPECT_EQ(polled.result, SQL_SUCCESS) << state(*slow);
    EXPECT_GE(polled.still_executing, 2);
    EXPECT_EQ(integer(*slow), 1'500'000);
    EXPECT_EQ(poll([&] { return calls_.fetch(slow->get()); }).result, SQL_NO_DATA);
}

TEST_P(Asynchronous, StartingAndPollingDoNotWait) {
    const auto slow = statement();
    const auto start = Clock::now();
    EXPECT_EQ(calls_.exec_direct(slow->get(), chars(endless_count), SQL_NTS), SQL_STILL_EXECUTING);
    EXPECT_EQ(calls_.exec_direct(slow->get(), chars(endless_count), SQL_NTS), SQL_STILL_EXECUTING);
    SQLRETURN code = SQL_SUCCESS;
    EXPECT_EQ(calls_.get_diag_field(SQL_HANDLE_STMT, slow->get(), 0, SQL_DIAG_RETURNCODE, &code, 0,
                                    nullptr),
              SQL_SUCCESS);
    // unixODBC answers of its own: it asks the driver only after errors.
    if (!GetParam()) {
        EXPECT_EQ(code, SQL_STILL_EXECUTING);
    }
    EXPECT_EQ(calls_.cancel(slow->get()), SQL_SUCCESS);
    EXPECT_LT(Clock::now() - start, at_once);
    EXPECT_EQ(direct(*slow, endless_count).result, SQL_ERROR);
    EXPECT_EQ(state(*slow), "HY008");
    EXPECT_LT(Clock::now() - start, at_once + at_once);
}

TEST_P(Asynchronous, OtherFunctionsAreOutOfSequenceMeanwhile) {
    const auto slow = statement();
    ASSERT_EQ(calls_.exec_direct(slow->get(), chars(endless_count), SQL_NTS), SQL_STILL_EXECUTING);
    const auto start = Clock::now();
    const auto refused = [&](SQLRETURN r) {
        EXPECT_EQ(r, SQL_ERROR);
        EXPECT_EQ(state(*slow), "HY010");
    };
    refused(calls_.fetch(slow->get()));
    refused(calls_.prepare(slow->get(), chars("SELECT 1"), SQL_NTS));
    refused(calls_.free_stmt(slow->get(), SQL_CLOSE));
    SQLSMALLINT count = 0;
    refused(calls_.num_result_cols(slow->get(), &count));
    refused(calls_.bind_col(slow->get(), 1, SQL_C_LONG, &count, sizeof count, nullptr));
    refused(calls_.free_handle(SQL_HANDLE_STMT, slow->get()));
    EXPECT_EQ(calls_.end_tran(SQL_HANDLE_DBC, connection_.get(), SQL_COMMIT), SQL_ERROR);
    EXPECT_EQ(connection_state(), "HY010");
    EXPECT_EQ(calls_.disconnect(connection_.get()), SQL_ERROR);
    EXPECT_EQ(connection_state(), "HY010");
    EXPECT_LT(Clock::now() - start, at_once);
    // None of that has disturbed it.
    EXPECT_EQ(calls_.exec_direct(slow->get(), chars(endless_count), SQL_NTS), SQL_STILL_EXECUTING);
    EXPECT_EQ(calls_.cancel(slow->get()), SQL_SUCCESS);
    EXPECT_EQ(direct(*slow, endless_count).result, SQL_ERROR);
    EXPECT_EQ(state(*slow), "HY008");
    expect_usable(*slow);
}

TEST_P(Asynchronous, SeveralStatementsOfOneConnectionExecuteAtATime) {
    constexpr int many = 4;
    std::vector<std::unique_ptr<RawHandle>> statements;
    std::vector<std::string> texts;
    for (int i = 0; i < many; ++i) {
        statements.push_back(statement());
        texts.push_back(fmt::format(
            "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < {}) "
            "SELECT count(*) FROM n",
            300'000 + i));
    }
    const auto start = Clock::now();
    std::array<SQLRETURN, many> results{};
    for (std::size_t i = 0; i < many; ++i) {
        results[i] = calls_.exec_direct(statements[i]->get(), chars(texts[i]), SQL_NTS);
        EXPECT_EQ(results[i], SQL_STILL_EXECUTING);
    }
    EXPECT_LT(Clock::now() - start, at_once);
    for (std::size_t i = 0; i < many; ++i) {
        EXPECT_EQ(direct(*statements[i], texts[i].c_str()).result, SQL_SUCCESS)
            << state(*statements[i]);
    }
    for (std::size_t i = 0; i < many; ++i) {
        EXPECT_EQ(integer(*statements[i]), 300'000 + static_cast<int>(i));
    }
}

TEST_P(Asynchronous, ASynchronousStatementOfTheConnectionWaitsItsTurn) {
    const auto slow = statement();
    const RawHandle other{calls_, SQL_HANDLE_STMT, connection_.get()};
    ASSERT_EQ(calls_.exec_direct(slow->get(), chars(slow_count), SQL_NTS), SQL_STILL_EXECUTING);
    ASSERT_EQ(calls_.exec_direct(other.get(), chars("SELECT 7"), SQL_NTS), SQL_SUCCESS);
    EXPECT_EQ(integer(other), 7);
    EXPECT_EQ(direct(*slow, slow_count).result, SQL_SUCCESS) << state(*slow);
    EXPECT_EQ(integer(*slow), 1'500'000);
}

TEST_P(Asynchronous, CancellingSparesTheOtherStatements) {
    const auto runs = statement();
    const auto waits = statement();
    const auto third = statement();
    ASSERT_EQ(calls_.exec_direct(runs->get(), chars(slow_count), SQL_NTS), SQL_STILL_EXECUTING);
    ASSERT_EQ(calls_.exec_direct(waits->get(), chars(endless_count), SQL_NTS), SQL_STILL_EXECUTING);
    ASSERT_EQ(calls_.exec_direct(third->get(), chars("SELECT 3"), SQL_NTS), SQL_STILL_EXECUTING);
    EXPECT_EQ(calls_.cancel(waits->get()), SQL_SUCCESS);
    EXPECT_EQ(direct(*runs, slow_count).result, SQL_SUCCESS) << state(*runs);
    EXPECT_EQ(direct(*waits, endless_count).result, SQL_ERROR);
    EXPECT_EQ(state(*waits), "HY008");
    EXPECT_EQ(direct(*third, "SELECT 3").result, SQL_SUCCESS) << state(*third);
    EXPECT_EQ(integer(*runs), 1'500'000);
    EXPECT_EQ(integer(*third), 3);
    expect_usable(*waits);
}

TEST_P(Asynchronous, AnErrorIsToldByTheCallThatFinishes) {
    const auto wrong = statement();
    EXPECT_EQ(direct(*wrong, "SELECT * FROM nowhere").result, SQL_ERROR);
    EXPECT_EQ(state(*wrong), "42S02");
    EXPECT_EQ(state(*wrong), "42S02");  // reading does not use it up
    SQLINTEGER records = 0;
    EXPECT_EQ(calls_.get_diag_field(SQL_HANDLE_STMT, wrong->get(), 0, SQL_DIAG_NUMBER, &records, 0,
                                    nullptr),
              SQL_SUCCESS);
    EXPECT_EQ(records, 1);
    EXPECT_EQ(direct(*wrong, "").result, SQL_ERROR);
    expect_usable(*wrong);
}

TEST_P(Asynchronous, ALostNodeEndsIt) {
    const auto slow = statement();
    ASSERT_EQ(calls_.set_stmt_attr(slow->get(), SQL_ATTR_QUERY_TIMEOUT, value(2), 0), SQL_SUCCESS);
    ASSERT_EQ(calls_.exec_direct(slow->get(), chars(endless_count), SQL_NTS), SQL_STILL_EXECUTING);
    std::this_thread::sleep_for(50ms);
    node_.kill9();
    EXPECT_EQ(direct(*slow, endless_count).result, SQL_ERROR);
    const auto told = state(*slow);
    EXPECT_TRUE(told == "08S01" || told == "HYT00") << told;
    node_.restart();
    expect_usable(*slow);
}

TEST_P(Asynchronous, AttributesAndInformationTellTheTruth) {
    const auto tells = [&](SQLUSMALLINT type) {
        SQLUINTEGER number = 99;
        EXPECT_EQ(calls_.get_info(connection_.get(), type, &number, sizeof number, nullptr),
                  SQL_SUCCESS);
        return number;
    };
    EXPECT_EQ(tells(SQL_ASYNC_MODE), SQLUINTEGER{SQL_AM_STATEMENT});
    EXPECT_EQ(tells(SQL_MAX_ASYNC_CONCURRENT_STATEMENTS), 0U);
    EXPECT_EQ(tells(SQL_ASYNC_DBC_FUNCTIONS), SQLUINTEGER{SQL_ASYNC_DBC_CAPABLE});

    const auto enabled = [&](const RawHandle& of) {
        SQLULEN number = 99;
        EXPECT_EQ(calls_.get_stmt_attr(of.get(), SQL_ATTR_ASYNC_ENABLE, &number, 0, nullptr),
                  SQL_SUCCESS);
        return number;
    };
    const RawHandle before{calls_, SQL_HANDLE_STMT, connection_.get()};
    EXPECT_EQ(enabled(before), SQLULEN{SQL_ASYNC_ENABLE_OFF});
    EXPECT_EQ(set(SQL_ATTR_ASYNC_ENABLE, SQL_ASYNC_ENABLE_ON), SQL_SUCCESS);
    const RawHandle after{calls_, SQL_HANDLE_STMT, connection_.get()};
    EXPECT_EQ(enabled(before), SQLULEN{SQL_ASYNC_ENABLE_OFF});
    EXPECT_EQ(enabled(after), SQLULEN{SQL_ASYNC_ENABLE_ON});
    EXPECT_EQ(calls_.exec_direct(before.get(), chars("SELECT 1"), SQL_NTS), SQL_SUCCESS);
    EXPECT_EQ(calls_.exec_direct(after.get(), chars("SELECT 1"), SQL_NTS), SQL_STILL_EXECUTING);
    EXPECT_EQ(direct(after, "SELECT 1").result, SQL_SUCCESS);
    EXPECT_EQ(set(SQL_ATTR_ASYNC_ENABLE, SQL_ASYNC_ENABLE_ON), SQL_ERROR);  // a cursor is open
    EXPECT_EQ(connection_state(), "HY011");
    EXPECT_EQ(set(SQL_ATTR_ASYNC_ENABLE, SQL_ASYNC_ENABLE_OFF), SQL_SUCCESS);
    EXPECT_EQ(enabled(after), SQLULEN{SQL_ASYNC_ENABLE_OFF});
    EXPECT_EQ(calls_.fetch(after.get()), SQL_SUCCESS);
    EXPECT_EQ(calls_.set_stmt_attr(after.get(), SQL_ATTR_ASYNC_ENABLE, value(2), 0), SQL_ERROR);
    EXPECT_EQ(state(after), "HY024");
}

TEST_F(AsynchronousOnTheDriver, SeveralThreadsPollOneStatement) {
    EXPECT_EQ(poll([&] { return driver_connect(target()); }).result, SQL_SUCCESS);
    connected_ = true;
    const auto shared = statement();
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&, i] {
            for (int round = 0; round < 200; ++round) {
                SQLRETURN r = SQL_SUCCESS;
                switch ((i + round) % 4) {
                    case 0:
                        r = calls_.exec_direct(shared->get(), chars("SELECT 1"), SQL_NTS);
                        break;
                    case 1:
                        r = calls_.fetch(shared->get());
                        break;
                    case 2:
                        r = calls_.cancel(shared->get());
                        break;
                    default:
                        r = calls_.free_stmt(shared->get(), SQL_CLOSE);
                }
                EXPECT_TRUE(SQL_SUCCEEDED(r) || r == SQL_STILL_EXECUTING || r == SQL_NO_DATA ||
                            r == SQL_ERROR)
                    << r;
                (void)state(*shared);
            }
        });
    }
    for (auto& thread : threads) thread.join();
    poll([&] { return calls_.exec_direct(shared->get(), chars("SELECT 1"), SQL_NTS); });
    poll([&] { return calls_.fetch(shared->get()); });
    close(*shared);
    expect_usable(*shared);
}

}  // namespace
}  // namespace dqlite::test
