#include "tests/support/cluster.h"

#include <stdexcept>
#include <thread>

namespace dqlite::test {

Cluster::Cluster(ServerGeneration generation, std::size_t nodes, unsigned latency_ms,
                 const Network* network) {
    for (std::size_t i = 0; i < nodes; ++i) {
        NodeOptions options{.id = i + 1, .latency_ms = latency_ms, .network = network};
        if (i > 0) {
            options.join = nodes_.front()->address();
        }
        nodes_.push_back(std::make_unique<Node>(generation, std::move(options)));
    }
}

std::string Cluster::addresses() const {
    std::string out;
    for (const auto& node : nodes_) {
        out += (out.empty() ? "" : ",") + node->address();
    }
    return out;
}

Node& Cluster::leader(std::chrono::milliseconds patience) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    do {
        for (const auto& node : nodes_) {
            if (node->alive() && node->known_leader() == node->address()) {
                return *node;
            }
        }
        std::this_thread::sleep_for(std::chrono::milliseconds{5});
    } while (std::chrono::steady_clock::now() < deadline);
    throw std::runtime_error{"the cluster has no leader in time"};
}

Node& Cluster::follower() {
    const Node& leading = leader();
    for (const auto& node : nodes_) {
        if (node.get() != &leading && node->alive()) {
            return *node;
        }
    }
    throw std::runtime_error{"no follower is running"};
}

Node& Cluster::kill_leader() {
    Node& leading = leader();
    leading.kill9();
    return leading;
}

}  // namespace dqlite::test
