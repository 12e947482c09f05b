#include "driver/describe/projection.h"

#include <gtest/gtest.h>

#include "tests/driver/describe/corpus.h"
#include "tests/driver/describe/fixture.h"

namespace dqlite::odbc {
namespace {

using testing::describe;
using testing::LocalDatabase;
using testing::Query;
using testing::statement;

class ProjectionOf : public ::testing::TestWithParam<Query> {
  protected:
    void SetUp() override {
        database.run(std::string{testing::corpus_schema});
        mirror = MirrorDatabase::load(database.schema());
        ASSERT_NE(mirror, nullptr);
    }
    LocalDatabase database;
    std::shared_ptr<MirrorDatabase> mirror;
};

TEST_P(ProjectionOf, GivesTheSameRowsInTheSameOrder) {
    const Query& query = GetParam();
    const Description description = describe(mirror.get(), query.sql);
    ASSERT_TRUE(description.understood);
    ASSERT_EQ(description.refusal, "");
    const std::string sent = description.sql.empty() ? query.sql : description.sql;
    EXPECT_EQ(database.rows(sent, query.parameters), database.rows(query.sql, query.parameters))
        << sent;
}

TEST_P(ProjectionOf, LeavesNoDeclaredType) {
    const Description description = describe(mirror.get(), GetParam().sql);
    const std::string sent = description.sql.empty() ? GetParam().sql : description.sql;
    for (const std::string& type : database.declared_types(sent)) EXPECT_EQ(type, "") << sent;
}

TEST_P(ProjectionOf, KeepsTheNamesOfTheOriginal) {
    const Description description = describe(mirror.get(), GetParam().sql);
    std::vector<std::string> names;
    for (const ColumnDescription& column : description.columns) names.push_back(column.name);
    EXPECT_EQ(names, database.column_names(GetParam().sql));
}

TEST_P(ProjectionOf, WorksFromTheProbeAlone) {
    const Query& query = GetParam();
    const client::Statement parsed = statement(query.sql);
    const std::string probe = limit0_probe(parsed);
    EXPECT_TRUE(database.rows(probe, query.parameters).empty());
    const std::size_t columns = database.column_names(probe).size();
    // A table has the name the projection would choose: only the mirror can know.
    const auto taken = [](const std::string& name) { return name == "dqlite_r"; };
    EXPECT_EQ(database.rows(project(parsed, columns, taken), query.parameters),
              database.rows(query.sql, query.parameters));
}

INSTANTIATE_TEST_SUITE_P(Corpus, ProjectionOf, ::testing::ValuesIn(testing::corpus()));

TEST(Projection, IsMadeOnlyWhereItIsNeeded) {
    LocalDatabase database;
    database.run(std::string{testing::corpus_schema});
    const auto mirror = MirrorDatabase::load(database.schema());
    ASSERT_NE(mirror, nullptr);
    for (const char* const plain :
         {"SELECT 1", "SELECT count(*) FROM t", "SELECT +flag, id + 1 FROM t", "VALUES (1),(2)",
          "PRAGMA table_info(t)", "EXPLAIN SELECT * FROM t", "SELECT sum(price) FROM t"}) {
        const Description description = describe(mirror.get(), plain);
        EXPECT_TRUE(description.understood) << plain;
        EXPECT_EQ(description.sql, "") << plain;
        EXPECT_EQ(description.refusal, "") << plain;
    }
    // An expression today; another client may make it a plain column of the same name.
    for (const char* const wrapped : {"SELECT id FROM t", "SELECT twice FROM v",
                                      "SELECT \"not there\" FROM t", "SELECT count(*) FROM v"}) {
        EXPECT_NE(describe(mirror.get(), wrapped).sql, "") << wrapped;
    }
}

TEST(Projection, ShortensNamesThatWouldNeverEnd) {
    const auto mirror = MirrorDatabase::load({});
    ASSERT_NE(mirror, nullptr);
    const std::string text(4'080, 'x');
    const Description description = describe(mirror.get(), "SELECT '" + text + "'");
    ASSERT_EQ(description.columns.size(), 1U);
    EXPECT_EQ(description.columns[0].name, "'" + text + "'");
    EXPECT_EQ(description.sql.rfind("WITH ", 0), 0U);
    LocalDatabase database;
    EXPECT_EQ(database.column_names(description.sql), std::vector<std::string>{"+c1"});
}

std::string ones(std::size_t count) {
    std::string sql = "SELECT 1";
    for (std::size_t i = 1; i < count; ++i) sql += ",1";
    return sql;
}

TEST(Projection, RefusesMoreColumnsThanAServerEnds) {
    const auto mirror = MirrorDatabase::load({});
    ASSERT_NE(mirror, nullptr);
    EXPECT_EQ(describe(mirror.get(), ones(509)).refusal, "");
    EXPECT_NE(describe(mirror.get(), ones(510)).refusal, "");
    EXPECT_EQ(project(statement("SELECT 1"), 510), "");
    EXPECT_EQ(project(statement("SELECT 1"), 0), "");
}

TEST(Projection, HeaderOfTheWidestProjectionEnds) {
    std::size_t header = 0;
    for (std::size_t i = 1; i <= max_result_columns; ++i) {
        header += header_bytes("+c" + std::to_string(i));
    }
    EXPECT_LT(header, endless_header_bytes);
    EXPECT_EQ(header_bytes("1234567"), 8U);
    EXPECT_EQ(header_bytes("12345678"), 16U);
}

TEST(Projection, IsForQueriesOnly) {
    for (const char* const sql : {"PRAGMA table_info(t)", "EXPLAIN SELECT 1", "DELETE FROM t",
                                  "INSERT INTO t VALUES(1) RETURNING *", "CREATE TABLE u(a)"}) {
        EXPECT_EQ(project(statement(sql), 1), "") << sql;
        EXPECT_EQ(limit0_probe(statement(sql)), "") << sql;
    }
}

}  // namespace
}  // namespace dqlite::odbc
