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
};

struct RunReport {
    Figures figures;
    std::vector<std::string> complaints;
};

[[nodiscard]] RunReport run_with_faults(const RunOptions& options);

/// One row of the table in figures.md.
[[nodiscard]] std::string table_row(const RunOptions& options, const Figures& figures);

}  // namespace dqlite::test
