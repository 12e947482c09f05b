// Registers and a bank, by eight ODBC connections, while nodes are killed, stopped and frozen and
// leadership moves: nothing acknowledged is lost, nothing is there twice, what failed is absent,
// and every read is one state of the database. DQLITE_CLUSTER_SEED repeats a schedule of faults.
#include <cstdlib>
#include <iostream>

#include <gtest/gtest.h>

#include "tests/cluster/run.h"
#include "tests/support/each_generation.h"

namespace dqlite::test {
namespace {

std::uint64_t seed() {
    const char* const given = std::getenv("DQLITE_CLUSTER_SEED");
    return given == nullptr ? 20261121 : std::strtoull(given, nullptr, 10);
}

void expect_a_clean_run(const RunOptions& options) {
    const RunReport report = run_with_faults(options);
    std::cout << "| servers | nodes | faults | seed | acknowledged | failed | unknown | retried "
                 "| reads | s without service | longest, s |\n"
              << table_row(options, report.figures) << std::endl;
    EXPECT_GT(report.figures.acknowledged, 0U);
    EXPECT_GT(report.figures.reads, 0U);
    // There is always a leader within FailoverTimeout: every outcome is found out.
    if (options.commit_proof) {
        EXPECT_EQ(report.figures.unknown, 0U);
    }
    for (const std::string& complaint : report.complaints) ADD_FAILURE() << complaint;
}

class ClusterFaults : public OnEachGeneration {};
DQLITE_ON_EACH_GENERATION(ClusterFaults);

TEST_P(ClusterFaults, TenOnThreeNodes) {
    expect_a_clean_run({.generation = generation(), .seed = seed()});
}

TEST_P(ClusterFaults, TenOnThreeNodesWithCommitProof) {
    expect_a_clean_run({.generation = generation(), .seed = seed(), .commit_proof = true});
}

class ManyClusterFaults : public OnEachGeneration {};
DQLITE_ON_EACH_GENERATION(ManyClusterFaults);

TEST_P(ManyClusterFaults, HundredOnThreeNodes) {
    expect_a_clean_run({.generation = generation(), .faults = 100, .seed = seed()});
}

TEST_P(ManyClusterFaults, HundredOnThreeNodesWithCommitProof) {
    expect_a_clean_run(
        {.generation = generation(), .faults = 100, .seed = seed(), .commit_proof = true});
}

TEST_P(ManyClusterFaults, HundredOnFiveNodes) {
    expect_a_clean_run({.generation = generation(), .nodes = 5, .faults = 100, .seed = seed()});
}

}  // namespace
}  // namespace dqlite::test
