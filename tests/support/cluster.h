// Several nodes in one cluster.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/node.h"

namespace dqlite::test {

class Cluster {
  public:
    /// Starts node 1 and lets the others join it, all as voters.
    explicit Cluster(ServerGeneration generation, std::size_t nodes = 3, unsigned latency_ms = 5,
                     const Network* network = nullptr);

    [[nodiscard]] std::size_t size() const noexcept { return nodes_.size(); }
    [[nodiscard]] Node& node(std::size_t index) { return *nodes_.at(index); }
    /// All addresses, as the connection key Server lists them: between commas.
    [[nodiscard]] std::string addresses() const;

    /// The node that leads: it knows itself as the leader. Waits through an election.
    [[nodiscard]] Node& leader(std::chrono::milliseconds patience = std::chrono::seconds{20});
    /// A running node that does not lead.
    [[nodiscard]] Node& follower();
    /// Kills the leader at once and returns it; restart() brings it back.
    Node& kill_leader();

  private:
    std::vector<std::unique_ptr<Node>> nodes_;
};

}  // namespace dqlite::test
