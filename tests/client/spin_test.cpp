#include "client/spin.h"

#include <atomic>
#include <thread>

#include <gtest/gtest.h>

namespace dqlite::client {
namespace {

using namespace std::chrono_literals;

constexpr auto never_ready = [] { return false; };

/// How many of so many waits are polled at all, when no poll brings anything.
int polled(Spinner& spinner, int waits) {
    int count = 0;
    for (int i = 0; i < waits; ++i) {
        bool looked = false;
        EXPECT_FALSE(spinner.spin([&] {
            looked = true;
            return false;
        }));
        count += looked ? 1 : 0;
    }
    return count;
}

// On a busy machine the thread may be kept away between two polls, which ends a wait early.
TEST(Spinner, EndsWithTheFirstPollThatIsReady) {
    Spinner spinner{std::chrono::hours{1}};
    int polls = 0;
    while (!spinner.spin([&] { return ++polls >= 3; })) {
        ASSERT_LT(polls, 3) << "a poll that was ready is not to be forgotten";
    }
    EXPECT_EQ(polls, 3);
}

TEST(Spinner, GivesUpWhenItsTimeIsUsed) {
    Spinner spinner{50us};
    EXPECT_FALSE(spinner.spin(never_ready));
}

TEST(Spinner, NeverPollsWithoutTime) {
    Spinner spinner{0us};
    EXPECT_EQ(polled(spinner, 200), 0);
}

TEST(Spinner, StopsWhereItDoesNotPayAndTriesAgainNowAndThen) {
    Spinner spinner{1us};
    EXPECT_EQ(polled(spinner, 8), 8);
    EXPECT_EQ(polled(spinner, 640), 10);
}

TEST(Spinner, PollsAgainOnceItPays) {
    Spinner spinner{1ms};
    (void)polled(spinner, 8);
    bool ready = false;
    for (int waits = 0; waits < 64 && !ready; ++waits) {
        ready = spinner.spin([] { return true; });
    }
    ASSERT_TRUE(ready) << "one wait in 64 is tried";
    EXPECT_TRUE(spinner.spin([] { return true; })) << "the next one at once";
}

// The thread that is waited for needs the processor that polls.
TEST(Spinner, LetsOthersWorkBetweenTwoPolls) {
    cpu_set_t before;
    ASSERT_EQ(sched_getaffinity(0, sizeof before, &before), 0);
    cpu_set_t one;
    CPU_ZERO(&one);
    for (std::size_t cpu = 0; cpu < CPU_SETSIZE && CPU_COUNT(&one) == 0; ++cpu) {
        if (CPU_ISSET(cpu, &before)) CPU_SET(cpu, &one);
    }
    ASSERT_EQ(sched_setaffinity(0, sizeof one, &one), 0);
    std::atomic<bool> ready{false};
    std::thread other{[&] { ready = true; }};
    Spinner spinner{std::chrono::hours{1}};
    while (!spinner.spin([&] { return ready.load(); })) {
    }
    other.join();
    EXPECT_EQ(sched_setaffinity(0, sizeof before, &before), 0);
}

}  // namespace
}  // namespace dqlite::client
