#include "driver/sql/multi_row.h"

#include <algorithm>
#include <array>

#include "client/sql_lexer.h"

namespace dqlite::odbc {
namespace {

using client::SqlLexer;
using client::Token;
using client::TokenKind;

// Functions that give the same for the same arguments, whatever was run before.
constexpr std::array<std::string_view, 24> deterministic_functions{
    "abs",     "char",   "coalesce", "hex",    "ifnull",    "iif",  "instr",  "json",
    "jsonb",   "length", "lower",    "ltrim",  "max",       "min",  "nullif", "quote",
    "replace", "round",  "rtrim",    "substr", "substring", "trim", "upper",  "zeroblob"};

// Words that may stand among the values of a row.
constexpr std::array<std::string_view, 11> value_words{
    "null", "true",    "false", "as",   "not",    "is",  // and the types of CAST
    "text", "integer", "real",  "blob", "numeric"};

template <std::size_t Size>
bool is_one_of(std::string_view word, const std::array<std::string_view, Size>& words) {
    return std::any_of(words.begin(), words.end(),
                       [&](std::string_view known) { return client::same_word(word, known); });
}

/// Reads "table" or "schema.table" and what follows, up to VALUES. False if it is not there.
bool read_head(SqlLexer& lexer, MultiRowInsert& insert, Token& values) {
    Token token = lexer.next_significant();
    while (token.kind != TokenKind::end && !is_word(token, "into")) {
        if (is_word(token, "replace")) insert.replaces = true;  // as the verb, or behind OR
        token = lexer.next_significant();
    }
    std::string storage;
    token = lexer.next_significant();
    insert.table = client::unquoted(token, storage);
    token = lexer.next_significant();
    if (token.kind == TokenKind::dot) {
        insert.table.clear();
        (void)lexer.next_significant();
        token = lexer.next_significant();
    }
    // An alias and a list of columns may stand between; nothing there can hold VALUES as a word.
    while (token.kind != TokenKind::end && !is_word(token, "values")) {
        if (is_word(token, "select") || is_word(token, "default")) return false;
        token = lexer.next_significant();
    }
    values = token;
    return token.kind != TokenKind::end;
}

bool is_plain(const Token& token, const Token& next) {
    switch (token.kind) {
        case TokenKind::string:
        case TokenKind::blob:
        case TokenKind::number:
        case TokenKind::comma:
        case TokenKind::left_parenthesis:
        case TokenKind::right_parenthesis:
        case TokenKind::op:
            return true;
        case TokenKind::parameter:
            return token.text == "?";
        case TokenKind::word:
            if (next.kind == TokenKind::left_parenthesis) {
                return client::same_word(token.text, "cast") ||
                       is_one_of(token.text, deterministic_functions);
            }
            return is_one_of(token.text, value_words);
        default:
            return false;
    }
}

/// Reads the one parenthesised row. `end` is the byte behind it.
bool read_row(SqlLexer& lexer, MultiRowInsert& insert, std::size_t& begin, std::size_t& end) {
    Token token = lexer.next_significant();
    if (token.kind != TokenKind::left_parenthesis) return false;
    begin = token.offset;
    for (int depth = 1; depth > 0;) {
        token = lexer.next_significant();
        SqlLexer ahead = lexer;
        if (!is_plain(token, ahead.next_significant())) return false;
        depth += nesting(token);
        if (token.kind == TokenKind::parameter) ++insert.parameters;
    }
    end = token.offset + token.text.size();
    return true;
}

/// What may follow the row: nothing, or an upsert clause without parameters and subqueries.
bool is_plain_tail(SqlLexer& lexer, MultiRowInsert& insert) {
    Token token = lexer.next_significant();
    if (token.kind == TokenKind::end) return true;
    if (!is_word(token, "on")) return false;
    for (; token.kind != TokenKind::end; token = lexer.next_significant()) {
        if (token.kind == TokenKind::parameter || is_word(token, "select")) return false;
        if (is_word(token, "update")) insert.replaces = true;
        SqlLexer ahead = lexer;
        const bool called = token.kind == TokenKind::word &&
                            ahead.next_significant().kind == TokenKind::left_parenthesis;
        if (called && !is_word(token, "conflict") && !is_word(token, "set") &&
            !is_one_of(token.text, deterministic_functions)) {
            return false;
        }
    }
    return true;
}

}  // namespace

client::Statement MultiRowInsert::statement(std::size_t rows) const {
    client::Statement made;
    made.sql.reserve(head.size() + rows * (row.size() + 1) + tail.size() + 1);
    made.sql = head;
    for (std::size_t i = 0; i < rows; ++i) {
        made.sql += i == 0 ? ' ' : ',';
        made.sql += row;
    }
    if (!tail.empty()) made.sql += ' ' + tail;
    made.verb = client::Verb::insert;
    made.writes = true;
    made.parameters = static_cast<std::uint32_t>(rows) * parameters;
    return made;
}

std::optional<MultiRowInsert> multi_row_insert(const client::Statement& statement) {
    const bool inserts =
        statement.verb == client::Verb::insert || statement.verb == client::Verb::replace;
    if (!inserts || statement.has_cte || statement.returning || statement.may_end_transaction ||
        statement.needs_session_state || !statement.anonymous_parameters_only ||
        statement.parameters == 0) {
        return std::nullopt;
    }
    SqlLexer lexer{statement.sql};
    MultiRowInsert insert;
    Token values;
    std::size_t begin = 0;
    std::size_t end = 0;
    if (!read_head(lexer, insert, values) || !read_row(lexer, insert, begin, end) ||
        !is_plain_tail(lexer, insert) || insert.parameters != statement.parameters) {
        return std::nullopt;
    }
    insert.head = statement.sql.substr(0, values.offset + values.text.size());
    insert.row = statement.sql.substr(begin, end - begin);
    // A comment in the row would swallow the rows behind it; the tail may end in one.
    if (insert.row.find("--") != std::string::npos) return std::nullopt;
    insert.tail = statement.sql.substr(end);
    if (insert.tail.find_first_not_of(" \t\r\n") == std::string::npos) insert.tail.clear();
    return insert;
}

}  // namespace dqlite::odbc
