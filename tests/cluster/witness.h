// What a cluster does for somebody who uses none of the client's code.
#pragma once

#include <optional>
#include <string>

#include "tests/support/cluster.h"

namespace dqlite::test {

/// Writes by way of this node, if it leads. Nothing: it did. Else why not.
[[nodiscard]] std::optional<std::string> write_raw(const Node& node, const std::string& sql);

/// Of every node, whom it takes for the leader and whether it writes `sql`.
[[nodiscard]] std::string describe(Cluster& cluster, const std::string& sql);

}  // namespace dqlite::test
