// What dqlite-node is told on its command line.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "wire/protocol.h"

namespace dqlite::node {

struct SnapshotOptions {
    unsigned threshold = 1024;
    unsigned trailing = 8192;
};

struct Options {
    std::uint64_t id = 0;
    std::string address;
    std::string bind;  ///< where to listen; the address unless given
    std::string directory;
    std::string join;  ///< any node of the cluster to join; empty: none
    wire::Role role = wire::Role::voter;
    unsigned join_timeout_s = 60;
    std::optional<unsigned> latency_ms;
    std::optional<SnapshotOptions> snapshot;
    std::optional<unsigned> busy_timeout_ms;
    bool die_with_parent = false;
};

/// Reads the command line into `out`. A value is the code to exit with at once: help and version
/// were asked for, or the line is wrong; whatever is to be said has been printed.
[[nodiscard]] std::optional<int> parse_command_line(int argc, char** argv, Options& out);

}  // namespace dqlite::node
