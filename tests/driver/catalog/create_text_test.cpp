#include "driver/catalog/create_text.h"

#include <gtest/gtest.h>

namespace dqlite::odbc::catalog {
namespace {

TEST(CreateText, FindsTheNameOfThePrimaryKey) {
    EXPECT_EQ(
        read_create_table("CREATE TABLE t(a CONSTRAINT \"my pk\" PRIMARY KEY, b)").primary_key_name,
        "my pk");
    EXPECT_EQ(read_create_table("CREATE TABLE t(a, b, CONSTRAINT pk PRIMARY KEY (a, b))")
                  .primary_key_name,
              "pk");
    EXPECT_EQ(
        read_create_table("CREATE TABLE t(a CONSTRAINT u UNIQUE PRIMARY KEY)").primary_key_name,
        "");
    EXPECT_EQ(read_create_table("CREATE TABLE t(a PRIMARY KEY)").primary_key_name, "");
}

TEST(CreateText, IsNotMisledByCommentsStringsAndNestedText) {
    const auto table = read_create_table(
        "CREATE TABLE \"CONSTRAINT x PRIMARY\" (a DEFAULT 'CONSTRAINT y PRIMARY KEY',"
        " -- CONSTRAINT z PRIMARY KEY\n b CHECK (b IN ('REFERENCES', (1))),"
        " CONSTRAINT good PRIMARY KEY (a))");
    EXPECT_EQ(table.primary_key_name, "good");
    EXPECT_TRUE(table.foreign_keys.empty());
}

TEST(CreateText, ListsForeignKeysInTheirOrder) {
    const auto keys =
        read_create_table(
            "CREATE TABLE t(a REFERENCES p, b CONSTRAINT fb REFERENCES p(x) ON DELETE CASCADE,"
            " c NOT NULL REFERENCES p DEFERRABLE, d REFERENCES p NOT DEFERRABLE INITIALLY DEFERRED,"
            " CONSTRAINT fc FOREIGN KEY (a, b) REFERENCES p(x, y) DEFERRABLE INITIALLY DEFERRED,"
            " CONSTRAINT fd FOREIGN KEY (a) REFERENCES p DEFERRABLE INITIALLY IMMEDIATE)")
            .foreign_keys;
    ASSERT_EQ(keys.size(), 6U);
    EXPECT_EQ(keys[0].name, "");
    EXPECT_EQ(keys[0].deferrability, SQL_NOT_DEFERRABLE);
    EXPECT_EQ(keys[1].name, "fb");
    EXPECT_EQ(keys[2].deferrability, SQL_INITIALLY_IMMEDIATE);
    EXPECT_EQ(keys[3].deferrability, SQL_NOT_DEFERRABLE);
    EXPECT_EQ(keys[4].name, "fc");
    EXPECT_EQ(keys[4].deferrability, SQL_INITIALLY_DEFERRED);
    EXPECT_EQ(keys[5].name, "fd");
    EXPECT_EQ(keys[5].deferrability, SQL_INITIALLY_IMMEDIATE);
}

TEST(CreateText, SurvivesAnyText) {
    EXPECT_TRUE(read_create_table("").foreign_keys.empty());
    EXPECT_TRUE(read_create_table("CREATE TABLE t(a REFERENCES").foreign_keys.size() == 1);
    EXPECT_EQ(read_create_table(")))(CONSTRAINT").primary_key_name, "");
    EXPECT_TRUE(read_create_index("CREATE INDEX i ON t(").terms.empty());
}

TEST(CreateText, CutsAnIndexIntoTermsAndFilter) {
    const auto index = read_create_index(
        "CREATE UNIQUE INDEX i ON t ( a COLLATE NOCASE DESC , lower(b || ',') asc, \"c d\")\n"
        " WHERE a > (1) AND b = 'WHERE' ");
    EXPECT_EQ(index.terms, (std::vector<std::string>{"a", "lower(b || ',')", "\"c d\""}));
    EXPECT_EQ(index.filter, "a > (1) AND b = 'WHERE'");
    EXPECT_EQ(read_create_index("CREATE INDEX i ON t(a)").filter, "");
}

}  // namespace
}  // namespace dqlite::odbc::catalog
