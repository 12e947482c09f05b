#include "driver/convert/from_c.h"

#include <cmath>
#include <limits>
#include <optional>

#include "tests/driver/convert/convert_support.h"

namespace dqlite::odbc {
namespace {

using testing_support::wide;
using wire::Value;
using wire::ValueType;

constexpr auto ok = SqlState::s00000;

/// A value as a test writes it down: type and text.
std::string spelled(const Value& value) {
    switch (value.type()) {
        case ValueType::integer:
            return "i:" + std::to_string(value.as_integer());
        case ValueType::real: {
            char text[40];
            std::snprintf(text, sizeof text, "r:%.17g", value.as_real());
            return text;
        }
        case ValueType::text:
            return "t:" + std::string{value.as_bytes()};
        case ValueType::blob:
            return "b:" + std::string{value.as_bytes()};
        default:
            return "?";
    }
}

struct Size {
    SQLULEN column_size = 0;
    SQLSMALLINT decimal_digits = 0;
};

/// What becomes of a C object (bytes) as a parameter: "state" of an error, else "value", with a
/// warning's state behind it.
std::string send_bytes(SQLSMALLINT c_type, SQLSMALLINT sql_type, const void* data, SQLLEN length,
                       Size size) {
    CSource source;
    source.c_type = c_type;
    source.sql_type = sql_type;
    source.column_size = size.column_size;
    source.decimal_digits = size.decimal_digits;
    source.data = data;
    source.length = length;
    Value value;
    std::string storage;
    const SqlState state = from_c(source, value, storage);
    if (is_error(state)) return std::string{entry(state).code};
    const std::string result = spelled(value);
    return state == ok ? result : result + " " + std::string{entry(state).code};
}

template <typename T>
std::string send(SQLSMALLINT c_type, SQLSMALLINT sql_type, const T& object, Size size = {}) {
    // Behind an odd byte: parameters of row-wise binding may be unaligned.
    char bytes[sizeof(T) + 1] = {};
    std::memcpy(bytes + 1, &object, sizeof object);
    return send_bytes(c_type, sql_type, bytes + 1, 0, size);
}

/// Text must do the same as SQL_C_CHAR and as SQL_C_WCHAR, terminated or counted.
std::string send_text(SQLSMALLINT sql_type, std::string_view text, Size size = {}) {
    const std::string terminated{text};
    const auto units = wide(text);
    const auto bytes = static_cast<SQLLEN>(units.size() * sizeof(SQLWCHAR));
    const std::string result =
        send_bytes(SQL_C_CHAR, sql_type, terminated.data(), static_cast<SQLLEN>(text.size()), size);
    EXPECT_EQ(send_bytes(SQL_C_WCHAR, sql_type, units.data(), bytes, size), result) << text;
    if (text.find('\0') == std::string_view::npos) {
        EXPECT_EQ(send_bytes(SQL_C_CHAR, sql_type, terminated.c_str(), SQL_NTS, size), result);
        EXPECT_EQ(send_bytes(SQL_C_WCHAR, sql_type, units.c_str(), SQL_NTS, size), result);
    }
    return result;
}

struct TextCase {
    SQLSMALLINT sql_type;
    std::string_view text;
    std::string_view expected;
    Size size = {};
};

class FromText : public ::testing::TestWithParam<TextCase> {};

TEST_P(FromText, FollowsAppendixD) {
    const TextCase& c = GetParam();
    EXPECT_EQ(send_text(c.sql_type, c.text, c.size), c.expected)
        << "'" << c.text << "' as " << c.sql_type;
}

INSTANTIATE_TEST_SUITE_P(
    Character, FromText,
    ::testing::Values(TextCase{SQL_VARCHAR, "abc", "t:abc"}, TextCase{SQL_VARCHAR, "", "t:"},
                      TextCase{SQL_WVARCHAR, " \u00e9\U0001F600 ", "t: \u00e9\U0001F600 "},
                      TextCase{SQL_WVARCHAR, "abc", "22001", {2}},
                      TextCase{SQL_WVARCHAR, "\u20ac\u20ac", "t:\u20ac\u20ac", {2}},
                      TextCase{SQL_WLONGVARCHAR, "abc", "t:abc", {2}},
                      TextCase{SQL_VARCHAR, {"a\0b", 3}, "22018"},
                      TextCase{SQL_VARCHAR, {"ab\0", 3}, "t:ab", {2}},
                      TextCase{SQL_VARCHAR, {"ab\0\0", 4}, "22018"},
                      TextCase{SQL_BINARY, "01fF", "b:\x01\xFF"}, TextCase{SQL_BINARY, "", "b:"},
                      TextCase{SQL_VARBINARY, "01f", "b:\x01"},
                      TextCase{SQL_VARBINARY, "0x01", "22018"},
                      TextCase{SQL_VARBINARY, "0102", "22001", {1}},
                      TextCase{SQL_LONGVARBINARY, "4142", "b:AB", {1}}));

INSTANTIATE_TEST_SUITE_P(
    Numbers, FromText,
    ::testing::Values(TextCase{SQL_BIGINT, " -12 ", "i:-12"}, TextCase{SQL_BIGINT, "12.0", "i:12"},
                      TextCase{SQL_BIGINT, "12.5", "22001"}, TextCase{SQL_BIGINT, "1e3", "i:1000"},
                      TextCase{SQL_BIGINT, "9223372036854775807", "i:9223372036854775807"},
                      TextCase{SQL_BIGINT, "9223372036854775808", "22001"},
                      TextCase{SQL_BIGINT, "1e50", "22001"}, TextCase{SQL_BIGINT, "x", "22018"},
                      TextCase{SQL_BIGINT, "", "22018"}, TextCase{SQL_TINYINT, "255", "i:255"},
                      TextCase{SQL_TINYINT, "256", "22001"}, TextCase{SQL_TINYINT, "-129", "22001"},
                      TextCase{SQL_SMALLINT, "65535", "i:65535"},
                      TextCase{SQL_SMALLINT, "65536", "22001"},
                      TextCase{SQL_INTEGER, "-2147483648", "i:-2147483648"},
                      TextCase{SQL_INTEGER, "-2147483649", "22001"},
                      TextCase{SQL_DOUBLE, "0.1", "r:0.10000000000000001"},
                      TextCase{SQL_DOUBLE, "1e309", "22003"}, TextCase{SQL_REAL, "1e39", "22003"},
                      TextCase{SQL_FLOAT, "inf", "22018"}, TextCase{SQL_DOUBLE, "7", "r:7"},
                      TextCase{SQL_BIT, "1", "i:1"}, TextCase{SQL_BIT, "0.0", "i:0"},
                      TextCase{SQL_BIT, "0.5", "22001"}, TextCase{SQL_BIT, "2", "22003"},
                      TextCase{SQL_BIT, "-1", "22003"}, TextCase{SQL_BIT, "1e60", "22003"},
                      TextCase{SQL_BIT, "yes", "22018"}));

INSTANTIATE_TEST_SUITE_P(
    Decimals, FromText,
    ::testing::Values(TextCase{SQL_DECIMAL, "12.50", "r:12.5"},
                      TextCase{SQL_NUMERIC, "12.00", "i:12"},
                      TextCase{SQL_DECIMAL, "123456789012.345", "r:123456789012.345"},
                      TextCase{SQL_DECIMAL, "1234567890123.4567", "t:1234567890123.4567"},
                      TextCase{SQL_DECIMAL, "9223372036854775808", "t:9223372036854775808"},
                      TextCase{SQL_DECIMAL, "1e20", "r:1e+20"},
                      TextCase{SQL_DECIMAL, "-99999999999999999999999999999999999999",
                               "t:-99999999999999999999999999999999999999"},
                      TextCase{SQL_DECIMAL, "999999999999999999999999999999999999999", "22001"},
                      TextCase{SQL_DECIMAL, "1.25", "r:1.25", {5, 2}},
                      TextCase{SQL_DECIMAL, "1.250", "r:1.25", {5, 2}},
                      TextCase{SQL_DECIMAL, "1.255", "22001", {5, 2}},
                      TextCase{SQL_DECIMAL, "1000", "22001", {5, 2}},
                      TextCase{SQL_DECIMAL, "999.99", "r:999.99000000000001", {5, 2}},
                      TextCase{SQL_DECIMAL, "0.001", "r:0.001", {3, 3}},
                      TextCase{SQL_DECIMAL, "x", "22018"}));

INSTANTIATE_TEST_SUITE_P(
    Datetimes, FromText,
    ::testing::Values(
        TextCase{SQL_TYPE_DATE, " 2024-02-29 ", "t:2024-02-29"},
        TextCase{SQL_TYPE_DATE, "2024-02-29 00:00:00", "t:2024-02-29"},
        TextCase{SQL_TYPE_DATE, "2024-02-29 00:00:01", "22008"},
        TextCase{SQL_TYPE_DATE, "2023-02-29", "22018"},
        TextCase{SQL_TYPE_DATE, "10:11:12", "22018"},
        TextCase{SQL_TYPE_DATE, "{d '2024-01-02'}", "t:2024-01-02"},
        TextCase{SQL_DATE, "2024-02-29", "t:2024-02-29"},
        TextCase{SQL_TYPE_TIME, "10:11", "t:10:11:00"},
        TextCase{SQL_TYPE_TIME, "10:11:12.5", "t:10:11:12.5"},
        TextCase{SQL_TYPE_TIME, "2024-01-02 10:11:12", "t:10:11:12"},
        TextCase{SQL_TYPE_TIME, "2024-01-02 10:11:12.5", "22008"},
        TextCase{SQL_TYPE_TIME, "2024-01-02", "22018"},
        TextCase{SQL_TYPE_TIME, "24:00:00", "22018"},
        TextCase{SQL_TYPE_TIMESTAMP, "2024-01-02T10:11:12.500Z", "t:2024-01-02 10:11:12.5"},
        TextCase{SQL_TYPE_TIMESTAMP, "2024-01-02", "t:2024-01-02 00:00:00"},
        TextCase{SQL_TYPE_TIMESTAMP, " 2024-01-02 10:11:12-07:00", "t:2024-01-02 10:11:12-07:00"},
        TextCase{SQL_TYPE_TIMESTAMP,
                 "2024-01-02 10:11:12.123456",
                 "t:2024-01-02 10:11:12.123456",
                 {26, 6}},
        TextCase{SQL_TYPE_TIMESTAMP, "2024-01-02 10:11:12.1234567", "22008", {26, 6}},
        TextCase{SQL_TYPE_TIMESTAMP, "2024-01-02 10:11:12.1", "22008", {19, 0}},
        TextCase{
            SQL_TYPE_TIMESTAMP, "2024-01-02 10:11:12.123", "t:2024-01-02 10:11:12.123", {23, 0}},
        TextCase{SQL_TYPE_TIMESTAMP, "now", "22018"}));

INSTANTIATE_TEST_SUITE_P(
    GuidsAndIntervals, FromText,
    ::testing::Values(TextCase{SQL_GUID, "{00112233-4455-6677-8899-aabbccddeeff}",
                               "t:00112233-4455-6677-8899-AABBCCDDEEFF"},
                      TextCase{SQL_GUID, "00112233", "22018"},
                      TextCase{SQL_INTERVAL_DAY_TO_SECOND, "154 22:44:10.5", "t:154 22:44:10.5"},
                      TextCase{SQL_INTERVAL_YEAR_TO_MONTH, "INTERVAL -'3-7' YEAR TO MONTH",
                               "t:-3-07"},
                      TextCase{SQL_INTERVAL_DAY, "154 22:44:10.5", "22015"},
                      TextCase{SQL_INTERVAL_DAY, "soon", "22018"}));

TEST(FromText, BadLengthsAndPointers) {
    EXPECT_EQ(send_bytes(SQL_C_CHAR, SQL_VARCHAR, "a", -7, {}), "HY090");
    EXPECT_EQ(send_bytes(SQL_C_WCHAR, SQL_VARCHAR, "abcd", 1, {}), "HY090");
    EXPECT_EQ(send_bytes(SQL_C_BINARY, SQL_BINARY, "a", -7, {}), "HY090");
    EXPECT_EQ(send_bytes(SQL_C_CHAR, SQL_VARCHAR, nullptr, 0, {}), "t:");
    EXPECT_EQ(send_bytes(SQL_C_BINARY, SQL_BINARY, nullptr, 0, {}), "b:");
    EXPECT_EQ(send_bytes(SQL_C_WCHAR, SQL_VARCHAR, nullptr, 0, {}), "t:");
    EXPECT_EQ(send_bytes(SQL_C_CHAR, SQL_VARCHAR, nullptr, 5, {}), "HY009");
    EXPECT_EQ(send_bytes(SQL_C_LONG, SQL_INTEGER, nullptr, 0, {}), "HY009");
}

TEST(FromText, IllFormedTextIsRefusedNotSent) {
    EXPECT_EQ(send_bytes(SQL_C_CHAR, SQL_VARCHAR, "\xFF", 1, {}), "22018");
    EXPECT_EQ(send_bytes(SQL_C_CHAR, SQL_VARCHAR, "a\0b", 3, {}), "22018");
    EXPECT_EQ(send_bytes(SQL_C_BINARY, SQL_VARCHAR, "\xFF", 1, {}), "22018");
}

TEST(FromText, PlainTextIsBorrowedNotCopied) {
    const std::string_view text = "borrowed";
    CSource source;
    source.data = text.data();
    source.length = static_cast<SQLLEN>(text.size());
    Value value;
    std::string storage;
    ASSERT_EQ(from_c(source, value, storage), ok);
    EXPECT_EQ(value.as_bytes().data(), text.data());
}

TEST(FromWide, UnalignedUnits) {
    const auto units = wide("x\u00e9");
    std::string bytes(units.size() * sizeof(SQLWCHAR) + 1 + sizeof(SQLWCHAR), '\0');
    std::memcpy(bytes.data() + 1, units.data(), units.size() * sizeof(SQLWCHAR));
    EXPECT_EQ(send_bytes(SQL_C_WCHAR, SQL_WVARCHAR, bytes.data() + 1, SQL_NTS, {}), "t:x\u00e9");
}

// ---- Numbers -------------------------------------------------------------------------------

TEST(FromInteger, EveryWidthAtItsEdges) {
    EXPECT_EQ(send(SQL_C_STINYINT, SQL_TINYINT, SQLSCHAR{-128}), "i:-128");
    EXPECT_EQ(send(SQL_C_TINYINT, SQL_BIGINT, SQLSCHAR{-1}), "i:-1");
    EXPECT_EQ(send(SQL_C_UTINYINT, SQL_TINYINT, SQLCHAR{255}), "i:255");
    EXPECT_EQ(send(SQL_C_SSHORT, SQL_SMALLINT, SQLSMALLINT{-32768}), "i:-32768");
    EXPECT_EQ(send(SQL_C_USHORT, SQL_INTEGER, SQLUSMALLINT{65535}), "i:65535");
    EXPECT_EQ(send(SQL_C_LONG, SQL_INTEGER, SQLINTEGER{INT32_MIN}), "i:-2147483648");
    EXPECT_EQ(send(SQL_C_ULONG, SQL_BIGINT, SQLUINTEGER{UINT32_MAX}), "i:4294967295");
    EXPECT_EQ(send(SQL_C_SBIGINT, SQL_BIGINT, SQLBIGINT{INT64_MIN}), "i:-9223372036854775808");
    EXPECT_EQ(send(SQL_C_UBIGINT, SQL_BIGINT, SQLUBIGINT{INT64_MAX}), "i:9223372036854775807");
    EXPECT_EQ(send(SQL_C_UBIGINT, SQL_BIGINT, SQLUBIGINT{UINT64_MAX}), "22003");
    EXPECT_EQ(send(SQL_C_UBIGINT, SQL_DECIMAL, SQLUBIGINT{UINT64_MAX}), "t:18446744073709551615");
    EXPECT_EQ(send(SQL_C_UBIGINT, SQL_DOUBLE, SQLUBIGINT{1} << 63U), "r:9.2233720368547758e+18");
    EXPECT_EQ(send(SQL_C_SBIGINT, SQL_INTEGER, SQLBIGINT{1} << 33U), "22003");
}

TEST(FromInteger, IntoEveryKind) {
    EXPECT_EQ(send(SQL_C_LONG, SQL_VARCHAR, SQLINTEGER{-12}), "t:-12");
    EXPECT_EQ(send(SQL_C_LONG, SQL_VARCHAR, SQLINTEGER{-12}, {2}), "22001");
    EXPECT_EQ(send(SQL_C_LONG, SQL_DOUBLE, SQLINTEGER{3}), "r:3");
    EXPECT_EQ(send(SQL_C_LONG, SQL_DECIMAL, SQLINTEGER{3}), "i:3");
    EXPECT_EQ(send(SQL_C_LONG, SQL_DECIMAL, SQLINTEGER{1000}, {5, 2}), "22003");
    EXPECT_EQ(send(SQL_C_LONG, SQL_BIT, SQLINTEGER{1}), "i:1");
    EXPECT_EQ(send(SQL_C_LONG, SQL_BIT, SQLINTEGER{2}), "22003");
    EXPECT_EQ(send(SQL_C_LONG, SQL_INTERVAL_HOUR, SQLINTEGER{-5}), "t:-5");
    EXPECT_EQ(send(SQL_C_LONG, SQL_INTERVAL_DAY_TO_HOUR, SQLINTEGER{5}), "07006");
    EXPECT_EQ(send(SQL_C_LONG, SQL_TYPE_DATE, SQLINTEGER{5}), "07006");
    EXPECT_EQ(send(SQL_C_LONG, SQL_BINARY, SQLINTEGER{5}), "07006");
}

TEST(FromDouble, FollowsAppendixD) {
    EXPECT_EQ(send(SQL_C_DOUBLE, SQL_DOUBLE, 0.1), "r:0.10000000000000001");
    EXPECT_EQ(send(SQL_C_DOUBLE, SQL_REAL, 1e39), "22003");
    EXPECT_EQ(send(SQL_C_DOUBLE, SQL_BIGINT, 12.0), "i:12");
    EXPECT_EQ(send(SQL_C_DOUBLE, SQL_BIGINT, 12.5), "i:12 01S07");
    EXPECT_EQ(send(SQL_C_DOUBLE, SQL_BIGINT, 1e19), "22003");
    EXPECT_EQ(send(SQL_C_DOUBLE, SQL_BIGINT, std::nan("")), "22003");
    EXPECT_EQ(send(SQL_C_DOUBLE, SQL_DECIMAL, 12.5), "r:12.5");
    EXPECT_EQ(send(SQL_C_DOUBLE, SQL_DECIMAL, 12.555, {6, 2}), "r:12.550000000000001 01S07");
    EXPECT_EQ(send(SQL_C_DOUBLE, SQL_VARCHAR, 12.5), "t:12.5");
    EXPECT_EQ(send(SQL_C_DOUBLE, SQL_BIT, 0.5), "22001");
    EXPECT_EQ(send(SQL_C_DOUBLE, SQL_INTERVAL_DAY, 1.0), "07006");
    EXPECT_EQ(send(SQL_C_FLOAT, SQL_DOUBLE, 0.5F), "r:0.5");
    EXPECT_EQ(send(SQL_C_FLOAT, SQL_VARCHAR, 0.1F), "t:0.1");
    EXPECT_EQ(send(SQL_C_FLOAT, SQL_DECIMAL, 0.1F), "r:0.10000000000000001");
    EXPECT_EQ(send(SQL_C_DOUBLE, SQL_DOUBLE, std::numeric_limits<double>::infinity()), "r:inf");
}

TEST(FromNumeric, TakesTheStructuresScale) {
    SQL_NUMERIC_STRUCT n{};
    n.precision = 6;
    n.scale = 2;
    n.sign = 0;
    n.val[0] = 0xD2;  // 1234
    n.val[1] = 0x04;
    EXPECT_EQ(send(SQL_C_NUMERIC, SQL_DECIMAL, n), "r:-12.34");
    EXPECT_EQ(send(SQL_C_NUMERIC, SQL_VARCHAR, n), "t:-12.34");
    EXPECT_EQ(send(SQL_C_NUMERIC, SQL_BIGINT, n), "i:-12 01S07");
    EXPECT_EQ(send(SQL_C_NUMERIC, SQL_DOUBLE, n), "r:-12.34");
    n.scale = -3;
    EXPECT_EQ(send(SQL_C_NUMERIC, SQL_BIGINT, n), "i:-1234000");
    n.scale = 0;
    std::memset(n.val, 0xFF, sizeof n.val);  // past 38 digits
    EXPECT_EQ(send(SQL_C_NUMERIC, SQL_VARCHAR, n), "22003");
}

TEST(FromBit, IsZeroOrOneEverywhere) {
    for (const SQLSMALLINT sql_type :
         std::array<SQLSMALLINT, 4>{SQL_BIT, SQL_TINYINT, SQL_BIGINT, SQL_DECIMAL}) {
        EXPECT_EQ(send(SQL_C_BIT, sql_type, SQLCHAR{1}), "i:1") << sql_type;
        EXPECT_EQ(send(SQL_C_BIT, sql_type, SQLCHAR{0}), "i:0") << sql_type;
    }
    EXPECT_EQ(send(SQL_C_BIT, SQL_DOUBLE, SQLCHAR{1}), "r:1");
    EXPECT_EQ(send(SQL_C_BIT, SQL_VARCHAR, SQLCHAR{1}), "t:1");
    EXPECT_EQ(send(SQL_C_BIT, SQL_BIT, SQLCHAR{2}), "22003");
}

// ---- Dates, GUIDs, intervals, bytes --------------------------------------------------------

TEST(FromDateAndTime, FollowAppendixD) {
    const SQL_DATE_STRUCT date{2024, 2, 29};
    EXPECT_EQ(send(SQL_C_TYPE_DATE, SQL_TYPE_DATE, date), "t:2024-02-29");
    EXPECT_EQ(send(SQL_C_DATE, SQL_VARCHAR, date), "t:2024-02-29");
    EXPECT_EQ(send(SQL_C_TYPE_DATE, SQL_VARCHAR, date, {9}), "22001");
    EXPECT_EQ(send(SQL_C_TYPE_DATE, SQL_TYPE_TIMESTAMP, date), "t:2024-02-29 00:00:00");
    EXPECT_EQ(send(SQL_C_TYPE_DATE, SQL_TYPE_TIME, date), "07006");
    EXPECT_EQ(send(SQL_C_TYPE_DATE, SQL_TYPE_DATE, SQL_DATE_STRUCT{2023, 2, 29}), "22007");
    EXPECT_EQ(send(SQL_C_TYPE_DATE, SQL_VARCHAR, SQL_DATE_STRUCT{2023, 13, 1}), "22008");
    EXPECT_EQ(send(SQL_C_TYPE_DATE, SQL_TYPE_DATE, SQL_DATE_STRUCT{1, 1, 1}), "t:0001-01-01");
    const SQL_TIME_STRUCT time{10, 11, 12};
    EXPECT_EQ(send(SQL_C_TYPE_TIME, SQL_TYPE_TIME, time), "t:10:11:12");
    EXPECT_EQ(send(SQL_C_TYPE_TIME, SQL_WVARCHAR, time), "t:10:11:12");
    EXPECT_EQ(send(SQL_C_TYPE_TIME, SQL_TYPE_TIME, SQL_TIME_STRUCT{24, 0, 0}), "22007");
    const std::string today = send(SQL_C_TYPE_TIME, SQL_TYPE_TIMESTAMP, time);
    EXPECT_EQ(today.size(), 21U);
    EXPECT_EQ(today.substr(12), " 10:11:12");
}

TEST(FromTimestamp, FollowsAppendixD) {
    const SQL_TIMESTAMP_STRUCT at{2024, 2, 29, 10, 11, 12, 120'000'000};
    const SQL_TIMESTAMP_STRUCT midnight{2024, 2, 29, 0, 0, 0, 0};
    EXPECT_EQ(send(SQL_C_TYPE_TIMESTAMP, SQL_TYPE_TIMESTAMP, at), "t:2024-02-29 10:11:12.12");
    EXPECT_EQ(send(SQL_C_TYPE_TIMESTAMP, SQL_TYPE_TIMESTAMP, at, {23, 3}),
              "t:2024-02-29 10:11:12.12");
    EXPECT_EQ(send(SQL_C_TYPE_TIMESTAMP, SQL_TYPE_TIMESTAMP, at, {21, 1}), "22008");
    EXPECT_EQ(send(SQL_C_TYPE_TIMESTAMP, SQL_VARCHAR, at), "t:2024-02-29 10:11:12.12");
    EXPECT_EQ(send(SQL_C_TYPE_TIMESTAMP, SQL_VARCHAR, at, {19}), "22001");
    EXPECT_EQ(send(SQL_C_TYPE_TIMESTAMP, SQL_TYPE_DATE, at), "22008");
    EXPECT_EQ(send(SQL_C_TYPE_TIMESTAMP, SQL_TYPE_DATE, midnight), "t:2024-02-29");
    EXPECT_EQ(send(SQL_C_TYPE_TIMESTAMP, SQL_TYPE_TIME, at), "22008");
    EXPECT_EQ(
        send(SQL_C_TYPE_TIMESTAMP, SQL_TYPE_TIME, SQL_TIMESTAMP_STRUCT{0, 0, 0, 10, 11, 12, 0}),
        "t:10:11:12");
    EXPECT_EQ(send(SQL_C_TYPE_TIMESTAMP, SQL_TYPE_TIMESTAMP,
                   SQL_TIMESTAMP_STRUCT{2024, 2, 30, 0, 0, 0, 0}),
              "22007");
    EXPECT_EQ(send(SQL_C_TYPE_TIMESTAMP, SQL_TYPE_TIMESTAMP,
                   SQL_TIMESTAMP_STRUCT{2024, 2, 3, 0, 0, 0, 1'000'000'000}),
              "22007");
    EXPECT_EQ(send(SQL_C_TYPE_TIMESTAMP, SQL_BIGINT, at), "07006");
}

TEST(FromGuid, IsTextOf36Characters) {
    SQLGUID guid{};
    guid.Data1 = 0x00112233;
    guid.Data2 = 0x4455;
    guid.Data3 = 0x6677;
    for (unsigned i = 0; i < 8; ++i) guid.Data4[i] = static_cast<BYTE>(0x88 + 0x11 * i);
    EXPECT_EQ(send(SQL_C_GUID, SQL_GUID, guid), "t:00112233-4455-6677-8899-AABBCCDDEEFF");
    EXPECT_EQ(send(SQL_C_GUID, SQL_VARCHAR, guid), "t:00112233-4455-6677-8899-AABBCCDDEEFF");
    EXPECT_EQ(send(SQL_C_GUID, SQL_VARCHAR, guid, {35}), "22001");
    EXPECT_EQ(send(SQL_C_GUID, SQL_BINARY, guid), "07006");
}

TEST(FromInterval, IsTextOrANumber) {
    SQL_INTERVAL_STRUCT interval{};
    interval.interval_sign = SQL_TRUE;
    interval.intval.day_second = {154, 22, 44, 10, 500'000'000};
    EXPECT_EQ(send(SQL_C_INTERVAL_DAY_TO_SECOND, SQL_VARCHAR, interval), "t:-154 22:44:10.5");
    EXPECT_EQ(send(SQL_C_INTERVAL_DAY_TO_SECOND, SQL_INTERVAL_DAY_TO_SECOND, interval),
              "t:-154 22:44:10.5");
    EXPECT_EQ(send(SQL_C_INTERVAL_DAY_TO_SECOND, SQL_INTERVAL_DAY_TO_MINUTE, interval), "22015");
    EXPECT_EQ(send(SQL_C_INTERVAL_DAY, SQL_BIGINT, interval), "i:-154");
    EXPECT_EQ(send(SQL_C_INTERVAL_DAY, SQL_TINYINT, interval), "22003");
    EXPECT_EQ(send(SQL_C_INTERVAL_DAY_TO_HOUR, SQL_BIGINT, interval), "07006");
    EXPECT_EQ(send(SQL_C_INTERVAL_DAY, SQL_INTERVAL_YEAR, interval), "07006");
    interval.intval.day_second.hour = 24;
    EXPECT_EQ(send(SQL_C_INTERVAL_DAY_TO_SECOND, SQL_VARCHAR, interval), "22015");
}

TEST(FromBinary, IsTheMemoryOfTheDefaultCType) {
    EXPECT_EQ(send_bytes(SQL_C_BINARY, SQL_VARBINARY, "a\0b", 3, {}), std::string("b:a\0b", 5));
    EXPECT_EQ(send_bytes(SQL_C_BINARY, SQL_VARBINARY, "abc", 3, {2}), "22001");
    EXPECT_EQ(send_bytes(SQL_C_BINARY, SQL_VARCHAR, "abc", 3, {}), "t:abc");
    const std::int64_t number = -5;
    EXPECT_EQ(send_bytes(SQL_C_BINARY, SQL_BIGINT, &number, 8, {}), "i:-5");
    EXPECT_EQ(send_bytes(SQL_C_BINARY, SQL_BIGINT, &number, 7, {}), "22003");
    EXPECT_EQ(send_bytes(SQL_C_BINARY, SQL_DECIMAL, "12.5", 4, {}), "r:12.5");
    const SQL_DATE_STRUCT date{2024, 1, 2};
    EXPECT_EQ(send_bytes(SQL_C_BINARY, SQL_TYPE_DATE, &date, sizeof date, {}), "t:2024-01-02");
}

// ---- The matrix ----------------------------------------------------------------------------

constexpr std::array<SQLSMALLINT, 13> sql_columns{
    SQL_VARCHAR,        SQL_BINARY, SQL_BIGINT,       SQL_DECIMAL,
    SQL_DOUBLE,         SQL_BIT,    SQL_TYPE_DATE,    SQL_TYPE_TIME,
    SQL_TYPE_TIMESTAMP, SQL_GUID,   SQL_INTERVAL_DAY, SQL_INTERVAL_DAY_TO_HOUR,
    SQL_INTERVAL_YEAR};

struct MatrixRow {
    SQLSMALLINT c_type;
    std::string_view cells;
};
constexpr std::array matrix{
    MatrixRow{SQL_C_CHAR, "xxxxxxxxxxxxx"},
    MatrixRow{SQL_C_WCHAR, "xxxxxxxxxxxxx"},
    MatrixRow{SQL_C_BINARY, "xxxxxxxxxxxxx"},
    MatrixRow{SQL_C_SBIGINT, "x-xxxx----x-x"},
    MatrixRow{SQL_C_UTINYINT, "x-xxxx----x-x"},
    MatrixRow{SQL_C_NUMERIC, "x-xxxx----x-x"},
    MatrixRow{SQL_C_DOUBLE, "x-xxxx-------"},
    MatrixRow{SQL_C_BIT, "x-xxxx-------"},
    MatrixRow{SQL_C_TYPE_DATE, "x-----x-x----"},
    MatrixRow{SQL_C_TYPE_TIME, "x------xx----"},
    MatrixRow{SQL_C_TYPE_TIMESTAMP, "x-----xxx----"},
    MatrixRow{SQL_C_GUID, "x--------x---"},
    MatrixRow{SQL_C_INTERVAL_DAY, "x-xx------xx-"},
    MatrixRow{SQL_C_INTERVAL_DAY_TO_HOUR, "x---------xx-"},
    MatrixRow{SQL_C_INTERVAL_YEAR, "x-xx--------x"},
};

TEST(FromC, HasTheCellsOfAppendixD) {
    for (const MatrixRow& row : matrix) {
        for (std::size_t i = 0; i < sql_columns.size(); ++i) {
            const bool expected = row.cells[i] == 'x';
            EXPECT_EQ(is_convertible_from_c(row.c_type, sql_columns[i]), expected)
                << row.c_type << " to " << sql_columns[i];
            const char zeros[64] = {};
            EXPECT_EQ(send_bytes(row.c_type, sql_columns[i], zeros, 0, {}) == "07006", !expected)
                << row.c_type << " to " << sql_columns[i];
        }
    }
    EXPECT_EQ(send(4711, SQL_VARCHAR, 0), "HY003");
    EXPECT_EQ(send(SQL_C_LONG, 4711, 0), "07006");
    EXPECT_EQ(send(SQL_C_DEFAULT, SQL_BIGINT, SQLBIGINT{-5}), "i:-5");
}

}  // namespace
}  // namespace dqlite::odbc
