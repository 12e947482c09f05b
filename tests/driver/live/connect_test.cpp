// Roads to a connection besides SQLDriverConnect, and handing one on: browsing, cancelling,
// resetting, pooling.
#include <array>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>
#include <unistd.h>

#include "tests/driver/live/fixture.h"

namespace dqlite::test {
namespace {

/// The driver manager takes a driver's path from SQLDriverConnect only: for SQLBrowseConnect the
/// driver has a name here. It reads where names are once in a process, so before any test.
class RegisteredDriver : public ::testing::Environment {
  public:
    void SetUp() override {
        folder_ = std::filesystem::temp_directory_path() /
                  ("dqlite-odbc-test-" + std::to_string(::getpid()));
        std::filesystem::create_directories(folder_);
        std::ofstream{folder_ / "odbcinst.ini"} << "[dqlite-under-test]\nDriver = " << driver_path()
                                                << "\n";
        ::setenv("ODBCSYSINI", folder_.c_str(), 1);
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }

  private:
    std::filesystem::path folder_;
};
const auto* const registered = ::testing::AddGlobalTestEnvironment(new RegisteredDriver);
constexpr const char* by_name = "Driver=dqlite-under-test";

class Connecting : public OnOneNode {
  protected:
    struct Browsed {
        SQLRETURN result = SQL_ERROR;
        std::string told;
    };
    static Browsed browse(const OdbcConnection& connection, const std::string& text) {
        std::array<SQLCHAR, 1024> out{};
        SQLSMALLINT length = 0;
        Browsed browsed;
        browsed.result = SQLBrowseConnect(connection.handle(), chars(text), SQL_NTS, out.data(),
                                          static_cast<SQLSMALLINT>(out.size()), &length);
        browsed.told = reinterpret_cast<const char*>(out.data());
        return browsed;
    }
};
DQLITE_ON_EACH_GENERATION(Connecting);

// ------------------------------------------------------------------------------------- browsing

TEST_P(Connecting, BrowsingAsksForServerThenDatabase) {
    const OdbcConnection connection;
    auto step = browse(connection, by_name);
    ASSERT_EQ(step.result, SQL_NEED_DATA) << connection.message();
    EXPECT_EQ(step.told, "SERVER:Server=?;*NODESTORE:NodeStore=?");
    step = browse(connection, "Server=" + node().address());
    ASSERT_EQ(step.result, SQL_NEED_DATA) << connection.message();
    EXPECT_EQ(step.told, "DATABASE:Database=?");
    step = browse(connection, "Database=browsed");
    ASSERT_EQ(step.result, SQL_SUCCESS) << connection.message();
    EXPECT_NE(step.told.find("Server=" + node().address()), std::string::npos) << step.told;
    EXPECT_NE(step.told.find("Database=browsed"), std::string::npos) << step.told;
    {
        OdbcStatement statement{connection};
        EXPECT_EQ(statement.query("SELECT 1"), (Rows{{"1"}}));
    }
    EXPECT_EQ(connection.info_text(SQL_DATABASE_NAME), "browsed");
    EXPECT_EQ(SQLDisconnect(connection.handle()), SQL_SUCCESS);
    // The string told connects by itself.
    const OdbcConnection again{step.told};
    EXPECT_TRUE(again.ok());
}

TEST_P(Connecting, BrowsingWithEverythingConnectsAtOnce) {
    const OdbcConnection connection;
    EXPECT_EQ(
        browse(connection, std::string{by_name} + ";Server=dqlite://" + node().address() + "/other")
            .result,
        SQL_SUCCESS)
        << connection.message();
    EXPECT_EQ(SQLDisconnect(connection.handle()), SQL_SUCCESS);
}

TEST_P(Connecting, BrowsingEndsByDisconnecting) {
    const OdbcConnection connection;
    ASSERT_EQ(browse(connection, std::string{by_name} + ";Server=" + node().address()).result,
              SQL_NEED_DATA);
    ASSERT_EQ(SQLDisconnect(connection.handle()), SQL_SUCCESS) << connection.message();
    // Nothing of the first attempt is kept.
    EXPECT_EQ(browse(connection, by_name).told, "SERVER:Server=?;*NODESTORE:NodeStore=?");
    ASSERT_EQ(SQLDisconnect(connection.handle()), SQL_SUCCESS);
}

TEST_P(Connecting, BrowsingNamesUnknownKeysAndGoesOn) {
    const OdbcConnection connection;
    ASSERT_EQ(browse(connection, std::string{by_name} + ";Sevrer=x").result, SQL_NEED_DATA);
    EXPECT_EQ(connection.state(), "01S00");
    EXPECT_NE(connection.message().find("Sevrer"), std::string::npos);
    ASSERT_EQ(SQLDisconnect(connection.handle()), SQL_SUCCESS);
}

TEST_P(Connecting, BrowsingToNobodyFails) {
    const OdbcConnection connection;
    EXPECT_EQ(
        browse(connection, std::string{by_name} + ";Server=127.0.0.1:1;Database=d;LoginTimeout=1")
            .result,
        SQL_ERROR);
    EXPECT_EQ(connection.state(), "08001") << connection.message();
}

// ----------------------------------------------------------------------------------- cancelling

constexpr const char* endless =
    "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n) SELECT i FROM n";

TEST_P(Connecting, CancelHandleEndsAStatementInAnotherThread) {
    OdbcStatement statement{connection()};
    ASSERT_EQ(statement.direct(endless), SQL_SUCCESS);
    // Between two fetches there is nothing to cancel: again, until one is met.
    std::atomic<bool> ended{false};
    std::thread canceller{[&] {
        while (!ended) {
            std::this_thread::sleep_for(std::chrono::milliseconds{1});
            EXPECT_EQ(SQLCancelHandle(SQL_HANDLE_STMT, statement.handle()), SQL_SUCCESS);
        }
    }};
    SQLRETURN result = SQL_SUCCESS;
    while (result == SQL_SUCCESS) result = statement.fetch();
    ended = true;
    canceller.join();
    EXPECT_EQ(result, SQL_ERROR);
}

TEST_P(Connecting, CancelHandleEndsDataAtExecution) {
    OdbcStatement statement{connection()};
    ASSERT_EQ(statement.prepare("SELECT ?"), SQL_SUCCESS);
    SQLLEN later = SQL_DATA_AT_EXEC;
    ASSERT_EQ(SQLBindParameter(statement.handle(), 1, SQL_PARAM_INPUT, SQL_C_CHAR, SQL_VARCHAR, 10,
                               0, &later, 0, &later),
              SQL_SUCCESS);
    ASSERT_EQ(statement.execute(), SQL_NEED_DATA);
    ASSERT_EQ(SQLCancelHandle(SQL_HANDLE_STMT, statement.handle()), SQL_SUCCESS);
    EXPECT_EQ(statement.query("SELECT 2"), (Rows{{"2"}}));
}

TEST_P(Connecting, CancelHandleOfAnIdleConnectionDoesNothing) {
    EXPECT_EQ(SQLCancelHandle(SQL_HANDLE_DBC, connection().handle()), SQL_SUCCESS);
    EXPECT_EQ(query("SELECT 1"), (Rows{{"1"}}));
}

TEST_P(Connecting, CancelHandleEndsACommit) {
    run("CREATE TABLE t (a)");
    ASSERT_EQ(connection().autocommit(false), SQL_SUCCESS);
    run("INSERT INTO t VALUES (1)");
    node().sigstop();
    std::thread canceller{[&] {
        std::this_thread::sleep_for(std::chrono::milliseconds{300});
        EXPECT_EQ(SQLCancelHandle(SQL_HANDLE_DBC, connection().handle()), SQL_SUCCESS);
    }};
    const auto start = std::chrono::steady_clock::now();
    EXPECT_EQ(connection().commit(), SQL_ERROR);
    const auto state = connection().state();
    canceller.join();
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds{3});
    node().sigcont();
    // The server may have it or not: that is what the state says.
    EXPECT_EQ(state, "08007") << connection().message();
}

SQLUINTEGER dead(const OdbcConnection& connection) {
    SQLUINTEGER value = 99;
    EXPECT_EQ(SQLGetConnectAttr(connection.handle(), SQL_ATTR_CONNECTION_DEAD, &value, 0, nullptr),
              SQL_SUCCESS);
    return value;
}

// ------------------------------------------------------------------------------------ resetting

TEST_P(Connecting, ResettingUndoesWhatTheLastUserLeft) {
    run("CREATE TABLE t (a)");
    ASSERT_EQ(connection().autocommit(false), SQL_SUCCESS);
    ASSERT_EQ(connection().set(SQL_ATTR_METADATA_ID, SQL_TRUE), SQL_SUCCESS);
    run("INSERT INTO t VALUES (1)");
    OdbcStatement open{connection()};
    ASSERT_EQ(open.direct("SELECT a FROM t"), SQL_SUCCESS);
    ASSERT_EQ(connection().set(SQL_ATTR_RESET_CONNECTION, SQL_RESET_CONNECTION_YES), SQL_SUCCESS)
        << connection().message();
    EXPECT_EQ(query("SELECT count(*) FROM t"), (Rows{{"0"}}));
    SQLUINTEGER value = 99;
    ASSERT_EQ(SQLGetConnectAttr(connection().handle(), SQL_ATTR_METADATA_ID, &value, 0, nullptr),
              SQL_SUCCESS);
    EXPECT_EQ(value, SQLUINTEGER{SQL_FALSE});
    // In autocommit again: it is there for others at once.
    run("INSERT INTO t VALUES (2)");
    const OdbcConnection other{connection_string(node().address())};
    OdbcStatement statement{other};
    EXPECT_EQ(statement.query("SELECT a FROM t"), (Rows{{"2"}}));
}

TEST_P(Connecting, ResettingLeavesNoSessionState) {
    run("CREATE TABLE t (a)");
    run("INSERT INTO t VALUES (1)");
    run("CREATE TEMP TABLE secrets AS SELECT 'mine' AS v");
    ASSERT_EQ(connection().set(SQL_ATTR_RESET_CONNECTION, SQL_RESET_CONNECTION_YES), SQL_SUCCESS)
        << connection().message();
    OdbcStatement statement{connection()};
    EXPECT_EQ(statement.direct("SELECT v FROM secrets"), SQL_ERROR);
    EXPECT_EQ(statement.state(), "42S02") << statement.message();
    EXPECT_EQ(statement.query("SELECT a FROM t"), (Rows{{"1"}}));
}

TEST_P(Connecting, ResettingThatFailsLeavesAConnectionThatSaysSo) {
    auto doomed = std::make_unique<Node>(generation());
    OdbcConnection other{
        connection_string(doomed->address(), "LoginTimeout=1;FailoverTimeout=0.2;")};
    ASSERT_TRUE(other.ok());
    OdbcStatement prepared{other};
    ASSERT_EQ(prepared.prepare("SELECT 1"), SQL_SUCCESS) << prepared.message();
    OdbcStatement statement{other};
    ASSERT_EQ(statement.direct("CREATE TEMP TABLE secrets (v)"), SQL_SUCCESS);
    doomed.reset();
    EXPECT_EQ(other.set(SQL_ATTR_RESET_CONNECTION, SQL_RESET_CONNECTION_YES), SQL_ERROR);
    EXPECT_EQ(other.state(), "08001") << other.message();
    EXPECT_EQ(statement.direct("SELECT 1"), SQL_ERROR);
    EXPECT_EQ(statement.state().substr(0, 2), "08") << statement.message();
    EXPECT_EQ(prepared.execute(), SQL_ERROR);
    EXPECT_EQ(prepared.state().substr(0, 2), "08") << prepared.message();
    EXPECT_EQ(dead(other), SQLUINTEGER{SQL_CD_TRUE});
}

TEST_P(Connecting, ResettingTakesOneValueAndIsOnlySet) {
    EXPECT_EQ(connection().set(SQL_ATTR_RESET_CONNECTION, 7), SQL_ERROR);
    EXPECT_EQ(connection().state(), "HY024");
    SQLUINTEGER value = 0;
    EXPECT_EQ(
        SQLGetConnectAttr(connection().handle(), SQL_ATTR_RESET_CONNECTION, &value, 0, nullptr),
        SQL_ERROR);
    EXPECT_EQ(connection().state(), "HY092");
}

// -------------------------------------------------------------------------------- dead or alive

TEST_P(Connecting, ABrokenConnectionIsToldDead) {
    auto doomed = std::make_unique<Node>(generation());
    OdbcConnection other{connection_string(doomed->address(), "FailoverTimeout=0.2;")};
    ASSERT_TRUE(other.ok());
    EXPECT_EQ(dead(other), SQLUINTEGER{SQL_CD_FALSE});
    doomed.reset();
    OdbcStatement statement{other};
    EXPECT_EQ(statement.direct("SELECT 1"), SQL_ERROR);
    EXPECT_EQ(dead(other), SQLUINTEGER{SQL_CD_TRUE});
    EXPECT_EQ(dead(connection()), SQLUINTEGER{SQL_CD_FALSE});
}

}  // namespace
}  // namespace dqlite::test
