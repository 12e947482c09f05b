#include <array>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "client/sql_lexer.h"

namespace dqlite::client {
namespace {

struct Expected {
    std::string_view text;
    TokenKind kind;
    std::string_view first;  ///< the first token of text
};

void PrintTo(const Expected& expected, std::ostream* out) {
    *out << expected.text;
}

class FirstToken : public ::testing::TestWithParam<Expected> {};

TEST_P(FirstToken, HasSqlitesKindAndEnd) {
    const Token token = SqlLexer{GetParam().text}.next();
    EXPECT_EQ(token.kind, GetParam().kind);
    EXPECT_EQ(token.text, GetParam().first);
    EXPECT_EQ(token.offset, 0U);
}

INSTANTIATE_TEST_SUITE_P(
    Lexer, FirstToken,
    ::testing::Values(
        Expected{"", TokenKind::end, ""}, Expected{" \t\r\n\f\vx", TokenKind::space, " \t\r\n\f\v"},
        Expected{"\vx", TokenKind::illegal, "\v"},
        Expected{"\xEF\xBB\xBFSELECT", TokenKind::space, "\xEF\xBB\xBF"},
        Expected{"a\xEF\xBB\xBF"
                 "b ",
                 TokenKind::word,
                 "a\xEF\xBB\xBF"
                 "b"},
        Expected{"-- x ; '\ny", TokenKind::comment, "-- x ; '"},
        Expected{"-- x", TokenKind::comment, "-- x"}, Expected{"--", TokenKind::comment, "--"},
        Expected{"/* ; /* */ */", TokenKind::comment, "/* ; /* */"},
        Expected{"/*/ x */y", TokenKind::comment, "/*/ x */"},
        Expected{"/**/y", TokenKind::comment, "/**/"},
        Expected{"/* open", TokenKind::comment, "/* open"},
        Expected{"/* open *", TokenKind::comment, "/* open *"}, Expected{"/*", TokenKind::op, "/"},
        Expected{"select$1.", TokenKind::word, "select$1"},
        Expected{"_a1 ", TokenKind::word, "_a1"},
        Expected{"\xC3\xA9t\xC3\xA9-", TokenKind::word, "\xC3\xA9t\xC3\xA9"},
        Expected{"'it''s' x", TokenKind::string, "'it''s'"},
        Expected{"''", TokenKind::string, "''"},
        Expected{"'\"`[;--/*'", TokenKind::string, "'\"`[;--/*'"},
        Expected{"'open''", TokenKind::illegal, "'open''"}, Expected{"'", TokenKind::illegal, "'"},
        Expected{"\"a\"\"b\"c", TokenKind::quoted_name, "\"a\"\"b\""},
        Expected{"`a``b`c", TokenKind::quoted_name, "`a``b`"},
        Expected{"[a]]", TokenKind::quoted_name, "[a]"},
        Expected{"[a[b]", TokenKind::quoted_name, "[a[b]"},
        Expected{"[open", TokenKind::illegal, "[open"},
        Expected{"x'0aF1'", TokenKind::blob, "x'0aF1'"}, Expected{"X''", TokenKind::blob, "X''"},
        Expected{"x'0' ", TokenKind::illegal, "x'0'"},
        Expected{"x'0g' ", TokenKind::illegal, "x'0g'"},
        Expected{"x'00", TokenKind::illegal, "x'00"}, Expected{"xy'00'", TokenKind::word, "xy"},
        Expected{"12.", TokenKind::number, "12."}, Expected{".5e-3+", TokenKind::number, ".5e-3"},
        Expected{"1e5", TokenKind::number, "1e5"}, Expected{"1E+5;", TokenKind::number, "1E+5"},
        Expected{"1e", TokenKind::illegal, "1e"}, Expected{"1e+x", TokenKind::illegal, "1e"},
        Expected{"0x1F,", TokenKind::number, "0x1F"}, Expected{"0x ", TokenKind::illegal, "0x"},
        Expected{"1_000", TokenKind::number, "1_000"},
        Expected{"0x1_f", TokenKind::number, "0x1_f"}, Expected{"1a;", TokenKind::illegal, "1a"},
        Expected{"1.2.3", TokenKind::number, "1.2"}, Expected{"?", TokenKind::parameter, "?"},
        Expected{"?12a", TokenKind::parameter, "?12"}, Expected{"??", TokenKind::parameter, "?"},
        Expected{":a1:", TokenKind::parameter, ":a1"}, Expected{"@a-", TokenKind::parameter, "@a"},
        Expected{"#a ", TokenKind::parameter, "#a"},
        Expected{"$a(::x)y", TokenKind::parameter, "$a(::x)"},
        Expected{"$a::b c", TokenKind::parameter, "$a::b"},
        Expected{"$a(x y", TokenKind::illegal, "$a(x"}, Expected{": a", TokenKind::illegal, ":"},
        Expected{"$(x)", TokenKind::illegal, "$"}, Expected{";;", TokenKind::semicolon, ";"},
        Expected{"->>1", TokenKind::op, "->>"}, Expected{"->1", TokenKind::op, "->"},
        Expected{"<>", TokenKind::op, "<>"}, Expected{"==", TokenKind::op, "=="},
        Expected{"!=", TokenKind::op, "!="}, Expected{"!", TokenKind::illegal, "!"},
        Expected{"{d", TokenKind::left_brace, "{"}, Expected{"}", TokenKind::right_brace, "}"},
        Expected{"\\", TokenKind::illegal, "\\"},
        Expected{std::string_view{"\0x", 2}, TokenKind::illegal, std::string_view{"\0", 1}},
        Expected{std::string_view{"'a\0'", 4}, TokenKind::illegal, "'a"}));

TEST(Lexer, SkipsWhatMeansNothing) {
    SqlLexer lexer{"\xEF\xBB\xBF -- one\n/* two */ SELECT/**/1 -- three"};
    EXPECT_EQ(lexer.next_significant().text, "SELECT");
    const Token one = lexer.next_significant();
    EXPECT_EQ(one.text, "1");
    EXPECT_EQ(one.offset, 31U);
    EXPECT_EQ(lexer.next_significant().kind, TokenKind::end);
    EXPECT_EQ(lexer.next().kind, TokenKind::end);
}

TEST(Lexer, BeginsAnywhere) {
    EXPECT_EQ(SqlLexer("SELECT 12", 7).next().text, "12");
    EXPECT_EQ(SqlLexer("SELECT 12", 99).next().kind, TokenKind::end);
}

TEST(Lexer, TakesQuotesOff) {
    std::string storage;
    const auto name = [&](std::string_view text) {
        return std::string{unquoted(SqlLexer{text}.next(), storage)};
    };
    EXPECT_EQ(name("plain"), "plain");
    EXPECT_EQ(name("\"a\"\"b\""), "a\"b");
    EXPECT_EQ(name("`a``b`"), "a`b");
    EXPECT_EQ(name("[a\"\"b]"), "a\"\"b");
    EXPECT_EQ(name("'it''s'"), "it's");
    EXPECT_EQ(name("\"\"\"\""), "\"");
    EXPECT_EQ(name("\"\""), "");
}

TEST(Lexer, ComparesWordsInAsciiOnly) {
    EXPECT_TRUE(same_word("SeLeCt", "sElEcT"));
    EXPECT_FALSE(same_word("select", "selec"));
    EXPECT_FALSE(same_word("\xC3\xA9", "\xC3\x89"));
}

TEST(Lexer, LosesNoByteOfAnyText) {
    constexpr auto pieces = std::to_array<std::string_view>(
        {"'",    "\"", "`",  "[",      "]",     "--",  "/*",  "*/", ";",
         "?",    "?1", ":a", "$a(",    ")",     "x'",  "0x",  "1e", ".",
         "\n",   " ",  "\v", "SELECT", "BEGIN", "END", "{fn", "}",  "\xEF\xBB\xBF",
         "\xFF", "!",  "-",  ">",      "|",     "_",   "9",   "\\", "#",
         "@"});
    std::mt19937 random{20'260'101};
    std::uniform_int_distribution<std::size_t> piece{0, pieces.size() - 1};
    std::uniform_int_distribution<int> length{0, 30};
    for (int round = 0; round < 20'000; ++round) {
        std::string text;
        for (int i = length(random); i > 0; --i) text += pieces.at(piece(random));
        std::string joined;
        SqlLexer lexer{text};
        for (Token token = lexer.next(); token.kind != TokenKind::end; token = lexer.next()) {
            ASSERT_EQ(token.offset, joined.size()) << text;
            ASSERT_FALSE(token.text.empty()) << text;
            joined += token.text;
        }
        ASSERT_EQ(joined, text);
    }
}

}  // namespace
}  // namespace dqlite::client
