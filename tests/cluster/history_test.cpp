// The checker itself: it accepts what is right and finds each kind of wrong.
#include "tests/cluster/history.h"

#include <gtest/gtest.h>

namespace dqlite::test {
namespace {

Clock::time_point at(int second) {
    return Clock::time_point{} + std::chrono::seconds{second};
}

/// Two acknowledged writes, one that failed and one unknown, and a read between the first two.
struct History : ::testing::Test {
    History() {
        client.writes = {{.token = 1, .told = Told::success, .returned = at(1)},
                         {.token = 2, .told = Told::success, .returned = at(3)},
                         {.token = 3, .told = Told::failure, .returned = at(4)},
                         {.token = 4, .told = Told::unknown, .returned = at(5)}};
        client.reads = {{.entries = 1, .values = {1, 0, 0, 0}, .total = 5000, .returned = at(2)}};
        left.entries = {{.id = 1, .token = 1, .reg = 1, .value = 1},
                        {.id = 2, .token = 2, .source = 1, .target = 2, .amount = 30}};
        left.values = {1, 0, 0, 0};
        left.balances = {970, 1030, 1000, 1000, 1000};
    }
    [[nodiscard]] std::size_t complaints() const { return check({client}, left).size(); }

    ClientHistory client;
    FinalState left;
};

TEST_F(History, IsAcceptedWhereItIsRight) {
    EXPECT_EQ(complaints(), 0U);
    left.entries.push_back({.id = 3, .token = 4});
    EXPECT_EQ(complaints(), 0U) << "an unknown write may be there";
}

TEST_F(History, MissesAnAcknowledgedWrite) {
    client.writes.push_back({.token = 5, .told = Told::success, .returned = at(6)});
    EXPECT_EQ(complaints(), 1U);
}

TEST_F(History, FindsAWriteThatIsThereTwice) {
    left.entries.push_back({.id = 3, .token = 2});
    EXPECT_EQ(complaints(), 1U);
}

TEST_F(History, FindsAWriteThatWasToldToHaveFailed) {
    left.entries.push_back({.id = 3, .token = 3});
    EXPECT_EQ(complaints(), 1U);
}

TEST_F(History, FindsAnUnknownWriteThatIsThereTwice) {
    left.entries.push_back({.id = 3, .token = 4});
    left.entries.push_back({.id = 4, .token = 4});
    EXPECT_EQ(complaints(), 1U);
}

TEST_F(History, FindsALostUpdate) {
    left.entries[1].reg = 1;
    left.entries[1].value = 1;
    EXPECT_EQ(complaints(), 2U) << "of the entry, and of the register";
}

TEST_F(History, FindsMoneyMadeOfNothing) {
    left.balances[4] += 1;
    EXPECT_EQ(complaints(), 1U);
    client.reads[0].total += 1;
    EXPECT_EQ(complaints(), 2U);
}

TEST_F(History, FindsAReadOfNoState) {
    client.reads[0].values = {0, 0, 0, 0};
    EXPECT_EQ(complaints(), 1U);
}

TEST_F(History, FindsAReadThatGoesBackInTime) {
    client.reads.push_back(
        {.entries = 1, .values = {1, 0, 0, 0}, .total = 5000, .returned = at(4)});
    EXPECT_EQ(complaints(), 1U) << "its client's second write had been acknowledged";
}

TEST_F(History, KeepsWhatNoFaultExplains) {
    client.surprises.emplace_back("HY000: something else");
    EXPECT_EQ(complaints(), 1U);
}

TEST_F(History, CountsTheTimeWithoutService) {
    const Figures figures = count({client}, left, {at(1), at(3)});
    EXPECT_EQ(figures.acknowledged, 2U);
    EXPECT_EQ(figures.failed, 1U);
    EXPECT_EQ(figures.unknown, 1U);
    EXPECT_EQ(figures.without_service, std::chrono::seconds{2});
    EXPECT_EQ(figures.longest_gap, std::chrono::seconds{2});
}

TEST_F(History, CountsNoTimeForTwoFaults) {
    client.writes = {{.token = 1, .told = Told::success, .returned = at(2)},
                     {.token = 2, .told = Told::success, .returned = at(9)}};
    const Figures figures = count({client}, left, {at(1), at(3)});
    EXPECT_EQ(figures.without_service, std::chrono::seconds{1 + 6});
    EXPECT_EQ(figures.longest_gap, std::chrono::seconds{6});
}

}  // namespace
}  // namespace dqlite::test
