#include <algorithm>
#include <chrono>

#include <gtest/gtest.h>

#include "driver/tables/sql_type.h"
#include "tests/driver/catalog/database.h"

namespace dqlite::odbc::test {
namespace {

constexpr const char* schema = R"(
    CREATE TABLE item(id INTEGER PRIMARY KEY, name varchar(20) NOT NULL DEFAULT 'it''s',
        price DECIMAL(10, 2) DEFAULT (1 + 2), seen TIMESTAMP DEFAULT NULL, data BLOB, anything,
        twice INT AS (price * 2), thrice INT AS (price * 3) STORED);
    CREATE TABLE pair(a INTEGER, b TEXT, PRIMARY KEY (a, b)) WITHOUT ROWID;
    CREATE TABLE quirk(id INTEGER PRIMARY KEY DESC);
    CREATE TABLE "it_m"("odd ""name""" TEXT, "a%b" TEXT);
    CREATE VIEW names AS SELECT name, price + 1 AS more FROM item;
    CREATE VIRTUAL TABLE words USING fts5(body);
    CREATE TEMP TABLE item(other TEXT);
)";

class Columns : public testing::Test {
  protected:
    Lines list(const Argument& schema_name, const Argument& table, const Argument& column) {
        return db_.rows(columns({}, schema_name, table, column, options_));
    }

    Database db_{schema};
    CatalogOptions options_;
};

TEST_F(Columns, AreInTableOrderWithDefaultsAndNullability) {
    const auto facts = cut(list("main", "item", {}), {2, 3, 4, 6, 11, 13, 17, 18});
    EXPECT_EQ(facts,
              (Lines{"main|item|id|INTEGER|0|NULL|1|NO", "main|item|name|varchar|0|'it''s'|2|NO",
                     "main|item|price|DECIMAL|1|1 + 2|3|YES",
                     "main|item|seen|TIMESTAMP|1|NULL|4|YES", "main|item|data|BLOB|1|NULL|5|YES",
                     "main|item|anything|" + std::string{type_name(long_text_type({}).concise)} +
                         "|1|NULL|6|YES",
                     "main|item|twice|INT|1|NULL|7|YES", "main|item|thrice|INT|1|NULL|8|YES"}));
    EXPECT_EQ(db_.requests(), 1);
}

TEST_F(Columns, OfAllTablesAreOrderedBySchemaAndTable) {
    EXPECT_EQ(cut(list({}, "%", "_"), {2, 3, 4}),
              (Lines{"main|pair|a", "main|pair|b", "main|words_config|k", "main|words_config|v"}));
    EXPECT_EQ(cut(list({}, "ITEM", "_a%"), {2, 3, 4}), (Lines{"main|item|name", "main|item|data"}));
    EXPECT_EQ(cut(list({}, "it_m", {}), {2, 3, 4}).size(), 11U);
}

TEST_F(Columns, OddNamesAreFound) {
    EXPECT_EQ(cut(list({}, "it\\_m", "odd \"name\""), {3, 4}), Lines{"it_m|odd \"name\""});
    EXPECT_EQ(cut(list({}, "it\\_m", "a\\%b"), {3, 4}), Lines{"it_m|a%b"});
    options_.metadata_id = true;
    EXPECT_EQ(cut(list("MAIN", "IT_M", "\"A%B\""), {3, 4}), Lines{"it_m|a%b"});
    EXPECT_EQ(columns({}, "main", "item", {}, options_).state, SqlState::sHY009);
}

TEST_F(Columns, KeysOfTablesWithoutRowidAreNotNull) {
    EXPECT_EQ(cut(list({}, "pair", {}), {4, 11, 18}), (Lines{"a|0|NO", "b|0|NO"}));
    EXPECT_EQ(cut(list({}, "quirk", {}), {4, 11, 18}), Lines{"id|1|YES"}) << "no rowid alias";
}

TEST_F(Columns, HiddenColumnsOfVirtualTablesAreLeftOut) {
    EXPECT_EQ(cut(list({}, "words", {}), {3, 4, 17}), Lines{"words|body|1"});
}

TEST_F(Columns, OfViewsKeepTheirDeclaredTypes) {
    EXPECT_EQ(cut(list({}, "names", "name"), {4, 6, 7}), Lines{"name|varchar|20"});
    EXPECT_EQ(cut(list({}, "names", "more"), {4}), Lines{"more"});
}

TEST_F(Columns, AgreeWithTypeOfDeclaration) {
    for (const std::string column : {"id", "name", "price", "seen", "data"}) {
        const Lines declared = cut(list("main", "item", column), {6});
        const Lines facts = cut(list("main", "item", column), {5, 7, 8, 14});
        const std::string text = column == "name"    ? "varchar(20)"
                                 : column == "price" ? "DECIMAL(10, 2)"
                                                     : declared.at(0);
        SqlType type;
        ASSERT_TRUE(type_of_declaration(text, options_.types, type)) << text;
        EXPECT_EQ(facts.at(0), std::to_string(type.concise) + '|' +
                                   std::to_string(type.column_size) + '|' +
                                   std::to_string(octet_length(type)) + '|' +
                                   std::to_string(verbose_type(type.concise)));
    }
}

TEST_F(Columns, FiguresThatDoNotApplyAreNull) {
    EXPECT_EQ(cut(list("main", "item", "price"), {9, 10, 15, 16}), Lines{"2|10|NULL|NULL"});
    EXPECT_EQ(cut(list("main", "item", "name"), {9, 10, 15}), Lines{"NULL|NULL|NULL"});
    EXPECT_EQ(cut(list("main", "item", "name"), {8}), cut(list("main", "item", "name"), {16}));
    EXPECT_EQ(cut(list("main", "item", "seen"), {5, 10, 14, 15, 16}), Lines{"93|NULL|9|3|NULL"});
}

TEST_F(Columns, Odbc2HasItsOwnDateTypes) {
    options_.odbc2 = true;
    EXPECT_EQ(cut(list("main", "item", "seen"), {5}), Lines{"11"});
}

TEST_F(Columns, ABrokenViewHidesNoOtherObject) {
    db_.execute(
        "CREATE TABLE gone(x); CREATE VIEW first_good AS SELECT id FROM pair, item;"
        "CREATE VIEW broken AS SELECT x FROM gone; DROP TABLE gone;"
        "CREATE VIEW last_good AS SELECT a AS good FROM pair;"
        "CREATE VIEW circle AS SELECT * FROM circle2;"
        "CREATE VIEW circle2 AS SELECT * FROM circle;"
        "CREATE TEMP VIEW temp_broken AS SELECT * FROM nowhere;"
        "CREATE TEMP VIEW temp_good AS SELECT b FROM pair");
    EXPECT_EQ(cut(list({}, "%_good", {}), {2, 3, 4}),
              (Lines{"main|first_good|id", "main|last_good|good", "temp|temp_good|b"}));
    EXPECT_EQ(db_.requests(), 1) << "the broken views were not asked for";

    const Lines all = cut(list({}, "%", {}), {2, 3, 4});
    for (const char* line : {"main|first_good|id", "main|last_good|good", "temp|temp_good|b",
                             "main|item|id", "main|names|more", "temp|item|other"})
        EXPECT_NE(std::ranges::find(all, line), all.end()) << line;
    EXPECT_EQ(list({}, "broken", {}), Lines{});
}

TEST_F(Columns, OfManyTablesTakeNoLongTime) {
    std::string sql = "BEGIN;";
    for (int i = 0; i < 2000; ++i)
        sql += "CREATE TABLE t" + std::to_string(i) + "(a INTEGER PRIMARY KEY, b, c, d);";
    db_.execute(sql + "COMMIT");
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_EQ(list({}, "t%", {}).size(), 8000U);
    EXPECT_EQ(list({}, "t1999", {}).size(), 4U);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds{2});
}

}  // namespace
}  // namespace dqlite::odbc::test
