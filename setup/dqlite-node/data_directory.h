// A node's data directory: held by one process at a time, and belonging to one node for good.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "setup/dqlite-node/exit_code.h"
#include "setup/dqlite-node/file_descriptor.h"
#include "wire/protocol.h"

namespace dqlite::node {

/// What info.yaml remembers of the node that the directory belongs to.
struct NodeInfo {
    std::uint64_t id = 0;
    std::string address;
    std::optional<wire::Role> role;  ///< set once the node is a member of its cluster
};

class DataDirectory {
  public:
    /// Takes the directory for this process, until the object goes.
    [[nodiscard]] std::optional<Failure> open(const std::string& path);

    /// What the directory remembers; nothing in a fresh one.
    [[nodiscard]] std::optional<Failure> load(std::optional<NodeInfo>& out) const;
    [[nodiscard]] std::optional<Failure> save(const NodeInfo& info) const;

  private:
    [[nodiscard]] std::string info_file() const { return path_ + "/info.yaml"; }

    std::string path_;
    FileDescriptor lock_;
};

}  // namespace dqlite::node
