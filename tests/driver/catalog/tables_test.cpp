#include <gtest/gtest.h>

#include "tests/driver/catalog/database.h"

namespace dqlite::odbc::test {
namespace {

constexpr const char* schema = R"(
    CREATE TABLE Orders(id INTEGER PRIMARY KEY, note);
    CREATE TABLE "or_ers"(x);
    CREATE TABLE "we'ird.""%_\n"(x);
    CREATE TABLE "Ärger"(x);
    CREATE VIEW all_orders AS SELECT * FROM Orders;
    CREATE VIEW broken AS SELECT * FROM nowhere;
    CREATE TEMP TABLE scratch(x);
    CREATE TEMP TABLE Orders(y);
)";

class Tables : public testing::Test {
  protected:
    Lines list(const Argument& schema_name, const Argument& table, const Argument& type) {
        return db_.rows(tables({}, schema_name, table, type, options_));
    }

    Database db_{schema};
    CatalogOptions options_;
};

TEST_F(Tables, AreOrderedByTypeSchemaAndName) {
    EXPECT_EQ(
        list({}, {}, {}),
        (Lines{"NULL|temp|Orders|LOCAL TEMPORARY|NULL", "NULL|temp|scratch|LOCAL TEMPORARY|NULL",
               "NULL|main|sqlite_schema|SYSTEM TABLE|NULL",
               "NULL|temp|sqlite_temp_schema|SYSTEM TABLE|NULL", "NULL|main|Orders|TABLE|NULL",
               "NULL|main|or_ers|TABLE|NULL", "NULL|main|we'ird.\"%_\\n|TABLE|NULL",
               "NULL|main|Ärger|TABLE|NULL", "NULL|main|all_orders|VIEW|NULL",
               "NULL|main|broken|VIEW|NULL"}));
    EXPECT_EQ(db_.requests(), 1);
}

TEST_F(Tables, TypeListsMayBeQuotedOrNot) {
    const Lines views{"NULL|main|all_orders|VIEW|NULL", "NULL|main|broken|VIEW|NULL"};
    EXPECT_EQ(list({}, {}, "VIEW"), views);
    EXPECT_EQ(list({}, {}, "'VIEW'"), views);
    EXPECT_EQ(list({}, {}, " 'SYNONYM' ,'view', "), views);
    EXPECT_EQ(list({}, "%ders", "'TABLE','VIEW'"),
              (Lines{"NULL|main|Orders|TABLE|NULL", "NULL|main|all_orders|VIEW|NULL"}));
    EXPECT_EQ(list({}, {}, "ALIAS"), Lines{});
    EXPECT_EQ(list({}, {}, "").size(), 10U);
    EXPECT_EQ(list({}, {}, "%").size(), 10U);
}

TEST_F(Tables, PatternsIgnoreAsciiCaseAndHonourTheEscape) {
    EXPECT_EQ(list("main", "OR_ERS", "TABLE"),
              (Lines{"NULL|main|Orders|TABLE|NULL", "NULL|main|or_ers|TABLE|NULL"}));
    EXPECT_EQ(list("MAIN", "OR\\_ERS", {}), Lines{"NULL|main|or_ers|TABLE|NULL"});
    EXPECT_EQ(list({}, "we'ird.\"\\%\\_\\\\n", {}), Lines{"NULL|main|we'ird.\"%_\\n|TABLE|NULL"});
    EXPECT_EQ(list({}, "_rger", {}), Lines{"NULL|main|Ärger|TABLE|NULL"});
    EXPECT_EQ(list({}, "", {}), Lines{});
    EXPECT_EQ(list("", {}, {}), Lines{});
    db_.execute("PRAGMA case_sensitive_like = 1");
    EXPECT_EQ(list("main", "oRDERs", {}), Lines{"NULL|main|Orders|TABLE|NULL"});
}

TEST_F(Tables, IdentifiersAreNoPatterns) {
    options_.metadata_id = true;
    EXPECT_EQ(list("MAIN", "or_ers ", {}), Lines{"NULL|main|or_ers|TABLE|NULL"});
    EXPECT_EQ(list("main", " \"ORDERS\" ", {}), Lines{"NULL|main|Orders|TABLE|NULL"});
    EXPECT_EQ(tables({}, {}, "t", {}, options_).state, SqlState::sHY009);
    EXPECT_EQ(tables({}, "main", {}, {}, options_).state, SqlState::sHY009);
}

TEST_F(Tables, EnumerationsNeedNoServer) {
    EXPECT_EQ(db_.rows(tables("%", "", "", {}, options_)), Lines{});
    EXPECT_EQ(db_.rows(tables("", "%", "", {}, options_)),
              (Lines{"NULL|main|NULL|NULL|NULL", "NULL|temp|NULL|NULL|NULL"}));
    EXPECT_EQ(db_.rows(tables("", "", "", "%", options_)),
              (Lines{"NULL|NULL|NULL|LOCAL TEMPORARY|NULL", "NULL|NULL|NULL|SYSTEM TABLE|NULL",
                     "NULL|NULL|NULL|TABLE|NULL", "NULL|NULL|NULL|VIEW|NULL"}));
    EXPECT_EQ(db_.requests(), 0);
}

TEST_F(Tables, HiddenSchemasAreNotShownAndNotAskedFor) {
    options_.hide_schemas = true;
    EXPECT_EQ(list("", "scratch", {}), Lines{"NULL|NULL|scratch|LOCAL TEMPORARY|NULL"});
    EXPECT_EQ(list("%", "scratch", {}), Lines{"NULL|NULL|scratch|LOCAL TEMPORARY|NULL"});
    EXPECT_EQ(db_.rows(tables("", "%", "", {}, options_)), Lines{});
    EXPECT_EQ(tables({}, "main", {}, {}, options_).state, SqlState::sHYC00);
}

TEST_F(Tables, CatalogsAreNotSupported) {
    EXPECT_EQ(tables("db", {}, {}, {}, options_).state, SqlState::sHYC00);
    EXPECT_EQ(tables("", {}, {}, {}, options_).state, SqlState::s00000);
    EXPECT_EQ(tables("%", {}, {}, {}, options_).state, SqlState::s00000);
}

TEST_F(Tables, TooLongAnArgumentIsRefused) {
    EXPECT_EQ(list({}, std::string(25'000, '\\'), {}), Lines{});
    EXPECT_EQ(tables({}, {}, std::string(25'001, 'x'), {}, options_).state, SqlState::sHY090);
}

TEST_F(Tables, ShadowTablesAndTheDriversOwnAreSystemTables) {
    db_.execute("CREATE VIRTUAL TABLE words USING fts5(body); CREATE TABLE dqlite_odbc_commit(x)");
    EXPECT_EQ(list({}, "words\\_data", {}), Lines{"NULL|main|words_data|SYSTEM TABLE|NULL"});
    EXPECT_EQ(list({}, "words", {}), Lines{"NULL|main|words|TABLE|NULL"});
    EXPECT_EQ(list({}, "dqlite%", {}), Lines{"NULL|main|dqlite_odbc_commit|SYSTEM TABLE|NULL"});
}

TEST_F(Tables, TextColumnsFollowTheConnectionsKind) {
    EXPECT_EQ(tables({}, {}, {}, {}, options_).columns[2].type.concise, SQL_WVARCHAR);
    options_.types.wide = false;
    EXPECT_EQ(tables({}, {}, {}, {}, options_).columns[2].type.concise, SQL_VARCHAR);
}

}  // namespace
}  // namespace dqlite::odbc::test
