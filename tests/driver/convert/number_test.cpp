#include "driver/convert/number.h"

#include <bit>
#include <cmath>
#include <limits>
#include <random>

#include <gtest/gtest.h>

#include "tests/driver/convert/convert_support.h"

namespace dqlite::odbc {
namespace {

template <typename T>
std::string printed(const T& value) {
    ShortText text;
    print(value, text);
    return std::string{text.view()};
}

struct DecimalCase {
    std::string_view text;
    std::string_view printed;
    SqlState state = SqlState::s00000;
};

class DecimalText : public ::testing::TestWithParam<DecimalCase> {};

TEST_P(DecimalText, IsReadExactlyOrRefused) {
    const DecimalCase& c = GetParam();
    const Parsed<Decimal> decimal = to_decimal(c.text);
    EXPECT_EQ(decimal.state, c.state) << c.text;
    if (!is_error(c.state)) {
        EXPECT_EQ(printed(decimal.value), c.printed);
    }
}

constexpr auto bad = SqlState::s22018;
constexpr auto big = SqlState::s22003;
constexpr auto inexact = SqlState::s01S07;
INSTANTIATE_TEST_SUITE_P(
    Cases, DecimalText,
    ::testing::Values(
        DecimalCase{"0", "0"}, DecimalCase{"-0", "0"}, DecimalCase{"-0.00", "0"},
        DecimalCase{"  12  ", "12"}, DecimalCase{"+12", "12"}, DecimalCase{"-12.50", "-12.5"},
        DecimalCase{".5", "0.5"}, DecimalCase{"5.", "5"}, DecimalCase{"-.05", "-0.05"},
        DecimalCase{"1e3", "1000"}, DecimalCase{"1.25E+1", "12.5"}, DecimalCase{"125e-4", "0.0125"},
        DecimalCase{"0e999999999999", "0"},
        DecimalCase{"000000000000000000000000000000000000000012", "12"},
        DecimalCase{"99999999999999999999999999999999999999",
                    "99999999999999999999999999999999999999"},
        DecimalCase{"-0.99999999999999999999999999999999999999",
                    "-0.99999999999999999999999999999999999999"},
        DecimalCase{"1234567890123456789.1234567890123456789",
                    "1234567890123456789.1234567890123456789"},
        DecimalCase{"1234567890123456789.12345678901234567899",
                    "1234567890123456789.1234567890123456789", inexact},
        DecimalCase{"0.000000000000000000000000000000000000001",
                    "0.00000000000000000000000000000000000000", inexact},
        DecimalCase{"1e-40", "0.00000000000000000000000000000000000000", inexact},
        DecimalCase{"1e37", "10000000000000000000000000000000000000"}, DecimalCase{"1e38", "", big},
        DecimalCase{"100000000000000000000000000000000000000", "", big},
        DecimalCase{"1e99999999999", "", big}, DecimalCase{"", "", bad}, DecimalCase{" ", "", bad},
        DecimalCase{".", "", bad}, DecimalCase{"-", "", bad}, DecimalCase{"+-1", "", bad},
        DecimalCase{"1e", "", bad}, DecimalCase{"1e+", "", bad}, DecimalCase{"e5", "", bad},
        DecimalCase{"0x10", "", bad}, DecimalCase{"10blurk", "", bad}, DecimalCase{"1 2", "", bad},
        DecimalCase{"1,5", "", bad}, DecimalCase{"inf", "", bad}, DecimalCase{"nan", "", bad},
        DecimalCase{"1\t", "", bad}));

TEST(DoubleText, IsTheShortestThatReadsBack) {
    EXPECT_EQ(printed(0.0), "0");
    EXPECT_EQ(printed(5.0), "5");
    EXPECT_EQ(printed(100000.0), "100000");
    EXPECT_EQ(printed(0.1 + 0.2), "0.30000000000000004");
    EXPECT_EQ(printed(1e15), "1e+15");
    EXPECT_EQ(printed(123456789012345.0), "123456789012345");
    EXPECT_EQ(printed(1e-5), "0.00001");
    EXPECT_EQ(printed(1e-6), "1e-06");
    EXPECT_EQ(printed(-2.2250738585072014e-308), "-2.2250738585072014e-308");
    EXPECT_EQ(printed(std::numeric_limits<double>::infinity()), "Inf");
    EXPECT_EQ(printed(-std::numeric_limits<double>::infinity()), "-Inf");
    EXPECT_EQ(printed(std::numeric_limits<double>::quiet_NaN()), "NaN");
    EXPECT_EQ(printed(0.1F), "0.1");
}

TEST(DoubleText, AnyDoubleMakesTheRoundTripWithin24Characters) {
    std::mt19937_64 random{1};
    for (int round = 0; round < 200'000; ++round) {
        const auto value = std::bit_cast<double>(random());
        if (!std::isfinite(value)) continue;
        const std::string text = printed(value);
        ASSERT_LE(text.size(), 24U) << text;
        const Parsed<double> back = to_double(std::string_view{text});
        ASSERT_EQ(back.state, SqlState::s00000);
        ASSERT_EQ(std::bit_cast<std::uint64_t>(back.value), std::bit_cast<std::uint64_t>(value))
            << text;
    }
}

TEST(DoubleText, TellsOverflowFromUnderflow) {
    EXPECT_EQ(to_double(std::string_view{"1e309"}).state, big);
    EXPECT_EQ(to_double(std::string_view{"-1e999999999999"}).state, big);
    EXPECT_EQ(to_double("1" + std::string(400, '0')).state, big);
    EXPECT_EQ(to_double(std::string_view{"1e-400"}).state, SqlState::s00000);
    EXPECT_EQ(to_double(std::string_view{"1e-400"}).value, 0.0);
    EXPECT_EQ(to_double("0." + std::string(400, '0') + "1").value, 0.0);
    EXPECT_EQ(to_double(std::string_view{"4.9e-324"}).value, 4.9e-324);
    EXPECT_EQ(to_double(std::string_view{"+1.5"}).value, 1.5);
    EXPECT_EQ(to_double(std::string_view{"inf"}).state, bad);
    EXPECT_EQ(to_double(std::string_view{"0x1p3"}).state, bad);
}

TEST(Decimals, AnyOf38DigitsMakesTheRoundTripThroughTheStructure) {
    std::mt19937_64 random{2};
    for (int round = 0; round < 50'000; ++round) {
        Decimal value;
        const auto digits = static_cast<int>(random() % 39);
        for (int i = 0; i < digits; ++i) value.digits = value.digits * 10 + random() % 10;
        value.scale = static_cast<int>(random() % 39);
        value.negative = value.digits != 0 && random() % 2 == 0;
        const SQL_NUMERIC_STRUCT numeric = to_numeric_struct(value, max_decimal_digits);
        const Parsed<Decimal> back = to_decimal(numeric, numeric.scale);
        ASSERT_EQ(back.state, SqlState::s00000);
        ASSERT_TRUE(back.value.digits == value.digits);
        ASSERT_EQ(back.value.scale, value.scale);
        ASSERT_EQ(back.value.negative, value.negative);
        const Parsed<Decimal> reread = to_decimal(std::string_view{printed(value)});
        ASSERT_EQ(reread.state, SqlState::s00000);
        ASSERT_EQ(printed(trim_zeros(reread.value)), printed(trim_zeros(value)));
    }
}

TEST(Decimals, TheStructureIsLittleEndian) {
    // The ODBC Reference's own example: 10.001 at scale 4 is 100010, AA 86 01.
    const Parsed<Decimal> scaled = rescale(to_decimal(std::string_view{"10.001"}).value, 38, 4);
    const SQL_NUMERIC_STRUCT numeric = to_numeric_struct(scaled.value, 38);
    EXPECT_EQ(numeric.val[0], 0xAA);
    EXPECT_EQ(numeric.val[1], 0x86);
    EXPECT_EQ(numeric.val[2], 0x01);
    EXPECT_EQ(numeric.val[3], 0x00);
    EXPECT_EQ(numeric.scale, 4);
    EXPECT_EQ(numeric.sign, 1);
}

TEST(Decimals, RescaleTellsWhatIsLost) {
    const Decimal value = to_decimal(std::string_view{"123.450"}).value;
    EXPECT_EQ(printed(rescale(value, 38, 1).value), "123.4");
    EXPECT_EQ(rescale(value, 38, 1).state, inexact);
    EXPECT_EQ(rescale(value, 38, 2).state, SqlState::s00000);
    EXPECT_EQ(printed(rescale(value, 38, 4).value), "123.4500");
    EXPECT_EQ(rescale(value, 5, 2).state, SqlState::s00000);
    EXPECT_EQ(rescale(value, 4, 2).state, big);
    EXPECT_EQ(rescale(value, 38, 36).state, big);
    EXPECT_EQ(rescale(Decimal{}, 1, 38).state, SqlState::s00000);
}

TEST(Decimals, IntegersAtTheEdge) {
    const auto integer = [](std::string_view text) {
        return to_integer<std::int64_t>(to_decimal(text).value);
    };
    EXPECT_EQ(integer("9223372036854775807").value, INT64_MAX);
    EXPECT_EQ(integer("-9223372036854775808").value, INT64_MIN);
    EXPECT_EQ(integer("9223372036854775808").state, big);
    EXPECT_EQ(integer("-9223372036854775809").state, big);
    EXPECT_EQ(integer("-9223372036854775808.9").value, INT64_MIN);
    EXPECT_EQ(integer("-9223372036854775808.9").state, inexact);
    EXPECT_EQ(
        to_integer<std::uint64_t>(to_decimal(std::string_view{"18446744073709551615"}).value).value,
        UINT64_MAX);
    EXPECT_EQ(to_integer<std::uint64_t>(to_decimal(std::string_view{"-1"}).value).state, big);
    EXPECT_EQ(to_integer<std::uint64_t>(to_decimal(std::string_view{"-0.5"}).value).state, inexact);
    EXPECT_EQ(printed(to_decimal(INT64_MIN)), "-9223372036854775808");
}

}  // namespace
}  // namespace dqlite::odbc
