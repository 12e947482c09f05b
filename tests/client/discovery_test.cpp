// Finding the leader among scripted servers.
#include "client/discovery.h"

#include <atomic>
#include <fstream>
#include <future>
#include <optional>
#include <thread>

#include "tests/client/session_fixture.h"
#include "tests/support/fake_server.h"

namespace dqlite::client {
namespace {

using namespace std::chrono_literals;
using test::FakePeer;
using test::FakeRequest;
using test::FakeServer;

bool answer_nothing(FakePeer&, const FakeRequest&) {
    return false;
}

/// A node that names somebody else as leader; an empty name: nobody.
FakeServer::Script naming(std::string leader) {
    return [leader = std::move(leader)](FakePeer& peer) {
        if (!peer.read_handshake()) return;
        FakeRequest request;
        while (peer.read_request(request)) peer.send_leader(leader.empty() ? 0 : 2, leader);
    };
}

Options impatient(std::vector<std::string> servers) {
    Options options = quick_options(std::move(servers));
    options.login_timeout = 700ms;
    return options;
}

Error connect_error(const Options& options) {
    const auto session = Session::connect(options);
    EXPECT_FALSE(session);
    return session ? Error{} : session.error();
}

TEST(Discovery, FollowsOneRedirectAndAsksTheLeaderItself) {
    FakeServer leader{FakeServer::node(answer_nothing)};
    FakeServer follower{naming(leader.address())};
    const auto session = open_session(follower.address());
    EXPECT_EQ(session->leader_address(), leader.address());
    EXPECT_EQ(leader.connections(), 1) << "the connection that proved it is the session's";
    // The next session of the process goes to the last leader at once.
    const auto next = open_session(follower.address());
    EXPECT_EQ(next->statistics().round_trips, 2U);
    EXPECT_EQ(follower.connections(), 1);
}

TEST(Discovery, AsksAllSeedsSideBySide) {
    FakeServer silent{[](FakePeer& peer) { peer.stay_silent(); }};
    FakeServer other{naming("")};
    FakeServer leader{FakeServer::node(answer_nothing)};
    const auto start = Clock::now();
    const auto session =
        open_session(quick_options({silent.address(), other.address(), leader.address()}));
    EXPECT_EQ(session->leader_address(), leader.address());
    EXPECT_LT(Clock::now() - start, 1s);
}

/// A node that takes a while to name the leader: long enough for sessions to meet.
FakeServer::Script slow_to_name(std::string leader) {
    return [leader = std::move(leader)](FakePeer& peer) {
        if (!peer.read_handshake()) return;
        FakeRequest request;
        while (peer.read_request(request)) {
            std::this_thread::sleep_for(200ms);
            peer.send_leader(2, leader);
        }
    };
}

TEST(Discovery, MakesOneRoundForSessionsThatSearchAtOnce) {
    constexpr int sessions = 8;
    FakeServer leader{FakeServer::node(answer_nothing)};
    FakeServer follower{slow_to_name(leader.address())};
    std::vector<std::thread> threads;
    std::atomic<int> connected{0};
    for (int i = 0; i < sessions; ++i) {
        threads.emplace_back([&] {
            const auto session = Session::connect(quick_options({follower.address()}));
            EXPECT_TRUE(session) << session.error().message;
            if (session) ++connected;
        });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(connected, sessions);
    EXPECT_EQ(follower.connections(), 1);
    EXPECT_EQ(leader.connections(), sessions);
}

TEST(Discovery, SharesNoRoundThatItsDeadlineCutOff) {
    FakeServer leader{FakeServer::node(answer_nothing)};
    FakeServer follower{slow_to_name(leader.address())};
    std::thread hasty{[&] {
        Options options = quick_options({follower.address()});
        options.login_timeout = 100ms;
        const auto session = Session::connect(options);
        EXPECT_FALSE(session);
    }};
    while (follower.connections() == 0) std::this_thread::sleep_for(1ms);
    const auto session = Session::connect(quick_options({follower.address()}));
    EXPECT_TRUE(session) << session.error().message;
    EXPECT_EQ(follower.connections(), 2) << "one round each";
    hasty.join();
}

// Whoever makes the round, the others go on without him. They read: a connection used
// within 10 ms is not looked at before it is written to, and a write lost there is not repeated.
TEST(Discovery, IsLeftByOneSessionAfterAnotherWhereTheirCallsAreCancelled) {
    constexpr int many = 8;
    std::optional<FakeServer> leader{std::in_place, FakeServer::node(answer_nothing)};
    FakeServer follower{slow_to_name(leader->address())};
    std::vector<std::unique_ptr<Session>> sessions;
    for (int i = 0; i < many; ++i) sessions.push_back(open_session(follower.address()));
    const int rounds_before = follower.connections();
    leader.reset();
    std::vector<std::future<Error>> calls;
    for (const auto& session : sessions) {
        calls.push_back(std::async(std::launch::async, [&session] {
            const auto rows = session->query(sql("SELECT 1"));
            return rows ? Error{} : rows.error();
        }));
    }
    while (follower.connections() == rounds_before) std::this_thread::sleep_for(1ms);
    for (std::size_t i = 0; i < many; ++i) {
        while (calls[i].wait_for(5ms) != std::future_status::ready) sessions[i]->cancel();
        EXPECT_EQ(calls[i].get().kind, ErrorKind::cancelled);
    }
}

TEST(SingleFlight, HasOneSearchAtATime) {
    SingleFlight flights;
    SingleFlight::Part first{flights, "cluster"};
    EXPECT_TRUE(first.searches());
    {
        SingleFlight::Part second{flights, "cluster"};
        EXPECT_FALSE(second.searches());
        second.tell({.state = SingleFlight::State::succeeded});
        EXPECT_EQ(first.outcome().state, SingleFlight::State::under_way) << "it is not his to tell";
        SingleFlight::Part other{flights, "another cluster"};
        EXPECT_TRUE(other.searches());
    }
    first.tell({.state = SingleFlight::State::failed, .error = {.message = "nobody"}});
    SingleFlight::Part next{flights, "cluster"};
    EXPECT_TRUE(next.searches());
    EXPECT_EQ(first.outcome().error.message, "nobody");
}

TEST(Discovery, DoesNotBelieveALeaderThatNamesAnother) {
    FakeServer liar{naming("127.0.0.1:1")};
    FakeServer follower{naming(liar.address())};
    const Error error = connect_error(impatient({follower.address()}));
    EXPECT_EQ(error.kind, ErrorKind::no_leader) << error.message;
}

TEST(Discovery, WaitsForAnElection) {
    std::atomic<bool> elected{false};
    FakeServer node{[&](FakePeer& peer) {
        if (!elected) return naming("")(peer);
        FakeServer::node(answer_nothing)(peer);
    }};
    std::thread election{[&] {
        std::this_thread::sleep_for(200ms);
        elected = true;
    }};
    const auto session = open_session(node.address());
    election.join();
    EXPECT_EQ(session->leader_address(), node.address());
}

TEST(Discovery, SaysThatNobodyLeads) {
    FakeServer node{naming("")};
    const auto start = Clock::now();
    const Error error = connect_error(impatient({node.address()}));
    EXPECT_EQ(error.kind, ErrorKind::no_leader);
    EXPECT_EQ(error.outcome, Outcome::not_applied);
    EXPECT_LT(Clock::now() - start, 1500ms);
}

TEST(Discovery, SaysThatNobodyIsThereAndDoesNotWaitForIt) {
    std::string address;
    {
        FakeServer gone{naming("")};
        address = gone.address();
    }
    Options options = quick_options({address});
    options.login_timeout = 20s;
    const auto start = Clock::now();
    const Error error = connect_error(options);
    EXPECT_EQ(error.kind, ErrorKind::unreachable);
    EXPECT_EQ(error.address, address);
    EXPECT_LT(Clock::now() - start, 2s);
}

TEST(Discovery, EndsAtItsDeadlineWhereNodesAreSilent) {
    FakeServer silent{[](FakePeer& peer) { peer.stay_silent(); }};
    Options options = impatient({silent.address()});
    options.login_timeout = 300ms;
    const auto start = Clock::now();
    EXPECT_EQ(connect_error(options).kind, ErrorKind::timeout);
    EXPECT_LT(Clock::now() - start, 1s);
}

TEST(Discovery, LeavesAFrozenLastLeaderSoon) {
    std::atomic<bool> frozen{false};
    FakeServer first{[&](FakePeer& peer) {
        if (frozen) return peer.stay_silent();
        FakeServer::node(answer_nothing)(peer);
    }};
    FakeServer heir{[&](FakePeer& peer) {
        if (!frozen) return naming("")(peer);
        FakeServer::node(answer_nothing)(peer);
    }};
    const Options options = quick_options({first.address(), heir.address()});
    EXPECT_EQ(open_session(options)->leader_address(), first.address());
    frozen = true;
    const auto start = Clock::now();
    EXPECT_EQ(open_session(options)->leader_address(), heir.address());
    EXPECT_LT(Clock::now() - start, 1500ms);
}

TEST(Discovery, NamesForeignProtocols) {
    FakeServer web{[](FakePeer& peer) { peer.send("HTTP/1.1 400 Bad Request\r\n\r\n"); }};
    const Error http = connect_error(impatient({web.address()}));
    EXPECT_EQ(http.kind, ErrorKind::protocol);
    EXPECT_NE(http.message.find("HTTP"), std::string::npos) << http.message;
    FakeServer tls{[](FakePeer& peer) {
        peer.send(std::string_view{"\x15\x03\x01\0\x02\x02\x46", 7});
    }};
    const Error secure = connect_error(impatient({tls.address()}));
    EXPECT_EQ(secure.kind, ErrorKind::protocol);
    EXPECT_NE(secure.message.find("TLS"), std::string::npos) << secure.message;
}

TEST(Discovery, RefusesNonsenseForALeader) {
    for (const std::string nonsense : {"0.0.0.0:1", "host:port:1", "a\nb:1", "@abstract"}) {
        FakeServer node{naming(nonsense)};
        EXPECT_EQ(connect_error(impatient({node.address()})).kind, ErrorKind::protocol);
    }
}

TEST(Discovery, DialsOnlyWhatIsListed) {
    FakeServer leader{FakeServer::node(answer_nothing)};
    FakeServer follower{naming(leader.address())};
    Options options = impatient({follower.address()});
    options.redirects = Redirects::listed;
    const Error error = connect_error(options);
    EXPECT_EQ(error.kind, ErrorKind::policy);
    EXPECT_EQ(error.address, leader.address());
    EXPECT_EQ(leader.connections(), 0);
}

TEST(Discovery, DialsWhatIsAllowedWithoutAskingItFirst) {
    FakeServer leader{FakeServer::node(answer_nothing)};
    FakeServer follower{naming(leader.address())};
    Options options = impatient({follower.address()});
    options.redirects = Redirects::listed;
    options.address_map = {{leader.address(), leader.address()}};
    EXPECT_EQ(open_session(options)->leader_address(), leader.address());
    EXPECT_EQ(follower.connections(), 1);
}

TEST(Discovery, MapsToldAddressesToReachableOnes) {
    FakeServer hidden{[](FakePeer& peer) {
        if (!peer.read_handshake()) return;
        FakeRequest request;
        while (peer.read_request(request)) {
            if (request.is(wire::RequestType::leader)) {
                peer.send_leader(1, "10.99.99.99:9001");
            } else if (!peer.answer_opening(request)) {
                return;
            }
        }
    }};
    Options options = impatient({hidden.address()});
    options.redirects = Redirects::listed;
    options.address_map = {{"10.99.99.99:9001", hidden.address()}};
    const auto session = open_session(options);
    EXPECT_EQ(session->statistics().round_trips, 2U);
}

TEST(Discovery, StartsFromANodeStore) {
    FakeServer leader{FakeServer::node(answer_nothing)};
    const std::string path = testing::TempDir() + "discovery-cluster.yaml";
    std::ofstream{path} << "- Address: " << leader.address() << "\n  ID: 1\n  Role: 0\n";
    Options options = impatient({});
    options.node_store = path;
    EXPECT_EQ(open_session(options)->leader_address(), leader.address());
    std::remove(path.c_str());
}

TEST(Discovery, NeedsAtLeastOneServerAndADatabase) {
    EXPECT_EQ(connect_error(impatient({})).kind, ErrorKind::invalid);
    EXPECT_EQ(connect_error(impatient({"no such thing"})).kind, ErrorKind::invalid);
    Options options = impatient({"127.0.0.1:1"});
    options.database = ":memory:";
    EXPECT_EQ(connect_error(options).kind, ErrorKind::refused);
}

TEST(Discovery, ResolvesNames) {
    FakeServer node{FakeServer::node(answer_nothing)};
    const std::string port = node.address().substr(node.address().find(':'));
    EXPECT_EQ(open_session("localhost" + port)->leader_address(), node.address());
    const Error error = connect_error(impatient({"no-such-host.invalid"}));
    EXPECT_EQ(error.kind, ErrorKind::unreachable) << error.message;
}

}  // namespace
}  // namespace dqlite::client
