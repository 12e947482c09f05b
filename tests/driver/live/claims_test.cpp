// SQLGetInfo's masks of SQL: for every bit that is claimed there is SQL here, and it runs. Tools
// such as Tableau, Power Query and LibreOffice write SQL by these masks.
#include <array>
#include <string>

#include "tests/driver/live/fixture.h"

namespace dqlite::test {
namespace {

struct Claim {
    SQLUSMALLINT type;
    SQLUINTEGER bits;
    const char* sql;
    const char* first_cell = nullptr;  ///< what the first row's first column must be; null: any
};

// Run in this order: later statements may use what earlier ones created.
constexpr auto claims = std::to_array<Claim>({
    {SQL_CREATE_TABLE, SQL_CT_CREATE_TABLE | SQL_CT_COLUMN_DEFAULT | SQL_CT_COLUMN_COLLATION,
     "CREATE TABLE a (id INTEGER PRIMARY KEY, name VARCHAR(10) DEFAULT 'x' COLLATE NOCASE)"},
    {SQL_CREATE_TABLE,
     SQL_CT_TABLE_CONSTRAINT | SQL_CT_CONSTRAINT_NAME_DEFINITION |
         SQL_CT_CONSTRAINT_INITIALLY_DEFERRED | SQL_CT_CONSTRAINT_DEFERRABLE,
     "CREATE TABLE b (id INTEGER, a_id INTEGER, CONSTRAINT to_a FOREIGN KEY (a_id) REFERENCES a "
     "(id) DEFERRABLE INITIALLY DEFERRED)"},
    {SQL_CREATE_TABLE,
     SQL_CT_COLUMN_CONSTRAINT | SQL_CT_CONSTRAINT_INITIALLY_IMMEDIATE |
         SQL_CT_CONSTRAINT_NON_DEFERRABLE,
     "CREATE TABLE c (a_id INTEGER NOT NULL REFERENCES a (id) NOT DEFERRABLE INITIALLY "
     "IMMEDIATE)"},
    {SQL_SQL92_FOREIGN_KEY_DELETE_RULE, SQL_SFKD_CASCADE | SQL_SFKD_SET_NULL,
     "CREATE TABLE d (x INTEGER REFERENCES a (id) ON DELETE CASCADE, y INTEGER REFERENCES a (id) "
     "ON DELETE SET NULL)"},
    {SQL_SQL92_FOREIGN_KEY_DELETE_RULE, SQL_SFKD_NO_ACTION | SQL_SFKD_SET_DEFAULT,
     "CREATE TABLE e (x INTEGER REFERENCES a (id) ON DELETE NO ACTION, y INTEGER REFERENCES a "
     "(id) ON DELETE SET DEFAULT)"},
    {SQL_SQL92_FOREIGN_KEY_UPDATE_RULE, SQL_SFKU_CASCADE | SQL_SFKU_SET_NULL,
     "CREATE TABLE f (x INTEGER REFERENCES a (id) ON UPDATE CASCADE, y INTEGER REFERENCES a (id) "
     "ON UPDATE SET NULL)"},
    {SQL_SQL92_FOREIGN_KEY_UPDATE_RULE, SQL_SFKU_NO_ACTION | SQL_SFKU_SET_DEFAULT,
     "CREATE TABLE g (x INTEGER REFERENCES a (id) ON UPDATE NO ACTION, y INTEGER REFERENCES a "
     "(id) ON UPDATE SET DEFAULT)"},
    {SQL_ALTER_TABLE, SQL_AT_ADD_COLUMN | SQL_AT_ADD_COLUMN_SINGLE,
     "ALTER TABLE c ADD COLUMN more INTEGER"},
    {SQL_ALTER_TABLE, SQL_AT_ADD_COLUMN_DEFAULT | SQL_AT_ADD_COLUMN_COLLATION,
     "ALTER TABLE c ADD COLUMN word VARCHAR(5) DEFAULT 'w' COLLATE NOCASE"},
    {SQL_ALTER_TABLE, SQL_AT_DROP_COLUMN, "ALTER TABLE c DROP COLUMN more"},
    {SQL_DDL_INDEX, SQL_DI_CREATE_INDEX, "CREATE INDEX by_name ON a (name)"},
    {SQL_DDL_INDEX, SQL_DI_DROP_INDEX, "DROP INDEX by_name"},
    {SQL_INDEX_KEYWORDS, SQL_IK_ASC | SQL_IK_DESC, "CREATE INDEX both ON a (name ASC, id DESC)"},
    {SQL_CREATE_VIEW, SQL_CV_CREATE_VIEW, "CREATE VIEW v AS SELECT id FROM a"},
    {SQL_INSERT_STATEMENT, SQL_IS_INSERT_LITERALS,
     "INSERT INTO a VALUES (1, 'one'), (2, 'two'), (3, NULL)"},
    {SQL_INSERT_STATEMENT, SQL_IS_INSERT_SEARCHED,
     "INSERT INTO b (id, a_id) SELECT id * 10, id FROM a WHERE id < 3"},
    {SQL_SCHEMA_USAGE, SQL_SU_DML_STATEMENTS, "SELECT count(*) FROM main.a", "3"},
    {SQL_SCHEMA_USAGE, SQL_SU_TABLE_DEFINITION, "CREATE TABLE main.h (x INTEGER)"},

    {SQL_SQL92_PREDICATES, SQL_SP_EXISTS,
     "SELECT max(id) FROM a WHERE EXISTS (SELECT 1 FROM b WHERE a_id = a.id)", "2"},
    {SQL_SQL92_PREDICATES, SQL_SP_ISNOTNULL, "SELECT count(*) FROM a WHERE name IS NOT NULL", "2"},
    {SQL_SQL92_PREDICATES, SQL_SP_ISNULL, "SELECT id FROM a WHERE name IS NULL", "3"},
    {SQL_SQL92_PREDICATES, SQL_SP_LIKE,
     "SELECT id FROM a WHERE name LIKE 't\\_o' ESCAPE '\\' OR "
     "name LIKE '_w%'",
     "2"},
    {SQL_SQL92_PREDICATES, SQL_SP_IN, "SELECT count(*) FROM a WHERE id IN (1, 3, 5)", "2"},
    {SQL_SQL92_PREDICATES, SQL_SP_BETWEEN, "SELECT count(*) FROM a WHERE id BETWEEN 2 AND 3", "2"},
    {SQL_SQL92_PREDICATES, SQL_SP_COMPARISON,
     "SELECT id FROM a WHERE id < 3 AND id <= 2 AND id > 0 AND id >= 1 AND id <> 1 AND id = 2",
     "2"},
    {SQL_SQL92_VALUE_EXPRESSIONS, SQL_SVE_CASE,
     "SELECT CASE WHEN id = 1 THEN 'first' ELSE 'other' END FROM a ORDER BY id", "first"},
    {SQL_SQL92_VALUE_EXPRESSIONS, SQL_SVE_CAST, "SELECT CAST('7' AS INTEGER) + 1", "8"},
    {SQL_SQL92_VALUE_EXPRESSIONS, SQL_SVE_COALESCE, "SELECT COALESCE(NULL, NULL, 'here')", "here"},
    {SQL_SQL92_VALUE_EXPRESSIONS, SQL_SVE_NULLIF, "SELECT COALESCE(NULLIF(1, 1), 9)", "9"},
    {SQL_SQL92_ROW_VALUE_CONSTRUCTOR, SQL_SRVC_VALUE_EXPRESSION,
     "SELECT count(*) FROM b WHERE (id, a_id) = (10, 1)", "1"},
    {SQL_SQL92_ROW_VALUE_CONSTRUCTOR, SQL_SRVC_NULL,
     "SELECT count(*) FROM b WHERE (id, a_id) = (10, NULL)", "0"},
    {SQL_SQL92_ROW_VALUE_CONSTRUCTOR, SQL_SRVC_ROW_SUBQUERY,
     "SELECT count(*) FROM b WHERE (id, a_id) = (SELECT 20, 2)", "1"},
    {SQL_SQL92_STRING_FUNCTIONS, SQL_SSF_LOWER | SQL_SSF_UPPER, "SELECT LOWER('A') || UPPER('b')",
     "aB"},
    {SQL_SQL92_DATETIME_FUNCTIONS,
     SQL_SDF_CURRENT_DATE | SQL_SDF_CURRENT_TIME | SQL_SDF_CURRENT_TIMESTAMP,
     "SELECT CURRENT_TIMESTAMP >= CURRENT_DATE AND length(CURRENT_TIME) = 8", "1"},

    {SQL_SQL92_RELATIONAL_JOIN_OPERATORS, SQL_SRJO_CROSS_JOIN,
     "SELECT count(*) FROM a CROSS JOIN b", "6"},
    {SQL_SQL92_RELATIONAL_JOIN_OPERATORS, SQL_SRJO_EXCEPT_JOIN,
     "SELECT id FROM a EXCEPT SELECT a_id FROM b", "3"},
    {SQL_SQL92_RELATIONAL_JOIN_OPERATORS, SQL_SRJO_INTERSECT_JOIN,
     "SELECT count(*) FROM (SELECT id FROM a INTERSECT SELECT a_id FROM b)", "2"},
    {SQL_SQL92_RELATIONAL_JOIN_OPERATORS, SQL_SRJO_INNER_JOIN,
     "SELECT count(*) FROM a INNER JOIN b ON a.id = b.a_id", "2"},
    {SQL_SQL92_RELATIONAL_JOIN_OPERATORS, SQL_SRJO_LEFT_OUTER_JOIN,
     "SELECT count(*) FROM a LEFT OUTER JOIN b ON a.id = b.a_id", "3"},
    {SQL_SQL92_RELATIONAL_JOIN_OPERATORS, SQL_SRJO_NATURAL_JOIN,
     "SELECT count(*) FROM a NATURAL JOIN v", "3"},
    {SQL_SQL92_RELATIONAL_JOIN_OPERATORS, SQL_SRJO_RIGHT_OUTER_JOIN,
     "SELECT count(*) FROM b RIGHT OUTER JOIN a ON a.id = b.a_id", "3"},
    {SQL_SQL92_RELATIONAL_JOIN_OPERATORS, SQL_SRJO_FULL_OUTER_JOIN,
     "SELECT count(*) FROM b FULL OUTER JOIN a ON a.id = b.id", "5"},
    {SQL_OJ_CAPABILITIES, SQL_OJ_LEFT,
     "SELECT count(*) FROM {oj a LEFT OUTER JOIN b ON a.id = b.a_id}", "3"},
    {SQL_OJ_CAPABILITIES, SQL_OJ_RIGHT,
     "SELECT count(*) FROM {oj b RIGHT OUTER JOIN a ON a.id = b.a_id}", "3"},
    {SQL_OJ_CAPABILITIES, SQL_OJ_FULL,
     "SELECT count(*) FROM {oj b FULL OUTER JOIN a ON a.id = b.id}", "5"},
    {SQL_OJ_CAPABILITIES, SQL_OJ_NOT_ORDERED,
     "SELECT count(*) FROM {oj a LEFT OUTER JOIN b ON b.a_id = a.id}", "3"},
    {SQL_OJ_CAPABILITIES, SQL_OJ_INNER,
     "SELECT count(*) FROM {oj a LEFT OUTER JOIN b ON a.id = b.a_id}, v WHERE v.id = b.a_id", "2"},
    {SQL_OJ_CAPABILITIES, SQL_OJ_ALL_COMPARISON_OPS,
     "SELECT count(*) FROM {oj a LEFT OUTER JOIN b ON a.id >= b.a_id AND a.id <> b.id}", "5"},

    {SQL_SUBQUERIES, SQL_SQ_COMPARISON, "SELECT id FROM a WHERE id = (SELECT max(id) FROM a)", "3"},
    {SQL_SUBQUERIES, SQL_SQ_EXISTS, "SELECT count(*) FROM a WHERE NOT EXISTS (SELECT 1 FROM c)",
     "3"},
    {SQL_SUBQUERIES, SQL_SQ_IN, "SELECT count(*) FROM a WHERE id IN (SELECT a_id FROM b)", "2"},
    {SQL_SUBQUERIES, SQL_SQ_CORRELATED_SUBQUERIES,
     "SELECT (SELECT b.id FROM b WHERE b.a_id = a.id) FROM a ORDER BY a.id", "10"},
    {SQL_UNION, SQL_U_UNION, "SELECT count(*) FROM (SELECT 1 UNION SELECT 1)", "1"},
    {SQL_UNION, SQL_U_UNION_ALL, "SELECT count(*) FROM (SELECT 1 UNION ALL SELECT 1)", "2"},
    {SQL_AGGREGATE_FUNCTIONS, SQL_AF_AVG | SQL_AF_COUNT | SQL_AF_MAX | SQL_AF_MIN | SQL_AF_SUM,
     "SELECT AVG(id) + COUNT(id) + MAX(id) + MIN(id) + SUM(id) FROM a", "15"},
    {SQL_AGGREGATE_FUNCTIONS, SQL_AF_DISTINCT,
     "SELECT COUNT(DISTINCT x) FROM (SELECT 1 AS x UNION ALL SELECT 1)", "1"},
    {SQL_AGGREGATE_FUNCTIONS, SQL_AF_ALL, "SELECT COUNT(ALL name) FROM a", "2"},
    {SQL_DROP_VIEW, SQL_DV_DROP_VIEW, "DROP VIEW v"},
    {SQL_DROP_TABLE, SQL_DT_DROP_TABLE, "DROP TABLE h"},
});

class Claims : public OnOneNode {
  protected:
    SQLUINTEGER mask(SQLUSMALLINT type) {
        SQLUINTEGER value = 0;
        EXPECT_EQ(SQLGetInfo(connection().handle(), type, &value, sizeof value, nullptr),
                  SQL_SUCCESS)
            << connection().message();
        return value;
    }
    void expect_first_cell(const Claim& claim) {
        const auto rows = query(claim.sql);
        ASSERT_FALSE(rows.empty()) << claim.sql;
        EXPECT_EQ(rows.front().front(), Cell{claim.first_cell}) << claim.sql;
    }
};
DQLITE_ON_EACH_GENERATION(Claims);

TEST_P(Claims, RunAsSql) {
    for (const auto& claim : claims) {
        // A server with an older SQLite claims less.
        if ((mask(claim.type) & claim.bits) == 0) continue;
        EXPECT_EQ(mask(claim.type) & claim.bits, claim.bits) << claim.sql;
        if (claim.first_cell == nullptr) {
            run(claim.sql);
        } else {
            expect_first_cell(claim);
        }
    }
}

TEST_P(Claims, AllHaveSql) {
    for (const auto& claim : claims) {
        SQLUINTEGER tested = 0;
        for (const auto& other : claims) {
            if (other.type == claim.type) tested |= other.bits;
        }
        EXPECT_EQ(mask(claim.type) & ~tested, 0U) << "information " << claim.type;
    }
}

// ODBC's grammar nests outer joins with their conditions behind; SQLite wants parentheses.
TEST_P(Claims, LeaveOutNestedOuterJoins) {
    run("CREATE TABLE t (id INTEGER)");
    EXPECT_EQ(mask(SQL_OJ_CAPABILITIES) & SQL_OJ_NESTED, 0U);
    OdbcStatement statement{connection()};
    EXPECT_EQ(statement.direct("SELECT * FROM {oj t AS a LEFT OUTER JOIN t AS b LEFT OUTER JOIN t "
                               "AS c ON b.id = c.id ON a.id = b.id}"),
              SQL_ERROR);
    EXPECT_EQ(statement.state(), "42000") << statement.message();
    EXPECT_EQ(statement.query("SELECT count(*) FROM {oj t AS a LEFT OUTER JOIN (t AS b LEFT OUTER "
                              "JOIN t AS c ON b.id = c.id) ON a.id = b.id}"),
              (Rows{{"0"}}));
}

TEST_P(Claims, AreToldInWordsThatHold) {
    run("CREATE TABLE t (id INTEGER, word VARCHAR(5))");
    run("INSERT INTO t VALUES (2, 'b'), (1, 'a'), (3, NULL)");
    const auto first = [this](const std::string& sql) { return query(sql).front().front(); };
    // SQL_EXPRESSIONS_IN_ORDERBY; SQL_ORDER_BY_COLUMNS_IN_SELECT = "N"; SQL_COLUMN_ALIAS
    EXPECT_EQ(connection().info_text(SQL_EXPRESSIONS_IN_ORDERBY), "Y");
    EXPECT_EQ(first("SELECT id FROM t ORDER BY 0 - id"), "3");
    EXPECT_EQ(connection().info_text(SQL_ORDER_BY_COLUMNS_IN_SELECT), "N");
    EXPECT_EQ(first("SELECT word FROM t WHERE word IS NOT NULL ORDER BY id"), "a");
    EXPECT_EQ(connection().info_text(SQL_COLUMN_ALIAS), "Y");
    EXPECT_EQ(first("SELECT id AS n FROM t ORDER BY n"), "1");
    // SQL_GROUP_BY = SQL_GB_NO_RELATION: columns neither grouped by nor aggregated.
    SQLUSMALLINT small = 0;
    ASSERT_EQ(SQLGetInfo(connection().handle(), SQL_GROUP_BY, &small, sizeof small, nullptr),
              SQL_SUCCESS);
    EXPECT_EQ(small, SQL_GB_NO_RELATION);
    EXPECT_EQ(first("SELECT word FROM t WHERE id < 2 GROUP BY id"), "a");
    // SQL_NULL_COLLATION = SQL_NC_LOW: NULLs first going up.
    ASSERT_EQ(SQLGetInfo(connection().handle(), SQL_NULL_COLLATION, &small, sizeof small, nullptr),
              SQL_SUCCESS);
    EXPECT_EQ(small, SQL_NC_LOW);
    EXPECT_EQ(first("SELECT id FROM t ORDER BY word"), "3");
    // SQL_CONCAT_NULL_BEHAVIOR = SQL_CB_NULL
    EXPECT_EQ(first("SELECT 'a' || NULL"), Cell{});
}

}  // namespace
}  // namespace dqlite::test
