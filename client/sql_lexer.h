// SQLite's token rules, as far as a client needs them: where strings, names, comments, numbers,
// parameters and semicolons begin and end. Pure; nothing is allocated.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace dqlite::client {

enum class TokenKind : std::uint8_t {
    end,
    space,
    comment,
    word,         ///< keyword or bare identifier
    quoted_name,  ///< "…", `…` or […]
    string,       ///< '…'
    blob,         ///< x'…'
    number,
    parameter,  ///< ?, ?NNN, :name, @name, $name
    semicolon,
    left_parenthesis,
    right_parenthesis,
    comma,
    dot,
    left_brace,  ///< ODBC escapes: { and }
    right_brace,
    op,       ///< any other operator or punctuation
    illegal,  ///< unterminated string or name, stray byte: runs to where SQLite would stop
};

struct Token {
    TokenKind kind = TokenKind::end;
    std::string_view text;   ///< as written
    std::size_t offset = 0;  ///< byte offset in the whole SQL text
};

/// Reads tokens one after the other; a leading UTF-8 byte order mark is skipped as space.
class SqlLexer {
  public:
    explicit SqlLexer(std::string_view sql, std::size_t from = 0) noexcept;
    /// Every token, spaces and comments included.
    [[nodiscard]] Token next() noexcept;
    /// The next token that is neither space nor comment.
    [[nodiscard]] Token next_significant() noexcept;

  private:
    std::string_view sql_;
    std::size_t position_;
};

/// ASCII case-insensitive comparison, as SQLite compares keywords and names.
[[nodiscard]] bool same_word(std::string_view a, std::string_view b) noexcept;

/// Whether the token is this keyword or bare name.
[[nodiscard]] bool is_word(const Token& token, std::string_view word) noexcept;

/// What the token does to the depth of parentheses: 1, -1 or 0.
[[nodiscard]] constexpr int nesting(const Token& token) noexcept {
    if (token.kind == TokenKind::left_parenthesis) return 1;
    return token.kind == TokenKind::right_parenthesis ? -1 : 0;
}

/// The name a quoted_name or word token stands for (quotes removed, doubled quotes undone).
[[nodiscard]] std::string_view unquoted(const Token& token, std::string& storage);

}  // namespace dqlite::client
