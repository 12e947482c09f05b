#include <set>
#include <string>
#include <string_view>
#include <tuple>

#include <gtest/gtest.h>

#include "driver/sql/functions_table.h"
#include "tests/driver/sql/evaluate.h"

namespace dqlite::odbc {
namespace {

struct Example {
    std::string_view call;
    std::string_view value;
};

void PrintTo(const Example& example, std::ostream* out) {
    *out << example.call;
}

class ScalarFunctionExample : public ::testing::TestWithParam<Example> {};

TEST_P(ScalarFunctionExample, HasOdbcsMeaning) {
    EXPECT_EQ(test::evaluate("{fn " + std::string{GetParam().call} + "}"), GetParam().value);
}

INSTANTIATE_TEST_SUITE_P(
    Strings, ScalarFunctionExample,
    ::testing::Values(
        Example{"ASCII('A')", "65"}, Example{"ASCII(NULL)", "NULL"},
        Example{"BIT_LENGTH('ab')", "16"}, Example{"BIT_LENGTH('\xC3\xA9')", "16"},
        Example{"CHAR(65)", "A"}, Example{"CHAR(NULL)", "NULL"},
        Example{"CHAR_LENGTH('h\xC3\xA9 ')", "3"}, Example{"CHARACTER_LENGTH('')", "0"},
        Example{"CONCAT('a', 'b')", "ab"}, Example{"CONCAT('a', NULL)", "NULL"},
        Example{"INSERT('abcdef', 2, 3, 'XY')", "aXYef"},
        Example{"INSERT('abc', 1, 0, 'X')", "Xabc"}, Example{"INSERT('abc', 4, 0, 'X')", "abcX"},
        Example{"INSERT(NULL, 1, 1, 'X')", "NULL"}, Example{"LCASE('ABc')", "abc"},
        Example{"UCASE('abC')", "ABC"}, Example{"LEFT('abc', 2)", "ab"},
        Example{"LEFT('abc', 0)", ""}, Example{"LEFT('abc', 9)", "abc"},
        Example{"LEFT('abc', -1)", ""}, Example{"LEFT(NULL, 1)", "NULL"},
        Example{"LEFT('abc', NULL)", "NULL"}, Example{"RIGHT('abc', 2)", "bc"},
        Example{"RIGHT('abc', 0)", ""}, Example{"RIGHT('abc', 3)", "abc"},
        Example{"RIGHT('abc', 9)", "abc"}, Example{"RIGHT('abc', -1)", ""},
        Example{"RIGHT('', 1)", ""}, Example{"RIGHT(NULL, 1)", "NULL"},
        Example{"RIGHT('abc', NULL)", "NULL"}, Example{"LENGTH(' ab  ')", "3"},
        Example{"LENGTH('')", "0"}, Example{"LENGTH(NULL)", "NULL"},
        Example{"LOCATE('b', 'abcb')", "2"}, Example{"LOCATE('x', 'abc')", "0"},
        Example{"LOCATE('b', 'abcb', 3)", "4"}, Example{"LOCATE('b', 'abcb', 2)", "2"},
        Example{"LOCATE('b', 'abcb', 5)", "0"}, Example{"LOCATE('b', 'abcb', 0)", "2"},
        Example{"LOCATE('b', NULL, 1)", "NULL"}, Example{"LOCATE(NULL, 'a')", "NULL"},
        Example{"LTRIM('  a ')", "a "}, Example{"RTRIM(' a  ')", " a"},
        Example{"OCTET_LENGTH('\xC3\xA9')", "2"}, Example{"POSITION('c' IN 'abc')", "3"},
        Example{"POSITION({fn LCASE('C')} in ('abc'))", "3"}, Example{"REPEAT('ab', 3)", "ababab"},
        Example{"REPEAT('00', 2)", "0000"}, Example{"REPEAT('ab', 0)", ""},
        Example{"REPEAT('ab', -1)", ""}, Example{"REPEAT('', 3)", ""},
        Example{"REPEAT('a', NULL)", "NULL"}, Example{"REPEAT(NULL, 2)", "NULL"},
        Example{"REPLACE('abab', 'b', 'xx')", "axxaxx"}, Example{"SPACE(3)", "   "},
        Example{"SPACE(0)", ""}, Example{"SPACE(-2)", ""}, Example{"SPACE(NULL)", "NULL"},
        Example{"SUBSTRING('abcdef', 2, 3)", "bcd"}, Example{"SUBSTRING('abc', 2)", "bc"},
        Example{"SUBSTRING(NULL, 1, 1)", "NULL"}));

INSTANTIATE_TEST_SUITE_P(
    Numbers, ScalarFunctionExample,
    ::testing::Values(
        Example{"ABS(-3)", "3"}, Example{"ABS(NULL)", "NULL"}, Example{"ACOS(1)", "0.0"},
        Example{"ASIN(0)", "0.0"}, Example{"ATAN(0)", "0.0"}, Example{"ATAN2(0, 1)", "0.0"},
        Example{"CEILING(-1.5)", "-1.0"}, Example{"CEILING(2)", "2"}, Example{"COS(0)", "1.0"},
        Example{"COT({fn ATAN(0.5)})", "2.0"}, Example{"DEGREES({fn PI()})", "180.0"},
        Example{"EXP(0)", "1.0"}, Example{"FLOOR(-1.5)", "-2.0"},
        Example{"LOG({fn EXP(2)})", "2.0"}, Example{"LOG10(1000)", "3.0"},
        Example{"MOD(7, 3)", "1"}, Example{"MOD(-7, 3)", "-1"}, Example{"MOD(2 + 5, 1 + 2)", "1"},
        Example{"MOD(1, 0)", "NULL"}, Example{"PI()", "3.14159265358979"},
        Example{"POWER(2, 10)", "1024.0"}, Example{"RADIANS(180)", "3.14159265358979"},
        Example{"ROUND(2.345, 1)", "2.3"}, Example{"ROUND(1234.5, -2)", "1200.0"},
        Example{"ROUND(1250, -2)", "1300.0"}, Example{"ROUND(-2.5, 0)", "-3.0"},
        Example{"ROUND(NULL, 1)", "NULL"}, Example{"ROUND(1.5, NULL)", "NULL"},
        Example{"SIGN(-9)", "-1"}, Example{"SIGN(0)", "0"}, Example{"SIGN(NULL)", "NULL"},
        Example{"SIN(0)", "0.0"}, Example{"SQRT(9)", "3.0"}, Example{"TAN(0)", "0.0"},
        Example{"TRUNCATE(1.999, 2)", "1.99"}, Example{"TRUNCATE(1.15, 2)", "1.15"},
        Example{"TRUNCATE(-1.999, 0)", "-1.0"}, Example{"TRUNCATE(1999, -2)", "1900.0"},
        Example{"TRUNCATE(1e300, 2)", "1.0e+300"}, Example{"TRUNCATE(NULL, 2)", "NULL"},
        Example{"TRUNCATE(1.5, NULL)", "NULL"}));

INSTANTIATE_TEST_SUITE_P(System, ScalarFunctionExample,
                         ::testing::Values(Example{"DATABASE()", "app"}, Example{"USER()", "me"},
                                           Example{"IFNULL(NULL, 2)", "2"},
                                           Example{"IFNULL(1, 2)", "1"}));

INSTANTIATE_TEST_SUITE_P(
    Dates, ScalarFunctionExample,
    ::testing::Values(
        Example{"DAYNAME('2024-02-29')", "Thursday"},
        Example{"DAYNAME({d '2024-03-03'})", "Sunday"}, Example{"DAYNAME(NULL)", "NULL"},
        Example{"DAYOFMONTH('2024-02-29')", "29"}, Example{"DAYOFWEEK('2024-03-03')", "1"},
        Example{"DAYOFWEEK('2024-03-02')", "7"}, Example{"DAYOFYEAR('2024-12-31')", "366"},
        Example{"DAYOFYEAR(NULL)", "NULL"}, Example{"HOUR({t '23:05:09'})", "23"},
        Example{"HOUR('2024-01-01 07:08:09.5')", "7"}, Example{"MINUTE('07:08:09')", "8"},
        Example{"SECOND('07:08:09.9996')", "9"}, Example{"SECOND('2024-01-01 07:08:09.9996')", "9"},
        Example{"MONTH('2024-11-30')", "11"}, Example{"MONTHNAME('2024-11-30')", "November"},
        Example{"MONTHNAME(NULL)", "NULL"}, Example{"QUARTER('2024-01-01')", "1"},
        Example{"QUARTER('2024-03-31')", "1"}, Example{"QUARTER('2024-04-01')", "2"},
        Example{"QUARTER('2024-12-31')", "4"}, Example{"WEEK('2021-01-03')", "53"},
        Example{"WEEK('2021-01-04')", "1"}, Example{"WEEK('2024-12-30')", "1"},
        Example{"WEEK('2000-12-31')", "52"}, Example{"WEEK(NULL)", "NULL"},
        Example{"YEAR('0099-01-02')", "99"},
        Example{"EXTRACT(YEAR FROM '2024-05-06 07:08:09')", "2024"},
        Example{"EXTRACT(MONTH FROM '2024-05-06 07:08:09')", "5"},
        Example{"EXTRACT(DAY FROM {ts '2024-05-06 07:08:09'})", "6"},
        Example{"EXTRACT(hour FROM '2024-05-06 07:08:09')", "7"},
        Example{"EXTRACT(MINUTE FROM '2024-05-06 07:08:09')", "8"},
        Example{"EXTRACT(SECOND FROM '2024-05-06 07:08:09.9999')", "9"}));

#define ADD "TIMESTAMPADD(SQL_TSI_"
#define DIFF "TIMESTAMPDIFF(SQL_TSI_"

INSTANTIATE_TEST_SUITE_P(
    Intervals, ScalarFunctionExample,
    ::testing::Values(
        Example{ADD "FRAC_SECOND, 500000000, '2024-01-01 00:00:59.75')", "2024-01-01 00:01:00.250"},
        Example{ADD "SECOND, 61, '2023-12-31 23:59:59.123456')", "2024-01-01 00:01:00.123456"},
        Example{ADD "SECOND, 0, '2024-01-01 10:11:12.9999')", "2024-01-01 10:11:12.9999"},
        Example{ADD "MINUTE, -1, '2024-01-01 00:00:00')", "2023-12-31 23:59:00"},
        Example{ADD "HOUR, 25, '2024-02-28 00:00:00')", "2024-02-29 01:00:00"},
        Example{ADD "DAY, 1, '2024-02-28')", "2024-02-29 00:00:00"},
        Example{ADD "WEEK, -2, '2024-01-10 01:02:03')", "2023-12-27 01:02:03"},
        Example{ADD "MONTH, 1, '2024-01-31 10:00:00.5')", "2024-02-29 10:00:00.5"},
        Example{ADD "MONTH, 1, '2023-01-31')", "2023-02-28 00:00:00"},
        Example{ADD "MONTH, -1, '2024-03-31')", "2024-02-29 00:00:00"},
        Example{ADD "MONTH, 13, '2024-01-15')", "2025-02-15 00:00:00"},
        Example{ADD "QUARTER, 1, '2024-11-30')", "2025-02-28 00:00:00"},
        Example{ADD "QUARTER, -1, '2024-05-31')", "2024-02-29 00:00:00"},
        Example{ADD "YEAR, 1, '2024-02-29')", "2025-02-28 00:00:00"},
        Example{ADD "YEAR, -4, '2024-02-29 01:02:03')", "2020-02-29 01:02:03"},
        Example{ADD "DAY, NULL, '2024-01-01')", "NULL"}, Example{ADD "MONTH, 1, NULL)", "NULL"},
        Example{ADD "SECOND, 1, 'junk')", "NULL"},
        Example{DIFF "FRAC_SECOND, '2024-01-01 00:00:00', '2024-01-01 00:00:01.000000001')",
                "1000000001"},
        Example{DIFF "SECOND, '2024-01-01 10:00:00.9', '2024-01-01 10:00:01.1')", "0"},
        Example{DIFF "SECOND, '2024-01-01 10:00:01', '2024-01-01 10:00:00')", "-1"},
        Example{DIFF "MINUTE, '10:00:00', '10:59:59')", "59"},
        Example{DIFF "HOUR, '2024-01-01', '2024-01-02')", "24"},
        Example{DIFF "DAY, '2024-02-28', '2024-03-01')", "2"},
        Example{DIFF "DAY, '2024-01-01 12:00:00', '2024-01-02 11:59:59')", "0"},
        Example{DIFF "DAY, '2024-01-02', '2024-01-01')", "-1"},
        Example{DIFF "WEEK, '2024-01-01', '2024-01-15')", "2"},
        Example{DIFF "MONTH, '2024-01-31', '2024-02-29')", "0"},
        Example{DIFF "MONTH, '2024-01-31', '2024-03-31')", "2"},
        Example{DIFF "MONTH, '2024-01-15 10:00:00', '2024-02-15 09:59:59')", "0"},
        Example{DIFF "MONTH, '2024-02-15 09:59:59', '2024-01-15 10:00:00')", "0"},
        Example{DIFF "MONTH, '2024-03-15', '2024-01-15')", "-2"},
        Example{DIFF "MONTH, '2024-03-14', '2024-01-15')", "-1"},
        Example{DIFF "MONTH, '2023-12-31', '2024-01-01')", "0"},
        Example{DIFF "QUARTER, '2024-01-01', '2024-12-31')", "3"},
        Example{DIFF "YEAR, '2024-02-29', '2025-02-28')", "0"},
        Example{DIFF "YEAR, '2024-02-29', '2025-03-01')", "1"},
        Example{DIFF "YEAR, '2025-03-01', '2020-03-01')", "-5"},
        Example{DIFF "MONTH, NULL, '2024-01-01')", "NULL"},
        Example{DIFF "SECOND, '2024-01-01', NULL)", "NULL"}));

INSTANTIATE_TEST_SUITE_P(
    Conversions, ScalarFunctionExample,
    ::testing::Values(
        Example{"CONVERT('12abc', SQL_INTEGER)", "12"}, Example{"CONVERT(7, SQL_BIT)", "1"},
        Example{"CONVERT('1.5', SQL_DOUBLE)", "1.5"},
        Example{"CONVERT('1.50', SQL_DECIMAL)", "1.5"}, Example{"CONVERT(12, SQL_WVARCHAR)", "12"},
        Example{"CONVERT('ab', SQL_VARBINARY)", "ab"},
        Example{"CONVERT('2024-01-02 03:04:05', SQL_TYPE_DATE)", "2024-01-02"},
        Example{"CONVERT('2024-01-02 03:04:05', SQL_TIME)", "03:04:05"},
        Example{"CONVERT('2024-01-02', SQL_TYPE_TIMESTAMP)", "2024-01-02 00:00:00"},
        Example{"CONVERT('2024-01-02 03:04:05.678', SQL_TIMESTAMP)", "2024-01-02 03:04:05.678"},
        Example{"CONVERT(NULL, SQL_BIT)", "NULL"}));

TEST(ScalarFunctions, TellTheCurrentTime) {
    EXPECT_EQ(test::evaluate("{fn CURDATE()} = date('now') OR {fn CURRENT_DATE} = date('now')"),
              "1");
    EXPECT_EQ(test::evaluate("length({fn CURTIME()}) = 8 AND length({fn CURRENT_TIME()}) = 8"),
              "1");
    EXPECT_EQ(test::evaluate("length({fn CURRENT_TIME(3)})"), "12");
    EXPECT_EQ(test::evaluate("length({fn NOW()}) = 19 AND {fn YEAR({fn NOW()})} > 2020"), "1");
    EXPECT_EQ(test::evaluate("length({fn CURRENT_TIMESTAMP(0)})"), "19");
    EXPECT_EQ(test::evaluate("length({fn CURRENT_TIMESTAMP(6)})"), "23");
    EXPECT_EQ(test::evaluate("{fn CURRENT_TIMESTAMP()} <= datetime('now')"), "1");
}

TEST(ScalarFunctions, DrawRandomNumbersFromZeroToOne) {
    for (int i = 0; i < 100; ++i) {
        ASSERT_EQ(test::evaluate("{fn RAND()} >= 0 AND {fn RAND(7)} < 1"), "1");
    }
    EXPECT_NE(test::evaluate("{fn RAND()}"), test::evaluate("{fn RAND()}"));
}

TEST(ScalarFunctions, AllWorkOnTextParametersInTheirOwnOrder) {
    // Each argument a parameter: however often the translation uses it, it is bound once.
    std::set<std::tuple<std::string_view, std::size_t, std::string_view>> seen;
    for (const ScalarFunction& function : scalar_functions()) {
        SCOPED_TRACE(std::string{function.name} + " " + std::string{function.keyword});
        EXPECT_TRUE(seen.emplace(function.name, function.arity, function.keyword).second);
        std::string call = "{fn " + std::string{function.name} + "(";
        const std::size_t written = function.arity + (function.keyword.empty() ? 0U : 1U);
        for (std::size_t i = 0; i < written; ++i) {
            if (i > 0) call.append(" ").append(function.separator).append(" ");
            const bool is_keyword = !function.keyword.empty() && i == function.keyword_position;
            call += is_keyword ? function.keyword : "?";
        }
        const std::string value =
            test::evaluate(call + ")}", std::vector<std::string>(function.arity, "1"));
        EXPECT_EQ(value.find('<'), std::string::npos) << value;
    }
}

TEST(ScalarFunctions, TellWhatTheyCan) {
    const FunctionMasks masks = function_masks();
    EXPECT_EQ(masks.string, 0xFD7FFFU);  // all but DIFFERENCE and SOUNDEX
    EXPECT_EQ(masks.numeric, 0xFFFFFFU);
    EXPECT_EQ(masks.timedate, 0x1FFFFFU);
    EXPECT_EQ(masks.system, 0x7U);
    EXPECT_EQ(masks.convert, static_cast<SQLUINTEGER>(SQL_FN_CVT_CONVERT));
    EXPECT_EQ(masks.add_intervals, 0x1FFU);
    EXPECT_EQ(masks.diff_intervals, 0x1FFU);
}

}  // namespace
}  // namespace dqlite::odbc
