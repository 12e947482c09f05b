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

/// Replaces `path` in one step: a reader, or a crash, sees the old file or the new one.
[[nodiscard]] Result<void> write_node_store(const std::string& path,
                                            std::span<const StoredNode> nodes);

}  // namespace dqlite::client
