// The short way to run a statement: SQL text and C++ values in, C++ values out.
//
//     auto name = fetchval<std::string>(session, "SELECT name FROM people WHERE id = ?", 7);
//
// async_fetch.h has the same for coroutines.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "client/session.h"
#include "client/values.h"

namespace dqlite::client {

/// A statement parsed once and sent by its id, which each session gets for it at first use: it
/// serves any number of sessions.
class Prepared {
  public:
    [[nodiscard]] static Result<Prepared> parse(std::string_view sql) {
        return parse_one_statement(sql).map(
            [](Statement&& statement) { return Prepared{std::move(statement)}; });
    }
    [[nodiscard]] const Statement& statement() const noexcept { return statement_; }

  private:
    explicit Prepared(Statement statement) noexcept : statement_{std::move(statement)} {}
    Statement statement_;
};

/// What is to be run, borrowed: a text, or a prepared statement.
class Sql {
  public:
    Sql(const char* text) noexcept : text_{text} {}
    Sql(std::string_view text) noexcept : text_{text} {}
    Sql(const std::string& text) noexcept : text_{text} {}
    Sql(const Prepared& prepared) noexcept : prepared_{&prepared} {}

    /// The statement: that of `prepared`, or the text's, kept in `parsed`.
    [[nodiscard]] Result<const Statement*> statement(Statement& parsed) const {
        if (prepared_ != nullptr) return &prepared_->statement();
        auto statement = parse_one_statement(text_);
        if (!statement) return fail(std::move(statement.error()));
        parsed = std::move(*statement);
        return &parsed;
    }
    [[nodiscard]] Call call() const noexcept { return {.prepared = prepared_ != nullptr}; }

  private:
    std::string_view text_;
    const Prepared* prepared_ = nullptr;
};

namespace detail {

/// A value that cannot be read is no word about a statement that wrote and gave rows: it ran.
[[nodiscard]] inline Error unread(Error error, const Statement& statement) {
    if (statement.writes) error.outcome = Outcome::unknown;
    return error;
}

/// At most so many rows.
template <typename... Ts>
[[nodiscard]] Result<std::vector<RowAs<Ts...>>> fetch_rows(Session& session, Sql sql,
                                                           wire::Parameters values,
                                                           std::size_t limit) {
    Statement parsed;
    const auto statement = sql.statement(parsed);
    if (!statement) return fail(statement.error());
    const auto rows = session.query(**statement, values, sql.call());
    if (!rows) return fail(rows.error());
    RowStream& stream = **rows;
    std::vector<RowAs<Ts...>> all;
    while (all.size() < limit && stream.next() == RowStream::Step::row) {
        auto row = read_row<Ts...>(stream);
        if (!row) return fail(unread(std::move(row.error()), **statement));
        all.push_back(std::move(*row));
    }
    if (stream.failed()) return fail(stream.error());
    return all;
}

}  // namespace detail

/// Runs a statement without rows.
template <typename... Args>
[[nodiscard]] Result<Execution> execute(Session& session, Sql sql, const Args&... args) {
    Statement parsed;
    const auto statement = sql.statement(parsed);
    if (!statement) return fail(statement.error());
    return session.execute(**statement, to_values(args...), sql.call());
}

/// All rows.
template <typename... Ts, typename... Args>
[[nodiscard]] Result<std::vector<RowAs<Ts...>>> fetchall(Session& session, Sql sql,
                                                         const Args&... args) {
    return detail::fetch_rows<Ts...>(session, sql, to_values(args...), ~std::size_t{0});
}

/// The first row, if there is one.
template <typename... Ts, typename... Args>
[[nodiscard]] Result<std::optional<RowAs<Ts...>>> fetch(Session& session, Sql sql,
                                                        const Args&... args) {
    auto rows = detail::fetch_rows<Ts...>(session, sql, to_values(args...), 1);
    if (!rows) return fail(std::move(rows.error()));
    if (rows->empty()) return std::nullopt;
    return std::move(rows->front());
}

/// The one value of the first row; nothing where there is no row, or it is NULL.
template <typename T, typename... Args>
[[nodiscard]] Result<std::optional<T>> fetchval(Session& session, Sql sql, const Args&... args) {
    static_assert(!detail::is_optional<T>, "it is optional already");
    auto row = fetch<std::optional<T>>(session, sql, args...);
    if (!row) return fail(std::move(row.error()));
    return std::move(*row).value_or(std::nullopt);
}

}  // namespace dqlite::client
