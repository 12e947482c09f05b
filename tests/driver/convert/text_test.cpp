#include "driver/convert/text.h"

#include "driver/convert/utf.h"
#include "tests/driver/convert/convert_support.h"

namespace dqlite::odbc {
namespace {

using testing_support::GuardedBuffer;
using testing_support::narrow;
using testing_support::wide;

const SQLCHAR* chars(const char* text) {
    return reinterpret_cast<const SQLCHAR*>(text);
}

TEST(ReadText, TellsNullEmptyAndLengths) {
    EXPECT_FALSE(read_text(static_cast<const SQLCHAR*>(nullptr), SQL_NTS).text.has_value());
    EXPECT_EQ(read_text(chars("abc"), 0).text, "");
    EXPECT_EQ(read_text(chars("abc"), 2).text, "ab");
    EXPECT_EQ(read_text(chars("abc"), SQL_NTS).text, "abc");
    EXPECT_EQ(read_text(chars("abc"), 4).text, "abc");
    EXPECT_EQ(read_text(chars("a\0b\0"), 5).text, std::string("a\0b", 3));
    EXPECT_EQ(read_text(chars("\0"), 2).text, "");
    EXPECT_EQ(read_text(chars("abc"), -7).state, SqlState::sHY090);
}

TEST(ReadText, ReadsWideUnits) {
    const auto text = wide("a\u00e9\u20ac\U0001F600");
    EXPECT_EQ(read_text(text.c_str(), SQL_NTS).text, "a\u00e9\u20ac\U0001F600");
    EXPECT_EQ(read_text(text.c_str(), 2).text, "a\u00e9");
    EXPECT_EQ(read_text(text.c_str(), -1).state, SqlState::sHY090);
}

TEST(ReadText, ReplacesUnpairedSurrogates) {
    const SQLWCHAR units[] = {'a', 0xD800, 'b', 0xDC00, 0xD83D};
    EXPECT_EQ(read_text(units, 5).text,
              "a\uFFFD"
              "b\uFFFD\uFFFD");
}

struct WriteCase {
    std::string_view text;
    SQLLEN capacity;        // characters
    std::string_view kept;  // narrow
    std::string_view kept_wide;
    SqlState narrow_state;
    SqlState wide_state;
};

class WriteText : public ::testing::TestWithParam<WriteCase> {};

TEST_P(WriteText, NeverSplitsACharacterAndTellsTheWholeLength) {
    const WriteCase& c = GetParam();
    GuardedBuffer bytes{static_cast<std::size_t>(c.capacity)};
    SQLSMALLINT length = -1;
    EXPECT_EQ(write_text(c.text, reinterpret_cast<SQLCHAR*>(bytes.data()), c.capacity, &length,
                         LengthUnit::characters),
              c.narrow_state);
    EXPECT_EQ(length, static_cast<SQLSMALLINT>(c.text.size()));
    EXPECT_TRUE(bytes.intact());
    if (c.capacity > 0) {
        EXPECT_EQ(std::string_view{bytes.data()}, c.kept);
    }

    std::basic_string<SQLWCHAR> units(static_cast<std::size_t>(c.capacity) + 1, SQLWCHAR{0x5A5A});
    EXPECT_EQ(write_text(c.text, units.data(), c.capacity, &length, LengthUnit::characters),
              c.wide_state);
    EXPECT_EQ(length, static_cast<SQLSMALLINT>(wide(c.text).size()));
    EXPECT_EQ(units.back(), SQLWCHAR{0x5A5A});
    if (c.capacity > 0) {
        EXPECT_EQ(narrow(std::basic_string_view<SQLWCHAR>{units.c_str()}), c.kept_wide);
    }
}

constexpr auto ok = SqlState::s00000;
constexpr auto cut = SqlState::s01004;
/// A character past U+FFFF takes two units of UTF-16 and one of UTF-32.
constexpr WriteCase past_bmp(std::string_view text, SQLLEN capacity, std::string_view kept) {
    return utf::wide_is_utf16 ? WriteCase{text, capacity, kept, kept, cut, cut}
                              : WriteCase{text, capacity, kept, text, cut, ok};
}
INSTANTIATE_TEST_SUITE_P(
    Cases, WriteText,
    ::testing::Values(
        WriteCase{"", 1, "", "", ok, ok}, WriteCase{"", 0, "", "", cut, cut},
        WriteCase{"abc", 4, "abc", "abc", ok, ok}, WriteCase{"abc", 3, "ab", "ab", cut, cut},
        WriteCase{"abc", 1, "", "", cut, cut}, WriteCase{"abc", 0, "", "", cut, cut},
        WriteCase{"\u00e9\u00e9", 4, "\u00e9", "\u00e9\u00e9", cut, ok},
        WriteCase{"\u20ac\u20ac", 3, "", "\u20ac\u20ac", cut, ok}, past_bmp("a\U0001F600", 3, "a"),
        WriteCase{"a\U0001F600", 4, "a", "a\U0001F600", cut, ok}, past_bmp("\U0001F600", 2, ""),
        WriteCase{"12345678\u00e9", 10, "12345678", "12345678\u00e9", cut, ok}));

TEST(WriteText, CountsBytesWhereAskedTo) {
    SQLWCHAR units[4] = {};
    SQLINTEGER length = 0;
    EXPECT_EQ(write_text("abcd", units, sizeof units, &length, LengthUnit::bytes), cut);
    EXPECT_EQ(length, static_cast<SQLINTEGER>(4 * sizeof(SQLWCHAR)));
    EXPECT_EQ(narrow(std::basic_string_view<SQLWCHAR>{units}), "abc");
    EXPECT_EQ(write_text("abcd", units, 3, &length, LengthUnit::bytes), SqlState::sHY090);
    EXPECT_EQ(write_text("abcd", units, -2, &length, LengthUnit::bytes), SqlState::sHY090);
}

TEST(WriteText, GivesTheLengthWithoutABuffer) {
    SQLLEN length = 0;
    EXPECT_EQ(write_text("abc", static_cast<SQLCHAR*>(nullptr), 0, &length, LengthUnit::bytes), ok);
    EXPECT_EQ(length, 3);
    EXPECT_EQ(write_text("a\u00e9", static_cast<SQLWCHAR*>(nullptr), 0, &length, LengthUnit::bytes),
              ok);
    EXPECT_EQ(length, static_cast<SQLLEN>(2 * sizeof(SQLWCHAR)));
    EXPECT_EQ(write_text("abc", static_cast<SQLCHAR*>(nullptr), -1, &length, LengthUnit::bytes),
              SqlState::sHY090);
}

TEST(WriteText, ClampsALengthTheTypeCannotTell) {
    const std::string text(40'000, 'x');
    SQLSMALLINT length = 0;
    SQLCHAR buffer[10];
    EXPECT_EQ(write_text(text, buffer, 10, &length, LengthUnit::bytes), cut);
    EXPECT_EQ(length, 32'767);
}

TEST(Utf, EveryCodePointMakesTheRoundTrip) {
    for (char32_t code = 0; code <= 0x10FFFF; code += code < 0x11000 ? 1 : 97) {
        if (utf::is_surrogate(code)) continue;
        SQLWCHAR units[2] = {};
        const std::size_t size = utf::put(code, reinterpret_cast<char*>(units)) / sizeof(SQLWCHAR);
        ASSERT_EQ(size, utf::units(code));
        const std::string text = narrow({units, size});
        ASSERT_TRUE(is_valid_utf8(text)) << static_cast<unsigned>(code);
        ASSERT_EQ(wide(text), std::basic_string<SQLWCHAR>(units, size));
    }
}

struct IllFormed {
    std::string_view bytes;
    std::size_t replacements;
};

class IllFormedUtf8 : public ::testing::TestWithParam<IllFormed> {};

TEST_P(IllFormedUtf8, BecomesReplacementCharacters) {
    const IllFormed& c = GetParam();
    EXPECT_FALSE(is_valid_utf8(c.bytes));
    std::string expected;
    for (std::size_t i = 0; i < c.replacements; ++i) expected += "\uFFFD";
    EXPECT_EQ(narrow(wide(std::string{c.bytes} + "x")), expected + "x");
}

// The replacement counts are those of the Unicode Standard, table 3-8 and its neighbours.
INSTANTIATE_TEST_SUITE_P(
    Cases, IllFormedUtf8,
    ::testing::Values(IllFormed{"\x80", 1}, IllFormed{"\xC0\xAF", 2}, IllFormed{"\xE0\x80\xBF", 3},
                      IllFormed{"\xED\xA0\x80", 3}, IllFormed{"\xF4\x91\x92\x93", 4},
                      IllFormed{"\xFF", 1}, IllFormed{"\xE1\x80", 1}, IllFormed{"\xF0\x91\x92", 1},
                      IllFormed{"\xC3", 1}, IllFormed{"\xF1\xBF\xE1\x80\xC2", 3}));

TEST(Utf, AnyBytesBecomeTextThatIsValid) {
    std::uint64_t random = 7;
    for (int round = 0; round < 20'000; ++round) {
        std::string bytes;
        random = random * 6364136223846793005U + 1442695040888963407U;
        for (unsigned i = 0; i < 7; ++i) bytes.push_back(static_cast<char>(random >> (8 * i)));
        const auto units = wide(bytes);
        ASSERT_EQ(units.size(), utf::wide_length(bytes));
        const std::string back = narrow(units);
        ASSERT_TRUE(is_valid_utf8(back));
        if (is_valid_utf8(bytes)) {
            ASSERT_EQ(back, bytes);
        }
    }
}

}  // namespace
}  // namespace dqlite::odbc
