// Session: commits that are proved. The doubt is settled in a time of its own, FailoverTimeout: the
// call it belongs to may have ended by its deadline.
#include <fmt/format.h>

#include "client/log.h"
#include "client/session_impl.h"

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

Result<void> Session::Impl::settle_commit(Error error) {
    if (error.outcome != Outcome::unknown || !core_.commit_in_doubt()) {
        return fail(std::move(error));
    }
    // A call cancelled while its COMMIT ran is in doubt like any other.
    const Regardless regardless{*this};
    const Running running{*this};
    const auto until = Clock::now() + core_.options().failover_timeout;
    const auto verdict = drive(core_.prove_commit(until), until);
    if (verdict == CommitProof::Verdict::committed) return {};
    if (verdict == CommitProof::Verdict::not_committed) {
        const bool ended_by_caller =
            error.kind == ErrorKind::timeout || error.kind == ErrorKind::cancelled;
        if (!ended_by_caller) error.kind = ErrorKind::transaction_lost;
        error.outcome = Outcome::rolled_back;
        error.message = "proved not to be committed: " + error.message;
    }
    return fail(std::move(error));
}

Result<void> Session::Impl::write_alone(const Statement& statement, std::size_t parameters,
                                        milliseconds timeout, const Run& run) {
    if (auto refused = check_process(); !refused) return refused;
    const auto deadline = deadline_after(timeout);
    for (int repeats = 0;; ++repeats) {
        Result<void> done;
        {
            const Running running{*this};
            if (auto released = release_rows(); !released) return released;
            auto admitted = drive(core_.admit_alone(statement, parameters), deadline);
            if (!admitted) return admitted;
            done = attempt_alone(deadline, run);
        }
        if (!done) done = settle_commit(std::move(done.error()));
        if (done) return done;
        const bool again =
            lost_its_transaction(done.error()) && repeats < most_repeats && Clock::now() < deadline;
        if (!again) return fail(of_autocommit(std::move(done.error())));
        log().debug("nothing is applied, trying again: {}", done.error().message);
        core_.count_retry();
    }
}

Result<void> Session::Impl::attempt_alone(Clock::time_point deadline, const Run& run) {
    if (auto begun = drive(core_.begin_alone(), deadline); !begun) return begun;
    auto ran = run(deadline);
    if (ran) return drive(core_.commit(), deadline);
    if (auto undone = drive(core_.rollback(), deadline); !undone) return undone;
    return ran;
}

}  // namespace dqlite::client
