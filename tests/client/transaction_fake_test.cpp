// Transactions against scripted servers: what is known of one when something goes wrong.
#include <atomic>
#include <mutex>

#include "tests/client/session_fixture.h"
#include "tests/support/fake_server.h"

namespace dqlite::client {
namespace {

using namespace std::chrono_literals;
using test::FakePeer;
using test::FakeRequest;
using test::FakeServer;

/// Answers each SQL text as `failures` has it, once a line; all else succeeds.
struct Reply {
    std::string sql;
    std::uint64_t code;
    std::string text;
};

class Script {
  public:
    explicit Script(std::vector<Reply> replies) : replies_{std::move(replies)} {}

    bool operator()(FakePeer& peer, const FakeRequest& request) {
        const std::string text = request.sql();
        const std::lock_guard lock{mutex_};
        log_.push_back(text);
        if (next_ < replies_.size() && replies_[next_].sql == text) {
            const Reply& reply = replies_[next_++];
            if (reply.text == "cut") return false;
            peer.send_failure(reply.code, reply.text);
        } else {
            peer.send_result(1, 1);
        }
        return true;
    }
    /// While the server still runs, it may be adding to it.
    [[nodiscard]] std::vector<std::string> log() const {
        const std::lock_guard lock{mutex_};
        return log_;
    }

  private:
    mutable std::mutex mutex_;
    std::vector<Reply> replies_;
    std::size_t next_ = 0;
    std::vector<std::string> log_;
};

class FakeTransaction : public testing::Test {
  protected:
    void play(std::vector<Reply> replies) {
        // The server of the last play reads its script in a thread of its own.
        session_.reset();
        server_.reset();
        script_ = std::make_unique<Script>(std::move(replies));
        server_ = std::make_unique<FakeServer>(
            FakeServer::node([this](FakePeer& peer, const FakeRequest& request) {
                return (*script_)(peer, request);
            }));
        session_ = open_session(server_->address());
        session_->set_busy_timeout(100ms);
    }
    Result<void> begin() { return session_->begin(BeginMode::immediate); }

    std::unique_ptr<Script> script_;
    std::unique_ptr<FakeServer> server_;
    std::unique_ptr<Session> session_;
};

constexpr auto within = "cannot start a transaction within a transaction";
constexpr auto none_active = "cannot commit - no transaction is active";

TEST_F(FakeTransaction, EndsWithoutSendingWhereNoneIsOpen) {
    play({});
    EXPECT_TRUE(session_->commit());
    EXPECT_TRUE(session_->rollback());
    EXPECT_TRUE(script_->log().empty());
}

TEST_F(FakeTransaction, StaysOpenWhereAStatementFails) {
    play({{"INSERT INTO t VALUES (1)", 2067, "UNIQUE"}, {"BEGIN", 1, within}});
    ASSERT_TRUE(begin());
    const Error error = run_error(*session_, "INSERT INTO t VALUES (1)");
    EXPECT_EQ(error.kind, ErrorKind::server);
    EXPECT_EQ(error.outcome, Outcome::not_applied);
    EXPECT_EQ(session_->transaction(), TransactionState::open);
    const std::vector<std::string> expected{"BEGIN IMMEDIATE", "INSERT INTO t VALUES (1)", "BEGIN"};
    EXPECT_EQ(script_->log(), expected);
}

TEST_F(FakeTransaction, IsLostWhereBeginSucceedsAfterAFailure) {
    play({{"INSERT INTO t VALUES (1)", 1811, "raised"}});
    ASSERT_TRUE(begin());
    const Error error = run_error(*session_, "INSERT INTO t VALUES (1)");
    EXPECT_EQ(error.kind, ErrorKind::transaction_lost);
    EXPECT_EQ(error.code, 1811U);
    EXPECT_EQ(error.outcome, Outcome::rolled_back);
    EXPECT_NE(error.message.find("raised"), std::string::npos);
    EXPECT_EQ(session_->transaction(), TransactionState::none);
    EXPECT_EQ(script_->log().back(), "ROLLBACK");
}

TEST_F(FakeTransaction, IsRolledBackAtAnOutdatedSnapshot) {
    play({{"INSERT INTO t VALUES (1)", 517, "database is locked"}});
    ASSERT_TRUE(begin());
    const Error error = run_error(*session_, "INSERT INTO t VALUES (1)");
    EXPECT_EQ(error.kind, ErrorKind::busy);
    EXPECT_EQ(error.code, 517U);
    EXPECT_EQ(error.outcome, Outcome::rolled_back);
    EXPECT_EQ(session_->transaction(), TransactionState::none);
    EXPECT_EQ(script_->log().back(), "ROLLBACK");
}

TEST_F(FakeTransaction, IsLostWithItsConnection) {
    play({{"INSERT INTO t VALUES (1)", 0, "cut"}});
    ASSERT_TRUE(begin());
    const Error error = run_error(*session_, "INSERT INTO t VALUES (1)");
    EXPECT_EQ(error.kind, ErrorKind::transaction_lost);
    EXPECT_EQ(error.outcome, Outcome::rolled_back);
    EXPECT_EQ(session_->transaction(), TransactionState::none);
}

TEST_F(FakeTransaction, IsLostByCommitWithoutTransaction) {
    play({{"COMMIT", 1, none_active}});
    ASSERT_TRUE(begin());
    const auto committed = session_->commit();
    ASSERT_FALSE(committed);
    EXPECT_EQ(committed.error().kind, ErrorKind::transaction_lost);
    EXPECT_EQ(committed.error().outcome, Outcome::rolled_back);
    EXPECT_EQ(session_->transaction(), TransactionState::none);
}

TEST_F(FakeTransaction, IsUnknownWhereCommitLosesItsConnection) {
    play({{"COMMIT", 0, "cut"}});
    ASSERT_TRUE(begin());
    const auto committed = session_->commit();
    ASSERT_FALSE(committed);
    EXPECT_EQ(committed.error().kind, ErrorKind::lost);
    EXPECT_EQ(committed.error().outcome, Outcome::unknown);
}

TEST_F(FakeTransaction, IsUnknownWhereCommitLosesTheLeadership) {
    play({{"COMMIT", 10506, "leadership lost"}});
    ASSERT_TRUE(begin());
    const auto committed = session_->commit();
    ASSERT_FALSE(committed);
    EXPECT_EQ(committed.error().code, 10506U);
    EXPECT_EQ(committed.error().outcome, Outcome::unknown);
    EXPECT_EQ(session_->transaction(), TransactionState::none);
}

TEST_F(FakeTransaction, CommitsAgainWhileACheckpointRuns) {
    play({{"COMMIT", 5, "checkpoint in progress"}, {"COMMIT", 5, "checkpoint in progress"}});
    ASSERT_TRUE(begin());
    EXPECT_TRUE(session_->commit());
    EXPECT_EQ(session_->statistics().retries, 2U);
}

// The first COMMIT was said to have done nothing; the second finds nothing to commit.
TEST_F(FakeTransaction, IsUnknownWhereABusyCommitMayHaveGoneThrough) {
    play({{"COMMIT", 5, "checkpoint in progress"}, {"COMMIT", 1, none_active}});
    ASSERT_TRUE(begin());
    const auto committed = session_->commit();
    ASSERT_FALSE(committed);
    EXPECT_EQ(committed.error().outcome, Outcome::unknown);
}

TEST_F(FakeTransaction, IsRolledBackWhereADeferredConstraintFails) {
    play({{"COMMIT", 787, "FOREIGN KEY constraint failed"}});
    ASSERT_TRUE(begin());
    const auto committed = session_->commit();
    ASSERT_FALSE(committed);
    EXPECT_EQ(committed.error().code, 787U);
    EXPECT_EQ(committed.error().outcome, Outcome::rolled_back);
    EXPECT_EQ(session_->transaction(), TransactionState::none);
    EXPECT_EQ(script_->log().back(), "ROLLBACK");
}

TEST_F(FakeTransaction, RollsBackWhateverTheServerSays) {
    for (const Reply& reply : {Reply{"ROLLBACK", 1, "cannot rollback - no transaction is active"},
                               Reply{"ROLLBACK", 0, "cut"}, Reply{"ROLLBACK", 10250, "not leader"},
                               Reply{"ROLLBACK", 10, "disk I/O error"}}) {
        play({reply});
        ASSERT_TRUE(begin());
        EXPECT_TRUE(session_->rollback()) << reply.code;
        EXPECT_EQ(session_->transaction(), TransactionState::none);
    }
}

// BEGIN that fails must not let the write behind it run as its own transaction.
TEST_F(FakeTransaction, WritesNothingAheadOfAnUnansweredBegin) {
    play({{"BEGIN IMMEDIATE", 5, "database is locked"}});
    const Call call{.begin = BeginMode::automatic};
    run(*session_, "INSERT INTO t VALUES (1)", {}, call);
    const std::vector<std::string> expected{"BEGIN IMMEDIATE", "BEGIN IMMEDIATE",
                                            "INSERT INTO t VALUES (1)"};
    EXPECT_EQ(script_->log(), expected);
}

TEST_F(FakeTransaction, FollowsTheApplicationsOwnStatements) {
    play({});
    run(*session_, "BEGIN");
    EXPECT_EQ(session_->transaction(), TransactionState::open);
    run(*session_, "SAVEPOINT a");
    run(*session_, "RELEASE a");
    EXPECT_EQ(session_->transaction(), TransactionState::open);
    run(*session_, "END");
    EXPECT_EQ(session_->transaction(), TransactionState::none);
    run(*session_, "SAVEPOINT a");
    EXPECT_EQ(session_->transaction(), TransactionState::maybe_open);
    run(*session_, "ROLLBACK");
    EXPECT_EQ(session_->transaction(), TransactionState::none);
}

TEST_F(FakeTransaction, NeedsOneToRunABatch) {
    play({});
    const std::vector<std::vector<wire::Value>> sets(3);
    const auto results = session_->execute_each(sql("DELETE FROM t"), sets);
    ASSERT_EQ(results.size(), 3U);
    for (const auto& result : results) EXPECT_EQ(result.error().kind, ErrorKind::invalid);
    EXPECT_TRUE(script_->log().empty());
}

TEST_F(FakeTransaction, StopsABatchWhereTheTransactionIsLost) {
    play({{"DELETE FROM t", 0, "cut"}});
    ASSERT_TRUE(begin());
    const std::vector<std::vector<wire::Value>> sets(2000);
    const auto results = session_->execute_each(sql("DELETE FROM t"), sets);
    ASSERT_EQ(results.size(), 2000U);
    for (const auto& result : results) {
        ASSERT_FALSE(result);
        EXPECT_EQ(result.error().kind, ErrorKind::transaction_lost);
    }
    EXPECT_LE(script_->log().size(), 600U);
}

TEST_F(FakeTransaction, NeedsOneToRunSetsAsTheyAreMade) {
    play({});
    const auto next = [] { return std::optional{wire::Parameters{}}; };
    const auto all = session_->execute_all(sql("DELETE FROM t"), next);
    ASSERT_FALSE(all);
    EXPECT_EQ(all.error().kind, ErrorKind::invalid);
    EXPECT_TRUE(script_->log().empty());
}

TEST_F(FakeTransaction, MakesNoMoreSetsOnceTheTransactionIsLost) {
    play({{"DELETE FROM t", 0, "cut"}});
    ASSERT_TRUE(begin());
    std::size_t made = 0;
    const auto next = [&] {
        ++made;
        return std::optional{wire::Parameters{}};
    };
    const auto all = session_->execute_all(sql("DELETE FROM t"), next);
    ASSERT_FALSE(all);
    EXPECT_EQ(all.error().kind, ErrorKind::transaction_lost);
    EXPECT_EQ(session_->transaction(), TransactionState::none);
    EXPECT_LE(made, 2000U);
}

}  // namespace
}  // namespace dqlite::client
