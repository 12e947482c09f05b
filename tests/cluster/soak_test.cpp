// Fifty connections that do everything while the cluster has a fault every ten seconds: what they
// leave behind does not grow with time, in this process and on the server. Two minutes, or what
// DQLITE_TEST_SOAK_SECONDS says; DQLITE_CLUSTER_SEED repeats the faults and the clients' choices.
#include "tests/cluster/soak.h"

#include <cstdlib>
#include <iostream>

#include <gtest/gtest.h>

#include "tests/cluster/conditions.h"
#include "tests/support/each_generation.h"

namespace dqlite::test {
namespace {

// What a session may keep by itself comes and goes with the faults; a leak of a hundred bytes a
// step would pass this within a minute.
constexpr std::int64_t most_heap_growth = 2 * 1024;
constexpr std::int64_t most_resident_growth = 8 * 1024;
constexpr std::int64_t statements_kept = 256;  // of a connection: its cache's size
// A node that was started again has another few files of its log open.
constexpr std::int64_t most_descriptors_of_nodes = 15;

std::chrono::seconds duration() {
    const char* const given = std::getenv("DQLITE_TEST_SOAK_SECONDS");
    return std::chrono::seconds{given == nullptr ? 120 : std::strtol(given, nullptr, 10)};
}

void print(const char* what, const Change& change) {
    std::cout << what << ": " << change.first << " -> " << change.last << '\n';
}

void print(const SoakReport& report) {
    for (const auto& [step, times] : report.done) std::cout << step << ": " << times << '\n';
    for (const auto& [state, times] : report.failures) std::cout << state << ": " << times << '\n';
    std::cout << report.faults.size() << " faults\n";
}

class Soak : public OnEachGeneration {};
DQLITE_ON_EACH_GENERATION(Soak);

TEST_P(Soak, LeavesNothingBehind) {
    const SoakReport report =
        soak({.generation = generation(), .duration = duration(), .seed = cluster_seed()});
    print(report);
    for (const std::string& complaint : report.complaints) ADD_FAILURE() << complaint;
    EXPECT_EQ(report.done.size(), 11U) << "some steps never succeeded";
    ASSERT_GE(report.samples.size(), 3U) << "too short to compare anything";

    const Change heap = medians(report.samples, &Sample::heap);
    const Change resident = medians(report.samples, &Sample::resident);
    const Change descriptors = maxima(report.samples, &Sample::descriptors);
    const Change threads = maxima(report.samples, &Sample::threads);
    const Change statements = maxima(report.samples, &Sample::most_statements);
    print("heap, KiB", heap);
    print("resident, KiB", resident);
    print("descriptors", descriptors);
    print("threads", threads);
    print("statements of one connection", statements);
    print("the nodes' descriptors",
          {report.nodes_descriptors_before, report.nodes_descriptors_after});

    EXPECT_LE(heap.growth(), most_heap_growth);
    EXPECT_LE(resident.growth(), most_resident_growth);
    EXPECT_LE(descriptors.growth(), 0);
    EXPECT_LE(threads.growth(), 0);
    // One connection has prepared more than that before each sample.
    EXPECT_EQ(statements.first, statements_kept);
    EXPECT_EQ(statements.last, statements_kept);
    EXPECT_LE(report.nodes_descriptors_after - report.nodes_descriptors_before,
              most_descriptors_of_nodes);
}

}  // namespace
}  // namespace dqlite::test
