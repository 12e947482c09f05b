// Connection strings: splitting, joining, and that the one undoes the other.
#include <string>

#include <gtest/gtest.h>

#include "driver/tables/connection_keys.h"

namespace dqlite::odbc {
namespace {

using Pairs = KeyValues;

struct Good {
    const char* text;
    Pairs pairs;
};

TEST(ConnectionString, SplitsWhatIsWellFormed) {
    const Good cases[] = {
        {"", {}},
        {";", {}},
        {" ; ;", {}},
        {"Server=a", {{"Server", "a"}}},
        {"Server=a;", {{"Server", "a"}}},
        {" Server = a ; Database = b ", {{"Server", "a"}, {"Database", "b"}}},
        {"PWD=", {{"PWD", ""}}},
        {"PWD=;UID=x", {{"PWD", ""}, {"UID", "x"}}},
        {"PWD={}", {{"PWD", ""}}},
        {"PWD={a;b}", {{"PWD", "a;b"}}},
        {"PWD={va;l}}ue};UID=x", {{"PWD", "va;l}ue"}, {"UID", "x"}}},
        {"PWD={}}}", {{"PWD", "}"}}},
        {"PWD= {a} ; UID=x", {{"PWD", "a"}, {"UID", "x"}}},
        {"PWD={ a }", {{"PWD", " a "}}},
        {"PWD=a=b", {{"PWD", "a=b"}}},
        {"PWD=a{b}", {{"PWD", "a{b}"}}},
        {"Server=h1:1,h2:2;Server=h3", {{"Server", "h1:1,h2:2"}, {"Server", "h3"}}},
        {"DRIVER={dqlite};SERVER=127.0.0.1:9001",
         {{"DRIVER", "dqlite"}, {"SERVER", "127.0.0.1:9001"}}},
        {"PWD=schl\xC3\xBCssel", {{"PWD", "schl\xC3\xBCssel"}}},
    };
    for (const Good& one : cases) {
        const auto pairs = parse_connection_string(one.text);
        ASSERT_TRUE(pairs) << one.text;
        EXPECT_EQ(*pairs, one.pairs) << one.text;
    }
}

TEST(ConnectionString, RefusesWhatIsMalformed) {
    for (const char* const text :
         {"Server", "a;b=c", "=x", " =x", "PWD={", "PWD={a", "PWD={a}}", "PWD={}}}}", "PWD={a}b",
          "PWD={a}b;UID=c", "UID=x;PWD={;", "x={a} {b}"}) {
        EXPECT_FALSE(parse_connection_string(text)) << text;
    }
}

TEST(ConnectionString, WhatIsJoinedSplitsIntoTheSame) {
    const Pairs pairs{{"A", ""},        {"B", "plain"}, {"C", "a;b"},      {"D", "}"},
                      {"E", "{"},       {"F", "{x}"},   {"G", " spaced "}, {"H", "a=b,c"},
                      {"I", "}};}}{{"}, {"J", "\t"}};
    const auto again = parse_connection_string(format_connection_string(pairs));
    ASSERT_TRUE(again);
    EXPECT_EQ(*again, pairs);
}

TEST(ConnectionString, BracesOnlyWhereNeeded) {
    EXPECT_EQ(format_connection_string({{"Server", "a,b"}, {"PWD", "x;y}"}}),
              "Server=a,b;PWD={x;y}}};");
}

}  // namespace
}  // namespace dqlite::odbc
