// The coroutine form of a session against scripted servers and real nodes.
#include "client/async_session.h"

#include <chrono>

#include <asio/bind_cancellation_slot.hpp>
#include <asio/cancellation_signal.hpp>
#include <asio/detached.hpp>
#include <asio/experimental/awaitable_operators.hpp>
#include <asio/steady_timer.hpp>
#include <asio/strand.hpp>
#include <asio/thread_pool.hpp>
#include <asio/use_future.hpp>

#include "tests/client/async_fixture.h"
#include "tests/support/cluster.h"
#include "tests/support/each_generation.h"
#include "tests/support/fake_server.h"

namespace dqlite::client {
namespace {

using namespace std::chrono_literals;
using test::FakePeer;
using test::FakeRequest;
using test::FakeServer;

/// Opens, and then says nothing to anything.
bool no_answer(FakePeer& peer, const FakeRequest&) {
    peer.stay_silent();
    return false;
}

bool answer_result(FakePeer& peer, const FakeRequest&) {
    peer.send_result(1, 1);
    return true;
}

class AsyncFake : public ::testing::Test {
  protected:
    asio::io_context io_;
};

TEST_F(AsyncFake, TellsWhatKeepsItFromConnecting) {
    run_all(io_, []() -> asio::awaitable<void> {
        const Options nobody = quick_options({"127.0.0.1:1"});
        const auto refused = co_await AsyncSession::connect(nobody);
        EXPECT_FALSE(refused);
        EXPECT_EQ(refused.error().kind, ErrorKind::unreachable) << refused.error().message;
        const Options nowhere = quick_options({"no address:x"});
        const auto invalid = co_await AsyncSession::connect(nowhere);
        EXPECT_FALSE(invalid);
        EXPECT_EQ(invalid.error().kind, ErrorKind::invalid);
    }());
}

TEST_F(AsyncFake, EndsACallAtItsDeadline) {
    FakeServer server{FakeServer::node(no_answer)};
    run_all(io_, [&]() -> asio::awaitable<void> {
        const auto session = co_await open_async(server.address());
        const Statement insert = sql("INSERT INTO t VALUES (1)");
        const Call call{.timeout = 50ms};
        const auto begun = Clock::now();
        const auto executed = co_await session->execute(insert, {}, call);
        EXPECT_FALSE(executed);
        EXPECT_EQ(executed.error().kind, ErrorKind::timeout) << executed.error().message;
        EXPECT_EQ(executed.error().outcome, Outcome::unknown);
        EXPECT_GE(Clock::now() - begun, 50ms);
        EXPECT_FALSE(session->alive());
    }());
}

TEST_F(AsyncFake, EndsConnectingAtItsDeadline) {
    FakeServer server{[](FakePeer& peer) { peer.stay_silent(); }};
    run_all(io_, [&]() -> asio::awaitable<void> {
        Options options = quick_options({server.address()});
        options.login_timeout = 50ms;
        const auto refused = co_await AsyncSession::connect(options);
        EXPECT_FALSE(refused);
        EXPECT_EQ(refused.error().kind, ErrorKind::timeout) << refused.error().message;
    }());
}

TEST_F(AsyncFake, EndsACallByItsCancellationSlot) {
    FakeServer server{FakeServer::node(no_answer)};
    asio::cancellation_signal signal;
    bool ended = false;
    auto work = [&]() -> asio::awaitable<void> {
        const auto session = co_await open_async(server.address());
        asio::steady_timer later{io_, 30ms};
        later.async_wait([&](auto) { signal.emit(asio::cancellation_type::terminal); });
        const Statement insert = sql("INSERT INTO t VALUES (1)");
        const auto executed = co_await session->execute(insert);
        EXPECT_FALSE(executed);
        EXPECT_EQ(executed.error().kind, ErrorKind::cancelled) << executed.error().message;
        EXPECT_EQ(executed.error().outcome, Outcome::unknown);
        ended = true;
    };
    asio::co_spawn(io_, work(), asio::bind_cancellation_slot(signal.slot(), asio::detached));
    io_.run();
    EXPECT_TRUE(ended);
}

TEST_F(AsyncFake, LosesARaceAgainstATimer) {
    using namespace asio::experimental::awaitable_operators;
    FakeServer server{FakeServer::node(no_answer)};
    run_all(io_, [&]() -> asio::awaitable<void> {
        const auto session = co_await open_async(server.address());
        const Statement insert = sql("INSERT INTO t VALUES (1)");
        const auto first = co_await (session->execute(insert) || sleep_for(30ms));
        EXPECT_EQ(first.index(), 1U);
        EXPECT_FALSE(session->busy());
    }());
}

TEST_F(AsyncFake, EndsACallByCancel) {
    FakeServer server{FakeServer::node(no_answer)};
    run_all(io_, [&]() -> asio::awaitable<void> {
        const auto session = co_await open_async(server.address());
        asio::steady_timer later{io_, 30ms};
        later.async_wait([&](auto) { session->cancel(); });
        const Statement insert = sql("INSERT INTO t VALUES (1)");
        const auto executed = co_await session->execute(insert);
        EXPECT_FALSE(executed);
        EXPECT_EQ(executed.error().kind, ErrorKind::cancelled);
    }());
}

TEST_F(AsyncFake, RefusesASecondCallWhileOneRuns) {
    FakeServer server{FakeServer::node(no_answer)};
    run_all(io_, [&]() -> asio::awaitable<void> {
        const auto session = co_await open_async(server.address());
        const Statement insert = sql("INSERT INTO t VALUES (1)");
        bool ended = false;
        const auto first = [&]() -> asio::awaitable<void> {
            const auto executed = co_await session->execute(insert);
            EXPECT_FALSE(executed);
            EXPECT_EQ(executed.error().kind, ErrorKind::cancelled);
            ended = true;
        };
        asio::co_spawn(io_, first(), asio::detached);
        EXPECT_TRUE(session->busy());
        const auto refused = co_await session->execute(insert);
        EXPECT_FALSE(refused);
        EXPECT_EQ(refused.error().kind, ErrorKind::invalid);
        session->cancel();
        while (!ended) co_await sleep_for(1ms);
    }());
}

TEST_F(AsyncFake, EndsACallWhereTheSessionGoes) {
    FakeServer server{FakeServer::node(no_answer)};
    std::unique_ptr<AsyncSession> session;
    run_all(io_, [&]() -> asio::awaitable<void> {
        session = co_await open_async(server.address());
        asio::steady_timer later{io_, 30ms};
        later.async_wait([&](auto) { session.reset(); });
        const Statement insert = sql("INSERT INTO t VALUES (1)");
        const auto executed = co_await session->execute(insert);
        EXPECT_FALSE(executed);
        EXPECT_EQ(executed.error().kind, ErrorKind::cancelled) << executed.error().message;
    }());
}

TEST_F(AsyncFake, GoesWithItsContextInTheMiddleOfACall) {
    FakeServer server{FakeServer::node(no_answer)};
    auto io = std::make_unique<asio::io_context>();
    bool sent = false;
    bool ended = false;
    auto work = [&]() -> asio::awaitable<void> {
        const auto session = co_await open_async(server.address());
        const Statement insert = sql("INSERT INTO t VALUES (1)");
        sent = true;
        (void)co_await session->execute(insert);
        ended = true;
    };
    asio::co_spawn(*io, work(), asio::detached);
    while (!sent) io->run_one();
    io.reset();
    EXPECT_FALSE(ended);
}

TEST_F(AsyncFake, ServesOneSessionWhileAnotherWaits) {
    FakeServer silent{FakeServer::node(no_answer)};
    FakeServer server{FakeServer::node(answer_result)};
    run_all(io_, [&]() -> asio::awaitable<void> {
        const auto waiting = co_await open_async(silent.address());
        const auto working = co_await open_async(server.address());
        const Statement insert = sql("INSERT INTO t VALUES (1)");
        bool ended = false;
        const auto wait = [&]() -> asio::awaitable<void> {
            const auto executed = co_await waiting->execute(insert);
            EXPECT_FALSE(executed);
            ended = true;
        };
        asio::co_spawn(io_, wait(), asio::detached);
        for (int i = 0; i < 100; ++i) {
            const auto executed = co_await working->execute(insert);
            EXPECT_TRUE(executed);
        }
        EXPECT_FALSE(ended);
        waiting->cancel();
        while (!ended) co_await sleep_for(1ms);
    }());
}

class LiveAsync : public test::OnEachGeneration {
  protected:
    /// A coroutine with a session on a node.
    template <typename Work>
    void with_session(Work work) {
        test::Node node{generation()};
        run_all(io_, [&]() -> asio::awaitable<void> {
            const auto session = co_await open_async(node.address());
            auto working = work(*session);
            co_await std::move(working);
        }());
    }
    asio::io_context io_;
};
DQLITE_ON_EACH_GENERATION(LiveAsync);

TEST_P(LiveAsync, ExecutesAndQueries) {
    with_session([](AsyncSession& session) -> asio::awaitable<void> {
        co_await run(session, "CREATE TABLE t (a INTEGER, b TEXT)");
        const std::array values{wire::Value::integer(7), wire::Value::text("Grüße")};
        const auto inserted = co_await run(session, "INSERT INTO t VALUES (?, ?)", values);
        EXPECT_EQ(inserted.rows_affected, 1U);
        const Statement select = sql("SELECT a, b FROM t");
        const auto rows = co_await session.query(select);
        EXPECT_TRUE(rows);
        EXPECT_EQ((*rows)->column_names()[1], "b");
        EXPECT_EQ(co_await (*rows)->next(), RowStream::Step::row);
        EXPECT_EQ((*rows)->row()[0].as_integer(), 7);
        EXPECT_EQ((*rows)->row()[1].as_bytes(), "Grüße");
        EXPECT_EQ(co_await (*rows)->next(), RowStream::Step::end);
        EXPECT_EQ((*rows)->row_number(), 1U);
    });
}

TEST_P(LiveAsync, PreparesOnceAndUsesTheIdAgain) {
    with_session([](AsyncSession& session) -> asio::awaitable<void> {
        co_await run(session, "CREATE TABLE t (a)");
        const Statement insert = sql("INSERT INTO t VALUES (?)");
        const Call prepared{.prepared = true};
        for (std::int64_t i = 0; i < 10; ++i) {
            const std::array values{wire::Value::integer(i)};
            EXPECT_TRUE(co_await session.execute(insert, values, prepared));
        }
        EXPECT_EQ(session.statistics().prepared_statements, 1U);
        EXPECT_EQ(co_await number(session, "SELECT count(*) FROM t"), 10);
    });
}

constexpr std::string_view many_rows =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) "
    "SELECT i, hex(zeroblob(50)) FROM n";

TEST_P(LiveAsync, StreamsWhatTakesManyFrames) {
    with_session([](AsyncSession& session) -> asio::awaitable<void> {
        const Statement select = sql(many_rows);
        const auto rows = co_await session.query(select);
        EXPECT_TRUE(rows);
        EXPECT_FALSE((*rows)->row_count()) << "it is one frame";
        std::int64_t expected = 0;
        while (co_await (*rows)->next() == RowStream::Step::row) {
            EXPECT_EQ((*rows)->row()[0].as_integer(), ++expected);
            while ((*rows)->next_here() == RowStream::Step::row) {
                EXPECT_EQ((*rows)->row()[0].as_integer(), ++expected);
            }
        }
        EXPECT_EQ(expected, 20000);
    });
}

TEST_P(LiveAsync, TakesRowsInWhereTheSessionIsNeeded) {
    with_session([](AsyncSession& session) -> asio::awaitable<void> {
        const Statement select = sql(many_rows);
        const auto rows = co_await session.query(select);
        EXPECT_TRUE(rows);
        EXPECT_EQ(co_await (*rows)->next(), RowStream::Step::row);
        EXPECT_EQ(co_await number(session, "SELECT 42"), 42);
        std::int64_t seen = 1;
        while (co_await (*rows)->next() == RowStream::Step::row) {
            EXPECT_EQ((*rows)->row()[0].as_integer(), ++seen);
        }
        EXPECT_EQ(seen, 20000);
    });
}

TEST_P(LiveAsync, ReadsOutWhenAsked) {
    with_session([](AsyncSession& session) -> asio::awaitable<void> {
        const Statement select = sql(many_rows);
        const auto rows = co_await session.query(select);
        EXPECT_TRUE(rows);
        EXPECT_FALSE((*rows)->row_count());
        EXPECT_TRUE(co_await (*rows)->read_out());
        EXPECT_EQ((*rows)->row_count(), 20000U);
        std::int64_t seen = 0;
        while (co_await (*rows)->next() == RowStream::Step::row) ++seen;
        EXPECT_EQ(seen, 20000);
    });
}

TEST_P(LiveAsync, GoesOnAfterAStreamThatWasGivenUp) {
    with_session([](AsyncSession& session) -> asio::awaitable<void> {
        const Statement select = sql(many_rows);
        for (int i = 0; i < 3; ++i) {
            const auto rows = co_await session.query(select);
            EXPECT_TRUE(rows);
            EXPECT_EQ(co_await (*rows)->next(), RowStream::Step::row);
        }
        EXPECT_EQ(co_await number(session, "SELECT 42"), 42);
    });
}

TEST_P(LiveAsync, LosesWhatIsNotReadWhereTheSessionGoes) {
    test::Node node{generation()};
    run_all(io_, [&]() -> asio::awaitable<void> {
        auto session = co_await open_async(node.address());
        const Statement select = sql(many_rows);
        const auto rows = co_await session->query(select);
        EXPECT_TRUE(rows);
        session.reset();
        RowStream::Step step = co_await (*rows)->next();
        while (step == RowStream::Step::row) step = co_await (*rows)->next();
        EXPECT_EQ(step, RowStream::Step::failed);
        EXPECT_EQ((*rows)->error().kind, ErrorKind::lost);
    }());
}

TEST_P(LiveAsync, CommitsAndRollsBack) {
    with_session([](AsyncSession& session) -> asio::awaitable<void> {
        co_await run(session, "CREATE TABLE t (a)");
        EXPECT_TRUE(co_await session.begin(BeginMode::immediate));
        EXPECT_EQ(session.transaction(), TransactionState::open);
        co_await run(session, "INSERT INTO t VALUES (1)");
        EXPECT_TRUE(co_await session.rollback());
        EXPECT_EQ(co_await number(session, "SELECT count(*) FROM t"), 0);
        EXPECT_TRUE(co_await session.begin(BeginMode::immediate));
        co_await run(session, "INSERT INTO t VALUES (1)");
        EXPECT_TRUE(co_await session.commit());
        EXPECT_EQ(co_await number(session, "SELECT count(*) FROM t"), 1);
    });
}

TEST_P(LiveAsync, ExecutesSetsInATransaction) {
    with_session([](AsyncSession& session) -> asio::awaitable<void> {
        co_await run(session, "CREATE TABLE t (a)");
        std::vector<std::vector<wire::Value>> sets;
        for (std::int64_t i = 0; i < 100; ++i) sets.push_back({wire::Value::integer(i)});
        const Statement insert = sql("INSERT INTO t VALUES (?)");
        EXPECT_TRUE(co_await session.begin(BeginMode::immediate));
        const auto results = co_await session.execute_each(insert, sets);
        EXPECT_EQ(results.size(), 100U);
        for (const auto& result : results) EXPECT_TRUE(result);
        EXPECT_TRUE(co_await session.commit());
        EXPECT_EQ(co_await number(session, "SELECT sum(a) FROM t"), 4950);
    });
}

TEST_P(LiveAsync, ProvesItsCommits) {
    test::Node node{generation()};
    run_all(io_, [&]() -> asio::awaitable<void> {
        Options options = quick_options({node.address()});
        options.commit_proof = true;
        const auto session = co_await open_async(options);
        co_await run(*session, "CREATE TABLE t (a)");
        co_await run(*session, "INSERT INTO t VALUES (1)");
        EXPECT_EQ(co_await number(*session, "SELECT count(*) FROM dqlite_odbc_commit_proof"), 1);
    }());
}

TEST_P(LiveAsync, ServesManySessionsOnOneThread) {
    constexpr int sessions = 20;
    constexpr int inserts = 25;
    test::Node node{generation()};
    int done = 0;
    const auto work = [&]() -> asio::awaitable<void> {
        const auto session = co_await open_async(node.address());
        for (int i = 0; i < inserts; ++i) {
            co_await run(*session, "INSERT INTO t VALUES (1)");
        }
        ++done;
    };
    run_all(io_, [&]() -> asio::awaitable<void> {
        const auto session = co_await open_async(node.address());
        co_await run(*session, "CREATE TABLE t (a)");
    }());
    for (int i = 0; i < sessions; ++i) asio::co_spawn(io_, work(), asio::detached);
    io_.restart();
    io_.run();
    EXPECT_EQ(done, sessions);
    run_all(io_, [&]() -> asio::awaitable<void> {
        const auto session = co_await open_async(node.address());
        EXPECT_EQ(co_await number(*session, "SELECT count(*) FROM t"), sessions * inserts);
    }());
}

TEST_P(LiveAsync, RunsOnAStrandOfManyThreads) {
    test::Node node{generation()};
    asio::thread_pool pool{4};
    std::vector<std::future<std::int64_t>> sums;
    for (int i = 0; i < 8; ++i) {
        auto work = [](std::string address) -> asio::awaitable<std::int64_t> {
            const auto session = co_await open_async(address);
            std::int64_t sum = 0;
            for (int round = 0; round < 50; ++round) {
                sum += co_await number(*session, "SELECT 2");
            }
            co_return sum;
        };
        sums.push_back(
            asio::co_spawn(asio::make_strand(pool), work(node.address()), asio::use_future));
    }
    for (auto& sum : sums) EXPECT_EQ(sum.get(), 100);
    pool.join();
}

TEST_P(LiveAsync, FindsANewLeader) {
    test::Cluster cluster{generation(), 3, 10};
    run_all(io_, [&]() -> asio::awaitable<void> {
        Options options = quick_options(
            {cluster.node(0).address(), cluster.node(1).address(), cluster.node(2).address()});
        const auto session = co_await open_async(options);
        co_await run(*session, "CREATE TABLE t (a)");
        cluster.kill_leader();
        co_await run(*session, "INSERT INTO t VALUES (1)");
        EXPECT_EQ(session->generation(), 1U);
        EXPECT_EQ(co_await number(*session, "SELECT count(*) FROM t"), 1);
    }());
}

}  // namespace
}  // namespace dqlite::client
