// What tests of the coroutine interface share: a coroutine run to its end on this thread.
#pragma once

#include <exception>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>

#include "client/async_session.h"
#include "tests/client/session_fixture.h"

namespace dqlite::client {

/// Runs a coroutine in the context to its end; what it throws is thrown.
inline void run_all(asio::io_context& io, asio::awaitable<void> work) {
    std::exception_ptr thrown;
    asio::co_spawn(io, std::move(work), [&](std::exception_ptr error) { thrown = error; });
    io.restart();
    io.run();
    if (thrown) std::rethrow_exception(thrown);
}

inline asio::awaitable<void> sleep_for(milliseconds duration) {
    asio::steady_timer timer{co_await asio::this_coro::executor, duration};
    co_await timer.async_wait(asio::use_awaitable);
}

template <typename T>
[[nodiscard]] T expect(Result<T> result) {
    if (!result) throw std::runtime_error{result.error().message};
    if constexpr (!std::is_void_v<T>) return std::move(*result);
}

inline asio::awaitable<std::unique_ptr<AsyncSession>> open_async(Options options) {
    auto connecting = AsyncSession::connect(std::move(options));
    auto session = co_await std::move(connecting);
    co_return expect(std::move(session));
}

inline asio::awaitable<std::unique_ptr<AsyncSession>> open_async(const std::string& server) {
    return open_async(quick_options({server}));
}

inline asio::awaitable<Execution> run(AsyncSession& session, std::string text,
                                      wire::Parameters parameters = {}, Call call = {}) {
    const Statement statement = sql(text);
    auto executing = session.execute(statement, parameters, call);
    auto executed = co_await std::move(executing);
    EXPECT_TRUE(executed) << text << ": " << executed.error().message;
    co_return executed.value_or(Execution{});
}

inline asio::awaitable<std::int64_t> number(AsyncSession& session, std::string text) {
    const Statement statement = sql(text);
    auto querying = session.query(statement);
    auto rows = co_await std::move(querying);
    EXPECT_TRUE(rows) << text << ": " << rows.error().message;
    if (!rows) co_return -1;
    auto stepping = (*rows)->next();
    if (co_await std::move(stepping) != RowStream::Step::row) co_return -1;
    co_return (*rows)->row()[0].as_integer();
}

}  // namespace dqlite::client
