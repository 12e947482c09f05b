// While a statement executes asynchronously the process ends, forks, or unloads the driver.
#include <chrono>
#include <cstdlib>
#include <dlfcn.h>
#include <filesystem>
#include <functional>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include <gtest/gtest.h>

#include "tests/driver/live/asynchronous_fixture.h"

namespace dqlite::test {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

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
    if (calls.driver_connect(connection, nullptr, chars(text), SQL_NTS, nullptr, 0, nullptr,
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
