#include "tests/cluster/witness.h"

#include <chrono>

#include <fmt/format.h>

#include "tests/support/raw_peer.h"

namespace dqlite::test {
namespace {

constexpr std::chrono::seconds patience{5};

}  // namespace

std::optional<std::string> write_raw(const Node& node, const std::string& sql) {
    RawPeer peer{node.address(), patience};
    wire::Server leader;
    wire::Welcome welcome;
    wire::Db db;
    wire::Result result;
    if (!peer.ask(wire::Leader{}, leader)) return "no answer";
    if (leader.address != node.address()) return fmt::format("its leader is '{}'", leader.address);
    if (peer.ask(wire::Client{1}, welcome) && peer.ask(wire::Open{"default", 0, "volatile"}, db) &&
        peer.ask(wire::ExecSql{db.id, sql, {}}, result)) {
        return std::nullopt;
    }
    return peer.refusal().empty() ? "the leader, but no answer" : "the leader: " + peer.refusal();
}

std::string describe(Cluster& cluster, const std::string& sql) {
    std::string all = "the nodes:";
    for (std::size_t i = 0; i < cluster.size(); ++i) {
        Node& node = cluster.node(i);
        const auto failed = node.alive() ? write_raw(node, sql) : "not running";
        all +=
            fmt::format(" {}: {};", node.address(), failed.value_or("the leader, and it writes"));
    }
    return all;
}

}  // namespace dqlite::test
