// Every function that may be asynchronous is, tells the same as it would otherwise, and can be
// cancelled.
#include <array>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "tests/driver/live/asynchronous_fixture.h"

namespace dqlite::test {
namespace {

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
INSTANTIATE_TEST_SUITE_P(Calls, EveryFunction, ::testing::Values(true, false), name_of_calls);

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

}  // namespace
}  // namespace dqlite::test
