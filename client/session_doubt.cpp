// SessionHost: commits that are proved. The doubt is settled in a time of its own, FailoverTimeout:
// the call it belongs to may have ended by its deadline.
#include <fmt/format.h>

#include "client/log.h"
#include "client/session_host.h"

namespace dqlite::client {
namespace {

// A write that ends its connection again and again may be what kills the nodes.
constexpr int most_repeats = 2;

bool lost_its_transaction(const Error& error) {
    return error.outcome == Outcome::rolled_back && error.kind == ErrorKind::transaction_lost;
}

/// The application began no transaction: what happened to the one around its statement is that the
/// statement is not applied.
Error of_autocommit(Error error) {
    if (error.outcome != Outcome::rolled_back) return error;
    error.outcome = Outcome::not_applied;
    if (error.kind == ErrorKind::transaction_lost) error.kind = ErrorKind::lost;
    return error;
}

}  // namespace

Task<Result<void>> SessionHost::settle_commit(Error error) {
    if (error.outcome != Outcome::unknown || !core_.commit_in_doubt()) {
        co_return fail(std::move(error));
    }
    // A call cancelled while its COMMIT ran is in doubt like any other.
    const Regardless regardless{*this};
    const auto until = Clock::now() + core_.options().failover_timeout;
    scope_.renew(until);
    auto proving = core_.prove_commit(until);
    const auto verdict = co_await proving;
    if (verdict == CommitProof::Verdict::committed) co_return Result<void>{};
    if (verdict == CommitProof::Verdict::not_committed) {
        const bool ended_by_caller =
            error.kind == ErrorKind::timeout || error.kind == ErrorKind::cancelled;
        if (!ended_by_caller) error.kind = ErrorKind::transaction_lost;
        error.outcome = Outcome::rolled_back;
        error.message = "proved not to be committed: " + error.message;
    }
    co_return fail(std::move(error));
}

Task<Result<void>> SessionHost::write_alone(const Statement& statement, std::size_t parameters,
                                            Clock::time_point deadline, const Run& run) {
    for (int repeats = 0;; ++repeats) {
        auto admitting = core_.admit_alone(statement, parameters);
        if (auto admitted = co_await admitting; !admitted) co_return admitted;
        auto attempting = attempt_alone(run);
        auto done = co_await attempting;
        if (!done) {
            auto settling = settle_commit(std::move(done.error()));
            done = co_await settling;
        }
        if (done) co_return done;
        const bool again =
            lost_its_transaction(done.error()) && repeats < most_repeats && Clock::now() < deadline;
        if (!again) co_return fail(of_autocommit(std::move(done.error())));
        log().debug("nothing is applied, trying again: {}", done.error().message);
        core_.count_retry();
        scope_.renew(deadline);
    }
}

Task<Result<void>> SessionHost::attempt_alone(const Run& run) {
    auto beginning = core_.begin_alone();
    if (auto begun = co_await beginning; !begun) co_return begun;
    auto running = run();
    auto ran = co_await running;
    if (ran) {
        auto committing = core_.commit();
        co_return co_await committing;
    }
    // A statement that failed by its deadline has closed the connection: there is nothing to undo.
    auto undoing = core_.rollback();
    if (auto undone = co_await undoing; !undone) co_return undone;
    co_return ran;
}

}  // namespace dqlite::client
