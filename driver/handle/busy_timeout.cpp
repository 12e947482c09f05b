#include "driver/handle/busy_timeout.h"

#include <array>
#include <charconv>
#include <string>

#include "client/sql_lexer.h"
#include "wire/rows.h"

namespace dqlite::odbc {
namespace {

constexpr std::string_view column_name = "timeout";

bool is_name(const client::Token& token, std::string_view name) {
    std::string storage;
    const bool named = token.kind == client::TokenKind::word ||
                       token.kind == client::TokenKind::quoted_name ||
                       token.kind == client::TokenKind::string;
    return named && client::same_word(client::unquoted(token, storage), name);
}

client::milliseconds read_timeout(client::SqlLexer& lexer) {
    auto token = lexer.next_significant();
    const bool negative = token.kind == client::TokenKind::op && token.text == "-";
    if (negative || (token.kind == client::TokenKind::op && token.text == "+")) {
        token = lexer.next_significant();
    }
    std::string storage;
    const auto text = client::unquoted(token, storage);
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return client::milliseconds{error == std::errc{} && !negative ? value : 0};
}

}  // namespace

std::optional<BusyTimeoutPragma> busy_timeout_pragma(const client::Statement& statement) {
    if (statement.verb != client::Verb::pragma) return std::nullopt;
    client::SqlLexer lexer{statement.sql};
    (void)lexer.next_significant();  // PRAGMA
    auto name = lexer.next_significant();
    auto next = lexer.next_significant();
    if (next.kind == client::TokenKind::dot) {
        name = lexer.next_significant();
        next = lexer.next_significant();
    }
    if (!is_name(name, "busy_timeout")) return std::nullopt;
    BusyTimeoutPragma pragma;
    if (next.kind == client::TokenKind::left_parenthesis ||
        (next.kind == client::TokenKind::op && next.text == "=")) {
        pragma.set = read_timeout(lexer);
    }
    return pragma;
}

std::unique_ptr<client::RowStream> busy_timeout_rows(client::milliseconds timeout) {
    const std::array names{column_name};
    const std::array row{wire::Value::integer(timeout.count())};
    wire::RowsWriter writer{names};
    writer.row(row);
    return client::RowStream::from_frame(writer.finish());
}

ColumnDescription busy_timeout_column() {
    ColumnDescription column;
    column.name = column_name;
    column.type = {SQL_BIGINT, 19, 0};
    column.nullable = SQL_NO_NULLS;
    return column;
}

}  // namespace dqlite::odbc
