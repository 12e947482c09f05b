#include "client/row_store.h"

#include <gtest/gtest.h>

namespace dqlite::client {
namespace {

wire::Buffer body(std::size_t size, int seed) {
    return wire::Buffer(size, static_cast<std::byte>(seed));
}

void append(RowStore& store, std::size_t size, int seed) {
    const wire::Buffer bytes = body(size, seed);
    const auto appended = store.append({7, static_cast<std::uint8_t>(seed), bytes});
    ASSERT_TRUE(appended) << appended.error().message;
}

void expect_next(RowStore& store, std::size_t size, int seed) {
    const auto frame = store.next();
    ASSERT_TRUE(frame) << frame.error().message;
    ASSERT_TRUE(*frame);
    EXPECT_EQ((*frame)->type, 7);
    EXPECT_EQ((*frame)->schema, seed);
    EXPECT_EQ(wire::Buffer((*frame)->body.begin(), (*frame)->body.end()), body(size, seed));
}

void expect_end(RowStore& store) {
    const auto frame = store.next();
    ASSERT_TRUE(frame);
    EXPECT_FALSE(*frame);
}

TEST(RowStore, GivesFramesBackInOrder) {
    RowStore store{1000, 0};
    for (int i = 0; i < 5; ++i) append(store, 100, i);
    EXPECT_EQ(store.bytes_in_memory(), 500U);
    for (int i = 0; i < 5; ++i) expect_next(store, 100, i);
    EXPECT_EQ(store.bytes_in_memory(), 0U);
    expect_end(store);
}

TEST(RowStore, SpillsPastItsMemoryAndKeepsTheOrder) {
    RowStore store{250, std::size_t{1} << 30U};
    for (int i = 0; i < 200; ++i) append(store, 100 + static_cast<std::size_t>(i) * 40, i);
    EXPECT_LE(store.bytes_in_memory(), 250U);
    EXPECT_GT(store.bytes_on_disk(), 0U);
    for (int i = 0; i < 200; ++i) {
        expect_next(store, 100 + static_cast<std::size_t>(i) * 40, i);
    }
    expect_end(store);
}

TEST(RowStore, TakesMoreAfterReading) {
    RowStore store{0, 100'000};
    append(store, 100, 1);
    expect_next(store, 100, 1);
    append(store, 200, 2);
    append(store, 300, 3);
    expect_next(store, 200, 2);
    expect_next(store, 300, 3);
    expect_end(store);
}

TEST(RowStore, StopsAtTheCapOfItsFile) {
    RowStore store{100, 150};
    append(store, 100, 1);
    append(store, 100, 2);
    const wire::Buffer more = body(100, 3);
    const auto refused = store.append({7, 3, more});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::limit);
    expect_next(store, 100, 1);
    expect_next(store, 100, 2);
    expect_end(store);
}

TEST(RowStore, TellsThatTheDiskCannotBeWritten) {
    const char* const before = std::getenv("TMPDIR");
    const std::string saved = before == nullptr ? "" : before;
    ::setenv("TMPDIR", "/proc", 1);
    RowStore store{0, 1000};
    const wire::Buffer bytes = body(100, 1);
    const auto refused = store.append({7, 0, bytes});
    if (before == nullptr) {
        ::unsetenv("TMPDIR");
    } else {
        ::setenv("TMPDIR", saved.c_str(), 1);
    }
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::limit);
}

}  // namespace
}  // namespace dqlite::client
