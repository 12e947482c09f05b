// A session against scripted servers: what it makes of peers that break off, stall or lie.
#include <atomic>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "tests/client/session_fixture.h"
#include "tests/support/fake_server.h"
#include "wire/rows.h"

namespace dqlite::client {
namespace {

using namespace std::chrono_literals;
using test::FakePeer;
using test::FakeRequest;
using test::FakeServer;
using wire::RequestType;

constexpr std::array<std::string_view, 1> one_name{"n"};

wire::Buffer rows_frame(int rows, bool last) {
    wire::RowsWriter writer{one_name};
    for (int i = 0; i < rows; ++i) {
        const wire::Value value = wire::Value::integer(i);
        writer.row({&value, 1});
    }
    return writer.finish(last);
}

bool answer_ok(FakePeer& peer, const FakeRequest& request) {
    if (request.is(RequestType::query_sql)) {
        peer.send(rows_frame(1, true));
    } else {
        peer.send_result(1, 1);
    }
    return true;
}

TEST(FakeSession, ConnectsInTwoRoundTrips) {
    FakeServer server{FakeServer::node(answer_ok)};
    const auto session = open_session(server.address());
    EXPECT_EQ(session->statistics().round_trips, 2U);
    EXPECT_EQ(session->leader_address(), server.address());
    EXPECT_TRUE(session->alive());
}

TEST(FakeSession, KeepsCodeAndTextOfAFailure) {
    FakeServer server{FakeServer::node([](FakePeer& peer, const FakeRequest&) {
        peer.send_failure(2067, "UNIQUE constraint failed: t.a\x1b[2J\xFF");
        return true;
    })};
    const auto session = open_session(server.address());
    const Error error = run_error(*session, "INSERT INTO t VALUES (1)");
    EXPECT_EQ(error.kind, ErrorKind::server);
    EXPECT_EQ(error.code, 2067U);
    EXPECT_EQ(error.message, "UNIQUE constraint failed: t.a?[2J\uFFFD");
    EXPECT_EQ(error.address, server.address());
    EXPECT_EQ(error.outcome, Outcome::not_applied);
}

TEST(FakeSession, ChecksTheNumberOfParametersBeforeSending) {
    FakeServer server{FakeServer::node(answer_ok)};
    const auto session = open_session(server.address());
    const auto requests = session->statistics().requests;
    EXPECT_EQ(run_error(*session, "INSERT INTO t VALUES (?, ?)").kind, ErrorKind::invalid);
    const std::vector one{wire::Value::integer(1)};
    EXPECT_EQ(run_error(*session, "DELETE FROM t", one).kind, ErrorKind::invalid);
    EXPECT_EQ(session->statistics().requests, requests);
}

TEST(FakeSession, RefusesTextWithNulAndGoesOn) {
    FakeServer server{FakeServer::node(answer_ok)};
    const auto session = open_session(server.address());
    const std::vector bad{wire::Value::text(std::string_view{"a\0b", 3})};
    EXPECT_EQ(run_error(*session, "INSERT INTO t VALUES (?)", bad).kind, ErrorKind::invalid);
    EXPECT_TRUE(session->alive());
    run(*session, "INSERT INTO t VALUES (1)");
}

TEST(FakeSession, RefusesMessagesLargerThanTheCap) {
    FakeServer server{FakeServer::node(answer_ok)};
    Options options = quick_options({server.address()});
    options.max_message_size = 8192;
    const auto session = open_session(std::move(options));
    const std::string large(10'000, 'x');
    const std::vector value{wire::Value::text(large)};
    EXPECT_EQ(run_error(*session, "INSERT INTO t VALUES (?)", value).kind, ErrorKind::refused);
    run(*session, "INSERT INTO t VALUES (1)");
}

// A write whose connection ends with it may have been applied; a read is simply read again.
TEST(FakeSession, CallsALostAutocommitWriteUnknown) {
    FakeServer server{FakeServer::node([](FakePeer& peer, const FakeRequest&) {
        peer.reset();
        return false;
    })};
    const auto session = open_session(server.address());
    const Error error = run_error(*session, "INSERT INTO t VALUES (1)");
    EXPECT_EQ(error.kind, ErrorKind::lost);
    EXPECT_EQ(error.outcome, Outcome::unknown);
    EXPECT_EQ(session->statistics().retries, 0U);
    EXPECT_FALSE(session->alive());
}

TEST(FakeSession, ReadsAgainOverANewConnection) {
    std::atomic<int> queries{0};
    FakeServer server{FakeServer::node([&](FakePeer& peer, const FakeRequest& request) {
        if (++queries == 1) return false;
        return answer_ok(peer, request);
    })};
    const auto session = open_session(server.address());
    EXPECT_EQ(number(*session, "SELECT n FROM t"), 0);
    EXPECT_EQ(session->generation(), 1U);
    EXPECT_EQ(session->statistics().reconnects, 1U);
}

TEST(FakeSession, GivesUpAReadThatEndsEveryConnection) {
    FakeServer server{FakeServer::node([](FakePeer&, const FakeRequest&) { return false; })};
    const auto session = open_session(server.address());
    const auto rows = session->query(sql("SELECT n FROM t"));
    ASSERT_FALSE(rows);
    EXPECT_EQ(rows.error().kind, ErrorKind::lost);
    EXPECT_LE(server.connections(), 4);
}

TEST(FakeSession, SendsANotLeaderWriteAgain) {
    std::atomic<int> writes{0};
    FakeServer server{FakeServer::node([&](FakePeer& peer, const FakeRequest& request) {
        if (++writes == 1) {
            peer.send_failure(10250, "not leader");
            return true;
        }
        return answer_ok(peer, request);
    })};
    const auto session = open_session(server.address());
    run(*session, "INSERT INTO t VALUES (1)");
    EXPECT_EQ(writes, 2);
    EXPECT_EQ(session->generation(), 1U);
}

TEST(FakeSession, RetriesBusyWithinItsTimeout) {
    std::atomic<int> writes{0};
    FakeServer server{FakeServer::node([&](FakePeer& peer, const FakeRequest& request) {
        if (++writes <= 3) {
            peer.send_failure(5, "database is locked");
            return true;
        }
        return answer_ok(peer, request);
    })};
    const auto session = open_session(server.address());
    run(*session, "INSERT INTO t VALUES (1)");
    EXPECT_EQ(session->statistics().retries, 3U);
    EXPECT_EQ(session->generation(), 0U);
}

TEST(FakeSession, StopsRetryingBusyAtItsTimeout) {
    FakeServer server{FakeServer::node([](FakePeer& peer, const FakeRequest&) {
        peer.send_failure(5, "database is locked");
        return true;
    })};
    const auto session = open_session(server.address());
    session->set_busy_timeout(100ms);
    const auto start = Clock::now();
    const Error error = run_error(*session, "INSERT INTO t VALUES (1)");
    EXPECT_EQ(error.kind, ErrorKind::busy);
    EXPECT_EQ(error.code, 5U);
    EXPECT_LT(Clock::now() - start, 1s);
    EXPECT_TRUE(session->alive());
}

TEST(FakeSession, EndsASilentCallAtItsDeadline) {
    FakeServer server{FakeServer::node([](FakePeer& peer, const FakeRequest&) {
        peer.stay_silent();
        return false;
    })};
    const auto session = open_session(server.address());
    const auto start = Clock::now();
    const Error error = run_error(*session, "INSERT INTO t VALUES (1)", {}, {.timeout = 150ms});
    EXPECT_EQ(error.kind, ErrorKind::timeout);
    EXPECT_EQ(error.outcome, Outcome::unknown);
    EXPECT_GE(Clock::now() - start, 150ms);
    EXPECT_LT(Clock::now() - start, 1s);
    EXPECT_FALSE(session->alive());
}

TEST(FakeSession, EndsTheCallOfAnotherThreadOnCancel) {
    FakeServer server{FakeServer::node([](FakePeer& peer, const FakeRequest&) {
        peer.stay_silent();
        return false;
    })};
    const auto session = open_session(server.address());
    std::thread other{[&] {
        std::this_thread::sleep_for(100ms);
        session->cancel();
    }};
    const auto start = Clock::now();
    const auto rows = session->query(sql("SELECT n FROM t"));
    EXPECT_LT(Clock::now() - start, 2s);
    other.join();
    ASSERT_FALSE(rows);
    EXPECT_EQ(rows.error().kind, ErrorKind::cancelled);
}

TEST(FakeSession, CancelsNothingWhereNothingRuns) {
    FakeServer server{FakeServer::node(answer_ok)};
    const auto session = open_session(server.address());
    session->cancel();
    run(*session, "INSERT INTO t VALUES (1)");
}

// What an application sees as one call may be many here.
TEST(FakeSession, KeepsACancellationThatFallsBetweenTwoCalls) {
    FakeServer server{FakeServer::node(answer_ok)};
    const auto session = open_session(server.address());
    Cancellable call;
    session->watch(&call);
    call.begin();
    run(*session, "INSERT INTO t VALUES (1)");
    ASSERT_TRUE(call.cancel());
    session->wake();
    const auto before = session->statistics();
    for (int i = 0; i < 2; ++i) {
        const auto error = run_error(*session, "INSERT INTO t VALUES (2)");
        EXPECT_EQ(error.kind, ErrorKind::cancelled);
        EXPECT_EQ(error.outcome, Outcome::not_applied);
    }
    EXPECT_EQ(session->statistics().requests, before.requests);
    EXPECT_TRUE(session->alive());
    call.end();
    EXPECT_FALSE(call.cancel());
    call.begin();
    run(*session, "INSERT INTO t VALUES (3)");
    call.end();
}

TEST(FakeSession, RollsBackWhateverWasCancelled) {
    FakeServer server{FakeServer::node(answer_ok)};
    const auto session = open_session(server.address());
    Cancellable call;
    session->watch(&call);
    call.begin();
    ASSERT_TRUE(session->begin(BeginMode::immediate));
    ASSERT_TRUE(call.cancel());
    session->wake();
    EXPECT_EQ(run_error(*session, "INSERT INTO t VALUES (1)").kind, ErrorKind::cancelled);
    EXPECT_EQ(session->transaction(), TransactionState::open);
    EXPECT_TRUE(session->rollback());
    EXPECT_EQ(session->transaction(), TransactionState::none);
    EXPECT_TRUE(session->alive());
}

TEST(FakeSession, NoticesThatAnIdleConnectionEnded) {
    std::atomic<bool> first{true};
    FakeServer server{[&](FakePeer& peer) {
        if (!peer.read_handshake()) return;
        FakeRequest request;
        const bool brief = first.exchange(false);
        while (peer.read_request(request)) {
            if (peer.answer_opening(request)) continue;
            answer_ok(peer, request);
            if (brief) return;
        }
    }};
    const auto session = open_session(server.address());
    run(*session, "INSERT INTO t VALUES (1)");
    std::this_thread::sleep_for(50ms);
    run(*session, "INSERT INTO t VALUES (1)");  // nothing was sent: not an unknown outcome
    EXPECT_EQ(session->generation(), 1U);
}

TEST(FakeSession, ClosesAtPartsWithoutRows) {
    FakeServer server{FakeServer::node([](FakePeer& peer, const FakeRequest&) {
        for (int i = 0; i < 1000; ++i) peer.send(rows_frame(0, false));
        return true;
    })};
    const auto session = open_session(server.address());
    auto rows = session->query(sql("SELECT n FROM t"));
    ASSERT_TRUE(rows);
    EXPECT_EQ((*rows)->next(), RowStream::Step::failed);
    EXPECT_EQ((*rows)->error().kind, ErrorKind::protocol);
    EXPECT_FALSE(session->alive());
}

// A transaction's connection is kept by reading to the end, if there is one.
TEST(FakeSession, LeavesPartsWithoutRowsInATransaction) {
    FakeServer server{FakeServer::node([](FakePeer& peer, const FakeRequest& request) {
        if (!request.is(RequestType::query_sql)) {
            peer.send_result(0, 0);
            return true;
        }
        for (int i = 0; i < 1000; ++i) peer.send(rows_frame(0, false));
        return true;
    })};
    const auto session = open_session(server.address());
    run(*session, "BEGIN");
    auto rows = session->query(sql("SELECT n FROM t"));
    ASSERT_TRUE(rows);
    const auto start = Clock::now();
    (*rows)->close();
    EXPECT_LT(Clock::now() - start, session->options().timeout / 2);
    EXPECT_FALSE(session->alive());
    EXPECT_EQ(run_error(*session, "INSERT INTO t VALUES (1)").kind, ErrorKind::transaction_lost);
}

TEST(FakeSession, ClosesAtAnAnswerOfTheWrongType) {
    FakeServer server{FakeServer::node([](FakePeer& peer, const FakeRequest&) {
        peer.send_empty();
        return true;
    })};
    const auto session = open_session(server.address());
    const Error error = run_error(*session, "INSERT INTO t VALUES (1)");
    EXPECT_EQ(error.kind, ErrorKind::protocol);
    EXPECT_EQ(error.outcome, Outcome::unknown);
    EXPECT_FALSE(session->alive());
}

TEST(FakeSession, ClosesAtAFrameThatEndsHalfWay) {
    FakeServer server{FakeServer::node([](FakePeer& peer, const FakeRequest&) {
        const wire::Buffer frame = rows_frame(100, true);
        peer.send(wire::Buffer(frame.begin(), frame.begin() + 100));
        return false;
    })};
    Options options = quick_options({server.address()});
    options.failover_timeout = 200ms;
    const auto session = open_session(std::move(options));
    EXPECT_FALSE(session->query(sql("SELECT n FROM t")));
}

TEST(FakeSession, RefusesAHugeFrameBeforeItArrives) {
    FakeServer server{FakeServer::node([](FakePeer& peer, const FakeRequest&) {
        peer.send(std::string_view{"\xFF\xFF\xFF\x7F\x06\0\0\0", 8});
        peer.stay_silent();
        return false;
    })};
    const auto session = open_session(server.address());
    EXPECT_EQ(run_error(*session, "INSERT INTO t VALUES (1)").kind, ErrorKind::protocol);
}

TEST(FakeSession, CapsTheNumberOfRows) {
    FakeServer server{FakeServer::node([](FakePeer& peer, const FakeRequest&) {
        peer.send(rows_frame(5, false));
        peer.send(rows_frame(6, true));
        return true;
    })};
    Options options = quick_options({server.address()});
    options.max_total_rows = 10;
    const auto session = open_session(std::move(options));
    auto rows = session->query(sql("SELECT n FROM t"));
    ASSERT_TRUE(rows);
    for (int i = 0; i < 10; ++i) ASSERT_EQ((*rows)->next(), RowStream::Step::row);
    EXPECT_EQ((*rows)->next(), RowStream::Step::failed);
    EXPECT_EQ((*rows)->error().kind, ErrorKind::limit);
}

TEST(FakeSession, LeavesTheSessionToTheParentAfterFork) {
    FakeServer server{FakeServer::node(answer_ok)};
    auto session = open_session(server.address());
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        const auto refused = session->execute(sql("INSERT INTO t VALUES (1)"));
        const bool right = !refused && refused.error().kind == ErrorKind::invalid;
        session.reset();
        ::_exit(right ? 0 : 1);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
    run(*session, "INSERT INTO t VALUES (1)");
    EXPECT_EQ(session->generation(), 0U);
}

TEST(FakeSession, GivesTheRestOfAStreamItsErrorWhenTheSessionGoes) {
    FakeServer server{FakeServer::node([](FakePeer& peer, const FakeRequest&) {
        peer.send(rows_frame(3, false));
        return true;
    })};
    auto session = open_session(server.address());
    auto rows = session->query(sql("SELECT n FROM t"));
    ASSERT_TRUE(rows);
    ASSERT_EQ((*rows)->next(), RowStream::Step::row);
    session.reset();
    rows->reset();
}

}  // namespace
}  // namespace dqlite::client
