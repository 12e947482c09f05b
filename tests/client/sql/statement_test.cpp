#include "client/statement.h"

#include <algorithm>
#include <array>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "client/pragmas.h"
#include "tests/client/sql/sqlite_oracle.h"

namespace dqlite::client {
namespace {

constexpr std::string_view schema =
    "CREATE TABLE t(id INTEGER PRIMARY KEY, a, b TEXT, \"returning\" INT);"
    "CREATE TABLE u(x, y); CREATE INDEX i ON t(a); CREATE VIEW v AS SELECT a FROM t;"
    "CREATE TABLE \"RETURNING t\"(a);";

Statement parsed(std::string_view sql) {
    const Result<Statement> statement = parse_one_statement(sql);
    if (!statement) {
        ADD_FAILURE() << sql << ": " << statement.error().message;
        return {};
    }
    return *statement;
}

// Every statement is valid, so that SQLite has an opinion on each.
constexpr auto valid_statements = std::to_array<std::string_view>({
    "SELECT 1",
    "select ?",
    "SELECT ?, ?, ?",
    "SELECT ?3",
    "SELECT ?3, ?",
    "SELECT ?, ?1, ?",
    "SELECT :a, :b, :a",
    "SELECT :a, @a, $a, #a",
    "SELECT :a, ?, :a, ?7, ?, :b",
    "SELECT $a::b(c), $a::b(c), $a::b(d)",
    "SELECT ?007",
    "SELECT ':a', \"?\", [?], `?` FROM "
    "(SELECT 1 AS \"?\")",
    "SELECT '?' -- ?\n, ? /* ? */",
    "SELECT 1 AS [a;b]",
    "SELECT x'3f' , ?",
    "SELECT 'it''s ?', \"it\"\"s\" FROM (SELECT 1 AS \"it\"\"s\")",
    "SELECT $a, $A",
    "  \n\t-- hello\n/* there */ SELECT 1",
    "\xEF\xBB\xBFSELECT 1",
    "SELECT 1 /* open",
    "SELECT 1--",
    "SELECT 1e5, 0x1F, .5, 1., 1.e3",
    "SELECT a->'$.x', a->>'$.x', ? FROM t",
    "VALUES (1), (2)",
    "VALUES (?, ?)",
    "SELECT * FROM t",
    "SELECT * FROM t UNION ALL SELECT * FROM t",
    "SELECT \"returning\" FROM t",
    "SELECT [returning], 'RETURNING' FROM t",
    "WITH c AS (SELECT 1) SELECT * FROM c",
    "WITH c(x, y) AS (SELECT 1, ?) SELECT x FROM c",
    "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 9) SELECT n FROM c",
    "WITH c AS MATERIALIZED (SELECT 1), d AS NOT MATERIALIZED (SELECT 2) SELECT * FROM c, d",
    "WITH replace AS (SELECT 1) SELECT * FROM replace",
    "WITH c AS (VALUES (1)) VALUES (2)",
    "WITH \"update\" AS (SELECT 1) SELECT * FROM \"update\"",
    "WITH c AS (SELECT 1) INSERT INTO u SELECT 1, * FROM c",
    "WITH c AS (SELECT 1) UPDATE t SET a = (SELECT * FROM c)",
    "WITH c AS (SELECT 1) DELETE FROM t WHERE a IN c",
    "WITH c AS (SELECT ')' , \"(\" FROM (SELECT 1 AS \"(\")) REPLACE INTO u SELECT * FROM c",
    "WITH c AS (SELECT 1) INSERT INTO u(x) SELECT * FROM c WHERE 1 RETURNING x",
    "INSERT INTO t(a) VALUES (?)",
    "INSERT INTO u VALUES (?, ?), (?, ?)",
    "INSERT OR IGNORE INTO u VALUES (1, 2)",
    "INSERT OR ROLLBACK INTO u VALUES (1, 2)",
    "INSERT OR FAIL INTO u VALUES (1, 2)",
    "INSERT INTO u DEFAULT VALUES",
    "INSERT INTO t(id, a) VALUES (1, 2) ON CONFLICT (id) DO UPDATE SET a = excluded.a",
    "INSERT INTO t(id) VALUES (1) ON CONFLICT DO NOTHING RETURNING id, a",
    "INSERT INTO t(a) VALUES ('RETURNING')",
    "INSERT INTO t(\"returning\") VALUES (1)",
    "INSERT INTO \"RETURNING t\" VALUES (1)",
    "INSERT INTO t(a) SELECT \"returning\" FROM t",
    "INSERT INTO u VALUES (1, 2) RETURNING *",
    "insert into u values (1, 2)returning x",
    "INSERT INTO u VALUES (1, 2) -- RETURNING x",
    "INSERT INTO u VALUES (1, 2) /* RETURNING x */",
    "REPLACE INTO u VALUES (1, 2)",
    "REPLACE INTO u VALUES (1, 2) RETURNING x AS \"RETURNING\"",
    "UPDATE t SET a = ?",
    "UPDATE OR ROLLBACK t SET a = 1",
    "UPDATE t SET a = 1 RETURNING a",
    "UPDATE t SET a = u.x FROM u WHERE u.y = t.b RETURNING t.id",
    "DELETE FROM t",
    "DELETE FROM t WHERE id = ? RETURNING *",
    "DELETE FROM t WHERE \"returning\" = 1",
    "CREATE TABLE n(a, b)",
    "CREATE TABLE n(a UNIQUE ON CONFLICT ROLLBACK)",
    "CREATE TEMP TABLE n(a)",
    "CREATE TEMPORARY VIEW n AS SELECT 1",
    "CREATE TABLE temp.n(a)",
    "CREATE TABLE n AS SELECT * FROM t",
    "CREATE INDEX n ON t(a)",
    "CREATE UNIQUE INDEX n ON t(a)",
    "CREATE VIEW n AS SELECT 'RETURNING'",
    "DROP TABLE t",
    "DROP VIEW v",
    "DROP INDEX i",
    "ALTER TABLE t ADD COLUMN c",
    "ALTER TABLE t RENAME TO n",
    "ANALYZE",
    "ANALYZE t",
    "REINDEX",
    "CREATE TRIGGER n AFTER INSERT ON t BEGIN SELECT 1; END",
    "CREATE TRIGGER n AFTER INSERT ON t WHEN CASE WHEN 1 THEN 2 ELSE 3 END BEGIN "
    "UPDATE t SET a = CASE WHEN 1 THEN CASE 1 WHEN 2 THEN 3 END ELSE 4 END; DELETE FROM u; END",
    "CREATE TEMP TRIGGER n INSTEAD OF INSERT ON v BEGIN SELECT ';', \";\" FROM (SELECT 1 AS \";\") "
    "/* ; END; */; -- ; END;\nEND",
    "CREATE TRIGGER \"BEGIN\" AFTER INSERT ON t BEGIN INSERT INTO u VALUES (1, 'END;'); END",
    "CREATE/**/TEMPORARY/**/TRIGGER IF NOT EXISTS n AFTER DELETE ON t BEGIN DELETE FROM u;END",
    "EXPLAIN SELECT ?",
    "EXPLAIN QUERY PLAN SELECT 1",
    "EXPLAIN INSERT INTO u VALUES (1, 2)",
    "EXPLAIN QUERY PLAN DELETE FROM t",
    "EXPLAIN DROP TABLE t",
    "EXPLAIN BEGIN",
    "EXPLAIN VACUUM",
    "EXPLAIN INSERT INTO u VALUES (1, 2) RETURNING x",
    "EXPLAIN PRAGMA foreign_keys = ON",
    "EXPLAIN CREATE TRIGGER n AFTER INSERT ON t BEGIN SELECT 1; SELECT 2; END",
    "EXPLAIN QUERY PLAN CREATE TRIGGER n AFTER INSERT ON t BEGIN SELECT 1; SELECT 2; END",
    "EXPLAIN WITH c AS (SELECT 1) DELETE FROM t",
    "BEGIN",
    "BEGIN DEFERRED TRANSACTION",
    "COMMIT",
    "END",
    "ROLLBACK",
    "ROLLBACK TRANSACTION",
    "SAVEPOINT s",
    "RELEASE s",
    "RELEASE SAVEPOINT s",
    "ROLLBACK TO s",
    "ROLLBACK TRANSACTION TO SAVEPOINT s",
    "DETACH x",
    "PRAGMA table_info(t)",
    "PRAGMA main.table_info('t')",
    "PRAGMA foreign_keys",
    "PRAGMA foreign_keys = ON",
    "PRAGMA foreign_keys(1)",
    "PRAGMA \"main\".\"user_version\"",
    "PRAGMA [main].user_version = -5",
    "pragma'main'.'user_version'(+7)",
    "PRAGMA /* x */ user_version -- y\n = 5",
    "PRAGMA no_such_pragma",
    "PRAGMA no_such_pragma = 1",
    "PRAGMA journal_mode",
    "PRAGMA secure_delete = ON",
    "PRAGMA table_info(no_such_table)",
    "PRAGMA integrity_check",
    "PRAGMA cache_size = -2000",
    "PRAGMA Table_Xinfo (t)",
    "PRAGMA data_version",
});

TEST(Statement, AgreesWithSqliteOnValidStatements) {
    for (const std::string_view sql : valid_statements) {
        SCOPED_TRACE(sql);
        test::SqliteOracle oracle{schema};
        const test::Verdict verdict = oracle.prepare(sql);
        ASSERT_TRUE(verdict.accepted) << verdict.error;
        const Statement statement = parsed(sql);
        EXPECT_EQ(statement.parameters, static_cast<std::uint32_t>(verdict.parameters));
        EXPECT_EQ(statement.returns_rows, verdict.columns > 0);
        EXPECT_NE(statement.verb, Verb::unknown);
        // SQLite does not count the statements of transactions, attaching and compiling as reads
        // or writes of the database in a way that is of use to us.
        const bool comparable = statement.effect == TransactionEffect::none &&
                                statement.verb != Verb::explain &&
                                statement.pragma.name != "journal_mode";
        if (comparable) {
            EXPECT_EQ(statement.writes, !verdict.read_only);
        }
        // The trimmed text is the same statement.
        EXPECT_TRUE(oracle.prepare(statement.sql).accepted);
    }
}

TEST(Statement, CutsWhereSqliteDoes) {
    std::mt19937 random{4711};
    std::uniform_int_distribution<std::size_t> pick{0, valid_statements.size() - 1};
    constexpr auto separators =
        std::to_array<std::string_view>({";", " ; ", ";;\n;", "; -- ;\n", ";/* ; */", "\n;"});
    std::uniform_int_distribution<std::size_t> separator{0, separators.size() - 1};
    test::SqliteOracle oracle{schema};
    for (int round = 0; round < 2'000; ++round) {
        std::string text;
        for (int i = 0; i < 4; ++i) {
            std::string_view piece = valid_statements.at(pick(random));
            if (piece.ends_with("open") || piece.ends_with("--")) piece = "SELECT 1";
            text.append(piece).append("\n").append(separators.at(separator(random)));
        }
        const std::vector<Statement> statements = parse_statements(text);
        ASSERT_EQ(statements.size(), 4U) << text;
        std::size_t offset = 0;
        for (const Statement& statement : statements) {
            const test::Verdict verdict = oracle.prepare(std::string_view{text}.substr(offset));
            ASSERT_TRUE(verdict.accepted) << verdict.error << ": " << text.substr(offset);
            const std::string by_sqlite = text.substr(offset, verdict.tail);
            ASSERT_NE(by_sqlite.find(statement.sql), std::string::npos) << by_sqlite;
            ASSERT_EQ(parse_statements(by_sqlite).size(), 1U) << by_sqlite;
            offset += verdict.tail;
        }
        EXPECT_TRUE(parse_statements(text.substr(offset)).empty());
    }
}

TEST(Statement, NeverCutsBeforeSqliteInAnyTokenSoup) {
    // What SQLite accepts as one statement must be one to us: else its second half would be checked
    // as something it is not.
    constexpr auto words = std::to_array<std::string_view>(
        {"SELECT", "1",         "CREATE",  "TRIGGER", "TEMP",    "BEGIN",        "END",    ";",
         "CASE",   "WHEN",      "THEN",    "t",       "n",       "AFTER",        "INSERT", "ON",
         "INTO",   "u",         "DEFAULT", "VALUES",  "EXPLAIN", "'a;'",         "\"b;\"", "--c;\n",
         "/*;*/",  "?",         "(",       ")",       ",",       "WITH",         "AS",     "DELETE",
         "FROM",   "RETURNING", "*",       "COMMIT",  "PRAGMA",  "user_version", "="});
    std::mt19937 random{99};
    std::uniform_int_distribution<std::size_t> word{0, words.size() - 1};
    std::uniform_int_distribution<int> length{1, 9};
    test::SqliteOracle oracle{schema};
    int accepted = 0;
    for (int round = 0; round < 150'000; ++round) {
        std::string text;
        for (int i = length(random); i > 0; --i) text.append(words.at(word(random))).append(" ");
        const test::Verdict verdict = oracle.prepare(text);
        if (!verdict.accepted) continue;
        const std::vector<Statement> of_first =
            parse_statements(std::string_view{text}.substr(0, verdict.tail));
        ASSERT_LE(of_first.size(), 1U) << text;
        if (of_first.empty()) continue;
        ++accepted;
        EXPECT_EQ(of_first[0].returns_rows, verdict.columns > 0) << text;
        EXPECT_EQ(of_first[0].parameters, static_cast<std::uint32_t>(verdict.parameters)) << text;
    }
    EXPECT_GT(accepted, 200);
}

TEST(Pragmas, AgreeWithSqlite) {
    // Each in a database of its own: some change what the next would say.
    for (const PragmaFacts& facts : pragma_table()) {
        if (facts.name.find("heap_limit") != std::string_view::npos) continue;  // of the process
        for (const std::string_view value : {"", "=1", "(1)", " = 'UTF-8'", "(t)", "=ON"}) {
            const std::string sql = "PRAGMA main." + std::string{facts.name} + std::string{value};
            SCOPED_TRACE(sql);
            test::SqliteOracle oracle{schema};
            const test::Verdict verdict = oracle.prepare(sql);
            if (!verdict.accepted) continue;
            const Statement statement = parsed(sql);
            EXPECT_FALSE(statement.in_transaction_ok);
            if (facts.name == "optimize") continue;  // see the table
            EXPECT_EQ(statement.returns_rows, verdict.columns > 0);
            // A value SQLite cannot use is not a write to it: it is none to the database either.
            if (!verdict.read_only) {
                EXPECT_TRUE(statement.writes);
            }
        }
    }
}

TEST(Pragmas, AreAllInTheTable) {
    test::SqliteOracle oracle;
    sqlite3_stmt* raw = nullptr;
    ASSERT_EQ(sqlite3_prepare_v2(oracle.handle(), "PRAGMA pragma_list", -1, &raw, nullptr),
              SQLITE_OK);
    const test::PreparedStatement statement{raw};
    int count = 0;
    while (sqlite3_step(raw) == SQLITE_ROW) {
        const auto* const text = reinterpret_cast<const char*>(sqlite3_column_text(raw, 0));
        const std::string_view name{text};
        EXPECT_TRUE(std::ranges::binary_search(pragma_table(), name, {}, &PragmaFacts::name))
            << name;
        ++count;
    }
    EXPECT_GT(count, 50);
}

TEST(Statement, TellsVerbs) {
    EXPECT_EQ(parsed("(SELECT 1)").verb, Verb::select);
    EXPECT_EQ(parsed("WITH a AS (SELECT 1), b AS (SELECT 2) REPLACE INTO t SELECT 1").verb,
              Verb::replace);
    EXPECT_TRUE(parsed("WITH a AS (SELECT 1) DELETE FROM t").has_cte);
    EXPECT_EQ(parsed("end transaction").verb, Verb::commit);
    EXPECT_EQ(parsed("\"SELECT\" 1").verb, Verb::unknown);
    EXPECT_EQ(parsed("SELECTED 1").verb, Verb::unknown);
    EXPECT_EQ(parsed("GRANT ALL").verb, Verb::unknown);
    EXPECT_EQ(parsed("WITH a AS (SELECT 1").verb, Verb::unknown);
    EXPECT_EQ(parsed("WITH").verb, Verb::unknown);
    EXPECT_EQ(parsed(")").verb, Verb::unknown);
    EXPECT_EQ(parsed("EXPLAIN").verb, Verb::explain);
}

TEST(Statement, TellsTransactions) {
    EXPECT_EQ(parsed("BEGIN IMMEDIATE").effect, TransactionEffect::begins);
    EXPECT_EQ(parsed("COMMIT").effect, TransactionEffect::ends);
    EXPECT_EQ(parsed("END").effect, TransactionEffect::ends);
    EXPECT_EQ(parsed("ROLLBACK\tTRANSACTION").effect, TransactionEffect::ends);
    EXPECT_EQ(parsed("ROLLBACK/**/TO s").verb, Verb::rollback_to);
    EXPECT_EQ(parsed("ROLLBACK TRANSACTION x TO s").effect, TransactionEffect::savepoint);
    EXPECT_EQ(parsed("ROLLBACK TRANSACTION \"TO\"").effect, TransactionEffect::ends);
    EXPECT_EQ(parsed("SAVEPOINT \"a;b\"").effect, TransactionEffect::savepoint);
    EXPECT_EQ(parsed("RELEASE s").effect, TransactionEffect::savepoint);
    EXPECT_EQ(parsed("EXPLAIN COMMIT").effect, TransactionEffect::none);
    EXPECT_TRUE(parsed("INSERT OR ROLLBACK INTO t VALUES (1)").may_end_transaction);
    EXPECT_TRUE(parsed("WITH c AS (SELECT 1) UPDATE OR FAIL t SET a = 1").may_end_transaction);
    EXPECT_FALSE(parsed("INSERT OR IGNORE INTO t VALUES (1)").may_end_transaction);
    EXPECT_FALSE(parsed("CREATE TABLE t(a UNIQUE ON CONFLICT ROLLBACK)").may_end_transaction);
    for (const auto* sql : {"PRAGMA x", "VACUUM", "ATTACH 'x' AS y", "DETACH y"}) {
        EXPECT_FALSE(parsed(sql).in_transaction_ok) << sql;
    }
    EXPECT_TRUE(parsed("CREATE TABLE t(a)").in_transaction_ok);
}

TEST(Statement, TellsSessionState) {
    for (const auto* sql :
         {"CREATE TEMP TABLE t(a)", "CREATE TABLE temp.t(a)", "DROP TABLE \"temp\".t",
          "INSERT INTO [TEMP].t VALUES (1)", "PRAGMA foreign_keys = 0", "PRAGMA foreign_keys(0)",
          "EXPLAIN PRAGMA foreign_keys = 0", "CREATE TABLE 'temp'.t(a)"}) {
        EXPECT_TRUE(parsed(sql).makes_session_state) << sql;
    }
    for (const auto* sql :
         {"CREATE TABLE t(temp)", "PRAGMA foreign_keys", "PRAGMA table_info(t)",
          "PRAGMA user_version = 3", "SELECT * FROM temp.t", "EXPLAIN CREATE TEMP TABLE t(a)"}) {
        EXPECT_FALSE(parsed(sql).makes_session_state) << sql;
    }
    for (const auto* sql : {"SELECT last_insert_rowid()", "INSERT INTO t VALUES (Changes ())",
                            "SELECT \"total_changes\"()", "SELECT * FROM temp.t",
                            "SELECT * FROM sqlite_temp_master", "UPDATE temp.t SET a = 1"}) {
        EXPECT_TRUE(parsed(sql).needs_session_state) << sql;
    }
    for (const auto* sql : {"SELECT changes FROM t", "SELECT 'last_insert_rowid()'",
                            "SELECT temp FROM t", "SELECT 1 /* changes() */"}) {
        EXPECT_FALSE(parsed(sql).needs_session_state) << sql;
    }
}

TEST(Statement, KnowsWhereItsParametersAre) {
    const Statement statement = parsed("\n -- ?\n SELECT ?, '?', [?], ? FROM t");
    EXPECT_EQ(statement.sql, "SELECT ?, '?', [?], ? FROM t");
    EXPECT_EQ(statement.parameter_offsets, (std::vector<std::uint32_t>{7, 20}));
    EXPECT_TRUE(statement.anonymous_parameters_only);
    EXPECT_FALSE(parsed("SELECT ?, ?2").anonymous_parameters_only);
    EXPECT_FALSE(parsed("SELECT :a").anonymous_parameters_only);
    EXPECT_EQ(parsed("SELECT ?99999999999999999999, ?4000000000").parameters, 0U);
}

TEST(Statement, IsOneAndOnlyOne) {
    EXPECT_EQ(parsed(";;SELECT 1; ; -- done").sql, "SELECT 1");
    for (const std::string_view sql :
         {std::string_view{""}, std::string_view{" ;; -- x"}, std::string_view{"/* x"},
          std::string_view{"\xEF\xBB\xBF"}}) {
        const Result<Statement> none = parse_one_statement(sql);
        ASSERT_FALSE(none);
        EXPECT_EQ(none.error().kind, ErrorKind::invalid);
        EXPECT_EQ(none.error().message, "empty statement");
    }
    const Result<Statement> two = parse_one_statement("SELECT 1; SELECT 2");
    ASSERT_FALSE(two);
    EXPECT_EQ(two.error().kind, ErrorKind::invalid);
    EXPECT_NE(two.error().message.find("one statement at a time"), std::string::npos);
    const Result<Statement> nul = parse_one_statement(std::string_view{"SELECT 'a\0b'", 12});
    ASSERT_FALSE(nul);
    EXPECT_NE(nul.error().message.find("U+0000"), std::string::npos);
}

TEST(Statement, EndsABrokenTriggerAtItsSemicolon) {
    EXPECT_EQ(parse_statements("CREATE TRIGGER x; DROP TABLE t").size(), 2U);
    EXPECT_EQ(
        parse_statements("CREATE TRIGGER x AFTER INSERT ON t BEGIN SELECT 1; DROP TABLE t").size(),
        1U);
}

}  // namespace
}  // namespace dqlite::client
