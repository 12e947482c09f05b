// A transaction around what a callable does: committed when it succeeds, rolled back when it gives
// an error or throws.
//
//     auto moved = transaction(session, [](Session& s) -> Result<void> { … });
//
// async_transaction.h has the same for coroutines.
#pragma once

#include <functional>
#include <utility>

#include "client/session.h"

namespace dqlite::client {

struct TransactionOptions {
    /// A transaction that reads and then writes is best immediate: deferred, it may lose.
    BeginMode begin = BeginMode::immediate;
    /// How often the callable may run: again only where nothing of the last run is applied, because
    /// another writer was in the way or the leader changed.
    int attempts = 1;
};

namespace detail {

[[nodiscard]] inline bool may_repeat(const Error& error) noexcept {
    const bool in_the_way =
        error.kind == ErrorKind::busy || error.kind == ErrorKind::transaction_lost;
    return in_the_way && error.outcome != Outcome::unknown;
}

/// The callable succeeded, and its transaction is not there to be committed.
[[nodiscard]] inline Error ended_within() {
    return {.kind = ErrorKind::transaction_lost,
            .message =
                "the transaction had ended before it was to be committed: a statement ended "
                "it, or failed and that was overlooked",
            .outcome = Outcome::unknown};
}

}  // namespace detail

/// `work` takes the session and returns a Result, which is the transaction's where the commit
/// succeeds. It must not end the transaction itself.
template <typename Work>
[[nodiscard]] std::invoke_result_t<Work&, Session&> transaction(
    Session& session, Work work, const TransactionOptions& options = {}) {
    for (int attempt = 1;; ++attempt) {
        if (auto begun = session.begin(options.begin); !begun)
            return fail(std::move(begun.error()));
        auto result = [&] {
            try {
                return std::invoke(work, session);
            } catch (...) {
                // It has done its work even where it fails: the connection is closed.
                (void)session.rollback();
                throw;
            }
        }();
        Result<void> ended;
        if (!result) {
            ended = fail(result.error());
            (void)session.rollback();
        } else if (session.transaction() != TransactionState::open) {
            ended = fail(detail::ended_within());
        } else {
            ended = session.commit();
        }
        if (ended) return result;
        if (attempt >= options.attempts || !detail::may_repeat(ended.error())) {
            return fail(std::move(ended.error()));
        }
    }
}

}  // namespace dqlite::client
