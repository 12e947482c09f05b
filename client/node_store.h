// The nodes of a cluster in a file, as go-dqlite's cluster.yaml has them.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "client/address.h"
#include "client/error.h"
#include "wire/protocol.h"

namespace dqlite::client {

struct StoredNode {
    std::uint64_t id = 0;
    Address address;
    wire::Role role = wire::Role::voter;
    friend bool operator==(const StoredNode&, const StoredNode&) = default;
};

/// Reads `path`. Nodes with the same address are given once.
[[nodiscard]] Result<std::vector<StoredNode>> read_node_store(const std::string& path);

/// Replaces `path` in one step, with mode 0600: a reader, or a crash, sees the old file or the new
/// one.
[[nodiscard]] Result<void> write_node_store(const std::string& path,
                                            std::span<const StoredNode> nodes);

/// The same nodes with the same roles, in whatever order.
[[nodiscard]] bool same_nodes(std::span<const StoredNode> a, std::span<const StoredNode> b);

/// Makes the store say what a leader has told of its cluster; true if it was rewritten. Left as it
/// is: a store that says so already, and one that such an answer must not replace, as it has no
/// node in common with it, or is a single node where the store has several. Errors: a file that is
/// read-only or another user's, or whose name is another user's symbolic link; one's own is
/// followed.
[[nodiscard]] Result<bool> refresh_node_store(const std::string& path,
                                              std::span<const StoredNode> told);

}  // namespace dqlite::client
