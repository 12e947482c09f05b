// Results whose shape or values no released server survives when they are asked for plainly:
// through the driver they come back right, or are refused, and the node lives (server §0).
#include <array>
#include <functional>

#include <fmt/format.h>

#include "tests/driver/live/fixture.h"

namespace dqlite::test {
namespace {

class Shapes : public OnOneNode {
  protected:
    void TearDown() override {
        if (!HasFatalFailure()) {
            EXPECT_EQ(query("SELECT 6 * 7"), (Rows{{"42"}}));
        }
        OnOneNode::TearDown();
    }
};
DQLITE_ON_EACH_GENERATION(Shapes);

/// "f(1), f(2), …"
std::string list(int size, const std::function<std::string(int)>& item) {
    std::string text;
    for (int i = 1; i <= size; ++i) text += (i == 1 ? "" : ", ") + item(i);
    return text;
}

std::string number(int i) {
    return std::to_string(i);
}

void expect_numbers(const Rows& rows, int columns) {
    ASSERT_EQ(rows.size(), 1U);
    ASSERT_EQ(rows[0].size(), static_cast<std::size_t>(columns)) << rows[0][0].value_or("NULL");
    for (int i = 0; i < columns; ++i) {
        EXPECT_EQ(rows[0][static_cast<std::size_t>(i)], std::to_string(i + 1));
    }
}

void expect_too_many(const OdbcConnection& connection, const std::string& sql) {
    OdbcStatement statement{connection};
    ASSERT_EQ(statement.direct(sql), SQL_ERROR);
    EXPECT_EQ(statement.state(), "42000");
    EXPECT_NE(statement.message().find("509"), std::string::npos) << statement.message();
    auto result = statement.prepare(sql);
    if (SQL_SUCCEEDED(result)) result = statement.execute();
    EXPECT_EQ(result, SQL_ERROR);
    EXPECT_EQ(statement.state(), "42000");
}

// ------------------------------------------------------------------------------- many columns

TEST_P(Shapes, AsManyColumnsAsAServerEnds) {
    for (const int columns : {16, 17, 32, 33, 170, 255, 300, 509}) {
        SCOPED_TRACE(columns);
        expect_numbers(query("SELECT " + list(columns, number)), columns);
        expect_numbers(query("VALUES (" + list(columns, number) + ")"), columns);
    }
}

TEST_P(Shapes, MoreColumnsAreRefused) {
    for (const int columns : {510, 600, 2000}) {
        SCOPED_TRACE(columns);
        expect_too_many(connection(), "SELECT " + list(columns, number));
        expect_too_many(connection(), "VALUES (" + list(columns, number) + ")");
    }
}

TEST_P(Shapes, ATableOfManyColumns) {
    const auto name = [](int i) { return "c" + std::to_string(i); };
    run("CREATE TABLE most (" + list(509, name) + ")");
    run("INSERT INTO most VALUES (" + list(509, number) + ")");
    expect_numbers(query("SELECT * FROM most"), 509);
    expect_too_many(connection(), "SELECT *, 1 FROM most");
    run("CREATE TABLE more (" + list(600, name) + ")");
    run("INSERT INTO more VALUES (" + list(600, number) + ")");
    expect_too_many(connection(), "SELECT * FROM more");
    EXPECT_EQ(query("SELECT c1, c600 FROM more"), (Rows{{"1", "600"}}));
}

// The mirror of the schema learns of a new column only by an answer that does not fit.
TEST_P(Shapes, ATableThatGrowsUnderAPreparedStatement) {
    const auto name = [](int i) { return "c" + std::to_string(i); };
    run("CREATE TABLE grows (" + list(509, name) + ")");
    OdbcStatement select{connection()};
    ASSERT_EQ(select.prepare("SELECT * FROM grows"), SQL_SUCCESS);
    ASSERT_EQ(select.execute(), SQL_SUCCESS) << select.message();
    select.close();
    const OdbcConnection other{connection_string(node().address())};
    OdbcStatement alter{other};
    ASSERT_EQ(alter.direct("ALTER TABLE grows ADD COLUMN c510"), SQL_SUCCESS);
    EXPECT_EQ(select.execute(), SQL_ERROR);
    EXPECT_EQ(select.state(), "42000");
    EXPECT_NE(select.message().find("509"), std::string::npos) << select.message();
}

TEST_P(Shapes, LongNamesAreKeptAndEnd) {
    const auto aliased = [](int i) { return fmt::format("{} AS n{:0>60}", i, i); };
    OdbcStatement statement{connection()};
    ASSERT_EQ(statement.direct("SELECT " + list(200, aliased)), SQL_SUCCESS) << statement.message();
    EXPECT_EQ(statement.columns(), 200);
    EXPECT_EQ(statement.column_name(200), fmt::format("n{:0>60}", 200));
    expect_numbers(statement.all(), 200);
}

TEST_P(Shapes, LongExpressionsWithoutAName) {
    for (const std::size_t length : {std::size_t{4000}, std::size_t{4072}, std::size_t{4080},
                                     std::size_t{5000}, std::size_t{100'000}}) {
        SCOPED_TRACE(length);
        const std::string literal(length - 2, 'x');
        EXPECT_EQ(query("SELECT '" + literal + "'"), (Rows{{literal}}));
        EXPECT_EQ(
            query("SELECT upper('" + literal + "') FROM (SELECT 1)")[0][0].value_or("").size(),
            literal.size());
        EXPECT_EQ(query("VALUES (length('" + literal + "'))"),
                  (Rows{{std::to_string(length - 2)}}));
    }
}

// Rows that begin at the end of the server's first response buffer made it write behind it: with
// 33 columns and more a row's header does not fit there (server §0.9).
TEST_P(Shapes, WideRowsAtEveryPlaceOfTheBuffer) {
    for (const int columns : {33, 40, 48, 49, 64, 100}) {
        for (int size = 0; size <= 64; size += 8) {
            const std::string sql = fmt::format(
                "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 60) "
                "SELECT {}, zeroblob({} + i % 16) FROM n",
                list(columns - 1, [](int i) { return fmt::format("i * {}", i); }), size);
            const Rows rows = query(sql);
            ASSERT_EQ(rows.size(), 60U) << rows[0][0].value_or("NULL");
            EXPECT_EQ(rows[59][static_cast<std::size_t>(columns) - 2],
                      std::to_string(60 * (columns - 1)));
        }
    }
    EXPECT_TRUE(node().alive()) << node().output();
}

// A temporary table is nothing the shared mirror knows.
TEST_P(Shapes, TemporaryTablesOfManyColumns) {
    const auto name = [](int i) { return "c" + std::to_string(i); };
    run("CREATE TEMP TABLE most (" + list(509, name) + ")");
    run("INSERT INTO most VALUES (" + list(509, number) + ")");
    expect_numbers(query("SELECT * FROM most"), 509);
    run("CREATE TEMP TABLE more (" + list(600, name) + ")");
    OdbcStatement statement{connection()};
    EXPECT_EQ(statement.direct("SELECT * FROM more"), SQL_ERROR);
    EXPECT_EQ(statement.state(), "42000") << statement.message();
}

// -------------------------------------------------- values of the wrong class in a typed column

constexpr std::array typed{"BOOLEAN", "DATE", "DATETIME", "TIMESTAMP"};

class TypedColumns : public Shapes {
  protected:
    void SetUp() override {
        Shapes::SetUp();
        for (const char* const type : typed) {
            run(fmt::format("CREATE TABLE {0} (id INTEGER PRIMARY KEY, v {0})", type));
            run(
                fmt::format("INSERT INTO {} VALUES (1, NULL), (2, 7), (3, 'abc'), (4, 1.5), "
                            "(5, x'00ff')",
                            type));
            run(fmt::format("CREATE VIEW {0}_view AS SELECT id, v AS w FROM {0}", type));
        }
    }
    /// The values as they are, through `sql`, which has one row an id.
    void expect_every_class(const std::string& sql, std::string_view type) {
        SCOPED_TRACE(sql);
        OdbcStatement statement{connection()};
        ASSERT_EQ(statement.direct(sql), SQL_SUCCESS) << statement.message();
        // A number in a column of dates is a Unix time.
        const bool dates = type != "BOOLEAN";
        const std::array<Cell, 5> expected{std::nullopt, dates ? "1970-01-01 00:00:07" : "7", "abc",
                                           dates ? "1970-01-01 00:00:01.5" : "1.5",
                                           std::string{"\0\xFF", 2}};
        for (const Cell& value : expected) {
            ASSERT_EQ(statement.fetch(), SQL_SUCCESS) << statement.message();
            // A blob's bytes as they are; what is not one as its text.
            const bool blob = value && value->size() == 2;
            EXPECT_EQ(blob ? statement.bytes(1) : statement.text(1), value);
        }
        EXPECT_EQ(statement.fetch(), SQL_NO_DATA);
        statement.close();
        EXPECT_TRUE(node().alive()) << node().output();
    }
};
DQLITE_ON_EACH_GENERATION(TypedColumns);

TEST_P(TypedColumns, HoldAnythingByEveryRoad) {
    for (const char* const type : typed) {
        for (const char* const sql : {
                 "SELECT v FROM {0} ORDER BY id",
                 "SELECT w FROM {0}_view ORDER BY id",
                 "SELECT (v) AS \"a name\" FROM {0} AS t ORDER BY t.id",
                 "SELECT x.v FROM (SELECT * FROM {0}) AS x ORDER BY id",
                 "WITH c AS (SELECT * FROM {0}) SELECT v FROM c ORDER BY id",
                 "WITH c AS MATERIALIZED (SELECT v, id FROM {0}_view JOIN {0} USING (id)) "
                 "SELECT v FROM c ORDER BY id",
                 "SELECT v FROM {0} LEFT JOIN (SELECT id AS i FROM {0}) ON i = id ORDER BY id",
                 "SELECT (SELECT v FROM {0} AS i WHERE i.id = o.id) FROM {0} AS o ORDER BY id",
                 "SELECT v FROM {0} WHERE 0 UNION ALL SELECT v FROM (SELECT w AS v FROM {0}_view "
                 "ORDER BY id)",
                 "SELECT v FROM (SELECT v, id FROM {0} UNION SELECT v, id FROM {0}) ORDER BY id",
                 "SELECT v FROM {0} GROUP BY id ORDER BY id LIMIT 10 OFFSET 0;",
                 "SELECT v FROM {0} ORDER BY id -- with a comment",
             }) {
            expect_every_class(fmt::format(fmt::runtime(sql), type), type);
            if (HasFatalFailure()) return;
        }
    }
}

// The first arm of a UNION gives all the others its declared type.
TEST_P(TypedColumns, AUnionWithALiteral) {
    for (const char* const type : typed) {
        EXPECT_EQ(
            query(fmt::format("SELECT v FROM {} WHERE id = 1 UNION ALL SELECT 'x' UNION ALL "
                              "SELECT 2.5",
                              type)),
            (Rows{{std::nullopt}, {"x"}, {type == typed[0] ? "2.5" : "1970-01-01 00:00:02.5"}}));
    }
}

TEST_P(TypedColumns, PreparedAndWithParameters) {
    for (const char* const type : typed) {
        OdbcStatement statement{connection()};
        ASSERT_EQ(statement.prepare(fmt::format("SELECT v FROM {} WHERE id = ?1 OR id = ?1", type)),
                  SQL_SUCCESS);
        std::int64_t id = 3;
        ASSERT_EQ(SQLBindParameter(statement.handle(), 1, SQL_PARAM_INPUT, SQL_C_SBIGINT,
                                   SQL_BIGINT, 0, 0, &id, 0, nullptr),
                  SQL_SUCCESS);
        ASSERT_EQ(statement.execute(), SQL_SUCCESS) << statement.message();
        EXPECT_EQ(statement.all(), (Rows{{"abc"}}));
        id = 1;
        ASSERT_EQ(statement.execute(), SQL_SUCCESS) << statement.message();
        EXPECT_EQ(statement.all(), (Rows{{std::nullopt}}));
    }
}

// Another connection gives a view's column such a type after it was described.
TEST_P(TypedColumns, AViewRedefinedUnderAPreparedStatement) {
    run("CREATE TABLE plain (id INTEGER PRIMARY KEY, v TEXT)");
    run("INSERT INTO plain VALUES (1, 'abc')");
    run("CREATE VIEW changes_its_mind AS SELECT v FROM plain");
    OdbcStatement select{connection()};
    ASSERT_EQ(select.prepare("SELECT v FROM changes_its_mind"), SQL_SUCCESS);
    ASSERT_EQ(select.execute(), SQL_SUCCESS) << select.message();
    EXPECT_EQ(select.all(), (Rows{{"abc"}}));
    const OdbcConnection other{connection_string(node().address())};
    OdbcStatement ddl{other};
    ASSERT_EQ(ddl.direct("DROP VIEW changes_its_mind"), SQL_SUCCESS);
    ASSERT_EQ(ddl.direct("CREATE VIEW changes_its_mind AS SELECT v FROM BOOLEAN WHERE id = 3"),
              SQL_SUCCESS);
    ASSERT_EQ(select.execute(), SQL_SUCCESS) << select.message();
    EXPECT_EQ(select.all(), (Rows{{"abc"}}));
}

// The same of a table: an undeclared column becomes a BOOLEAN one.
TEST_P(TypedColumns, ATableRebuiltUnderAPreparedStatement) {
    run("CREATE TABLE rebuilt (v)");
    run("INSERT INTO rebuilt VALUES ('abc')");
    OdbcStatement select{connection()};
    ASSERT_EQ(select.prepare("SELECT v FROM rebuilt"), SQL_SUCCESS);
    ASSERT_EQ(select.execute(), SQL_SUCCESS) << select.message();
    EXPECT_EQ(select.all(), (Rows{{"abc"}}));
    const OdbcConnection other{connection_string(node().address())};
    OdbcStatement ddl{other};
    ASSERT_EQ(ddl.direct("DROP TABLE rebuilt"), SQL_SUCCESS);
    ASSERT_EQ(ddl.direct("CREATE TABLE rebuilt (v BOOLEAN)"), SQL_SUCCESS);
    ASSERT_EQ(ddl.direct("INSERT INTO rebuilt VALUES ('abc')"), SQL_SUCCESS);
    ASSERT_EQ(select.execute(), SQL_SUCCESS) << select.message();
    EXPECT_EQ(select.all(), (Rows{{"abc"}}));
}

}  // namespace
}  // namespace dqlite::test
