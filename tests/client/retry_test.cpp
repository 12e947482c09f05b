#include "client/retry.h"

#include <set>

#include <gtest/gtest.h>

namespace dqlite::client {
namespace {

using namespace std::chrono_literals;

TEST(Backoff, DoublesUpToItsLongestWithJitterBelow) {
    Backoff backoff{10ms, 35ms};
    for (const auto step : {10ms, 20ms, 35ms, 35ms, 35ms}) {
        const auto pause = backoff.next();
        EXPECT_GE(pause, step / 2);
        EXPECT_LE(pause, step);
    }
}

TEST(Backoff, SpreadsClients) {
    std::set<std::chrono::microseconds> pauses;
    for (int i = 0; i < 100; ++i) pauses.insert(discovery_backoff().next());
    EXPECT_GT(pauses.size(), 50U);
}

}  // namespace
}  // namespace dqlite::client
