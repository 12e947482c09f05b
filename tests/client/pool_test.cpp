// The pool against scripted servers (what it keeps, drops and waits for) and on real clusters.
#include "client/pool.h"

#include <atomic>
#include <thread>

#include "tests/client/session_fixture.h"
#include "tests/support/cluster.h"
#include "tests/support/each_generation.h"
#include "tests/support/fake_server.h"
#include "wire/rows.h"

namespace dqlite::client {
namespace {

using namespace std::chrono_literals;
using test::FakePeer;
using test::FakeRequest;
using test::FakeServer;

bool answer_ok(FakePeer& peer, const FakeRequest& request) {
    if (!request.is(wire::RequestType::query_sql)) {
        peer.send_result(1, 1);
        return true;
    }
    constexpr std::array<std::string_view, 1> names{"1"};
    wire::RowsWriter writer{names};
    const wire::Value one = wire::Value::integer(1);
    writer.row({&one, 1});
    peer.send(writer.finish(true));
    return true;
}

std::unique_ptr<Pool> open_pool(Options options, const PoolOptions& limits) {
    auto pool = Pool::open(std::move(options), limits);
    if (!pool) throw std::runtime_error{pool.error().message};
    return std::move(*pool);
}

Pool::Slot take(Pool& pool) {
    auto slot = pool.acquire();
    if (!slot) throw std::runtime_error{slot.error().message};
    return std::move(*slot);
}

class FakePool : public ::testing::Test {
  protected:
    [[nodiscard]] std::unique_ptr<Pool> pool(const PoolOptions& limits) {
        return open_pool(quick_options({server_.address()}), limits);
    }
    FakeServer server_{FakeServer::node(answer_ok)};
};

TEST_F(FakePool, OpensItsMinimumAtOnce) {
    const auto pool = this->pool({.min_sessions = 3});
    EXPECT_EQ(pool->statistics().idle, 3U);
    EXPECT_EQ(pool->statistics().opened, 3U);
    EXPECT_EQ(server_.connections(), 3);
}

TEST_F(FakePool, LendsTheSameSessionAgain) {
    const auto pool = this->pool({});
    const Session* first = nullptr;
    {
        const Pool::Slot slot = take(*pool);
        first = &*slot;
        EXPECT_EQ(pool->statistics().in_use, 1U);
    }
    const Pool::Slot slot = take(*pool);
    EXPECT_EQ(&*slot, first);
    EXPECT_EQ(server_.connections(), 1);
}

TEST_F(FakePool, SaysThatAllAreInUseAtTheDeadline) {
    const auto pool = this->pool({.max_sessions = 1});
    const Pool::Slot slot = take(*pool);
    const auto begun = Clock::now();
    const auto none = pool->acquire(50ms);
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().kind, ErrorKind::timeout);
    EXPECT_GE(Clock::now() - begun, 50ms);
    EXPECT_EQ(pool->statistics().timeouts, 1U);
}

TEST_F(FakePool, WakesAWaiterWhenASessionComesBack) {
    const auto pool = this->pool({.max_sessions = 1});
    std::optional<Pool::Slot> slot{take(*pool)};
    std::thread waiter{[&] { EXPECT_TRUE(pool->acquire(5s)); }};
    while (pool->statistics().waiting == 0) std::this_thread::sleep_for(1ms);
    slot.reset();
    waiter.join();
    EXPECT_EQ(server_.connections(), 1);
}

TEST_F(FakePool, GivesThePlaceBackWhereConnectingFails) {
    Options nobody = quick_options({"127.0.0.1:1"});
    const auto pool = open_pool(nobody, {.max_sessions = 1});
    EXPECT_FALSE(pool->acquire(500ms));
    EXPECT_EQ(pool->statistics().in_use, 0U);
    const auto again = pool->acquire(500ms);
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().kind, ErrorKind::unreachable) << again.error().message;
}

TEST_F(FakePool, NeedsSensibleLimits) {
    const auto options = quick_options({server_.address()});
    EXPECT_EQ(Pool::open(options, {.max_sessions = 0}).error().kind, ErrorKind::invalid);
    EXPECT_EQ(Pool::open(options, {.min_sessions = 2, .max_sessions = 1}).error().kind,
              ErrorKind::invalid);
}

TEST_F(FakePool, ClosesWhatIsIdleForTooLongButItsMinimum) {
    const auto pool = this->pool({.min_sessions = 1, .idle_timeout = 20ms});
    {
        const Pool::Slot one = take(*pool);
        const Pool::Slot two = take(*pool);
    }
    EXPECT_EQ(pool->statistics().idle, 2U);
    std::this_thread::sleep_for(30ms);
    EXPECT_TRUE(pool->maintain());
    EXPECT_EQ(pool->statistics().idle, 1U);
    EXPECT_EQ(pool->statistics().expired, 1U);
}

TEST_F(FakePool, OpensWhatItsMinimumLacksWhenMaintained) {
    const auto pool = this->pool({.min_sessions = 2, .max_lifetime = 20ms});
    std::this_thread::sleep_for(30ms);
    EXPECT_TRUE(pool->maintain());
    const PoolStatistics after = pool->statistics();
    EXPECT_EQ(after.expired, 2U);
    EXPECT_EQ(after.idle, 2U);
    EXPECT_EQ(after.in_use, 0U);
    EXPECT_EQ(after.acquired, 0U);
    EXPECT_EQ(server_.connections(), 4);
}

TEST_F(FakePool, ServesWhoWaitsInTheOrderOfAsking) {
    const auto pool = this->pool({.max_sessions = 1});
    std::optional<Pool::Slot> slot{take(*pool)};
    std::vector<int> served;
    std::vector<std::thread> waiters;
    for (int i = 0; i < 4; ++i) {
        waiters.emplace_back([&, i] {
            const Pool::Slot mine = take(*pool);
            served.push_back(i);  // one at a time: there is one session
        });
        while (pool->statistics().waiting == static_cast<std::size_t>(i)) {
            std::this_thread::sleep_for(1ms);
        }
    }
    slot.reset();
    for (std::thread& waiter : waiters) waiter.join();
    EXPECT_EQ(served, (std::vector{0, 1, 2, 3}));
}

TEST_F(FakePool, RenewsWhatHasLivedForTooLong) {
    const auto pool = this->pool({.max_lifetime = 20ms});
    {
        const Pool::Slot slot = take(*pool);
        std::this_thread::sleep_for(30ms);
    }
    EXPECT_EQ(pool->statistics().idle, 0U);
    EXPECT_EQ(pool->statistics().expired, 1U);
    const Pool::Slot slot = take(*pool);
    EXPECT_EQ(server_.connections(), 2);
}

TEST_F(FakePool, AsksWhatWasUnusedBeforeLendingIt) {
    const auto pool = this->pool({.min_sessions = 1, .validate_after = 1ms});
    std::this_thread::sleep_for(5ms);
    const Pool::Slot slot = take(*pool);
    EXPECT_EQ(slot->statistics().requests, 8U) << "seven to connect, one to ask";
}

TEST_F(FakePool, DropsWhatNoLongerAnswers) {
    std::atomic<bool> silent{false};
    FakeServer server{FakeServer::node([&](FakePeer& peer, const FakeRequest& request) {
        if (silent && request.is(wire::RequestType::query_sql)) {
            silent = false;
            peer.stay_silent();
            return false;
        }
        return answer_ok(peer, request);
    })};
    const auto pool =
        open_pool(quick_options({server.address()}), {.min_sessions = 1, .validate_after = 1ms});
    std::this_thread::sleep_for(5ms);
    silent = true;
    const Pool::Slot slot = take(*pool);
    EXPECT_EQ(server.connections(), 2);
    EXPECT_EQ(pool->statistics().stale, 1U);
}

TEST_F(FakePool, RollsBackWhatIsGivenBackInATransaction) {
    const auto pool = this->pool({});
    {
        const Pool::Slot slot = take(*pool);
        ASSERT_TRUE(slot->begin(BeginMode::immediate));
    }
    EXPECT_EQ(pool->statistics().rolled_back, 1U);
    const Pool::Slot slot = take(*pool);
    EXPECT_EQ(slot->transaction(), TransactionState::none);
    EXPECT_EQ(server_.connections(), 1);
}

TEST_F(FakePool, KeepsNoSessionWithStateOfItsUser) {
    const auto pool = this->pool({});
    {
        const Pool::Slot slot = take(*pool);
        run(*slot, "CREATE TEMP TABLE mine (a)");
    }
    EXPECT_EQ(pool->statistics().idle, 0U);
    const Pool::Slot slot = take(*pool);
    EXPECT_EQ(server_.connections(), 2);
}

TEST_F(FakePool, DrainsAtItsEnd) {
    const auto pool = this->pool({});
    std::optional<Pool::Slot> slot{take(*pool)};
    EXPECT_FALSE(pool->close(10ms)) << "one is on loan";
    const auto refused = pool->acquire();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::invalid);
    std::thread returning{[&] {
        std::this_thread::sleep_for(20ms);
        slot.reset();
    }};
    EXPECT_TRUE(pool->close(5s));
    returning.join();
    EXPECT_EQ(pool->statistics().idle, 0U);
}

TEST_F(FakePool, LetsASlotOutliveIt) {
    auto pool = this->pool({});
    Pool::Slot slot = take(*pool);
    pool.reset();
    run(*slot, "INSERT INTO t VALUES (1)");
    Pool::Slot moved = std::move(slot);
    EXPECT_TRUE(moved->alive());
}

TEST_F(FakePool, NeverLendsMoreThanItsMaximum) {
    constexpr int threads = 8;
    const auto pool = this->pool({.max_sessions = 3});
    std::atomic<int> out{0};
    std::atomic<int> most{0};
    std::vector<std::thread> running;
    for (int i = 0; i < threads; ++i) {
        running.emplace_back([&] {
            for (int round = 0; round < 50; ++round) {
                const auto slot = pool->acquire(10s);
                ASSERT_TRUE(slot) << slot.error().message;
                const int now = ++out;
                int seen = most.load();
                while (seen < now && !most.compare_exchange_weak(seen, now)) {
                }
                run(**slot, "INSERT INTO t VALUES (1)");
                --out;
            }
        });
    }
    for (std::thread& thread : running) thread.join();
    EXPECT_LE(most, 3);
    EXPECT_LE(server_.connections(), 3);
    EXPECT_EQ(pool->statistics().acquired, 400U);
    EXPECT_EQ(pool->statistics().in_use, 0U);
}

class LivePool : public test::OnEachGeneration {};
DQLITE_ON_EACH_GENERATION(LivePool);

TEST_P(LivePool, DropsWhatLeadsToAFormerLeader) {
    test::Cluster cluster{generation(), 3, 10};
    Options options = quick_options(
        {cluster.node(0).address(), cluster.node(1).address(), cluster.node(2).address()});
    const auto pool = open_pool(options, {.min_sessions = 4});
    cluster.kill_leader();
    {
        const Pool::Slot slot = take(*pool);
        run(*slot, "CREATE TABLE t (a)");
        EXPECT_EQ(slot->generation(), 1U);
    }
    EXPECT_EQ(pool->statistics().idle, 1U);
    EXPECT_EQ(pool->statistics().stale, 3U);
    const Pool::Slot slot = take(*pool);
    EXPECT_EQ(number(*slot, "SELECT count(*) FROM t"), 0);
}

}  // namespace
}  // namespace dqlite::client
