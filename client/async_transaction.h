// transaction.h for coroutines: the callable gives an awaitable of its result.
//
//     auto moved = co_await transaction(
//         session, [](AsyncSession& s) -> asio::awaitable<Result<void>> { … });
#pragma once

#include <exception>
#include <functional>
#include <optional>
#include <utility>

#include <asio/awaitable.hpp>
#include <asio/this_coro.hpp>

#include "client/async_session.h"
#include "client/transaction.h"

namespace dqlite::client {

/// As that of transaction.h. A cancellation ends the callable; what it has done is rolled back.
template <typename Work>
[[nodiscard]] std::invoke_result_t<Work&, AsyncSession&> transaction(
    AsyncSession& session, Work work, TransactionOptions options = {}) {
    using R = typename std::invoke_result_t<Work&, AsyncSession&>::value_type;
    const bool throws = co_await asio::this_coro::throw_if_cancelled();
    for (int attempt = 1;; ++attempt) {
        auto beginning = session.begin(options.begin);
        if (auto begun = co_await std::move(beginning); !begun) {
            co_return fail(std::move(begun.error()));
        }
        std::optional<R> result;
        std::exception_ptr thrown;
        try {
            auto working = std::invoke(work, session);
            result = co_await std::move(working);
        } catch (...) {
            thrown = std::current_exception();
        }
        // What ends the transaction is awaited though the coroutine may be cancelled.
        co_await asio::this_coro::throw_if_cancelled(false);
        Result<void> ended;
        if (thrown || !*result) {
            if (!thrown) ended = fail(result->error());
            auto rolling_back = session.rollback();
            (void)co_await std::move(rolling_back);
        } else if (session.transaction() != TransactionState::open) {
            ended = fail(detail::ended_within());
        } else {
            auto committing = session.commit();
            ended = co_await std::move(committing);
        }
        co_await asio::this_coro::throw_if_cancelled(throws);
        if (thrown) std::rethrow_exception(thrown);
        if (ended) co_return std::move(*result);
        if (attempt >= options.attempts || !detail::may_repeat(ended.error())) {
            co_return fail(std::move(ended.error()));
        }
    }
}

}  // namespace dqlite::client
