#include "driver/convert/interval.h"

#include <gtest/gtest.h>

#include "tests/driver/convert/convert_support.h"

namespace dqlite::odbc {
namespace {

constexpr auto ok = SqlState::s00000;
constexpr auto lost = SqlState::s01S07;
constexpr auto overflow = SqlState::s22015;
constexpr auto none = SqlState::s22018;

std::string printed(const Parsed<SQL_INTERVAL_STRUCT>& interval, SQLSMALLINT type) {
    ShortText text;
    if (is_error(interval.state) || is_error(print(interval.value, type, text))) {
        return std::string{entry(interval.state).code};
    }
    return std::string{text.view()};
}

struct Case {
    SQLSMALLINT type;
    std::string_view text;
    std::string_view printed;
    SqlState state = ok;
    int leading_precision = 0;
    int seconds_precision = 9;
};

class IntervalText : public ::testing::TestWithParam<Case> {};

TEST_P(IntervalText, IsReadAsTheTypeAsks) {
    const Case& c = GetParam();
    const auto interval =
        parse_interval(c.text, {c.type, c.leading_precision, c.seconds_precision});
    EXPECT_EQ(interval.state, c.state) << c.text;
    if (!is_error(c.state)) {
        EXPECT_EQ(printed(interval, c.type), c.printed);
    }
}

INSTANTIATE_TEST_SUITE_P(
    All13Types, IntervalText,
    ::testing::Values(Case{SQL_C_INTERVAL_YEAR, "12", "12"}, Case{SQL_C_INTERVAL_MONTH, "-7", "-7"},
                      Case{SQL_C_INTERVAL_DAY, " +154 ", "154"},
                      Case{SQL_C_INTERVAL_HOUR, "36", "36"},
                      Case{SQL_C_INTERVAL_MINUTE, "90", "90"},
                      Case{SQL_C_INTERVAL_SECOND, "90.25", "90.25"},
                      Case{SQL_C_INTERVAL_YEAR_TO_MONTH, "3-7", "3-07"},
                      Case{SQL_C_INTERVAL_DAY_TO_HOUR, "154 22", "154 22"},
                      Case{SQL_C_INTERVAL_DAY_TO_MINUTE, "154 22:44", "154 22:44"},
                      Case{SQL_C_INTERVAL_DAY_TO_SECOND, "154 22:44:10.5", "154 22:44:10.5"},
                      Case{SQL_C_INTERVAL_HOUR_TO_MINUTE, "36:5", "36:05"},
                      Case{SQL_C_INTERVAL_HOUR_TO_SECOND, "36:05:07", "36:05:07"},
                      Case{SQL_C_INTERVAL_MINUTE_TO_SECOND, "90:07.125", "90:07.125"}));

INSTANTIATE_TEST_SUITE_P(
    Edges, IntervalText,
    ::testing::Values(
        Case{SQL_C_INTERVAL_DAY, "154 22:44:10", "154", lost},
        Case{SQL_C_INTERVAL_DAY, "154 00:00:00", "154"},
        Case{SQL_C_INTERVAL_MINUTE, "1 01:01", "1501"}, Case{SQL_C_INTERVAL_MONTH, "3-7", "43"},
        Case{SQL_C_INTERVAL_YEAR, "3-7", "3", lost},
        Case{SQL_C_INTERVAL_SECOND, "1.123456789", "1.123", lost, 0, 3},
        Case{SQL_C_INTERVAL_SECOND, "1.120", "1.12", ok, 0, 2},
        Case{SQL_C_INTERVAL_SECOND, "1.", "1"}, Case{SQL_C_INTERVAL_DAY, "154", "", overflow, 2},
        Case{SQL_C_INTERVAL_DAY, "99", "99", ok, 2},
        Case{SQL_C_INTERVAL_DAY, "4294967295", "4294967295"},
        Case{SQL_C_INTERVAL_DAY, "4294967296", "", overflow},
        Case{SQL_C_INTERVAL_DAY, "9999999999999999999999", "", none},
        Case{SQL_C_INTERVAL_YEAR_TO_MONTH, "3-12", "", none},
        Case{SQL_C_INTERVAL_DAY_TO_HOUR, "1 24", "", none},
        Case{SQL_C_INTERVAL_HOUR_TO_MINUTE, "1:60", "", none},
        Case{SQL_C_INTERVAL_DAY, "3-7", "", none}, Case{SQL_C_INTERVAL_DAY, "", "", none},
        Case{SQL_C_INTERVAL_DAY, "-", "", none}, Case{SQL_C_INTERVAL_DAY, "1.5", "", none},
        Case{SQL_C_INTERVAL_DAY, "-0", "0"}, Case{SQL_C_INTERVAL_DAY, "INTERVAL '154' DAY", "154"},
        Case{SQL_C_INTERVAL_DAY, "interval -'154' day", "-154"},
        Case{SQL_C_INTERVAL_DAY, "INTERVAL -'-154' DAY", "154"},
        Case{SQL_C_INTERVAL_SECOND, "INTERVAL '01:10' MINUTE TO SECOND", "70"},
        Case{SQL_C_INTERVAL_DAY, "INTERVAL '3-7' YEAR TO MONTH", "", none},
        Case{SQL_C_INTERVAL_DAY, "INTERVAL '154' FORTNIGHT", "", none},
        Case{SQL_C_INTERVAL_DAY, "INTERVAL '154", "", none},
        Case{SQL_C_INTERVAL_DAY, "INTERVAL 154 DAY", "", none}));

TEST(IntervalNumber, OneFieldOnly) {
    const auto number = [](std::string_view text) { return to_decimal(text).value; };
    const auto second = interval_of_number(number("-90.123456789"), {SQL_C_INTERVAL_SECOND, 0, 9});
    EXPECT_EQ(printed(second, SQL_C_INTERVAL_SECOND), "-90.123456789");
    EXPECT_EQ(interval_of_number(number("90.1234567891"), {SQL_C_INTERVAL_SECOND, 0, 9}).state,
              lost);
    EXPECT_EQ(interval_of_number(number("90.5"), {SQL_C_INTERVAL_DAY, 0, 6}).state, lost);
    EXPECT_EQ(interval_of_number(number("4294967296"), {SQL_C_INTERVAL_DAY, 0, 6}).state, overflow);
    EXPECT_EQ(interval_of_number(number("1"), {SQL_C_INTERVAL_DAY_TO_HOUR, 0, 6}).state, overflow);
    EXPECT_EQ(number_of_interval(second.value, SQL_C_INTERVAL_SECOND).scale, 9);
}

TEST(IntervalPrint, RefusesFieldsOutOfRange) {
    SQL_INTERVAL_STRUCT interval{};
    ShortText text;
    interval.intval.year_month.month = 12;
    EXPECT_EQ(print(interval, SQL_C_INTERVAL_YEAR_TO_MONTH, text), overflow);
    interval.intval.day_second = {0, 0, 0, 0, 1'000'000'000};
    EXPECT_EQ(print(interval, SQL_C_INTERVAL_SECOND, text), overflow);
    EXPECT_EQ(print(interval, SQL_C_LONG, text), overflow);
}

}  // namespace
}  // namespace dqlite::odbc
