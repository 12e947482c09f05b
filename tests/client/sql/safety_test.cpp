#include "client/safety.h"

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace dqlite::client {
namespace {

const ServerTraits newest{ServerClass::v1_18_3, {}};

std::optional<Error> check(std::string_view sql, const ServerTraits& traits = newest) {
    const Result<Statement> statement = parse_one_statement(sql);
    if (!statement) {
        ADD_FAILURE() << sql << ": " << statement.error().message;
        return std::nullopt;
    }
    return check_statement(*statement, traits);
}

std::string_view reason_of(std::string_view rule_name) {
    for (const SafetyRule& rule : safety_rules()) {
        if (rule.name == rule_name) return rule.reason;
    }
    ADD_FAILURE() << "no rule " << rule_name;
    return {};
}

TEST(Safety, RefusesTheExampleOfEachRule) {
    std::set<std::string_view> names;
    for (const SafetyRule& rule : safety_rules()) {
        SCOPED_TRACE(rule.name);
        EXPECT_TRUE(names.insert(rule.name).second);
        std::optional<Error> error;
        switch (rule.subject) {
            case RuleSubject::database_name:
                error = check_database_name(rule.example);
                break;
            case RuleSubject::column_names:
                error = check_column_names(std::vector<std::string_view>(510, "column"));
                break;
            case RuleSubject::statement:
                error = check(rule.example, rule.needs_class ? ServerTraits{} : newest);
                break;
        }
        ASSERT_TRUE(error);
        EXPECT_EQ(error->kind, ErrorKind::refused);
        EXPECT_EQ(error->outcome, Outcome::not_applied);
        EXPECT_NE(error->message.find(rule.reason), std::string::npos) << error->message;
        EXPECT_NE(error->message.find(rule.advice), std::string::npos) << error->message;
    }
}

struct Disguise {
    std::string_view rule;
    std::string_view sql;
};

TEST(Safety, SeesThroughDisguises) {
    const Disguise disguises[] = {
        {"pragma-journal-mode", "PRAGMA main.journal_mode = DELETE"},
        {"pragma-journal-mode", "pragma \"journal_mode\"(delete)"},
        {"pragma-journal-mode", "PRAGMA journal_mode /*x*/ = wal"},
        {"pragma-journal-mode", "PRAGMA 'main' . 'JOURNAL_MODE' -- x\n = 'wal'"},
        {"pragma-journal-mode", "EXPLAIN PRAGMA journal_mode = DELETE"},
        {"pragma-journal-mode", "EXPLAIN QUERY PLAN PRAGMA [main].[journal_mode](DELETE)"},
        {"pragma-journal-mode", "\xEF\xBB\xBF/**/pRaGmA`journal_mode`=`off`"},
        {"pragma-page-size", "EXPLAIN PRAGMA page_size = 512"},
        {"pragma-page-size", "PRAGMA temp.page_size(512)"},
        {"pragma-wal-checkpoint", "PRAGMA wal_checkpoint"},
        {"pragma-wal-checkpoint", "PRAGMA main.wal_checkpoint = FULL"},
        {"pragma-heap-limit", "PRAGMA soft_heap_limit(1)"},
        {"pragma-incremental-vacuum", "PRAGMA incremental_vacuum"},
        {"pragma-count-changes", "PRAGMA count_changes(yes)"},
        {"attach", "attach/**/'' as x"},
        {"attach", "ATTACH ':memory:' AS x"},
        {"vacuum-into", "VACUUM main INTO ?"},
        {"vacuum-into", "VACUUM/**/into 'x'"},
        {"pragma-optimize-table", "SELECT * FROM main.pragma_optimize"},
        {"pragma-optimize-table", "SELECT * FROM \"PRAGMA_OPTIMIZE\"(0xfffe)"},
        {"pragma-optimize-table", "SELECT * FROM 'pragma_optimize'"},
        {"pragma-optimize-table", "SELECT 1 FROM t, 'pragma_optimize'"},
        {"pragma-optimize-table", "CREATE VIEW v AS SELECT * FROM pragma_optimize"},
        {"pragma-optimize-table",
         "CREATE TRIGGER r AFTER INSERT ON t BEGIN SELECT * FROM pragma_optimize; END"},
        {"fts-optimize", "SELECT \"optimize\" /* */ (docs) FROM docs"},
        {"fts-tokenizer", "SELECT [FTS3_Tokenizer]('a', ?)"},
        {"pragma-temp-store", "EXPLAIN PRAGMA temp_store(1)"},
        {"load-extension", "CREATE TABLE t(a DEFAULT (load_extension('x')))"},
    };
    for (const Disguise& disguise : disguises) {
        SCOPED_TRACE(disguise.sql);
        const std::optional<Error> error = check(disguise.sql);
        ASSERT_TRUE(error);
        EXPECT_NE(error->message.find(reason_of(disguise.rule)), std::string::npos)
            << error->message;
    }
}

TEST(Safety, LetsHarmlessRelativesPass) {
    for (const auto* sql : {"PRAGMA journal_mode",
                            "PRAGMA main.page_size",
                            "PRAGMA locking_mode",
                            "PRAGMA synchronous",
                            "SELECT * FROM pragma_journal_mode",
                            "SELECT 'PRAGMA journal_mode = DELETE'",
                            "PRAGMA table_info(journal_mode)",
                            "VACUUM",
                            "VACUUM main",
                            "PRAGMA optimize",
                            "SELECT optimize FROM t",
                            "CREATE TABLE optimize(a)",
                            "INSERT INTO optimize(a) VALUES (1)",
                            "INSERT INTO main.optimize(a) VALUES (1)",
                            "SELECT * FROM t WHERE a = 'pragma_optimize'",
                            "SELECT load_extension FROM t",
                            "INSERT INTO t VALUES (1) RETURNING a",
                            "PRAGMA busy_timeout = 5",
                            "PRAGMA foreign_keys = OFF",
                            "PRAGMA wal_autocheckpoint",
                            "SELECT * FROM attach",
                            "SELECT 1 AS \"into\""}) {
        EXPECT_FALSE(check(sql)) << sql;
    }
}

TEST(Safety, ReturningDependsOnTheServer) {
    constexpr std::string_view sql = "DELETE FROM t RETURNING a";
    EXPECT_TRUE(needs_server_class(*parse_one_statement(sql)));
    EXPECT_FALSE(needs_server_class(*parse_one_statement("DELETE FROM t")));
    EXPECT_TRUE(check(sql, {ServerClass::unknown, {}}));
    EXPECT_TRUE(check(sql, {ServerClass::v1_11, {}}));
    EXPECT_TRUE(check(sql, {ServerClass::v1_15, {}}));
    EXPECT_FALSE(check(sql, {ServerClass::v1_18_3, {}}));
    EXPECT_FALSE(check("EXPLAIN DELETE FROM t RETURNING a", {ServerClass::v1_11, {}}));
}

TEST(Safety, GuardsASessionWithoutRows) {
    for (const std::string_view sql : session_guard) {
        const auto statement = parse_one_statement(sql);
        ASSERT_TRUE(statement) << sql;  // one: a second would wait for other writers
        EXPECT_FALSE(statement->returns_rows) << sql;
    }
}

TEST(Safety, ChecksDatabaseNames) {
    for (const std::string_view name : {std::string_view{"FILE:x"}, std::string_view{":x"},
                                        std::string_view{"x-WAL"}, std::string_view{"x-journal"}}) {
        EXPECT_TRUE(check_database_name(name)) << name;
    }
    EXPECT_TRUE(check_database_name(std::string(401, 'x')));
    EXPECT_FALSE(check_database_name(std::string(400, 'x')));
    for (const auto* name : {"default", "a/b", "../x", "/abs", "caf\xC3\xA9", "file", "x:y"}) {
        EXPECT_FALSE(check_database_name(name)) << name;
    }
}

TEST(Safety, ChecksColumnNamesAtTheMeasuredThresholds) {
    const auto refused = [](std::size_t count, std::size_t length) {
        const std::string name(length, 'x');
        return check_column_names(std::vector<std::string_view>(count, name)).has_value();
    };
    EXPECT_FALSE(refused(509, 7));
    EXPECT_TRUE(refused(510, 7));
    EXPECT_FALSE(refused(254, 15));
    EXPECT_TRUE(refused(255, 8));
    EXPECT_FALSE(refused(169, 23));
    EXPECT_TRUE(refused(170, 16));
    EXPECT_FALSE(refused(1, 4071));
    EXPECT_TRUE(refused(1, 4072));
    EXPECT_FALSE(refused(0, 0));
}

}  // namespace
}  // namespace dqlite::client
