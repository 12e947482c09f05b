#include "driver/describe/tokens.h"

namespace dqlite::odbc {

using client::Token;
using client::TokenKind;

std::vector<Token> significant_tokens(std::string_view sql) {
    std::vector<Token> tokens;
    client::SqlLexer lexer{sql};
    for (Token token = lexer.next_significant(); token.kind != TokenKind::end;
         token = lexer.next_significant()) {
        tokens.push_back(token);
    }
    return tokens;
}

std::string_view without_tail(std::string_view sql) {
    std::size_t end = 0;
    client::SqlLexer lexer{sql};
    for (Token token = lexer.next_significant(); token.kind != TokenKind::end;
         token = lexer.next_significant()) {
        if (token.kind != TokenKind::semicolon) end = token.offset + token.text.size();
    }
    return sql.substr(0, end);
}

bool is_operator(const Token& token, std::string_view text) noexcept {
    return token.kind == TokenKind::op && token.text == text;
}

bool is_name(const Token& token) noexcept {
    return token.kind == TokenKind::word || token.kind == TokenKind::quoted_name;
}

std::string name_of(const Token& token) {
    std::string storage;
    return std::string{client::unquoted(token, storage)};
}

std::string quoted(std::string_view name) {
    std::string text{"\""};
    for (const char c : name) text.append(c == '"' ? 2 : 1, c);
    return text += '"';
}

}  // namespace dqlite::odbc
