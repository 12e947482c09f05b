#include "driver/sql/current_of.h"

#include <array>
#include <utility>

#include "client/sql_lexer.h"

namespace dqlite::odbc {
namespace {

using client::SqlLexer;
using client::Token;
using client::TokenKind;

std::string name_of(const Token& token) {
    std::string storage;
    return std::string{client::unquoted(token, storage)};
}

/// Reads the table behind UPDATE [OR …] and DELETE FROM.
void read_table(const std::string& sql, CurrentOf& found) {
    SqlLexer lexer{sql};
    Token token = lexer.next_significant();
    if (is_word(token, "DELETE")) (void)lexer.next_significant();  // FROM
    token = lexer.next_significant();
    if (is_word(token, "OR")) {
        (void)lexer.next_significant();
        token = lexer.next_significant();
    }
    found.table = name_of(token);
    if (lexer.next_significant().kind != TokenKind::dot) return;
    found.schema = std::exchange(found.table, name_of(lexer.next_significant()));
}

}  // namespace

std::optional<CurrentOf> current_of(const client::Statement& statement) {
    if (statement.verb != client::Verb::update && statement.verb != client::Verb::delete_) {
        return std::nullopt;
    }
    std::array<Token, 4> last;
    SqlLexer lexer{statement.sql};
    for (Token token = lexer.next_significant(); token.kind != TokenKind::end;
         token = lexer.next_significant()) {
        if (token.kind == TokenKind::semicolon) continue;
        last = {last[1], last[2], last[3], token};
    }
    const bool named = last[3].kind == TokenKind::word || last[3].kind == TokenKind::quoted_name;
    if (!is_word(last[0], "WHERE") || !is_word(last[1], "CURRENT") || !is_word(last[2], "OF") ||
        !named || statement.has_cte) {
        return std::nullopt;
    }
    CurrentOf found;
    found.text = statement.sql.substr(0, last[0].offset);
    found.cursor = name_of(last[3]);
    read_table(statement.sql, found);
    return found;
}

}  // namespace dqlite::odbc
