#include <gtest/gtest.h>

#include "tests/driver/catalog/database.h"

namespace dqlite::odbc::test {
namespace {

constexpr const char* schema = R"(
    CREATE TABLE alias(id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE);
    CREATE TABLE flat(a INT, b INT, PRIMARY KEY (b, a)) WITHOUT ROWID;
    CREATE TABLE firm(k TEXT NOT NULL PRIMARY KEY);
    CREATE TABLE loose(k TEXT PRIMARY KEY);
    CREATE TABLE indexed(k TEXT PRIMARY KEY, a INT NOT NULL, b INT NOT NULL, c INT NOT NULL,
        d INT, UNIQUE (b, a), UNIQUE (d));
    CREATE UNIQUE INDEX indexed_c ON indexed(c);
    CREATE UNIQUE INDEX indexed_a ON indexed(a) WHERE b > 0;
    CREATE UNIQUE INDEX indexed_e ON indexed(b + 1);
    CREATE TABLE taken(rowid TEXT, _ROWID_ TEXT);
    CREATE TABLE hopeless(rowid, _rowid_, oid);
    CREATE VIEW seen AS SELECT * FROM alias;
)";

class SpecialColumns : public testing::Test {
  protected:
    Lines best(const Argument& table, SQLUSMALLINT scope = SQL_SCOPE_CURROW) {
        return cut(
            db_.rows(special_columns(SQL_BEST_ROWID, {}, {}, table, scope, SQL_NO_NULLS, options_)),
            {1, 2, 8});
    }

    Database db_{schema};
    CatalogOptions options_;
};

TEST_F(SpecialColumns, KeysWithoutNullsAreBest) {
    EXPECT_EQ(best("ALIAS", SQL_SCOPE_SESSION), Lines{"2|id|1"});
    EXPECT_EQ(best("flat"), (Lines{"2|b|1", "2|a|1"}));
    EXPECT_EQ(best("firm"), Lines{"2|k|1"});
}

TEST_F(SpecialColumns, ThenTheShortestUniqueIndexWithoutNulls) {
    EXPECT_EQ(best("indexed"), Lines{"2|c|1"});
    db_.execute("DROP INDEX indexed_c");
    EXPECT_EQ(best("indexed"), (Lines{"2|b|1", "2|a|1"}));
}

TEST_F(SpecialColumns, ThenTheRowidByAFreeName) {
    EXPECT_EQ(best("loose"), Lines{"1|rowid|2"});
    EXPECT_EQ(best("taken", SQL_SCOPE_TRANSACTION), Lines{"1|oid|2"});
    EXPECT_EQ(best("hopeless"), Lines{});
    EXPECT_EQ(best("loose", SQL_SCOPE_SESSION), Lines{}) << "VACUUM may change it";
}

TEST_F(SpecialColumns, TheRowidIsABigint) {
    EXPECT_EQ(db_.rows(special_columns(SQL_BEST_ROWID, {}, "main", "loose", SQL_SCOPE_CURROW,
                                       SQL_NULLABLE, options_)),
              Lines{"1|rowid|-5|BIGINT|19|8|0|2"});
}

TEST_F(SpecialColumns, ViewsAndUnknownTablesHaveNone) {
    EXPECT_EQ(best("seen"), Lines{});
    EXPECT_EQ(best("nowhere"), Lines{});
}

TEST_F(SpecialColumns, RowVersionsDoNotExist) {
    EXPECT_EQ(db_.rows(special_columns(SQL_ROWVER, {}, {}, "alias", SQL_SCOPE_CURROW, SQL_NULLABLE,
                                       options_)),
              Lines{});
    EXPECT_EQ(db_.requests(), 0);
}

TEST_F(SpecialColumns, OptionsAreChecked) {
    const auto state = [&](SQLUSMALLINT type, const Argument& table, SQLUSMALLINT scope,
                           SQLUSMALLINT nullable) {
        return special_columns(type, {}, {}, table, scope, nullable, options_).state;
    };
    EXPECT_EQ(state(SQL_BEST_ROWID, {}, SQL_SCOPE_CURROW, SQL_NULLABLE), SqlState::sHY009);
    EXPECT_EQ(state(0, "t", SQL_SCOPE_CURROW, SQL_NULLABLE), SqlState::sHY097);
    EXPECT_EQ(state(SQL_BEST_ROWID, "t", 3, SQL_NULLABLE), SqlState::sHY098);
    EXPECT_EQ(state(SQL_BEST_ROWID, "t", SQL_SCOPE_CURROW, SQL_NULLABLE_UNKNOWN), SqlState::sHY099);
}

}  // namespace
}  // namespace dqlite::odbc::test
