#include "driver/describe/describer.h"

#include <gtest/gtest.h>

#include "tests/driver/describe/fixture.h"

namespace dqlite::odbc {
namespace {

using testing::describe;
using testing::LocalDatabase;

class Describing : public ::testing::Test {
  protected:
    void SetUp() override {
        database.run(
            "CREATE TABLE t(id INTEGER PRIMARY KEY, name VARCHAR(20) NOT NULL COLLATE NOCASE,"
            " flag BOOLEAN, price DECIMAL(10,2), untyped, twice INT AS (id*2));"
            "CREATE TABLE w(a TEXT, b INTEGER PRIMARY KEY) WITHOUT ROWID;"
            "CREATE TABLE pair(a INTEGER, b INTEGER, PRIMARY KEY(a,b));"
            "CREATE TABLE plain(x INT);"
            "CREATE VIEW v AS SELECT id AS key, upper(name) AS label, flag FROM t;");
        load();
    }

    void load() {
        mirror = MirrorDatabase::load(database.schema());
        ASSERT_NE(mirror, nullptr);
    }

    ColumnDescription column(std::string_view sql) {
        const Description description = describe(mirror.get(), sql);
        EXPECT_TRUE(description.understood) << sql;
        return description.columns.empty() ? ColumnDescription{} : description.columns.front();
    }

    LocalDatabase database;
    std::shared_ptr<MirrorDatabase> mirror;
};

TEST_F(Describing, TellsNameOriginAndDeclaration) {
    const ColumnDescription name = column("SELECT x.name AS n FROM t x");
    EXPECT_EQ(name.name, "n");
    EXPECT_EQ(name.base_column, "name");
    EXPECT_EQ(name.base_table, "t");
    EXPECT_EQ(name.schema, "main");
    EXPECT_EQ(name.declared_type, "VARCHAR(20)");
    EXPECT_EQ(name.type.concise, SQL_WVARCHAR);
    EXPECT_EQ(name.type.column_size, 20U);
    EXPECT_FALSE(name.case_sensitive);
    EXPECT_TRUE(name.updatable);
    EXPECT_FALSE(name.inferred);
    EXPECT_EQ(name.nullable, SQL_NO_NULLS);
}

TEST_F(Describing, KnowsTheRowidByItsKey) {
    const ColumnDescription id = column("SELECT id FROM t");
    EXPECT_TRUE(id.auto_increment);
    EXPECT_TRUE(id.key);
    EXPECT_EQ(id.nullable, SQL_NO_NULLS);
    EXPECT_EQ(id.type.concise, SQL_BIGINT);
    EXPECT_TRUE(column("SELECT rowid FROM t").auto_increment);

    const ColumnDescription without_rowid = column("SELECT b FROM w");
    EXPECT_FALSE(without_rowid.auto_increment);
    EXPECT_TRUE(without_rowid.key);
    EXPECT_EQ(without_rowid.nullable, SQL_NO_NULLS);

    const ColumnDescription half = column("SELECT a FROM pair");
    EXPECT_FALSE(half.auto_increment);
    EXPECT_TRUE(half.key);
    EXPECT_EQ(half.nullable, SQL_NULLABLE);

    const ColumnDescription rowid = column("SELECT rowid FROM plain");
    EXPECT_TRUE(rowid.key);
    EXPECT_FALSE(rowid.updatable);
    EXPECT_EQ(rowid.nullable, SQL_NO_NULLS);
}

TEST_F(Describing, LeavesExpressionsToTheirValues) {
    for (const char* const sql : {"SELECT id + 1 FROM t", "SELECT untyped FROM t",
                                  "SELECT label FROM v", "SELECT count(*) FROM t"}) {
        const ColumnDescription expression = column(sql);
        EXPECT_TRUE(expression.inferred) << sql;
        EXPECT_EQ(expression.type, long_text_type({})) << sql;
    }
    EXPECT_EQ(column("SELECT id + 1 FROM t").base_table, "");
    EXPECT_EQ(column("SELECT id + 1 FROM t").nullable, SQL_NULLABLE_UNKNOWN);
    EXPECT_FALSE(column("SELECT twice FROM t").updatable);
}

TEST_F(Describing, PromisesNoNullsOnlyWhereThereCanBeNone) {
    for (const char* const sql :
         {"SELECT b.name FROM plain a LEFT JOIN t b ON b.id = a.x",
          "SELECT b.name FROM t b RIGHT JOIN plain a ON b.id = a.x",
          "SELECT (SELECT name FROM t WHERE id = 0)", "SELECT name, count(*) FROM t",
          "SELECT name FROM t UNION ALL SELECT NULL", "SELECT key FROM v",
          "SELECT name FROM (SELECT name FROM t)",
          "WITH c AS (SELECT name FROM t) SELECT * FROM c"}) {
        EXPECT_EQ(column(sql).nullable, SQL_NULLABLE_UNKNOWN) << sql;
    }
    EXPECT_EQ(column("SELECT name FROM t, plain WHERE id = x").nullable, SQL_NO_NULLS);
    EXPECT_EQ(column("SELECT price FROM t").nullable, SQL_NULLABLE);
}

TEST_F(Describing, FollowsViewsToTheirTables) {
    const ColumnDescription key = column("SELECT key FROM v");
    EXPECT_EQ(key.base_table, "t");
    EXPECT_EQ(key.base_column, "id");
    EXPECT_EQ(key.declared_type, "INTEGER");
}

TEST_F(Describing, SeesTemporaryObjectsBeforeOthers) {
    database.run("CREATE TEMP TABLE plain(x BOOLEAN); CREATE TEMP TABLE only_here(y DATE);");
    load();
    EXPECT_EQ(column("SELECT x FROM plain").schema, "temp");
    EXPECT_EQ(column("SELECT x FROM plain").declared_type, "BOOLEAN");
    EXPECT_EQ(column("SELECT x FROM main.plain").declared_type, "INT");
    EXPECT_EQ(column("SELECT y FROM only_here").declared_type, "DATE");
}

TEST_F(Describing, NamesColumnsOfPragmasAndPlans) {
    const Description info = describe(mirror.get(), "PRAGMA table_info(t)");
    ASSERT_EQ(info.columns.size(), 6U);
    EXPECT_EQ(info.columns[1].name, "name");
    EXPECT_TRUE(info.read_only);
    const Description plan = describe(mirror.get(), "EXPLAIN QUERY PLAN SELECT * FROM t");
    ASSERT_EQ(plan.columns.size(), 4U);
    EXPECT_EQ(plan.columns[3].name, "detail");
}

TEST_F(Describing, ToldNothingByTheMirrorItStillCountsParameters) {
    const Description unknown = describe(mirror.get(), "SELECT ?, x FROM missing WHERE y = ?3");
    EXPECT_FALSE(unknown.understood);
    EXPECT_TRUE(unknown.has_rows);
    EXPECT_TRUE(unknown.read_only);
    EXPECT_EQ(unknown.parameters.size(), 3U);
    EXPECT_EQ(unknown.parameters[0].type, long_text_type({}));

    const Description alone = describe(nullptr, "SELECT id FROM t WHERE id = ?");
    EXPECT_FALSE(alone.understood);
    EXPECT_EQ(alone.parameters.size(), 1U);
}

TEST_F(Describing, KnowsStatementsWithoutRows) {
    for (const char* const sql : {"INSERT INTO t(name) VALUES('x')", "CREATE TABLE n(a)", "BEGIN",
                                  "DELETE FROM t", "DROP VIEW v"}) {
        const Description description = describe(mirror.get(), sql);
        EXPECT_TRUE(description.understood) << sql;
        EXPECT_FALSE(description.has_rows) << sql;
        EXPECT_TRUE(description.columns.empty()) << sql;
        EXPECT_EQ(description.sql, "") << sql;
    }
    EXPECT_FALSE(describe(mirror.get(), "DELETE FROM t").read_only);
    EXPECT_TRUE(describe(mirror.get(), "SELECT 1").read_only);
}

TEST_F(Describing, ChangesNothingInTheMirror) {
    for (const char* const sql :
         {"DELETE FROM t RETURNING id", "PRAGMA user_version=7", "PRAGMA writable_schema=ON",
          "EXPLAIN DROP TABLE t", "PRAGMA foreign_keys=OFF", "PRAGMA hard_heap_limit=1"}) {
        static_cast<void>(describe(mirror.get(), sql));
    }
    EXPECT_TRUE(describe(mirror.get(), "SELECT * FROM t").understood);
    EXPECT_EQ(sqlite3_hard_heap_limit64(-1), 0) << "the whole process would have felt it";
}

TEST_F(Describing, HasNoModulesThatWouldLookForRows) {
    database.run("CREATE VIRTUAL TABLE search USING fts5(body)");
    load();
    EXPECT_FALSE(describe(mirror.get(), "SELECT body FROM search").understood);
    EXPECT_TRUE(describe(mirror.get(), "SELECT id FROM t").understood);
    EXPECT_TRUE(describe(mirror.get(), "SELECT value FROM json_each('[1]')").understood);
}

}  // namespace
}  // namespace dqlite::odbc
