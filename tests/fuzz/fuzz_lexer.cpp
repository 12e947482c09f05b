// SQL text: any application sends it. Tokens must cover the text, statements must be pieces of it,
// and a translation must leave a text without braces as it is.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "client/safety.h"
#include "client/sql_lexer.h"
#include "client/statement.h"
#include "driver/sql/escapes.h"

using dqlite::client::SqlLexer;
using dqlite::client::Statement;
using dqlite::client::Token;
using dqlite::client::TokenKind;

namespace {

void require(bool holds) {
    if (!holds) std::abort();
}

void check_tokens(std::string_view sql) {
    SqlLexer lexer{sql};
    std::size_t covered = 0;
    std::string storage;
    for (Token token = lexer.next(); token.kind != TokenKind::end; token = lexer.next()) {
        require(!token.text.empty() && token.offset == covered);
        require(unquoted(token, storage).size() <= token.text.size());
        covered += token.text.size();
    }
    require(covered == sql.size());
}

void check_statements(std::string_view sql) {
    for (const Statement& statement : dqlite::client::parse_statements(sql)) {
        require(!statement.sql.empty() && sql.find(statement.sql) != std::string_view::npos);
        for (const std::uint32_t offset : statement.parameter_offsets) {
            require(statement.sql.at(offset) == '?');
        }
        if (const auto error = check_statement(statement, {})) require(!error->message.empty());
        // What is sent on its own must be read as it was in its batch.
        const auto again = dqlite::client::parse_statements(statement.sql);
        require(again.size() == 1 && again[0].sql == statement.sql);
        require(again[0].parameters == statement.parameters);
        require(again[0].returns_rows == statement.returns_rows);
    }
}

void check_translation(std::string_view sql) {
    const auto translation = dqlite::odbc::translate_escapes(sql, {"database", "user"});
    if (!translation) {
        require(!translation.error().message.empty());
    } else if (sql.find('{') == std::string_view::npos) {
        require(translation->sql == sql);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view sql{reinterpret_cast<const char*>(data), size};
    check_tokens(sql);
    check_statements(sql);
    check_translation(sql);
    return 0;
}
