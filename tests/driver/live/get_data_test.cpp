// What SQL_GETDATA_EXTENSIONS, SQL_CA2_MAX_ROWS_CATALOG and SQL_CA2_CRC_EXACT promise.
#include <array>

#include "tests/driver/live/fixture.h"

namespace dqlite::test {
namespace {

class GettingData : public OnOneNode {
  protected:
    void SetUp() override {
        OnOneNode::SetUp();
        run("CREATE TABLE t (id INTEGER PRIMARY KEY, v VARCHAR(40), r DOUBLE)");
        run("INSERT INTO t VALUES (1, 'one', 1.5), (2, 'two', NULL), (3, 'three', 3.5), "
            "(4, 'four', 4.5), (5, 'five', 5.5)");
    }
    SQLUINTEGER info(SQLUSMALLINT type) {
        SQLUINTEGER value = 0;
        EXPECT_EQ(SQLGetInfo(connection().handle(), type, &value, sizeof value, nullptr),
                  SQL_SUCCESS);
        return value;
    }
};
DQLITE_ON_EACH_GENERATION(GettingData);

TEST_P(GettingData, TheFourExtensionsAreTold) {
    EXPECT_EQ(info(SQL_GETDATA_EXTENSIONS),
              SQLUINTEGER{SQL_GD_ANY_COLUMN | SQL_GD_ANY_ORDER | SQL_GD_BLOCK | SQL_GD_BOUND});
}

TEST_P(GettingData, AnyOrderAndAgain) {
    OdbcStatement statement{connection()};
    ASSERT_EQ(statement.direct("SELECT id, v, r FROM t ORDER BY id"), SQL_SUCCESS);
    ASSERT_EQ(statement.fetch(), SQL_SUCCESS);
    for (const int round : {0, 1}) {
        SCOPED_TRACE(round);
        EXPECT_EQ(statement.real(3), 1.5);
        EXPECT_EQ(statement.text(2), "one");
        EXPECT_EQ(statement.integer(1), 1);
    }
    // Coming back to a column starts it anew.
    std::array<char, 3> part{};
    SQLLEN length = 0;
    ASSERT_EQ(SQLGetData(statement.handle(), 2, SQL_C_CHAR, part.data(), 3, &length),
              SQL_SUCCESS_WITH_INFO);
    EXPECT_EQ(length, 3);
    EXPECT_STREQ(part.data(), "on");
    EXPECT_EQ(statement.integer(1), 1);
    EXPECT_EQ(statement.text(2), "one");
}

TEST_P(GettingData, BoundColumnsAndThoseBeforeThem) {
    OdbcStatement statement{connection()};
    std::array<char, 41> bound{};
    SQLLEN length = 0;
    ASSERT_EQ(SQLBindCol(statement.handle(), 2, SQL_C_CHAR, bound.data(), bound.size(), &length),
              SQL_SUCCESS);
    ASSERT_EQ(statement.direct("SELECT id, v, r FROM t ORDER BY id"), SQL_SUCCESS);
    for (const char* const expected : {"one", "two"}) {
        ASSERT_EQ(statement.fetch(), SQL_SUCCESS);
        EXPECT_STREQ(bound.data(), expected);
        EXPECT_EQ(statement.text(2), expected);
        EXPECT_GT(statement.integer(1), 0);
        EXPECT_EQ(statement.text(2), expected);
    }
    EXPECT_EQ(statement.text(3), std::nullopt);
}

TEST_P(GettingData, InABlock) {
    OdbcStatement statement{connection()};
    constexpr std::size_t rows = 3;
    std::array<std::int64_t, rows> ids{};
    std::array<SQLLEN, rows> lengths{};
    ASSERT_EQ(statement.set(SQL_ATTR_ROW_ARRAY_SIZE, SQLULEN{rows}), SQL_SUCCESS);
    ASSERT_EQ(statement.set(SQL_ATTR_CURSOR_TYPE, SQLULEN{SQL_CURSOR_STATIC}), SQL_SUCCESS);
    ASSERT_EQ(SQLBindCol(statement.handle(), 1, SQL_C_SBIGINT, ids.data(), 0, lengths.data()),
              SQL_SUCCESS);
    ASSERT_EQ(statement.direct("SELECT id, v FROM t ORDER BY id"), SQL_SUCCESS);
    ASSERT_EQ(statement.fetch(), SQL_SUCCESS);
    EXPECT_EQ(ids, (std::array<std::int64_t, rows>{1, 2, 3}));
    for (const SQLSETPOSIROW row : {SQLSETPOSIROW{3}, SQLSETPOSIROW{1}, SQLSETPOSIROW{2}}) {
        ASSERT_EQ(SQLSetPos(statement.handle(), row, SQL_POSITION, SQL_LOCK_NO_CHANGE), SQL_SUCCESS)
            << statement.message();
        EXPECT_EQ(statement.integer(1), static_cast<std::int64_t>(row));
        constexpr std::array texts{"one", "two", "three"};
        EXPECT_EQ(statement.text(2), texts[row - 1]);
    }
    EXPECT_EQ(SQLSetPos(statement.handle(), 4, SQL_POSITION, SQL_LOCK_NO_CHANGE), SQL_ERROR);
    EXPECT_EQ(statement.state(), "HY107");
}

TEST_P(GettingData, NotBeforeARowNorOfAColumnThatIsNot) {
    OdbcStatement statement{connection()};
    ASSERT_EQ(statement.direct("SELECT id FROM t"), SQL_SUCCESS);
    std::int64_t value = 0;
    EXPECT_EQ(SQLGetData(statement.handle(), 1, SQL_C_SBIGINT, &value, 0, nullptr), SQL_ERROR);
    EXPECT_EQ(statement.state(), "24000");
    ASSERT_EQ(statement.fetch(), SQL_SUCCESS);
    EXPECT_EQ(SQLGetData(statement.handle(), 2, SQL_C_SBIGINT, &value, 0, nullptr), SQL_ERROR);
    EXPECT_EQ(statement.state(), "07009");
}

// ------------------------------------------------------------------------------- rows and counts

TEST_P(GettingData, MaxRowsHoldsForQueriesAndCatalogues) {
    EXPECT_TRUE(info(SQL_FORWARD_ONLY_CURSOR_ATTRIBUTES2) & SQL_CA2_MAX_ROWS_SELECT);
    EXPECT_TRUE(info(SQL_FORWARD_ONLY_CURSOR_ATTRIBUTES2) & SQL_CA2_MAX_ROWS_CATALOG);
    OdbcStatement statement{connection()};
    ASSERT_EQ(statement.set(SQL_ATTR_MAX_ROWS, SQLULEN{2}), SQL_SUCCESS);
    for (const SQLULEN type : {SQLULEN{SQL_CURSOR_FORWARD_ONLY}, SQLULEN{SQL_CURSOR_STATIC}}) {
        ASSERT_EQ(statement.set(SQL_ATTR_CURSOR_TYPE, type), SQL_SUCCESS);
        EXPECT_EQ(statement.query("SELECT v FROM t ORDER BY id"), (Rows{{"one"}, {"two"}}));
        ASSERT_EQ(SQLColumns(statement.handle(), nullptr, 0, nullptr, 0, nullptr, 0, nullptr, 0),
                  SQL_SUCCESS);
        EXPECT_EQ(statement.all().size(), 2U);
        ASSERT_EQ(SQLGetTypeInfo(statement.handle(), SQL_ALL_TYPES), SQL_SUCCESS);
        EXPECT_EQ(statement.all().size(), 2U);
    }
    ASSERT_EQ(statement.set(SQL_ATTR_MAX_ROWS, SQLULEN{0}), SQL_SUCCESS);
    EXPECT_EQ(statement.query("SELECT v FROM t").size(), 5U);
}

TEST_P(GettingData, StaticCursorsCountExactly) {
    EXPECT_TRUE(info(SQL_STATIC_CURSOR_ATTRIBUTES2) & SQL_CA2_CRC_EXACT);
    EXPECT_FALSE(info(SQL_FORWARD_ONLY_CURSOR_ATTRIBUTES2) & SQL_CA2_CRC_EXACT);
    OdbcStatement statement{connection()};
    ASSERT_EQ(statement.set(SQL_ATTR_CURSOR_TYPE, SQLULEN{SQL_CURSOR_STATIC}), SQL_SUCCESS);
    ASSERT_EQ(statement.direct("WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n "
                               "WHERE i < 12345) SELECT i FROM n"),
              SQL_SUCCESS);
    SQLLEN told = 0;
    ASSERT_EQ(SQLGetDiagField(SQL_HANDLE_STMT, statement.handle(), 0, SQL_DIAG_CURSOR_ROW_COUNT,
                              &told, 0, nullptr),
              SQL_SUCCESS);
    EXPECT_EQ(told, 12345);
    EXPECT_EQ(statement.row_count(), 12345);
    ASSERT_EQ(SQLFetchScroll(statement.handle(), SQL_FETCH_LAST, 0), SQL_SUCCESS);
    EXPECT_EQ(statement.integer(1), 12345);
    ASSERT_EQ(SQLFetchScroll(statement.handle(), SQL_FETCH_RELATIVE, -45), SQL_SUCCESS);
    EXPECT_EQ(statement.integer(1), 12300);
    SQLULEN number = 0;
    ASSERT_EQ(SQLGetStmtAttr(statement.handle(), SQL_ATTR_ROW_NUMBER, &number, 0, nullptr),
              SQL_SUCCESS);
    EXPECT_EQ(number, 12300U);
}

}  // namespace
}  // namespace dqlite::test
