// Power BI (Power Query's ODBC connector): what it reads of SQLGetInfo before it folds a query,
// navigation by foreign keys, previews that stop after a thousand rows, and folded SQL.
#include <array>

#include "tests/driver/live/fixture.h"

namespace dqlite::test {
namespace {

SQLWCHAR* wide(std::u16string& text) {
    return reinterpret_cast<SQLWCHAR*>(text.data());
}

class PowerBi : public OnOneNode {
  protected:
    void SetUp() override {
        OnOneNode::SetUp();
        run("CREATE TABLE regions (id INTEGER PRIMARY KEY, name VARCHAR(30))");
        run("CREATE TABLE sales (id INTEGER PRIMARY KEY, region INTEGER REFERENCES regions (id), "
            "amount DOUBLE, sold TIMESTAMP)");
        run("INSERT INTO regions VALUES (1, 'north'), (2, 'south')");
        run("WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 5000) "
            "INSERT INTO sales SELECT i, 1 + i % 2, i * 0.5, '2024-02-29 10:11:12' FROM n");
    }
    SQLUINTEGER number(SQLUSMALLINT type) {
        SQLUINTEGER value = 0;
        EXPECT_EQ(SQLGetInfoW(connection().handle(), type, &value, sizeof value, nullptr),
                  SQL_SUCCESS)
            << type;
        return value;
    }
};
DQLITE_ON_EACH_GENERATION(PowerBi);

// Pooled, with a login timeout, by SQLDriverConnectW without a prompt.
TEST_P(PowerBi, Connects) {
    SQLHENV environment = SQL_NULL_HENV;
    SQLHDBC handle = SQL_NULL_HDBC;
    const auto number_of = [](std::uintptr_t value) { return reinterpret_cast<SQLPOINTER>(value); };
    ASSERT_EQ(SQLAllocHandle(SQL_HANDLE_ENV, SQL_NULL_HANDLE, &environment), SQL_SUCCESS);
    ASSERT_EQ(SQLSetEnvAttr(environment, SQL_ATTR_ODBC_VERSION, number_of(SQL_OV_ODBC3), 0),
              SQL_SUCCESS);
    ASSERT_EQ(SQLAllocHandle(SQL_HANDLE_DBC, environment, &handle), SQL_SUCCESS);
    ASSERT_EQ(SQLSetConnectAttrW(handle, SQL_ATTR_LOGIN_TIMEOUT, number_of(15), SQL_IS_UINTEGER),
              SQL_SUCCESS);
    const std::string narrow = connection_string(node().address());
    std::u16string text{narrow.begin(), narrow.end()};
    std::array<SQLWCHAR, 1024> whole{};
    SQLSMALLINT length = 0;
    ASSERT_TRUE(SQL_SUCCEEDED(SQLDriverConnectW(handle, nullptr, wide(text),
                                                static_cast<SQLSMALLINT>(text.size()), whole.data(),
                                                whole.size(), &length, SQL_DRIVER_NOPROMPT)));
    EXPECT_GT(length, 0);
    EXPECT_EQ(SQLDisconnect(handle), SQL_SUCCESS);
    SQLFreeHandle(SQL_HANDLE_DBC, handle);
    SQLFreeHandle(SQL_HANDLE_ENV, environment);
}

TEST_P(PowerBi, ReadsWhatItMayFold) {
    for (const SQLUSMALLINT type : std::to_array<SQLUSMALLINT>(
             {SQL_DRIVER_NAME, SQL_DBMS_NAME, SQL_DBMS_VER, SQL_DRIVER_ODBC_VER,
              SQL_IDENTIFIER_QUOTE_CHAR, SQL_CATALOG_NAME_SEPARATOR})) {
        std::array<SQLWCHAR, 256> text{};
        SQLSMALLINT length = -1;
        EXPECT_EQ(SQLGetInfoW(connection().handle(), type, text.data(), sizeof text, &length),
                  SQL_SUCCESS);
        EXPECT_GE(length, 0);
    }
    EXPECT_NE(number(SQL_SQL_CONFORMANCE), 0U);
    EXPECT_EQ(
        number(SQL_AGGREGATE_FUNCTIONS) & (SQL_AF_SUM | SQL_AF_COUNT | SQL_AF_MAX | SQL_AF_AVG),
        SQLUINTEGER{SQL_AF_SUM | SQL_AF_COUNT | SQL_AF_MAX | SQL_AF_AVG});
    EXPECT_NE(number(SQL_SQL92_PREDICATES) & SQL_SP_IN, 0U);
    EXPECT_NE(number(SQL_SQL92_RELATIONAL_JOIN_OPERATORS) & SQL_SRJO_LEFT_OUTER_JOIN, 0U);
    EXPECT_NE(number(SQL_CONVERT_FUNCTIONS), 0U);
    EXPECT_NE(number(SQL_TIMEDATE_FUNCTIONS) & SQL_FN_TD_TIMESTAMPDIFF, 0U);
    EXPECT_NE(number(SQL_GROUP_BY) & 0xFFFFU, 0U);
    // Not of the ODBC Reference, and it stumbles where they are errors.
    for (const SQLUSMALLINT type : {SQLUSMALLINT{180}, SQLUSMALLINT{1750}}) {
        EXPECT_EQ(number(type), 0U);
    }
    OdbcStatement statement{connection()};
    ASSERT_EQ(SQLGetTypeInfoW(statement.handle(), SQL_ALL_TYPES), SQL_SUCCESS);
    for (const auto& row : statement.all()) {
        ASSERT_EQ(row.size(), 19U);
        EXPECT_TRUE(row[8]) << *row[0] << ": SEARCHABLE";
    }
}

TEST_P(PowerBi, NavigatesByKeys) {
    OdbcStatement statement{connection()};
    std::u16string types = u"TABLE,VIEW";
    std::u16string main = u"main";
    std::u16string sales = u"sales";
    std::u16string regions = u"regions";
    ASSERT_EQ(
        SQLTablesW(statement.handle(), nullptr, 0, nullptr, 0, nullptr, 0, wide(types), SQL_NTS),
        SQL_SUCCESS);
    EXPECT_EQ(statement.all().size(), 2U);
    ASSERT_EQ(SQLColumnsW(statement.handle(), nullptr, 0, wide(main), SQL_NTS, wide(sales), SQL_NTS,
                          nullptr, 0),
              SQL_SUCCESS);
    EXPECT_EQ(statement.all().size(), 4U);
    ASSERT_EQ(
        SQLPrimaryKeysW(statement.handle(), nullptr, 0, wide(main), SQL_NTS, wide(sales), SQL_NTS),
        SQL_SUCCESS);
    EXPECT_EQ(statement.all().at(0)[3], "id");
    ASSERT_EQ(SQLForeignKeysW(statement.handle(), nullptr, 0, nullptr, 0, nullptr, 0, nullptr, 0,
                              wide(main), SQL_NTS, wide(sales), SQL_NTS),
              SQL_SUCCESS);
    const auto outward = statement.all();
    ASSERT_EQ(outward.size(), 1U);
    EXPECT_EQ(outward[0][2], "regions");
    EXPECT_EQ(outward[0][7], "region");
    ASSERT_EQ(SQLForeignKeysW(statement.handle(), nullptr, 0, wide(main), SQL_NTS, wide(regions),
                              SQL_NTS, nullptr, 0, nullptr, 0, nullptr, 0),
              SQL_SUCCESS);
    EXPECT_EQ(statement.all(), outward);
}

// A preview reads a thousand rows of all, and lets go of the rest.
TEST_P(PowerBi, PreviewsAThousandRows) {
    constexpr std::size_t block = 100;
    OdbcStatement statement{connection()};
    std::array<double, block> amounts{};
    std::array<SQLLEN, block> lengths{};
    std::array<SQLUSMALLINT, block> status{};
    SQLULEN rows = 0;
    ASSERT_EQ(statement.set(SQL_ROWSET_SIZE, SQLULEN{block}), SQL_SUCCESS);
    ASSERT_EQ(SQLBindCol(statement.handle(), 3, SQL_C_DOUBLE, amounts.data(), 0, lengths.data()),
              SQL_SUCCESS);
    ASSERT_EQ(statement.direct("select \"id\", \"region\", \"amount\", \"sold\" from "
                               "\"main\".\"sales\""),
              SQL_SUCCESS)
        << statement.message();
    double last = 0;
    for (std::size_t read = 0; read < 1000; read += rows) {
        ASSERT_EQ(SQLExtendedFetch(statement.handle(), SQL_FETCH_NEXT, 0, &rows, status.data()),
                  SQL_SUCCESS)
            << statement.message();
        ASSERT_EQ(rows, block);
        last = amounts.back();
    }
    EXPECT_EQ(last, 500.0);
    EXPECT_EQ(SQLCancel(statement.handle()), SQL_SUCCESS);
    EXPECT_EQ(SQLFreeStmt(statement.handle(), SQL_CLOSE), SQL_SUCCESS);
    EXPECT_EQ(query("select count(*) from \"sales\""), (Rows{{"5000"}}));
}

TEST_P(PowerBi, FoldedQueries) {
    EXPECT_EQ(query("select \"rows\".\"region\" as \"region\", sum(\"rows\".\"amount\") as \"a0\" "
                    "from ( select \"region\", \"amount\" from \"main\".\"sales\" \"$Table\" where "
                    "\"id\" <= 10 ) \"rows\" group by \"region\" order by \"region\""),
              (Rows{{"1", "15"}, {"2", "12.5"}}));
    EXPECT_EQ(query("select \"$Outer\".\"name\", count(1) as \"C1\" from \"main\".\"sales\" "
                    "\"$Inner\" left outer join \"main\".\"regions\" \"$Outer\" on "
                    "(\"$Inner\".\"region\" = \"$Outer\".\"id\") where \"$Inner\".\"id\" in (1, 2, "
                    "3) group by \"$Outer\".\"name\" order by \"$Outer\".\"name\""),
              (Rows{{"north", "1"}, {"south", "2"}}));
    EXPECT_EQ(query("select {fn convert(\"amount\", SQL_BIGINT)}, {fn year(\"sold\")}, {fn "
                    "timestampdiff(SQL_TSI_DAY, {ts '2024-02-28 10:11:12'}, \"sold\")} from "
                    "\"main\".\"sales\" where \"id\" = 4 limit 1 offset 0"),
              (Rows{{"2", "2024", "1"}}));
}

}  // namespace
}  // namespace dqlite::test
