#include <gtest/gtest.h>

#include "tests/driver/catalog/database.h"

namespace dqlite::odbc::test {
namespace {

constexpr const char* schema = R"(
    CREATE TABLE Stock(id INTEGER PRIMARY KEY, code TEXT UNIQUE, place TEXT, amount INT);
    CREATE INDEX by_place ON stock(place COLLATE NOCASE DESC, amount);
    CREATE UNIQUE INDEX "a %index" ON stock(lower(code), place) WHERE amount > 0 AND place <> '';
    CREATE TABLE flat(a, b, PRIMARY KEY (b, a)) WITHOUT ROWID;
    CREATE TABLE bare(x);
    CREATE VIEW seen AS SELECT * FROM stock;
    CREATE TEMP TABLE temporary(x UNIQUE);
)";

class Statistics : public testing::Test {
  protected:
    Lines list(const Argument& table, SQLUSMALLINT unique = SQL_INDEX_ALL) {
        return db_.rows(statistics({}, {}, table, unique, SQL_QUICK, options_));
    }

    Database db_{schema};
    CatalogOptions options_;
};

TEST_F(Statistics, ComeInTheOrderOfThePage) {
    EXPECT_EQ(
        list("STOCK"),
        (Lines{"NULL|main|Stock|NULL|NULL|NULL|0|NULL|NULL|NULL|NULL|NULL|NULL",
               "NULL|main|Stock|0|main|sqlite_autoindex_Stock_0|1|1|id|A|NULL|NULL|NULL",
               "NULL|main|Stock|0|main|a %index|3|1|lower(code)|A|NULL|NULL|"
               "amount > 0 AND place <> ''",
               "NULL|main|Stock|0|main|a %index|3|2|place|A|NULL|NULL|amount > 0 AND place <> ''",
               "NULL|main|Stock|0|main|sqlite_autoindex_Stock_1|3|1|code|A|NULL|NULL|NULL",
               "NULL|main|Stock|1|main|by_place|3|1|place|D|NULL|NULL|NULL",
               "NULL|main|Stock|1|main|by_place|3|2|amount|A|NULL|NULL|NULL"}));
    EXPECT_EQ(db_.requests(), 1);
}

TEST_F(Statistics, UniqueLeavesTheOthersOut) {
    EXPECT_EQ(cut(list("stock", SQL_INDEX_UNIQUE), {4, 6, 8}),
              (Lines{"NULL|NULL|NULL", "0|sqlite_autoindex_Stock_0|1", "0|a %index|1",
                     "0|a %index|2", "0|sqlite_autoindex_Stock_1|1"}));
}

TEST_F(Statistics, TheKeyOfATableWithoutRowidIsClustered) {
    EXPECT_EQ(cut(list("flat"), {4, 6, 7, 8, 9}),
              (Lines{"NULL|NULL|0|NULL|NULL", "0|sqlite_autoindex_flat_1|1|1|b",
                     "0|sqlite_autoindex_flat_1|1|2|a"}));
}

TEST_F(Statistics, CoverTablesOfEverySchemaAndNoViews) {
    EXPECT_EQ(list("bare").size(), 1U);
    EXPECT_EQ(cut(list("temporary"), {2, 6}),
              (Lines{"temp|NULL", "temp|sqlite_autoindex_temporary_1"}));
    EXPECT_EQ(list("seen"), Lines{});
    EXPECT_EQ(list("stoc_"), Lines{});
    options_.hide_schemas = true;
    EXPECT_EQ(cut(list("temporary"), {2, 5}), (Lines{"NULL|NULL", "NULL|NULL"}));
}

TEST_F(Statistics, OptionsAreChecked) {
    EXPECT_EQ(statistics({}, {}, {}, SQL_INDEX_ALL, SQL_QUICK, options_).state, SqlState::sHY009);
    EXPECT_EQ(statistics({}, {}, "t", 2, SQL_QUICK, options_).state, SqlState::sHY100);
    EXPECT_EQ(statistics({}, {}, "t", SQL_INDEX_ALL, 2, options_).state, SqlState::sHY101);
}

}  // namespace
}  // namespace dqlite::odbc::test
