// Applications of ODBC 2.x through the driver manager: their functions, SQLSTATEs and type codes.
#include <array>
#include <cstring>

#include "tests/driver/live/fixture.h"

namespace dqlite::test {
namespace {

class Odbc2 : public OnEachGeneration {
  protected:
    void SetUp() override {
        node_ = std::make_unique<Node>(generation());
        ASSERT_EQ(SQLAllocEnv(&environment_), SQL_SUCCESS);
        ASSERT_EQ(SQLAllocConnect(environment_, &connection_), SQL_SUCCESS);
        const std::string text = connection_string(node_->address());
        ASSERT_TRUE(
            SQL_SUCCEEDED(SQLDriverConnect(connection_, nullptr, chars(text.c_str()), SQL_NTS,
                                           nullptr, 0, nullptr, SQL_DRIVER_NOPROMPT)));
        ASSERT_EQ(SQLAllocStmt(connection_, &statement_), SQL_SUCCESS);
        run("CREATE TABLE t (id INTEGER PRIMARY KEY, v VARCHAR(20) NOT NULL, d DATE, h TIME, "
            "ts TIMESTAMP)");
        run("INSERT INTO t VALUES (1, 'one', '2024-02-29', '10:11:12', '2024-02-29 10:11:12'), "
            "(2, 'two', NULL, NULL, NULL), (3, 'three', NULL, NULL, NULL)");
    }
    void TearDown() override {
        SQLFreeStmt(statement_, SQL_DROP);
        SQLTransact(SQL_NULL_HENV, connection_, SQL_ROLLBACK);
        SQLDisconnect(connection_);
        SQLFreeConnect(connection_);
        SQLFreeEnv(environment_);
    }
    void run(const char* sql) {
        ASSERT_TRUE(SQL_SUCCEEDED(SQLExecDirect(statement_, chars(sql), SQL_NTS))) << state();
        SQLFreeStmt(statement_, SQL_CLOSE);
    }
    /// The state SQLError tells, which is gone with it.
    std::string state() {
        std::array<SQLCHAR, 6> sql_state{};
        std::array<SQLCHAR, 512> text{};
        SQLINTEGER native = 0;
        SQLSMALLINT length = 0;
        const auto r = SQLError(SQL_NULL_HENV, SQL_NULL_HDBC, statement_, sql_state.data(), &native,
                                text.data(), sizeof text, &length);
        if (r != SQL_SUCCESS) return "";
        EXPECT_GT(length, 0);
        return reinterpret_cast<const char*>(sql_state.data());
    }
    std::string state_of(const char* sql) {
        const auto r = SQLExecDirect(statement_, chars(sql), SQL_NTS);
        std::string told = r == SQL_ERROR ? state() : "";
        SQLFreeStmt(statement_, SQL_CLOSE);
        return told;
    }
    [[nodiscard]] SQLHSTMT statement() const { return statement_; }
    [[nodiscard]] SQLHDBC connection() const { return connection_; }
    std::int64_t count() {
        std::int64_t rows = -1;
        EXPECT_EQ(SQLExecDirect(statement_, chars("SELECT count(*) FROM t"), SQL_NTS), SQL_SUCCESS);
        EXPECT_EQ(SQLFetch(statement_), SQL_SUCCESS);
        EXPECT_EQ(SQLGetData(statement_, 1, SQL_C_SBIGINT, &rows, 0, nullptr), SQL_SUCCESS);
        SQLFreeStmt(statement_, SQL_CLOSE);
        return rows;
    }

  private:
    std::unique_ptr<Node> node_;
    SQLHENV environment_ = SQL_NULL_HENV;
    SQLHDBC connection_ = SQL_NULL_HDBC;
    SQLHSTMT statement_ = SQL_NULL_HSTMT;
};
DQLITE_ON_EACH_GENERATION(Odbc2);

TEST_P(Odbc2, TheStatesAreThoseOfTheirTime) {
    EXPECT_EQ(state_of("SELECT * FROM nowhere"), "S0002");
    EXPECT_EQ(state_of("CREATE TABLE t (a)"), "S0001");
    EXPECT_EQ(state_of("SELECT missing FROM t"), "S0022");
    EXPECT_EQ(state_of("SELEC 1"), "37000");
    EXPECT_EQ(state_of("INSERT INTO t (id, v) VALUES (1, 'again')"), "23000");
    EXPECT_EQ(state(), "") << "SQLError takes what it tells";
    EXPECT_EQ(SQLExecute(statement()), SQL_ERROR);
    EXPECT_EQ(state(), "S1010");
    EXPECT_EQ(SQLSetStmtOption(statement(), SQL_ASYNC_ENABLE, 77), SQL_ERROR);
    EXPECT_TRUE(state().starts_with("S1")) << "an HY state";
}

TEST_P(Odbc2, TextThatIsNoNumberIs22005) {
    ASSERT_EQ(SQLExecDirect(statement(), chars("SELECT v FROM t"), SQL_NTS), SQL_SUCCESS);
    ASSERT_EQ(SQLFetch(statement()), SQL_SUCCESS);
    SQLINTEGER value = 0;
    EXPECT_EQ(SQLGetData(statement(), 1, SQL_C_LONG, &value, 0, nullptr), SQL_ERROR);
    EXPECT_EQ(state(), "22005");
}

TEST_P(Odbc2, DatesHaveTheirOldTypes) {
    constexpr std::array<SQLSMALLINT, 3> types{SQL_DATE, SQL_TIME, SQL_TIMESTAMP};
    ASSERT_EQ(SQLExecDirect(statement(), chars("SELECT d, h, ts FROM t WHERE id = 1"), SQL_NTS),
              SQL_SUCCESS);
    for (SQLUSMALLINT i = 0; i < types.size(); ++i) {
        SCOPED_TRACE(i);
        std::array<SQLCHAR, 32> name{};
        SQLSMALLINT length = 0;
        SQLSMALLINT type = 0;
        SQLULEN size = 0;
        SQLSMALLINT digits = 0;
        SQLSMALLINT nullable = 0;
        const auto number = static_cast<SQLUSMALLINT>(i + 1);
        ASSERT_EQ(SQLDescribeCol(statement(), number, name.data(), sizeof name, &length, &type,
                                 &size, &digits, &nullable),
                  SQL_SUCCESS);
        EXPECT_EQ(type, types[i]);
        SQLLEN told = 0;
        ASSERT_EQ(
            SQLColAttributes(statement(), number, SQL_COLUMN_TYPE, nullptr, 0, nullptr, &told),
            SQL_SUCCESS);
        EXPECT_EQ(told, types[i]);
    }
    ASSERT_EQ(SQLFetch(statement()), SQL_SUCCESS);
    SQL_DATE_STRUCT date{};
    SQL_TIME_STRUCT time{};
    SQL_TIMESTAMP_STRUCT at{};
    EXPECT_EQ(SQLGetData(statement(), 1, SQL_C_DATE, &date, 0, nullptr), SQL_SUCCESS);
    EXPECT_EQ(date.day, 29);
    EXPECT_EQ(SQLGetData(statement(), 2, SQL_C_TIME, &time, 0, nullptr), SQL_SUCCESS);
    EXPECT_EQ(time.second, 12);
    EXPECT_EQ(SQLGetData(statement(), 3, SQL_C_TIMESTAMP, &at, 0, nullptr), SQL_SUCCESS);
    EXPECT_EQ(at.hour, 10);
}

TEST_P(Odbc2, CataloguesTellOldTypesToo) {
    for (const SQLSMALLINT type : {SQLSMALLINT{SQL_DATE}, SQLSMALLINT{SQL_TIMESTAMP}}) {
        ASSERT_EQ(SQLGetTypeInfo(statement(), type), SQL_SUCCESS);
        ASSERT_EQ(SQLFetch(statement()), SQL_SUCCESS) << type;
        SQLSMALLINT told = 0;
        ASSERT_EQ(SQLGetData(statement(), 2, SQL_C_SHORT, &told, 0, nullptr), SQL_SUCCESS);
        EXPECT_EQ(told, type);
        SQLFreeStmt(statement(), SQL_CLOSE);
    }
    ASSERT_EQ(
        SQLColumns(statement(), nullptr, 0, nullptr, 0, chars("t"), SQL_NTS, chars("ts"), SQL_NTS),
        SQL_SUCCESS);
    ASSERT_EQ(SQLFetch(statement()), SQL_SUCCESS);
    SQLSMALLINT told = 0;
    ASSERT_EQ(SQLGetData(statement(), 5, SQL_C_SHORT, &told, 0, nullptr), SQL_SUCCESS);
    EXPECT_EQ(told, SQL_TIMESTAMP);
}

TEST_P(Odbc2, ColumnAttributes) {
    ASSERT_EQ(SQLPrepare(statement(), chars("SELECT id, v FROM t"), SQL_NTS), SQL_SUCCESS);
    const auto number = [&](SQLUSMALLINT column, SQLUSMALLINT field) {
        SQLLEN value = -1;
        EXPECT_EQ(SQLColAttributes(statement(), column, field, nullptr, 0, nullptr, &value),
                  SQL_SUCCESS)
            << state();
        return value;
    };
    EXPECT_EQ(number(0, SQL_COLUMN_COUNT), 2);
    EXPECT_EQ(number(2, SQL_COLUMN_PRECISION), 20);
    EXPECT_EQ(number(2, SQL_COLUMN_NULLABLE), SQL_NO_NULLS);
    EXPECT_EQ(number(2, SQL_COLUMN_UNSIGNED), SQL_TRUE);
    EXPECT_EQ(number(1, SQL_COLUMN_AUTO_INCREMENT), SQL_TRUE);
    EXPECT_EQ(number(2, SQL_COLUMN_DISPLAY_SIZE), 20);
    std::array<char, 40> label{};
    SQLSMALLINT length = 0;
    ASSERT_EQ(SQLColAttributes(statement(), 2, SQL_COLUMN_LABEL, label.data(), sizeof label,
                               &length, nullptr),
              SQL_SUCCESS);
    EXPECT_STREQ(label.data(), "v");
}

TEST_P(Odbc2, ExtendedFetchInRowsets) {
    ASSERT_EQ(SQLSetStmtOption(statement(), SQL_CURSOR_TYPE, SQL_CURSOR_STATIC), SQL_SUCCESS);
    ASSERT_EQ(SQLSetStmtOption(statement(), SQL_ROWSET_SIZE, 2), SQL_SUCCESS);
    SQLULEN told = 0;
    ASSERT_EQ(SQLGetStmtOption(statement(), SQL_ROWSET_SIZE, &told), SQL_SUCCESS);
    EXPECT_EQ(told, 2U);
    std::array<SQLINTEGER, 2> ids{};
    std::array<SQLLEN, 2> lengths{};
    ASSERT_EQ(SQLBindCol(statement(), 1, SQL_C_LONG, ids.data(), 0, lengths.data()), SQL_SUCCESS);
    ASSERT_EQ(SQLExecDirect(statement(), chars("SELECT id FROM t ORDER BY id"), SQL_NTS),
              SQL_SUCCESS);
    SQLULEN rows = 0;
    std::array<SQLUSMALLINT, 2> status{};
    const auto fetch = [&](SQLUSMALLINT orientation, SQLLEN offset) {
        return SQLExtendedFetch(statement(), orientation, offset, &rows, status.data());
    };
    ASSERT_EQ(fetch(SQL_FETCH_NEXT, 0), SQL_SUCCESS) << state();
    EXPECT_EQ(rows, 2U);
    EXPECT_EQ(ids, (std::array<SQLINTEGER, 2>{1, 2}));
    ASSERT_EQ(fetch(SQL_FETCH_NEXT, 0), SQL_SUCCESS) << state();
    EXPECT_EQ(rows, 1U);
    EXPECT_EQ(ids[0], 3);
    EXPECT_EQ(status, (std::array<SQLUSMALLINT, 2>{SQL_ROW_SUCCESS, SQL_ROW_NOROW}));
    ASSERT_EQ(fetch(SQL_FETCH_ABSOLUTE, 2), SQL_SUCCESS) << state();
    EXPECT_EQ(ids, (std::array<SQLINTEGER, 2>{2, 3}));
    EXPECT_EQ(fetch(SQL_FETCH_NEXT, 0), SQL_NO_DATA_FOUND);
}

TEST_P(Odbc2, ParametersAndTransactions) {
    ASSERT_EQ(SQLSetConnectOption(connection(), SQL_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF), SQL_SUCCESS);
    SQLULEN mode = 99;
    ASSERT_EQ(SQLGetConnectOption(connection(), SQL_AUTOCOMMIT, &mode), SQL_SUCCESS);
    EXPECT_EQ(mode & 0xFFFFFFFFU, SQLULEN{SQL_AUTOCOMMIT_OFF});
    ASSERT_EQ(SQLPrepare(statement(), chars("INSERT INTO t (id, v, ts) VALUES (?, ?, ?)"), SQL_NTS),
              SQL_SUCCESS);
    SQLINTEGER id = 4;
    std::array<char, 8> text{"four"};
    SQL_TIMESTAMP_STRUCT at{2024, 2, 29, 10, 11, 12, 0};
    std::array<SQLLEN, 3> lengths{0, SQL_NTS, 0};
    ASSERT_EQ(SQLSetParam(statement(), 1, SQL_C_LONG, SQL_INTEGER, 0, 0, &id, &lengths[0]),
              SQL_SUCCESS)
        << state();
    ASSERT_EQ(SQLSetParam(statement(), 2, SQL_C_CHAR, SQL_VARCHAR, 20, 0, text.data(), &lengths[1]),
              SQL_SUCCESS);
    ASSERT_EQ(SQLSetParam(statement(), 3, SQL_C_TIMESTAMP, SQL_TIMESTAMP, 19, 0, &at, &lengths[2]),
              SQL_SUCCESS);
    ASSERT_EQ(SQLExecute(statement()), SQL_SUCCESS) << state();
    EXPECT_EQ(count(), 4);
    ASSERT_EQ(SQLTransact(SQL_NULL_HENV, connection(), SQL_ROLLBACK), SQL_SUCCESS);
    EXPECT_EQ(count(), 3);
    ASSERT_EQ(SQLPrepare(statement(), chars("INSERT INTO t (id, v, ts) VALUES (?, ?, ?)"), SQL_NTS),
              SQL_SUCCESS);
    ASSERT_EQ(SQLExecute(statement()), SQL_SUCCESS) << state();
    ASSERT_EQ(SQLTransact(SQL_NULL_HENV, connection(), SQL_COMMIT), SQL_SUCCESS);
    EXPECT_EQ(count(), 4);
    ASSERT_EQ(SQLFreeStmt(statement(), SQL_RESET_PARAMS), SQL_SUCCESS);
    ASSERT_EQ(SQLExecDirect(statement(), chars("SELECT ts FROM t WHERE id = 4"), SQL_NTS),
              SQL_SUCCESS);
    ASSERT_EQ(SQLFetch(statement()), SQL_SUCCESS);
    SQL_TIMESTAMP_STRUCT back{};
    ASSERT_EQ(SQLGetData(statement(), 1, SQL_C_TIMESTAMP, &back, 0, nullptr), SQL_SUCCESS);
    EXPECT_EQ(std::memcmp(&back, &at, sizeof at), 0);
}

// A searched UPDATE of no row is a success to them.
TEST_P(Odbc2, NoRowIsASuccess) {
    EXPECT_EQ(SQLExecDirect(statement(), chars("DELETE FROM t WHERE id = 77"), SQL_NTS),
              SQL_SUCCESS);
    SQLLEN rows = -1;
    ASSERT_EQ(SQLRowCount(statement(), &rows), SQL_SUCCESS);
    EXPECT_EQ(rows, 0);
}

}  // namespace
}  // namespace dqlite::test
