// SessionCore: beginning and ending transactions, and making sure of them after a failure.
#include "client/session_core.h"
#include "client/wait.h"

namespace dqlite::client {
namespace {

bool is_loss(const Error& error) {
    return error.kind != ErrorKind::server;
}

}  // namespace

Task<Result<wire::Result>> SessionCore::command(std::string_view sql) {
    const wire::ExecSql request{database_, sql, {}};
    if (auto queued = connection_->queue(request); !queued) co_return fail(queued.error());
    connection_->expect_small_answers(false);
    auto flushing = connection_->flush();
    if (auto flushed = co_await flushing; !flushed) co_return fail(std::move(flushed.error()));
    auto answering = connection_->answer<wire::Result>();
    co_return co_await answering;
}

Task<Result<void>> SessionCore::begin(BeginMode mode) {
    Statement statement;
    statement.sql = mode == BeginMode::immediate ? "BEGIN IMMEDIATE" : "BEGIN";
    statement.verb = Verb::begin;
    statement.effect = TransactionEffect::begins;
    if (transaction_ == TransactionState::open) {
        co_return fail({.kind = ErrorKind::invalid, .message = "a transaction is open already"});
    }
    const Call call;  // named: the task only refers to it
    auto executing = execute(statement, {}, call);
    if (auto begun = co_await executing; !begun) co_return fail(std::move(begun.error()));
    co_return Result<void>{};
}

Task<Result<void>> SessionCore::commit() {
    auto ending = end_transaction("COMMIT", true);
    co_return co_await ending;
}

Task<Result<void>> SessionCore::rollback() {
    auto ending = end_transaction("ROLLBACK", false);
    co_return co_await ending;
}

Task<Result<void>> SessionCore::end_transaction(std::string_view sql, bool commit) {
    if (auto notice = take_lost_notice(); !notice && commit) co_return notice;
    if (transaction_ == TransactionState::none) co_return Result<void>{};
    if (connection_->stale()) {
        // Nothing was sent: the server has rolled back what was open.
        drop_connection();
        if (!commit) co_return Result<void>{};
        co_return fail({.kind = ErrorKind::transaction_lost,
                        .message = "the connection was lost inside a transaction",
                        .address = leader_address_,
                        .outcome = Outcome::rolled_back});
    }
    Backoff backoff = busy_backoff();
    const auto busy_until = Clock::now() + options_.busy_timeout;
    bool retried = false;
    while (true) {
        auto ending = command(sql);
        auto ended = co_await ending;
        if (ended) {
            transaction_ = TransactionState::none;
            if (commit) {
                wrote_ = true;
                proof_.committed();
            }
            co_return Result<void>{};
        }
        Error error = std::move(ended.error());
        const Place place = commit ? Place::commit : Place::rollback;
        const bool busy = !is_loss(error) &&
                          judge_failure(place, error.code, error.message).remedy == Remedy::wait;
        const auto pause_for = backoff.next();
        if (!busy || scope_.reason() || Clock::now() + pause_for >= busy_until) {
            auto failing = failed_end(std::move(error), commit, retried);
            auto failed = co_await failing;
            if (!failed && failed.error().outcome == Outcome::unknown) proof_.doubt();
            co_return failed;
        }
        retried = true;
        ++statistics_.retries;
        Pause pause{executor_};
        auto pausing = pause.wait(scope_, pause_for);
        (void)co_await pausing;
    }
}

// The end that failed leaves no transaction behind: it is rolled back for sure, or its outcome is
// called unknown. A ROLLBACK has done its work once the connection is closed.
Task<Result<void>> SessionCore::failed_end(Error error, bool commit, bool retried) {
    const bool sure_of_transaction = transaction_ == TransactionState::open;
    if (is_loss(error)) {
        const Place place = commit ? Place::commit : Place::rollback;
        Settled settled = settle_loss(place, std::move(error));
        if (!commit) co_return Result<void>{};
        co_return fail(std::move(settled.error));
    }
    if (says_no_transaction(error.code, error.message)) {
        transaction_ = TransactionState::none;
        if (!commit || (!sure_of_transaction && !retried)) co_return Result<void>{};
        // An earlier attempt that was answered "busy" may have gone through after all.
        error.kind = retried ? ErrorKind::server : ErrorKind::transaction_lost;
        error.outcome = retried ? Outcome::unknown : Outcome::rolled_back;
        co_return fail(std::move(error));
    }
    if (!commit) {
        drop_connection();
        co_return Result<void>{};
    }
    const Verdict verdict = judge_failure(Place::commit, error.code, error.message);
    error.kind = verdict.kind;
    error.outcome = verdict.outcome;
    const bool refused = verdict.remedy == Remedy::wait || verdict.outcome == Outcome::rolled_back;
    if (refused && verdict.remedy != Remedy::reconnect) {
        auto confirming = confirm_rollback();
        if (co_await confirming) error.outcome = Outcome::rolled_back;
        co_return fail(std::move(error));
    }
    drop_connection();
    co_return fail(std::move(error));
}

// True if there was a transaction and it is rolled back now. In any case none is left.
Task<bool> SessionCore::confirm_rollback() {
    auto rolling_back = command("ROLLBACK");
    auto done = co_await rolling_back;
    if (!done) {
        const bool none_left =
            !is_loss(done.error()) && says_no_transaction(done.error().code, done.error().message);
        if (!none_left) drop_connection();
    }
    transaction_ = TransactionState::none;
    co_return done.has_value();
}

// BEGIN inside a transaction is refused, and tells by it that there is one.
Task<SessionCore::Verified> SessionCore::verify_transaction() {
    auto beginning = command("BEGIN");
    const auto begun = co_await beginning;
    if (begun) {
        auto rolling_back = confirm_rollback();
        (void)co_await rolling_back;
        co_return Verified::lost;
    }
    if (!is_loss(begun.error()) &&
        says_within_transaction(begun.error().code, begun.error().message)) {
        co_return Verified::open;
    }
    // A closed connection has no transaction: that too makes sure.
    drop_connection();
    co_return Verified::broken;
}

Task<Error> SessionCore::after_failure_in_transaction(Error error) {
    const bool sure_of_transaction = transaction_ == TransactionState::open;
    if (error.outcome == Outcome::rolled_back) {
        auto rolling_back = confirm_rollback();
        (void)co_await rolling_back;
        co_return error;
    }
    auto verifying = verify_transaction();
    const Verified verified = co_await verifying;
    if (verified == Verified::open) {
        error.outcome = Outcome::not_applied;
        co_return error;
    }
    transaction_ = TransactionState::none;
    if (sure_of_transaction || verified == Verified::broken) {
        error.kind = ErrorKind::transaction_lost;
        error.outcome = Outcome::rolled_back;
        error.message = "the transaction was lost: " + error.message;
    }
    co_return error;
}

}  // namespace dqlite::client
