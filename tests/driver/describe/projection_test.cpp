#include "driver/describe/projection.h"

#include <gtest/gtest.h>

#include "tests/driver/describe/fixture.h"

namespace dqlite::odbc {
namespace {

using testing::describe;
using testing::LocalDatabase;
using testing::statement;

/// A statement and the values of its parameters.
struct Query {
    std::string sql;
    std::vector<std::int64_t> parameters{};
};

void make_schema(LocalDatabase& database) {
    database.run(
        "CREATE TABLE t(id INTEGER PRIMARY KEY, name VARCHAR(20) COLLATE NOCASE, flag BOOLEAN,"
        " day DATE, moment DATETIME, stamp TIMESTAMP, price DECIMAL(10,2), data BLOB);"
        "INSERT INTO t VALUES(1,'one',1,'2020-01-01','2020-01-01 10:00:00',12345,1.5,x'00ff'),"
        "(2,'Two',NULL,NULL,NULL,NULL,NULL,NULL),(3,'three','abc',1.5,x'01',2.5,'x',7),"
        "(4,NULL,0,0,'','x',10,'text'),(5,'TWO',2.25,x'02','later',NULL,-1,NULL);"
        "CREATE TABLE w(a TEXT, b INT, c BOOLEAN, PRIMARY KEY(a,b)) WITHOUT ROWID;"
        "INSERT INTO w VALUES('x',1,NULL),('x',2,'maybe'),('y',1,1);"
        "CREATE TABLE s(a INTEGER, b TEXT, c ANY) STRICT;"
        "INSERT INTO s VALUES(1,'b',NULL),(2,NULL,x'00'),(3,'c',2.5);"
        "CREATE TABLE g(a INT, b INT AS (a*2) VIRTUAL, c BOOLEAN AS (a>1) STORED);"
        "INSERT INTO g(a) VALUES(1),(2),(NULL);"
        "CREATE VIEW v AS SELECT id, flag, name AS label, price*2 AS twice FROM t;"
        "CREATE VIEW nested AS SELECT label, flag FROM v WHERE id > 1;"
        "CREATE TABLE \"odd \"\"name\"(\"a b\" INT, \"select\" BOOLEAN);"
        "INSERT INTO \"odd \"\"name\" VALUES(1,NULL);"
        "CREATE TABLE dqlite_r(x BOOLEAN); INSERT INTO dqlite_r VALUES(NULL),(1);");
}

const std::vector<Query>& corpus() {
    static const std::vector<Query> queries{
        {"SELECT * FROM t"},
        {"SELECT * FROM t ORDER BY name DESC, id"},
        {"SELECT id, flag, day, moment, stamp FROM t ORDER BY 1 DESC LIMIT 3"},
        {"SELECT id, name FROM t WHERE id > ? ORDER BY id LIMIT ? OFFSET ?", {1, 2, 1}},
        {"SELECT id, ?1, ?1 + 1, ?2 FROM t WHERE id <> ?1 ORDER BY id", {2, 9}},
        {"SELECT :a, @b, $c, :a FROM t WHERE id = :a", {1, 2, 3}},
        {"SELECT name FROM t WHERE id IN (?,?,?) ORDER BY name", {1, 3, 4}},
        {"SELECT id AS a, id AS a, flag AS a FROM t"},
        {"SELECT id, id, id FROM t"},
        {"SELECT DISTINCT flag FROM t ORDER BY flag"},
        {"SELECT DISTINCT lower(name), flag IS NULL FROM t ORDER BY 1"},
        {"SELECT flag FROM t UNION SELECT day FROM t ORDER BY 1"},
        {"SELECT flag FROM t UNION ALL SELECT 'x' UNION ALL SELECT c FROM w"},
        {"SELECT flag FROM t EXCEPT SELECT 1"},
        {"SELECT flag FROM t INTERSECT SELECT c FROM w"},
        {"SELECT 1 UNION ALL SELECT flag FROM t"},
        {"VALUES (1,'a'),(2,'b')"},
        {"SELECT * FROM (VALUES (1,'a'),(2,NULL)) ORDER BY 1 DESC"},
        {"SELECT count(*), min(flag), max(day), sum(price) FROM t"},
        {"SELECT flag, count(*) FROM t GROUP BY flag HAVING count(*) > 0 ORDER BY 2, 1"},
        {"SELECT id, max(price) FROM t"},
        {"SELECT id, count(*) FROM t WHERE id < 0"},
        {"SELECT id, row_number() OVER (ORDER BY name, id), lag(flag) OVER (ORDER BY id) FROM t"},
        {"SELECT id, sum(price) OVER win FROM t WINDOW win AS (PARTITION BY flag ORDER BY id)"},
        {"SELECT * FROM v"},
        {"SELECT twice, flag FROM v ORDER BY twice"},
        {"SELECT * FROM nested ORDER BY label"},
        {"WITH r AS (SELECT id, flag FROM t) SELECT * FROM r ORDER BY id DESC"},
        {"WITH dqlite_r1(x) AS (SELECT flag FROM t) SELECT x FROM dqlite_r1"},
        {"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i < ?)"
         " SELECT i, (SELECT flag FROM t WHERE id = i) FROM n",
         {6}},
        {"SELECT a.id, b.flag, b.name FROM t a LEFT JOIN t b ON b.id = a.id + 2 ORDER BY a.id"},
        {"SELECT * FROM t NATURAL JOIN (SELECT id FROM t WHERE id > 2)"},
        {"SELECT * FROM t JOIN w ON w.b = t.id, s ORDER BY t.id, w.a, s.a LIMIT 5"},
        {"SELECT * FROM (SELECT flag, id FROM t ORDER BY id DESC LIMIT 2)"},
        {"SELECT (SELECT flag FROM t WHERE id = 2), (SELECT flag FROM t WHERE id = 99)"},
        {"SELECT CASE WHEN flag IS NULL THEN day ELSE flag END FROM t ORDER BY id"},
        {"SELECT a, b, c FROM w ORDER BY a DESC, b"},
        {"SELECT * FROM s ORDER BY a DESC"},
        {"SELECT *, b + 1 FROM g"},
        {"SELECT rowid, oid, * FROM s"},
        {"SELECT \"a b\", \"select\" FROM \"odd \"\"name\""},
        {"SELECT x FROM dqlite_r"},
        {"SELECT DQLITE_R.x, 'dqlite_r2' FROM dqlite_r"},
        {"SELECT name COLLATE BINARY FROM t ORDER BY name COLLATE BINARY"},
        {"SELECT name FROM t GROUP BY name ORDER BY name"},
        {"SELECT name = 'two', name FROM t ORDER BY id"},
        {"SELECT id FROM t ORDER BY flag, price DESC NULLS LAST"},
        {"SELECT value, key FROM json_each('[1,null,\"a\"]')"},
        {"SELECT name, type FROM pragma_table_info('t')"},
        {"SELECT type, name FROM sqlite_schema WHERE name = 'w'"},
        {"SELECT (flag), ((day)) FROM t"},
        {"SELECT flag FROM t -- the end"},
        {"SELECT flag FROM t /* not closed"},
        {"/* first */ SELECT flag FROM t /* ; */ ;  -- more\n"},
        {"SELECT ')' , flag, '--' FROM t"},
        {"SELECT quote(flag), typeof(day), hex(moment) FROM t"},
        {"SELECT \"no such column\", flag FROM t"},
        {"SELECT count(*) FILTER (WHERE flag), group_concat(name, ';') FROM t"},
        {"SELECT EXISTS(SELECT 1 FROM t WHERE flag IS NULL), flag FROM t LIMIT 1"},
    };
    return queries;
}

class ProjectionOf : public ::testing::TestWithParam<Query> {
  protected:
    void SetUp() override {
        make_schema(database);
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

INSTANTIATE_TEST_SUITE_P(Corpus, ProjectionOf, ::testing::ValuesIn(corpus()));

TEST(Projection, IsMadeOnlyWhereItIsNeeded) {
    LocalDatabase database;
    make_schema(database);
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
