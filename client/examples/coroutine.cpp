// Many coroutines, few sessions, one thread:  coroutine SERVER
#include <chrono>
#include <iostream>
#include <string>

#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>
#include <asio/experimental/awaitable_operators.hpp>
#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <asio/use_awaitable.hpp>

#include "client/async_fetch.h"
#include "client/async_pool.h"
#include "client/async_transaction.h"

namespace client = dqlite::client;
using namespace asio::experimental::awaitable_operators;

namespace {

using Nothing = client::Result<void>;

asio::awaitable<Nothing> greet(client::AsyncSession& session) {
    const auto name =
        co_await client::fetchval<std::string>(session, "SELECT name FROM people WHERE id = ?", 7);
    if (!name) co_return client::fail(name.error());
    std::cout << "hello, " << name->value_or("nobody") << '\n';
    co_return Nothing{};
}

asio::awaitable<Nothing> fill(client::AsyncSession& session) {
    const auto made = co_await client::execute(
        session, "CREATE TABLE IF NOT EXISTS people (id INTEGER PRIMARY KEY, name TEXT)");
    if (!made) co_return client::fail(made.error());
    const auto insert = [](client::AsyncSession& s) -> asio::awaitable<Nothing> {
        for (int id = 1; id <= 10; ++id) {
            const std::string name = "number " + std::to_string(id);
            const auto done =
                co_await client::execute(s, "REPLACE INTO people VALUES (?, ?)", id, name);
            if (!done) co_return client::fail(done.error());
        }
        co_return Nothing{};
    };
    co_return co_await client::transaction(session, insert);
}

// Rows as they come, with nothing awaited for those that are here.
asio::awaitable<Nothing> stream(client::AsyncSession& session) {
    const auto statement = client::parse_one_statement("SELECT id, name FROM people");
    if (!statement) co_return client::fail(statement.error());
    const auto rows = co_await session.query(*statement);
    if (!rows) co_return client::fail(rows.error());
    auto step = co_await (*rows)->next();
    while (step == client::AsyncRowStream::Step::row) {
        std::cout << (*rows)->row()[0].as_integer() << ' ';
        const auto here = (*rows)->next_here();
        step = here ? *here : co_await (*rows)->next();
    }
    std::cout << '\n';
    if (step == client::AsyncRowStream::Step::failed) co_return client::fail((*rows)->error());
    co_return Nothing{};
}

asio::awaitable<Nothing> work(client::AsyncPool& pool) {
    auto session = co_await pool.acquire();
    if (!session) co_return client::fail(session.error());
    auto done = co_await greet(**session);
    co_await session->give_back();
    co_return done;
}

// What takes too long is cancelled by the timer that wins.
asio::awaitable<Nothing> give_up(client::AsyncSession& session) {
    asio::steady_timer timer{co_await asio::this_coro::executor, std::chrono::milliseconds{50}};
    const auto first = co_await (
        client::fetchval<int>(session,
                              "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
                              "WHERE i < 2000000) SELECT count(*) FROM n") ||
        timer.async_wait(asio::use_awaitable));
    std::cout << (first.index() == 0 ? "that was quick\n" : "that took too long\n");
    co_return Nothing{};
}

asio::awaitable<Nothing> all(std::string server) {
    client::Options options;
    options.servers = {server};
    const client::PoolOptions limits{.max_sessions = 2};
    const auto pool = co_await client::AsyncPool::open(options, limits);
    if (!pool) co_return client::fail(pool.error());
    {
        const auto session = co_await (*pool)->acquire();
        if (!session) co_return client::fail(session.error());
        for (const auto step : {fill, stream, give_up}) {
            if (const auto done = co_await step(**session); !done) co_return done;
        }
    }
    const auto [one, two, three] = co_await (work(**pool) && work(**pool) && work(**pool));
    for (const auto& done : {one, two, three}) {
        if (!done) co_return done;
    }
    co_return Nothing{};
}

}  // namespace

int main(int count, char** arguments) {
    if (count != 2) return 2;
    int code = 0;
    asio::io_context io;
    asio::co_spawn(io, all(arguments[1]),
                   [&](const std::exception_ptr& thrown, const Nothing& done) {
                       if (thrown) std::rethrow_exception(thrown);
                       if (done) return;
                       std::cerr << done.error().message << '\n';
                       code = 1;
                   });
    io.run();
    return code;
}
