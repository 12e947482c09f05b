// Connecting, disconnecting and ending transactions asynchronously. What unixODBC cannot do
// (asynchronous connecting) is asked of the driver alone.
#include <array>
#include <chrono>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "tests/driver/live/asynchronous_fixture.h"

namespace dqlite::test {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

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
    EXPECT_EQ(calls.driver_connect(connection.get(), nullptr, chars(text), SQL_NTS, nullptr, 0,
                                   nullptr, SQL_DRIVER_NOPROMPT),
              SQL_SUCCESS)
        << first_state(calls, SQL_HANDLE_DBC, connection.get());
    const auto gone = poll([&] { return calls.disconnect(connection.get()); });
    EXPECT_EQ(gone.result, SQL_SUCCESS);
    EXPECT_GE(gone.still_executing, 1) << "the attribute did not reach the driver";
}

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

}  // namespace
}  // namespace dqlite::test
