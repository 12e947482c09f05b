#include "driver/sql/escapes.h"

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "tests/driver/sql/evaluate.h"

namespace dqlite::odbc {
namespace {

std::string translated(std::string_view sql) {
    const auto translation = translate_escapes(sql, {"it's", "me"});
    return translation ? translation->sql : "<" + translation.error().message + ">";
}

std::string error_of(std::string_view sql) {
    const auto translation = translate_escapes(sql);
    if (translation) return "no error: " + translation->sql;
    EXPECT_EQ(translation.error().kind, client::ErrorKind::invalid);
    return translation.error().message;
}

::testing::AssertionResult fails_naming(std::string_view sql, std::string_view part) {
    const std::string error = error_of(sql);
    if (!error.starts_with("no error") && error.find(part) != std::string::npos) {
        return ::testing::AssertionSuccess();
    }
    return ::testing::AssertionFailure() << sql << ": " << error;
}

TEST(Escapes, LeaveOtherTextAlone) {
    for (const std::string_view sql :
         {"SELECT 1", "SELECT '{d ''x''}', \"{fn\", `{`, [{ts}] -- {fn X()}\n /* {oj} */",
          "SELECT ?, :a, ?3 -- {d '2024-01-01'}", ""}) {
        EXPECT_EQ(translated(sql), sql);
    }
    EXPECT_EQ(translated("SELECT 1 } , {d '2024-01-02'}"), "SELECT 1 } , '2024-01-02'");
}

TEST(Escapes, BecomeLiterals) {
    EXPECT_EQ(translated("SELECT {d '2024-02-29'}"), "SELECT '2024-02-29'");
    EXPECT_EQ(translated("SELECT {D'2024-02-29'}"), "SELECT '2024-02-29'");
    EXPECT_EQ(translated("SELECT { t /* now */ '23:59:59.123' }"), "SELECT '23:59:59.123'");
    EXPECT_EQ(translated("{ts '2024-01-02 03:04:05'}"), "'2024-01-02 03:04:05'");
    EXPECT_EQ(translated("{ts '2024-01-02 03:04:05.123456789'}"),
              "'2024-01-02 03:04:05.123456789'");
    EXPECT_EQ(translated("{guid '01234567-89ab-CDEF-0123-456789abcdef'}"),
              "'01234567-89ab-CDEF-0123-456789abcdef'");
}

TEST(Escapes, RefuseLiteralsThatAreNone) {
    for (const std::string_view sql :
         {"{d '2023-02-29'}", "{d '2024-2-1'}", "{d '2024-13-01'}", "{d '2024-00-01'}",
          "{d '2024-01-00'}", "{d '1900-02-29'}", "{d 20240101}", "{d}", "{d ''}", "{d ?}",
          "{d '2024-01-01 00:00:00'}", "{d \"2024-01-01\"}"}) {
        EXPECT_TRUE(fails_naming(sql, "{d} takes a date"));
    }
    for (const std::string_view sql :
         {"{t '24:00:00'}", "{t '10:60:00'}", "{t '10:00'}", "{t '10:00:00.'}",
          "{t '10:00:00.1234567890'}", "{t '10:00:00,5'}", "{t '10:00:0x'}"}) {
        EXPECT_TRUE(fails_naming(sql, "{t} takes a time"));
    }
    for (const std::string_view sql : {"{ts '2024-01-01'}", "{ts '2024-01-01T10:00:00'}",
                                       "{ts '2024-01-01 10:00'}", "{ts '2024-01-32 10:00:00'}"}) {
        EXPECT_TRUE(fails_naming(sql, "{ts} takes a timestamp"));
    }
    EXPECT_TRUE(fails_naming("{guid '01234567'}", "{guid} takes a GUID"));
}

TEST(Escapes, NestAnywhere) {
    EXPECT_EQ(translated("SELECT {fn UCASE({fn LCASE('Ab')})}"), "SELECT upper(lower('Ab'))");
    EXPECT_EQ(translated("SELECT {fn concat ( a.b , max(1, 2) )}"), "SELECT ((a.b)||(max(1, 2)))");
    EXPECT_EQ(test::evaluate("{fn LEFT({fn CONCAT('a,b', ')')}, {fn LENGTH('xyz')})}"), "a,b");
    EXPECT_EQ(test::evaluate("{fn UCASE('a' -- one\n || 'b' -- two\n)}"), "AB");
    EXPECT_EQ(
        translated("SELECT * FROM {oj a LEFT OUTER JOIN b ON a.x = {d '2024-01-01'}} WHERE 1"),
        "SELECT * FROM a LEFT OUTER JOIN b ON a.x = '2024-01-01' WHERE 1");
    EXPECT_EQ(translated("{oj {oj a LEFT JOIN b ON 1} LEFT JOIN c ON 1}"),
              "a LEFT JOIN b ON 1 LEFT JOIN c ON 1");
    EXPECT_EQ(translated("SELECT {fn DATABASE()}"), "SELECT 'it''s'");
}

TEST(Escapes, KeepLikesEscapeCharacter) {
    EXPECT_EQ(translated("a LIKE '\\%%' {escape '\\'}"), "a LIKE '\\%%' ESCAPE '\\'");
    EXPECT_EQ(test::evaluate("'a%b' LIKE 'a\\%_' {escape '\\'}"), "1");
    EXPECT_EQ(test::evaluate("'axb' LIKE 'a\\%_' {escape ?}", {"\\"}), "0");
    EXPECT_TRUE(fails_naming("a LIKE 'x' {escape x}", "{escape}"));
}

TEST(Escapes, KeepEveryParameterItsNumber) {
    // In order and once each: plain, as arrays of parameters like it.
    EXPECT_EQ(translated("SELECT ?, {fn LEFT(?, ?)}, ?"), "SELECT ?, substr(?,1,max(0,?)), ?");
    // Turned around.
    EXPECT_EQ(translated("SELECT ?, {fn LOCATE(?, ?)}, ?"), "SELECT ?1, instr(?3,?2), ?4");
    EXPECT_EQ(test::evaluate("{fn LOCATE(?, ?)}", {"b", "abc"}), "2");
    // Used twice.
    EXPECT_EQ(test::evaluate("{fn INSERT(?, ?, ?, ?)}", {"abcdef", "2", "3", "X"}), "aXef");
    EXPECT_EQ(test::evaluate("{fn SPACE(?)} || ?", {"2", "x"}), "  x");
    // Numbers and names count as SQLite counts them.
    EXPECT_EQ(translated("SELECT ?5, ?, :a, {fn LOCATE(:a, ?)}"),
              "SELECT ?5, ?6, ?7, instr(?8,?7)");
    // Each statement of a batch has its own.
    EXPECT_EQ(translated("SELECT ?; SELECT {fn LOCATE(?, ?)}; SELECT ?"),
              "SELECT ?; SELECT instr(?2,?1); SELECT ?");
}

TEST(Escapes, RecognizeCalls) {
    const auto call =
        translate_escapes(" {call dqlite_describe ( 1, ?, 'a,b' , {d '2024-01-01'})} ; ");
    ASSERT_TRUE(call);
    ASSERT_TRUE(call->is_call);
    EXPECT_EQ(call->call.name, "dqlite_describe");
    EXPECT_FALSE(call->call.returns_value);
    EXPECT_EQ(call->call.arguments, (std::vector<std::string>{"1", "?", "'a,b'", "'2024-01-01'"}));

    const auto function = translate_escapes("-- x\n{ ? = CALL \"dqlite leader\" }");
    ASSERT_TRUE(function);
    ASSERT_TRUE(function->is_call);
    EXPECT_EQ(function->call.name, "dqlite leader");
    EXPECT_TRUE(function->call.returns_value);
    EXPECT_TRUE(function->call.arguments.empty());
    EXPECT_TRUE(translate_escapes("{call nodes()}")->call.arguments.empty());

    EXPECT_TRUE(fails_naming("{call nodes()} x", "whole statement"));
    EXPECT_TRUE(fails_naming("SELECT {call nodes()}", "whole statement"));
    EXPECT_TRUE(fails_naming("SELECT {?=call nodes()}", "whole statement"));
    EXPECT_TRUE(fails_naming("{call nodes(", "not closed"));
    EXPECT_TRUE(fails_naming("{call nodes() x}", "not closed"));
    EXPECT_TRUE(fails_naming("{call }", "no procedure"));
    EXPECT_TRUE(fails_naming("{call nodes(1, )} ; SELECT 1", "whole statement"));
}

TEST(Escapes, SayWhatIsWrong) {
    EXPECT_TRUE(fails_naming("SELECT {fn NO_SUCH(1)}", "unknown scalar function NO_SUCH"));
    EXPECT_TRUE(fails_naming("SELECT {fn SOUNDEX('a')}", "SOUNDEX"));
    EXPECT_TRUE(
        fails_naming("SELECT {fn LEFT('a')}", "wrong arguments for the scalar function LEFT"));
    EXPECT_TRUE(fails_naming("SELECT {fn LEFT('a', )}", "an argument of LEFT is empty"));
    EXPECT_TRUE(fails_naming("SELECT {fn LEFT('a', 1}", "not closed"));
    EXPECT_TRUE(fails_naming("SELECT {fn LEFT('a', 1)", "not closed"));
    EXPECT_TRUE(fails_naming("SELECT {fn LEFT('a', 1) x}", "not closed"));
    EXPECT_TRUE(fails_naming("SELECT {fn LEFT('a", "not closed"));
    EXPECT_TRUE(fails_naming("SELECT {fn 'x'}", "names no function"));
    EXPECT_TRUE(fails_naming("SELECT {fn CONVERT(1, SQL_XML)}", "CONVERT knows no SQL_XML"));
    EXPECT_TRUE(fails_naming("SELECT {fn TIMESTAMPADD(DAY, 1, x)}", "knows no DAY"));
    EXPECT_TRUE(fails_naming("SELECT {fn EXTRACT(EPOCH FROM x)}", "knows no EPOCH"));
    EXPECT_TRUE(fails_naming("SELECT {fn EXTRACT(YEAR, x)}", "wrong arguments"));
    EXPECT_TRUE(fails_naming("SELECT {INTERVAL '1' DAY}", "interval literals"));
    EXPECT_TRUE(fails_naming("SELECT {nonsense 'x'}", "unknown escape sequence {nonsense}"));
    EXPECT_TRUE(fails_naming("SELECT {'x'}", "no escape sequence"));
    EXPECT_TRUE(fails_naming("SELECT {", "no escape sequence"));
    EXPECT_TRUE(fails_naming("{oj a", "not closed"));
    EXPECT_TRUE(fails_naming("xyz {fn NOPE()}", "(at byte 5)"));
}

TEST(Escapes, BoundTheWorkOfNesting) {
    std::string deep;
    for (int i = 0; i < 100; ++i) deep += "{fn UCASE(";
    EXPECT_TRUE(fails_naming(deep, "nested too deeply"));

    std::string wide{"1"};
    for (int i = 0; i < 40; ++i) wide = "{fn ROUND(" + wide + ",{fn ROUND(2,1)})}";
    EXPECT_TRUE(fails_naming("SELECT " + wide, "nested too deeply"));
}

}  // namespace
}  // namespace dqlite::odbc
