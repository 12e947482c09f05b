// The mirror and the projection on real servers.
#include <gtest/gtest.h>

#include "client/session.h"
#include "driver/describe/projection.h"
#include "driver/describe/schema_mirror.h"
#include "tests/driver/describe/corpus.h"
#include "tests/driver/describe/fixture.h"
#include "tests/support/each_generation.h"
#include "tests/support/node.h"

namespace dqlite::odbc {
namespace {

using client::RowStream;
using testing::LocalDatabase;
using testing::Query;
using testing::Rows;
using testing::statement;
using wire::ValueType;

std::string printed(const wire::Value& value) {
    switch (value.type()) {
        case ValueType::integer:
            return fmt::format("integer:{}", value.as_integer());
        case ValueType::real:
            return fmt::format("real:{}", value.as_real());
        case ValueType::text:
            return "text:" + std::string{value.as_bytes()};
        case ValueType::blob:
            return "blob:" + std::string{value.as_bytes()};
        case ValueType::null:
            return "null:";
        default:  // a code that depends on a declared type: the projection failed
            return fmt::format("code {}", static_cast<int>(value.type()));
    }
}

template <typename T>
T must(client::Result<T> result) {
    if (!result) throw std::runtime_error{result.error().message};
    if constexpr (!std::is_void_v<T>) return std::move(*result);
}

class Live : public test::OnEachGeneration {
  protected:
    std::unique_ptr<client::Session> connect() {
        client::Options options;
        options.servers = {node.address()};
        return must(client::Session::connect(std::move(options)));
    }

    void run(client::Session& on, std::string_view script) {
        for (const client::Statement& piece : client::parse_statements(script)) {
            must(on.execute(piece));
        }
    }

    Rows rows(client::Session& on, const std::string& sql,
              const std::vector<wire::Value>& parameters = {}) {
        const auto stream = must(on.query(statement(sql), parameters));
        Rows result;
        RowStream::Step step = stream->next();
        for (; step == RowStream::Step::row; step = stream->next()) {
            std::vector<std::string> row;
            for (const wire::Value& value : stream->row()) row.push_back(printed(value));
            result.push_back(std::move(row));
        }
        if (step == RowStream::Step::failed) throw std::runtime_error{stream->error().message};
        return result;
    }

    /// What the driver would send for `sql`.
    std::string projected(Describer& by, const std::string& sql) {
        const Description description = by.describe(statement(sql));
        EXPECT_TRUE(description.understood) << sql;
        EXPECT_EQ(description.refusal, "") << sql;
        return description.sql.empty() ? sql : description.sql;
    }

    void expect_alive() {
        EXPECT_TRUE(node.alive()) << node.output();
        EXPECT_EQ(rows(*connect(), "SELECT 1"), (Rows{{"integer:1"}}));
    }

    test::Node node{generation()};
    std::unique_ptr<client::Session> session = connect();
    Describer describer{node.address(), {}};
};
DQLITE_ON_EACH_GENERATION(Live);

TEST_P(Live, EveryDeclaredTypeMayHoldEveryStorageClass) {
    const std::vector<std::string> types{
        "BOOLEAN",     "boolean",       "BOOL",   "DATE",        "DATETIME", "TIMESTAMP",
        "TimeStamp",   "DATETIME(6)",   "TIME",   "INTEGER",     "INT",      "BIGINT",
        "SMALLINT",    "REAL",          "DOUBLE", "NUMERIC",     "FLOAT",    "DECIMAL(10,2)",
        "VARCHAR(20)", "NVARCHAR(10)",  "TEXT",   "CLOB",        "CHAR(3)",  "BLOB",
        "UUID",        "VARBINARY(16)", "JSON",   "TIMESTAMPTZ", ""};
    std::string create = "CREATE TABLE every(";
    std::string marks;
    for (std::size_t i = 0; i < types.size(); ++i) {
        create += fmt::format("{}c{} {}", i == 0 ? "" : ",", i, types[i]);
        marks += i == 0 ? "?" : ",?";
    }
    create += ")";
    LocalDatabase local;
    local.run(create);
    run(*session, create);
    for (const char* const value :
         {"1", "0", "7", "-9223372036854775808", "NULL", "'abc'", "''", "'2020-01-02'", "2.5",
          "1e300", "x'00ff'", "x''", "'2020-01-02 03:04:05'", "zeroblob(70)"}) {
        std::string insert = fmt::format("INSERT INTO every VALUES({}", value);
        for (std::size_t i = 1; i < types.size(); ++i) insert += fmt::format(",{}", value);
        local.run(insert + ")");
        run(*session, insert + ")");
    }
    must(describer.refresh(*session));
    const std::string sql = "SELECT * FROM every ORDER BY rowid";
    EXPECT_EQ(rows(*session, projected(describer, sql)), local.rows(sql));
    expect_alive();
}

TEST_P(Live, TheCorpusComesBackRight) {
    LocalDatabase local;
    local.run(std::string{testing::corpus_schema});
    run(*session, testing::corpus_schema);
    must(describer.refresh(*session));
    for (const Query& query : testing::corpus()) {
        std::vector<wire::Value> values;
        for (const std::int64_t value : query.parameters) {
            values.push_back(wire::Value::integer(value));
        }
        EXPECT_EQ(rows(*session, projected(describer, query.sql), values),
                  local.rows(query.sql, query.parameters))
            << query.sql;
    }
    expect_alive();
}

TEST_P(Live, WithoutAMirrorTheProbeIsEnough) {
    run(*session,
        "CREATE VIRTUAL TABLE search USING fts5(body); INSERT INTO search VALUES('one two');"
        "CREATE TABLE t(flag BOOLEAN, day DATE); INSERT INTO t VALUES('bad', 2.5),(NULL, NULL);");
    for (const char* const sql :
         {"SELECT t.*, flag FROM t ORDER BY rowid", "SELECT body FROM search('two')",
          "SELECT flag FROM t UNION ALL SELECT ? LIMIT 1 OFFSET ?"}) {
        const client::Statement parsed = statement(sql);
        const std::vector<wire::Value> zeros(parsed.parameters, wire::Value::integer(0));
        const auto probe = must(session->query(statement(limit0_probe(parsed)), zeros));
        EXPECT_EQ(probe->row_count(), 0U);
        const std::string sent = project(parsed, probe->column_count());
        EXPECT_FALSE(rows(*session, sent, zeros).empty()) << sql;
    }
    expect_alive();
}

TEST_P(Live, OneRoundTripTellsThatTheMirrorIsCurrent) {
    run(*session, "CREATE TABLE t(a DATE)");
    must(describer.refresh(*session));
    EXPECT_TRUE(describer.current());
    const auto second = connect();
    Describer sharing{node.address(), {}};
    EXPECT_FALSE(sharing.current());
    const auto before = second->statistics().round_trips;
    must(sharing.refresh(*second));
    EXPECT_EQ(second->statistics().round_trips, before + 1);
    EXPECT_EQ(sharing.describe(statement("SELECT a FROM t")).columns.at(0).declared_type, "DATE");
}

TEST_P(Live, FollowsTheSchema) {
    const client::Statement select = statement("SELECT * FROM t");
    run(*session, "CREATE TABLE t(a DATE)");
    must(describer.refresh(*session));
    EXPECT_EQ(describer.describe(select).columns.size(), 1U);

    run(*connect(), "ALTER TABLE t ADD COLUMN b BOOLEAN");
    const std::string stale = describer.describe(select).sql;
    // The server's answer is an error, not a wrong result.
    EXPECT_THROW(static_cast<void>(rows(*session, stale)), std::runtime_error);
    describer.invalidate();
    EXPECT_FALSE(describer.current());
    EXPECT_FALSE(describer.describe(select).understood);
    must(describer.refresh(*session));
    EXPECT_EQ(describer.describe(select).columns.size(), 2U);
    expect_alive();
}

TEST_P(Live, TemporaryObjectsAreOneConnectionsOwn) {
    run(*session, "CREATE TABLE t(a DATE); CREATE TEMP TABLE mine(b BOOLEAN);");
    must(describer.refresh(*session));
    EXPECT_EQ(describer.describe(statement("SELECT b FROM mine")).columns.at(0).schema, "temp");
    EXPECT_TRUE(describer.describe(statement("SELECT a FROM t")).understood);

    const auto other = connect();
    Describer others{node.address(), {}};
    must(others.refresh(*other));
    EXPECT_FALSE(others.describe(statement("SELECT b FROM mine")).understood);
    EXPECT_TRUE(others.describe(statement("SELECT a FROM t")).understood);

    run(*session, "DROP TABLE mine");
    describer.invalidate();
    must(describer.refresh(*session));
    EXPECT_FALSE(describer.describe(statement("SELECT b FROM mine")).understood);
}

TEST_P(Live, UncommittedDefinitionsAreOneConnectionsOwn) {
    const client::Statement select = statement("SELECT * FROM t");
    run(*session, "CREATE TABLE t(a DATE)");
    must(describer.refresh(*session));
    must(session->begin(client::BeginMode::immediate));
    run(*session, "ALTER TABLE t ADD COLUMN b BOOLEAN");
    describer.invalidate();
    must(describer.refresh(*session));
    EXPECT_EQ(describer.describe(select).columns.size(), 2U);

    const auto other = connect();
    Describer others{node.address(), {}};
    must(others.refresh(*other));
    EXPECT_EQ(others.describe(select).columns.size(), 1U);

    must(session->rollback());
    describer.invalidate();
    must(describer.refresh(*session));
    EXPECT_EQ(describer.describe(select).columns.size(), 1U);
}

TEST_P(Live, ReturningComesBackRight) {
    run(*session, "CREATE TABLE t(id INTEGER PRIMARY KEY, flag BOOLEAN, day DATE)");
    must(describer.refresh(*session));
    const std::string sql = "INSERT INTO t(flag, day) VALUES('bad', 2.5),(NULL, NULL) RETURNING *";
    const std::string sent = projected(describer, sql);
    EXPECT_NE(sent, sql);
    if (!must(session->traits()).returning_is_safe()) {
        EXPECT_THROW(static_cast<void>(rows(*session, sent)), std::runtime_error);
    } else {
        EXPECT_EQ(rows(*session, sent),
                  (Rows{{"integer:1", "text:bad", "real:2.5"}, {"integer:2", "null:", "null:"}}));
    }
    expect_alive();
}

}  // namespace
}  // namespace dqlite::odbc
