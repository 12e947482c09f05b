#include "driver/describe/returning.h"

#include <gtest/gtest.h>

#include "tests/driver/describe/fixture.h"

namespace dqlite::odbc {
namespace {

using testing::describe;
using testing::LocalDatabase;

void make_schema(LocalDatabase& database) {
    database.run(
        "CREATE TABLE t(id INTEGER PRIMARY KEY, flag BOOLEAN, \"odd \"\"name\" DATE,"
        " twice INT AS (id*2));"
        "INSERT INTO t VALUES(1,NULL,1.5),(2,'abc',NULL);"
        "CREATE TABLE u(t_id INT, stamp TIMESTAMP); INSERT INTO u VALUES(1,NULL),(2,x'00');");
}

class ReturningOf : public ::testing::TestWithParam<const char*> {};

TEST_P(ReturningOf, GivesTheSameRowsWithoutDeclaredTypes) {
    LocalDatabase plain;
    LocalDatabase rewritten;
    make_schema(plain);
    make_schema(rewritten);
    const auto mirror = MirrorDatabase::load(plain.schema());
    ASSERT_NE(mirror, nullptr);
    const Description description = describe(mirror.get(), GetParam());
    ASSERT_TRUE(description.understood);
    ASSERT_EQ(description.refusal, "");
    EXPECT_FALSE(description.read_only);
    ASSERT_NE(description.sql, "");
    for (const std::string& type : rewritten.declared_types(description.sql)) EXPECT_EQ(type, "");

    std::vector<std::string> names;
    for (const ColumnDescription& column : description.columns) names.push_back(column.name);
    EXPECT_EQ(names, plain.column_names(GetParam()));
    EXPECT_EQ(rewritten.rows(description.sql), plain.rows(GetParam())) << description.sql;
    EXPECT_EQ(rewritten.rows("SELECT * FROM t"), plain.rows("SELECT * FROM t"));
}

INSTANTIATE_TEST_SUITE_P(
    Statements, ReturningOf,
    ::testing::Values(
        "INSERT INTO t(flag) VALUES('x') RETURNING id, flag",
        "INSERT INTO t(flag) VALUES(NULL),(2) RETURNING *", "DELETE FROM t RETURNING *, flag AS f",
        "INSERT INTO main.t(flag) SELECT stamp FROM u RETURNING *",
        "UPDATE t SET flag = NULL WHERE id = 2 RETURNING flag x, (flag), id + 1 total, -id;",
        "UPDATE OR REPLACE t SET flag = u.stamp FROM u WHERE u.t_id = t.id RETURNING *",
        "REPLACE INTO t(id, flag) VALUES(1, 'y') RETURNING t.flag, t.id \"a b\"",
        "INSERT INTO t(id) VALUES(1) ON CONFLICT(id) DO UPDATE SET flag = 9 RETURNING *",
        "WITH c(x) AS (SELECT max(id) FROM t) DELETE FROM t WHERE id IN (SELECT x FROM c)"
        " RETURNING flag",
        "DELETE FROM t RETURNING flag = '1', flag IS NULL, flag COLLATE NOCASE, NOT flag",
        "DELETE FROM t RETURNING (SELECT stamp FROM u WHERE t_id = id) 's', flag -- why not",
        "DELETE FROM t RETURNING CASE WHEN id = 1 THEN flag END, CAST(flag AS TEXT) AS text",
        "DELETE FROM t RETURNING coalesce(flag, 'a,b'), \"odd \"\"name\", 'it''s', 1 one, NULL"));

TEST(Returning, OfAnUnknownTableNeedsNoMirrorForNamedColumns) {
    const Description named = describe(nullptr, "DELETE FROM t RETURNING flag, id AS i");
    EXPECT_FALSE(named.understood);
    EXPECT_EQ(named.sql, "DELETE FROM t RETURNING +(flag) AS c1,+(id) AS c2");
    const Description all = describe(nullptr, "DELETE FROM t RETURNING *");
    EXPECT_EQ(all.sql, "");
    EXPECT_NE(all.refusal, "");
}

TEST(Returning, RefusesMoreColumnsThanAServerEnds) {
    LocalDatabase database;
    make_schema(database);
    const auto mirror = MirrorDatabase::load(database.schema());
    std::string sql = "DELETE FROM t RETURNING 1";
    for (int i = 1; i < 510; ++i) sql += ",1";
    EXPECT_NE(describe(mirror.get(), sql).refusal, "");
}

}  // namespace
}  // namespace dqlite::odbc
