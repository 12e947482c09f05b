// What is done to a cluster while clients work on it: one thing after another, chosen by a seed.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "tests/support/cluster.h"

namespace dqlite::test {

enum class FaultKind : std::uint8_t {
    kill_leader,
    kill_follower,
    stop_leader,
    freeze_leader,
    freeze_follower,
    transfer,
};

[[nodiscard]] const char* name(FaultKind kind) noexcept;

class Faults {
  public:
    Faults(Cluster& cluster, std::uint64_t seed) : cluster_{cluster}, random_{seed} {}

    /// Makes the next fault; the cluster keeps its majority.
    FaultKind make();
    /// Undoes it, and waits until every node knows the leader.
    void repair();

  private:
    [[nodiscard]] Node& victim(FaultKind kind);
    void transfer_leadership();
    void rejoin(Node& node);

    Cluster& cluster_;
    std::mt19937_64 random_;
    FaultKind kind_ = FaultKind::transfer;
    Node* victim_ = nullptr;
    std::vector<FaultKind> queue_;
};

}  // namespace dqlite::test
