#include "client/text.h"

#include <gtest/gtest.h>

namespace dqlite::client {
namespace {

TEST(SafeText, KeepsWhatIsHarmless) {
    EXPECT_EQ(safe_text("near \"x\": syntax error\n\tat 3 — ünïcode 漢字 🙂"),
              "near \"x\": syntax error\n\tat 3 — ünïcode 漢字 🙂");
}

TEST(SafeText, ReplacesWhatChangesTheShownText) {
    EXPECT_EQ(safe_text("a\x1b[31mb"), "a?[31mb");
    EXPECT_EQ(safe_text(std::string_view{"a\0b\rc\x7f", 6}), "a?b?c?");
    EXPECT_EQ(safe_text("a\u0085b\u202Ec\u2066d\u200Be\u2028f\uFEFFg"), "a?b?c?d?e?f?g");
    EXPECT_EQ(safe_text("\U000E0041"), "?");
}

TEST(SafeText, ReplacesInvalidUtf8) {
    EXPECT_EQ(safe_text("a\xFF"
                        "b"),
              "a\uFFFDb");
    EXPECT_EQ(safe_text("\xC3"), "\uFFFD");
    EXPECT_EQ(safe_text("\xED\xA0\x80").find("\xED\xA0"), std::string::npos);
}

TEST(SafeText, CutsLongTextsEvenInsideACharacter) {
    EXPECT_EQ(safe_text("aaaa", 2), "aa…");
    EXPECT_EQ(safe_text("a\u00e9", 2), "a\uFFFD…");
}

}  // namespace
}  // namespace dqlite::client
