#include "driver/describe/shared_mirror.h"

#include <atomic>
#include <thread>

#include <gtest/gtest.h>

#include "tests/driver/describe/fixture.h"

namespace dqlite::odbc {
namespace {

using testing::describe;

std::shared_ptr<MirrorDatabase> mirror_of(int columns) {
    std::string sql = "CREATE TABLE t(c0 DATE";
    for (int i = 1; i < columns; ++i) sql += fmt::format(",c{} DATE", i);
    return MirrorDatabase::load(Schema{columns, {{"table", "t", "t", sql + ")"}}, {}});
}

TEST(SharedMirror, IsOneForAKeyAndGoesWithItsLastUser) {
    auto one = SchemaMirror::of("shared");
    const auto two = SchemaMirror::of("shared");
    EXPECT_EQ(one, two);
    EXPECT_NE(one, SchemaMirror::of("another"));
    two->publish(mirror_of(1));
    EXPECT_EQ(one->database()->version(), 1);
}

TEST(SharedMirror, IsForgottenWithItsLastUser) {
    SchemaMirror::of("forgotten")->publish(mirror_of(1));
    EXPECT_EQ(SchemaMirror::of("forgotten")->database(), nullptr);
}

TEST(SharedMirror, IsReplacedUnderItsReaders) {
    const auto shared = SchemaMirror::of("replaced");
    shared->publish(mirror_of(1));
    std::atomic<bool> done{false};
    std::atomic<int> wrong{0};
    std::vector<std::thread> readers;
    for (int i = 0; i < 4; ++i) {
        readers.emplace_back([&] {
            while (!done) {
                const auto mirror = shared->database();
                const Description description = describe(mirror.get(), "SELECT * FROM t");
                // The description is of the schema that was taken, not of a newer one.
                if (description.columns.size() != static_cast<std::size_t>(mirror->version())) {
                    ++wrong;
                }
            }
        });
    }
    for (int columns = 2; columns < 60; ++columns) shared->publish(mirror_of(columns));
    done = true;
    for (std::thread& reader : readers) reader.join();
    EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace dqlite::odbc
