// What is done to a cluster while clients work on it: one thing after another, chosen by a seed.
#pragma once

#include <cstdint>
#include <random>
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
    // Partitions. A leader is cut off with as many followers as leave the others a majority.
    isolate_leader,               ///< from the other nodes and the clients
    isolate_leader_with_clients,  ///< who cannot reach the majority
    split_leader,                 ///< from the other nodes; clients reach both sides
    isolate_follower,
    deafen_leader,  ///< it hears no other node, they and the clients hear it
    mute_leader,    ///< its clients do not hear it, and it hears them
};

[[nodiscard]] const char* name(FaultKind kind) noexcept;
[[nodiscard]] bool is_partition(FaultKind kind) noexcept;
/// Whether clients find a leader before the fault is repaired.
[[nodiscard]] bool is_survivable(FaultKind kind) noexcept;

class Faults {
  public:
    /// With partitions where the cluster is on a `network`; the clients are on its host 0.
    Faults(Cluster& cluster, Network* network, std::uint64_t seed);

    /// Makes the next fault; the cluster keeps its majority.
    FaultKind make();
    /// Undoes it, and waits until every node knows the leader.
    void repair();

  private:
    void shuffle_all_kinds();
    [[nodiscard]] Node& victim(FaultKind kind);
    void transfer_leadership();
    void partition();
    void rejoin(Node& node);

    Cluster& cluster_;
    Network* network_;
    std::mt19937_64 random_;
    FaultKind kind_ = FaultKind::transfer;
    Node* victim_ = nullptr;
    std::vector<FaultKind> queue_;
};

}  // namespace dqlite::test
