#include <gtest/gtest.h>

#include "tests/driver/catalog/database.h"

namespace dqlite::odbc::test {
namespace {

constexpr const char* schema = R"(
    CREATE TABLE customer(id INTEGER PRIMARY KEY, mail TEXT UNIQUE);
    CREATE TABLE "Order"(year INT, number INT, customer INT REFERENCES customer,
        CONSTRAINT order_pk PRIMARY KEY (number, year));
    CREATE TABLE line(n INT, number INT, year INT, backup INT, mail TEXT,
        PRIMARY KEY (n),
        CONSTRAINT line_order FOREIGN KEY (number, year) REFERENCES "order"(NUMBER, year)
            ON UPDATE CASCADE ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED,
        FOREIGN KEY (backup) REFERENCES customer(id) ON DELETE RESTRICT ON UPDATE SET DEFAULT,
        FOREIGN KEY (mail) REFERENCES customer(mail),
        FOREIGN KEY (n) REFERENCES "order"(number),
        FOREIGN KEY (n) REFERENCES missing(x));
    CREATE TABLE node(id TEXT PRIMARY KEY, up TEXT REFERENCES node(id), implied TEXT REFERENCES node);
    CREATE TABLE implied(y INT, n INT, FOREIGN KEY (n, y) REFERENCES "Order");
    CREATE VIEW broken AS SELECT * FROM nowhere;
    CREATE TABLE viewed(x REFERENCES broken(x));
    CREATE TEMP TABLE customer(a, b, PRIMARY KEY (b, a));
    CREATE TEMP TABLE visit(b, a, FOREIGN KEY (b, a) REFERENCES customer);
)";

class Keys : public testing::Test {
  protected:
    Lines primary(const Argument& schema_name, const Argument& table) {
        return db_.rows(primary_keys({}, schema_name, table, options_));
    }
    Lines foreign(const Argument& parent, const Argument& child) {
        return db_.rows(foreign_keys({}, {}, parent, {}, {}, child, options_));
    }

    Database db_{schema};
    CatalogOptions options_;
};

TEST_F(Keys, PrimaryKeysAreInKeyOrderWithTheirName) {
    EXPECT_EQ(primary("main", "ORDER"),
              (Lines{"NULL|main|Order|number|1|order_pk", "NULL|main|Order|year|2|order_pk"}));
    EXPECT_EQ(primary("main", "customer"), Lines{"NULL|main|customer|id|1|NULL"});
    EXPECT_EQ(db_.requests(), 2);
}

TEST_F(Keys, ANameAloneMeansWhatItMeansInSql) {
    EXPECT_EQ(primary({}, "customer"),
              (Lines{"NULL|temp|customer|b|1|NULL", "NULL|temp|customer|a|2|NULL"}));
    EXPECT_EQ(primary({}, "custome_"), Lines{}) << "not a pattern";
    EXPECT_EQ(primary({}, "broken"), Lines{});
    EXPECT_EQ(primary("", "customer"), Lines{});
}

TEST_F(Keys, NamesThatMustBeGivenAreChecked) {
    EXPECT_EQ(primary_keys({}, {}, {}, options_).state, SqlState::sHY009);
    EXPECT_EQ(primary_keys("db", {}, "t", options_).state, SqlState::sHYC00);
    EXPECT_EQ(foreign_keys({}, {}, {}, {}, {}, {}, options_).state, SqlState::sHY009);
    EXPECT_EQ(foreign_keys({}, {}, "", {}, {}, "", options_).state, SqlState::sHY009);
    options_.metadata_id = true;
    EXPECT_EQ(primary_keys({}, {}, "t", options_).state, SqlState::sHY009);
    EXPECT_EQ(foreign_keys({}, "main", "t", {}, "main", {}, options_).state, SqlState::sHY009);
}

TEST_F(Keys, ForeignKeysOfATableAreOrderedByParent) {
    EXPECT_EQ(foreign({}, "LINE"),
              (Lines{"NULL|main|Order|number|NULL|main|line|number|1|0|2|line_order|order_pk|5",
                     "NULL|main|Order|year|NULL|main|line|year|2|0|2|line_order|order_pk|5",
                     "NULL|main|customer|id|NULL|main|line|backup|1|4|3|NULL|NULL|7"}));
    EXPECT_EQ(db_.requests(), 1);
}

TEST_F(Keys, ForeignKeysWithoutColumnsMeanThePrimaryKey) {
    EXPECT_EQ(foreign({}, "implied"),
              (Lines{"NULL|main|Order|number|NULL|main|implied|n|1|3|3|NULL|order_pk|7",
                     "NULL|main|Order|year|NULL|main|implied|y|2|3|3|NULL|order_pk|7"}));
    EXPECT_EQ(foreign({}, "visit"),
              (Lines{"NULL|temp|customer|b|NULL|temp|visit|b|1|3|3|NULL|NULL|7",
                     "NULL|temp|customer|a|NULL|temp|visit|a|2|3|3|NULL|NULL|7"}));
}

TEST_F(Keys, ForeignKeysToATableAreOrderedByChild) {
    EXPECT_EQ(cut(foreign("order", {}), {3, 4, 7, 8, 9}),
              (Lines{"Order|number|implied|n|1", "Order|year|implied|y|2",
                     "Order|number|line|number|1", "Order|year|line|year|2"}));
    EXPECT_EQ(cut(foreign("node", {}), {3, 4, 7, 8, 9}),
              (Lines{"node|id|node|up|1", "node|id|node|implied|1"}));
    EXPECT_EQ(cut(db_.rows(foreign_keys({}, "main", "customer", {}, {}, {}, options_)), {6, 7, 8}),
              (Lines{"main|Order|customer", "main|line|backup"}));
}

TEST_F(Keys, ForeignKeysBetweenTwoTables) {
    EXPECT_EQ(cut(foreign("customer", "line"), {3, 7, 8}), Lines{"customer|line|backup"});
    EXPECT_EQ(foreign("line", "customer"), Lines{});
    EXPECT_EQ(foreign({}, "viewed"), Lines{}) << "a broken view as parent";
    EXPECT_EQ(foreign("broken", {}), Lines{});
}

TEST_F(Keys, Odbc2KnowsRestrictInsteadOfNoAction) {
    options_.odbc2 = true;
    EXPECT_EQ(cut(foreign({}, "line"), {10, 11}), (Lines{"0|2", "0|2", "4|1"}));
}

}  // namespace
}  // namespace dqlite::odbc::test
