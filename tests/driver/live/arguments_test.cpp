// Arguments at the edge of what a function takes, and settings that outlive what they were made
// for. On the driver alone where a driver manager answers for it.
#include <atomic>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/driver/live/calls.h"
#include "tests/driver/live/fixture.h"
#include "tests/support/fake_server.h"
#include "wire/rows.h"

namespace dqlite::test {
namespace {

/// A statement of a connection without a driver manager.
class Direct {
  public:
    explicit Direct(const std::string& text) {
        SQLSMALLINT length = 0;
        EXPECT_EQ(calls.driver_connect(connection.get(), nullptr, chars(text), SQL_NTS, nullptr, 0,
                                       &length, SQL_DRIVER_NOPROMPT),
                  SQL_SUCCESS)
            << first_state(calls, SQL_HANDLE_DBC, connection.get());
        EXPECT_EQ(calls.alloc_handle(SQL_HANDLE_STMT, connection.get(), &statement), SQL_SUCCESS);
    }
    ~Direct() {
        calls.free_handle(SQL_HANDLE_STMT, statement);
        calls.disconnect(connection.get());
    }
    Direct(const Direct&) = delete;
    Direct& operator=(const Direct&) = delete;
    [[nodiscard]] std::string state() const {
        return first_state(calls, SQL_HANDLE_STMT, statement);
    }

    const OdbcCalls& calls = on_the_driver();
    RawHandle environment{calls, SQL_HANDLE_ENV, SQL_NULL_HANDLE};
    RawHandle connection{calls, SQL_HANDLE_DBC, environment.get()};
    SQLHSTMT statement = SQL_NULL_HSTMT;
};

class Arguments : public OnOneNode {};
DQLITE_ON_EACH_GENERATION(Arguments);

// SQL_DESC_COUNT is a signed 16-bit number.
TEST_P(Arguments, NumbersPastTheLastOneThereCanBe) {
    const Direct direct{connection_string(node().address())};
    SQLINTEGER value = 0;
    for (const SQLUSMALLINT number : {SQLUSMALLINT{32'768}, SQLUSMALLINT{65'535}}) {
        EXPECT_EQ(direct.calls.bind_col(direct.statement, number, SQL_C_LONG, &value, 0, nullptr),
                  SQL_ERROR);
        EXPECT_EQ(direct.state(), "07009");
        EXPECT_EQ(direct.calls.bind_col(direct.statement, number, SQL_C_LONG, nullptr, 0, nullptr),
                  SQL_ERROR);
        EXPECT_EQ(direct.state(), "07009");
        EXPECT_EQ(direct.calls.bind_parameter(direct.statement, number, SQL_PARAM_INPUT, SQL_C_LONG,
                                              SQL_INTEGER, 0, 0, &value, 0, nullptr),
                  SQL_ERROR);
        EXPECT_EQ(direct.state(), "07009");
    }
}

TEST_P(Arguments, NoDataForAPieceOfFixedLength) {
    const Direct direct{connection_string(node().address())};
    const std::string sql = "SELECT ?";
    SQLLEN indicator = SQL_DATA_AT_EXEC;
    SQLINTEGER token = 0;
    ASSERT_EQ(direct.calls.bind_parameter(direct.statement, 1, SQL_PARAM_INPUT, SQL_C_LONG,
                                          SQL_INTEGER, 0, 0, &token, 0, &indicator),
              SQL_SUCCESS);
    ASSERT_EQ(direct.calls.exec_direct(direct.statement, chars(sql), SQL_NTS), SQL_NEED_DATA);
    SQLPOINTER which = nullptr;
    ASSERT_EQ(direct.calls.param_data(direct.statement, &which), SQL_NEED_DATA);
    EXPECT_EQ(direct.calls.put_data(direct.statement, nullptr, 0), SQL_ERROR);
    EXPECT_EQ(direct.state(), "HY009");
    SQLINTEGER value = 7;
    EXPECT_EQ(direct.calls.put_data(direct.statement, &value, 0), SQL_SUCCESS);
    EXPECT_EQ(direct.calls.param_data(direct.statement, &which), SQL_SUCCESS);
}

// ReadOnly is the data source's word; SQL_ATTR_ACCESS_MODE is the application's.
TEST_P(Arguments, AReadOnlyDataSourceIsNotArguedAway) {
    run("CREATE TABLE t (i INTEGER)");
    OdbcConnection connection;
    ASSERT_EQ(connection.set(SQL_ATTR_ACCESS_MODE, SQL_MODE_READ_WRITE), SQL_SUCCESS);
    ASSERT_TRUE(
        SQL_SUCCEEDED(connection.connect(connection_string(node().address(), "ReadOnly=1"))));
    {
        OdbcStatement statement{connection};
        EXPECT_EQ(statement.direct("INSERT INTO t VALUES (1)"), SQL_ERROR);
        EXPECT_EQ(statement.state(), "42000");
    }
    ASSERT_EQ(connection.disconnect(), SQL_SUCCESS);
    // The same handle on another data source.
    ASSERT_TRUE(SQL_SUCCEEDED(connection.connect(connection_string(node().address()))));
    OdbcStatement statement{connection};
    EXPECT_EQ(statement.direct("INSERT INTO t VALUES (2)"), SQL_SUCCESS) << statement.message();
}

TEST_P(Arguments, AccessModeCanBeChangedBackAndForth) {
    run("CREATE TABLE t (i INTEGER)");
    OdbcConnection connection;
    ASSERT_EQ(connection.set(SQL_ATTR_ACCESS_MODE, SQL_MODE_READ_ONLY), SQL_SUCCESS);
    ASSERT_TRUE(SQL_SUCCEEDED(connection.connect(connection_string(node().address()))));
    OdbcStatement statement{connection};
    EXPECT_EQ(statement.direct("INSERT INTO t VALUES (1)"), SQL_ERROR);
    EXPECT_EQ(statement.state(), "42000");
    ASSERT_EQ(connection.set(SQL_ATTR_ACCESS_MODE, SQL_MODE_READ_WRITE), SQL_SUCCESS);
    EXPECT_EQ(statement.direct("INSERT INTO t VALUES (1)"), SQL_SUCCESS) << statement.message();
}

// The copy tells the columns of a statement that is prepared and not yet run.
TEST_P(Arguments, ADescriptorOfAPreparedStatementIsCopied) {
    const Direct direct{connection_string(node().address())};
    SQLHDESC row = SQL_NULL_HDESC;
    ASSERT_EQ(direct.calls.get_stmt_attr(direct.statement, SQL_ATTR_IMP_ROW_DESC, &row, 0, nullptr),
              SQL_SUCCESS);
    const RawHandle copy{direct.calls, SQL_HANDLE_DESC, direct.connection.get()};
    EXPECT_EQ(direct.calls.copy_desc(row, copy.get()), SQL_ERROR);
    EXPECT_EQ(first_state(direct.calls, SQL_HANDLE_DESC, copy.get()), "HY007");
    const std::string sql = "SELECT 1, 2, 3";
    ASSERT_EQ(direct.calls.prepare(direct.statement, chars(sql), SQL_NTS), SQL_SUCCESS);
    EXPECT_EQ(direct.calls.copy_desc(row, copy.get()), SQL_SUCCESS);
    SQLSMALLINT count = 0;
    EXPECT_EQ(direct.calls.get_desc_field(copy.get(), 0, SQL_DESC_COUNT, &count, 0, nullptr),
              SQL_SUCCESS);
    EXPECT_EQ(count, 3);
    EXPECT_EQ(direct.calls.copy_desc(copy.get(), row), SQL_ERROR);
    EXPECT_EQ(first_state(direct.calls, SQL_HANDLE_DESC, row), "HY016");
}

// ------------------------------------------------------- statements that only the server can read

wire::Buffer empty_rows(std::size_t columns, std::size_t name_length, bool last) {
    const std::string name(name_length, 'n');
    const std::vector<std::string_view> names(columns, name);
    return wire::RowsWriter{names}.finish(last);
}

/// Has no schema to tell, and answers LIMIT 0 with `probe`; `asked` counts plain statements.
FakeServer::Script without_schema(const wire::Buffer& probe, std::atomic<int>& asked) {
    return FakeServer::node([&](FakePeer& peer, const FakeRequest& request) {
        const auto sql = request.sql();
        if (sql.find("schema_version") != std::string::npos) {
            peer.send(empty_rows(7, 1, true));
        } else if (sql.find("LIMIT 0") != std::string::npos) {
            peer.send(probe);
        } else {
            ++asked;
            return false;
        }
        return true;
    });
}

TEST(Unreadable, TooManyColumnsAreRefused) {
    std::atomic<int> asked{0};
    const auto probe = empty_rows(510, 1, true);
    const FakeServer server{without_schema(probe, asked)};
    const OdbcConnection connection{connection_string(server.address(), "Timeout=2")};
    ASSERT_TRUE(connection.ok());
    OdbcStatement statement{connection};
    EXPECT_EQ(statement.direct("SELECT * FROM unheard_of"), SQL_ERROR);
    EXPECT_EQ(statement.state(), "42000") << statement.message();
    EXPECT_NE(statement.message().find("510 columns"), std::string::npos) << statement.message();
    EXPECT_EQ(asked, 0);
}

TEST(Unreadable, NamesTooLongForAnAnswerAreAnError) {
    std::atomic<int> asked{0};
    const auto probe = empty_rows(4, 2000, false);
    const FakeServer server{without_schema(probe, asked)};
    const OdbcConnection connection{connection_string(server.address(), "Timeout=2")};
    ASSERT_TRUE(connection.ok());
    OdbcStatement statement{connection};
    EXPECT_EQ(statement.direct("SELECT * FROM unheard_of"), SQL_ERROR);
    EXPECT_EQ(statement.state(), "08S01") << statement.message();
    EXPECT_EQ(asked, 0);
}

}  // namespace
}  // namespace dqlite::test
