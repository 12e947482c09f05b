// dqlite-node's commands on a running cluster: `dqlite-node nodes --server ADDRESS` and its like.
#pragma once

namespace dqlite::node {

/// Whether the command line names one of them, instead of the options of a node to run.
[[nodiscard]] bool is_cluster_command(int argc, const char* const* argv);

/// Runs it; the code to exit with. What it tells goes to standard output, why it failed to standard
/// error.
[[nodiscard]] int run_cluster_command(int argc, const char* const* argv);

}  // namespace dqlite::node
