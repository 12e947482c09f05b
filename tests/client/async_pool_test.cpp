// The coroutine form of the pool. What both forms decide is tested with Pool; here is what waits.
#include "client/async_pool.h"

#include <vector>

#include <asio/bind_cancellation_slot.hpp>
#include <asio/cancellation_signal.hpp>
#include <asio/detached.hpp>
#include <asio/steady_timer.hpp>
#include <asio/strand.hpp>
#include <asio/thread_pool.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/use_future.hpp>

#include "client/async_fetch.h"
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

bool answer_result(FakePeer& peer, const FakeRequest&) {
    peer.send_result(1, 1);
    return true;
}

asio::awaitable<std::unique_ptr<AsyncPool>> open_pool(Options options, PoolOptions limits) {
    auto opening = AsyncPool::open(std::move(options), limits);
    auto pool = co_await std::move(opening);
    co_return expect(std::move(pool));
}

asio::awaitable<AsyncPool::Slot> take(AsyncPool& pool) {
    auto acquiring = pool.acquire();
    auto slot = co_await std::move(acquiring);
    co_return expect(std::move(slot));
}

class AsyncFakePool : public ::testing::Test {
  protected:
    template <typename Work>
    void with_pool(const PoolOptions& limits, Work work) {
        run_all(io_, [&]() -> asio::awaitable<void> {
            const Options options = quick_options({server_.address()});
            const auto pool = co_await open_pool(options, limits);
            auto working = work(*pool);
            co_await std::move(working);
        }());
    }
    FakeServer server_{FakeServer::node(answer_result)};
    asio::io_context io_;
};

TEST_F(AsyncFakePool, LendsTheSameSessionAgain) {
    const PoolOptions limits{.min_sessions = 2};
    with_pool(limits, [](AsyncPool& pool) -> asio::awaitable<void> {
        EXPECT_EQ(pool.statistics().idle, 2U);
        const AsyncSession* first = nullptr;
        {
            const auto slot = co_await take(pool);
            first = &*slot;
            EXPECT_EQ(pool.statistics().in_use, 1U);
        }
        const auto slot = co_await take(pool);
        EXPECT_EQ(&*slot, first);
    });
    EXPECT_EQ(server_.connections(), 2);
}

TEST_F(AsyncFakePool, SaysThatAllAreInUseAtTheDeadline) {
    const PoolOptions limits{.max_sessions = 1};
    with_pool(limits, [](AsyncPool& pool) -> asio::awaitable<void> {
        const auto slot = co_await take(pool);
        const auto begun = Clock::now();
        const auto none = co_await pool.acquire(50ms);
        EXPECT_FALSE(none);
        EXPECT_EQ(none.error().kind, ErrorKind::timeout);
        EXPECT_GE(Clock::now() - begun, 50ms);
        EXPECT_EQ(pool.statistics().timeouts, 1U);
        EXPECT_EQ(pool.statistics().waiting, 0U);
    });
}

TEST_F(AsyncFakePool, ServesWhoWaitsInTheOrderOfAsking) {
    const PoolOptions limits{.max_sessions = 1};
    with_pool(limits, [this](AsyncPool& pool) -> asio::awaitable<void> {
        std::optional<AsyncPool::Slot> slot{co_await take(pool)};
        std::vector<int> served;
        const auto wait = [&](int who) -> asio::awaitable<void> {
            const auto mine = co_await take(pool);
            served.push_back(who);
            co_await sleep_for(1ms);
        };
        for (int i = 0; i < 4; ++i) asio::co_spawn(io_, wait(i), asio::detached);
        EXPECT_EQ(pool.statistics().waiting, 4U);
        slot.reset();
        while (served.size() < 4 || pool.statistics().in_use > 0) co_await sleep_for(1ms);
        EXPECT_EQ(served, (std::vector{0, 1, 2, 3}));
    });
    EXPECT_EQ(server_.connections(), 1);
}

TEST_F(AsyncFakePool, EndsAWaitByItsCancellationSlot) {
    const PoolOptions limits{.max_sessions = 1};
    with_pool(limits, [this](AsyncPool& pool) -> asio::awaitable<void> {
        const auto slot = co_await take(pool);
        asio::cancellation_signal signal;
        std::optional<ErrorKind> told;
        const auto wait = [&]() -> asio::awaitable<void> {
            const auto none = co_await pool.acquire(10s);
            told = none ? ErrorKind::server : none.error().kind;
        };
        asio::co_spawn(io_, wait(), asio::bind_cancellation_slot(signal.slot(), asio::detached));
        EXPECT_EQ(pool.statistics().waiting, 1U);
        signal.emit(asio::cancellation_type::terminal);
        while (!told) co_await sleep_for(1ms);
        EXPECT_EQ(told, ErrorKind::cancelled);
        EXPECT_EQ(pool.statistics().waiting, 0U);
    });
}

TEST_F(AsyncFakePool, GivesThePlaceBackWhereConnectingFails) {
    run_all(io_, []() -> asio::awaitable<void> {
        const Options nobody = quick_options({"127.0.0.1:1"});
        const PoolOptions one{.max_sessions = 1};
        const auto pool = co_await open_pool(nobody, one);
        for (int i = 0; i < 2; ++i) {
            const auto slot = co_await pool->acquire(500ms);
            EXPECT_FALSE(slot);
            EXPECT_EQ(slot.error().kind, ErrorKind::unreachable) << slot.error().message;
            EXPECT_EQ(pool->statistics().in_use, 0U);
        }
        const PoolOptions filled{.min_sessions = 1};
        EXPECT_FALSE(co_await AsyncPool::open(nobody, filled));
        const PoolOptions none{.max_sessions = 0};
        const auto senseless = co_await AsyncPool::open(nobody, none);
        EXPECT_FALSE(senseless);
        EXPECT_EQ(senseless.error().kind, ErrorKind::invalid);
    }());
}

TEST_F(AsyncFakePool, RollsBackBeforeASessionGoesBack) {
    with_pool({}, [](AsyncPool& pool) -> asio::awaitable<void> {
        auto slot = co_await take(pool);
        EXPECT_TRUE(co_await slot->begin(BeginMode::immediate));
        co_await slot.give_back();
        EXPECT_EQ(pool.statistics().rolled_back, 1U);
        EXPECT_EQ(pool.statistics().idle, 1U);
        const auto again = co_await take(pool);
        EXPECT_EQ(again->transaction(), TransactionState::none);
    });
    EXPECT_EQ(server_.connections(), 1);
}

TEST_F(AsyncFakePool, DropsASessionWhoseTransactionNobodyEnded) {
    with_pool({}, [](AsyncPool& pool) -> asio::awaitable<void> {
        {
            const auto slot = co_await take(pool);
            EXPECT_TRUE(co_await slot->begin(BeginMode::immediate));
        }
        EXPECT_EQ(pool.statistics().rolled_back, 1U);
        EXPECT_EQ(pool.statistics().idle, 0U);
        const auto again = co_await take(pool);
        EXPECT_EQ(again->transaction(), TransactionState::none);
    });
    EXPECT_EQ(server_.connections(), 2);
}

TEST_F(AsyncFakePool, OpensWhatItsMinimumLacksWhenMaintained) {
    const PoolOptions limits{.min_sessions = 2, .max_lifetime = 20ms};
    with_pool(limits, [](AsyncPool& pool) -> asio::awaitable<void> {
        co_await sleep_for(30ms);
        EXPECT_TRUE(co_await pool.maintain());
        EXPECT_EQ(pool.statistics().expired, 2U);
        EXPECT_EQ(pool.statistics().idle, 2U);
        EXPECT_EQ(pool.statistics().in_use, 0U);
    });
    EXPECT_EQ(server_.connections(), 4);
}

TEST_F(AsyncFakePool, DrainsAtItsEnd) {
    with_pool({}, [this](AsyncPool& pool) -> asio::awaitable<void> {
        std::optional<AsyncPool::Slot> slot{co_await take(pool)};
        EXPECT_FALSE(co_await pool.close(10ms)) << "one is on loan";
        const auto refused = co_await pool.acquire();
        EXPECT_FALSE(refused);
        EXPECT_EQ(refused.error().kind, ErrorKind::invalid);
        asio::steady_timer later{io_, 20ms};
        later.async_wait([&](auto) { slot.reset(); });
        EXPECT_TRUE(co_await pool.close(5s));
        EXPECT_EQ(pool.statistics().idle, 0U);
    });
}

TEST_F(AsyncFakePool, TellsWhoWaitsThatItIsClosed) {
    with_pool({.max_sessions = 1}, [this](AsyncPool& pool) -> asio::awaitable<void> {
        const auto slot = co_await take(pool);
        std::optional<ErrorKind> told;
        const auto wait = [&]() -> asio::awaitable<void> {
            const auto none = co_await pool.acquire(10s);
            told = none ? ErrorKind::server : none.error().kind;
        };
        asio::co_spawn(io_, wait(), asio::detached);
        EXPECT_FALSE(co_await pool.close(0ms));
        while (!told) co_await sleep_for(1ms);
        EXPECT_EQ(told, ErrorKind::invalid);
    });
}

TEST_F(AsyncFakePool, LetsASlotOutliveIt) {
    run_all(io_, [&]() -> asio::awaitable<void> {
        const Options options = quick_options({server_.address()});
        auto pool = co_await open_pool(options, PoolOptions{});
        auto slot = co_await take(*pool);
        pool.reset();
        co_await run(*slot, "INSERT INTO t VALUES (1)");
        const auto moved = std::move(slot);
        EXPECT_TRUE(moved->alive());
    }());
}

class LiveAsyncPool : public test::OnEachGeneration {
  protected:
    asio::io_context io_;
};
DQLITE_ON_EACH_GENERATION(LiveAsyncPool);

/// Rows of a new table into which so many coroutines insert, each row with a session it takes anew.
asio::awaitable<std::optional<int>> insert_side_by_side(AsyncPool& pool, int workers, int inserts) {
    {
        const auto slot = co_await take(pool);
        co_await run(*slot, "CREATE TABLE t (a)");
    }
    int done = 0;
    const auto work = [&]() -> asio::awaitable<void> {
        for (int i = 0; i < inserts; ++i) {
            auto slot = co_await take(pool);
            co_await run(*slot, "INSERT INTO t VALUES (1)");
            co_await slot.give_back();
        }
        ++done;
    };
    const auto executor = co_await asio::this_coro::executor;
    for (int i = 0; i < workers; ++i) asio::co_spawn(executor, work(), asio::detached);
    while (done < workers) co_await sleep_for(5ms);
    const auto slot = co_await take(pool);
    co_return expect(co_await fetchval<int>(*slot, "SELECT count(*) FROM t"));
}

TEST_P(LiveAsyncPool, ServesManyCoroutinesWithFewSessions) {
    constexpr int workers = 30;
    constexpr int inserts = 10;
    test::Node node{generation()};
    run_all(io_, [&]() -> asio::awaitable<void> {
        const Options options = quick_options({node.address()});
        const PoolOptions limits{.max_sessions = 4};
        const auto pool = co_await open_pool(options, limits);
        const auto rows = co_await insert_side_by_side(*pool, workers, inserts);
        EXPECT_LE(pool->statistics().opened, 4U);
        EXPECT_EQ(rows, workers * inserts);
    }());
}

TEST_P(LiveAsyncPool, ServesAStrandOfManyThreads) {
    constexpr int workers = 12;
    constexpr int inserts = 20;
    test::Node node{generation()};
    asio::thread_pool threads{4};
    const auto strand = asio::make_strand(threads);
    const auto work = [&]() -> asio::awaitable<std::optional<int>> {
        const Options options = quick_options({node.address()});
        const PoolOptions limits{.max_sessions = 4};
        const auto pool = co_await open_pool(options, limits);
        co_return co_await insert_side_by_side(*pool, workers, inserts);
    };
    EXPECT_EQ(asio::co_spawn(strand, work(), asio::use_future).get(), workers * inserts);
    threads.join();
}

TEST_P(LiveAsyncPool, DropsWhatLeadsToAFormerLeader) {
    test::Cluster cluster{generation(), 3, 10};
    run_all(io_, [&]() -> asio::awaitable<void> {
        const Options options = quick_options(
            {cluster.node(0).address(), cluster.node(1).address(), cluster.node(2).address()});
        const PoolOptions limits{.min_sessions = 4};
        const auto pool = co_await open_pool(options, limits);
        cluster.kill_leader();
        {
            const auto slot = co_await take(*pool);
            co_await run(*slot, "CREATE TABLE t (a)");
            EXPECT_EQ(slot->generation(), 1U);
        }
        EXPECT_EQ(pool->statistics().idle, 1U);
        EXPECT_EQ(pool->statistics().stale, 3U);
        EXPECT_TRUE(co_await pool->maintain());
        EXPECT_EQ(pool->statistics().idle, 4U);
    }());
}

}  // namespace
}  // namespace dqlite::client
