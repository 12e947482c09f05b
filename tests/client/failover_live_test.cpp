// A session against a cluster whose leader changes or dies.
#include <thread>

#include "client/discovery.h"
#include "tests/client/session_fixture.h"
#include "tests/support/cluster.h"
#include "tests/support/each_generation.h"

namespace dqlite::client {
namespace {

using namespace std::chrono_literals;

class Failover : public test::OnEachGeneration {
  protected:
    [[nodiscard]] std::vector<std::string> seeds() {
        std::vector<std::string> all;
        for (std::size_t i = 0; i < cluster_.size(); ++i) {
            all.push_back(cluster_.node(i).address());
        }
        return all;
    }

    test::Cluster cluster_{generation(), 3, 10};
};
DQLITE_ON_EACH_GENERATION(Failover);

TEST_P(Failover, ConnectsThroughAFollower) {
    const std::string leader = cluster_.leader().address();
    const auto session = open_session(cluster_.follower().address());
    EXPECT_EQ(session->leader_address(), leader);
    run(*session, "CREATE TABLE t (a)");
}

TEST_P(Failover, FollowsOnlyListedRedirectsWhereAskedTo) {
    Options options = quick_options({cluster_.follower().address()});
    options.redirects = Redirects::listed;
    const auto refused = Session::connect(options);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::policy);
    options.servers = seeds();
    EXPECT_TRUE(Session::connect(options));
}

TEST_P(Failover, MovesToTheNewLeaderBetweenStatements) {
    // One seed: the other nodes are learnt from the leader.
    const auto session = open_session(cluster_.leader().address());
    run(*session, "CREATE TABLE t (a)");
    const auto insert = sql("INSERT INTO t VALUES (1)");
    EXPECT_TRUE(session->execute(insert, {}, {.prepared = true}));
    cluster_.kill_leader();
    std::this_thread::sleep_for(5ms);
    const auto again = session->execute(insert, {}, {.prepared = true});
    EXPECT_TRUE(again) << again.error().message;
    EXPECT_EQ(session->generation(), 1U);
    EXPECT_EQ(number(*session, "SELECT count(*) FROM t"), 2);
}

TEST_P(Failover, LosesAnOpenTransaction) {
    const auto session = open_session(quick_options(seeds()));
    run(*session, "CREATE TABLE t (a)");
    ASSERT_TRUE(session->begin(BeginMode::immediate));
    run(*session, "INSERT INTO t VALUES (1)");
    cluster_.kill_leader();
    const Error error = run_error(*session, "INSERT INTO t VALUES (2)");
    EXPECT_EQ(error.kind, ErrorKind::transaction_lost);
    EXPECT_EQ(error.outcome, Outcome::rolled_back);
    EXPECT_EQ(session->transaction(), TransactionState::none);
    EXPECT_EQ(number(*session, "SELECT count(*) FROM t"), 0);
}

TEST_P(Failover, CallsACommitInFlightUnknown) {
    const auto session = open_session(quick_options(seeds()));
    run(*session, "CREATE TABLE t (a)");
    ASSERT_TRUE(session->begin(BeginMode::immediate));
    run(*session, "INSERT INTO t VALUES (1)");
    test::Node& leader = cluster_.leader();
    leader.sigstop();
    std::thread killer{[&] {
        std::this_thread::sleep_for(100ms);
        leader.kill9();
    }};
    const auto committed = session->commit();
    killer.join();
    ASSERT_FALSE(committed);
    EXPECT_EQ(committed.error().outcome, Outcome::unknown);
    EXPECT_EQ(session->transaction(), TransactionState::none);
    EXPECT_LE(number(*session, "SELECT count(*) FROM t"), 1);
}

TEST_P(Failover, ReadsOnTheNewLeaderAfterALossInFlight) {
    const auto session = open_session(quick_options(seeds()));
    run(*session, "CREATE TABLE t (a)");
    test::Node& leader = cluster_.leader();
    leader.sigstop();
    std::this_thread::sleep_for(20ms);
    std::thread killer{[&] {
        std::this_thread::sleep_for(50ms);
        leader.kill9();
    }};
    EXPECT_EQ(number(*session, "SELECT count(*) FROM t"), 0);
    killer.join();
    EXPECT_EQ(session->generation(), 1U);
}

TEST_P(Failover, SaysOnceThatSessionStateIsGone) {
    const auto session = open_session(quick_options(seeds()));
    run(*session, "CREATE TABLE t (a)");
    run(*session, "CREATE TEMP TABLE own (a)");
    cluster_.kill_leader();
    std::this_thread::sleep_for(5ms);
    EXPECT_EQ(run_error(*session, "INSERT INTO t VALUES (1)").kind, ErrorKind::session_lost);
    run(*session, "INSERT INTO t VALUES (1)");
}

TEST_P(Failover, DoesNotAnswerForTheRowidOfALostConnection) {
    const auto session = open_session(quick_options(seeds()));
    run(*session, "CREATE TABLE t (a)");
    run(*session, "INSERT INTO t VALUES (1)");
    cluster_.kill_leader();
    std::this_thread::sleep_for(5ms);
    const auto rows = session->query(sql("SELECT last_insert_rowid()"));
    ASSERT_FALSE(rows);
    EXPECT_EQ(rows.error().kind, ErrorKind::session_lost);
    EXPECT_EQ(number(*session, "SELECT count(*) FROM t"), 1);
}

TEST_P(Failover, ReportsThatNobodyLeads) {
    const auto session = open_session(quick_options(seeds()));
    cluster_.kill_leader();
    cluster_.kill_leader();
    Options options = quick_options(seeds());
    options.login_timeout = 1500ms;
    const auto refused = Session::connect(options);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::no_leader) << refused.error().message;
}

}  // namespace
}  // namespace dqlite::client
