// One run: clients that work through ODBC on a cluster to which faults happen.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/cluster/history.h"
#include "tests/support/generation.h"

namespace dqlite::test {

struct RunOptions {
    ServerGeneration generation = ServerGeneration::debian12;
    std::size_t nodes = 3;
    std::size_t faults = 10;
    std::size_t clients = 8;
    std::uint64_t seed = 1;
    bool commit_proof = false;
    bool partitions = false;  ///< the cluster is on a network of its own
};

struct RunReport {
    Figures figures;
    std::size_t partitions = 0;  ///< of the faults
    std::vector<std::string> complaints;
};

[[nodiscard]] RunReport run_with_faults(const RunOptions& options);

/// The head and one row of the table in figures.md.
[[nodiscard]] std::string table_head();
[[nodiscard]] std::string table_row(const RunOptions& options, const RunReport& report);

}  // namespace dqlite::test
