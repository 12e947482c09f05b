// Looking after a cluster: who is in it, who leads, who is to come, go, vote or lead.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "client/cancel.h"
#include "client/error.h"
#include "client/options.h"
#include "wire/protocol.h"

namespace dqlite::client {

struct NodeInfo {
    std::uint64_t id = 0;
    std::string address;  ///< as the cluster knows it
    wire::Role role = wire::Role::voter;
};

struct NodeMetadata {
    std::uint64_t failure_domain = 0;
    std::uint64_t weight = 0;
};

struct DumpedFile {
    std::string path;
    std::uint64_t size = 0;
};

/// Every call finds the leader anew, connects, asks and closes, within Options::timeout. An error
/// of outcome unknown says that the change may have been made. Used by one thread at a time.
class Cluster {
  public:
    /// Checks the options and reads the files they name; no network.
    [[nodiscard]] static Result<Cluster> open(Options options);
    Cluster(Cluster&&) noexcept;
    Cluster& operator=(Cluster&&) noexcept;
    ~Cluster();

    /// Session's: whose cancellation ends the calls, and what wakes the one that waits.
    void watch(const Cancellable* call) noexcept;
    void wake() noexcept;

    [[nodiscard]] Result<NodeInfo> leader();
    [[nodiscard]] Result<std::vector<NodeInfo>> nodes();

    /// Takes a running node into the cluster and gives it its role. Where only the second fails
    /// the node stays a spare, as the error says.
    [[nodiscard]] Result<void> add(std::uint64_t id, std::string_view address,
                                   wire::Role role = wire::Role::voter);
    [[nodiscard]] Result<void> assign(std::uint64_t id, wire::Role role);
    [[nodiscard]] Result<void> remove(std::uint64_t id);
    /// Hands the leadership to a voter; 0: to whichever the leader picks.
    [[nodiscard]] Result<void> transfer(std::uint64_t id = 0);

    /// Of one node, by its address; empty: of the leader. Kept in the node's memory only.
    [[nodiscard]] Result<NodeMetadata> describe(std::string_view address = {});
    [[nodiscard]] Result<void> set_weight(std::uint64_t weight, std::string_view address = {});

    /// Writes a copy of a database into a directory: the file of its name and, of 1.11, its "-wal",
    /// which belongs to it. Streamed: memory does not grow with the size. Files that are there
    /// already are not touched: an error. `address`: of the node to ask; empty: the leader.
    [[nodiscard]] Result<std::vector<DumpedFile>> dump(std::string_view database,
                                                       const std::string& directory,
                                                       std::string_view address = {});

  private:
    class Impl;
    explicit Cluster(std::unique_ptr<Impl> impl) noexcept;
    std::unique_ptr<Impl> impl_;
};

}  // namespace dqlite::client
