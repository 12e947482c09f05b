// Values go in and come out exact, by every road.
#include <array>
#include <cmath>
#include <cstring>
#include <limits>

#include "tests/driver/live/fixture.h"

namespace dqlite::test {
namespace {

class Values : public OnOneNode {};
DQLITE_ON_EACH_GENERATION(Values);

SQLRETURN bind(OdbcStatement& statement, SQLUSMALLINT number, std::int64_t& value, SQLLEN& length) {
    return SQLBindParameter(statement.handle(), number, SQL_PARAM_INPUT, SQL_C_SBIGINT, SQL_BIGINT,
                            0, 0, &value, 0, &length);
}

TEST_P(Values, IntegersAtTheirExtremes) {
    run("CREATE TABLE t (i INTEGER)");
    OdbcStatement insert{connection()};
    ASSERT_EQ(insert.prepare("INSERT INTO t VALUES (?)"), SQL_SUCCESS);
    std::int64_t value = 0;
    SQLLEN length = 0;
    ASSERT_EQ(bind(insert, 1, value, length), SQL_SUCCESS);
    const std::array all{std::numeric_limits<std::int64_t>::min(), std::int64_t{-1},
                         std::int64_t{0}, std::numeric_limits<std::int64_t>::max()};
    for (const auto one : all) {
        value = one;
        ASSERT_EQ(insert.execute(), SQL_SUCCESS) << insert.message();
        EXPECT_EQ(insert.row_count(), 1);
    }
    OdbcStatement select{connection()};
    ASSERT_EQ(select.direct("SELECT i FROM t ORDER BY rowid"), SQL_SUCCESS) << select.message();
    EXPECT_EQ(select.column_type(1), SQL_BIGINT);
    for (const auto one : all) {
        ASSERT_EQ(select.fetch(), SQL_SUCCESS);
        EXPECT_EQ(select.integer(1), one);
    }
    EXPECT_EQ(select.fetch(), SQL_NO_DATA);
}

TEST_P(Values, DoublesToTheLastBit) {
    run("CREATE TABLE t (x DOUBLE)");
    OdbcStatement insert{connection()};
    ASSERT_EQ(insert.prepare("INSERT INTO t VALUES (?)"), SQL_SUCCESS);
    double value = 0;
    ASSERT_EQ(SQLBindParameter(insert.handle(), 1, SQL_PARAM_INPUT, SQL_C_DOUBLE, SQL_DOUBLE, 0, 0,
                               &value, 0, nullptr),
              SQL_SUCCESS);
    const std::array all{0.1, 1.0 / 3.0, std::numeric_limits<double>::max(),
                         std::numeric_limits<double>::denorm_min(), -123456789.987654321};
    for (const auto one : all) {
        value = one;
        ASSERT_EQ(insert.execute(), SQL_SUCCESS) << insert.message();
    }
    OdbcStatement select{connection()};
    ASSERT_EQ(select.direct("SELECT x, x FROM t ORDER BY rowid"), SQL_SUCCESS);
    for (const auto one : all) {
        ASSERT_EQ(select.fetch(), SQL_SUCCESS);
        EXPECT_EQ(select.real(1), one);
        // As text too: the shortest that reads back the same.
        EXPECT_EQ(std::strtod(select.text(2)->c_str(), nullptr), one);
    }
}

TEST_P(Values, NullEmptyTextAndEmptyBlobDiffer) {
    run("CREATE TABLE t (v)");
    run("INSERT INTO t VALUES (NULL), (''), (x'')");
    const auto rows = query("SELECT v, typeof(v), v IS NULL FROM t ORDER BY rowid");
    ASSERT_EQ(rows.size(), 3U);
    EXPECT_EQ(rows[0], (std::vector<Cell>{std::nullopt, "null", "1"}));
    EXPECT_EQ(rows[1], (std::vector<Cell>{"", "text", "0"}));
    EXPECT_EQ(rows[2], (std::vector<Cell>{"", "blob", "0"}));
}

TEST_P(Values, TextBeyondTheBmpInBothCharacterSets) {
    const std::string text = "naïve 😀 𝄞 Ωmega 漢字";
    run("CREATE TABLE t (s TEXT)");
    OdbcStatement insert{connection()};
    ASSERT_EQ(insert.prepare("INSERT INTO t VALUES (?)"), SQL_SUCCESS);
    const std::array<SQLWCHAR, 3> clef{0xD834, 0xDD1E, 0};  // 𝄞
    SQLLEN length = 4;
    ASSERT_EQ(SQLBindParameter(insert.handle(), 1, SQL_PARAM_INPUT, SQL_C_WCHAR, SQL_WVARCHAR, 10,
                               0, const_cast<SQLWCHAR*>(clef.data()), 0, &length),
              SQL_SUCCESS);
    ASSERT_EQ(insert.execute(), SQL_SUCCESS) << insert.message();
    run("INSERT INTO t VALUES ('" + text + "')");
    const auto rows = query("SELECT s, length(s) FROM t ORDER BY rowid");
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[0], (std::vector<Cell>{"𝄞", "1"}));
    EXPECT_EQ(rows[1][0], text);

    OdbcStatement select{connection()};
    ASSERT_EQ(select.direct("SELECT s FROM t ORDER BY rowid"), SQL_SUCCESS);
    ASSERT_EQ(select.fetch(), SQL_SUCCESS);
    std::array<SQLWCHAR, 8> wide{};
    ASSERT_EQ(SQLGetData(select.handle(), 1, SQL_C_WCHAR, wide.data(), sizeof wide, &length),
              SQL_SUCCESS);
    EXPECT_EQ(length, 4);
    EXPECT_EQ(wide[0], clef[0]);
    EXPECT_EQ(wide[1], clef[1]);
    EXPECT_EQ(wide[2], 0);
}

TEST_P(Values, ABlobOfEveryByteInPieces) {
    run("CREATE TABLE t (b BLOB)");
    std::string blob;
    for (int round = 0; round < 100; ++round) {
        for (int byte = 0; byte < 256; ++byte) blob.push_back(static_cast<char>(byte));
    }
    OdbcStatement insert{connection()};
    ASSERT_EQ(insert.prepare("INSERT INTO t VALUES (?)"), SQL_SUCCESS);
    SQLLEN length = SQL_DATA_AT_EXEC;
    int token = 0;
    ASSERT_EQ(SQLBindParameter(insert.handle(), 1, SQL_PARAM_INPUT, SQL_C_BINARY, SQL_LONGVARBINARY,
                               0, 0, &token, 0, &length),
              SQL_SUCCESS);
    ASSERT_EQ(insert.execute(), SQL_NEED_DATA);
    SQLPOINTER asked = nullptr;
    ASSERT_EQ(SQLParamData(insert.handle(), &asked), SQL_NEED_DATA);
    EXPECT_EQ(asked, &token);
    // Everything but the data is out of sequence now.
    EXPECT_EQ(SQLFreeStmt(insert.handle(), SQL_CLOSE), SQL_ERROR);
    for (std::size_t from = 0; from < blob.size(); from += 1000) {
        const auto size = std::min<std::size_t>(1000, blob.size() - from);
        ASSERT_EQ(SQLPutData(insert.handle(), blob.data() + from, static_cast<SQLLEN>(size)),
                  SQL_SUCCESS);
    }
    ASSERT_EQ(SQLParamData(insert.handle(), &asked), SQL_SUCCESS) << insert.message();

    OdbcStatement select{connection()};
    ASSERT_EQ(select.direct("SELECT b FROM t"), SQL_SUCCESS);
    ASSERT_EQ(select.fetch(), SQL_SUCCESS);
    EXPECT_EQ(select.bytes(1), blob);
}

TEST_P(Values, DatesAndTimestamps) {
    run("CREATE TABLE t (d DATE, ts TIMESTAMP, b BOOLEAN)");
    OdbcStatement insert{connection()};
    ASSERT_EQ(insert.prepare("INSERT INTO t VALUES (?, ?, ?)"), SQL_SUCCESS);
    SQL_DATE_STRUCT date{2024, 2, 29};
    SQL_TIMESTAMP_STRUCT stamp{9999, 12, 31, 23, 59, 59, 123456789};
    unsigned char bit = 1;
    SQLLEN lengths[3] = {0, 0, 0};
    const auto handle = insert.handle();
    ASSERT_EQ(SQLBindParameter(handle, 1, SQL_PARAM_INPUT, SQL_C_TYPE_DATE, SQL_TYPE_DATE, 10, 0,
                               &date, 0, &lengths[0]),
              SQL_SUCCESS);
    ASSERT_EQ(SQLBindParameter(handle, 2, SQL_PARAM_INPUT, SQL_C_TYPE_TIMESTAMP, SQL_TYPE_TIMESTAMP,
                               29, 9, &stamp, 0, &lengths[1]),
              SQL_SUCCESS);
    ASSERT_EQ(SQLBindParameter(handle, 3, SQL_PARAM_INPUT, SQL_C_BIT, SQL_BIT, 1, 0, &bit, 0,
                               &lengths[2]),
              SQL_SUCCESS);
    ASSERT_EQ(insert.execute(), SQL_SUCCESS) << insert.message();
    lengths[0] = lengths[1] = lengths[2] = SQL_NULL_DATA;
    ASSERT_EQ(insert.execute(), SQL_SUCCESS) << insert.message();

    OdbcStatement select{connection()};
    ASSERT_EQ(select.direct("SELECT d, ts, b FROM t ORDER BY rowid"), SQL_SUCCESS)
        << select.message();
    EXPECT_EQ(select.column_type(1), SQL_TYPE_DATE);
    EXPECT_EQ(select.column_type(2), SQL_TYPE_TIMESTAMP);
    EXPECT_EQ(select.column_type(3), SQL_BIT);
    ASSERT_EQ(select.fetch(), SQL_SUCCESS);
    SQL_DATE_STRUCT read_date{};
    SQL_TIMESTAMP_STRUCT read_stamp{};
    SQLLEN length = 0;
    ASSERT_EQ(SQLGetData(select.handle(), 1, SQL_C_TYPE_DATE, &read_date, 0, &length), SQL_SUCCESS);
    EXPECT_EQ(std::memcmp(&read_date, &date, sizeof date), 0);
    ASSERT_EQ(SQLGetData(select.handle(), 2, SQL_C_TYPE_TIMESTAMP, &read_stamp, 0, &length),
              SQL_SUCCESS);
    EXPECT_EQ(std::memcmp(&read_stamp, &stamp, sizeof stamp), 0);
    EXPECT_EQ(select.text(3), "1");
    // NULL stays NULL, on servers that send it as false or as "" too.
    ASSERT_EQ(select.fetch(), SQL_SUCCESS);
    EXPECT_EQ(select.text(1), std::nullopt);
    EXPECT_EQ(select.text(2), std::nullopt);
    EXPECT_EQ(select.text(3), std::nullopt);
}

TEST_P(Values, AFractionIsNotCutWhereTheTypeWasInferred) {
    OdbcStatement select{connection()};
    // The first frame holds integers only; the fraction comes in a later one.
    ASSERT_EQ(select.direct("WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n "
                            "WHERE i < 3000) SELECT CASE i WHEN 3000 THEN 12.5 ELSE i END AS v "
                            "FROM n"),
              SQL_SUCCESS)
        << select.message();
    ASSERT_EQ(select.column_type(1), SQL_BIGINT);
    std::int64_t value = 0;
    SQLLEN length = 0;
    ASSERT_EQ(SQLBindCol(select.handle(), 1, SQL_C_SBIGINT, &value, 0, &length), SQL_SUCCESS);
    for (int row = 1; row < 3000; ++row) ASSERT_EQ(select.fetch(), SQL_SUCCESS);
    ASSERT_EQ(select.fetch(), SQL_ERROR);
    EXPECT_EQ(select.state(), "22003");
    EXPECT_NE(select.message().find("row 3000"), std::string::npos) << select.message();
}

TEST_P(Values, AResultTellsItsRowsAndAPragmaNone) {
    OdbcStatement statement{connection()};
    ASSERT_EQ(statement.direct("VALUES (1), (2)"), SQL_SUCCESS);
    EXPECT_EQ(statement.row_count(), 2);
    ASSERT_EQ(statement.close(), SQL_SUCCESS);
    for (const char* const pragma : {"PRAGMA user_version", "PRAGMA busy_timeout"}) {
        ASSERT_EQ(statement.direct(pragma), SQL_SUCCESS) << statement.message();
        EXPECT_EQ(statement.row_count(), -1) << pragma;
        EXPECT_EQ(statement.all().size(), 1U);
    }
}

}  // namespace
}  // namespace dqlite::test
