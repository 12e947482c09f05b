// Registers and a bank, by eight ODBC connections, while nodes are killed, stopped, frozen and cut
// off and leadership moves: nothing acknowledged is lost, nothing is there twice, what failed is
// absent, and every read is one state of the database. DQLITE_CLUSTER_SEED repeats a schedule of
// faults.
#include <iostream>

#include <gtest/gtest.h>

#include "tests/cluster/conditions.h"
#include "tests/cluster/run.h"
#include "tests/support/each_network.h"
#include "tests/support/network.h"

namespace dqlite::test {
namespace {

void expect_a_clean_run(const RunOptions& options) {
    const RunReport report = run_with_faults(options);
    std::cout << table_head() << '\n' << table_row(options, report) << std::endl;
    EXPECT_GT(report.figures.acknowledged, 0U);
    EXPECT_GT(report.figures.reads, 0U);
    EXPECT_EQ(report.partitions > 0, options.partitions);
    // There is always a leader within FailoverTimeout: every outcome is found out.
    if (options.commit_proof) {
        EXPECT_EQ(report.figures.unknown, 0U);
    }
    for (const std::string& complaint : report.complaints) ADD_FAILURE() << complaint;
}

class ClusterFaults : public OnEachGeneration {};
DQLITE_ON_EACH_GENERATION(ClusterFaults);

TEST_P(ClusterFaults, TenOnThreeNodes) {
    expect_a_clean_run({.generation = generation(), .seed = cluster_seed()});
}

TEST_P(ClusterFaults, TenOnThreeNodesWithCommitProof) {
    expect_a_clean_run({.generation = generation(), .seed = cluster_seed(), .commit_proof = true});
}

/// The same on a network that is partitioned too.
class ClusterPartitions : public OnEachGenerationInANetwork {};
DQLITE_ON_EACH_GENERATION(ClusterPartitions);

TEST_P(ClusterPartitions, TenOnThreeNodes) {
    expect_a_clean_run({.generation = generation(), .seed = cluster_seed(), .partitions = true});
}

TEST_P(ClusterPartitions, TenOnThreeNodesWithCommitProof) {
    expect_a_clean_run({.generation = generation(),
                        .seed = cluster_seed(),
                        .commit_proof = true,
                        .partitions = true});
}

/// With partitions where the machine allows them, and said so where not.
class ManyClusterFaults : public OnEachGeneration {
  protected:
    [[nodiscard]] RunOptions hundred(std::size_t nodes, bool commit_proof) const {
        return {.generation = generation(),
                .nodes = nodes,
                .faults = 100,
                .seed = cluster_seed(),
                .commit_proof = commit_proof,
                .partitions = partitions_};
    }
    void SetUp() override {
        if (const auto& reason = Network::unavailable()) {
            partitions_ = false;
            std::cout << "WITHOUT PARTITIONS: " << *reason << std::endl;
        }
    }

  private:
    bool partitions_ = true;
};
DQLITE_ON_EACH_GENERATION(ManyClusterFaults);

TEST_P(ManyClusterFaults, HundredOnThreeNodes) {
    expect_a_clean_run(hundred(3, false));
}

TEST_P(ManyClusterFaults, HundredOnThreeNodesWithCommitProof) {
    expect_a_clean_run(hundred(3, true));
}

TEST_P(ManyClusterFaults, HundredOnFiveNodes) {
    expect_a_clean_run(hundred(5, false));
}

TEST_P(ManyClusterFaults, HundredOnFiveNodesWithCommitProof) {
    expect_a_clean_run(hundred(5, true));
}

}  // namespace
}  // namespace dqlite::test
