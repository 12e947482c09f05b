#include "client/node_store.h"

#include <filesystem>
#include <fstream>
#include <sys/stat.h>

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

}  // namespace
}  // namespace dqlite::client
