// Joining a cluster: a node of it is asked for the leader, and the leader to add this node and to
// give it its role.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "setup/dqlite-node/exit_code.h"
#include "setup/dqlite-node/stop_signal.h"
#include "wire/protocol.h"

namespace dqlite::node {

struct Member {
    std::uint64_t id = 0;
    std::string address;
    wire::Role role = wire::Role::voter;
};

enum class JoinResult { joined, stopped, failed };

/// Makes `self` a member with its role, through the node at `seed`; does nothing to a cluster that
/// knows it so already. Tries again while the cluster has no leader or the leader is busy, until
/// `deadline`. On failed `failure` says why.
[[nodiscard]] JoinResult join_cluster(const std::string& seed, const Member& self,
                                      const StopSignal& stop, Clock::time_point deadline,
                                      Failure& failure);

}  // namespace dqlite::node
