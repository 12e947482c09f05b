// No statement and no database name that is known to harm a server reaches one (design §2.7): each
// is refused with a clear text, and the node, the connection and everybody else go on.
#include "client/safety.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <mutex>
#include <set>

#include "tests/driver/live/fixture.h"
#include "tests/support/fake_server.h"
#include "wire/rows.h"

namespace dqlite::test {
namespace {

using client::RuleSubject;
using client::SafetyRule;

const SafetyRule& rule(std::string_view name) {
    const auto rules = client::safety_rules();
    const auto found = std::ranges::find(rules, name, &SafetyRule::name);
    if (found == rules.end()) throw std::out_of_range{std::string{name}};
    return *found;
}

std::string in_case(std::string_view text, int (*convert)(int)) {
    std::string out{text};
    for (char& c : out) c = static_cast<char>(convert(static_cast<unsigned char>(c)));
    return out;
}

/// The same statement in other clothes.
std::vector<std::string> disguises(std::string_view statement) {
    const std::string text{statement};
    return {text,
            in_case(text, std::tolower),
            in_case(text, std::toupper),
            "/* a read, honestly */ " + text,
            "-- SELECT 1\n" + text,
            " \t\r\n" + text + " ;",
            text + "; -- end",
            ";" + text};
}

struct Disguised {
    const char* rule;
    const char* statement;
};

// What the general disguises above do not reach: quoting, schemas, EXPLAIN, other forms of a value.
constexpr auto disguised = std::to_array<Disguised>({
    {"pragma-page-size", "PRAGMA \"page_size\" = 512"},
    {"pragma-page-size", "PRAGMA [main].[page_size](8192)"},
    {"pragma-page-size", "PRAGMA `page_size`=+8192"},
    {"pragma-page-size", "PRAGMA 'page_size' = '8192'"},
    {"pragma-page-size", "PRAGMA/**/main/**/./**/page_size/**/=/**/8192"},
    {"pragma-page-size", "EXPLAIN PRAGMA page_size = 8192"},
    {"pragma-page-size", "EXPLAIN QUERY PLAN PRAGMA Main.Page_Size(8192)"},
    {"pragma-journal-mode", "PRAGMA journal_mode = DELETE"},
    {"pragma-journal-mode", "PRAGMA temp.\"journal_mode\"=memory"},
    {"pragma-journal-mode", "EXPLAIN PRAGMA journal_mode = 'off'"},
    {"pragma-locking-mode", "PRAGMA main.locking_mode(exclusive)"},
    {"pragma-synchronous", "PRAGMA synchronous(2)"},
    {"pragma-wal-checkpoint", "PRAGMA wal_checkpoint"},
    {"pragma-wal-checkpoint", "PRAGMA main.wal_checkpoint = passive"},
    {"pragma-wal-autocheckpoint", "PRAGMA wal_autocheckpoint(1)"},
    {"pragma-count-changes", "PRAGMA count_changes(1)"},
    {"pragma-count-changes", "EXPLAIN PRAGMA count_changes = yes"},
    {"pragma-heap-limit", "PRAGMA soft_heap_limit(1)"},
    {"pragma-temp-store", "PRAGMA main.temp_store(1)"},
    {"pragma-temp-store", "EXPLAIN PRAGMA temp_store = file"},
    {"pragma-cache-spill", "PRAGMA cache_spill(100)"},
    {"fts-tokenizer", "SELECT \"fts3_tokenizer\" ('simple')"},
    {"pragma-incremental-vacuum", "PRAGMA incremental_vacuum"},
    {"pragma-optimize-table", "SELECT count(*) FROM (SELECT * FROM \"pragma_optimize\"(-1))"},
    {"pragma-optimize-table", "WITH o AS (SELECT * FROM [pragma_optimize]) SELECT * FROM o"},
    {"fts-optimize", "WITH d AS (SELECT \"optimize\"(docs) FROM docs) SELECT * FROM d"},
    {"load-extension", "VALUES (load_extension ('x', 'y'))"},
    {"load-extension", "INSERT INTO t VALUES (\"load_extension\"('x'))"},
    {"attach", "ATTACH ':memory:' AS m"},
    {"attach", "ATTACH 'x' || 'y' AS \"temp2\""},
    {"vacuum-into", "VACUUM main INTO '/tmp/copy.db'"},
    {"vacuum-into", "VACUUM/**/INTO 'a' || 'b'"},
    {"returning", "UPDATE t SET i = 1 RETURNING *"},
    {"returning", "DELETE FROM t RETURNING i AS r"},
    {"returning", "REPLACE INTO t VALUES (2) RETURNING (i)"},
    {"returning", "WITH c AS (SELECT 1) INSERT INTO t SELECT * FROM c RETURNING i"},
    {"returning", "INSERT INTO t VALUES (1) ON CONFLICT DO NOTHING RETURNING i"},
});

struct Refusal {
    const SafetyRule* rule;
    std::string statement;
};

std::vector<Refusal> refusals() {
    std::vector<Refusal> all;
    for (const SafetyRule& each : client::safety_rules()) {
        if (each.subject != RuleSubject::statement) continue;
        for (auto& text : disguises(each.example)) all.push_back({&each, std::move(text)});
    }
    for (const Disguised& each : disguised) all.push_back({&rule(each.rule), each.statement});
    return all;
}

void expect_refused(OdbcStatement& statement, SQLRETURN result, const Refusal& refusal) {
    EXPECT_EQ(result, SQL_ERROR) << refusal.statement;
    EXPECT_EQ(statement.state(), "42000") << refusal.statement;
    const auto message = statement.message();
    EXPECT_NE(message.find(refusal.rule->reason), std::string::npos)
        << refusal.statement << ": " << message;
    EXPECT_NE(message.find(refusal.rule->advice), std::string::npos) << message;
}

/// Tries it directly and prepared; SQLPrepare may refuse as well as SQLExecute.
void expect_refused(const OdbcConnection& connection, const Refusal& refusal) {
    SCOPED_TRACE(refusal.statement);
    OdbcStatement statement{connection};
    expect_refused(statement, statement.direct(refusal.statement), refusal);
    auto result = statement.prepare(refusal.statement);
    if (SQL_SUCCEEDED(result)) result = statement.execute();
    expect_refused(statement, result, refusal);
}

// ----------------------------------------------------------------------- nothing of it is sent

wire::Buffer one_row(std::span<const std::string_view> names, std::span<const wire::Value> row) {
    wire::RowsWriter writer{names};
    writer.row(row);
    return writer.finish();
}

/// A server of the oldest class that writes down every statement it gets.
class Recorder {
  public:
    [[nodiscard]] bool answer(FakePeer& peer, const FakeRequest& request) {
        using wire::RequestType;
        if (request.is(RequestType::prepare)) {
            note(request.sql());
            peer.send_statement(0, 0);
        } else if (request.is(RequestType::finalize)) {
            peer.send_empty();
        } else if (request.is(RequestType::exec_sql)) {
            note(request.sql());
            request.sql() == "SELECT 1" ? peer.send_failure(100, "another row available")
                                        : peer.send_result(0, 0);
        } else if (request.is(RequestType::query_sql)) {
            note(request.sql());
            answer_query(peer, request.sql());
        } else {
            peer.send_failure(1, "unexpected");
        }
        return true;
    }
    [[nodiscard]] bool has_seen(std::string_view statement) {
        const std::lock_guard lock{mutex_};
        return std::ranges::any_of(seen_, [&](const std::string& sql) {
            return sql.find(statement) != std::string::npos;
        });
    }

  private:
    void note(std::string sql) {
        const std::lock_guard lock{mutex_};
        seen_.push_back(std::move(sql));
    }
    static void answer_query(FakePeer& peer, const std::string& sql) {
        constexpr std::array<std::string_view, 1> version{"sqlite_version()"};
        if (sql == "SELECT sqlite_version()") {
            const auto text = wire::Value::text("3.40.1");
            peer.send(one_row(version, {&text, 1}));
        } else {
            peer.send_failure(1, "no such thing here");
        }
    }

    std::mutex mutex_;
    std::vector<std::string> seen_;
};

TEST(Safety, NothingRefusedIsEverSent) {
    Recorder recorder;
    FakeServer server{FakeServer::node([&recorder](FakePeer& peer, const FakeRequest& request) {
        return recorder.answer(peer, request);
    })};
    const OdbcConnection connection{connection_string(server.address(), "Timeout=5")};
    ASSERT_TRUE(connection.ok());
    for (const Refusal& refusal : refusals()) {
        SCOPED_TRACE(refusal.statement);
        OdbcStatement statement{connection};
        EXPECT_EQ(statement.direct(refusal.statement), SQL_ERROR);
        if (SQL_SUCCEEDED(statement.prepare(refusal.statement))) {
            SQLSMALLINT columns = 0;
            SQLNumResultCols(statement.handle(), &columns);
            EXPECT_EQ(statement.execute(), SQL_ERROR);
        }
        EXPECT_FALSE(recorder.has_seen(refusal.rule->example));
        EXPECT_FALSE(recorder.has_seen(refusal.statement));
    }
    EXPECT_EQ(server.connections(), 1);
}

// -------------------------------------------------------------------------------- on real nodes

class SafetyOnNodes : public OnOneNode {
  protected:
    void SetUp() override {
        OnOneNode::SetUp();
        run("CREATE TABLE t (i INTEGER)");
    }
    void TearDown() override {
        if (!HasFatalFailure()) expect_well();
        OnOneNode::TearDown();
    }
    /// The node lives, this connection works, and others can write as well as this one.
    void expect_well() {
        EXPECT_TRUE(node().alive()) << node().output();
        EXPECT_EQ(query("SELECT 6 * 7"), (Rows{{"42"}}));
        const OdbcConnection other{connection_string(node().address())};
        OdbcStatement statement{other};
        EXPECT_EQ(statement.direct("CREATE TABLE IF NOT EXISTS others (i)"), SQL_SUCCESS)
            << statement.message();
        EXPECT_EQ(statement.direct("INSERT INTO others VALUES (1)"), SQL_SUCCESS)
            << statement.message();
        run("INSERT INTO others VALUES (2)");
    }
    [[nodiscard]] bool returning_is_safe() const {
        return generation() != ServerGeneration::debian12 &&
               generation() != ServerGeneration::trixie;
    }
};
DQLITE_ON_EACH_GENERATION(SafetyOnNodes);

TEST_P(SafetyOnNodes, EveryRuleRefusesWithItsReasonAndAdvice) {
    std::set<std::string_view> met;
    for (const Refusal& refusal : refusals()) {
        if (refusal.rule->needs_class && returning_is_safe()) continue;
        expect_refused(connection(), refusal);
        if (met.insert(refusal.rule->name).second) expect_well();
    }
    EXPECT_EQ(query("SELECT count(*) FROM t"), (Rows{{"0"}}));
}

TEST_P(SafetyOnNodes, ARefusalLeavesATransactionOpen) {
    ASSERT_EQ(connection().autocommit(false), SQL_SUCCESS);
    run("INSERT INTO t VALUES (1)");
    expect_refused(connection(), {&rule("attach"), "ATTACH 'x' AS x"});
    run("INSERT INTO t VALUES (2)");
    ASSERT_EQ(connection().commit(), SQL_SUCCESS) << connection().message();
    ASSERT_EQ(connection().autocommit(true), SQL_SUCCESS);
    EXPECT_EQ(query("SELECT sum(i) FROM t"), (Rows{{"3"}}));
}

// EXPLAIN lists the steps of a statement and takes none. SQLite does not halt it at its end: were
// it left so on a server, the connection's later writes would never be committed.
TEST_P(SafetyOnNodes, ExplainsOfHarmfulStatementsAreHarmless) {
    for (const char* const statement :
         {"EXPLAIN ATTACH 'x' AS x", "EXPLAIN VACUUM INTO 'x'", "EXPLAIN VACUUM",
          "EXPLAIN QUERY PLAN SELECT * FROM t", "EXPLAIN INSERT INTO t VALUES (1)",
          "EXPLAIN QUERY PLAN DELETE FROM t", "EXPLAIN CREATE TABLE u (i)", "EXPLAIN PRAGMA x"}) {
        SCOPED_TRACE(statement);
        OdbcStatement direct{connection()};
        if (SQL_SUCCEEDED(direct.direct(statement))) direct.close();
        OdbcStatement prepared{connection()};
        ASSERT_EQ(prepared.prepare(statement), SQL_SUCCESS);
        if (SQL_SUCCEEDED(prepared.execute())) prepared.close();
        expect_well();
        expect_well();
    }
    EXPECT_EQ(query("SELECT count(*) FROM t"), (Rows{{"0"}}));
}

TEST_P(SafetyOnNodes, DatabaseNamesThatKillAreRefusedAtConnect) {
    struct Name {
        std::string name;
        const char* rule;
    };
    const std::array names{Name{":memory:", "colon-name"},
                           Name{":x", "colon-name"},
                           Name{"file:x", "file-name"},
                           Name{"FILE:app.db?mode=memory", "file-name"},
                           Name{std::string(401, 'd'), "long-name"},
                           Name{std::string(500, 'd'), "long-name"},
                           Name{"app-wal", "companion-name"},
                           Name{"app-journal", "companion-name"}};
    for (const Name& each : names) {
        SCOPED_TRACE(each.name);
        OdbcConnection other;
        EXPECT_EQ(other.connect(connection_string(node().address(), "Database=" + each.name)),
                  SQL_ERROR);
        EXPECT_EQ(other.state(), "08001");
        EXPECT_NE(other.message().find(rule(each.rule).reason), std::string::npos)
            << other.message();
    }
}

TEST_P(SafetyOnNodes, AnEmptyDatabaseNameIsTheDefaultOne) {
    const OdbcConnection other{connection_string(node().address(), "Database=")};
    ASSERT_TRUE(other.ok());
    OdbcStatement statement{other};
    EXPECT_EQ(statement.query("SELECT count(*) FROM t"), (Rows{{"0"}}));
}

TEST_P(SafetyOnNodes, TheLongestDatabaseNameWorks) {
    const OdbcConnection other{
        connection_string(node().address(), "Database=" + std::string(400, 'd'))};
    ASSERT_TRUE(other.ok());
    OdbcStatement statement{other};
    EXPECT_EQ(statement.query("SELECT 1"), (Rows{{"1"}}));
}

// ---------------------------------------------------------------- statements that answer with rows

// EXEC of a statement with rows harms every generation: all of these must go as queries.
TEST_P(SafetyOnNodes, StatementsWithRowsAreQueries) {
    run("INSERT INTO t VALUES (1)");
    for (const char* const sql :
         {"SELECT i FROM t", "VALUES (1)", "WITH c(i) AS (SELECT 1) SELECT i FROM c",
          "WITH RECURSIVE c(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM c WHERE i < 1) "
          "SELECT i FROM c",
          "SELECT 1 UNION SELECT 1", "/* c */ SELECT i FROM t -- d", "PRAGMA foreign_keys"}) {
        EXPECT_EQ(query(sql), (Rows{{"1"}})) << sql;
        OdbcStatement prepared{connection()};
        ASSERT_EQ(prepared.prepare(sql), SQL_SUCCESS) << sql;
        for (int time = 0; time < 2; ++time) {
            ASSERT_EQ(prepared.execute(), SQL_SUCCESS) << sql << ": " << prepared.message();
            EXPECT_EQ(prepared.all(), (Rows{{"1"}})) << sql;
        }
    }
    for (const char* const sql :
         {"PRAGMA user_version = 3", "PRAGMA user_version(3)", "ANALYZE", "REINDEX",
          "PRAGMA main.foreign_keys = 1", "PRAGMA optimize", "PRAGMA table_info(t)",
          "EXPLAIN SELECT 1", "EXPLAIN QUERY PLAN DELETE FROM t", "PRAGMA integrity_check",
          "WITH c(i) AS (SELECT 1) DELETE FROM t WHERE i IN (SELECT i + 1 FROM c)"}) {
        OdbcStatement statement{connection()};
        auto result = statement.direct(sql);
        EXPECT_TRUE(SQL_SUCCEEDED(result) || result == SQL_NO_DATA)
            << sql << ": " << statement.message();
        statement.close();
        ASSERT_EQ(statement.prepare(sql), SQL_SUCCESS);
        result = statement.execute();
        EXPECT_TRUE(SQL_SUCCEEDED(result) || result == SQL_NO_DATA)
            << sql << ": " << statement.message();
        statement.close();
        SCOPED_TRACE(sql);
        expect_well();
    }
}

TEST_P(SafetyOnNodes, ReturningWorksWhereItIsSafe) {
    if (!returning_is_safe()) GTEST_SKIP() << "refused here: see EveryRuleRefuses…";
    run("CREATE TABLE r (id INTEGER PRIMARY KEY, b BOOLEAN, d DATE, x)");
    EXPECT_EQ(query("INSERT INTO r VALUES (1, 'abc', 1.5, x'00'), (2, NULL, NULL, 7) "
                    "RETURNING id, typeof(b), typeof(d), x"),
              (Rows{{"1", "text", "real", "00"}, {"2", "null", "null", "7"}}));
    EXPECT_EQ(query("UPDATE r SET x = 8 WHERE id = 2 RETURNING *").size(), 1U);
    expect_well();
    OdbcStatement prepared{connection()};
    ASSERT_EQ(prepared.prepare("DELETE FROM r RETURNING id AS gone, b"), SQL_SUCCESS);
    ASSERT_EQ(prepared.execute(), SQL_SUCCESS) << prepared.message();
    // Read to the end by the driver: closing it early undoes nothing.
    prepared.close();
    EXPECT_EQ(query("SELECT count(*) FROM r"), (Rows{{"0"}}));
}

TEST_P(SafetyOnNodes, BusyTimeoutIsAnsweredByTheDriver) {
    EXPECT_EQ(query("PRAGMA busy_timeout"), (Rows{{"5000"}}));
    EXPECT_EQ(query("PRAGMA busy_timeout = 1234"), (Rows{{"1234"}}));
    EXPECT_EQ(query("pragma Main.\"busy_timeout\"(250)"), (Rows{{"250"}}));
    OdbcStatement prepared{connection()};
    ASSERT_EQ(prepared.prepare("PRAGMA busy_timeout;"), SQL_SUCCESS);
    EXPECT_EQ(prepared.columns(), 1);
    EXPECT_EQ(prepared.column_name(1), "timeout");
    ASSERT_EQ(prepared.execute(), SQL_SUCCESS);
    EXPECT_EQ(prepared.all(), (Rows{{"250"}}));
}

}  // namespace
}  // namespace dqlite::test
