// Asynchronous execution by polling, through the driver manager and on the driver alone. What
// unixODBC cannot do (asynchronous connecting) is asked of the driver alone.
#include <array>
#include <chrono>
#include <cstdlib>
#include <dlfcn.h>
#include <filesystem>
#include <functional>
#include <memory>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
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

/// Longer than a call that waits for nothing takes on a busy machine under a sanitizer, and shorter
/// than the calls it is not to wait for.
constexpr auto at_once = 2s;

/// A step of about a second, and one that only a cancellation ends in time.
constexpr const char* slow_count =
    "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 1500000) "
    "SELECT count(*) FROM n";
constexpr const char* endless_count =
    "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 60000000) "
    "SELECT count(*) FROM n";

SQLPOINTER value(SQLULEN number) {
    return reinterpret_cast<SQLPOINTER>(number);
}

/// Calls again until the function has finished; how often it had not.
struct Polled {
    SQLRETURN result = SQL_ERROR;
    int still_executing = 0;
};
Polled poll(const std::function<SQLRETURN()>& function) {
    Polled polled;
    while ((polled.result = function()) == SQL_STILL_EXECUTING) {
        ++polled.still_executing;
        std::this_thread::sleep_for(1ms);
    }
    return polled;
}

class AsynchronousBase : public ::testing::Test {
  protected:
    explicit AsynchronousBase(const OdbcCalls& calls)
        : calls_{calls},
          environment_{calls, SQL_HANDLE_ENV, SQL_NULL_HANDLE},
          connection_{calls, SQL_HANDLE_DBC, environment_.get()} {}

    void connect() {
        const auto text = target();
        ASSERT_EQ(calls_.driver_connect(connection_.get(), nullptr, chars(text.c_str()), SQL_NTS,
                                        nullptr, 0, nullptr, SQL_DRIVER_NOPROMPT),
                  SQL_SUCCESS)
            << connection_state();
        connected_ = true;
    }
    void TearDown() override {
        if (!connected_) return;
        EXPECT_EQ(disconnect(), SQL_SUCCESS) << connection_state();
    }
    SQLRETURN disconnect() {
        connected_ = false;
        return poll([&] { return calls_.disconnect(connection_.get()); }).result;
    }

    [[nodiscard]] std::string target(const char* more = "") const {
        return connection_string(node_.address(), more);
    }
    [[nodiscard]] std::string connection_state() const {
        return first_state(calls_, SQL_HANDLE_DBC, connection_.get());
    }
    [[nodiscard]] std::string state(const RawHandle& statement) const {
        return first_state(calls_, SQL_HANDLE_STMT, statement.get());
    }
    /// A statement that is set to asynchronous execution.
    [[nodiscard]] std::unique_ptr<RawHandle> statement() const {
        auto made = std::make_unique<RawHandle>(calls_, SQL_HANDLE_STMT, connection_.get());
        EXPECT_EQ(
            calls_.set_stmt_attr(made->get(), SQL_ATTR_ASYNC_ENABLE, value(SQL_ASYNC_ENABLE_ON), 0),
            SQL_SUCCESS);
        return made;
    }
    [[nodiscard]] Polled direct(const RawHandle& statement, const char* sql) const {
        return poll([&] { return calls_.exec_direct(statement.get(), chars(sql), SQL_NTS); });
    }
    [[nodiscard]] std::int64_t integer(const RawHandle& statement) const {
        EXPECT_EQ(poll([&] { return calls_.fetch(statement.get()); }).result, SQL_SUCCESS)
            << state(statement);
        SQLBIGINT number = 0;
        EXPECT_EQ(poll([&] {
                      return calls_.get_data(statement.get(), 1, SQL_C_SBIGINT, &number,
                                             sizeof number, nullptr);
                  }).result,
                  SQL_SUCCESS);
        return number;
    }
    void close(const RawHandle& statement) const {
        EXPECT_EQ(calls_.free_stmt(statement.get(), SQL_CLOSE), SQL_SUCCESS) << state(statement);
    }
    void expect_usable(const RawHandle& statement) const {
        EXPECT_EQ(direct(statement, "SELECT 42").result, SQL_SUCCESS) << state(statement);
        EXPECT_EQ(integer(statement), 42);
        close(statement);
    }
    SQLRETURN set(SQLINTEGER attribute, SQLULEN number) const {
        return calls_.set_connect_attr(connection_.get(), attribute, value(number), 0);
    }

    const OdbcCalls& calls_;
    Node node_{generations().back()};
    RawHandle environment_;
    RawHandle connection_;
    bool connected_ = false;
};

class Asynchronous : public AsynchronousBase, public ::testing::WithParamInterface<bool> {
  protected:
    Asynchronous() : AsynchronousBase{GetParam() ? through_driver_manager() : on_the_driver()} {}
    void SetUp() override { connect(); }
};
INSTANTIATE_TEST_SUITE_P(Calls, Asynchronous, ::testing::Values(true, false), [](const auto& to) {
    return std::string{to.param ? "ThroughTheDriverManager" : "OnTheDriver"};
});

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
        results[i] = calls_.exec_direct(statements[i]->get(), chars(texts[i].c_str()), SQL_NTS);
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

// ----------------------------------------------------------------------- every function that may

/// Prepares `sql`, so that the description of its columns or parameters is still to be found.
class EveryFunction : public Asynchronous {
  protected:
    void SetUp() override {
        Asynchronous::SetUp();
        asynchronous_ = statement();
        ok([&] { return calls_.exec_direct(handle(), chars(table), SQL_NTS); });
        ok([&] {
            return calls_.exec_direct(handle(), chars("INSERT INTO t VALUES (1, 'one')"), SQL_NTS);
        });
    }
    void TearDown() override {
        asynchronous_.reset();  // before the connection: unixODBC looks into what it has freed
        Asynchronous::TearDown();
    }
    [[nodiscard]] SQLHSTMT handle() const { return asynchronous_->get(); }
    /// The same for what has to be synchronous under unixODBC, which would not let it end.
    void ok_alone(const std::function<SQLRETURN()>& function, SQLRETURN expected = SQL_SUCCESS) {
        const auto polled = poll(function);
        EXPECT_EQ(polled.result, expected) << state(*asynchronous_);
        EXPECT_EQ(polled.still_executing >= 1, !GetParam());
    }
    /// Polls until it is done; it has to have been asynchronous.
    void ok(const std::function<SQLRETURN()>& function, SQLRETURN expected = SQL_SUCCESS) {
        const auto polled = poll(function);
        EXPECT_EQ(polled.result, expected) << state(*asynchronous_);
        EXPECT_GE(polled.still_executing, 1);
    }
    void prepare(const char* sql) {
        EXPECT_EQ(poll([&] { return calls_.prepare(handle(), chars(sql), SQL_NTS); }).result,
                  SQL_SUCCESS);
    }
    void close_cursor() const { close(*asynchronous_); }

    static constexpr const char* table =
        "CREATE TABLE t (id INTEGER PRIMARY KEY, name VARCHAR(20))";
    std::unique_ptr<RawHandle> asynchronous_;
};
INSTANTIATE_TEST_SUITE_P(Calls, EveryFunction, ::testing::Values(true, false), [](const auto& to) {
    return std::string{to.param ? "ThroughTheDriverManager" : "OnTheDriver"};
});

TEST_P(EveryFunction, DescribesColumns) {
    SQLSMALLINT count = 0;
    prepare("SELECT id, name FROM t");
    ok_alone([&] { return calls_.num_result_cols(handle(), &count); });
    EXPECT_EQ(count, 2);

    prepare("SELECT name, id FROM t");
    std::array<SQLCHAR, 32> name{};
    SQLSMALLINT type = 0;
    SQLULEN size = 0;
    const auto describe = [&] {
        return calls_.describe_col(handle(), 1, name.data(), name.size(), nullptr, &type, &size,
                                   nullptr, nullptr);
    };
    ok_alone(describe);
    EXPECT_STREQ(reinterpret_cast<const char*>(name.data()), "name");
    EXPECT_EQ(size, 20U);
    EXPECT_EQ(describe(), SQL_SUCCESS) << "what is known needs no detour";

    prepare("SELECT id FROM t WHERE id = 1");
    SQLLEN key = -1;
    ok_alone([&] {
        return calls_.col_attribute(handle(), 1, SQL_DESC_CONCISE_TYPE, nullptr, 0, nullptr, &key);
    });
    EXPECT_EQ(key, SQL_BIGINT);
}

TEST_P(EveryFunction, DescribesParameters) {
    prepare("UPDATE t SET name = ? WHERE id = 1");
    SQLSMALLINT count = 0;
    EXPECT_EQ(poll([&] { return calls_.num_params(handle(), &count); }).result, SQL_SUCCESS);
    EXPECT_EQ(count, 1);
    SQLULEN size = 0;
    ok_alone([&] { return calls_.describe_param(handle(), 1, nullptr, &size, nullptr, nullptr); });
    EXPECT_EQ(size, 20U);
}

TEST_P(EveryFunction, ExecutesAndFetches) {
    SQLBIGINT id = 0;
    ASSERT_EQ(calls_.bind_col(handle(), 1, SQL_C_SBIGINT, &id, sizeof id, nullptr), SQL_SUCCESS);
    prepare("SELECT id FROM t");
    for (int round = 0; round < 3; ++round) {
        id = 0;
        ok([&] { return calls_.execute(handle()); });
        ok_alone([&] { return calls_.fetch(handle()); });
        EXPECT_EQ(id, 1);
        ok_alone([&] { return calls_.fetch(handle()); }, SQL_NO_DATA);
        close_cursor();
    }
}

TEST_P(EveryFunction, Scrolls) {
    close_cursor();  // unixODBC takes one for open after any statement
    ASSERT_EQ(calls_.set_stmt_attr(handle(), SQL_ATTR_CURSOR_TYPE, value(SQL_CURSOR_STATIC), 0),
              SQL_SUCCESS);
    ok([&] { return calls_.exec_direct(handle(), chars("SELECT 1 UNION ALL SELECT 2"), SQL_NTS); });
    SQLBIGINT number = 0;
    ASSERT_EQ(calls_.bind_col(handle(), 1, SQL_C_SBIGINT, &number, sizeof number, nullptr),
              SQL_SUCCESS);
    ok_alone([&] { return calls_.fetch_scroll(handle(), SQL_FETCH_LAST, 0); });
    EXPECT_EQ(number, 2);
    number = 0;
    ok_alone([&] { return calls_.set_pos(handle(), 1, SQL_REFRESH, SQL_LOCK_NO_CHANGE); });
    EXPECT_EQ(number, 2);
    ok_alone([&] { return calls_.more_results(handle()); }, SQL_NO_DATA);
}

TEST_P(EveryFunction, TakesDataAtExecution) {
    SQLLEN at_execution = SQL_DATA_AT_EXEC;
    int token = 0;
    ASSERT_EQ(calls_.bind_parameter(handle(), 1, SQL_PARAM_INPUT, SQL_C_CHAR, SQL_VARCHAR, 20, 0,
                                    &token, 0, &at_execution),
              SQL_SUCCESS);
    prepare("INSERT INTO t VALUES (2, ?)");
    ok([&] { return calls_.execute(handle()); }, SQL_NEED_DATA);
    SQLPOINTER asked = nullptr;
    ok_alone([&] { return calls_.param_data(handle(), &asked); }, SQL_NEED_DATA);
    EXPECT_EQ(asked, &token);
    char text[] = "two";
    EXPECT_EQ(poll([&] { return calls_.put_data(handle(), text, SQL_NTS); }).result, SQL_SUCCESS);
    ok_alone([&] { return calls_.param_data(handle(), &asked); });
    SQLLEN rows = 0;
    EXPECT_EQ(calls_.row_count(handle(), &rows), SQL_SUCCESS);
    EXPECT_EQ(rows, 1);
}

TEST_P(EveryFunction, ReadsTheCatalogue) {
    auto* const t = chars("t");
    const std::vector<std::pair<const char*, std::function<SQLRETURN()>>> functions{
        {"SQLTables",
         [&] { return calls_.tables(handle(), nullptr, 0, nullptr, 0, t, 1, nullptr, 0); }},
        {"SQLColumns",
         [&] { return calls_.columns(handle(), nullptr, 0, nullptr, 0, t, 1, nullptr, 0); }},
        {"SQLPrimaryKeys",
         [&] { return calls_.primary_keys(handle(), nullptr, 0, nullptr, 0, t, 1); }},
        {"SQLForeignKeys",
         [&] {
             return calls_.foreign_keys(handle(), nullptr, 0, nullptr, 0, t, 1, nullptr, 0, nullptr,
                                        0, nullptr, 0);
         }},
        {"SQLStatistics",
         [&] {
             return calls_.statistics(handle(), nullptr, 0, nullptr, 0, t, 1, SQL_INDEX_ALL,
                                      SQL_QUICK);
         }},
        {"SQLSpecialColumns",
         [&] {
             return calls_.special_columns(handle(), SQL_BEST_ROWID, nullptr, 0, nullptr, 0, t, 1,
                                           SQL_SCOPE_SESSION, SQL_NULLABLE);
         }},
        {"SQLTablePrivileges",
         [&] { return calls_.table_privileges(handle(), nullptr, 0, nullptr, 0, t, 1); }},
        {"SQLColumnPrivileges",
         [&] {
             return calls_.column_privileges(handle(), nullptr, 0, nullptr, 0, t, 1, nullptr, 0);
         }},
        {"SQLProcedures",
         [&] { return calls_.procedures(handle(), nullptr, 0, nullptr, 0, nullptr, 0); }},
        {"SQLProcedureColumns",
         [&] {
             return calls_.procedure_columns(handle(), nullptr, 0, nullptr, 0, nullptr, 0, nullptr,
                                             0);
         }},
        {"SQLGetTypeInfo", [&] { return calls_.get_type_info(handle(), SQL_ALL_TYPES); }},
    };
    for (const auto& [name, function] : functions) {
        SCOPED_TRACE(name);
        ok(function);
        const auto fetched = poll([&] { return calls_.fetch(handle()); });
        const bool has_rows = std::string_view{name} != "SQLForeignKeys" &&
                              std::string_view{name} != "SQLProcedureColumns";
        EXPECT_TRUE(fetched.result == SQL_SUCCESS || !has_rows) << state(*asynchronous_);
        close_cursor();
    }
}

// After an error too, and wherever the driver manager stands between.
TEST_P(EveryFunction, IsCancelledAndLeavesAUsableStatement) {
    SQLLEN at_execution = SQL_DATA_AT_EXEC;
    ASSERT_EQ(calls_.bind_parameter(handle(), 1, SQL_PARAM_INPUT, SQL_C_CHAR, SQL_VARCHAR, 20, 0,
                                    &at_execution, 0, &at_execution),
              SQL_SUCCESS);
    close_cursor();
    SQLPOINTER asked = nullptr;
    char text[] = "x";
    const auto cancelled = [&](const char* name, const std::function<SQLRETURN()>& function) {
        SCOPED_TRACE(name);
        node_.sigstop();
        EXPECT_EQ(function(), SQL_STILL_EXECUTING);
        EXPECT_EQ(calls_.cancel(handle()), SQL_SUCCESS);
        EXPECT_EQ(poll(function).result, SQL_ERROR);
        EXPECT_EQ(state(*asynchronous_), "HY008");
        node_.sigcont();
        expect_usable(*asynchronous_);
    };
    cancelled("SQLExecDirect",
              [&] { return calls_.exec_direct(handle(), chars("SELECT 1"), SQL_NTS); });
    prepare("SELECT 2");
    cancelled("SQLExecute", [&] { return calls_.execute(handle()); });
    cancelled("SQLTables", [&] {
        return calls_.tables(handle(), nullptr, 0, nullptr, 0, nullptr, 0, nullptr, 0);
    });
    prepare("SELECT ? AS p");
    ok([&] { return calls_.execute(handle()); }, SQL_NEED_DATA);
    ok_alone([&] { return calls_.param_data(handle(), &asked); }, SQL_NEED_DATA);
    EXPECT_EQ(poll([&] { return calls_.put_data(handle(), text, SQL_NTS); }).result, SQL_SUCCESS);
    if (GetParam()) return;  // synchronous there
    cancelled("SQLParamData", [&] { return calls_.param_data(handle(), &asked); });
}

TEST_P(EveryFunction, EndsTransactionsAndSetsAttributes) {
    ASSERT_EQ(set(SQL_ATTR_ASYNC_DBC_FUNCTIONS_ENABLE, SQL_ASYNC_DBC_ENABLE_ON), SQL_SUCCESS)
        << connection_state();
    const auto set_autocommit = [&](SQLULEN on) {
        return poll([&] { return set(SQL_ATTR_AUTOCOMMIT, on); });
    };
    EXPECT_EQ(set_autocommit(SQL_AUTOCOMMIT_OFF).result, SQL_SUCCESS) << connection_state();
    const auto insert = [&](const char* sql) {
        ok([&] { return calls_.exec_direct(handle(), chars(sql), SQL_NTS); });
    };
    const auto end = [&](SQLSMALLINT how) {
        const auto polled =
            poll([&] { return calls_.end_tran(SQL_HANDLE_DBC, connection_.get(), how); });
        EXPECT_EQ(polled.result, SQL_SUCCESS) << connection_state();
        EXPECT_GE(polled.still_executing, 1);
    };
    insert("INSERT INTO t VALUES (2, 'two')");
    end(SQL_COMMIT);
    insert("INSERT INTO t VALUES (3, 'three')");
    end(SQL_ROLLBACK);
    insert("INSERT INTO t VALUES (4, 'four')");
    const auto on = set_autocommit(SQL_AUTOCOMMIT_ON);
    EXPECT_EQ(on.result, SQL_SUCCESS) << connection_state();
    ok([&] { return calls_.exec_direct(handle(), chars("SELECT sum(id) FROM t"), SQL_NTS); });
    EXPECT_EQ(integer(*asynchronous_), 7);
    asynchronous_.reset();
    connected_ = false;
    const auto gone = poll([&] { return calls_.disconnect(connection_.get()); });
    EXPECT_EQ(gone.result, SQL_SUCCESS) << connection_state();
    EXPECT_GE(gone.still_executing, 1);
}

// unixODBC takes SQL_STILL_EXECUTING for a failure to connect and unloads the driver: under it,
// connecting is done when the call returns.
TEST(AsynchronousUnderTheDriverManager, ConnectingIsSynchronous) {
    const Node node{generations().back()};
    const auto& calls = through_driver_manager();
    const RawHandle environment{calls, SQL_HANDLE_ENV, SQL_NULL_HANDLE};
    const RawHandle connection{calls, SQL_HANDLE_DBC, environment.get()};
    ASSERT_EQ(calls.set_connect_attr(connection.get(), SQL_ATTR_ASYNC_DBC_FUNCTIONS_ENABLE,
                                     value(SQL_ASYNC_DBC_ENABLE_ON), 0),
              SQL_SUCCESS);
    const auto text = connection_string(node.address());
    EXPECT_EQ(calls.driver_connect(connection.get(), nullptr, chars(text.c_str()), SQL_NTS, nullptr,
                                   0, nullptr, SQL_DRIVER_NOPROMPT),
              SQL_SUCCESS)
        << first_state(calls, SQL_HANDLE_DBC, connection.get());
    const auto gone = poll([&] { return calls.disconnect(connection.get()); });
    EXPECT_EQ(gone.result, SQL_SUCCESS);
    EXPECT_GE(gone.still_executing, 1) << "the attribute did not reach the driver";
}

// ------------------------------------------------------------------------- on the driver alone

class AsynchronousOnTheDriver : public AsynchronousBase {
  protected:
    AsynchronousOnTheDriver() : AsynchronousBase{on_the_driver()} {}
    void SetUp() override {
        ASSERT_EQ(set(SQL_ATTR_ASYNC_DBC_FUNCTIONS_ENABLE, SQL_ASYNC_DBC_ENABLE_ON), SQL_SUCCESS);
    }
    [[nodiscard]] SQLRETURN driver_connect(const std::string& text, SQLCHAR* out = nullptr,
                                           SQLSMALLINT capacity = 0,
                                           SQLSMALLINT* length = nullptr) const {
        return calls_.driver_connect(connection_.get(), nullptr, chars(text.c_str()), SQL_NTS, out,
                                     capacity, length, SQL_DRIVER_NOPROMPT);
    }
};

TEST_F(AsynchronousOnTheDriver, ConnectsAndDisconnects) {
    std::array<SQLCHAR, 1024> out{};
    SQLSMALLINT length = 0;
    const auto connected =
        poll([&] { return driver_connect(target(), out.data(), out.size(), &length); });
    EXPECT_EQ(connected.result, SQL_SUCCESS) << connection_state();
    EXPECT_GE(connected.still_executing, 1);
    EXPECT_EQ(std::string_view(reinterpret_cast<const char*>(out.data())), target());
    expect_usable(*statement());
    const auto gone = poll([&] { return calls_.disconnect(connection_.get()); });
    EXPECT_EQ(gone.result, SQL_SUCCESS);
    EXPECT_GE(gone.still_executing, 1);

    std::array<SQLCHAR, 1024> asked{};
    const auto browse = [&](const char* text) {
        return poll([&] {
            return calls_.browse_connect(connection_.get(), chars(text), SQL_NTS, asked.data(),
                                         asked.size(), &length);
        });
    };
    const auto needs = browse("Database=default");
    EXPECT_EQ(needs.result, SQL_NEED_DATA) << connection_state();
    EXPECT_NE(std::string{reinterpret_cast<const char*>(asked.data())}.find("Server"),
              std::string::npos);
    EXPECT_EQ(browse(("Server=" + node_.address()).c_str()).result, SQL_SUCCESS)
        << connection_state();
    connected_ = true;
    expect_usable(*statement());
}

TEST_F(AsynchronousOnTheDriver, OtherFunctionsOfAConnectionThatConnectsAreOutOfSequence) {
    node_.sigstop();
    ASSERT_EQ(driver_connect(target()), SQL_STILL_EXECUTING);
    EXPECT_EQ(calls_.end_tran(SQL_HANDLE_DBC, connection_.get(), SQL_COMMIT), SQL_ERROR);
    EXPECT_EQ(connection_state(), "HY010");
    EXPECT_EQ(calls_.disconnect(connection_.get()), SQL_ERROR);
    EXPECT_EQ(connection_state(), "HY010");
    EXPECT_EQ(calls_.free_handle(SQL_HANDLE_DBC, connection_.get()), SQL_ERROR);
    EXPECT_EQ(connection_state(), "HY010");
    node_.sigcont();
    EXPECT_EQ(poll([&] { return driver_connect(target()); }).result, SQL_SUCCESS)
        << connection_state();
    connected_ = true;
    expect_usable(*statement());
}

TEST_F(AsynchronousOnTheDriver, ConnectingIsCancelled) {
    node_.sigstop();
    const auto text = target("LoginTimeout=60");
    ASSERT_EQ(driver_connect(text), SQL_STILL_EXECUTING);
    std::this_thread::sleep_for(50ms);
    EXPECT_EQ(driver_connect(text), SQL_STILL_EXECUTING);
    const auto start = Clock::now();
    EXPECT_EQ(calls_.cancel_handle(SQL_HANDLE_DBC, connection_.get()), SQL_SUCCESS);
    EXPECT_EQ(poll([&] { return driver_connect(text); }).result, SQL_ERROR);
    EXPECT_LT(Clock::now() - start, at_once);
    EXPECT_EQ(connection_state(), "HY008");
    node_.sigcont();
    EXPECT_EQ(poll([&] { return driver_connect(text); }).result, SQL_SUCCESS) << connection_state();
    connected_ = true;
    expect_usable(*statement());
}

TEST_F(AsynchronousOnTheDriver, AFailureToConnectIsTold) {
    EXPECT_EQ(poll([&] {
                  return driver_connect(connection_string("127.0.0.1:1", "LoginTimeout=1"));
              }).result,
              SQL_ERROR);
    EXPECT_EQ(connection_state(), "08001");
}

TEST_F(AsynchronousOnTheDriver, AStatementWaitsWhileItsConnectionEndsATransaction) {
    EXPECT_EQ(poll([&] { return driver_connect(target()); }).result, SQL_SUCCESS);
    connected_ = true;
    const auto one = statement();
    ASSERT_EQ(poll([&] { return set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF); }).result,
              SQL_SUCCESS);
    EXPECT_EQ(direct(*one, "CREATE TABLE t (i)").result, SQL_SUCCESS) << state(*one);
    node_.sigstop();
    const auto commit = [&] {
        return calls_.end_tran(SQL_HANDLE_DBC, connection_.get(), SQL_COMMIT);
    };
    ASSERT_EQ(commit(), SQL_STILL_EXECUTING);
    EXPECT_EQ(calls_.exec_direct(one->get(), chars("SELECT 1"), SQL_NTS), SQL_ERROR);
    EXPECT_EQ(state(*one), "HY010");
    EXPECT_EQ(calls_.cancel(one->get()), SQL_ERROR);
    EXPECT_EQ(state(*one), "HY010");
    node_.sigcont();
    EXPECT_EQ(poll(commit).result, SQL_SUCCESS) << connection_state();
    expect_usable(*one);
    EXPECT_EQ(poll(commit).result, SQL_SUCCESS);
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

// ------------------------------------------------------------ the process ends, forks, unloads

/// Runs `work` in a child and says whether it exited in order, with 0.
bool in_child(const std::function<void()>& work) {
    const pid_t child = ::fork();
    if (child == 0) {
        work();
        std::_Exit(1);  // it was to end by itself
    }
    int status = 0;
    return ::waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/// Connects with a library and leaves a statement executing.
void leave_executing(const OdbcCalls& calls, const std::string& text) {
    SQLHENV environment = SQL_NULL_HENV;
    calls.alloc_handle(SQL_HANDLE_ENV, SQL_NULL_HANDLE, &environment);
    calls.set_env_attr(environment, SQL_ATTR_ODBC_VERSION, value(SQL_OV_ODBC3_80), 0);
    SQLHDBC connection = SQL_NULL_HDBC;
    calls.alloc_handle(SQL_HANDLE_DBC, environment, &connection);
    if (calls.driver_connect(connection, nullptr, chars(text.c_str()), SQL_NTS, nullptr, 0, nullptr,
                             SQL_DRIVER_NOPROMPT) != SQL_SUCCESS) {
        std::_Exit(2);
    }
    SQLHSTMT statement = SQL_NULL_HSTMT;
    calls.alloc_handle(SQL_HANDLE_STMT, connection, &statement);
    calls.set_stmt_attr(statement, SQL_ATTR_ASYNC_ENABLE, value(SQL_ASYNC_ENABLE_ON), 0);
    if (calls.exec_direct(statement, chars(endless_count), SQL_NTS) != SQL_STILL_EXECUTING) {
        std::_Exit(3);
    }
    std::this_thread::sleep_for(50ms);
}

TEST(AsynchronousAndTheProcess, ItMayExitWhileAStatementExecutes) {
    const Node node{generations().back()};
    const auto start = Clock::now();
    EXPECT_TRUE(in_child([&] {
        leave_executing(on_the_driver(), connection_string(node.address()));
        std::exit(0);
    }));
    EXPECT_LT(Clock::now() - start, at_once + at_once);
}

TEST(AsynchronousAndTheProcess, ItMayUnloadTheDriverWhileAStatementExecutes) {
    const Node node{generations().back()};
    // A copy: the driver itself stays loaded in this program.
    const auto copy = std::filesystem::path{node.directory()} / "libcopy.so";
    std::filesystem::copy_file(driver_path(), copy);
    EXPECT_TRUE(in_child([&] {
        void* const library = dlopen(copy.c_str(), RTLD_NOW | RTLD_LOCAL);
        if (library == nullptr) std::_Exit(4);
        leave_executing(load_calls(library), connection_string(node.address()));
        if (dlclose(library) != 0) std::_Exit(5);
        std::this_thread::sleep_for(100ms);
        std::_Exit(0);
    }));
}

TEST_F(AsynchronousOnTheDriver, AChildOfAForkIsToldWhereItExecutes) {
    EXPECT_EQ(poll([&] { return driver_connect(target()); }).result, SQL_SUCCESS);
    connected_ = true;
    const auto slow = statement();
    ASSERT_EQ(calls_.exec_direct(slow->get(), chars(slow_count), SQL_NTS), SQL_STILL_EXECUTING);
    EXPECT_TRUE(in_child([&] {
        const auto r = calls_.exec_direct(slow->get(), chars(slow_count), SQL_NTS);
        std::_Exit(r == SQL_ERROR && state(*slow) == "HY000" ? 0 : 1);
    }));
    EXPECT_EQ(direct(*slow, slow_count).result, SQL_SUCCESS) << state(*slow);
    EXPECT_EQ(integer(*slow), 1'500'000);
}

}  // namespace
}  // namespace dqlite::test
