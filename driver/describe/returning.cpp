#include "driver/describe/returning.h"

#include <algorithm>
#include <array>
#include <optional>
#include <span>

#include <fmt/format.h>

#include "driver/describe/projection.h"

namespace dqlite::odbc {
namespace {

using client::Token;
using client::TokenKind;
using Tokens = std::span<const Token>;

/// Words an expression can end with or that ask for an operand: a name behind one of these is
/// not an alias.
constexpr std::array<std::string_view, 20> expression_words{
    "AND",     "OR",      "NOT",  "IS",       "IN",   "LIKE", "GLOB", "MATCH", "REGEXP", "ESCAPE",
    "BETWEEN", "COLLATE", "FROM", "DISTINCT", "CASE", "WHEN", "THEN", "ELSE",  "EXISTS", "OVER",
};
/// Words that end an expression themselves.
constexpr std::array<std::string_view, 5> closing_words{"END", "ISNULL", "NOTNULL", "NULL",
                                                        "CURRENT_TIMESTAMP"};

template <std::size_t N>
[[nodiscard]] bool is_one_of(const Token& token, const std::array<std::string_view, N>& words) {
    return std::any_of(words.begin(), words.end(),
                       [&token](std::string_view word) { return is_word(token, word); });
}

[[nodiscard]] bool ends_operand(const Token& token) {
    switch (token.kind) {
        case TokenKind::word:
            return !is_one_of(token, expression_words);
        case TokenKind::quoted_name:
        case TokenKind::string:
        case TokenKind::blob:
        case TokenKind::number:
        case TokenKind::parameter:
        case TokenKind::right_parenthesis:
            return true;
        default:
            return false;
    }
}

/// The tokens of `item` without its alias.
[[nodiscard]] Tokens without_alias(Tokens item) {
    if (item.size() < 2) return item;
    const Token& before = item[item.size() - 2];
    if (is_word(before, "AS")) return item.first(item.size() - 2);
    const Token& last = item.back();
    const bool can_be_alias = is_name(last) || last.kind == TokenKind::string;
    if (can_be_alias && !is_one_of(last, closing_words) && ends_operand(before)) {
        return item.first(item.size() - 1);
    }
    return item;
}

[[nodiscard]] std::string_view text_of(std::string_view sql, Tokens tokens) {
    const std::size_t begin = tokens.front().offset;
    return sql.substr(begin, tokens.back().offset + tokens.back().text.size() - begin);
}

/// Cuts `tokens` at its top-level commas.
[[nodiscard]] std::vector<Tokens> items_of(Tokens tokens) {
    std::vector<Tokens> items;
    std::size_t begin = 0;
    int depth = 0;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        depth += nesting(tokens[i]);
        if (tokens[i].kind == TokenKind::comma && depth == 0) {
            items.push_back(tokens.subspan(begin, i - begin));
            begin = i + 1;
        }
    }
    items.push_back(tokens.subspan(begin));
    return items;
}

/// Where the list begins: behind the last RETURNING outside of parentheses.
[[nodiscard]] std::optional<std::size_t> list_begin(Tokens tokens) {
    std::optional<std::size_t> begin;
    int depth = 0;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        depth += nesting(tokens[i]);
        if (depth == 0 && is_word(tokens[i], "RETURNING")) begin = i + 1;
    }
    return begin;
}

/// The table a DML statement changes, by its text.
[[nodiscard]] const Table* target_table(Tokens tokens, MirrorDatabase& mirror) {
    int depth = 0;
    for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
        depth += nesting(tokens[i]);
        if (depth != 0) continue;
        std::size_t name = 0;
        if (is_word(tokens[i], "INTO") || is_word(tokens[i], "FROM")) {
            name = i + 1;
        } else if (is_word(tokens[i], "UPDATE")) {
            name = is_word(tokens[i + 1], "OR") ? i + 3 : i + 1;
        } else {
            continue;
        }
        if (name >= tokens.size()) return nullptr;
        if (name + 2 < tokens.size() && tokens[name + 1].kind == TokenKind::dot) {
            return mirror.table(name_of(tokens[name]), name_of(tokens[name + 2]));
        }
        return mirror.table({}, name_of(tokens[name]));
    }
    return nullptr;
}

[[nodiscard]] bool expand(const Table* table, std::vector<std::string>& expressions) {
    if (table == nullptr) return false;
    for (const TableColumn& column : table->columns) {
        if (!column.hidden) expressions.push_back(quoted(column.name));
    }
    return true;
}

[[nodiscard]] Returning refused(std::string why) {
    return {.sql = {}, .refusal = std::move(why)};
}

}  // namespace

Returning rewrite_returning(const client::Statement& statement, const std::vector<Token>& tokens,
                            MirrorDatabase* mirror) {
    Tokens all{tokens};
    while (!all.empty() && all.back().kind == TokenKind::semicolon) all = all.first(all.size() - 1);
    const auto begin = list_begin(all);
    if (!begin || *begin >= all.size()) return refused("its RETURNING list could not be read");

    std::vector<std::string> expressions;
    for (const Tokens item : items_of(all.subspan(*begin))) {
        if (item.empty()) return refused("its RETURNING list has an empty item");
        if (item.size() == 1 && is_operator(item.front(), "*")) {
            if (mirror == nullptr || !expand(target_table(all, *mirror), expressions)) {
                return refused("RETURNING * of a table the driver does not know: name the columns");
            }
        } else {
            expressions.emplace_back(text_of(statement.sql, without_alias(item)));
        }
    }
    if (expressions.size() > max_result_columns) {
        return refused(
            fmt::format("RETURNING {} columns: a server never ends a result of more "
                        "than {}",
                        expressions.size(), max_result_columns));
    }
    std::string sql = statement.sql.substr(0, all[*begin].offset);
    for (std::size_t i = 0; i < expressions.size(); ++i) {
        fmt::format_to(std::back_inserter(sql), "{}+({}) AS c{}", i == 0 ? "" : ",", expressions[i],
                       i + 1);
    }
    return {.sql = std::move(sql), .refusal = {}};
}

}  // namespace dqlite::odbc
