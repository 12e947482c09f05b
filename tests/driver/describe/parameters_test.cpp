#include "driver/describe/parameters.h"

#include <gtest/gtest.h>

#include "tests/driver/describe/fixture.h"

namespace dqlite::odbc {
namespace {

using testing::describe;
using testing::LocalDatabase;

/// A statement and the concise types of its parameters.
struct Case {
    std::string sql;
    std::vector<SQLSMALLINT> types;
};

constexpr SQLSMALLINT text = SQL_WLONGVARCHAR;

class ParametersOf : public ::testing::TestWithParam<Case> {};

TEST_P(ParametersOf, FollowThePatternsOfTheText) {
    LocalDatabase database;
    database.run(
        "CREATE TABLE t(id INTEGER PRIMARY KEY, name VARCHAR(20) NOT NULL, flag BOOLEAN,"
        " day DATE, moment TIMESTAMP, ratio DOUBLE, twice INT AS (id*2));"
        "CREATE TABLE u(t_id INT, day TIMESTAMP, \"a b\" DATE);");
    const auto mirror = MirrorDatabase::load(database.schema());
    std::vector<SQLSMALLINT> types;
    for (const auto& parameter : describe(mirror.get(), GetParam().sql).parameters) {
        types.push_back(parameter.type.concise);
    }
    EXPECT_EQ(types, GetParam().types) << GetParam().sql;
}

INSTANTIATE_TEST_SUITE_P(
    Patterns, ParametersOf,
    ::testing::Values(
        Case{"INSERT INTO t(name, flag) VALUES(?, ?)", {SQL_WVARCHAR, SQL_BIT}},
        Case{"INSERT INTO t VALUES(?,?,?,?,?,?)",
             {SQL_BIGINT, SQL_WVARCHAR, SQL_BIT, SQL_TYPE_DATE, SQL_TYPE_TIMESTAMP, SQL_DOUBLE}},
        Case{"INSERT INTO t(day, id) VALUES(?, 1), (?, ?)",
             {SQL_TYPE_DATE, SQL_TYPE_DATE, SQL_BIGINT}},
        Case{"INSERT INTO t(day, id) VALUES(date(?), ? + 1)", {text, text}},
        Case{"REPLACE INTO main.t AS x (flag) VALUES(?1)", {SQL_BIT}},
        Case{"UPDATE t SET name = ?, flag = ? WHERE id = ?", {SQL_WVARCHAR, SQL_BIT, SQL_BIGINT}},
        Case{"UPDATE OR IGNORE t SET day=? WHERE t.ratio > ?", {SQL_TYPE_DATE, SQL_DOUBLE}},
        Case{"INSERT INTO t(id) VALUES(?) ON CONFLICT(id) DO UPDATE SET flag = ?",
             {SQL_BIGINT, SQL_BIT}},
        Case{"SELECT * FROM t WHERE id = ? AND ? < ratio", {SQL_BIGINT, SQL_DOUBLE}},
        Case{"SELECT * FROM t WHERE day BETWEEN ? AND ?", {SQL_TYPE_DATE, SQL_TYPE_DATE}},
        Case{"SELECT * FROM t WHERE day NOT BETWEEN ? AND ?", {SQL_TYPE_DATE, SQL_TYPE_DATE}},
        Case{"SELECT * FROM t WHERE id IN (?, ?) OR flag NOT IN (?)",
             {SQL_BIGINT, SQL_BIGINT, SQL_BIT}},
        Case{"SELECT * FROM t LIMIT ? OFFSET ?", {SQL_BIGINT, SQL_BIGINT}},
        Case{"SELECT * FROM t LIMIT ?, ?", {SQL_BIGINT, SQL_BIGINT}},
        Case{"SELECT * FROM t WHERE name LIKE ? AND name NOT LIKE ?", {SQL_WVARCHAR, SQL_WVARCHAR}},
        Case{"SELECT * FROM t WHERE flag IS ? AND day IS NOT ?", {SQL_BIT, SQL_TYPE_DATE}},
        Case{"SELECT * FROM t, u AS x WHERE x.day = ? AND t.day = ?",
             {SQL_TYPE_TIMESTAMP, SQL_TYPE_DATE}},
        Case{"SELECT * FROM u WHERE \"a b\" <> :a OR t_id = @b OR \"a b\" = :a",
             {SQL_TYPE_DATE, SQL_BIGINT}},
        Case{"SELECT * FROM t WHERE id = ?2 AND flag = ?1", {SQL_BIT, SQL_BIGINT}},
        Case{"SELECT CAST(? AS DOUBLE), CAST(? AS VARCHAR(7))", {SQL_DOUBLE, SQL_WVARCHAR}},
        Case{"SELECT ?, abs(?), ? || 'x'", {text, text, text}},
        Case{"SELECT * FROM t WHERE ? = 1 AND nobody = ?", {text, text}},
        Case{"SELECT * FROM missing WHERE id = ?", {text}},
        Case{"DELETE FROM t WHERE id=?", {SQL_BIGINT}},
        // Not statements at all: no promise but to come back.
        Case{"? = ?", {text, text}}, Case{"SELECT IN (?", {text}}, Case{"(((?", {text}},
        Case{"INSERT INTO t(", {}}, Case{"VALUES (?", {text}}, Case{"LIMIT ?", {SQL_BIGINT}},
        Case{"AND ?", {text}}, Case{"CAST(? AS", {text}}));

TEST(Parameters, TellWhetherTheyMayBeNull) {
    LocalDatabase database;
    database.run("CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT NOT NULL, note TEXT)");
    const auto mirror = MirrorDatabase::load(database.schema());
    const auto insert = describe(mirror.get(), "INSERT INTO t VALUES(?,?,?)").parameters;
    EXPECT_EQ(insert[0].nullable, SQL_NULLABLE);  // NULL asks for the next number
    EXPECT_EQ(insert[1].nullable, SQL_NO_NULLS);
    EXPECT_EQ(insert[2].nullable, SQL_NULLABLE);
    const auto update = describe(mirror.get(), "UPDATE t SET note = 'x', name = ? WHERE name = ?");
    EXPECT_EQ(update.parameters[0].nullable, SQL_NO_NULLS);
    EXPECT_EQ(update.parameters[1].nullable, SQL_NULLABLE);
}

}  // namespace
}  // namespace dqlite::odbc
