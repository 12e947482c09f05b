#include "driver/describe/keyed_query.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "driver/describe/projection.h"

namespace dqlite::odbc {
namespace {

using client::Token;
using client::TokenKind;
using Tokens = std::vector<Token>;

// Functions that make one row of many. min() and max() do so with one argument.
constexpr std::array<std::string_view, 14> aggregates{
    "avg",    "count",      "group_concat",      "json_group_array",  "json_group_object",
    "median", "percentile", "percentile_cont",   "percentile_disc",   "string_agg",
    "sum",    "total",      "jsonb_group_array", "jsonb_group_object"};

// What cannot follow the table of a plain SELECT, or cannot be its alias.
constexpr std::array<std::string_view, 15> other_clauses{
    "GROUP", "HAVING", "WINDOW", "UNION", "INTERSECT", "EXCEPT",  "JOIN", "LEFT",
    "RIGHT", "FULL",   "INNER",  "OUTER", "CROSS",     "NATURAL", "OVER"};
constexpr std::array<std::string_view, 3> tail_clauses{"WHERE", "ORDER", "LIMIT"};

/// A function may be called by a quoted name, too.
bool calls(const Token& token, std::string_view function) {
    return client::same_word(name_of(token), function);
}

template <std::size_t Size>
bool is_one_of(const Token& token, const std::array<std::string_view, Size>& words) {
    return std::any_of(words.begin(), words.end(),
                       [&](std::string_view word) { return is_word(token, word); });
}

std::size_t end_of(const Token& token) noexcept {
    return token.offset + token.text.size();
}

/// The index behind the parenthesis that closes the one at `open`.
std::size_t behind_parenthesis(const Tokens& tokens, std::size_t open) {
    int depth = 0;
    for (std::size_t i = open; i < tokens.size(); ++i) {
        depth += nesting(tokens[i]);
        if (depth == 0) return i + 1;
    }
    return tokens.size();
}

bool is_subquery(const Tokens& tokens, std::size_t open) {
    return tokens[open].kind == TokenKind::left_parenthesis && open + 1 < tokens.size() &&
           (is_word(tokens[open + 1], "SELECT") || is_word(tokens[open + 1], "WITH") ||
            is_word(tokens[open + 1], "VALUES"));
}

bool has_one_argument(const Tokens& tokens, std::size_t open) {
    const auto end = behind_parenthesis(tokens, open);
    int depth = 0;
    for (std::size_t i = open; i < end; ++i) {
        depth += nesting(tokens[i]);
        if (tokens[i].kind == TokenKind::comma && depth == 1) return false;
    }
    return true;
}

/// A call that makes the query one of groups. A name of the same spelling without a call is none.
bool is_aggregate(const Tokens& tokens, std::size_t at) {
    if (!is_name(tokens[at]) || at + 1 == tokens.size() ||
        tokens[at + 1].kind != TokenKind::left_parenthesis) {
        return false;
    }
    const auto called = [&](std::string_view function) { return calls(tokens[at], function); };
    if (std::any_of(aggregates.begin(), aggregates.end(), called)) return true;
    return (called("min") || called("max")) && has_one_argument(tokens, at + 1);
}

/// Where the parts of a plain SELECT over one table lie in its text.
struct Parts {
    std::size_t from = 0;      ///< offset of FROM
    std::size_t from_end = 0;  ///< behind the table and its alias
    std::string schema;
    std::string table;
    std::string alias;  ///< as written; the table's name where there is none
};

/// The index of FROM; nothing for a SELECT of groups or with parameters among its columns.
std::optional<std::size_t> find_from(const Tokens& tokens) {
    if (tokens.size() < 4 || !is_word(tokens[0], "SELECT") || is_word(tokens[1], "DISTINCT")) {
        return std::nullopt;
    }
    for (std::size_t i = 1; i < tokens.size(); ++i) {
        if (tokens[i].kind == TokenKind::parameter || is_aggregate(tokens, i) ||
            is_one_of(tokens[i], other_clauses)) {
            return std::nullopt;
        }
        // "IS DISTINCT FROM" is an operator.
        if (is_word(tokens[i], "FROM") && !is_word(tokens[i - 1], "DISTINCT")) return i;
        if (tokens[i].kind != TokenKind::left_parenthesis) continue;
        const auto end = behind_parenthesis(tokens, i);
        const bool parameters =
            std::any_of(tokens.begin() + static_cast<std::ptrdiff_t>(i),
                        tokens.begin() + static_cast<std::ptrdiff_t>(end),
                        [](const Token& token) { return token.kind == TokenKind::parameter; });
        if (parameters) return std::nullopt;
        if (is_subquery(tokens, i)) i = end - 1;
    }
    return std::nullopt;
}

/// Reads "table", "schema.table" and an alias. Gives the index behind them; 0 for anything else.
std::size_t read_table(const Tokens& tokens, std::size_t at, Parts& parts) {
    const auto is = [&](TokenKind kind) { return at < tokens.size() && tokens[at].kind == kind; };
    if (at >= tokens.size() || !is_name(tokens[at])) return 0;
    parts.table = name_of(tokens[at]);
    parts.alias = tokens[at++].text;
    if (is(TokenKind::dot)) {
        if (++at == tokens.size() || !is_name(tokens[at])) return 0;
        parts.schema = std::exchange(parts.table, name_of(tokens[at]));
        parts.alias = tokens[at++].text;
    }
    if (is(TokenKind::left_parenthesis)) return 0;  // a table-valued function
    const bool as = at < tokens.size() && is_word(tokens[at], "AS");
    if (as) ++at;
    if (at < tokens.size() && is_name(tokens[at]) && !is_one_of(tokens[at], other_clauses) &&
        !is_one_of(tokens[at], tail_clauses) && !is_word(tokens[at], "INDEXED") &&
        !is_word(tokens[at], "NOT")) {
        parts.alias = tokens[at++].text;
    } else if (as) {
        return 0;
    }
    parts.from_end = end_of(tokens[at - 1]);
    if (at + 2 < tokens.size() && is_word(tokens[at], "INDEXED")) at += 3;
    if (at + 1 < tokens.size() && is_word(tokens[at], "NOT")) at += 2;
    return at;
}

std::optional<Parts> read_parts(const Tokens& tokens) {
    const auto from = find_from(tokens);
    if (!from) return std::nullopt;
    Parts parts;
    parts.from = tokens[*from].offset;
    const auto tail = read_table(tokens, *from + 1, parts);
    if (tail == 0) return std::nullopt;
    if (tail < tokens.size() && !is_one_of(tokens[tail], tail_clauses)) return std::nullopt;
    for (std::size_t i = tail; i < tokens.size(); ++i) {
        if (is_one_of(tokens[i], other_clauses) || is_aggregate(tokens, i)) return std::nullopt;
        if (is_subquery(tokens, i)) i = behind_parenthesis(tokens, i) - 1;
    }
    return parts;
}

std::vector<KeyedQuery::Key> key_of(const Table& table) {
    std::vector<KeyedQuery::Key> key;
    for (const auto& column : table.columns) {
        const bool part = table.rowid.empty() ? column.key : column.rowid_alias;
        if (part) key.push_back({quoted(column.name), quoted(column.name)});
    }
    if (key.empty() && !table.rowid.empty()) key.push_back({table.rowid, {}});
    return key;
}

KeyedQuery::Column column_of(const Table& table, const PreparedColumn& source) {
    const auto* const declared = source.origin.empty() ? nullptr : table.column(source.origin);
    if (declared == nullptr) return {};
    return {quoted(declared->name), !declared->generated};
}

}  // namespace

bool KeyedQuery::is_first(std::size_t column) const noexcept {
    return std::none_of(columns.begin(), columns.begin() + static_cast<std::ptrdiff_t>(column),
                        [&](const Column& other) { return other.base == columns[column].base; });
}

std::optional<KeyedQuery> keyed_query(const client::Statement& statement, const Tokens& tokens,
                                      MirrorDatabase& mirror) {
    if (statement.verb != client::Verb::select || statement.has_cte) return std::nullopt;
    const auto parts = read_parts(tokens);
    if (!parts) return std::nullopt;
    const auto prepared = mirror.prepare(statement.sql);
    if (!prepared || prepared->observed().views) return std::nullopt;
    const Table* const table = mirror.table(parts->schema, parts->table);
    if (table == nullptr || !table->holds_rows) return std::nullopt;

    KeyedQuery query;
    query.schema_name = table->schema;
    query.table_name = table->name;
    query.table = quoted(table->schema) + '.' + quoted(table->name);
    query.by_rowid = !table->rowid.empty();
    query.key = key_of(*table);
    if (query.key.empty()) return std::nullopt;
    for (std::size_t i = 0; i < prepared->column_count(); ++i) {
        query.columns.push_back(column_of(*table, prepared->column(i)));
    }
    std::string keys;
    std::string match;
    for (const auto& key : query.key) {
        keys += fmt::format(", {}.{} ", parts->alias, key.name);
        match +=
            fmt::format("{} {}.{}=?", match.empty() ? "WHERE" : " AND", parts->alias, key.name);
    }
    const std::string_view sql = statement.sql;
    query.all = statement;
    query.all.sql =
        fmt::format("{}{}{}", sql.substr(0, parts->from), keys, sql.substr(parts->from));
    query.row = statement;
    query.row.sql = fmt::format("{}{}{} {}", sql.substr(0, parts->from), keys,
                                sql.substr(parts->from, parts->from_end - parts->from), match);
    query.row.parameters = static_cast<std::uint32_t>(query.key.size());
    const auto taken = [&mirror](const std::string& name) {
        return mirror.table({}, name) != nullptr;
    };
    const auto columns = query.columns.size() + query.key.size();
    for (auto* const sent : {&query.all, &query.row}) {
        sent->sql = project(*sent, columns, taken);
        if (sent->sql.empty() || !mirror.prepare(sent->sql)) return std::nullopt;
    }
    return query;
}

}  // namespace dqlite::odbc
