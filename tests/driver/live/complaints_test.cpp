// What users of other drivers complain of and no other test here covers: see the table in
// tests/driver/README.md.
#include <array>
#include <cstring>

#include <fmt/format.h>

#include "tests/driver/live/fixture.h"

namespace dqlite::test {
namespace {

class Complaints : public OnOneNode {
  protected:
    static SQLLEN number(const OdbcStatement& statement, SQLUSMALLINT field) {
        SQLLEN value = -1;
        EXPECT_EQ(SQLColAttribute(statement.handle(), 1, field, nullptr, 0, nullptr, &value),
                  SQL_SUCCESS);
        return value;
    }
};
DQLITE_ON_EACH_GENERATION(Complaints);

// Never 0, which reads as nothing or crashes, and never a guess that values are cut to.
TEST_P(Complaints, ColumnSizes) {
    struct Case {
        const char* declared;
        SQLLEN size;
    };
    constexpr auto cases = std::to_array<Case>({{"VARCHAR(1)", 1},
                                                {"VARCHAR(255)", 255},
                                                {"VARCHAR(256)", 256},
                                                {"VARCHAR(8001)", 8001},
                                                {"CHAR(70000)", 70000},
                                                {"TEXT", 65536},
                                                {"VARCHAR", 65536},
                                                {"", 65536},
                                                {"VARBINARY(70000)", 70000},
                                                {"BLOB", 65536}});
    for (const Case& one : cases) {
        SCOPED_TRACE(one.declared);
        run("DROP TABLE IF EXISTS sized");
        run(fmt::format("CREATE TABLE sized (v {})", one.declared));
        OdbcStatement statement{connection()};
        ASSERT_EQ(statement.direct("SELECT v FROM sized"), SQL_SUCCESS) << statement.message();
        const auto size = number(statement, SQL_DESC_LENGTH);
        EXPECT_EQ(size, one.size);
        const auto type = statement.column_type(1);
        const bool bytes = type == SQL_VARBINARY || type == SQL_LONGVARBINARY;
        EXPECT_EQ(number(statement, SQL_DESC_DISPLAY_SIZE), bytes ? 2 * size : size);
        EXPECT_EQ(number(statement, SQL_DESC_OCTET_LENGTH), bytes ? size : 2 * size);
    }
    const OdbcConnection small{connection_string(node().address(), "MaxVarcharSize=254")};
    OdbcStatement statement{small};
    run("DROP TABLE sized");
    run("CREATE TABLE sized (v VARCHAR(255))");
    ASSERT_EQ(statement.direct("SELECT v FROM sized"), SQL_SUCCESS);
    EXPECT_EQ(statement.column_type(1), SQL_WLONGVARCHAR);
}

// A value longer than what its column tells comes whole, and a probe tells its length first.
TEST_P(Complaints, ValuesLongerThanTheirColumn) {
    run("CREATE TABLE sized (v VARCHAR(10))");
    run("INSERT INTO sized VALUES (replace(hex(zeroblob(2500000)), '0', 'x'))");
    OdbcStatement statement{connection()};
    ASSERT_EQ(statement.direct("SELECT v FROM sized"), SQL_SUCCESS);
    ASSERT_EQ(statement.fetch(), SQL_SUCCESS);
    char none = 0;
    SQLLEN length = 0;
    ASSERT_EQ(SQLGetData(statement.handle(), 1, SQL_C_CHAR, &none, 0, &length),
              SQL_SUCCESS_WITH_INFO);
    EXPECT_EQ(statement.state(), "01004");
    EXPECT_EQ(length, 5'000'000);
    EXPECT_EQ(statement.text(1), std::string(5'000'000, 'x'));
}

// SQL_C_NUMERIC has 38 digits and the scale its descriptor says: type, precision and scale are set
// before the pointer, which they would unbind.
TEST_P(Complaints, NumericsOf38Digits) {
    SQL_NUMERIC_STRUCT value{};
    value.precision = 38;
    value.scale = 4;
    value.sign = 0;
    std::memset(value.val, 0x11, sizeof value.val);  // 38 digits
    // In a column DECIMAL SQLite itself would make a double of it.
    run("CREATE TABLE n (v TEXT)");
    OdbcStatement insert{connection()};
    ASSERT_EQ(insert.prepare("INSERT INTO n VALUES (?)"), SQL_SUCCESS);
    ASSERT_EQ(SQLBindParameter(insert.handle(), 1, SQL_PARAM_INPUT, SQL_C_NUMERIC, SQL_DECIMAL, 38,
                               4, &value, 0, nullptr),
              SQL_SUCCESS);
    const auto set = [](OdbcStatement& statement, SQLINTEGER descriptor, void* data) {
        SQLHDESC desc = SQL_NULL_HDESC;
        SQLGetStmtAttr(statement.handle(), descriptor, &desc, 0, nullptr);
        const auto field = [desc](SQLSMALLINT id, std::intptr_t to) {
            EXPECT_EQ(SQLSetDescField(desc, 1, id, reinterpret_cast<SQLPOINTER>(to), 0),
                      SQL_SUCCESS);
        };
        field(SQL_DESC_TYPE, SQL_C_NUMERIC);
        field(SQL_DESC_PRECISION, 38);
        field(SQL_DESC_SCALE, 4);
        field(SQL_DESC_DATA_PTR, reinterpret_cast<std::intptr_t>(data));
    };
    set(insert, SQL_ATTR_APP_PARAM_DESC, &value);
    ASSERT_EQ(insert.execute(), SQL_SUCCESS) << insert.message();
    OdbcStatement select{connection()};
    ASSERT_EQ(select.direct("SELECT v FROM n"), SQL_SUCCESS);
    SQL_NUMERIC_STRUCT back{};
    set(select, SQL_ATTR_APP_ROW_DESC, &back);
    ASSERT_EQ(select.fetch(), SQL_SUCCESS) << select.message();
    EXPECT_EQ(back.scale, 4);
    EXPECT_EQ(back.sign, 0);
    EXPECT_EQ(std::memcmp(back.val, value.val, sizeof value.val), 0);
}

// -1 is "not known"; 0 would read as "no rows".
TEST_P(Complaints, RowCountsByStatement) {
    struct Case {
        const char* sql;
        SQLRETURN result;
        SQLLEN rows;
    };
    constexpr auto cases = std::to_array<Case>({
        {"CREATE TABLE r (id INTEGER PRIMARY KEY, v)", SQL_SUCCESS, -1},
        {"INSERT INTO r VALUES (1, 'a'), (2, 'b'), (3, 'c')", SQL_SUCCESS, 3},
        {"INSERT OR IGNORE INTO r VALUES (1, 'x'), (4, 'd')", SQL_SUCCESS, 1},
        {"INSERT INTO r SELECT id + 10, v FROM r", SQL_SUCCESS, 4},
        {"UPDATE r SET v = 'z' WHERE id > 10", SQL_SUCCESS, 4},
        {"WITH w AS (SELECT 11 AS i) DELETE FROM r WHERE id IN (SELECT i FROM w)", SQL_SUCCESS, 1},
        {"REPLACE INTO r VALUES (1, 'y')", SQL_SUCCESS, 1},
        {"UPDATE r SET v = 1 WHERE id = 999", SQL_NO_DATA, 0},
        {"DELETE FROM r WHERE id = 999", SQL_NO_DATA, 0},
        {"SELECT * FROM r", SQL_SUCCESS, 7},
        {"SELECT * FROM r WHERE 0", SQL_SUCCESS, 0},
        {"WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 9999) "
         "SELECT i FROM n",
         SQL_SUCCESS, -1},
        {"DELETE FROM r", SQL_SUCCESS, 7},
        {"CREATE INDEX ri ON r (v)", SQL_SUCCESS, -1},
        {"DROP TABLE r", SQL_SUCCESS, -1},
    });
    for (const Case& one : cases) {
        SCOPED_TRACE(one.sql);
        OdbcStatement statement{connection()};
        EXPECT_EQ(statement.direct(one.sql), one.result) << statement.message();
        EXPECT_EQ(statement.row_count(), one.rows);
    }
}

}  // namespace
}  // namespace dqlite::test
