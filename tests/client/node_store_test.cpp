#include "client/node_store.h"

#include <atomic>
#include <filesystem>
#include <fstream>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

#include <gtest/gtest.h>

namespace dqlite::client {
namespace {

class NodeStore : public testing::Test {
  protected:
    void SetUp() override {
        std::string name = testing::TempDir() + "node-store-XXXXXX";
        ASSERT_NE(::mkdtemp(name.data()), nullptr);
        folder_ = name;
        path_ = name + "/cluster.yaml";
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }

    void write(std::string_view text) const { std::ofstream{path_} << text; }

    std::string folder_;
    std::string path_;
};

StoredNode node(std::uint64_t id, std::string_view address, wire::Role role) {
    return {id, parse_address(address).value(), role};
}

TEST_F(NodeStore, ReadsWhatGoDqliteWrites) {
    write(
        "- Address: 127.0.0.1:9302\n  ID: 3297041220608546238\n  Role: 0\n"
        "- Address: '[::1]:9303'\n  ID: 2\n  Role: 1\n");
    const auto nodes = read_node_store(path_);
    ASSERT_TRUE(nodes) << nodes.error().message;
    const std::vector expected{node(3297041220608546238U, "127.0.0.1:9302", wire::Role::voter),
                               node(2, "[::1]:9303", wire::Role::standby)};
    EXPECT_EQ(*nodes, expected);
}

TEST_F(NodeStore, ReadsOtherHands) {
    write(
        "- {id: 1, address: db1, role: spare}\n- {ID: 2, Address: 'db2:1'}\n- {ID: 3, Address: "
        "DB2:1, Role: stand-by}\n");
    const auto nodes = read_node_store(path_);
    ASSERT_TRUE(nodes) << nodes.error().message;
    const std::vector expected{node(1, "db1:8080", wire::Role::spare),
                               node(2, "db2:1", wire::Role::voter)};
    EXPECT_EQ(*nodes, expected);
}

TEST_F(NodeStore, IsEmptyWhereTheFileIs) {
    write("");
    EXPECT_TRUE(read_node_store(path_).value().empty());
    write("[]\n");
    EXPECT_TRUE(read_node_store(path_).value().empty());
}

TEST_F(NodeStore, RefusesWhatIsNoList) {
    for (const std::string text :
         {"a: 1\n", "- 1\n", "- {ID: 1}\n", "- {Address: 'a:1'}\n", "- {ID: x, Address: 'a:1'}\n",
          "- {ID: 1, Address: '0.0.0.0:1'}\n", "- {ID: 1, Address: [a]}\n",
          "- {ID: 1, Address: 'a:1', Role: 7}\n", "- [", "- {ID: true, Address: 'a:1'}\n"}) {
        write(text);
        const auto nodes = read_node_store(path_);
        ASSERT_FALSE(nodes) << text;
        EXPECT_EQ(nodes.error().kind, ErrorKind::invalid);
        EXPECT_NE(nodes.error().message.find(path_), std::string::npos);
    }
}

TEST_F(NodeStore, RefusesWhatIsNoFileOrTooLarge) {
    EXPECT_FALSE(read_node_store(folder_));
    EXPECT_FALSE(read_node_store("/dev/zero"));
    EXPECT_FALSE(read_node_store(path_ + ".none"));
    write(std::string((std::size_t{1} << 20U) + 1, '#'));
    EXPECT_FALSE(read_node_store(path_));
}

TEST_F(NodeStore, IsReplacedInOneStep) {
    write("- {ID: 9, Address: 'old:1'}\n");
    const std::vector nodes{node(1, "db1:1", wire::Role::voter),
                            node(2, "[::1]:2", wire::Role::standby)};
    const auto written = write_node_store(path_, nodes);
    ASSERT_TRUE(written) << written.error().message;
    EXPECT_EQ(read_node_store(path_).value(), nodes);
    struct stat info {};
    ASSERT_EQ(::stat(path_.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777U, 0600U);
    // Nothing is left beside it.
    const std::filesystem::directory_iterator files{folder_};
    EXPECT_EQ(std::distance(begin(files), end(files)), 1);
}

TEST_F(NodeStore, CannotBeWrittenWhereThereIsNoFolder) {
    EXPECT_FALSE(write_node_store(folder_ + "/none/cluster.yaml", {}));
}

// -------------------------------------------------------------------------------- keeping it fresh

class FreshStore : public NodeStore {
  protected:
    void SetUp() override {
        NodeStore::SetUp();
        ASSERT_TRUE(write_node_store(path_, nodes_));
    }
    /// Whether it was rewritten.
    bool refresh(const std::vector<StoredNode>& told) const {
        const auto refreshed = refresh_node_store(path_, told);
        EXPECT_TRUE(refreshed) << refreshed.error().message;
        return refreshed.value_or(false);
    }
    std::string refusal(const std::vector<StoredNode>& told) const {
        const auto refreshed = refresh_node_store(path_, told);
        EXPECT_FALSE(refreshed);
        return refreshed ? "" : refreshed.error().message;
    }
    [[nodiscard]] std::vector<StoredNode> stored() const {
        return read_node_store(path_).value_or(std::vector<StoredNode>{});
    }
    [[nodiscard]] ino_t file() const {
        struct stat info {};
        EXPECT_EQ(::stat(path_.c_str(), &info), 0);
        return info.st_ino;
    }
    const std::vector<StoredNode> nodes_{node(1, "a:1", wire::Role::voter),
                                         node(2, "b:1", wire::Role::voter),
                                         node(3, "c:1", wire::Role::voter)};
    const std::vector<StoredNode> fewer_{nodes_.begin(), nodes_.begin() + 2};
};

TEST_F(FreshStore, TakesNodesThatComeGoAndChange) {
    auto told = nodes_;
    told.push_back(node(4, "d:1", wire::Role::spare));
    EXPECT_TRUE(refresh(told));
    EXPECT_EQ(stored(), told);
    told[3].role = wire::Role::voter;
    EXPECT_TRUE(refresh(told));
    EXPECT_EQ(stored(), told);
    EXPECT_TRUE(refresh(fewer_));
    EXPECT_EQ(stored(), fewer_);
    struct stat info {};
    ASSERT_EQ(::stat(path_.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777U, 0600U);
}

TEST_F(FreshStore, IsLeftAloneByTheSameNodesInAnotherOrder) {
    const auto before = file();
    EXPECT_FALSE(refresh({nodes_.rbegin(), nodes_.rend()}));
    EXPECT_EQ(file(), before);
}

TEST_F(FreshStore, LosesNoNodeToAnOddAnswer) {
    EXPECT_FALSE(refresh({}));
    EXPECT_FALSE(refresh({nodes_[0]}));
    EXPECT_FALSE(refresh({node(1, "x:1", wire::Role::voter), node(2, "y:1", wire::Role::voter)}));
    EXPECT_EQ(stored(), nodes_);
}

TEST_F(FreshStore, FollowsALinkOfItsOwner) {
    const std::string link = folder_ + "/link.yaml";
    ASSERT_EQ(::symlink("cluster.yaml", link.c_str()), 0);
    ASSERT_TRUE(refresh_node_store(link, fewer_).value_or(false));
    EXPECT_TRUE(std::filesystem::is_symlink(link));
    EXPECT_EQ(stored(), fewer_);
}

TEST_F(FreshStore, TouchesNothingOfAnotherUser) {
    if (::geteuid() != 0) GTEST_SKIP() << "only the superuser can give files away";
    const std::string link = folder_ + "/link.yaml";
    ASSERT_EQ(::symlink("cluster.yaml", link.c_str()), 0);
    ASSERT_EQ(::lchown(link.c_str(), 1, 1), 0);
    const auto through = refresh_node_store(link, fewer_);
    ASSERT_FALSE(through);
    EXPECT_NE(through.error().message.find("another user"), std::string::npos);
    ASSERT_EQ(::chown(path_.c_str(), 1, 1), 0);
    EXPECT_NE(refusal(fewer_).find("another user"), std::string::npos);
    ASSERT_EQ(::lchown(link.c_str(), 0, 0), 0);
    EXPECT_FALSE(refresh_node_store(link, fewer_));
    EXPECT_EQ(stored(), nodes_);
}

TEST_F(FreshStore, LeavesWhatIsReadOnly) {
    ASSERT_EQ(::chmod(path_.c_str(), 0400), 0);
    EXPECT_NE(refusal(fewer_).find("read-only"), std::string::npos);
    EXPECT_EQ(stored(), nodes_);
}

TEST_F(FreshStore, IsWholeWhateverManyWritersDo) {
    std::vector<std::thread> writers;
    std::atomic<bool> broken{false};
    for (int i = 0; i < 4; ++i) {
        writers.emplace_back([&, i] {
            for (int round = 0; round < 25; ++round) {
                const auto& told = (round + i) % 2 == 0 ? nodes_ : fewer_;
                if (!refresh_node_store(path_, told)) broken = true;
                const auto read = read_node_store(path_);
                if (!read || (*read != nodes_ && *read != fewer_)) broken = true;
            }
        });
    }
    for (auto& writer : writers) writer.join();
    EXPECT_FALSE(broken);
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
        names.push_back(entry.path().filename().string());
    }
    EXPECT_EQ(names, std::vector<std::string>{"cluster.yaml"});
}

}  // namespace
}  // namespace dqlite::client
