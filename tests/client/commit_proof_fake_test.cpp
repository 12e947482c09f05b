// Proof of commit against scripted servers: what is sent, in which order, and what is made of every
// answer to a doubt.
#include <functional>
#include <mutex>

#include <fmt/format.h>

#include "client/commit_proof.h"
#include "tests/client/session_fixture.h"
#include "tests/support/fake_server.h"
#include "wire/rows.h"

namespace dqlite::client {
namespace {

using namespace std::chrono_literals;
using test::FakePeer;
using test::FakeRequest;
using test::FakeServer;

void send_integers(FakePeer& peer, const std::vector<std::int64_t>& values) {
    const std::vector<std::string_view> names(values.size(), "n");
    wire::RowsWriter writer{names};
    std::vector<wire::Value> row;
    for (const std::int64_t value : values) row.push_back(wire::Value::integer(value));
    if (!row.empty()) writer.row(row);
    peer.send(writer.finish());
}

/// What a server does with the session's row, and where it breaks off.
class ProofServer {
  public:
    std::string cut_at{};                ///< ends the connection there, once, unanswered
    std::function<void()> before_cut{};  ///< happens while that request is unanswered
    std::string refuse{};                ///< fails there
    std::uint64_t code = 10;             ///< … with this code,
    int times = 1;                       ///< so many times
    std::uint64_t token_rows = 1;        ///< that the token changes
    std::uint64_t voided_rows = 0;       ///< that voiding changes
    std::vector<std::int64_t> found{1};  ///< seq as it is read; empty: no row

    bool operator()(FakePeer& peer, const FakeRequest& request) {
        const std::string text = request.sql();
        const std::lock_guard lock{mutex_};
        const std::string kind = kind_of(text);
        log_ += kind + "; ";
        if (kind == cut_at) {
            cut_at.clear();
            if (before_cut) before_cut();
            return false;
        }
        if (kind == refuse && times-- > 0) {
            peer.send_failure(code, "refused");
        } else if (kind == "counters") {
            send_integers(peer, {0, 0});
        } else if (kind == "find") {
            send_integers(peer, found);
        } else {
            peer.send_result(1, kind == "token" ? token_rows : kind == "void" ? voided_rows : 1);
        }
        return true;
    }
    /// What came since it was asked last, without the counters.
    [[nodiscard]] std::string log() {
        const std::lock_guard lock{mutex_};
        for (std::size_t at = 0; (at = log_.find("counters; ")) != std::string::npos;) {
            log_.erase(at, std::string_view{"counters; "}.size());
        }
        return std::exchange(log_, {});
    }

  private:
    [[nodiscard]] static std::string kind_of(const std::string& text) {
        const auto has = [&text](std::string_view part) {
            return text.find(part) != std::string::npos;
        };
        if (has("total_changes")) return "counters";
        if (!has(proof_table)) return text;
        if (has("CREATE TABLE")) return "table";
        if (has("INSERT")) return "row";
        if (has("DELETE")) return "sweep";
        if (has("SELECT")) return "find";
        return has("AND seq = 0") && has("SET seq = 2") ? "void" : "token";
    }

    std::mutex mutex_;
    std::string log_;
};

class FakeProof : public testing::Test {
  protected:
    void SetUp() override {
        options_ = quick_options({server_.address()});
        options_.commit_proof = true;
        options_.failover_timeout = 1'500ms;
        options_.busy_timeout = 200ms;
    }
    void open() { session_ = open_session(options_); }
    /// COMMIT of an open transaction that has written, its connection lost.
    Result<void> lose_commit(const Cancellable* watched = nullptr) {
        open();
        session_->watch(watched);
        EXPECT_TRUE(session_->begin(BeginMode::immediate));
        run(*session_, "W");
        proof_.cut_at = "COMMIT";
        (void)proof_.log();
        return session_->commit();
    }
    /// The same, cancelled before it is lost.
    Result<void> cancel_commit() {
        Cancellable call;
        const Cancellable::Running running{call};
        proof_.before_cut = [&] {
            EXPECT_TRUE(call.cancel());
            session_->wake();
        };
        auto committed = lose_commit(&call);
        session_->watch(nullptr);
        return committed;
    }

    ProofServer proof_;
    FakeServer server_{FakeServer::node(
        [this](FakePeer& peer, const FakeRequest& request) { return proof_(peer, request); })};
    Options options_;
    std::unique_ptr<Session> session_;
};

TEST_F(FakeProof, MakesItsRowBeforeTheFirstTransaction) {
    open();
    EXPECT_EQ(proof_.log(), "") << "not for connecting";
    run(*session_, "W");
    EXPECT_EQ(proof_.log(), "table; row; sweep; BEGIN IMMEDIATE; token; W; COMMIT; ");
    run(*session_, "W");
    EXPECT_EQ(proof_.log(), "BEGIN IMMEDIATE; token; W; COMMIT; ");
}

TEST_F(FakeProof, MakesItsRowBeforeATransactionThatOnlyReadsAtFirst) {
    open();
    ASSERT_TRUE(session_->begin(BeginMode::deferred));
    EXPECT_EQ(proof_.log(), "table; row; sweep; BEGIN; ");
    run(*session_, "SAVEPOINT a");
    EXPECT_EQ(proof_.log(), "token; SAVEPOINT a; ");
    run(*session_, "W");
    EXPECT_EQ(proof_.log(), "W; ") << "one token a transaction";
    ASSERT_TRUE(session_->commit());
    ASSERT_TRUE(session_->begin(BeginMode::deferred));
    ASSERT_TRUE(session_->commit());
    EXPECT_EQ(proof_.log(), "COMMIT; BEGIN; COMMIT; ") << "nothing is written: no token";
}

TEST_F(FakeProof, FindsACommit) {
    const auto committed = lose_commit();
    EXPECT_TRUE(committed) << committed.error().message;
    EXPECT_EQ(proof_.log(), "COMMIT; void; find; ");
    EXPECT_EQ(session_->statistics().proved_committed, 1U);
}

TEST_F(FakeProof, VoidsACommit) {
    proof_.voided_rows = 1;
    const auto committed = lose_commit();
    ASSERT_FALSE(committed);
    EXPECT_EQ(committed.error().outcome, Outcome::rolled_back);
    EXPECT_EQ(proof_.log(), "COMMIT; void; ");
    EXPECT_EQ(session_->statistics().proved_not_committed, 1U);
}

// The answer to the first attempt to void it was lost: the second finds it voided.
TEST_F(FakeProof, KnowsItsOwnVoidAgain) {
    proof_.found = {2};
    proof_.refuse = "void";
    proof_.code = 10506;
    const auto committed = lose_commit();
    ASSERT_FALSE(committed);
    EXPECT_EQ(committed.error().outcome, Outcome::rolled_back);
    EXPECT_EQ(proof_.log(), "COMMIT; void; void; find; ");
}

TEST_F(FakeProof, LeavesUnknownWhatHasNoRow) {
    proof_.found = {};
    const auto committed = lose_commit();
    ASSERT_FALSE(committed);
    EXPECT_EQ(committed.error().outcome, Outcome::unknown);
    EXPECT_EQ(session_->statistics().left_unknown, 1U);
    (void)proof_.log();
    run(*session_, "W");
    EXPECT_EQ(proof_.log(), "table; row; sweep; BEGIN IMMEDIATE; token; W; COMMIT; ")
        << "a new row, as nobody knows the old one";
}

TEST_F(FakeProof, LeavesUnknownWhatNoLeaderAnswersInTime) {
    proof_.refuse = "void";
    proof_.code = 10250;
    proof_.times = 1'000'000;
    const auto committed = lose_commit();
    ASSERT_FALSE(committed);
    EXPECT_EQ(committed.error().outcome, Outcome::unknown);
    EXPECT_EQ(committed.error().kind, ErrorKind::lost) << "of the COMMIT, not of what came after";
}

TEST_F(FakeProof, WaitsForWhoeverIsWriting) {
    proof_.refuse = "void";
    proof_.code = 5;
    proof_.times = 3;
    EXPECT_TRUE(lose_commit());
    EXPECT_EQ(proof_.log(), "COMMIT; void; void; void; void; find; ");
}

TEST_F(FakeProof, FindsACommitThatWasCancelled) {
    const auto committed = cancel_commit();
    EXPECT_TRUE(committed) << committed.error().message;
    EXPECT_EQ(proof_.log(), "COMMIT; void; find; ");
}

TEST_F(FakeProof, ProvesACancelledCommitToBeRolledBack) {
    proof_.voided_rows = 1;
    const auto committed = cancel_commit();
    ASSERT_FALSE(committed);
    EXPECT_EQ(committed.error().kind, ErrorKind::cancelled);
    EXPECT_EQ(committed.error().outcome, Outcome::rolled_back);
}

// The call's own time is over when the doubt begins.
TEST_F(FakeProof, HasATimeOfItsOwn) {
    FakeServer silent{[this](FakePeer& peer) {
        FakeRequest request;
        bool mute = false;
        if (!peer.read_handshake()) return;
        while (!mute && peer.read_request(request)) {
            if (peer.answer_opening(request)) continue;
            mute = request.sql() == "COMMIT";
            if (!mute && !proof_(peer, request)) return;
        }
        if (mute) peer.stay_silent();
    }};
    options_.servers = {silent.address()};
    options_.timeout = 300ms;
    open();
    ASSERT_TRUE(session_->begin(BeginMode::immediate));
    run(*session_, "W");
    EXPECT_TRUE(session_->commit());
    EXPECT_EQ(session_->statistics().proved_committed, 1U);
}

TEST_F(FakeProof, GivesTheCountOfAWriteThatCommitted) {
    open();
    proof_.cut_at = "COMMIT";
    EXPECT_EQ(run(*session_, "W").rows_affected, 1U);
    EXPECT_EQ(proof_.log(), "table; row; sweep; BEGIN IMMEDIATE; token; W; COMMIT; void; find; ");
}

TEST_F(FakeProof, RepeatsAWriteItHasVoided) {
    open();
    proof_.cut_at = "COMMIT";
    proof_.voided_rows = 1;
    run(*session_, "W");
    EXPECT_EQ(proof_.log(),
              "table; row; sweep; BEGIN IMMEDIATE; token; W; COMMIT; void; "
              "BEGIN IMMEDIATE; token; W; COMMIT; ");
}

// Neither a statement that keeps killing servers nor one that is refused runs again and again.
TEST_F(FakeProof, RepeatsOnlyWhatMaySucceed) {
    open();
    proof_.refuse = "W";
    proof_.code = 1811;
    EXPECT_EQ(run_error(*session_, "W").code, 1811U);
    EXPECT_EQ(proof_.log(), "table; row; sweep; BEGIN IMMEDIATE; token; W; ROLLBACK; ");
    proof_.code = 10506;
    proof_.times = 1'000'000;
    EXPECT_EQ(run_error(*session_, "W").outcome, Outcome::not_applied);
    EXPECT_EQ(proof_.log(),
              "BEGIN IMMEDIATE; token; W; BEGIN IMMEDIATE; token; W; "
              "BEGIN IMMEDIATE; token; W; ");
}

// A token that was not written would prove nothing: the transaction goes no further.
TEST_F(FakeProof, SendsNothingBehindATokenThatFailed) {
    open();
    proof_.token_rows = 0;
    EXPECT_EQ(run_error(*session_, "W").outcome, Outcome::not_applied);
    EXPECT_EQ(proof_.log().find("W;"), std::string::npos);
    ASSERT_TRUE(session_->begin(BeginMode::immediate));
    EXPECT_EQ(run_error(*session_, "W").outcome, Outcome::rolled_back);
    EXPECT_EQ(session_->transaction(), TransactionState::none);
    EXPECT_EQ(proof_.log(), "table; row; sweep; BEGIN IMMEDIATE; token; ROLLBACK; ");
    proof_.token_rows = 1;
    proof_.refuse = "token";
    ASSERT_TRUE(session_->begin(BeginMode::immediate));
    EXPECT_EQ(run_error(*session_, "W").outcome, Outcome::rolled_back);
    EXPECT_EQ(proof_.log().find("W;"), std::string::npos);
}

TEST_F(FakeProof, GoesAroundATransactionThatBeginsWithASavepoint) {
    open();
    run(*session_, "SAVEPOINT a");
    EXPECT_EQ(proof_.log(), "table; row; sweep; BEGIN IMMEDIATE; token; SAVEPOINT a; ");
    for (const std::string_view text :
         {"SAVEPOINT \"b\"", "W", "ROLLBACK TO B", "RELEASE SAVEPOINT b", "ROLLBACK TO a"}) {
        run(*session_, text);
        EXPECT_EQ(proof_.log(), fmt::format("{}; ", text));
        EXPECT_EQ(session_->transaction(), TransactionState::open);
    }
    proof_.cut_at = "COMMIT";
    run(*session_, "RELEASE A");
    EXPECT_EQ(proof_.log(), "RELEASE A; COMMIT; void; find; ");
    EXPECT_EQ(session_->transaction(), TransactionState::none);
    proof_.refuse = "SAVEPOINT a";
    proof_.code = 1;
    EXPECT_EQ(run_error(*session_, "SAVEPOINT a").code, 1U);
    EXPECT_EQ(session_->transaction(), TransactionState::none) << "nothing stays open around it";
}

// A batch is pipelined, but not behind a token without an answer.
TEST_F(FakeProof, SendsOneOfABatchAloneBehindTheToken) {
    open();
    ASSERT_TRUE(session_->begin(BeginMode::immediate));
    proof_.token_rows = 0;
    (void)proof_.log();
    const std::vector<std::vector<wire::Value>> sets(3);
    for (const auto& result : session_->execute_each(sql("W"), sets)) EXPECT_FALSE(result);
    EXPECT_EQ(proof_.log(), "token; ROLLBACK; ");
}

TEST_F(FakeProof, TellsWhyItCannotBeKept) {
    open();
    proof_.refuse = "table";
    proof_.code = 1;
    const Error error = run_error(*session_, "W");
    EXPECT_EQ(error.outcome, Outcome::not_applied);
    EXPECT_NE(error.message.find("proof of commit"), std::string::npos);
    EXPECT_EQ(proof_.log(), "table; ");
    run(*session_, "W");
}

}  // namespace
}  // namespace dqlite::client
