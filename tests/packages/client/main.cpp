// A program of somebody else's, on the installed C++ client, in both of its forms:  client SERVER
#include <cstdio>
#include <exception>
#include <optional>

#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>

#include "client/async_fetch.h"
#include "client/fetch.h"

namespace client = dqlite::client;

using Answer = client::Result<std::optional<int>>;

asio::awaitable<Answer> ask(client::Options options, int number) {
    const auto session = co_await client::AsyncSession::connect(options);
    if (!session) co_return client::fail(session.error());
    co_return co_await client::fetchval<int>(**session, "SELECT ? + 1", number);
}

int complain(const client::Error& error) {
    std::fprintf(stderr, "%s\n", error.message.c_str());
    return 1;
}

int main(int count, char** arguments) {
    if (count != 2) return 2;
    client::Options options;
    options.servers = {arguments[1]};
    const auto session = client::Session::connect(options);
    if (!session) return complain(session.error());
    const auto half = client::fetchval<int>(**session, "SELECT ? + 1", 39);
    if (!half) return complain(half.error());

    Answer whole;
    asio::io_context io;
    asio::co_spawn(io, ask(options, half->value_or(0) + 1),
                   [&](std::exception_ptr, Answer answer) { whole = std::move(answer); });
    io.run();
    if (!whole) return complain(whole.error());
    std::printf("%d\n", whole->value_or(0));
}
