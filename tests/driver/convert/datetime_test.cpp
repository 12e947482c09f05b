#include "driver/convert/datetime.h"

#include <gtest/gtest.h>

namespace dqlite::odbc {
namespace {

std::string printed(const std::optional<DateTime>& at) {
    if (!at) return "none";
    ShortText text;
    if (!at->has_time)
        print_date(at->fields, text);
    else if (!at->has_date)
        print_time(at->fields, text);
    else
        print_timestamp(at->fields, text);
    return std::string{text.view()};
}

struct TextCase {
    std::string_view text;
    std::string_view printed;
};

class DateTimeText : public ::testing::TestWithParam<TextCase> {};

TEST_P(DateTimeText, IsReadOrRefused) {
    EXPECT_EQ(printed(parse_datetime(GetParam().text)), GetParam().printed) << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(
    Cases, DateTimeText,
    ::testing::Values(
        TextCase{"2024-02-29", "2024-02-29"}, TextCase{"2000-02-29", "2000-02-29"},
        TextCase{"2023-02-29", "none"}, TextCase{"1900-02-29", "none"},
        TextCase{"0001-01-01", "0001-01-01"}, TextCase{"9999-12-31", "9999-12-31"},
        TextCase{"0000-01-01", "none"}, TextCase{"0000-00-00", "none"},
        TextCase{"2024-13-01", "none"}, TextCase{"2024-04-31", "none"},
        TextCase{"2024-1-1", "none"}, TextCase{"24-01-01", "none"}, TextCase{"20240101", "none"},
        TextCase{" 2024-01-02 ", "2024-01-02"}, TextCase{"2024-01-02 ", "2024-01-02"},
        TextCase{"10:11", "10:11:00"}, TextCase{"10:11:12", "10:11:12"},
        TextCase{"10:11:12.5", "10:11:12.5"}, TextCase{"23:59:59.999999999", "23:59:59.999999999"},
        TextCase{"24:00:00", "none"}, TextCase{"10:60:00", "none"}, TextCase{"10:11:60", "none"},
        TextCase{"1:2:3", "none"}, TextCase{"10:11:12.", "none"},
        TextCase{"2024-01-02 10:11:12", "2024-01-02 10:11:12"},
        TextCase{"2024-01-02T10:11:12", "2024-01-02 10:11:12"},
        TextCase{"2024-01-02T10:11", "2024-01-02 10:11:00"},
        TextCase{"2024-01-02 24:00:00", "none"},
        TextCase{"2024-01-02T10:11:12.120Z", "2024-01-02 10:11:12.12"},
        TextCase{"2024-01-02 10:11:12.000000001+00:00", "2024-01-02 10:11:12.000000001"},
        TextCase{"2024-01-02 10:11:12.1234567891", "2024-01-02 10:11:12.123456789"},
        TextCase{"2006-01-02 15:04:05.999999999-07:00", "2006-01-02 15:04:05.999999999"},
        TextCase{"2006-01-02 15:04:05 +0530", "2006-01-02 15:04:05"},
        TextCase{"2006-01-02 15:04:05+05:30:15", "2006-01-02 15:04:05"},
        TextCase{"2006-01-02 15:04:05+05", "2006-01-02 15:04:05"},
        TextCase{"2006-01-02 15:04:05+5", "none"}, TextCase{"2006-01-02 15:04:05+24:00", "none"},
        TextCase{"2006-01-02 15:04:05+05:60", "none"}, TextCase{"2006-01-02Z", "none"},
        TextCase{"2006-01-02 15:04:05x", "none"}, TextCase{"2006-01-02_15:04:05", "none"},
        TextCase{"{d '2024-01-02'}", "2024-01-02"}, TextCase{"{t '10:11:12'}", "10:11:12"},
        TextCase{"{ts '2024-01-02 10:11:12.5'}", "2024-01-02 10:11:12.5"},
        TextCase{"{x '2024-01-02'}", "none"}, TextCase{"{d 2024-01-02}", "none"},
        TextCase{"{}", "none"}, TextCase{"", "none"}, TextCase{"now", "none"},
        TextCase{"2024-01-02 ", "2024-01-02"}, TextCase{"2024-01-02T", "none"}));

TEST(DateTimeText, TellsOffsetsThatMatter) {
    EXPECT_FALSE(parse_datetime("2024-01-02 10:11:12Z")->has_offset);
    EXPECT_FALSE(parse_datetime("2024-01-02 10:11:12-00:00")->has_offset);
    EXPECT_TRUE(parse_datetime("2024-01-02 10:11:12-00:01")->has_offset);
}

TEST(UnixTime, KnownPoints) {
    EXPECT_EQ(printed(from_unix_time(0)), "1970-01-01 00:00:00");
    EXPECT_EQ(printed(from_unix_time(-1)), "1969-12-31 23:59:59");
    EXPECT_EQ(printed(from_unix_time(951'782'400)), "2000-02-29 00:00:00");
    EXPECT_EQ(printed(from_unix_time(1'700'000'000)), "2023-11-14 22:13:20");
    EXPECT_EQ(printed(from_unix_time(4'107'542'400)), "2100-03-01 00:00:00");
    EXPECT_EQ(printed(from_unix_time(-62'135'596'800)), "0001-01-01 00:00:00");
    EXPECT_EQ(printed(from_unix_time(253'402'300'799)), "9999-12-31 23:59:59");
    EXPECT_FALSE(from_unix_time(-62'135'596'801));
    EXPECT_FALSE(from_unix_time(253'402'300'800));
    EXPECT_FALSE(from_unix_time(INT64_MIN));
    EXPECT_FALSE(from_unix_time(INT64_MAX));
}

TEST(UnixTime, DaysFollowEachOtherThroughAllYears) {
    SQL_TIMESTAMP_STRUCT before = from_unix_time(-62'135'596'800)->fields;
    for (std::int64_t day = -719'161; day <= 2'932'896; ++day) {
        const SQL_TIMESTAMP_STRUCT at = from_unix_time(day * 86'400)->fields;
        ASSERT_TRUE(is_valid_date(at));
        const bool next_day =
            at.year == before.year && at.month == before.month && at.day == before.day + 1;
        SQL_TIMESTAMP_STRUCT beyond = before;
        ++beyond.day;
        const bool first_of_month = at.day == 1 && !is_valid_date(beyond);
        ASSERT_TRUE(next_day || first_of_month) << printed(from_unix_time(day * 86'400));
        before = at;
    }
}

TEST(RealTime, JulianDaysAndSeconds) {
    EXPECT_EQ(printed(from_real(2'440'587.5)), "1970-01-01 00:00:00");
    EXPECT_EQ(printed(from_real(2'460'263.4259259259)), "2023-11-14 22:13:20");
    EXPECT_EQ(printed(from_real(1'721'425.5)), "0001-01-01 00:00:00");
    EXPECT_EQ(printed(from_real(1'700'000'000.25)), "2023-11-14 22:13:20.25");
    EXPECT_EQ(printed(from_real(-0.5)), "1969-12-31 23:59:59.5");
    EXPECT_FALSE(from_real(1e300));
    EXPECT_FALSE(from_real(-1e300));
    EXPECT_FALSE(from_real(std::numeric_limits<double>::quiet_NaN()));
    EXPECT_FALSE(from_real(std::numeric_limits<double>::infinity()));
}

}  // namespace
}  // namespace dqlite::odbc
