// fetch.h for coroutines.
//
//     auto name = co_await fetchval<std::string>(session, "SELECT name FROM …", 7);
//
// SQL text and arguments are borrowed until the call is awaited.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include <asio/awaitable.hpp>

#include "client/async_session.h"
#include "client/fetch.h"

namespace dqlite::client {
namespace detail {

template <std::size_t N>
asio::awaitable<Result<Execution>> execute(AsyncSession& session, Sql sql,
                                           std::array<wire::Value, N> values) {
    Statement parsed;
    const auto statement = sql.statement(parsed);
    if (!statement) co_return fail(statement.error());
    auto executing = session.execute(**statement, values, sql.call());
    co_return co_await std::move(executing);
}

/// At most so many rows.
template <typename... Ts, std::size_t N>
asio::awaitable<Result<std::vector<RowAs<Ts...>>>> fetch_rows(AsyncSession& session, Sql sql,
                                                              std::array<wire::Value, N> values,
                                                              std::size_t limit) {
    Statement parsed;
    const auto statement = sql.statement(parsed);
    if (!statement) co_return fail(statement.error());
    auto querying = session.query(**statement, values, sql.call());
    const auto rows = co_await std::move(querying);
    if (!rows) co_return fail(rows.error());
    AsyncRowStream& stream = **rows;
    std::vector<RowAs<Ts...>> all;
    while (all.size() < limit) {
        auto step = stream.next_here();
        if (!step) {
            auto stepping = stream.next();
            step = co_await std::move(stepping);
        }
        if (*step == RowStream::Step::failed) co_return fail(stream.error());
        if (*step == RowStream::Step::end) break;
        auto row = read_row<Ts...>(stream);
        if (!row) co_return fail(unread(std::move(row.error()), **statement));
        all.push_back(std::move(*row));
    }
    co_return all;
}

template <typename... Ts, std::size_t N>
asio::awaitable<Result<std::optional<RowAs<Ts...>>>> fetch_first(
    AsyncSession& session, Sql sql, std::array<wire::Value, N> values) {
    auto fetching = fetch_rows<Ts...>(session, sql, values, 1);
    auto rows = co_await std::move(fetching);
    if (!rows) co_return fail(std::move(rows.error()));
    if (rows->empty()) co_return std::nullopt;
    co_return std::move(rows->front());
}

template <typename T, std::size_t N>
asio::awaitable<Result<std::optional<T>>> fetch_value(AsyncSession& session, Sql sql,
                                                      std::array<wire::Value, N> values) {
    auto fetching = fetch_first<std::optional<T>>(session, sql, values);
    auto row = co_await std::move(fetching);
    if (!row) co_return fail(std::move(row.error()));
    co_return std::move(*row).value_or(std::nullopt);
}

}  // namespace detail

// As those of fetch.h.

template <typename... Args>
[[nodiscard]] asio::awaitable<Result<Execution>> execute(AsyncSession& session, Sql sql,
                                                         const Args&... args) {
    return detail::execute(session, sql, to_values(args...));
}

template <typename... Ts, typename... Args>
[[nodiscard]] asio::awaitable<Result<std::vector<RowAs<Ts...>>>> fetchall(AsyncSession& session,
                                                                          Sql sql,
                                                                          const Args&... args) {
    return detail::fetch_rows<Ts...>(session, sql, to_values(args...), ~std::size_t{0});
}

template <typename... Ts, typename... Args>
[[nodiscard]] asio::awaitable<Result<std::optional<RowAs<Ts...>>>> fetch(AsyncSession& session,
                                                                         Sql sql,
                                                                         const Args&... args) {
    return detail::fetch_first<Ts...>(session, sql, to_values(args...));
}

template <typename T, typename... Args>
[[nodiscard]] asio::awaitable<Result<std::optional<T>>> fetchval(AsyncSession& session, Sql sql,
                                                                 const Args&... args) {
    static_assert(!detail::is_optional<T>, "it is optional already");
    return detail::fetch_value<T>(session, sql, to_values(args...));
}

}  // namespace dqlite::client
