// Administration of real clusters, and dumps: whole, large, and of servers that lie.
#include <filesystem>
#include <fstream>
#include <sys/resource.h>
#include <thread>

#include <fmt/format.h>
#include <sqlite3.h>

#include "client/cluster.h"
#include "client/node_store.h"
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
using test::ServerGeneration;

Cluster open_cluster(Options options) {
    auto cluster = Cluster::open(std::move(options));
    if (!cluster) throw std::runtime_error{cluster.error().message};
    return std::move(*cluster);
}

Cluster open_cluster(const std::string& address) {
    return open_cluster(quick_options({address}));
}

std::vector<std::string> files_in(const std::string& directory) {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(directory)) {
        names.push_back(entry.path().filename().string());
    }
    std::sort(names.begin(), names.end());
    return names;
}

/// The number that a query gives on a file; -1: it fails.
std::int64_t number_in_file(const std::string& path, const char* query) {
    sqlite3* database = nullptr;
    sqlite3_stmt* statement = nullptr;
    std::int64_t number = -1;
    if (sqlite3_open(path.c_str(), &database) == SQLITE_OK &&
        sqlite3_prepare_v2(database, query, -1, &statement, nullptr) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW) {
        number = sqlite3_column_int64(statement, 0);
    }
    sqlite3_finalize(statement);
    sqlite3_close(database);
    return number;
}

class Administration : public test::OnEachGeneration {
  protected:
    test::Node first_{generation()};
};
DQLITE_ON_EACH_GENERATION(Administration);

TEST_P(Administration, KnowsTheLeaderAndTheNodes) {
    auto cluster = open_cluster(first_.address());
    const auto leader = cluster.leader();
    ASSERT_TRUE(leader) << leader.error().message;
    EXPECT_EQ(leader->id, 1U);
    EXPECT_EQ(leader->address, first_.address());
    const auto nodes = cluster.nodes();
    ASSERT_TRUE(nodes) << nodes.error().message;
    ASSERT_EQ(nodes->size(), 1U);
    EXPECT_EQ(nodes->front().address, first_.address());
    EXPECT_EQ(nodes->front().role, wire::Role::voter);
}

TEST_P(Administration, AddsAssignsTransfersAndRemoves) {
    // It joins by itself as a spare and is made a voter here.
    test::Node second{generation(), {.id = 2, .join = first_.address(), .role = "spare"}};
    auto cluster = open_cluster(first_.address());
    const auto role = [&]() -> std::optional<wire::Role> {
        const auto nodes = cluster.nodes();
        if (!nodes || nodes->size() != 2) return std::nullopt;
        return nodes->at(1).role;
    };
    EXPECT_EQ(role(), wire::Role::spare);
    const auto removed = cluster.remove(2);
    ASSERT_TRUE(removed) << removed.error().message;
    ASSERT_TRUE(cluster.nodes());
    EXPECT_EQ(cluster.nodes()->size(), 1U);
    const auto added = cluster.add(2, second.address(), wire::Role::standby);
    ASSERT_TRUE(added) << added.error().message;
    EXPECT_EQ(role(), wire::Role::standby);
    const auto assigned = cluster.assign(2, wire::Role::voter);
    ASSERT_TRUE(assigned) << assigned.error().message;
    EXPECT_EQ(role(), wire::Role::voter);
    const auto transferred = cluster.transfer(2);
    ASSERT_TRUE(transferred) << transferred.error().message;
    const auto leader = cluster.leader();
    ASSERT_TRUE(leader) << leader.error().message;
    EXPECT_EQ(leader->id, 2U);
}

TEST_P(Administration, TellsWhatTheServerRefuses) {
    auto cluster = open_cluster(first_.address());
    const auto again = cluster.add(1, "127.0.0.1:1");
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().kind, ErrorKind::server);
    EXPECT_NE(again.error().message.find("already in use"), std::string::npos)
        << again.error().message;
    EXPECT_FALSE(cluster.remove(99));
    EXPECT_EQ(cluster.add(0, "127.0.0.1:1").error().kind, ErrorKind::invalid);
    EXPECT_EQ(cluster.add(2, "not an address").error().kind, ErrorKind::invalid);
}

TEST_P(Administration, DescribesAndWeighsNodes) {
    auto cluster = open_cluster(first_.address());
    ASSERT_TRUE(cluster.set_weight(7));
    const auto described = cluster.describe(first_.address());
    ASSERT_TRUE(described) << described.error().message;
    EXPECT_EQ(described->weight, 7U);
}

TEST_P(Administration, DumpsADatabaseLargerThanItsBuffers) {
    Options options = quick_options({first_.address()});
    options.max_message_size = std::size_t{1} << 20U;
    const auto session = open_session(options);
    run(*session, "CREATE TABLE t (a BLOB)");
    run(*session,
        "WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 800) "
        "INSERT INTO t SELECT randomblob(10000) FROM c");
    const test::TemporaryDirectory directory;
    auto cluster = open_cluster(options);
    const auto files = cluster.dump("default", directory.path());
    ASSERT_TRUE(files) << files.error().message;
    ASSERT_EQ(files->size(), 2U);
    EXPECT_EQ(files_in(directory.path()), (std::vector<std::string>{"default", "default-wal"}));
    const std::string copy = directory.path() + "/default";
    EXPECT_EQ(number_in_file(copy, "SELECT count(*) FROM t"), 800);
    EXPECT_EQ(number_in_file(copy,
                             "SELECT count(*) FROM pragma_integrity_check "
                             "WHERE integrity_check = 'ok'"),
              1);
}

TEST_P(Administration, DumpsOverNothing) {
    run(*open_session(first_.address()), "CREATE TABLE t (a)");
    const test::TemporaryDirectory directory;
    std::ofstream{directory.path() + "/default"} << "mine";
    auto cluster = open_cluster(first_.address());
    const auto files = cluster.dump("default", directory.path());
    ASSERT_FALSE(files);
    EXPECT_NE(files.error().message.find("File exists"), std::string::npos)
        << files.error().message;
    EXPECT_EQ(files_in(directory.path()), std::vector<std::string>{"default"});
}

TEST_P(Administration, DumpsNothingWhereThereIsNoSuchDatabase) {
    const test::TemporaryDirectory directory;
    auto cluster = open_cluster(first_.address());
    EXPECT_FALSE(cluster.dump("nobody", directory.path()));
    EXPECT_FALSE(cluster.dump("../etc", directory.path()));
    EXPECT_TRUE(files_in(directory.path()).empty());
}

// A session reads the store before it connects, and keeps it like the cluster it found.
TEST_P(Administration, ANodeStoreFollowsTheClusterAsItGrowsAndShrinks) {
    const test::TemporaryDirectory directory;
    Options options = quick_options({});
    options.node_store = directory.path() + "/cluster.yaml";
    const StoredNode seed{1, parse_address(first_.address()).value(), wire::Role::voter};
    ASSERT_TRUE(write_node_store(options.node_store, {&seed, 1}));
    const auto ids = [&] {
        std::vector<std::uint64_t> all;
        const auto nodes = read_node_store(options.node_store);
        for (const auto& node : nodes.value_or(std::vector<StoredNode>{})) all.push_back(node.id);
        return all;
    };
    using Ids = std::vector<std::uint64_t>;
    open_session(options);
    EXPECT_EQ(ids(), (Ids{1}));
    test::Node second{generation(), {.id = 2, .join = first_.address()}};
    test::Node third{generation(), {.id = 3, .join = first_.address()}};
    EXPECT_EQ(ids(), (Ids{1}));
    open_session(options);
    EXPECT_EQ(ids(), (Ids{1, 2, 3}));

    // Those it has learnt lead to the cluster when the first one is gone.
    auto cluster = open_cluster(options);
    ASSERT_TRUE(cluster.transfer(2));
    first_.kill9();
    open_session(options);
    first_.restart();

    // A node that comes back may call an election: the leadership can be lost half way.
    const auto removed = [&](std::uint64_t id) {
        const auto is_it = [id](const NodeInfo& node) { return node.id == id; };
        for (int attempt = 0; attempt < 50; ++attempt) {
            (void)cluster.remove(id);
            const auto nodes = cluster.nodes();
            if (nodes && std::none_of(nodes->begin(), nodes->end(), is_it)) return true;
            std::this_thread::sleep_for(100ms);
        }
        return false;
    };
    ASSERT_TRUE(removed(3));
    EXPECT_EQ(ids(), (Ids{1, 2}));
    // Alone in its cluster a node has the same list as one that was started anew: it is not
    // believed.
    ASSERT_TRUE(removed(1));
    open_session(options);
    EXPECT_EQ(ids(), (Ids{1, 2}));
}

TEST_P(Administration, AListOfOnesOwnOrAReadOnlyOneIsNotRewritten) {
    const test::Node second{generation(), {.id = 2, .join = first_.address()}};
    const test::TemporaryDirectory directory;
    Options options = quick_options({first_.address()});
    options.node_store = directory.path() + "/cluster.yaml";
    const StoredNode seed{1, parse_address(first_.address()).value(), wire::Role::voter};
    ASSERT_TRUE(write_node_store(options.node_store, {&seed, 1}));
    options.redirects = Redirects::listed;
    open_session(options);
    EXPECT_EQ(read_node_store(options.node_store)->size(), 1U);
    options.redirects = Redirects::any;
    std::filesystem::permissions(options.node_store, std::filesystem::perms::owner_read);
    open_session(options);
    EXPECT_EQ(read_node_store(options.node_store)->size(), 1U);
    std::filesystem::permissions(options.node_store, std::filesystem::perms::owner_write,
                                 std::filesystem::perm_options::add);
    open_session(options);
    EXPECT_EQ(read_node_store(options.node_store)->size(), 2U);
}

// ---------------------------------------------------------------------------- servers that lie

/// A server that answers DUMP with what `answer` sends.
FakeServer sending(std::function<void(FakePeer&)> answer) {
    return FakeServer{
        FakeServer::node([answer = std::move(answer)](FakePeer& peer, const FakeRequest& request) {
            if (!request.is(wire::RequestType::dump)) return false;
            answer(peer);
            return false;
        })};
}

void begin_files(FakePeer& peer, std::string_view name, std::uint64_t size,
                 std::uint64_t announced) {
    wire::Buffer body;
    wire::Writer writer{body};
    writer.u64(1);
    writer.text(name);
    writer.u64(size);
    wire::Buffer frame;
    wire::Writer header{frame};
    header.u64(announced | (std::uint64_t{9} << 32U));
    frame.insert(frame.end(), body.begin(), body.end());
    peer.send(frame);
}

TEST(LyingDump, WritesOnlyWhatWasAskedFor) {
    auto server = sending([](FakePeer& peer) { begin_files(peer, "../../evil", 8, 5); });
    const test::TemporaryDirectory directory;
    auto cluster = open_cluster(server.address());
    const auto files = cluster.dump("default", directory.path());
    ASSERT_FALSE(files);
    EXPECT_EQ(files.error().kind, ErrorKind::protocol) << files.error().message;
    EXPECT_TRUE(files_in(directory.path()).empty());
}

TEST(LyingDump, LeavesNothingOfOneCutShort) {
    auto server = sending([](FakePeer& peer) {
        begin_files(peer, "default", 1 << 20, (1 << 17) + 4);
        peer.send(std::string(1000, 'x'));
    });
    const test::TemporaryDirectory directory;
    auto cluster = open_cluster(server.address());
    const auto files = cluster.dump("default", directory.path());
    ASSERT_FALSE(files);
    EXPECT_EQ(files.error().kind, ErrorKind::lost) << files.error().message;
    EXPECT_TRUE(files_in(directory.path()).empty());
}

// More than the largest message: what a dump holds in memory has nothing to do with its size.
TEST(LargeDump, GoesToDiskPieceByPiece) {
    constexpr std::uint64_t size = std::uint64_t{96} << 20U;
    const std::string page(std::size_t{1} << 20U, 'x');
    auto server = sending([&](FakePeer& peer) {
        begin_files(peer, "default", size, 3 + size / 8);
        for (std::uint64_t sent = 0; sent < size; sent += page.size()) peer.send(page);
    });
    const test::TemporaryDirectory directory;
    auto cluster = open_cluster(server.address());
    rusage before{};
    rusage after{};
    getrusage(RUSAGE_SELF, &before);
    const auto files = cluster.dump("default", directory.path());
    getrusage(RUSAGE_SELF, &after);
    ASSERT_TRUE(files) << files.error().message;
    EXPECT_EQ(files->at(0).size, size);
    EXPECT_EQ(std::filesystem::file_size(files->at(0).path), size);
    EXPECT_LT(after.ru_maxrss - before.ru_maxrss, 16 * 1024);
}

TEST(LyingDump, BelievesNoFileLongerThanItsFrame) {
    auto server = sending([](FakePeer& peer) {
        begin_files(peer, "default", ~std::uint64_t{0}, 5);
        peer.send(std::string(8, 'x'));
    });
    const test::TemporaryDirectory directory;
    auto cluster = open_cluster(server.address());
    const auto files = cluster.dump("default", directory.path());
    ASSERT_FALSE(files);
    EXPECT_EQ(files.error().kind, ErrorKind::protocol) << files.error().message;
    EXPECT_TRUE(files_in(directory.path()).empty());
}

TEST(LyingChange, IsUnknownWhereItsAnswerIsLost) {
    FakeServer server{FakeServer::node([](FakePeer&, const FakeRequest&) { return false; })};
    auto cluster = open_cluster(server.address());
    const auto removed = cluster.remove(3);
    ASSERT_FALSE(removed);
    EXPECT_EQ(removed.error().outcome, Outcome::unknown);
    EXPECT_FALSE(cluster.describe()) << "and a question is just not answered";
}

}  // namespace
}  // namespace dqlite::client
