// libdqlite's node as an owned object.
#pragma once

#include <memory>
#include <optional>

#include "setup/dqlite-node/exit_code.h"
#include "setup/dqlite-node/library.h"
#include "setup/dqlite-node/options.h"

namespace dqlite::node {

class RunningNode {
  public:
    RunningNode() = default;
    ~RunningNode() { stop(); }
    RunningNode(const RunningNode&) = delete;
    RunningNode& operator=(const RunningNode&) = delete;

    /// Starts the node; once it has, it accepts connections.
    [[nodiscard]] std::optional<Failure> start(const Options& options);

    /// Lets another member take over what this one does for the cluster, where the library can.
    /// Only for members: libdqlite 1.18 waits for ever for a node outside of a cluster.
    void hand_over() noexcept;

    void stop() noexcept;

  private:
    [[nodiscard]] std::optional<Failure> configure(const Options& options);
    [[nodiscard]] Failure failure(const char* what) const;

    std::unique_ptr<dqlite_node, decltype(&dqlite_node_destroy)> node_{nullptr,
                                                                       dqlite_node_destroy};
    bool started_ = false;
};

}  // namespace dqlite::node
