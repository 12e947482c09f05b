// A dump of 300 MB from a real node: what it holds in memory does not follow its size.
#include <filesystem>
#include <fstream>
#include <string>

#include <fmt/format.h>
#include <sqlite3.h>

#include "client/cluster.h"
#include "tests/client/session_fixture.h"
#include "tests/support/each_generation.h"
#include "tests/support/node.h"

namespace dqlite::client {
namespace {

using namespace std::chrono_literals;

constexpr int statements = 80;
constexpr int rows_a_statement = 40;
constexpr int row_bytes = 100'000;

/// What a query gives on a file, as text; an error's own text where it fails.
std::string answer_of(const std::string& path, const char* query) {
    sqlite3* database = nullptr;
    sqlite3_stmt* statement = nullptr;
    std::string answer;
    if (sqlite3_open(path.c_str(), &database) == SQLITE_OK &&
        sqlite3_prepare_v2(database, query, -1, &statement, nullptr) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW) {
        answer = reinterpret_cast<const char*>(sqlite3_column_text(statement, 0));
    } else {
        answer = sqlite3_errmsg(database);
    }
    sqlite3_finalize(statement);
    sqlite3_close(database);
    return answer;
}

/// The most memory this process has held since forget_peak(), in KiB.
long peak() {
    std::ifstream status{"/proc/self/status"};
    for (std::string word; status >> word;) {
        long size = 0;
        if (word == "VmHWM:" && status >> size) return size;
    }
    return -1;
}
void forget_peak() {
    std::ofstream{"/proc/self/clear_refs"} << "5";
}

class LargeDatabase : public test::OnEachGeneration {};
DQLITE_ON_EACH_GENERATION(LargeDatabase);

TEST_P(LargeDatabase, IsDumpedWholeWithoutHoldingIt) {
    const test::Node node{generation()};
    Options options = quick_options({node.address()});
    options.timeout = 60s;
    {
        const auto session = open_session(options);
        run(*session, "CREATE TABLE t (i INTEGER PRIMARY KEY, a BLOB)");
        const auto insert = fmt::format(
            "WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < {}) "
            "INSERT INTO t (a) SELECT randomblob({}) FROM c",
            rows_a_statement, row_bytes);
        for (int i = 0; i < statements; ++i) run(*session, insert);
    }
    const test::TemporaryDirectory directory;
    auto cluster = Cluster::open(options);
    ASSERT_TRUE(cluster) << cluster.error().message;
    forget_peak();
    const long before = peak();
    const auto files = cluster->dump("default", directory.path());
    const long grown = peak() - before;
    ASSERT_TRUE(files) << files.error().message;
    std::uint64_t size = 0;
    for (const auto& file : *files) size += file.size;
    EXPECT_GT(size, std::uint64_t{300} << 20U);
    ASSERT_GT(before, 0);
    EXPECT_LT(grown, 16 * 1024);
    const std::string copy = directory.path() + "/default";
    EXPECT_EQ(answer_of(copy, "PRAGMA integrity_check"), "ok");
    EXPECT_EQ(answer_of(copy, "SELECT count(*) || ' of ' || min(length(a)) FROM t"),
              fmt::format("{} of {}", statements * rows_a_statement, row_bytes));
    fmt::print("dumped {} MiB, memory grew by {} KiB\n", size >> 20U, grown);
}

}  // namespace
}  // namespace dqlite::client
