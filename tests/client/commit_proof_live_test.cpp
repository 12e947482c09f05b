// Proof of commit on real nodes: what a session says of a COMMIT whose answer is lost is true, and
// nothing of the proof shows where an application looks.
#include <array>
#include <functional>
#include <thread>

#include <fmt/format.h>

#include "client/commit_proof.h"
#include "tests/client/session_fixture.h"
#include "tests/support/each_generation.h"
#include "tests/support/node.h"
#include "tests/support/proxy.h"

namespace dqlite::client {
namespace {

using test::Carried;
using test::Direction;
using test::ProxyScript;

std::string seq_of_all(Session& session) {
    std::string all;
    auto rows = session.query(sql(fmt::format("SELECT seq FROM {} ORDER BY used", proof_table)));
    EXPECT_TRUE(rows);
    while (rows && (*rows)->next() == RowStream::Step::row) {
        all += std::to_string((*rows)->row()[0].as_integer()) + " ";
    }
    return all;
}

class LiveProof : public test::OnEachGeneration {
  protected:
    void SetUp() override {
        plain_ = open_session(node_.address());
        run(*plain_, "CREATE TABLE t (a INTEGER PRIMARY KEY, b)");
    }
    [[nodiscard]] Options proving() const {
        Options options = quick_options({node_.address()});
        options.commit_proof = true;
        return options;
    }
    [[nodiscard]] std::int64_t rows() { return number(*plain_, "SELECT count(*) FROM t"); }

    /// All that has gone through: the proxy counts a piece after it has passed it on.
    [[nodiscard]] Carried carried() const {
        while (true) {
            const Carried before = proxy_.carried();
            std::this_thread::sleep_for(std::chrono::milliseconds{20});
            const Carried after = proxy_.carried();
            const bool same =
                before.to_server == after.to_server && before.to_client == after.to_client;
            if (same) return after;
        }
    }

    using Work = std::function<Result<void>(Session&)>;
    enum class Cut : std::uint8_t { before_commit, before_answer };
    /// Does the work and commits; the connection is cut at the COMMIT.
    Result<void> commit_with(Cut cut, const Work& work, std::unique_ptr<Session>& session) {
        Options options = proving();
        options.address_map = {{node_.address(), proxy_.address()}};
        const auto at_commit = [&](const ProxyScript& script) {
            proxy_.script_next(script);
            session = open_session(options);
            const auto begun = session->begin(BeginMode::automatic);
            return begun ? work(*session) : begun;
        };
        // Once for the number of bytes, which the second time are as many.
        EXPECT_TRUE(at_commit({}));
        const Carried bytes = carried();
        EXPECT_TRUE(session->rollback());
        const bool to_server = cut == Cut::before_commit;
        const ProxyScript script{
            .act = ProxyScript::Act::close,
            .direction = to_server ? Direction::to_server : Direction::to_client,
            .after = to_server ? bytes.to_server : bytes.to_client};
        EXPECT_TRUE(at_commit(script));
        return session->commit();
    }

    test::Node node_{generation()};
    test::Proxy proxy_{node_.port()};
    std::unique_ptr<Session> plain_;
};
DQLITE_ON_EACH_GENERATION(LiveProof);

Result<void> insert(Session& session) {
    const auto inserted = session.execute(sql("INSERT INTO t (b) VALUES (1)"));
    return inserted ? Result<void>{} : fail(inserted.error());
}

TEST_P(LiveProof, FindsThatATransactionCommitted) {
    std::unique_ptr<Session> session;
    const auto committed = commit_with(Cut::before_answer, insert, session);
    EXPECT_TRUE(committed) << committed.error().message;
    EXPECT_EQ(session->statistics().proved_committed, 1U);
    EXPECT_EQ(rows(), 1);
    EXPECT_TRUE(insert(*session)) << "it goes on";
    EXPECT_EQ(rows(), 2);
}

TEST_P(LiveProof, MakesSureThatATransactionNeverCommits) {
    std::unique_ptr<Session> session;
    const auto committed = commit_with(Cut::before_commit, insert, session);
    ASSERT_FALSE(committed);
    EXPECT_EQ(committed.error().outcome, Outcome::rolled_back);
    EXPECT_EQ(session->statistics().proved_not_committed, 1U);
    EXPECT_EQ(rows(), 0);
    EXPECT_TRUE(insert(*session)) << "it goes on";
    EXPECT_EQ(rows(), 1);
}

// ROLLBACK TO an application's savepoint must not take the token along: else what commits would be
// told not to.
TEST_P(LiveProof, KeepsItsTokenOutsideSavepoints) {
    const auto work = [](Session& session) -> Result<void> {
        for (const std::string_view text :
             {"SELECT 1", "SAVEPOINT a", "INSERT INTO t (b) VALUES (7)", "ROLLBACK TO a",
              "INSERT INTO t (b) VALUES (8)"}) {
            const Statement statement = sql(text);
            if (statement.returns_rows) {
                if (auto read = session.query(statement); !read) return fail(read.error());
            } else if (auto ran = session.execute(statement); !ran) {
                return fail(ran.error());
            }
        }
        return {};
    };
    std::unique_ptr<Session> session;
    const auto committed = commit_with(Cut::before_answer, work, session);
    EXPECT_TRUE(committed) << committed.error().message;
    EXPECT_EQ(number(*plain_, "SELECT b FROM t"), 8);
    const auto lost = commit_with(Cut::before_commit, work, session);
    EXPECT_FALSE(lost);
    EXPECT_EQ(rows(), 1);
}

TEST_P(LiveProof, CommitsWhatASavepointBegan) {
    const auto session = open_session(proving());
    for (const std::string_view text :
         {"SAVEPOINT a", "INSERT INTO t (b) VALUES (1)", "SAVEPOINT a",
          "INSERT INTO t (b) VALUES (2)", "ROLLBACK TO a", "RELEASE a"}) {
        run(*session, text);
        EXPECT_EQ(rows(), 0) << text;
    }
    run(*session, "RELEASE a");
    EXPECT_EQ(rows(), 1);
    EXPECT_EQ(seq_of_all(*plain_), "1 ");
}

TEST_P(LiveProof, ProvesBatches) {
    const auto work = [](Session& session) -> Result<void> {
        const std::vector<std::vector<wire::Value>> sets{{wire::Value::integer(1)},
                                                         {wire::Value::integer(2)}};
        for (const auto& result :
             session.execute_each(sql("INSERT INTO t (b) VALUES (?)"), sets, {.prepared = true})) {
            if (!result) return fail(result.error());
        }
        return {};
    };
    std::unique_ptr<Session> session;
    EXPECT_TRUE(commit_with(Cut::before_answer, work, session));
    EXPECT_EQ(rows(), 2);
    EXPECT_FALSE(commit_with(Cut::before_commit, work, session));
    EXPECT_EQ(rows(), 2);
}

// Cut anywhere in a write, in both directions: every time it is there once.
TEST_P(LiveProof, RepeatsAWriteThatNeverCommits) {
    Options options = proving();
    options.address_map = {{node_.address(), proxy_.address()}};
    proxy_.script_next({});
    const auto whole = open_session(options);
    ASSERT_TRUE(insert(*whole));
    const Carried from = carried();
    ASSERT_TRUE(insert(*whole));
    const Carried to = carried();
    std::int64_t written = 2;
    const auto cut_at = [&](Direction direction, std::size_t after) {
        proxy_.script_next(
            {.act = ProxyScript::Act::close, .direction = direction, .after = after});
        const auto session = open_session(options);
        EXPECT_TRUE(insert(*session));
        const auto second = insert(*session);
        EXPECT_TRUE(second) << second.error().message;
        written += 2;
        EXPECT_EQ(rows(), written) << "cut after " << after;
    };
    for (auto at = from.to_server; at < to.to_server; at += 7) cut_at(Direction::to_server, at);
    for (auto at = from.to_client; at < to.to_client; at += 7) cut_at(Direction::to_client, at);
}

/// What a script of statements shows, column names included.
std::string shown(Session& session, std::span<const std::string_view> script) {
    std::string all;
    for (const std::string_view text : script) {
        const Statement statement = sql(text);
        if (!statement.returns_rows) {
            const auto ran = session.execute(statement);
            all += ran ? "" : fmt::format("{}: {}\n", text, ran.error().message);
            continue;
        }
        auto stream = session.query(statement);
        if (!stream) {
            all += fmt::format("{}: {}\n", text, stream.error().message);
            continue;
        }
        for (const std::string& name : (*stream)->column_names()) all += name + "|";
        while ((*stream)->next() == RowStream::Step::row) {
            for (const wire::Value& value : (*stream)->row()) {
                all += std::to_string(value.as_integer()) + "|";
            }
        }
        all += "\n";
    }
    return all;
}

TEST_P(LiveProof, ShowsInNoCounter) {
    static constexpr auto script = std::to_array<std::string_view>({
        "SELECT changes(), total_changes(), last_insert_rowid()",
        "CREATE TABLE c (a INTEGER PRIMARY KEY, b UNIQUE, c)",
        "SELECT changes(), total_changes(), last_insert_rowid()",
        "INSERT INTO c VALUES (10, 1, 1), (20, 2, 2), (30, 3, 3)",
        "SELECT changes(), total_changes(), last_insert_rowid()",
        "CREATE INDEX i ON c (c)",
        "SELECT changes( ), Total_Changes() AS t, last_insert_rowid()",
        "INSERT INTO c (c) SELECT changes() + total_changes()",
        "SELECT max(c), changes(), total_changes() FROM c",
        "INSERT INTO c VALUES (10, 1, 1)",
        "SELECT changes(), total_changes()",
        "UPDATE c SET b = NULL WHERE a < 25",
        "INSERT INTO nowhere VALUES (1)",
        "SELECT changes(), total_changes()",
        "DELETE FROM c WHERE 0",
        "SELECT changes(), total_changes()",
        "BEGIN",
        "SELECT changes() + 1, total_changes()",
        "UPDATE c SET c = changes()",
        "SELECT changes(), total_changes(), sum(c) FROM c",
        "ROLLBACK",
        "SELECT changes(), total_changes()",
        "BEGIN",
        "SAVEPOINT s",
        "SELECT changes(), (SELECT total_changes())",
        "RELEASE s",
        "COMMIT",
        "SELECT changes() FROM c WHERE changes() = 4",
    });
    Options options = proving();
    options.database = "counted";
    options.commit_proof = false;
    const auto without = open_session(options);
    options.database = "hidden";
    options.commit_proof = true;
    const auto with = open_session(options);
    EXPECT_EQ(shown(*with, script), shown(*without, script));
}

TEST_P(LiveProof, LeavesOutWhatIsNoTransaction) {
    const auto session = open_session(proving());
    for (const std::string_view text : {"PRAGMA user_version=5", "VACUUM"}) {
        // Not every server can VACUUM.
        (void)session->execute(sql(text));
        EXPECT_EQ(number(*plain_, "SELECT count(*) FROM sqlite_schema"), 1) << text;
    }
    EXPECT_EQ(number(*session, "SELECT count(*) FROM t"), 0);
    EXPECT_EQ(number(*plain_, "SELECT count(*) FROM sqlite_schema"), 1) << "a read";
    for (const std::string_view text : {"CREATE INDEX i ON t (b)", "ANALYZE", "REINDEX",
                                        "CREATE TEMP TABLE x (a)", "DROP INDEX i"}) {
        run(*session, text);
    }
    EXPECT_EQ(seq_of_all(*plain_), "5 ");
    Options options = proving();
    options.read_only = true;
    const auto reader = open_session(options);
    EXPECT_EQ(run_error(*reader, "INSERT INTO t VALUES (1, 1)").outcome, Outcome::not_applied);
    EXPECT_EQ(seq_of_all(*plain_), "5 ");
}

TEST_P(LiveProof, LeavesAFailureOfTheStatementAsItIs) {
    const auto session = open_session(proving());
    run(*session, "INSERT INTO t VALUES (1, 1)");
    const Error error = run_error(*session, "INSERT INTO t VALUES (1, 1)");
    EXPECT_EQ(error.kind, ErrorKind::server);
    EXPECT_EQ(error.code, 1555U);
    EXPECT_EQ(error.outcome, Outcome::not_applied);
    const Error ended = run_error(*session, "INSERT OR ROLLBACK INTO t VALUES (1, 1)");
    EXPECT_EQ(ended.code, 1555U);
    EXPECT_EQ(ended.outcome, Outcome::not_applied);
    run(*session, "CREATE TABLE child (p REFERENCES t (a) DEFERRABLE INITIALLY DEFERRED)");
    const Error deferred = run_error(*session, "INSERT INTO child VALUES (9)");
    EXPECT_EQ(deferred.code, 787U);
    EXPECT_EQ(deferred.outcome, Outcome::not_applied);
    EXPECT_EQ(session->transaction(), TransactionState::none);
    EXPECT_EQ(number(*session, "SELECT count(*) FROM child"), 0);
}

TEST_P(LiveProof, TakesRowsOfAWriteBeforeItCommits) {
    const auto session = open_session(proving());
    const auto traits = session->traits();
    ASSERT_TRUE(traits);
    auto rows_back = session->query(sql("INSERT INTO t VALUES (1, 2), (3, 4) RETURNING b"));
    if (!traits->returning_is_safe()) {
        ASSERT_FALSE(rows_back);
        EXPECT_EQ(rows_back.error().kind, ErrorKind::refused);
        EXPECT_EQ(rows(), 0);
        return;
    }
    ASSERT_TRUE(rows_back) << rows_back.error().message;
    EXPECT_EQ(rows(), 2) << "committed before a row is fetched";
    EXPECT_EQ((*rows_back)->row_count(), 2U);
    EXPECT_EQ((*rows_back)->next(), RowStream::Step::row);
}

// Rows of others go when they are a week old, and not before.
TEST_P(LiveProof, SweepsOnlyWhatWasLeftBehindDaysAgo) {
    run(*open_session(proving()), "INSERT INTO t VALUES (1, 1)");
    const auto leave = [&](const char* name, int days) {
        run(*plain_, fmt::format("INSERT INTO {} VALUES ('{}', 0, CAST(strftime('%s','now','-{} "
                                 "days') AS INTEGER))",
                                 proof_table, name, days));
    };
    leave("six", 6);
    leave("eight", 8);
    run(*open_session(proving()), "INSERT INTO t VALUES (2, 2)");
    const auto count = [&](std::string_view name) {
        return number(*plain_, fmt::format("SELECT count(*) FROM {} WHERE session = '{}'",
                                           proof_table, name));
    };
    EXPECT_EQ(count("six"), 1);
    EXPECT_EQ(count("eight"), 0);
    EXPECT_EQ(number(*plain_, fmt::format("SELECT count(*) FROM {}", proof_table)), 3);
}

TEST_P(LiveProof, GetsANewRowWhereItsOwnIsGone) {
    for (const std::string_view gone : {"DELETE FROM", "DROP TABLE"}) {
        const auto session = open_session(proving());
        run(*session, "INSERT INTO t (b) VALUES (1)");
        run(*plain_, fmt::format("{} {}", gone, proof_table));
        run(*session, "INSERT INTO t (b) VALUES (2)");
        run(*plain_, fmt::format("{} {}", gone, proof_table));
        ASSERT_TRUE(session->begin(BeginMode::immediate));
        const auto inserted = insert(*session);
        ASSERT_FALSE(inserted) << "an application's transaction is its own to repeat";
        EXPECT_EQ(inserted.error().outcome, Outcome::rolled_back);
        ASSERT_TRUE(session->begin(BeginMode::immediate));
        EXPECT_TRUE(insert(*session));
        EXPECT_TRUE(session->commit());
    }
    EXPECT_EQ(rows(), 6);
}

TEST_P(LiveProof, CountsItsRoundTrips) {
    const auto session = open_session(proving());
    EXPECT_TRUE(insert(*session));
    auto trips = [&session, counted = std::uint64_t{0}]() mutable {
        const std::uint64_t now = session->statistics().round_trips;
        return now - std::exchange(counted, now);
    };
    (void)trips();
    EXPECT_TRUE(insert(*session));
    EXPECT_EQ(trips(), 4U) << "BEGIN, token, statement, COMMIT";
    const Call begins{.begin = BeginMode::automatic};
    run(*session, "INSERT INTO t (b) VALUES (1)", {}, begins);
    EXPECT_EQ(trips(), 3U);
    run(*session, "INSERT INTO t (b) VALUES (1)", {}, begins);
    EXPECT_EQ(trips(), 1U);
    EXPECT_TRUE(session->commit());
    EXPECT_EQ(trips(), 1U);
    EXPECT_EQ(number(*session, "SELECT 1"), 1);
    EXPECT_EQ(trips(), 1U) << "a read has no part in it";
}

}  // namespace
}  // namespace dqlite::client
