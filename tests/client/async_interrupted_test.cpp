// Coroutines that end early, at each step where they can: whatever sessions and a pool wait for
// then, they let go of. What is let go of twice a sanitizer tells; what never, the descriptors.
#include <array>
#include <filesystem>
#include <iterator>
#include <vector>

#include <asio/bind_cancellation_slot.hpp>
#include <asio/cancellation_signal.hpp>
#include <asio/experimental/awaitable_operators.hpp>

#include "client/async_fetch.h"
#include "client/async_pool.h"
#include "client/async_transaction.h"
#include "tests/client/async_fixture.h"
#include "tests/support/fake_server.h"
#include "wire/rows.h"

namespace dqlite::client {
namespace {

using namespace std::chrono_literals;
using test::FakePeer;
using test::FakeRequest;
using test::FakeServer;
using wire::RequestType;

wire::Buffer one_row(bool last) {
    constexpr std::array<std::string_view, 1> names{"n"};
    wire::RowsWriter writer{names};
    const auto value = wire::Value::integer(1);
    writer.row({&value, 1});
    return writer.finish(last);
}

bool answer(FakePeer& peer, const FakeRequest& request) {
    if (request.is(RequestType::query) || request.is(RequestType::query_sql)) {
        peer.send(one_row(false));
        peer.send(one_row(true));
    } else if (request.is(RequestType::prepare)) {
        peer.send_statement(0, 0);
    } else if (request.is(RequestType::finalize)) {
        peer.send_empty();
    } else {
        peer.send_result(1, 1);
    }
    return true;
}

/// A leader that has to be found first.
class LedCluster {
  public:
    [[nodiscard]] const std::string& address() const noexcept { return follower_.address(); }

  private:
    void name_leader(FakePeer& peer) const {
        if (!peer.read_handshake()) return;
        FakeRequest request;
        while (peer.read_request(request)) peer.send_leader(2, leader_.address());
    }

    FakeServer leader_{FakeServer::node(answer)};
    FakeServer follower_{[this](FakePeer& peer) { name_leader(peer); }};
};

asio::awaitable<Result<void>> change(AsyncSession& session) {
    auto inserting = execute(session, "INSERT INTO t VALUES (1)");
    if (auto inserted = co_await std::move(inserting); !inserted) {
        co_return fail(std::move(inserted.error()));
    }
    const Statement statement = sql("INSERT INTO t VALUES (1)");
    const std::vector<std::vector<wire::Value>> sets(3);
    auto executing = session.execute_each(statement, sets);
    for (auto& executed : co_await std::move(executing)) {
        if (!executed) co_return fail(std::move(executed.error()));
    }
    co_return Result<void>{};
}

/// Everything that a session waits for.
asio::awaitable<void> use(AsyncPool& pool) {
    auto acquiring = pool.acquire();
    auto acquired = co_await std::move(acquiring);
    AsyncPool::Slot slot = expect(std::move(acquired));
    auto changing = transaction(*slot, change);
    expect(co_await std::move(changing));
    auto fetching = fetchall<std::int64_t>(*slot, "SELECT n FROM t");
    auto fetched = co_await std::move(fetching);
    EXPECT_EQ(expect(std::move(fetched)).size(), 2U);
    auto given_up = fetchval<std::int64_t>(*slot, "SELECT n FROM t");
    auto first = co_await std::move(given_up);
    EXPECT_EQ(expect(std::move(first)), 1);
    auto giving_back = slot.give_back();
    co_await std::move(giving_back);
}

/// Two sessions that look for the leader at once, for three coroutines.
asio::awaitable<void> work(Options options) {
    using namespace asio::experimental::awaitable_operators;
    const PoolOptions limits{.max_sessions = 2};
    auto opening = AsyncPool::open(std::move(options), limits);
    auto opened = co_await std::move(opening);
    const auto pool = expect(std::move(opened));
    std::exception_ptr thrown;
    try {
        auto all = use(*pool) && use(*pool) && use(*pool);
        co_await std::move(all);
    } catch (...) {
        thrown = std::current_exception();
    }
    EXPECT_EQ(pool->statistics().in_use, 0U);
    EXPECT_EQ(pool->statistics().waiting, 0U);
    if (thrown) std::rethrow_exception(thrown);
    auto closing = pool->close(1s);
    EXPECT_TRUE(co_await std::move(closing));
}

/// The work, step by step.
class Steps {
  public:
    Steps() {
        asio::co_spawn(*io_, work(quick_options({cluster_.address()})),
                       asio::bind_cancellation_slot(signal_.slot(), [this](std::exception_ptr e) {
                           ended_ = true;
                           thrown_ = e;
                       }));
    }
    void run(int steps) {
        for (int step = 0; step < steps && !ended_; ++step) io_->run_one_for(10s);
    }
    void cancel() {
        signal_.emit(asio::cancellation_type::terminal);
        io_->run_for(10s);
        EXPECT_TRUE(io_->stopped()) << "something is still waited for";
    }
    void end_context() { io_.reset(); }
    [[nodiscard]] bool ended() const noexcept { return ended_; }
    [[nodiscard]] bool failed() const noexcept { return thrown_ != nullptr; }

  private:
    LedCluster cluster_;
    asio::cancellation_signal signal_;
    std::unique_ptr<asio::io_context> io_ = std::make_unique<asio::io_context>();
    bool ended_ = false;
    std::exception_ptr thrown_;
};

std::ptrdiff_t open_descriptors() {
    return std::distance(std::filesystem::directory_iterator{"/proc/self/fd"}, {});
}

/// Interrupts the work after no step, after one, and so on, until it ends of itself.
template <typename Interrupt>
void at_each_step(Interrupt interrupt) {
    const auto descriptors = open_descriptors();
    int steps = 0;
    for (bool ended = false; !ended; ++steps) {
        SCOPED_TRACE(steps);
        Steps working;
        working.run(steps);
        ended = working.ended();
        if (ended) {
            EXPECT_FALSE(working.failed());
        } else {
            interrupt(working);
        }
        if (::testing::Test::HasFailure()) return;
    }
    EXPECT_GT(steps, 50);
    EXPECT_EQ(open_descriptors(), descriptors);
}

TEST(AsyncInterrupted, GoesWithItsContext) {
    at_each_step([](Steps& working) {
        working.end_context();
        EXPECT_FALSE(working.ended());
    });
}

TEST(AsyncInterrupted, EndsByItsCancellationSlot) {
    at_each_step([](Steps& working) {
        working.cancel();
        EXPECT_TRUE(working.ended());
    });
}

}  // namespace
}  // namespace dqlite::client
