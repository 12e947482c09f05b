#include "driver/sql/multi_row.h"

#include <string>

#include <gtest/gtest.h>

namespace dqlite::odbc {
namespace {

std::optional<MultiRowInsert> cut(const std::string& sql) {
    return multi_row_insert(*client::parse_one_statement(sql));
}

TEST(MultiRowInsert, IsCutAroundItsRow) {
    const auto insert = cut("INSERT INTO \"my t\" (a, b) VALUES (?, upper(?) || 'x') ");
    ASSERT_TRUE(insert);
    EXPECT_EQ(insert->table, "my t");
    EXPECT_EQ(insert->parameters, 2U);
    EXPECT_EQ(insert->statement(2).sql,
              "INSERT INTO \"my t\" (a, b) VALUES (?, upper(?) || 'x'),(?, upper(?) || 'x')");
    EXPECT_EQ(insert->statement(3).parameters, 6U);
}

TEST(MultiRowInsert, KeepsAnUpsertClauseBehindTheRows) {
    const auto insert =
        cut("INSERT INTO t VALUES (?, 1) ON CONFLICT (a) DO UPDATE SET b = excluded.b + 1");
    ASSERT_TRUE(insert);
    EXPECT_EQ(insert->statement(2).sql,
              "INSERT INTO t VALUES (?, 1),(?, 1)  ON CONFLICT (a) DO UPDATE SET b = "
              "excluded.b + 1");
}

TEST(MultiRowInsert, TakesReplaceAndOrIgnore) {
    EXPECT_TRUE(cut("REPLACE INTO t VALUES (?)"));
    EXPECT_TRUE(cut("INSERT OR IGNORE INTO t VALUES (?, NULL, -1, x'00', CAST(? AS TEXT))"));
}

TEST(MultiRowInsert, DoesNotNameATableOfASchema) {
    EXPECT_EQ(cut("INSERT INTO main.t VALUES (?)")->table, "");
}

TEST(MultiRowInsert, KnowsWhetherItMayReplaceRows) {
    EXPECT_FALSE(cut("INSERT INTO t VALUES (?)")->replaces);
    EXPECT_FALSE(cut("INSERT OR IGNORE INTO t VALUES (?)")->replaces);
    EXPECT_FALSE(cut("INSERT INTO t VALUES (?) ON CONFLICT DO NOTHING")->replaces);
    EXPECT_TRUE(cut("REPLACE INTO t VALUES (?)")->replaces);
    EXPECT_TRUE(cut("INSERT OR REPLACE INTO t VALUES (?)")->replaces);
    EXPECT_TRUE(cut("INSERT INTO t VALUES (?) ON CONFLICT (a) DO UPDATE SET a = 1")->replaces);
}

class NotRewritten : public testing::TestWithParam<const char*> {};

TEST_P(NotRewritten, BecauseItCouldMeanSomethingElse) {
    EXPECT_FALSE(cut(GetParam()));
}

INSTANTIATE_TEST_SUITE_P(
    Statements, NotRewritten,
    testing::Values("INSERT INTO t VALUES (1)", "INSERT INTO t VALUES (?), (?)",
                    "INSERT INTO t VALUES (?1)", "INSERT INTO t VALUES (:a)",
                    "INSERT INTO t VALUES ((SELECT count(*) FROM t), ?)", "INSERT INTO t SELECT ?",
                    "INSERT INTO t DEFAULT VALUES", "INSERT INTO t VALUES (?) RETURNING a",
                    "INSERT OR FAIL INTO t VALUES (?)", "INSERT OR ROLLBACK INTO t VALUES (?)",
                    "INSERT INTO t VALUES (?, random())",
                    "INSERT INTO t VALUES (?, last_insert_rowid())",
                    "INSERT INTO t VALUES (?, changes())", "INSERT INTO t VALUES (? -- why\n)",
                    "INSERT INTO t VALUES (?, a.b)", "INSERT INTO t VALUES (?, 1 IN (SELECT 1))",
                    "WITH x AS (SELECT 1) INSERT INTO t VALUES (?)", "UPDATE t SET a = ?",
                    "DELETE FROM t WHERE a = ?",
                    "INSERT INTO t VALUES (?) ON CONFLICT DO UPDATE SET a = ?",
                    "INSERT INTO t VALUES (?) ON CONFLICT DO UPDATE SET a = (SELECT 1)",
                    "INSERT INTO t VALUES (?) ON CONFLICT DO UPDATE SET a = random()"));

}  // namespace
}  // namespace dqlite::odbc
