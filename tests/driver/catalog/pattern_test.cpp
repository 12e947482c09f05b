#include "driver/catalog/pattern.h"

#include <gtest/gtest.h>

namespace dqlite::odbc::catalog {
namespace {

TEST(Pattern, OnlyPercentSignsMatchEverything) {
    EXPECT_TRUE(matches_everything("%"));
    EXPECT_TRUE(matches_everything("%%"));
    EXPECT_FALSE(matches_everything(""));
    EXPECT_FALSE(matches_everything("_%"));
    EXPECT_FALSE(matches_everything("\\%"));
}

TEST(Pattern, WildcardsStayAndLettersBecomeLower) {
    EXPECT_EQ(to_like("ABC_%x"), "abc_%x");
    EXPECT_EQ(to_like("\xc3\x84"), "\xc3\x84") << "only ASCII letters have case to SQLite";
}

TEST(Pattern, BackslashEscapesOnlySpecialCharacters) {
    EXPECT_EQ(to_like("a\\_b"), "a\\_b");
    EXPECT_EQ(to_like("a\\%"), "a\\%");
    EXPECT_EQ(to_like("\\\\"), "\\\\");
    EXPECT_EQ(to_like("\\a"), "\\\\a");
    EXPECT_EQ(to_like("a\\"), "a\\\\");
}

TEST(Pattern, IdentifiersLoseQuotesOrTrailingBlanks) {
    EXPECT_EQ(to_name("Orders  "), "Orders");
    EXPECT_EQ(to_name("  Orders"), "  Orders");
    EXPECT_EQ(to_name("  \"Or ders \" "), "Or ders ");
    EXPECT_EQ(to_name("\"a\"\"b\""), "a\"b");
    EXPECT_EQ(to_name("\""), "\"");
    EXPECT_EQ(to_name(""), "");
}

}  // namespace
}  // namespace dqlite::odbc::catalog
