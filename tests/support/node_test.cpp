// The node program as tests and users meet it, and the classes that start it.
#include "tests/support/node.h"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <set>
#include <signal.h>
#include <thread>
#include <unistd.h>

#include <gtest/gtest.h>

#include "tests/support/cluster.h"
#include "tests/support/each_generation.h"

namespace dqlite::test {
namespace {

using namespace std::chrono_literals;

struct Ended {
    int code = -1;
    std::string output;
};

/// Runs dqlite-node where it is expected to end by itself.
Ended run(ServerGeneration generation, std::vector<std::string> arguments) {
    Process process;
    arguments.emplace_back("--die-with-parent");
    process.start(node_command(generation, std::move(arguments)));
    const auto code = process.wait(20s);
    return {code.value_or(-1), process.output()};
}

#define EXPECT_SAYS(ended, text) \
    EXPECT_NE((ended).output.find(text), std::string::npos) << (ended).output

class NodeProgram : public OnEachGeneration {
  protected:
    [[nodiscard]] static std::string unused_address() {
        return "127.0.0.1:" + std::to_string(free_port());
    }
};
DQLITE_ON_EACH_GENERATION(NodeProgram);

TEST_P(NodeProgram, StartsLeadsAndStopsInOrder) {
    Node node{generation()};
    EXPECT_EQ(node.output(), "ready: node 1 at " + node.address() + "\n");
    EXPECT_EQ(node.wait_for_leader(), node.address());
    EXPECT_EQ(node.stop(), 0);
    EXPECT_FALSE(node.alive());
}

TEST_P(NodeProgram, StopsOnInterrupt) {
    Process process;
    const TemporaryDirectory directory;
    process.start(node_command(generation(), {"--id", "1", "--address", unused_address(), "--dir",
                                              directory.path(), "--die-with-parent"}));
    ASSERT_TRUE(process.wait_for_line("ready:", 30s)) << process.output();
    process.signal(SIGINT);
    EXPECT_EQ(process.wait(20s), 0);
}

TEST_P(NodeProgram, ComesBackAfterAKill) {
    Node node{generation()};
    node.kill9();
    EXPECT_FALSE(node.alive());
    EXPECT_EQ(node.known_leader(), std::nullopt);
    node.restart();
    EXPECT_EQ(node.wait_for_leader(), node.address());
}

TEST_P(NodeProgram, FreezesAndGoesOn) {
    Node node{generation()};
    node.sigstop();
    EXPECT_EQ(node.known_leader(), std::nullopt);
    EXPECT_TRUE(node.alive());
    node.sigcont();
    EXPECT_EQ(node.wait_for_leader(), node.address());
}

TEST_P(NodeProgram, SaysThatThePortIsTaken) {
    const Node node{generation()};
    const TemporaryDirectory directory;
    const Ended ended =
        run(generation(), {"--id", "1", "--address", node.address(), "--dir", directory.path()});
    EXPECT_EQ(ended.code, 6);
    EXPECT_SAYS(ended, "the port is taken: another program listens on " + node.address());
    // The directory is not bound to that port.
    EXPECT_FALSE(std::filesystem::exists(directory.path() + "/info.yaml"));
}

TEST_P(NodeProgram, SaysThatTheDirectoryIsLocked) {
    const Node node{generation()};
    const Ended ended =
        run(generation(), {"--id", "1", "--address", unused_address(), "--dir", node.directory()});
    EXPECT_EQ(ended.code, 4);
    EXPECT_SAYS(ended, "is locked: another node runs on it");
}

TEST_P(NodeProgram, SaysThatTheDirectoryIsAnotherNodes) {
    Node node{generation()};
    node.stop();
    const Ended other_id =
        run(generation(), {"--id", "7", "--address", node.address(), "--dir", node.directory()});
    EXPECT_EQ(other_id.code, 5);
    EXPECT_SAYS(other_id, "belongs to node 1, not to node 7");
    const Ended other_address =
        run(generation(), {"--id", "1", "--address", unused_address(), "--dir", node.directory()});
    EXPECT_EQ(other_address.code, 5);
    EXPECT_SAYS(other_address, "belongs to a node at " + node.address());
}

TEST_P(NodeProgram, SaysThatTheDirectoryIsUnusable) {
    const TemporaryDirectory directory;
    const std::string missing = directory.path() + "/missing";
    const Ended none =
        run(generation(), {"--id", "1", "--address", unused_address(), "--dir", missing});
    EXPECT_EQ(none.code, 3);
    EXPECT_SAYS(none, "cannot be opened: No such file or directory");

    std::ofstream{missing} << "a file";
    const Ended file =
        run(generation(), {"--id", "1", "--address", unused_address(), "--dir", missing});
    EXPECT_EQ(file.code, 3);
    EXPECT_SAYS(file, "is not a directory");

    // Holds for root too, whom permissions do not stop.
    const Ended read_only =
        run(generation(), {"--id", "1", "--address", unused_address(), "--dir", "/proc"});
    EXPECT_EQ(read_only.code, 3);
    EXPECT_SAYS(read_only, "is not writable");

    std::ofstream{directory.path() + "/info.yaml"} << "ID: [";
    const Ended damaged =
        run(generation(), {"--id", "1", "--address", unused_address(), "--dir", directory.path()});
    EXPECT_EQ(damaged.code, 3);
    EXPECT_SAYS(damaged, "info.yaml cannot be read");
}

TEST_P(NodeProgram, RefusesABadAddress) {
    const TemporaryDirectory directory;
    for (const char* address : {"localhost:9001", "127.0.0.1", "127.0.0.1:0", "127.0.0.1:70000",
                                "127.0.0.1:9001x", "::1", "@abstract", "999.0.0.1:9001"}) {
        const Ended ended =
            run(generation(), {"--id", "1", "--address", address, "--dir", directory.path()});
        EXPECT_EQ(ended.code, 2) << address;
        EXPECT_SAYS(ended, std::string{"--address '"} + address + "' is no address");
    }
    // Not an address of this machine (TEST-NET-1).
    const Ended foreign =
        run(generation(), {"--id", "1", "--address", "192.0.2.1:9001", "--dir", directory.path()});
    EXPECT_EQ(foreign.code, 2);
    EXPECT_SAYS(foreign, "cannot listen on 192.0.2.1:9001");
}

TEST_P(NodeProgram, RefusesWrongArguments) {
    const TemporaryDirectory directory;
    const std::vector<std::string> right = {"--id",           "1",     "--address",
                                            unused_address(), "--dir", directory.path()};
    for (const std::vector<std::string>& wrong :
         {std::vector<std::string>{"--role", "voter"},
          {"--join", "127.0.0.1:9001", "--role", "king"},
          {"--snapshot-threshold", "10", "--snapshot-trailing", "9"},
          {"--snapshot-threshold", "1", "--snapshot-trailing", "3"},
          {"--latency", "0"},
          {"--nonsense"}}) {
        std::vector<std::string> arguments = right;
        arguments.insert(arguments.end(), wrong.begin(), wrong.end());
        EXPECT_EQ(run(generation(), arguments).code, 2) << wrong.front();
    }
    EXPECT_EQ(run(generation(), {"--id", "0", "--address", unused_address(), "--dir", "/"}).code,
              2);
}

TEST_P(NodeProgram, TellsItsVersion) {
    const Ended ended = run(generation(), {"--version"});
    EXPECT_EQ(ended.code, 0);
    EXPECT_SAYS(ended, "on libdqlite 1.");
}

TEST_P(NodeProgram, GivesUpJoiningWhereNobodyAnswers) {
    const TemporaryDirectory directory;
    const Ended ended =
        run(generation(), {"--id", "2", "--address", unused_address(), "--dir", directory.path(),
                           "--join", unused_address(), "--join-timeout", "1"});
    EXPECT_EQ(ended.code, 7);
    EXPECT_SAYS(ended, "Connection refused");
}

TEST_P(NodeProgram, DoesNotJoinUnderAnotherNodesIdOrAddress) {
    const Node first{generation()};
    const TemporaryDirectory directory;
    const Ended ended = run(generation(), {"--id", "1", "--address", unused_address(), "--dir",
                                           directory.path(), "--join", first.address()});
    EXPECT_EQ(ended.code, 7);
    EXPECT_SAYS(ended, "the cluster has a node 1 at " + first.address() + " already");
}

TEST_P(NodeProgram, StopsWhileItTriesToJoin) {
    Process process;
    const TemporaryDirectory directory;
    const std::string address = unused_address();
    process.start(node_command(generation(), {"--id", "2", "--address", address, "--dir",
                                              directory.path(), "--join", unused_address()}));
    std::this_thread::sleep_for(300ms);
    ASSERT_TRUE(process.alive()) << process.output();
    process.signal(SIGTERM);
    EXPECT_EQ(process.wait(10s), 0);
}

TEST_P(NodeProgram, EndsWithItsParent) {
    const TemporaryDirectory directory;
    const std::string pid_file = directory.path() + "/pid";
    Process shell;
    std::string command;
    for (const std::string& word :
         node_command(generation(), {"--id", "1", "--address", unused_address(), "--dir",
                                     directory.path(), "--die-with-parent"})) {
        command += word + " ";
    }
    shell.start({"/bin/sh", "-c", command + "& echo $! > " + pid_file + "; wait"});
    ASSERT_TRUE(shell.wait_for_line("ready:", 30s)) << shell.output();
    pid_t node = 0;
    std::ifstream{pid_file} >> node;
    ASSERT_GT(node, 0);
    ASSERT_EQ(kill(node, 0), 0);
    shell.signal(SIGKILL);
    // Nobody of us is its parent, so only its being gone can be seen.
    const auto deadline = std::chrono::steady_clock::now() + 20s;
    const std::string proc = "/proc/" + std::to_string(node) + "/exe";
    while (access(proc.c_str(), F_OK) == 0 && std::chrono::steady_clock::now() < deadline) {
        std::this_thread::sleep_for(5ms);
    }
    EXPECT_NE(access(proc.c_str(), F_OK), 0);
}

TEST_P(NodeProgram, FormsAClusterThatSurvivesItsLeader) {
    Cluster cluster{generation()};
    ASSERT_EQ(cluster.size(), 3U);
    const std::string first = cluster.leader().address();
    EXPECT_NE(cluster.follower().address(), first);
    EXPECT_EQ(cluster.follower().wait_for_leader(), first);

    Node& killed = cluster.kill_leader();
    EXPECT_EQ(killed.address(), first);
    EXPECT_NE(cluster.leader().address(), first);

    killed.restart();
    EXPECT_EQ(killed.wait_for_leader(), cluster.leader().address());
}

TEST_P(NodeProgram, JoinsThroughAFollowerAndInARole) {
    Cluster cluster{generation(), 2};
    const Node spare{generation(),
                     {.id = 9, .join = cluster.follower().address(), .role = "spare"}};
    // A spare is told nothing of the leader.
    EXPECT_EQ(spare.known_leader(), std::nullopt);
}

TEST_P(NodeProgram, StopsInOrderWithoutAQuorum) {
    Cluster cluster{generation()};
    cluster.node(1).kill9();
    cluster.node(2).kill9();
    EXPECT_EQ(cluster.node(0).stop(), 0);
}

TEST_P(NodeProgram, StopsInOrderWithAFrozenPeer) {
    Cluster cluster{generation()};
    cluster.node(1).sigstop();
    cluster.node(2).sigstop();
    EXPECT_EQ(cluster.node(0).stop(), 0);
}

TEST_P(NodeProgram, PicksPortsOfItsOwnInParallel) {
    std::vector<std::unique_ptr<Node>> nodes(4);
    std::vector<std::thread> threads;
    for (auto& node : nodes) {
        threads.emplace_back([&node] { node = std::make_unique<Node>(generation()); });
    }
    for (auto& thread : threads) {
        thread.join();
    }
    std::set<std::string> addresses;
    for (auto& node : nodes) {
        ASSERT_NE(node, nullptr);
        // Each outlives the thread that started it.
        EXPECT_TRUE(node->alive());
        addresses.insert(node->address());
    }
    EXPECT_EQ(addresses.size(), nodes.size());
}

TEST(Process, TellsTheSignalItDiedOf) {
    Process process;
    process.start({"/bin/sh", "-c", "kill -9 $$"});
    EXPECT_EQ(process.wait(10s), 128 + SIGKILL);
    process.start({"/bin/sh", "-c", "echo said; exit 3"});
    EXPECT_EQ(process.wait(10s), 3);
    EXPECT_EQ(process.output(), "said\n");
}

TEST(TemporaryDirectory, GoesWithItsContent) {
    std::string path;
    {
        const TemporaryDirectory directory;
        path = directory.path();
        std::filesystem::create_directories(path + "/a/b");
    }
    EXPECT_FALSE(std::filesystem::exists(path));
}

}  // namespace
}  // namespace dqlite::test
