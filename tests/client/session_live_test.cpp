// A session against real nodes of each generation.
#include <array>
#include <atomic>
#include <cmath>
#include <functional>
#include <limits>
#include <thread>

#include "tests/client/session_fixture.h"
#include "tests/support/cluster.h"
#include "tests/support/each_generation.h"

namespace dqlite::client {
namespace {

using namespace std::chrono_literals;
using wire::Value;
using wire::ValueType;

constexpr std::string_view many_rows =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i < 100000) "
    "SELECT i, 'row ' || i AS t FROM n";

class LiveSession : public test::OnEachGeneration {
  protected:
    void SetUp() override { session_ = open_session(node_.address()); }

    [[nodiscard]] std::uint64_t round_trips() {
        const std::uint64_t now = session_->statistics().round_trips;
        return now - std::exchange(counted_, now);
    }

    test::Node node_{generation()};
    std::unique_ptr<Session> session_;
    std::uint64_t counted_ = 0;
};
DQLITE_ON_EACH_GENERATION(LiveSession);

TEST_P(LiveSession, CountsItsRoundTrips) {
    EXPECT_EQ(round_trips(), 2U) << "connect";
    run(*session_, "CREATE TABLE t (a INTEGER PRIMARY KEY, b)");
    EXPECT_EQ(round_trips(), 1U) << "direct";
    const std::vector one{Value::integer(1)};
    run(*session_, "INSERT INTO t (b) VALUES (?)", one, {.prepared = true});
    EXPECT_EQ(round_trips(), 1U) << "prepare and execute";
    run(*session_, "INSERT INTO t (b) VALUES (?)", one, {.prepared = true});
    EXPECT_EQ(round_trips(), 1U) << "prepared before";
    const Call begins{.begin = BeginMode::automatic};
    EXPECT_TRUE(session_->query(sql("SELECT b FROM t"), {}, begins));
    EXPECT_EQ(session_->transaction(), TransactionState::open);
    EXPECT_EQ(round_trips(), 1U) << "first read of a transaction";
    EXPECT_TRUE(session_->commit());
    EXPECT_EQ(round_trips(), 1U) << "commit";
    run(*session_, "INSERT INTO t (b) VALUES (?)", one, begins);
    EXPECT_EQ(round_trips(), 2U) << "first write of a transaction";
    EXPECT_TRUE(session_->commit());
    EXPECT_EQ(round_trips(), 1U) << "commit";
}

TEST_P(LiveSession, CarriesEveryTypeBothWays) {
    const std::string blob("\0\xFF\0", 3);
    const std::vector sent{Value::integer(std::numeric_limits<std::int64_t>::min()),
                           Value::integer(std::numeric_limits<std::int64_t>::max()),
                           Value::real(0.1),
                           Value::real(-std::numeric_limits<double>::infinity()),
                           Value::text("grün 漢字 🙂"),
                           Value::text(""),
                           Value::blob(blob),
                           Value::blob(""),
                           Value::null(),
                           Value::boolean(true),
                           Value::iso8601("2026-01-02 03:04:05")};
    auto rows = session_->query(sql("SELECT ?,?,?,?,?,?,?,?,?,?,?"), sent);
    ASSERT_TRUE(rows) << rows.error().message;
    ASSERT_EQ((*rows)->next(), RowStream::Step::row);
    const auto got = (*rows)->row();
    ASSERT_EQ(got.size(), sent.size());
    EXPECT_EQ(got[0].as_integer(), std::numeric_limits<std::int64_t>::min());
    EXPECT_EQ(got[1].as_integer(), std::numeric_limits<std::int64_t>::max());
    EXPECT_EQ(got[2].as_real(), 0.1);
    EXPECT_TRUE(std::isinf(got[3].as_real()) && got[3].as_real() < 0);
    EXPECT_EQ(got[4].as_bytes(), "grün 漢字 🙂");
    EXPECT_EQ(got[5].type(), ValueType::text);
    EXPECT_EQ(got[5].as_bytes(), "");
    EXPECT_EQ(got[6].type(), ValueType::blob);
    EXPECT_EQ(got[6].as_bytes(), blob);
    EXPECT_EQ(got[7].type(), ValueType::blob);
    EXPECT_EQ(got[7].as_bytes(), "");
    EXPECT_TRUE(got[8].is_null());
    EXPECT_EQ(got[9].as_integer(), 1);
    EXPECT_EQ(got[10].as_bytes(), "2026-01-02 03:04:05");
    EXPECT_EQ((*rows)->row_count(), 1U);
    EXPECT_EQ((*rows)->next(), RowStream::Step::end);
}

TEST_P(LiveSession, StreamsWhileOtherStatementsRun) {
    run(*session_, "CREATE TABLE t (a)");
    auto rows = session_->query(sql(many_rows));
    ASSERT_TRUE(rows);
    EXPECT_FALSE((*rows)->row_count());
    std::int64_t expected = 0;
    while (expected < 5000 && (*rows)->next() == RowStream::Step::row) ++expected;
    run(*session_, "INSERT INTO t VALUES (1)");
    // The current row survives the moving of the stream.
    EXPECT_EQ((*rows)->row()[0].as_integer(), 5000);
    EXPECT_EQ((*rows)->row()[1].as_bytes(), "row 5000");
    EXPECT_EQ((*rows)->row_count(), 100'000U);
    EXPECT_EQ(number(*session_, "SELECT count(*) FROM t"), 1);
    while ((*rows)->next() == RowStream::Step::row) {
        ++expected;
        ASSERT_EQ((*rows)->row()[0].as_integer(), expected);
        ASSERT_EQ((*rows)->row_number(), static_cast<std::uint64_t>(expected));
        if (expected % 20'000 == 0) run(*session_, "INSERT INTO t VALUES (2)");
    }
    EXPECT_FALSE((*rows)->failed());
    EXPECT_EQ(expected, 100'000);
    EXPECT_EQ(number(*session_, "SELECT count(*) FROM t"), 6);
}

TEST_P(LiveSession, SpillsWhatMemoryDoesNotHold) {
    Options options = quick_options({node_.address()});
    options.max_buffered_bytes = 10'000;
    const auto session = open_session(std::move(options));
    auto one = session->query(sql(many_rows));
    auto two = session->query(sql(many_rows));
    auto three = session->query(sql(many_rows));
    for (std::int64_t i = 1; i <= 100'000; ++i) {
        for (auto* rows : {&one, &two, &three}) {
            ASSERT_EQ((**rows)->next(), RowStream::Step::row);
            ASSERT_EQ((**rows)->row()[0].as_integer(), i);
        }
    }
    for (auto* rows : {&one, &two, &three}) EXPECT_EQ((**rows)->next(), RowStream::Step::end);
}

TEST_P(LiveSession, LivesOnWhereAResultIsTooLargeToKeep) {
    Options options = quick_options({node_.address()});
    options.max_buffered_bytes = 10'000;
    options.max_spill_bytes = 100'000;
    const auto session = open_session(std::move(options));
    auto rows = session->query(sql(many_rows), {}, {.begin = BeginMode::automatic});
    ASSERT_TRUE(rows);
    EXPECT_EQ(number(*session, "SELECT 7"), 7);
    EXPECT_EQ(session->transaction(), TransactionState::open);
    while ((*rows)->next() == RowStream::Step::row) {
    }
    ASSERT_TRUE((*rows)->failed());
    EXPECT_EQ((*rows)->error().kind, ErrorKind::limit);
}

TEST_P(LiveSession, ClosesALongResultEarly) {
    {
        auto rows = session_->query(sql(many_rows));
        ASSERT_TRUE(rows);
        ASSERT_EQ((*rows)->next(), RowStream::Step::row);
    }
    EXPECT_EQ(number(*session_, "SELECT 1"), 1);
    // Inside a transaction the connection is kept, whatever it takes.
    EXPECT_TRUE(session_->begin(BeginMode::deferred));
    const auto generation = session_->generation();
    {
        auto rows = session_->query(sql(many_rows));
        ASSERT_TRUE(rows);
        ASSERT_EQ((*rows)->next(), RowStream::Step::row);
    }
    EXPECT_EQ(number(*session_, "SELECT 1"), 1);
    EXPECT_EQ(session_->generation(), generation);
    EXPECT_TRUE(session_->commit());
}

TEST_P(LiveSession, TellsTheFailureOfAQueryThatFailsMidway) {
    run(*session_, "CREATE TABLE t (a)");
    run(*session_, "INSERT INTO t VALUES (1), (2), (-9223372036854775808)");
    auto rows = session_->query(sql("SELECT abs(a) FROM t"));
    ASSERT_FALSE(rows);
    EXPECT_EQ(rows.error().code, 1U);
    EXPECT_NE(rows.error().message.find("integer overflow"), std::string::npos);
    EXPECT_EQ(number(*session_, "SELECT 1"), 1);
}

TEST_P(LiveSession, KeepsStatementsPreparedAndMakesRoom) {
    Options options = quick_options({node_.address()});
    options.statement_cache = 3;
    const auto session = open_session(std::move(options));
    const Call prepared{.prepared = true};
    run(*session, "CREATE TABLE t (a)");
    for (int round = 0; round < 3; ++round) {
        for (int i = 0; i < 7; ++i) {
            const std::string text = "SELECT a + " + std::to_string(i) + " FROM (SELECT 1 AS a)";
            auto rows = session->query(sql(text), {}, prepared);
            ASSERT_TRUE(rows) << rows.error().message;
            ASSERT_EQ((*rows)->next(), RowStream::Step::row);
            ASSERT_EQ((*rows)->row()[0].as_integer(), i + 1);
            const Error error = run_error(*session, "INSERT INTO none VALUES (1)", {}, prepared);
            ASSERT_NE(error.message.find("no such table"), std::string::npos) << error.message;
            run(*session, "INSERT INTO t VALUES (" + std::to_string(i) + ")", {}, prepared);
        }
    }
    EXPECT_EQ(number(*session, "SELECT count(*) FROM t"), 21);
    EXPECT_EQ(session->generation(), 0U);
}

TEST_P(LiveSession, WaitsForAnotherWriter) {
    run(*session_, "CREATE TABLE t (a)");
    const auto other = open_session(node_.address());
    ASSERT_TRUE(other->begin(BeginMode::immediate));
    run(*other, "INSERT INTO t VALUES (1)");
    std::thread later{[&] {
        std::this_thread::sleep_for(200ms);
        EXPECT_TRUE(other->commit());
    }};
    run(*session_, "INSERT INTO t VALUES (2)");
    later.join();
    EXPECT_GT(session_->statistics().retries, 0U);
    EXPECT_EQ(number(*session_, "SELECT count(*) FROM t"), 2);
}

TEST_P(LiveSession, GivesUpWaitingForAnotherWriter) {
    run(*session_, "CREATE TABLE t (a)");
    const auto other = open_session(node_.address());
    ASSERT_TRUE(other->begin(BeginMode::immediate));
    run(*other, "INSERT INTO t VALUES (1)");
    session_->set_busy_timeout(100ms);
    const Error error = run_error(*session_, "INSERT INTO t VALUES (2)");
    EXPECT_EQ(error.kind, ErrorKind::busy);
    EXPECT_EQ(error.outcome, Outcome::not_applied);
    EXPECT_TRUE(other->commit());
    EXPECT_EQ(number(*session_, "SELECT count(*) FROM t"), 1);
}

TEST_P(LiveSession, RollsBackAnOutdatedSnapshot) {
    run(*session_, "CREATE TABLE t (a)");
    const auto other = open_session(node_.address());
    ASSERT_TRUE(session_->begin(BeginMode::deferred));
    EXPECT_EQ(number(*session_, "SELECT count(*) FROM t"), 0);
    run(*other, "INSERT INTO t VALUES (1)");
    const Error error = run_error(*session_, "INSERT INTO t VALUES (2)");
    EXPECT_EQ(error.code, 517U);
    EXPECT_EQ(error.outcome, Outcome::rolled_back);
    EXPECT_EQ(session_->transaction(), TransactionState::none);
    EXPECT_EQ(number(*session_, "SELECT count(*) FROM t"), 1);
}

TEST_P(LiveSession, NoticesATransactionThatEndsByItself) {
    run(*session_, "CREATE TABLE t (a UNIQUE)");
    run(*session_,
        "CREATE TRIGGER r BEFORE INSERT ON t WHEN new.a = 13 BEGIN SELECT "
        "RAISE(ROLLBACK, 'unlucky'); END");
    for (const std::string last :
         {"INSERT OR ROLLBACK INTO t VALUES (1)", "INSERT INTO t VALUES (13)"}) {
        ASSERT_TRUE(session_->begin(BeginMode::immediate));
        run(*session_, "INSERT INTO t VALUES (1)");
        const Error error = run_error(*session_, last);
        EXPECT_EQ(error.kind, ErrorKind::transaction_lost) << last;
        EXPECT_EQ(error.outcome, Outcome::rolled_back);
        EXPECT_EQ(session_->transaction(), TransactionState::none);
        EXPECT_EQ(number(*session_, "SELECT count(*) FROM t"), 0);
    }
    ASSERT_TRUE(session_->begin(BeginMode::immediate));
    run(*session_, "INSERT INTO t VALUES (1)");
    const Error error = run_error(*session_, "INSERT INTO t VALUES (1)");
    EXPECT_EQ(error.kind, ErrorKind::server);
    EXPECT_EQ(error.code, 2067U);
    EXPECT_EQ(session_->transaction(), TransactionState::open);
    EXPECT_TRUE(session_->commit());
    EXPECT_EQ(number(*session_, "SELECT count(*) FROM t"), 1);
}

TEST_P(LiveSession, RollsBackWhereADeferredConstraintFailsAtCommit) {
    run(*session_, "CREATE TABLE p (id INTEGER PRIMARY KEY)");
    run(*session_, "CREATE TABLE c (p REFERENCES p (id) DEFERRABLE INITIALLY DEFERRED)");
    ASSERT_TRUE(session_->begin(BeginMode::immediate));
    run(*session_, "INSERT INTO c VALUES (1)");
    const auto committed = session_->commit();
    ASSERT_FALSE(committed);
    EXPECT_EQ(committed.error().code, 787U);
    EXPECT_EQ(committed.error().outcome, Outcome::rolled_back);
    EXPECT_EQ(session_->transaction(), TransactionState::none);
    EXPECT_EQ(number(*session_, "SELECT count(*) FROM c"), 0);
}

TEST_P(LiveSession, RunsBatchesOfSets) {
    run(*session_, "CREATE TABLE t (a UNIQUE, b)");
    std::vector<std::vector<Value>> sets;
    for (int i = 0; i < 3000; ++i) {
        sets.push_back({Value::integer(i == 1500 ? 7 : i), Value::text("some text")});
    }
    sets[100].pop_back();
    for (const bool prepared : {false, true}) {
        ASSERT_TRUE(session_->begin(BeginMode::immediate));
        (void)round_trips();
        const auto results = session_->execute_each(sql("INSERT INTO t VALUES (?, ?)"), sets,
                                                    {.prepared = prepared});
        EXPECT_LE(round_trips(), 10U);
        ASSERT_EQ(results.size(), sets.size());
        for (std::size_t i = 0; i < results.size(); ++i) {
            ASSERT_EQ(results[i].has_value(), i != 100 && i != 1500) << i;
        }
        EXPECT_EQ(results[100].error().kind, ErrorKind::invalid);
        EXPECT_EQ(results[1500].error().code, 2067U);
        EXPECT_EQ(session_->transaction(), TransactionState::open);
        EXPECT_EQ(number(*session_, "SELECT count(*) FROM t"), 2998);
        EXPECT_TRUE(session_->rollback());
    }
}

/// Gives (0, text) … (count-1, text), and counts how often it is asked.
struct Numbers {
    int count;
    std::string text = "some text";
    int given = 0;
    std::array<Value, 2> set{};
    std::optional<wire::Parameters> operator()() {
        if (given == count) return std::nullopt;
        set = {Value::integer(given++), Value::text(text)};
        return set;
    }
};

TEST_P(LiveSession, RunsSetsAsTheyAreMade) {
    run(*session_, "CREATE TABLE t (a UNIQUE, b)");
    for (const bool prepared : {false, true}) {
        ASSERT_TRUE(session_->begin(BeginMode::immediate));
        Numbers numbers{.count = 5000};
        const auto all = session_->execute_all(sql("INSERT INTO t VALUES (?, ?)"),
                                               std::ref(numbers), {.prepared = prepared});
        ASSERT_TRUE(all) << all.error().message;
        EXPECT_EQ(all->rows_affected, 5000U);
        EXPECT_EQ(all->last_insert_rowid, 5000U);
        EXPECT_EQ(number(*session_, "SELECT count(*) + sum(a) FROM t"), 5000 + 4999 * 2500);
        EXPECT_TRUE(session_->rollback());
    }
}

TEST_P(LiveSession, StopsMakingSetsAtTheFirstThatFails) {
    run(*session_, "CREATE TABLE t (a UNIQUE, b)");
    run(*session_, "INSERT INTO t VALUES (1500, '')");
    for (const bool prepared : {false, true}) {
        ASSERT_TRUE(session_->begin(BeginMode::immediate));
        Numbers numbers{.count = 50'000};
        const auto all = session_->execute_all(sql("INSERT INTO t VALUES (?, ?)"),
                                               std::ref(numbers), {.prepared = prepared});
        ASSERT_FALSE(all);
        EXPECT_EQ(all.error().code, 2067U);
        EXPECT_LT(numbers.given, 20'000);
        EXPECT_EQ(session_->transaction(), TransactionState::open);
        // The connection is in step: what it answers now belongs to what is asked now.
        EXPECT_EQ(number(*session_, "SELECT count(*) FROM t"), numbers.given);
        EXPECT_TRUE(session_->rollback());
        EXPECT_EQ(number(*session_, "SELECT count(*) FROM t"), 1);
    }
}

TEST_P(LiveSession, StaysInStepWhereASetCannotBeSent) {
    run(*session_, "CREATE TABLE t (a UNIQUE, b)");
    for (const int before : {0, 1, 700}) {
        ASSERT_TRUE(session_->begin(BeginMode::immediate));
        Numbers numbers{.count = before};
        const std::array bad{Value::integer(-1), Value::text(std::string_view{"a\0b", 3})};
        const auto next = [&]() -> std::optional<wire::Parameters> {
            if (auto set = numbers()) return set;
            return bad;
        };
        const auto all =
            session_->execute_all(sql("INSERT INTO t VALUES (?, ?)"), next, {.prepared = true});
        ASSERT_FALSE(all);
        EXPECT_EQ(all.error().kind, ErrorKind::invalid);
        EXPECT_EQ(session_->transaction(), TransactionState::open);
        EXPECT_EQ(number(*session_, "SELECT count(*) FROM t"), before);
        EXPECT_TRUE(session_->rollback());
    }
}

TEST_P(LiveSession, TellsWhyAStatementForManySetsCannotBePrepared) {
    ASSERT_TRUE(session_->begin(BeginMode::immediate));
    Numbers numbers{.count = 2000};
    const auto all = session_->execute_all(sql("INSERT INTO missing VALUES (?, ?)"),
                                           std::ref(numbers), {.prepared = true});
    ASSERT_FALSE(all);
    EXPECT_NE(all.error().message.find("no such table"), std::string::npos) << all.error().message;
    EXPECT_EQ(number(*session_, "SELECT 7"), 7);
}

TEST_P(LiveSession, TellsWhichSetsWentWithALostTransaction) {
    run(*session_, "CREATE TABLE t (a)");
    run(*session_,
        "CREATE TRIGGER r BEFORE INSERT ON t WHEN new.a = 3 BEGIN SELECT "
        "RAISE(ROLLBACK, 'unlucky'); END");
    std::vector<std::vector<Value>> sets;
    for (int i = 0; i < 2000; ++i) sets.push_back({Value::integer(i)});
    ASSERT_TRUE(session_->begin(BeginMode::immediate));
    const auto results = session_->execute_each(sql("INSERT INTO t VALUES (?)"), sets);
    EXPECT_EQ(session_->transaction(), TransactionState::none);
    std::int64_t standing = 0;
    for (std::size_t i = 0; i < results.size(); ++i) standing += results[i].has_value() ? 1 : 0;
    for (std::size_t i = 0; i <= 3; ++i) {
        ASSERT_FALSE(results[i]) << i;
        EXPECT_EQ(results[i].error().kind, ErrorKind::transaction_lost);
    }
    EXPECT_EQ(number(*session_, "SELECT count(*) FROM t"), standing);
    EXPECT_LT(standing, 600);
}

TEST_P(LiveSession, KnowsItsServer) {
    const auto traits = session_->traits();
    ASSERT_TRUE(traits) << traits.error().message;
    EXPECT_EQ(traits->server_class == ServerClass::v1_11,
              generation() == test::ServerGeneration::debian12);
    EXPECT_EQ(traits->returning_is_safe(), generation() == test::ServerGeneration::sid);
    EXPECT_TRUE(traits->sqlite_version.starts_with("3."));
    // Asked in a transaction, it leaves the transaction alone.
    const auto other = open_session(node_.address());
    ASSERT_TRUE(other->begin(BeginMode::immediate));
    run(*other, "CREATE TABLE t (a)");
    EXPECT_EQ(other->traits().value().server_class, traits->server_class);
    EXPECT_EQ(other->transaction(), TransactionState::open);
    EXPECT_TRUE(other->commit());
    EXPECT_EQ(number(*other, "SELECT count(*) FROM t"), 0);
}

TEST_P(LiveSession, SendsManyParametersWhereTheServerTakesThem) {
    std::string text = "SELECT ?";
    for (int i = 1; i < 300; ++i) text += "+?";
    const std::vector<Value> ones(300, Value::integer(1));
    auto rows = session_->query(sql(text), ones);
    if (generation() == test::ServerGeneration::debian12) {
        ASSERT_FALSE(rows);
        EXPECT_EQ(rows.error().kind, ErrorKind::refused);
    } else {
        ASSERT_TRUE(rows) << rows.error().message;
        ASSERT_EQ((*rows)->next(), RowStream::Step::row);
        EXPECT_EQ((*rows)->row()[0].as_integer(), 300);
    }
}

TEST_P(LiveSession, RunsReturningOnlyWhereItIsSafe) {
    run(*session_, "CREATE TABLE t (a INTEGER PRIMARY KEY, b)");
    auto rows = session_->query(sql("INSERT INTO t (b) VALUES (1), (2) RETURNING a"));
    if (generation() == test::ServerGeneration::sid) {
        ASSERT_TRUE(rows) << rows.error().message;
        EXPECT_EQ((*rows)->row_count(), 2U);
        ASSERT_EQ((*rows)->next(), RowStream::Step::row);
        EXPECT_EQ((*rows)->row()[0].as_integer(), 1);
    } else {
        ASSERT_FALSE(rows);
        EXPECT_EQ(rows.error().kind, ErrorKind::refused);
    }
    EXPECT_TRUE(node_.alive());
    run(*session_, "INSERT INTO t (b) VALUES (3)");
}

TEST_P(LiveSession, AppliesItsOptions) {
    Options options = quick_options({node_.address()});
    options.foreign_keys = false;
    options.read_only = true;
    const auto session = open_session(std::move(options));
    EXPECT_EQ(session->statistics().round_trips, 2U);
    EXPECT_EQ(number(*session, "PRAGMA foreign_keys"), 0);
    EXPECT_EQ(number(*session_, "PRAGMA foreign_keys"), 1);
    const Error error = run_error(*session, "CREATE TABLE t (a)");
    EXPECT_EQ(error.code & 0xFFU, 8U);
    EXPECT_EQ(error.outcome, Outcome::not_applied);
}

TEST_P(LiveSession, TimesOutOnAFrozenServer) {
    run(*session_, "CREATE TABLE t (a)");
    node_.sigstop();
    const auto start = Clock::now();
    const Error error = run_error(*session_, "INSERT INTO t VALUES (1)", {}, {.timeout = 200ms});
    EXPECT_EQ(error.kind, ErrorKind::timeout);
    EXPECT_EQ(error.outcome, Outcome::unknown);
    EXPECT_LT(Clock::now() - start, 1s);
    Options options = quick_options({node_.address()});
    options.login_timeout = 300ms;
    const auto refused = Session::connect(options);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::timeout);
    node_.sigcont();
    EXPECT_LE(number(*session_, "SELECT count(*) FROM t"), 1);
}

// BEGIN fails with BUSY under contention; a write that ran all the same would be counted twice
// by its retry, or be there after a rollback.
TEST_P(LiveSession, CountsRightUnderTwoHammeringWriters) {
    run(*session_, "CREATE TABLE t (writer, n)");
    std::array<std::atomic<int>, 2> committed{};
    std::array<std::thread, 2> writers;
    for (std::size_t w = 0; w < writers.size(); ++w) {
        writers[w] = std::thread{[&, w] {
            const auto session = open_session(node_.address());
            session->set_busy_timeout(20ms);
            const auto insert = sql("INSERT INTO t VALUES (?, ?)");
            const auto end = Clock::now() + 2s;
            for (int n = 0; Clock::now() < end; ++n) {
                const std::vector values{Value::integer(static_cast<std::int64_t>(w)),
                                         Value::integer(n)};
                const Call call{.prepared = true, .begin = BeginMode::automatic};
                const bool inserted = session->execute(insert, values, call).has_value() &&
                                      session->execute(insert, values, call).has_value();
                if (inserted && n % 3 != 0 && session->commit()) {
                    ++committed.at(w);
                } else {
                    EXPECT_TRUE(session->rollback());
                }
            }
        }};
    }
    for (std::thread& writer : writers) writer.join();
    for (std::size_t w = 0; w < writers.size(); ++w) {
        EXPECT_GT(committed.at(w), 0);
        EXPECT_EQ(number(*session_, "SELECT count(*) FROM t WHERE writer = " + std::to_string(w)),
                  2 * committed.at(w));
    }
}

}  // namespace
}  // namespace dqlite::client
