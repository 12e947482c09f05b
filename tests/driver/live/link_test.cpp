// Peers that are gone, silent, of another kind, or lie: the right SQLSTATE within the time limit,
// no hang and no crash, and a connection that recovers or says that it is dead.
#include <array>
#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <ostream>
#include <thread>

#include <gtest/gtest.h>

#include "tests/driver/live/odbc.h"
#include "tests/support/fake_server.h"
#include "tests/support/node.h"
#include "wire/rows.h"

namespace dqlite::test {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using wire::RequestType;
using wire::ResponseType;

constexpr const char* impatient = "LoginTimeout=1;Timeout=1;FailoverTimeout=1;BusyTimeout=0.2";
/// Far above every limit of `impatient`, far below a hang.
constexpr auto patience = 10s;

std::string link_to(const FakeServer& server, const std::string& more = {}) {
    return connection_string(server.address(), impatient + (";" + more));
}

wire::Buffer words(std::initializer_list<std::uint64_t> values) {
    wire::Buffer body;
    wire::Writer writer{body};
    for (const std::uint64_t value : values) writer.u64(value);
    return body;
}

/// A frame's header alone.
wire::Buffer header(std::uint32_t size_in_words, std::uint8_t type) {
    wire::Buffer frame;
    wire::Writer writer{frame};
    writer.u32(size_in_words);
    writer.u32(type);
    return frame;
}

wire::Buffer rows(std::int64_t from, std::int64_t to, bool last = true) {
    constexpr std::array<std::string_view, 1> names{"i"};
    wire::RowsWriter writer{names};
    for (auto i = from; i < to; ++i) {
        const auto value = wire::Value::integer(i);
        writer.row({&value, 1});
    }
    return writer.finish(last);
}

template <typename Case>
std::string name_of(const ::testing::TestParamInfo<Case>& info) {
    return info.param.name;
}

// ------------------------------------------------------------------------------------ connecting

struct Peer {
    const char* name;
    std::string_view state;
    FakeServer::Script script;
};
void PrintTo(const Peer& peer, std::ostream* out) {
    *out << peer.name;
}

/// Answers the opening up to a request of type `last`, to which `answer` answers.
FakeServer::Script until(RequestType last, std::function<void(FakePeer&)> answer) {
    return [last, answer = std::move(answer)](FakePeer& peer) {
        if (!peer.read_handshake()) return;
        FakeRequest request;
        while (peer.read_request(request)) {
            if (request.is(last)) return answer(peer);
            if (!peer.answer_opening(request)) return;
        }
    };
}

FakeServer::Script says(std::string bytes) {
    return [bytes = std::move(bytes)](FakePeer& peer) {
        peer.send(bytes);
        peer.stay_silent();
    };
}

FakeServer::Script says_and_goes(std::string bytes) {
    return [bytes = std::move(bytes)](FakePeer& peer) {
        FakeRequest ignored;
        peer.read_handshake();
        peer.read_request(ignored);
        peer.send(bytes);
    };
}

void goes(FakePeer&) {}
void resets(FakePeer& peer) {
    peer.reset();
}
void falls_silent(FakePeer& peer) {
    peer.stay_silent();
}

/// What a connection was refused for is told, not that the time ran out waiting for another.
FakeServer::Script goes_at_open_then_is_silent(RequestType silent_at) {
    auto opened = std::make_shared<std::atomic<bool>>(false);
    return [opened, silent_at](FakePeer& peer) {
        const bool silent = *opened;
        until(silent ? silent_at : RequestType::open, [&](FakePeer& p) {
            *opened = true;
            if (silent) p.stay_silent();
        })(peer);
    };
}

std::vector<Peer> unfit_peers() {
    constexpr const char* no = "08001";
    constexpr const char* late = "HYT00";
    const auto leader = RequestType::leader;
    return {
        {"ClosesAtOnce", no, goes},
        {"ResetsAtOnce", no, resets},
        {"IsSilent", late, falls_silent},
        {"SpeaksHttp", no, says_and_goes("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")},
        {"SpeaksSsh", no, says("SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n")},
        {"SendsATlsAlert", no, says_and_goes(std::string{"\x15\x03\x01\x00\x02\x02\x46", 7})},
        {"SendsOneByte", late, says("x")},
        {"SendsHalfAHeader", late,
         until(leader,
               [](FakePeer& p) {
                   p.send("\1\0\0");
                   p.stay_silent();
               })},
        {"SendsHalfABody", late,
         until(leader,
               [](FakePeer& p) {
                   p.send(header(4, 1));
                   p.stay_silent();
               })},
        {"GoesInAHeader", no, until(leader, [](FakePeer& p) { p.send("\1\0\0"); })},
        {"GoesInABody", no, until(leader, [](FakePeer& p) { p.send(header(4, 1)); })},
        {"SendsTooLargeAFrame", no,
         until(leader,
               [](FakePeer& p) {
                   p.send(header(0xFFFFFFFF, 1));
                   p.stay_silent();
               })},
        {"SendsAnEmptyFrame", no,
         until(leader,
               [](FakePeer& p) {
                   p.send(header(0, 1));
                   p.stay_silent();
               })},
        {"SendsAnotherType", no,
         until(leader,
               [](FakePeer& p) {
                   p.send_result(1, 1);
                   p.stay_silent();
               })},
        {"SendsAnUnknownType", no,
         until(leader,
               [](FakePeer& p) {
                   p.send(header(1, 99));
                   p.send(words({1}));
                   p.stay_silent();
               })},
        {"SendsTextWithoutAnEnd", no,
         until(leader,
               [](FakePeer& p) {
                   p.send_frame(ResponseType::server, words({1, 0x4141414141414141}));
                   p.stay_silent();
               })},
        {"FailsAtLeader", "08004",
         until(leader,
               [](FakePeer& p) {
                   p.send_failure(1, "out of order");
                   p.stay_silent();
               })},
        {"KnowsNoLeader", no,
         until(leader,
               [](FakePeer& p) {
                   p.send_leader(0, "");
                   p.stay_silent();
               })},
        {"NamesNonsense", no,
         until(leader,
               [](FakePeer& p) {
                   p.send_leader(1, "not an address:::");
                   p.stay_silent();
               })},
        {"NamesAClosedPort", no,
         until(leader,
               [](FakePeer& p) {
                   p.send_leader(2, "127.0.0.1:" + std::to_string(free_port()));
                   p.stay_silent();
               })},
        {"GoesAtClient", no, until(RequestType::client, goes)},
        {"GoesAtOpen", no, until(RequestType::open, goes)},
        {"IsSilentAtOpen", late, until(RequestType::open, falls_silent)},
        {"GoesAtOpenThenIsSilent", no, goes_at_open_then_is_silent(RequestType::open)},
        {"GoesAtOpenThenIsSilentAtLeader", no, goes_at_open_then_is_silent(RequestType::leader)},
        {"ResetsAtTheHeapGuard", no, until(RequestType::query_sql, resets)},
        {"IsSilentAtTheHeapGuard", late, until(RequestType::query_sql, falls_silent)},
        {"FailsAtOpen", "08004",
         until(RequestType::open,
               [](FakePeer& p) {
                   p.send_failure(1, "no");
                   p.stay_silent();
               })},
        {"LeadsNoMoreAtOpen", "08004",
         until(RequestType::open, [](FakePeer& p) { p.send_failure(10250, "not leader"); })},
        {"AnswersTheHeapGuardForEver", no,
         until(RequestType::query_sql,
               [](FakePeer& p) {
                   for (int i = 0; i < 1000; ++i) p.send(rows(0, 0, false));
               })},
        {"GoesAtTheServers", no, until(RequestType::cluster, goes)},
        {"CountsTooManyServers", no,
         until(RequestType::cluster,
               [](FakePeer& p) {
                   p.send_frame(ResponseType::servers, words({std::uint64_t{1} << 60U, 1}));
                   p.stay_silent();
               })},
    };
}

class Unfit : public ::testing::TestWithParam<Peer> {};
INSTANTIATE_TEST_SUITE_P(Peers, Unfit, ::testing::ValuesIn(unfit_peers()), name_of<Peer>);

TEST_P(Unfit, FailsToConnectInTime) {
    FakeServer server{GetParam().script};
    OdbcConnection connection;
    const auto start = Clock::now();
    EXPECT_EQ(connection.connect(link_to(server)), SQL_ERROR);
    EXPECT_LT(Clock::now() - start, patience);
    EXPECT_EQ(connection.state(), GetParam().state) << connection.message();
    EXPECT_NE(connection.message().find("127.0.0.1:"), std::string::npos) << connection.message();
}

TEST(Link, ANodeThatIsDown) {
    OdbcConnection connection;
    const auto address = "127.0.0.1:" + std::to_string(free_port());
    const auto start = Clock::now();
    EXPECT_EQ(connection.connect(connection_string(address, impatient)), SQL_ERROR);
    EXPECT_LT(Clock::now() - start, patience);
    EXPECT_EQ(connection.state(), "08001");
    EXPECT_NE(connection.message().find(address), std::string::npos) << connection.message();
    // The handle is good for another try.
    FakeServer server{FakeServer::node([](FakePeer&, const FakeRequest&) { return false; })};
    EXPECT_TRUE(SQL_SUCCEEDED(connection.connect(link_to(server)))) << connection.message();
}

TEST(Link, ANameNobodyKnows) {
    OdbcConnection connection;
    const auto start = Clock::now();
    EXPECT_EQ(connection.connect(connection_string("no-such-host.invalid:9001", impatient)),
              SQL_ERROR);
    EXPECT_LT(Clock::now() - start, patience);
    const auto state = connection.state();
    EXPECT_TRUE(state == "08001" || state == "HYT00") << state << connection.message();
}

TEST(Link, TheLoginTimeoutOfTheApplicationCounts) {
    FakeServer server{falls_silent};
    OdbcConnection connection;
    ASSERT_EQ(connection.set(SQL_ATTR_LOGIN_TIMEOUT, 1), SQL_SUCCESS);
    const auto start = Clock::now();
    EXPECT_EQ(connection.connect(connection_string(server.address(), "LoginTimeout=60")),
              SQL_ERROR);
    EXPECT_LT(Clock::now() - start, patience);
    EXPECT_EQ(connection.state(), "HYT00");
}

TEST(Link, TwoNodesThatNameEachOther) {
    std::string second_address;
    FakeServer first{until(RequestType::leader, [&](FakePeer& p) {
        p.send_leader(2, second_address);
        p.stay_silent();
    })};
    FakeServer second{until(RequestType::leader, [&](FakePeer& p) {
        p.send_leader(1, first.address());
        p.stay_silent();
    })};
    second_address = second.address();
    OdbcConnection connection;
    const auto start = Clock::now();
    EXPECT_EQ(connection.connect(link_to(first)), SQL_ERROR);
    EXPECT_LT(Clock::now() - start, patience);
    EXPECT_EQ(connection.state(), "08001");
}

TEST(Link, ARedirectIsFollowedOnlyWhereItMayBe) {
    FakeServer leader{FakeServer::node([](FakePeer&, const FakeRequest&) { return false; })};
    FakeServer follower{until(RequestType::leader, [&](FakePeer& p) {
        p.send_leader(1, leader.address());
        p.stay_silent();
    })};
    OdbcConnection connection;
    EXPECT_TRUE(SQL_SUCCEEDED(connection.connect(link_to(follower)))) << connection.message();
    const auto before = leader.connections();
    OdbcConnection careful;
    EXPECT_EQ(careful.connect(link_to(follower, "Redirects=listed")), SQL_ERROR);
    EXPECT_EQ(careful.state(), "08001");
    EXPECT_EQ(leader.connections(), before);
}

TEST(Link, TlsAgainstAPlainPort) {
    // Takes the ClientHello for a handshake word, as a node does, and goes.
    FakeServer node{FakeServer::node([](FakePeer&, const FakeRequest&) { return false; })};
    FakeServer silent{falls_silent};
    OdbcConnection connection;
    EXPECT_EQ(connection.connect(link_to(node, "TLS=1")), SQL_ERROR);
    EXPECT_EQ(connection.state(), "08001");
    EXPECT_NE(connection.message().find("TLS"), std::string::npos) << connection.message();
    EXPECT_EQ(connection.connect(link_to(silent, "TLS=1")), SQL_ERROR);
    EXPECT_EQ(connection.state(), "HYT00");
}

// ------------------------------------------------------------------------------------ statements

/// A node whose schema is empty, so that statements can be described; everything else is
/// `answer`'s.
FakeServer::Script node_with(FakeServer::Answer answer) {
    return FakeServer::node(
        [answer = std::move(answer)](FakePeer& peer, const FakeRequest& request) {
            return peer.answer_schema(request) || answer(peer, request);
        });
}

bool is_dead(const OdbcConnection& connection) {
    SQLUINTEGER dead = 99;
    EXPECT_EQ(SQLGetConnectAttr(connection.handle(), SQL_ATTR_CONNECTION_DEAD, &dead, sizeof dead,
                                nullptr),
              SQL_SUCCESS);
    return dead == SQL_CD_TRUE;
}

struct Break {
    const char* name;
    std::string_view write_state;  ///< of an autocommit INSERT
    std::string_view read_state;   ///< of a SELECT
    std::function<void(FakePeer&)> answer;
};
void PrintTo(const Break& each, std::ostream* out) {
    *out << each.name;
}

std::vector<Break> breaks() {
    return {
        {"Goes", "40003", "08S01", goes},
        {"Resets", "40003", "08S01", resets},
        {"FallsSilent", "40003", "HYT00", falls_silent},
        {"SendsHalfAHeader", "40003", "HYT00",
         [](FakePeer& p) {
             p.send("\1\0");
             p.stay_silent();
         }},
        {"GoesInABody", "40003", "08S01", [](FakePeer& p) { p.send(header(9, 7)); }},
        {"SendsTooLargeAFrame", "40003", "08S01",
         [](FakePeer& p) {
             p.send(header(0xFFFFFFF0, 7));
             p.stay_silent();
         }},
        {"SendsAnEmptyFrame", "40003", "08S01",
         [](FakePeer& p) {
             p.send(header(0, 6));
             p.stay_silent();
         }},
        {"SendsAnotherType", "40003", "08S01",
         [](FakePeer& p) {
             p.send_leader(1, "x");
             p.stay_silent();
         }},
        {"SendsGarbage", "40003", "08S01",
         [](FakePeer& p) {
             p.send(std::string(4096, '\xEE'));
             p.stay_silent();
         }},
        {"CountsTooManyColumns", "40003", "08S01",
         [](FakePeer& p) {
             p.send_frame(ResponseType::rows, words({std::uint64_t{1} << 61U, 0}));
             p.stay_silent();
         }},
        {"FailsWithoutAText", "40003", "08S01",
         [](FakePeer& p) {
             p.send_frame(ResponseType::failure, words({1}));
             p.stay_silent();
         }},
    };
}

class Broken : public ::testing::TestWithParam<Break> {
  protected:
    /// Breaks the first connection at the first statement; later ones are good.
    FakeServer server_{node_with([this](FakePeer& peer, const FakeRequest& request) {
        if (broken_ < breaks_) {
            ++broken_;
            GetParam().answer(peer);
            return false;
        }
        request.is(RequestType::query_sql) ? peer.send(rows(0, 3)) : peer.send_result(1, 1);
        return true;
    })};
    std::atomic<int> broken_{0};
    std::atomic<int> breaks_{1};
};
INSTANTIATE_TEST_SUITE_P(Peers, Broken, ::testing::ValuesIn(breaks()), name_of<Break>);

TEST_P(Broken, AWriteIsOfUnknownOutcomeAndTheConnectionRecovers) {
    OdbcConnection connection{link_to(server_)};
    ASSERT_TRUE(connection.ok());
    OdbcStatement statement{connection};
    const auto start = Clock::now();
    EXPECT_EQ(statement.direct("INSERT INTO t VALUES (1)"), SQL_ERROR);
    EXPECT_LT(Clock::now() - start, patience);
    EXPECT_EQ(statement.state(), GetParam().write_state) << statement.message();
    EXPECT_TRUE(is_dead(connection));
    EXPECT_EQ(broken_, 1) << "a write was repeated";
    // The next statement finds a new connection.
    EXPECT_EQ(statement.direct("INSERT INTO t VALUES (2)"), SQL_SUCCESS) << statement.message();
    EXPECT_FALSE(is_dead(connection));
}

TEST_P(Broken, AReadFailsOrIsReadAgain) {
    breaks_ = 1000;
    OdbcConnection connection{link_to(server_)};
    ASSERT_TRUE(connection.ok());
    OdbcStatement statement{connection};
    auto start = Clock::now();
    EXPECT_EQ(statement.direct("SELECT i FROM t"), SQL_ERROR);
    EXPECT_LT(Clock::now() - start, patience);
    EXPECT_EQ(statement.state(), GetParam().read_state) << statement.message();
    EXPECT_TRUE(is_dead(connection));
    breaks_ = 0;
    start = Clock::now();
    EXPECT_EQ(statement.query("SELECT i FROM t"), (Rows{{"0"}, {"1"}, {"2"}}));
    EXPECT_LT(Clock::now() - start, patience);
    EXPECT_FALSE(is_dead(connection));
}

TEST_P(Broken, AManualTransactionIsRolledBack) {
    breaks_ = 0;
    OdbcConnection connection{link_to(server_)};
    ASSERT_TRUE(connection.ok());
    ASSERT_EQ(connection.autocommit(false), SQL_SUCCESS);
    OdbcStatement statement{connection};
    ASSERT_EQ(statement.direct("INSERT INTO t VALUES (1)"), SQL_SUCCESS) << statement.message();
    breaks_ = 1;
    EXPECT_EQ(statement.direct("INSERT INTO t VALUES (2)"), SQL_ERROR);
    EXPECT_EQ(statement.state(), "40001") << statement.message();
    EXPECT_EQ(connection.rollback(), SQL_SUCCESS) << connection.message();
    EXPECT_EQ(statement.direct("INSERT INTO t VALUES (3)"), SQL_SUCCESS) << statement.message();
    EXPECT_EQ(connection.commit(), SQL_SUCCESS) << connection.message();
}

TEST_P(Broken, ACommitIsOfUnknownOutcome) {
    breaks_ = 0;
    OdbcConnection connection{link_to(server_)};
    ASSERT_TRUE(connection.ok());
    ASSERT_EQ(connection.autocommit(false), SQL_SUCCESS);
    OdbcStatement statement{connection};
    ASSERT_EQ(statement.direct("INSERT INTO t VALUES (1)"), SQL_SUCCESS) << statement.message();
    breaks_ = 1;
    const auto start = Clock::now();
    EXPECT_EQ(connection.commit(), SQL_ERROR);
    EXPECT_LT(Clock::now() - start, patience);
    EXPECT_EQ(connection.state(), "08007") << connection.message();
}

/// In the middle of a result: some rows are delivered, then the stream breaks.
TEST_P(Broken, AResultIsCutInTheMiddle) {
    FakeServer server{node_with([](FakePeer& peer, const FakeRequest&) {
        peer.send(rows(0, 500, false));
        GetParam().answer(peer);
        return false;
    })};
    OdbcConnection connection{link_to(server)};
    ASSERT_TRUE(connection.ok());
    OdbcStatement statement{connection};
    ASSERT_EQ(statement.direct("SELECT i FROM t"), SQL_SUCCESS) << statement.message();
    const auto start = Clock::now();
    SQLRETURN r = SQL_SUCCESS;
    int fetched = 0;
    while ((r = statement.fetch()) == SQL_SUCCESS) ++fetched;
    EXPECT_EQ(r, SQL_ERROR);
    EXPECT_EQ(fetched, 500);
    EXPECT_LT(Clock::now() - start, patience);
    EXPECT_EQ(statement.state(), GetParam().read_state) << statement.message();
    // Asked again it says so again, and closes.
    EXPECT_NE(statement.fetch(), SQL_SUCCESS);
    EXPECT_EQ(statement.close(), SQL_SUCCESS);
    EXPECT_TRUE(is_dead(connection));
}

TEST(Link, AResultOfEmptyPartsForEver) {
    FakeServer server{node_with([](FakePeer& peer, const FakeRequest&) {
        peer.send(rows(0, 10, false));
        for (int i = 0; i < 1000; ++i) peer.send(rows(0, 0, false));
        return false;
    })};
    OdbcConnection connection{link_to(server)};
    ASSERT_TRUE(connection.ok());
    OdbcStatement statement{connection};
    ASSERT_EQ(statement.direct("SELECT i FROM t"), SQL_SUCCESS) << statement.message();
    for (int i = 0; i < 10; ++i) ASSERT_EQ(statement.fetch(), SQL_SUCCESS);
    EXPECT_EQ(statement.fetch(), SQL_ERROR);
    EXPECT_EQ(statement.state(), "08S01") << statement.message();
}

TEST(Link, DisconnectingFromADeadServer) {
    auto server = std::make_unique<FakeServer>(node_with([](FakePeer& peer, const FakeRequest&) {
        peer.send_result(1, 1);
        return true;
    }));
    OdbcConnection connection{link_to(*server)};
    ASSERT_TRUE(connection.ok());
    OdbcStatement statement{connection};
    ASSERT_EQ(statement.direct("INSERT INTO t VALUES (1)"), SQL_SUCCESS);
    server.reset();
    const auto start = Clock::now();
    EXPECT_EQ(statement.direct("SELECT 1"), SQL_ERROR);
    EXPECT_EQ(statement.state(), "08S01") << statement.message();
    EXPECT_LT(Clock::now() - start, patience);
    EXPECT_TRUE(is_dead(connection));
}

}  // namespace
}  // namespace dqlite::test
