// A column of every declared type holding a value of every storage class, and expression columns
// whose rows differ in type: through SELECT * each value comes as it is, or not at all, never
// another one in silence; and the node lives.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include <fmt/format.h>

#include "tests/driver/live/fixture.h"

namespace dqlite::test {
namespace {

constexpr std::array declared{"",
                              "ANY",
                              "BIGINT",
                              "BINARY(4)",
                              "BIT",
                              "BLOB",
                              "BOOL",
                              "BOOLEAN",
                              "CHAR(5)",
                              "CHARACTER VARYING(20)",
                              "CLOB",
                              "CURRENCY",
                              "DATE",
                              "DATETIME",
                              "DECIMAL(10,2)",
                              "DOUBLE",
                              "DOUBLE PRECISION",
                              "FLOAT",
                              "INT",
                              "INT2",
                              "INT8",
                              "INTEGER",
                              "INTERVAL",
                              "JSON",
                              "LONG VARBINARY",
                              "LONGTEXT",
                              "MEDIUMINT",
                              "NCHAR(4)",
                              "NUMERIC",
                              "NUMERIC(8)",
                              "NVARCHAR(20)",
                              "REAL",
                              "SMALLINT",
                              "TEXT",
                              "TIME",
                              "TIMESTAMP",
                              "TIMESTAMP WITH TIME ZONE",
                              "TINYINT",
                              "UNSIGNED BIG INT",
                              "UUID",
                              "VARBINARY(8)",
                              "VARCHAR",
                              "VARCHAR(255)",
                              "YEAR",
                              "\"what nobody knows\""};
constexpr auto column_total = declared.size();

constexpr std::array literals{
    "NULL",       "0",     "1",      "-7",           "9007199254740993",
    "1e300",      "0.5",   "12.5",   "-3000.25",     "''",
    "'x'",        "'12'",  "'12.5'", "'2024-02-29'", "'2024-02-29 10:11:12.5'",
    "'10:11:12'", "'漢😀'", "x''",    "x'00ff'",      "x'3132'"};

/// A cell as the server tells it by an expression, which no declared type touches.
struct Truth {
    std::string storage;
    std::string text;  ///< a real to 17 digits; a blob's bytes in hexadecimal
};

bool is_datetime(SQLSMALLINT type) {
    return type == SQL_TYPE_DATE || type == SQL_TYPE_TIME || type == SQL_TYPE_TIMESTAMP;
}

class EveryClass : public OnOneNode {
  protected:
    void SetUp() override {
        OnOneNode::SetUp();
        std::string columns;
        for (std::size_t i = 0; i < column_total; ++i) {
            columns += fmt::format(", c{} {}", i, declared[i]);
        }
        run("CREATE TABLE every (id INTEGER PRIMARY KEY" + columns + ")");
        for (const char* const literal : literals) {
            std::string values;
            for (std::size_t i = 0; i < column_total; ++i) values += fmt::format(", {}", literal);
            run("INSERT INTO every VALUES (NULL" + values + ")");
        }
        for (std::size_t i = 0; i < column_total; ++i) {
            const auto rows = query(fmt::format(
                "SELECT typeof(c{0}) || '', CASE typeof(c{0}) WHEN 'blob' THEN hex(c{0}) "
                "WHEN 'real' THEN printf('%!.17g', c{0}) ELSE c{0} || '' END FROM every ORDER BY "
                "id",
                i));
            for (const auto& row : rows) truth_[i].push_back({*row[0], row[1].value_or("")});
        }
    }
    [[nodiscard]] const Truth& truth(std::size_t row, std::size_t column) const {
        return truth_[column][row];
    }

  private:
    std::array<std::vector<Truth>, column_total> truth_;
};
DQLITE_ON_EACH_GENERATION(EveryClass);

/// As text a value is what it is, but for numbers in columns of dates (Unix times) and the zeros a
/// DECIMAL column adds.
void expect_text(const Truth& truth, const Cell& cell, SQLSMALLINT type) {
    if (truth.storage == "null") {
        EXPECT_EQ(cell, std::nullopt);
        return;
    }
    ASSERT_TRUE(cell);
    const bool number = truth.storage == "integer" || truth.storage == "real";
    if (number && is_datetime(type)) {
        EXPECT_FALSE(cell->empty());
    } else if (number) {
        EXPECT_EQ(std::strtod(cell->c_str(), nullptr), std::strtod(truth.text.c_str(), nullptr));
        if (truth.storage == "integer" && type != SQL_DECIMAL && type != SQL_NUMERIC) {
            EXPECT_EQ(*cell, truth.text);
        }
    } else if (is_datetime(type) && truth.storage == "text") {
        // A date may get its 00:00:00, and a TIME column tells a timestamp's time of day.
        const auto time = truth.text.substr(truth.text.find(' ') + 1);
        EXPECT_NE(cell->find(type == SQL_TYPE_TIME ? time : truth.text), std::string::npos)
            << *cell;
    } else {
        EXPECT_EQ(*cell, truth.text);
    }
}

TEST_P(EveryClass, ReadAsTextOrBytes) {
    OdbcStatement select{connection()};
    ASSERT_EQ(select.direct("SELECT * FROM every ORDER BY id"), SQL_SUCCESS) << select.message();
    for (std::size_t row = 0; row < literals.size(); ++row) {
        ASSERT_EQ(select.fetch(), SQL_SUCCESS) << select.message();
        for (std::size_t i = 0; i < column_total; ++i) {
            SCOPED_TRACE(fmt::format("{} in a column {}", literals[row], declared[i]));
            const auto number = static_cast<SQLUSMALLINT>(i + 2);
            expect_text(truth(row, i), select.text(number), select.column_type(number));
        }
    }
    EXPECT_EQ(select.fetch(), SQL_NO_DATA);
}

TEST_P(EveryClass, ReadAsTextIntoBoundColumns) {
    OdbcStatement select{connection()};
    std::array<std::array<char, 400>, column_total> texts{};
    std::array<SQLLEN, column_total> lengths{};
    for (std::size_t i = 0; i < column_total; ++i) {
        ASSERT_EQ(SQLBindCol(select.handle(), static_cast<SQLUSMALLINT>(i + 2), SQL_C_CHAR,
                             texts[i].data(), sizeof texts[i], &lengths[i]),
                  SQL_SUCCESS);
    }
    ASSERT_EQ(select.direct("SELECT * FROM every ORDER BY id"), SQL_SUCCESS) << select.message();
    for (std::size_t row = 0; row < literals.size(); ++row) {
        ASSERT_EQ(select.fetch(), SQL_SUCCESS) << select.message();
        for (std::size_t i = 0; i < column_total; ++i) {
            SCOPED_TRACE(fmt::format("{} in a column {}", literals[row], declared[i]));
            Cell cell;
            if (lengths[i] != SQL_NULL_DATA) cell = texts[i].data();
            expect_text(truth(row, i), cell, select.column_type(static_cast<SQLUSMALLINT>(i + 2)));
        }
    }
}

/// What SQL_C_DEFAULT put into a buffer, as a number, if the column's type is one.
std::optional<double> default_number(SQLSMALLINT type, const char* bytes) {
    const auto as = [bytes]<typename T>(T value) {
        std::memcpy(&value, bytes, sizeof value);
        return static_cast<double>(value);
    };
    switch (type) {
        case SQL_BIGINT:
            return as(SQLBIGINT{});
        case SQL_INTEGER:
            return as(SQLINTEGER{});
        case SQL_SMALLINT:
            return as(SQLSMALLINT{});
        case SQL_TINYINT:
            return as(SQLSCHAR{});
        case SQL_BIT:
            return as(SQLCHAR{});
        case SQL_REAL:
            return as(float{});
        case SQL_FLOAT:
        case SQL_DOUBLE:
            return as(double{});
        default:
            return std::nullopt;
    }
}

/// A success is the value; what it cannot be is an error or, for a fraction, 01S07.
void expect_default(const Truth& truth, SQLSMALLINT type, OdbcStatement& select,
                    SQLUSMALLINT number) {
    std::array<char, 512> buffer{};
    SQLLEN length = -99;
    const auto r =
        SQLGetData(select.handle(), number, SQL_C_DEFAULT, buffer.data(), buffer.size(), &length);
    if (r == SQL_ERROR) {
        const std::string state = select.state();
        EXPECT_TRUE(state == "22018" || state == "22003" || state == "22007" || state == "22008")
            << state;
        return;
    }
    ASSERT_TRUE(SQL_SUCCEEDED(r)) << r;
    EXPECT_EQ(length == SQL_NULL_DATA, truth.storage == "null");
    if (truth.storage == "null") return;
    const auto got = default_number(type, buffer.data());
    if (!got) return;  // text, bytes and dates: as the other tests read them
    ASSERT_NE(truth.storage, "blob");
    double value = std::strtod(truth.text.c_str(), nullptr);
    if (type == SQL_REAL) value = static_cast<double>(static_cast<float>(value));
    if (r == SQL_SUCCESS_WITH_INFO) {
        EXPECT_EQ(select.state(), "01S07");
        value = std::trunc(value);
    }
    EXPECT_EQ(*got, value);
}

TEST_P(EveryClass, ReadAsTheDefaultType) {
    OdbcStatement select{connection()};
    ASSERT_EQ(select.direct("SELECT * FROM every ORDER BY id"), SQL_SUCCESS) << select.message();
    for (std::size_t row = 0; row < literals.size(); ++row) {
        ASSERT_EQ(select.fetch(), SQL_SUCCESS) << select.message();
        for (std::size_t i = 0; i < column_total; ++i) {
            SCOPED_TRACE(fmt::format("{} in a column {}", literals[row], declared[i]));
            const auto number = static_cast<SQLUSMALLINT>(i + 2);
            expect_default(truth(row, i), select.column_type(number), select, number);
        }
    }
}

// ------------------------------------------------------------- expressions whose rows differ

TEST_P(EveryClass, ExpressionsOfSeveralTypesInAnyOrder) {
    std::array<std::string, 4> values{"(0)", "(12.5)", "(NULL)", "('x')"};
    std::sort(values.begin(), values.end());
    do {
        const std::string sql = fmt::format("SELECT * FROM (VALUES {}, {}, {}, {})", values[0],
                                            values[1], values[2], values[3]);
        SCOPED_TRACE(sql);
        OdbcStatement select{connection()};
        ASSERT_EQ(select.direct(sql), SQL_SUCCESS) << select.message();
        for (const std::string& value : values) {
            ASSERT_EQ(select.fetch(), SQL_SUCCESS);
            Cell expected;
            if (value != "(NULL)") expected = value.substr(1, value.size() - 2);
            if (expected == "'x'") expected = "x";
            EXPECT_EQ(select.text(1), expected);
            std::array<char, 64> wide{};
            SQLLEN length = 0;
            ASSERT_EQ(
                SQLGetData(select.handle(), 1, SQL_C_DEFAULT, wide.data(), sizeof wide, &length),
                SQL_NO_DATA);  // the column was read to its end
        }
        EXPECT_EQ(select.fetch(), SQL_NO_DATA);
    } while (std::next_permutation(values.begin(), values.end()));
}

// The type is inferred from the first rows; one that does not fit comes 3,000 rows later.
TEST_P(EveryClass, AMisfitFarBehindIsNeverCutInSilence) {
    struct Case {
        const char* early;
        const char* late;
        const char* text;
    };
    constexpr auto cases = std::to_array<Case>({{"i", "12.5", "12.5"},
                                                {"i", "'x'", "x"},
                                                {"i", "x'00ff'", "00FF"},
                                                {"i * 0.5", "'x'", "x"},
                                                {"i * 0.5", "x'00ff'", "00FF"},
                                                {"'t' || i", "12.5", "12.5"},
                                                {"NULL", "12.5", "12.5"},
                                                {"NULL", "'x'", "x"}});
    for (const Case& one : cases) {
        const std::string sql = fmt::format(
            "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 3000) "
            "SELECT CASE i WHEN 3000 THEN {} ELSE {} END AS v FROM n",
            one.late, one.early);
        SCOPED_TRACE(sql);
        for (const SQLSMALLINT c_type :
             std::to_array<SQLSMALLINT>({SQL_C_SBIGINT, SQL_C_DOUBLE, SQL_C_CHAR})) {
            OdbcStatement select{connection()};
            ASSERT_EQ(select.direct(sql), SQL_SUCCESS) << select.message();
            for (int row = 1; row <= 3000; ++row) ASSERT_EQ(select.fetch(), SQL_SUCCESS);
            std::array<char, 64> buffer{};
            SQLLEN length = -99;
            const auto r =
                SQLGetData(select.handle(), 1, c_type, buffer.data(), buffer.size(), &length);
            if (r == SQL_ERROR) {
                EXPECT_TRUE(select.state().starts_with("22")) << select.state();
            } else if (c_type == SQL_C_CHAR) {
                EXPECT_STREQ(buffer.data(), one.text);
            } else if (c_type == SQL_C_DOUBLE) {
                double value = 0;
                std::memcpy(&value, buffer.data(), sizeof value);
                EXPECT_EQ(value, 12.5);
            } else {
                EXPECT_EQ(r, SQL_SUCCESS_WITH_INFO);
                EXPECT_EQ(select.state(), "01S07");
            }
        }
    }
}

}  // namespace
}  // namespace dqlite::test
