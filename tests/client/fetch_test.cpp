// The short way: SQL and C++ values in, C++ values out; transactions around callables. In both
// forms, on real nodes.
#include "client/fetch.h"

#include "client/async_fetch.h"
#include "client/async_transaction.h"
#include "client/transaction.h"
#include "tests/client/async_fixture.h"
#include "tests/support/each_generation.h"
#include "tests/support/node.h"

namespace dqlite::client {
namespace {

class LiveFetch : public test::OnEachGeneration {
  protected:
    test::Node node_{generation()};
    std::unique_ptr<Session> session_{open_session(node_.address())};
};
DQLITE_ON_EACH_GENERATION(LiveFetch);

TEST_P(LiveFetch, GivesEachTypeBack) {
    Session& session = *session_;
    ASSERT_TRUE(execute(session, "CREATE TABLE t (i, r, s, b, n, f)"));
    const std::string text = "Grüße";
    const Blob blob{std::byte{0}, std::byte{1}, std::byte{255}};
    const std::optional<int> none;
    ASSERT_TRUE(execute(session, "INSERT INTO t VALUES (?, ?, ?, ?, ?, ?)", std::int64_t{-7}, 2.5,
                        text, blob, none, true));
    const auto row = fetch<std::int64_t, double, std::string, Blob, std::optional<int>, bool>(
        session, "SELECT i, r, s, b, n, f FROM t");
    ASSERT_TRUE(row) << row.error().message;
    ASSERT_TRUE(*row);
    const auto& [i, r, s, b, n, f] = **row;
    EXPECT_EQ(i, -7);
    EXPECT_EQ(r, 2.5);
    EXPECT_EQ(s, text);
    EXPECT_EQ(b, blob);
    EXPECT_EQ(n, std::nullopt);
    EXPECT_TRUE(f);
}

TEST_P(LiveFetch, GivesAllRows) {
    constexpr const char* numbers =
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) "
        "SELECT i FROM n";
    const auto rows = fetchall<int>(*session_, numbers, 5000);
    ASSERT_TRUE(rows) << rows.error().message;
    ASSERT_EQ(rows->size(), 5000U);
    EXPECT_EQ(rows->front(), 1);
    EXPECT_EQ(rows->back(), 5000);
}

TEST_P(LiveFetch, GivesNothingWhereThereIsNothing) {
    const auto no_row = fetchval<int>(*session_, "SELECT 1 WHERE 0");
    ASSERT_TRUE(no_row);
    EXPECT_EQ(*no_row, std::nullopt);
    const auto null = fetchval<int>(*session_, "SELECT NULL");
    ASSERT_TRUE(null);
    EXPECT_EQ(*null, std::nullopt);
    const auto row = fetch<int, int>(*session_, "SELECT 1, 2 WHERE 0");
    ASSERT_TRUE(row);
    EXPECT_FALSE(*row);
    const auto rows = fetchall<int>(*session_, "SELECT 1 WHERE 0");
    ASSERT_TRUE(rows);
    EXPECT_TRUE(rows->empty());
}

TEST_P(LiveFetch, SaysWhatDoesNotFit) {
    const auto text = fetch<int>(*session_, "SELECT 'x' AS word");
    ASSERT_FALSE(text);
    EXPECT_EQ(text.error().kind, ErrorKind::invalid);
    EXPECT_EQ(text.error().message,
              "column 1 (\"word\") is a text, which the type asked for cannot hold");
    EXPECT_FALSE((fetch<int, int>(*session_, "SELECT 1, NULL")));
    EXPECT_FALSE(fetch<std::int8_t>(*session_, "SELECT 128"));
    EXPECT_TRUE(fetch<std::int8_t>(*session_, "SELECT 127"));
    EXPECT_FALSE(fetch<int>(*session_, "SELECT 1, 2"));
    EXPECT_FALSE(fetch<std::string>(*session_, "SELECT x'00'"));
    EXPECT_EQ(fetchval<int>(*session_, "SELECT ?").error().kind, ErrorKind::invalid)
        << "a parameter is missing";
}

TEST_P(LiveFetch, PreparesOnceWhatIsPrepared) {
    Session& session = *session_;
    const auto doubled = Prepared::parse("SELECT 2 * ?");
    ASSERT_TRUE(doubled);
    for (int i = 0; i < 5; ++i) {
        const auto value = fetchval<int>(session, *doubled, i);
        ASSERT_TRUE(value);
        EXPECT_EQ(*value, 2 * i);
    }
    EXPECT_EQ(session.statistics().prepared_statements, 1U);
    EXPECT_FALSE(Prepared::parse("SELECT 1; SELECT 2"));
}

TEST_P(LiveFetch, CommitsWhatSucceeds) {
    Session& session = *session_;
    ASSERT_TRUE(execute(session, "CREATE TABLE t (a)"));
    const auto inserted = transaction(session, [](Session& s) -> Result<int> {
        for (int i = 0; i < 3; ++i) {
            if (auto done = execute(s, "INSERT INTO t VALUES (?)", i); !done) {
                return fail(std::move(done.error()));
            }
        }
        return 3;
    });
    ASSERT_TRUE(inserted) << inserted.error().message;
    EXPECT_EQ(*inserted, 3);
    EXPECT_EQ(session.transaction(), TransactionState::none);
    EXPECT_EQ(number(session, "SELECT count(*) FROM t"), 3);
}

TEST_P(LiveFetch, RollsBackWhatFailsOrThrows) {
    Session& session = *session_;
    ASSERT_TRUE(execute(session, "CREATE TABLE t (a)"));
    const auto failed = transaction(session, [](Session& s) -> Result<void> {
        run(s, "INSERT INTO t VALUES (1)");
        return fail({.kind = ErrorKind::limit, .message = "enough"});
    });
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().message, "enough");
    const auto throws = [](Session& s) -> Result<void> {
        run(s, "INSERT INTO t VALUES (1)");
        throw std::runtime_error{"thrown"};
    };
    EXPECT_THROW((void)transaction(session, throws), std::runtime_error);
    EXPECT_EQ(session.transaction(), TransactionState::none);
    EXPECT_EQ(number(session, "SELECT count(*) FROM t"), 0);
}

TEST_P(LiveFetch, NeverTakesALostTransactionForACommittedOne) {
    Session& session = *session_;
    ASSERT_TRUE(execute(session, "CREATE TABLE t (a UNIQUE)"));
    const auto done = transaction(session, [](Session& s) -> Result<void> {
        run(s, "INSERT INTO t VALUES (1)");
        EXPECT_FALSE(execute(s, "INSERT OR ROLLBACK INTO t VALUES (1)")) << "overlooked";
        return {};
    });
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().kind, ErrorKind::transaction_lost);
    EXPECT_EQ(number(session, "SELECT count(*) FROM t"), 0);
}

TEST_P(LiveFetch, RepeatsALostTransactionAsOftenAsAllowed) {
    Session& session = *session_;
    ASSERT_TRUE(execute(session, "CREATE TABLE t (a)"));
    int runs = 0;
    const TransactionOptions twice{.attempts = 2};
    const auto work = [&](Session& s) -> Result<void> {
        run(s, "INSERT INTO t VALUES (1)");
        if (++runs > 1) return {};
        return fail({.kind = ErrorKind::transaction_lost, .outcome = Outcome::rolled_back});
    };
    EXPECT_TRUE(transaction(session, work, twice));
    EXPECT_EQ(runs, 2);
    EXPECT_EQ(number(session, "SELECT count(*) FROM t"), 1);
    runs = 0;
    EXPECT_FALSE(transaction(session, work));
    EXPECT_EQ(runs, 1);
}

class LiveAsyncFetch : public test::OnEachGeneration {
  protected:
    template <typename Work>
    void with_session(Work work) {
        test::Node node{generation()};
        asio::io_context io;
        run_all(io, [&]() -> asio::awaitable<void> {
            const auto session = co_await open_async(node.address());
            auto working = work(*session);
            co_await std::move(working);
        }());
    }
};
DQLITE_ON_EACH_GENERATION(LiveAsyncFetch);

TEST_P(LiveAsyncFetch, GivesValues) {
    with_session([](AsyncSession& session) -> asio::awaitable<void> {
        EXPECT_TRUE(co_await execute(session, "CREATE TABLE t (a INTEGER, b TEXT)"));
        for (int i = 1; i <= 3; ++i) {
            EXPECT_TRUE(co_await execute(session, "INSERT INTO t VALUES (?, ?)", i, "word"));
        }
        const auto all = co_await fetchall<int, std::string>(session, "SELECT a, b FROM t");
        EXPECT_TRUE(all);
        EXPECT_EQ(all->size(), 3U);
        EXPECT_EQ(std::get<0>(all->back()), 3);
        const auto first = co_await fetch<int, std::string>(session, "SELECT a, b FROM t");
        EXPECT_TRUE(first && *first);
        EXPECT_EQ(std::get<1>(**first), "word");
        const auto none = co_await fetchval<int>(session, "SELECT a FROM t WHERE a > 9");
        EXPECT_TRUE(none);
        EXPECT_EQ(*none, std::nullopt);
        const auto wrong = co_await fetchall<int>(session, "SELECT b FROM t");
        EXPECT_FALSE(wrong);
        EXPECT_EQ(wrong.error().kind, ErrorKind::invalid);
    });
}

TEST_P(LiveAsyncFetch, PreparesOnceWhatIsPrepared) {
    with_session([](AsyncSession& session) -> asio::awaitable<void> {
        const auto doubled = Prepared::parse("SELECT 2 * ?");
        for (int i = 0; i < 5; ++i) {
            const auto value = co_await fetchval<int>(session, *doubled, i);
            EXPECT_EQ(*value, 2 * i);
        }
        EXPECT_EQ(session.statistics().prepared_statements, 1U);
    });
}

TEST_P(LiveAsyncFetch, CommitsWhatSucceedsAndRollsBackTheRest) {
    with_session([](AsyncSession& session) -> asio::awaitable<void> {
        EXPECT_TRUE(co_await execute(session, "CREATE TABLE t (a)"));
        const auto good = [](AsyncSession& s) -> asio::awaitable<Result<int>> {
            co_await run(s, "INSERT INTO t VALUES (1)");
            co_return 42;
        };
        const auto committed = co_await transaction(session, good);
        EXPECT_EQ(committed, 42);
        const auto bad = [](AsyncSession& s) -> asio::awaitable<Result<void>> {
            co_await run(s, "INSERT INTO t VALUES (2)");
            co_return fail({.kind = ErrorKind::limit, .message = "enough"});
        };
        const auto failed = co_await transaction(session, bad);
        EXPECT_FALSE(failed);
        const auto throws = [](AsyncSession& s) -> asio::awaitable<Result<void>> {
            co_await run(s, "INSERT INTO t VALUES (3)");
            throw std::runtime_error{"thrown"};
        };
        bool thrown = false;
        try {
            (void)co_await transaction(session, throws);
        } catch (const std::runtime_error&) {
            thrown = true;
        }
        EXPECT_TRUE(thrown);
        EXPECT_EQ(session.transaction(), TransactionState::none);
        EXPECT_EQ(co_await number(session, "SELECT count(*) FROM t"), 1);
    });
}

}  // namespace
}  // namespace dqlite::client
