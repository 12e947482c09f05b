#include "driver/convert/to_c.h"

#include <cmath>
#include <limits>

#include "tests/driver/convert/convert_support.h"

namespace dqlite::odbc {
namespace {

using testing_support::fetch;
using testing_support::fetch_text;
using testing_support::GuardedBuffer;
using testing_support::narrow;
using testing_support::type_of;
using wire::Value;

constexpr auto ok = SqlState::s00000;
constexpr auto cut = SqlState::s01004;
constexpr auto fraction_cut = SqlState::s01S07;
constexpr auto out_of_range = SqlState::s22003;
constexpr auto not_a_number = SqlState::s22018;
constexpr auto restricted = SqlState::s07006;

const SqlType bigint = type_of(SQL_BIGINT);
const SqlType real = type_of(SQL_DOUBLE);
const SqlType text = type_of(SQL_WLONGVARCHAR);
const SqlType bit = type_of(SQL_BIT);
const SqlType binary = type_of(SQL_LONGVARBINARY);
const SqlType date = type_of(SQL_TYPE_DATE);
const SqlType time_of_day = type_of(SQL_TYPE_TIME);
const SqlType timestamp = type_of(SQL_TYPE_TIMESTAMP);
const SqlType guid = type_of(SQL_GUID);

/// The columns of the matrix: one C type of each kind.
constexpr std::array<SQLSMALLINT, 12> c_columns{
    SQL_C_CHAR,      SQL_C_WCHAR,          SQL_C_BINARY, SQL_C_SBIGINT,
    SQL_C_NUMERIC,   SQL_C_DOUBLE,         SQL_C_BIT,    SQL_C_TYPE_DATE,
    SQL_C_TYPE_TIME, SQL_C_TYPE_TIMESTAMP, SQL_C_GUID,   SQL_C_INTERVAL_DAY};

// ---- Integers ------------------------------------------------------------------------------

struct IntegerCase {
    Value value;
    std::int64_t expected = 0;
    SqlState state = ok;
};

template <typename T>
void expect_integer(const IntegerCase& c, SQLSMALLINT c_type, const SqlType& type = text) {
    const auto fetched = fetch<T>(c.value, type, c_type);
    EXPECT_EQ(fetched.state, c.state);
    if (is_error(c.state)) return;
    EXPECT_EQ(static_cast<std::int64_t>(fetched.value), c.expected);
    EXPECT_EQ(fetched.length, static_cast<SQLLEN>(sizeof(T)));
}

TEST(ToInteger, ConvertsWhatIsThereIntoSbigint) {
    const IntegerCase cases[] = {
        {Value::integer(INT64_MAX), INT64_MAX},
        {Value::integer(INT64_MIN), INT64_MIN},
        {Value::raw_boolean(7), 7},
        {Value::unix_time(-5), -5},
        {Value::real(12.5), 12, fraction_cut},
        {Value::real(-12.5), -12, fraction_cut},
        {Value::real(-0.0), 0},
        {Value::real(-9223372036854775808.0), INT64_MIN},
        {Value::real(9223372036854775808.0), 0, out_of_range},
        {Value::real(std::numeric_limits<double>::quiet_NaN()), 0, out_of_range},
        {Value::real(std::numeric_limits<double>::infinity()), 0, out_of_range},
        {Value::text("12"), 12},
        {Value::text(" -12 "), -12},
        {Value::text("12.9"), 12, fraction_cut},
        {Value::text("12.00"), 12},
        {Value::text("1.2e1"), 12},
        {Value::text("010"), 10},
        {Value::text("9223372036854775807"), INT64_MAX},
        {Value::text("9223372036854775808"), 0, out_of_range},
        {Value::text("10blurk"), 0, not_a_number},
        {Value::text(""), 0, not_a_number},
        {Value::blob("12"), 0, not_a_number},
    };
    for (const IntegerCase& c : cases) expect_integer<SQLBIGINT>(c, SQL_C_SBIGINT);
}

template <typename T>
class EveryInteger : public ::testing::Test {};

template <typename T, SQLSMALLINT type>
struct CInteger {
    using Type = T;
    static constexpr SQLSMALLINT c_type = type;
};
using EveryIntegerType =
    ::testing::Types<CInteger<SQLSCHAR, SQL_C_TINYINT>, CInteger<SQLSCHAR, SQL_C_STINYINT>,
                     CInteger<SQLCHAR, SQL_C_UTINYINT>, CInteger<SQLSMALLINT, SQL_C_SHORT>,
                     CInteger<SQLSMALLINT, SQL_C_SSHORT>, CInteger<SQLUSMALLINT, SQL_C_USHORT>,
                     CInteger<SQLINTEGER, SQL_C_LONG>, CInteger<SQLINTEGER, SQL_C_SLONG>,
                     CInteger<SQLUINTEGER, SQL_C_ULONG>, CInteger<SQLBIGINT, SQL_C_SBIGINT>>;
TYPED_TEST_SUITE(EveryInteger, EveryIntegerType);

TYPED_TEST(EveryInteger, HasItsRange) {
    using T = typename TypeParam::Type;
    constexpr SQLSMALLINT c_type = TypeParam::c_type;
    constexpr auto low = static_cast<std::int64_t>(std::numeric_limits<T>::min());
    constexpr auto high = static_cast<std::int64_t>(std::numeric_limits<T>::max());
    EXPECT_EQ(c_type_size(c_type), sizeof(T));
    for (const std::int64_t edge : {low, high, std::int64_t{0}}) {
        expect_integer<T>({Value::integer(edge), edge}, c_type, bigint);
        const std::string digits = std::to_string(edge);
        expect_integer<T>({Value::text(digits), edge}, c_type, bigint);
        const std::string fraction = digits + ".25";
        expect_integer<T>({Value::text(fraction), edge, fraction_cut}, c_type, bigint);
    }
    if constexpr (sizeof(T) < sizeof(std::int64_t)) {
        expect_integer<T>({Value::integer(high + 1), 0, out_of_range}, c_type, bigint);
        expect_integer<T>({Value::integer(low - 1), 0, out_of_range}, c_type, bigint);
        expect_integer<T>({Value::real(static_cast<double>(high) + 1), 0, out_of_range}, c_type);
        expect_integer<T>({Value::real(static_cast<double>(low) - 1), 0, out_of_range}, c_type);
        expect_integer<T>({Value::real(static_cast<double>(high) + 0.5), high, fraction_cut},
                          c_type);
    }
}

TEST(ToInteger, UbigintTakesAllOfItsRangeFromTextAndReals) {
    EXPECT_EQ(fetch<SQLUBIGINT>(Value::text("18446744073709551615"), text, SQL_C_UBIGINT).value,
              UINT64_MAX);
    EXPECT_EQ(fetch<SQLUBIGINT>(Value::real(9223372036854775808.0), real, SQL_C_UBIGINT).value,
              SQLUBIGINT{1} << 63U);
    EXPECT_EQ(fetch<SQLUBIGINT>(Value::integer(-1), bigint, SQL_C_UBIGINT).state, out_of_range);
    EXPECT_EQ(fetch<SQLUBIGINT>(Value::real(-1.0), real, SQL_C_UBIGINT).state, out_of_range);
    EXPECT_EQ(fetch<SQLUBIGINT>(Value::real(18446744073709551616.0), real, SQL_C_UBIGINT).state,
              out_of_range);
}

// ---- Doubles, bits, numerics ---------------------------------------------------------------

TEST(ToDouble, KeepsEveryBit) {
    EXPECT_EQ(fetch<double>(Value::real(0.1), real, SQL_C_DOUBLE).value, 0.1);
    EXPECT_EQ(fetch<double>(Value::integer(3), bigint, SQL_C_DOUBLE).value, 3.0);
    EXPECT_EQ(fetch<double>(Value::text(" 1e308"), text, SQL_C_DOUBLE).value, 1e308);
    EXPECT_EQ(fetch<double>(Value::text("1e309"), text, SQL_C_DOUBLE).state, out_of_range);
    EXPECT_EQ(fetch<double>(Value::text("x"), text, SQL_C_DOUBLE).state, not_a_number);
    EXPECT_EQ(fetch<double>(Value::blob("1"), text, SQL_C_DOUBLE).state, not_a_number);
    EXPECT_TRUE(std::isinf(
        fetch<double>(Value::real(std::numeric_limits<double>::infinity()), real, SQL_C_DOUBLE)
            .value));
}

TEST(ToDouble, AFloatHasItsRange) {
    EXPECT_EQ(fetch<float>(Value::real(0.5), real, SQL_C_FLOAT).value, 0.5F);
    EXPECT_EQ(fetch<float>(Value::real(1e39), real, SQL_C_FLOAT).state, out_of_range);
    EXPECT_EQ(fetch<float>(Value::text("-1e39"), text, SQL_C_FLOAT).state, out_of_range);
    EXPECT_EQ(fetch<float>(Value::real(1e-60), real, SQL_C_FLOAT).state, ok);
}

TEST(ToBit, IsZeroOrOne) {
    const auto to_bit = [](const Value& value, const SqlType& type) {
        return fetch<SQLCHAR>(value, type, SQL_C_BIT);
    };
    EXPECT_EQ(to_bit(Value::boolean(true), bit).value, 1);
    EXPECT_EQ(to_bit(Value::integer(0), bit).value, 0);
    EXPECT_EQ(to_bit(Value::raw_boolean(7), bit).state, out_of_range);
    EXPECT_EQ(to_bit(Value::integer(-1), bit).state, out_of_range);
    EXPECT_EQ(to_bit(Value::real(1.5), real).state, fraction_cut);
    EXPECT_EQ(to_bit(Value::real(1.5), real).value, 1);
    EXPECT_EQ(to_bit(Value::real(0.5), real).value, 0);
    EXPECT_EQ(to_bit(Value::real(-0.5), real).state, out_of_range);
    EXPECT_EQ(to_bit(Value::real(2.0), real).state, out_of_range);
    EXPECT_EQ(to_bit(Value::text("1"), text).value, 1);
    EXPECT_EQ(to_bit(Value::text("1.0"), text).state, ok);
    EXPECT_EQ(to_bit(Value::text("true"), text).state, not_a_number);
}

TEST(ToNumeric, TakesPrecisionAndScaleOfTheTarget) {
    const auto low_word = [](const SQL_NUMERIC_STRUCT& n) {
        std::uint64_t word = 0;
        std::memcpy(&word, n.val, sizeof word);
        return word;
    };
    auto n = fetch<SQL_NUMERIC_STRUCT>(Value::real(12.345), real, SQL_C_NUMERIC, 10, 2);
    EXPECT_EQ(n.state, fraction_cut);
    EXPECT_EQ(low_word(n.value), 1234U);
    EXPECT_EQ(n.value.precision, 10);
    EXPECT_EQ(n.value.scale, 2);
    EXPECT_EQ(n.length, static_cast<SQLLEN>(sizeof(SQL_NUMERIC_STRUCT)));
    n = fetch<SQL_NUMERIC_STRUCT>(Value::text("-12.5"), text, SQL_C_NUMERIC, 10, 4);
    EXPECT_EQ(n.state, ok);
    EXPECT_EQ(low_word(n.value), 125000U);
    EXPECT_EQ(n.value.sign, 0);
    n = fetch<SQL_NUMERIC_STRUCT>(Value::integer(INT64_MIN), bigint, SQL_C_NUMERIC);
    EXPECT_EQ(low_word(n.value), std::uint64_t{1} << 63U);
    EXPECT_EQ(n.value.precision, 38);
    EXPECT_EQ(fetch<SQL_NUMERIC_STRUCT>(Value::integer(1000), bigint, SQL_C_NUMERIC, 4, 1).state,
              out_of_range);
    EXPECT_EQ(fetch<SQL_NUMERIC_STRUCT>(Value::text("1e38"), text, SQL_C_NUMERIC).state,
              out_of_range);
    EXPECT_EQ(fetch<SQL_NUMERIC_STRUCT>(Value::text("x"), text, SQL_C_NUMERIC).state, not_a_number);
}

// ---- Text ----------------------------------------------------------------------------------

struct TextCase {
    Value value;
    SqlType type;
    std::size_t capacity;
    std::string_view expected;
    SQLLEN length;
    SqlState state = ok;
};

TEST(ToText, FollowsAppendixD) {
    const TextCase cases[] = {
        {Value::text("abc"), text, 4, "abc", 3},
        {Value::text("abc"), text, 3, "ab", 3, cut},
        {Value::text(""), text, 1, "", 0},
        {Value::text("\u20ac\u20ac"), text, 6, "\u20ac", 6, cut},
        {Value::integer(-123), bigint, 5, "-123", 4},
        {Value::integer(-123), bigint, 4, "", 0, out_of_range},
        {Value::real(12.345), real, 7, "12.345", 6},
        {Value::real(12.345), real, 5, "12.3", 6, cut},
        {Value::real(12.345), real, 3, "12", 6, cut},
        {Value::real(12.345), real, 2, "", 0, out_of_range},
        {Value::real(1e300), real, 6, "1e+300", 0, out_of_range},
        {Value::real(1e300), real, 7, "1e+300", 6},
        {Value::boolean(true), bit, 2, "1", 1},
        {Value::boolean(true), bit, 1, "", 0, out_of_range},
        {Value::blob("\x01\xFF"), binary, 5, "01FF", 4},
        {Value::blob("\x01\xFF"), binary, 4, "01", 4, cut},
        {Value::blob("\x01\xFF"), text, 100, "01FF", 4},
        {Value::text("plain"), binary, 100, "plain", 5},
        {Value::text("2024-01-02T10:11:12.500Z"), timestamp, 100, "2024-01-02 10:11:12.5", 21},
        {Value::text("2024-01-02T10:11:12.500Z"), timestamp, 20, "2024-01-02 10:11:12", 21, cut},
        {Value::text("2024-01-02T10:11:12.500Z"), timestamp, 19, "", 0, out_of_range},
        {Value::text("2024-01-02"), timestamp, 100, "2024-01-02 00:00:00", 19},
        {Value::text("2024-01-02 00:00:00"), date, 11, "2024-01-02", 10},
        {Value::text("2024-01-02"), date, 10, "", 0, out_of_range},
        {Value::text("2024-01-02 10:11:12"), date, 100, "2024-01-02 10:11:12", 19},
        {Value::text("10:11"), time_of_day, 9, "10:11:00", 8},
        {Value::text("10:11"), time_of_day, 8, "", 0, out_of_range},
        {Value::text("next week"), date, 5, "next", 9, cut},
        {Value::integer(0), timestamp, 100, "1970-01-01 00:00:00", 19},
        {Value::integer(86'400), date, 100, "1970-01-02", 10},
        {Value::unix_time(0), text, 100, "1970-01-01 00:00:00", 19},
        {Value::real(2'440'587.5), timestamp, 100, "1970-01-01 00:00:00", 19},
        {Value::iso8601("2024-01-02"), text, 100, "2024-01-02", 10},
        {Value::integer(12), type_of(SQL_DECIMAL, 2), 100, "12.00", 5},
        {Value::real(12.5), type_of(SQL_DECIMAL, 2), 100, "12.50", 5},
        {Value::real(0.125), type_of(SQL_DECIMAL, 2), 100, "0.125", 5},
        {Value::real(1e20), type_of(SQL_DECIMAL, 0), 100, "100000000000000000000", 21},
        {Value::real(1e-7), type_of(SQL_NUMERIC, 2), 100, "0.0000001", 9},
        {Value::real(1e300), type_of(SQL_NUMERIC, 2), 100, "1e+300", 6},
        {Value::integer(INT64_MIN), type_of(SQL_DECIMAL, 30), 100, "-9223372036854775808", 20},
        {Value::text("12.5"), type_of(SQL_DECIMAL, 2), 100, "12.5", 4},
    };
    for (const TextCase& c : cases) {
        const auto fetched = fetch_text(c.value, c.type, c.capacity);
        EXPECT_EQ(fetched.state, c.state) << c.expected << " in " << c.capacity;
        if (is_error(c.state)) continue;
        EXPECT_EQ(fetched.value, c.expected);
        EXPECT_EQ(fetched.length, c.length) << c.expected;
    }
}

TEST(ToText, WideTextCountsBytesOfUnits) {
    GuardedBuffer buffer{5 * sizeof(SQLWCHAR)};
    SQLLEN length = 0;
    CTarget target{SQL_C_WCHAR, buffer.data(), buffer.capacity(), &length, &length, 0, 0, 0};
    const bool fits = sizeof(SQLWCHAR) != 2;  // four characters, five units of UTF-16
    EXPECT_EQ(to_c(Value::text("a\u00e9\U0001F600z"), text, target).state, fits ? ok : cut);
    std::basic_string<SQLWCHAR> units(4, 0);
    std::memcpy(units.data(), buffer.data(), 4 * sizeof(SQLWCHAR));
    if constexpr (sizeof(SQLWCHAR) == 2) {
        EXPECT_EQ(length, 10);
        EXPECT_EQ(narrow(units), "a\u00e9\U0001F600");
    } else {
        EXPECT_EQ(length, 16);
        EXPECT_EQ(narrow(units), "a\u00e9\U0001F600z");
    }
    EXPECT_TRUE(buffer.intact());
    target.capacity -= 1;
    EXPECT_EQ(to_c(Value::text("a"), text, target).state, SqlState::sHY090);
}

TEST(ToText, MaxLengthHidesTheRest) {
    EXPECT_EQ(fetch_text(Value::text("abcdef"), text, 100, 3).value, "abc");
    EXPECT_EQ(fetch_text(Value::text("abcdef"), text, 100, 3).state, ok);
    EXPECT_EQ(fetch_text(Value::text("abcdef"), text, 100, 3).length, 3);
    EXPECT_EQ(fetch_text(Value::text("a\u20ac"), text, 100, 3).value, "a");
    EXPECT_EQ(fetch_text(Value::blob("\x01\x02"), binary, 100, 1).value, "01");
    EXPECT_EQ(fetch_text(Value::integer(12345), bigint, 100, 3).value, "12345");
}

TEST(ToText, BuffersThatCannotHoldAnything) {
    SQLLEN length = -99;
    CTarget target{SQL_C_CHAR, nullptr, 0, &length, &length, 0, 0, 0};
    EXPECT_EQ(to_c(Value::text("abc"), text, target).state, ok);
    EXPECT_EQ(length, 3);
    GuardedBuffer none{0};
    target.data = none.data();
    EXPECT_EQ(to_c(Value::text("abc"), text, target).state, cut);
    EXPECT_EQ(length, 3);
    target.c_type = SQL_C_BINARY;
    EXPECT_EQ(to_c(Value::blob(""), binary, target).state, ok);
    EXPECT_EQ(length, 0);
    EXPECT_TRUE(none.intact());
    target.capacity = -1;
    for (const SQLSMALLINT c_type :
         std::array<SQLSMALLINT, 3>{SQL_C_CHAR, SQL_C_WCHAR, SQL_C_BINARY}) {
        target.c_type = c_type;
        EXPECT_EQ(to_c(Value::text("abc"), text, target).state, SqlState::sHY090);
        EXPECT_EQ(to_c(Value::integer(1), bigint, target).state, SqlState::sHY090);
    }
}

// ---- NULL and lengths ----------------------------------------------------------------------

TEST(ToNull, NeedsAnIndicator) {
    for (const SQLSMALLINT c_type : c_columns) {
        for (const Value& null : {Value::null(), Value::iso8601("")}) {
            GuardedBuffer buffer{64};
            SQLLEN length = -99;
            SQLLEN indicator = -99;
            CTarget target{c_type, buffer.data(), 64, &length, &indicator, 0, 0, 0};
            EXPECT_EQ(to_c(null, text, target).state, ok) << c_type;
            EXPECT_EQ(indicator, SQL_NULL_DATA);
            EXPECT_EQ(length, -99);
            target.indicator = nullptr;
            EXPECT_EQ(to_c(null, text, target).state, SqlState::s22002) << c_type;
            EXPECT_TRUE(buffer.intact_from(0)) << c_type;
        }
    }
}

TEST(ToAny, ASeparateIndicatorIsZeroForValues) {
    SQLLEN length = -99;
    SQLLEN indicator = SQL_NULL_DATA;
    SQLINTEGER number = 0;
    CTarget target{SQL_C_LONG, &number, 0, &length, &indicator, 0, 0, 0};
    EXPECT_EQ(to_c(Value::integer(5), bigint, target).state, ok);
    EXPECT_EQ(length, 4);
    EXPECT_EQ(indicator, 0);
    target.octet_length = nullptr;
    target.indicator = nullptr;
    EXPECT_EQ(to_c(Value::integer(6), bigint, target).state, ok);
    EXPECT_EQ(number, 6);
}

// ---- Dates, GUIDs, bytes, intervals --------------------------------------------------------

TEST(ToDate, FollowsAppendixD) {
    auto d = fetch<SQL_DATE_STRUCT>(Value::text("2024-02-29"), text, SQL_C_TYPE_DATE);
    EXPECT_EQ(d.state, ok);
    EXPECT_EQ(d.value.year, 2024);
    EXPECT_EQ(d.value.month, 2);
    EXPECT_EQ(d.value.day, 29);
    EXPECT_EQ(d.length, 6);
    d = fetch<SQL_DATE_STRUCT>(Value::text("2024-02-29 00:00:01"), text, SQL_C_TYPE_DATE);
    EXPECT_EQ(d.state, fraction_cut);
    d = fetch<SQL_DATE_STRUCT>(Value::text("10:11:12"), text, SQL_C_TYPE_DATE);
    EXPECT_EQ(d.state, not_a_number);
    d = fetch<SQL_DATE_STRUCT>(Value::integer(86'400), date, SQL_C_DATE);
    EXPECT_EQ(d.value.day, 2);
    d = fetch<SQL_DATE_STRUCT>(Value::integer(INT64_MAX), date, SQL_C_TYPE_DATE);
    EXPECT_EQ(d.state, SqlState::s22008);
    d = fetch<SQL_DATE_STRUCT>(Value::integer(20240102), text, SQL_C_TYPE_DATE);
    EXPECT_EQ(d.state, not_a_number);
    d = fetch<SQL_DATE_STRUCT>(Value::blob("2024-01-02"), date, SQL_C_TYPE_DATE);
    EXPECT_EQ(d.state, not_a_number);
}

TEST(ToTime, FollowsAppendixD) {
    auto t = fetch<SQL_TIME_STRUCT>(Value::text("10:11:12.5"), text, SQL_C_TYPE_TIME);
    EXPECT_EQ(t.state, fraction_cut);
    EXPECT_EQ(t.value.second, 12);
    t = fetch<SQL_TIME_STRUCT>(Value::text("2024-02-29 10:11:12"), text, SQL_C_TYPE_TIME);
    EXPECT_EQ(t.state, ok);
    EXPECT_EQ(t.value.hour, 10);
    t = fetch<SQL_TIME_STRUCT>(Value::text("2024-02-29"), text, SQL_C_TYPE_TIME);
    EXPECT_EQ(t.state, not_a_number);
    t = fetch<SQL_TIME_STRUCT>(Value::text("2024-02-29"), timestamp, SQL_C_TYPE_TIME);
    EXPECT_EQ(t.state, ok);
    t = fetch<SQL_TIME_STRUCT>(Value::integer(3'661), time_of_day, SQL_C_TYPE_TIME);
    EXPECT_EQ(t.value.hour, 1);
    EXPECT_EQ(t.value.minute, 1);
    EXPECT_EQ(t.value.second, 1);
}

TEST(ToTimestamp, FollowsAppendixD) {
    auto t = fetch<SQL_TIMESTAMP_STRUCT>(Value::text("2024-02-29T10:11:12.123456789"), timestamp,
                                         SQL_C_TYPE_TIMESTAMP);
    EXPECT_EQ(t.state, ok);
    EXPECT_EQ(t.value.fraction, 123'456'789U);
    EXPECT_EQ(t.length, 16);
    t = fetch<SQL_TIMESTAMP_STRUCT>(Value::text("2024-02-29"), date, SQL_C_TYPE_TIMESTAMP);
    EXPECT_EQ(t.value.day, 29);
    EXPECT_EQ(t.value.hour, 0);
    t = fetch<SQL_TIMESTAMP_STRUCT>(Value::text("10:11:12"), time_of_day, SQL_C_TYPE_TIMESTAMP);
    EXPECT_GE(t.value.year, 2024);
    EXPECT_EQ(t.value.hour, 10);
    t = fetch<SQL_TIMESTAMP_STRUCT>(Value::unix_time(1), text, SQL_C_TIMESTAMP);
    EXPECT_EQ(t.value.year, 1970);
    EXPECT_EQ(t.value.second, 1);
    t = fetch<SQL_TIMESTAMP_STRUCT>(Value::real(1.7e9), timestamp, SQL_C_TYPE_TIMESTAMP);
    EXPECT_EQ(t.value.year, 2023);
    t = fetch<SQL_TIMESTAMP_STRUCT>(Value::text("yesterday"), timestamp, SQL_C_TYPE_TIMESTAMP);
    EXPECT_EQ(t.state, not_a_number);
}

TEST(ToGuid, FromTextAndSixteenBytes) {
    constexpr std::string_view spelled = "00112233-4455-6677-8899-aabbccddeeff";
    constexpr std::string_view bytes{
        "\x00\x11\x22\x33\x44\x55\x66\x77\x88\x99\xaa\xbb\xcc\xdd\xee\xff", 16};
    for (const Value& value : {Value::text(spelled), Value::blob(bytes)}) {
        const auto g = fetch<SQLGUID>(value, text, SQL_C_GUID);
        EXPECT_EQ(g.state, ok);
        EXPECT_EQ(g.value.Data1, 0x00112233U);
        EXPECT_EQ(g.value.Data2, 0x4455);
        EXPECT_EQ(g.value.Data3, 0x6677);
        EXPECT_EQ(g.value.Data4[0], 0x88);
        EXPECT_EQ(g.value.Data4[7], 0xff);
        EXPECT_EQ(g.length, 16);
    }
    EXPECT_EQ(
        fetch<SQLGUID>(Value::text("{00112233445566778899aabbccddeeff}"), text, SQL_C_GUID).state,
        not_a_number);
    EXPECT_EQ(
        fetch<SQLGUID>(Value::text("00112233445566778899aabbccddeeff"), guid, SQL_C_GUID).state,
        ok);
    EXPECT_EQ(
        fetch<SQLGUID>(Value::text("00112233-4455-6677-8899-aabbccddeefg"), guid, SQL_C_GUID).state,
        not_a_number);
    EXPECT_EQ(fetch<SQLGUID>(Value::blob("short"), binary, SQL_C_GUID).state, not_a_number);
}

template <typename T>
void expect_binary(const Value& value, const SqlType& type, const T& expected) {
    GuardedBuffer buffer{sizeof(T)};
    SQLLEN length = 0;
    CTarget target{SQL_C_BINARY, buffer.data(), buffer.capacity(), &length, &length, 0, 0, 0};
    EXPECT_EQ(to_c(value, type, target).state, ok);
    EXPECT_EQ(length, static_cast<SQLLEN>(sizeof(T)));
    EXPECT_EQ(std::memcmp(buffer.data(), &expected, sizeof(T)), 0);
    EXPECT_TRUE(buffer.intact());
    target.capacity -= 1;
    EXPECT_EQ(to_c(value, type, target).state, out_of_range);
}

TEST(ToBinary, FixedTypesComeWholeInTheirDefaultCType) {
    expect_binary(Value::integer(-5), bigint, std::int64_t{-5});
    expect_binary(Value::integer(-5), type_of(SQL_INTEGER), std::int32_t{-5});
    expect_binary(Value::integer(-5), type_of(SQL_SMALLINT), std::int16_t{-5});
    expect_binary(Value::real(0.1), real, 0.1);
    expect_binary(Value::real(0.5), type_of(SQL_REAL), 0.5F);
    expect_binary(Value::boolean(true), bit, std::uint8_t{1});
    expect_binary(Value::text("2024-01-02"), date, SQL_DATE_STRUCT{2024, 1, 2});
    expect_binary(Value::text("10:11:12"), time_of_day, SQL_TIME_STRUCT{10, 11, 12});
    expect_binary(Value::integer(0), timestamp, SQL_TIMESTAMP_STRUCT{1970, 1, 1, 0, 0, 0, 0});
    expect_binary(Value::integer(12), type_of(SQL_DECIMAL), std::array<char, 2>{'1', '2'});
    SQLLEN length = 0;
    CTarget target{SQL_C_BINARY, nullptr, 0, &length, &length, 0, 0, 0};
    EXPECT_EQ(to_c(Value::integer(std::int64_t{1} << 40U), type_of(SQL_INTEGER), target).state,
              out_of_range);
}

TEST(ToBinary, TextAndBlobsAreTheirBytes) {
    GuardedBuffer buffer{3};
    SQLLEN length = 0;
    CTarget target{SQL_C_BINARY, buffer.data(), 3, &length, &length, 0, 0, 0};
    EXPECT_EQ(to_c(Value::blob({"a\0b", 3}), binary, target).state, ok);
    EXPECT_EQ(std::memcmp(buffer.data(), "a\0b", 3), 0);
    EXPECT_EQ(to_c(Value::text("\u20acx"), text, target).state, cut);
    EXPECT_EQ(length, 4);
    EXPECT_TRUE(buffer.intact());
}

TEST(ToInterval, FromTextAndNumbers) {
    auto i = fetch<SQL_INTERVAL_STRUCT>(Value::text("-154 22:44:10.5"), text,
                                        SQL_C_INTERVAL_DAY_TO_SECOND);
    EXPECT_EQ(i.state, ok);
    EXPECT_EQ(i.value.interval_sign, SQL_TRUE);
    EXPECT_EQ(i.value.interval_type, SQL_IS_DAY_TO_SECOND);
    EXPECT_EQ(i.value.intval.day_second.day, 154U);
    EXPECT_EQ(i.value.intval.day_second.fraction, 500'000'000U);
    EXPECT_EQ(i.length, static_cast<SQLLEN>(sizeof(SQL_INTERVAL_STRUCT)));
    i = fetch<SQL_INTERVAL_STRUCT>(Value::integer(-36), bigint, SQL_C_INTERVAL_HOUR);
    EXPECT_EQ(i.value.intval.day_second.hour, 36U);
    EXPECT_EQ(i.value.interval_sign, SQL_TRUE);
    i = fetch<SQL_INTERVAL_STRUCT>(Value::integer(36), bigint, SQL_C_INTERVAL_DAY_TO_HOUR);
    EXPECT_EQ(i.state, SqlState::s22015);
    i = fetch<SQL_INTERVAL_STRUCT>(Value::real(1.5), real, SQL_C_INTERVAL_DAY);
    EXPECT_EQ(i.state, restricted);
    i = fetch<SQL_INTERVAL_STRUCT>(Value::text("1.123456789"), text, SQL_C_INTERVAL_SECOND, 3);
    EXPECT_EQ(i.state, fraction_cut);
    EXPECT_EQ(i.value.intval.day_second.fraction, 123'000'000U);
    i = fetch<SQL_INTERVAL_STRUCT>(Value::text("soon"), text, SQL_C_INTERVAL_DAY);
    EXPECT_EQ(i.state, not_a_number);
}

// ---- The matrix ----------------------------------------------------------------------------

struct MatrixRow {
    SQLSMALLINT sql_type;
    // As Appendix D draws it; the columns are those of c_columns below.
    std::string_view cells;
};

constexpr std::array matrix{
    MatrixRow{SQL_CHAR, "xxxxxxxxxxxx"},           MatrixRow{SQL_WLONGVARCHAR, "xxxxxxxxxxxx"},
    MatrixRow{SQL_DECIMAL, "xxxxxxx----x"},        MatrixRow{SQL_NUMERIC, "xxxxxxx----x"},
    MatrixRow{SQL_TINYINT, "xxxxxxx----x"},        MatrixRow{SQL_SMALLINT, "xxxxxxx----x"},
    MatrixRow{SQL_INTEGER, "xxxxxxx----x"},        MatrixRow{SQL_BIGINT, "xxxxxxx----x"},
    MatrixRow{SQL_REAL, "xxxxxxx-----"},           MatrixRow{SQL_DOUBLE, "xxxxxxx-----"},
    MatrixRow{SQL_FLOAT, "xxxxxxx-----"},          MatrixRow{SQL_BIT, "xxxxxxx-----"},
    MatrixRow{SQL_BINARY, "xxx-------x-"},         MatrixRow{SQL_LONGVARBINARY, "xxx-------x-"},
    MatrixRow{SQL_TYPE_DATE, "xxx----x-x--"},      MatrixRow{SQL_TYPE_TIME, "xxx-----xx--"},
    MatrixRow{SQL_TYPE_TIMESTAMP, "xxx----xxx--"}, MatrixRow{SQL_GUID, "xxx-------x-"},
    MatrixRow{SQL_INTERVAL_DAY, "xxxxx------x"},
};

TEST(ToC, HasTheCellsOfAppendixD) {
    for (const MatrixRow& row : matrix) {
        for (std::size_t i = 0; i < c_columns.size(); ++i) {
            const bool expected = row.cells[i] == 'x';
            EXPECT_EQ(is_convertible_to_c(row.sql_type, c_columns[i]), expected)
                << row.sql_type << " to " << c_columns[i];
            GuardedBuffer buffer{64};
            SQLLEN length = 0;
            const CTarget target{c_columns[i], buffer.data(), 64, &length, &length, 0, 0, 0};
            const SqlState state = to_c(Value::integer(1), type_of(row.sql_type), target).state;
            EXPECT_EQ(state == restricted, !expected) << row.sql_type << " to " << c_columns[i];
        }
    }
}

TEST(ToC, KnowsItsCTypes) {
    for (const SQLSMALLINT c_type : c_columns) EXPECT_TRUE(is_known_c_type(c_type));
    EXPECT_TRUE(is_known_c_type(SQL_C_DEFAULT));
    EXPECT_FALSE(is_known_c_type(4711));
    EXPECT_EQ(c_type_size(SQL_C_CHAR), 0U);
    EXPECT_EQ(c_type_size(SQL_C_WCHAR), 0U);
    EXPECT_EQ(c_type_size(SQL_C_BINARY), 0U);
    EXPECT_EQ(c_type_size(SQL_C_INTERVAL_DAY), sizeof(SQL_INTERVAL_STRUCT));
    EXPECT_EQ(c_type_size(SQL_C_TYPE_TIMESTAMP), 16U);
    EXPECT_EQ(fetch<int>(Value::integer(1), bigint, 4711).state, SqlState::sHY003);
}

TEST(ToC, DefaultIsTheSqlTypesOwn) {
    EXPECT_EQ(fetch<SQLBIGINT>(Value::integer(-7), bigint, SQL_C_DEFAULT).value, -7);
    EXPECT_EQ(fetch<double>(Value::real(0.1), real, SQL_C_DEFAULT).value, 0.1);
    EXPECT_EQ(fetch<SQL_DATE_STRUCT>(Value::text("2024-01-02"), date, SQL_C_DEFAULT).value.day, 2);
    EXPECT_EQ(fetch<SQLCHAR>(Value::boolean(true), bit, SQL_C_DEFAULT).value, 1);
}

}  // namespace
}  // namespace dqlite::odbc
