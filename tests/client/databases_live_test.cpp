// Several databases on one node: where servers mix them up. What README.md says of it is held here.
#include <thread>

#include <fmt/format.h>

#include "tests/client/session_fixture.h"
#include "tests/support/each_generation.h"
#include "tests/support/node.h"

namespace dqlite::client {
namespace {

class Databases : public test::OnEachGeneration {
  protected:
    [[nodiscard]] std::unique_ptr<Session> open(const std::string& database) const {
        Options options = quick_options({node_.address()});
        options.database = database;
        return open_session(std::move(options));
    }

    /// Grows as many databases side by side, through several snapshots.
    void grow(int databases) const {
        std::vector<std::thread> threads;
        for (int i = 0; i < databases; ++i) {
            threads.emplace_back([this, i] {
                const auto session = open(fmt::format("database{}", i));
                run(*session, "CREATE TABLE t (a)");
                for (int row = 0; row < rows; ++row) {
                    run(*session, "INSERT INTO t VALUES (zeroblob(3000))");
                }
                EXPECT_EQ(number(*session, "SELECT count(*) FROM t"), rows);
            });
        }
        for (std::thread& thread : threads) thread.join();
    }

    static constexpr int rows = 300;
    test::Node node_{generation(),
                     {.more = {"--snapshot-threshold", "64", "--snapshot-trailing", "64"}}};
};
DQLITE_ON_EACH_GENERATION(Databases);

TEST_P(Databases, OneGrowsThroughSnapshots) {
    grow(1);
    EXPECT_TRUE(node_.alive());
}

TEST_P(Databases, SeveralGrowThroughSnapshots) {
    if (generation() == test::ServerGeneration::trixie) {
        GTEST_SKIP()
            << "dqlite 1.18.1 counts pages anew when it cleans up after a snapshot: where a "
               "database has grown meanwhile it frees pages of the next one, and crashes";
    }
    grow(3);
    EXPECT_TRUE(node_.alive());
}

TEST_P(Databases, OneWhoseNameBeginsAnothersIsThatOtherOn1_11) {
    run(*open("without"), "CREATE TABLE t (a)");
    const bool mixed_up = generation() == test::ServerGeneration::debian12;
    const auto session = open("with");
    EXPECT_EQ(number(*session, "SELECT count(*) FROM sqlite_schema"), mixed_up ? 1 : 0);
    EXPECT_EQ(number(*open("withoutany"), "SELECT count(*) FROM sqlite_schema"), 0);
}

}  // namespace
}  // namespace dqlite::client
