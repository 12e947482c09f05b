// Asynchronous execution by polling: statements that last, and connections to run them on, through
// the driver manager and on the driver alone.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "tests/driver/live/calls.h"
#include "tests/driver/live/odbc.h"
#include "tests/support/generation.h"
#include "tests/support/node.h"

namespace dqlite::test {

/// Longer than a call that waits for nothing takes on a busy machine under a sanitizer, and shorter
/// than the calls it is not to wait for.
inline constexpr auto at_once = std::chrono::seconds{2};

/// A step of about a second, and one that only a cancellation ends in time.
inline constexpr const char* slow_count =
    "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 1500000) "
    "SELECT count(*) FROM n";
inline constexpr const char* endless_count =
    "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 60000000) "
    "SELECT count(*) FROM n";

inline SQLPOINTER value(SQLULEN number) {
    return reinterpret_cast<SQLPOINTER>(number);
}

/// Calls again until the function has finished; how often it had not.
struct Polled {
    SQLRETURN result = SQL_ERROR;
    int still_executing = 0;
};
inline Polled poll(const std::function<SQLRETURN()>& function) {
    Polled polled;
    while ((polled.result = function()) == SQL_STILL_EXECUTING) {
        ++polled.still_executing;
        std::this_thread::sleep_for(std::chrono::milliseconds{1});
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
        ASSERT_EQ(calls_.driver_connect(connection_.get(), nullptr, chars(text), SQL_NTS, nullptr,
                                        0, nullptr, SQL_DRIVER_NOPROMPT),
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

/// A connected one, through the driver manager where its parameter is true.
class Asynchronous : public AsynchronousBase, public ::testing::WithParamInterface<bool> {
  protected:
    Asynchronous() : AsynchronousBase{GetParam() ? through_driver_manager() : on_the_driver()} {}
    void SetUp() override { connect(); }
};

inline std::string name_of_calls(const ::testing::TestParamInfo<bool>& through) {
    return through.param ? "ThroughTheDriverManager" : "OnTheDriver";
}

/// Not connected yet, and asynchronous in that too.
class AsynchronousOnTheDriver : public AsynchronousBase {
  protected:
    AsynchronousOnTheDriver() : AsynchronousBase{on_the_driver()} {}
    void SetUp() override {
        ASSERT_EQ(set(SQL_ATTR_ASYNC_DBC_FUNCTIONS_ENABLE, SQL_ASYNC_DBC_ENABLE_ON), SQL_SUCCESS);
    }
    [[nodiscard]] SQLRETURN driver_connect(const std::string& text, SQLCHAR* out = nullptr,
                                           SQLSMALLINT capacity = 0,
                                           SQLSMALLINT* length = nullptr) const {
        return calls_.driver_connect(connection_.get(), nullptr, chars(text), SQL_NTS, out,
                                     capacity, length, SQL_DRIVER_NOPROMPT);
    }
};

}  // namespace dqlite::test
