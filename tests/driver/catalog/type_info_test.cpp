#include <algorithm>

#include <gtest/gtest.h>

#include "driver/tables/sql_type.h"
#include "tests/driver/catalog/database.h"

namespace dqlite::odbc::test {
namespace {

class TypeInfo : public testing::Test {
  protected:
    Lines list(SQLSMALLINT type) { return db_.rows(type_info(type, options_)); }

    Database db_{""};
    CatalogOptions options_;
};

TEST_F(TypeInfo, RowsAreComplete) {
    EXPECT_EQ(list(SQL_BIGINT), Lines{"BIGINT|-5|19|NULL|NULL|NULL|1|0|3|0|0|0|BIGINT|0|0|-5|NULL|"
                                      "10|NULL"});
    EXPECT_EQ(list(SQL_WVARCHAR),
              Lines{"VARCHAR|-9|1000000000|'|'|max length|1|1|3|NULL|0|NULL|VARCHAR|NULL|NULL|-9|"
                    "NULL|NULL|NULL"});
    EXPECT_EQ(list(SQL_LONGVARBINARY),
              Lines{"BLOB|-4|1000000000|X'|'|NULL|1|0|2|NULL|0|NULL|BLOB|NULL|NULL|-4|NULL|NULL|"
                    "NULL"});
    EXPECT_EQ(list(SQL_TYPE_TIMESTAMP),
              Lines{"TIMESTAMP|93|29|'|'|NULL|1|0|3|NULL|0|NULL|TIMESTAMP|0|9|9|3|NULL|NULL"});
    EXPECT_EQ(db_.requests(), 0);
}

TEST_F(TypeInfo, AllTypesAreOrderedByDataType) {
    for (bool odbc2 : {false, true}) {
        options_.odbc2 = odbc2;
        std::vector<int> types;
        for (const auto& line : cut(list(SQL_ALL_TYPES), {2})) types.push_back(std::stoi(line));
        EXPECT_GE(types.size(), 20U);
        EXPECT_TRUE(std::ranges::is_sorted(types)) << odbc2;
    }
}

TEST_F(TypeInfo, WhatPyodbcAsksForHasASize) {
    for (int type : {SQL_VARCHAR, SQL_WVARCHAR, SQL_VARBINARY, SQL_TYPE_TIMESTAMP}) {
        const Lines sizes = cut(list(static_cast<SQLSMALLINT>(type)), {3});
        ASSERT_EQ(sizes.size(), 1U) << type;
        EXPECT_GT(std::stoi(sizes[0]), 0);
    }
}

TEST_F(TypeInfo, VarcharSizesFollowTheConnection) {
    options_.types.max_varchar_size = 4000;
    EXPECT_EQ(cut(list(SQL_VARCHAR), {3}), Lines{"4000"});
    EXPECT_EQ(cut(list(SQL_LONGVARCHAR), {3}), Lines{"1000000000"});
}

TEST_F(TypeInfo, Odbc2AsksForAndGetsItsOwnDateTypes) {
    EXPECT_EQ(cut(list(SQL_TIMESTAMP), {1, 2}), Lines{"TIMESTAMP|93"});
    options_.odbc2 = true;
    EXPECT_EQ(cut(list(SQL_TIMESTAMP), {1, 2}), Lines{"TIMESTAMP|11"});
    EXPECT_EQ(cut(list(SQL_DATE), {1, 2}), Lines{"DATE|9"});
}

TEST_F(TypeInfo, KnownTypesThatAreNotOfferedGiveNoRows) {
    EXPECT_EQ(list(SQL_INTERVAL_DAY), Lines{});
    EXPECT_EQ(type_info(4711, options_).state, SqlState::sHY004);
}

TEST_F(TypeInfo, EveryKnownSqlTypeIsOffered) {
    for (int type = -20; type < 200; ++type) {
        const auto concise = static_cast<SQLSMALLINT>(type);
        if (!is_known_sql_type(concise)) continue;
        EXPECT_EQ(list(concise).size(), 1U) << type;
    }
}

TEST_F(TypeInfo, NamesCreateColumnsOfTheirType) {
    // Names SQLite stores alike in one wider type, and text in the connection's own width.
    const auto widened = [](int type) {
        switch (type) {
            case SQL_GUID:
            case SQL_INTEGER:
            case SQL_CHAR:
            case SQL_VARCHAR:
            case SQL_LONGVARCHAR:
            case SQL_REAL:
            case SQL_FLOAT:
                return true;
            default:
                return false;
        }
    };
    for (const auto& line : list(SQL_ALL_TYPES)) {
        const int expected = std::stoi(cut({line}, {2}).at(0));
        if (widened(expected)) continue;
        std::string declared = cut({line}, {1}).at(0);
        if (cut({line}, {6}).at(0) != "NULL") declared += "(10)";
        SqlType type;
        ASSERT_TRUE(type_of_declaration(declared, options_.types, type)) << line;
        EXPECT_EQ(type.concise, expected) << line;
    }
}

}  // namespace
}  // namespace dqlite::odbc::test
