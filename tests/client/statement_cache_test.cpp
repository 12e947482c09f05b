#include "client/statement_cache.h"

#include <gtest/gtest.h>

namespace dqlite::client {
namespace {

TEST(StatementCache, ForeseesTheLowestFreeId) {
    StatementCache cache{10};
    EXPECT_EQ(cache.next_slot().id, 0U);
    cache.add("a", 0);
    cache.add("b", 1);
    EXPECT_EQ(cache.next_slot().id, 2U);
    EXPECT_FALSE(cache.next_slot().finalize);
    EXPECT_FALSE(cache.next_slot().is_hole);
    EXPECT_EQ(cache.find("a"), 0U);
    EXPECT_EQ(cache.find("b"), 1U);
    EXPECT_FALSE(cache.find("c"));
}

TEST(StatementCache, GivesUpTheLeastRecentlyUsed) {
    StatementCache cache{2};
    cache.add("a", 0);
    cache.add("b", 1);
    EXPECT_TRUE(cache.find("a"));
    const auto slot = cache.next_slot();
    EXPECT_EQ(slot.finalize, 1U);
    EXPECT_EQ(slot.id, 1U);
    EXPECT_TRUE(slot.is_hole);
    cache.evict();
    cache.add("c", 1);
    EXPECT_FALSE(cache.find("b"));
    EXPECT_EQ(cache.find("a"), 0U);
    EXPECT_EQ(cache.find("c"), 1U);
}

TEST(StatementCache, LeavesAGapWhereAPrepareFailedAfterAnEviction) {
    StatementCache cache{2};
    cache.add("a", 0);
    cache.add("b", 1);
    cache.evict();
    EXPECT_EQ(cache.next_slot().id, 0U);
    EXPECT_FALSE(cache.next_slot().finalize);
    EXPECT_TRUE(cache.next_slot().is_hole);
}

TEST(StatementCache, HasRoomForOneAtLeast) {
    StatementCache cache{0};
    EXPECT_FALSE(cache.next_slot().finalize);
    cache.add("a", 0);
    EXPECT_EQ(cache.next_slot().finalize, 0U);
}

}  // namespace
}  // namespace dqlite::client
