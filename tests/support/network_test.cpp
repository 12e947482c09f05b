// The network that can be partitioned: who hears whom, seen with real nodes.
#include "tests/support/network.h"

#include <chrono>

#include <gtest/gtest.h>

#include "tests/support/cluster.h"
#include "tests/support/each_network.h"
#include "tests/support/raw_peer.h"

namespace dqlite::test {
namespace {

using namespace std::chrono_literals;

constexpr unsigned latency_ms = 50;
constexpr auto patience = 20s;

class Partition : public OnEachGenerationInANetwork {};
DQLITE_ON_EACH_GENERATION(Partition);

TEST_P(Partition, KeepsEachSideFromTheOther) {
    Network network{2};
    const Node node{generation(), {.id = 1, .network = &network}};
    EXPECT_EQ(node.address(), Network::address(1) + ":9001");
    EXPECT_EQ(node.wait_for_leader(), node.address());
    const auto is_seen_from = [&](std::size_t host) {
        bool open = false;
        network.on(host, [&] { open = RawPeer(node.address(), 1s).is_open(); });
        return open;
    };
    network.cut({0}, {1});
    EXPECT_FALSE(is_seen_from(0));
    EXPECT_TRUE(is_seen_from(2));
    network.cut({1}, {2});
    EXPECT_FALSE(is_seen_from(2));
    network.heal();
    EXPECT_TRUE(is_seen_from(0));
    EXPECT_TRUE(is_seen_from(2));
}

TEST_P(Partition, DeafensOneDirection) {
    Network network{1};
    const Node node{generation(), {.id = 1, .network = &network}};
    RawPeer peer{node.address(), 1s};
    wire::Server leader;
    ASSERT_TRUE(peer.ask(wire::Leader{}, leader));
    network.deafen(0, {1});
    EXPECT_FALSE(peer.ask(wire::Leader{}, leader)) << "its answer cannot arrive";
    network.heal();
    EXPECT_EQ(node.wait_for_leader(), node.address());
}

TEST_P(Partition, LeavesTheMajorityALeader) {
    Network network{3};
    Cluster cluster{generation(), 3, latency_ms, &network};
    const Node& old = cluster.leader();
    Network::Hosts others{1, 2, 3};
    std::erase(others, old.host());
    network.cut({old.host()}, others);
    const auto until = std::chrono::steady_clock::now() + patience;
    const Node& elsewhere = cluster.node(others.front() - 1);
    while (elsewhere.known_leader().value_or(old.address()) == old.address()) {
        ASSERT_LT(std::chrono::steady_clock::now(), until) << "no new leader";
    }
    network.heal();
    EXPECT_NE(old.wait_for_leader(), "");
}

TEST_P(Partition, LeavesTheThreadWhereItWas) {
    const Node node{generation()};
    {
        const Network network{1};
        EXPECT_FALSE(accepts_connections(node.port())) << "the network is the test's own";
    }
    EXPECT_TRUE(accepts_connections(node.port()));
}

}  // namespace
}  // namespace dqlite::test
