// The significant tokens of a statement, and small questions about them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "client/sql_lexer.h"

namespace dqlite::odbc {

/// All tokens but spaces and comments; without an end token.
[[nodiscard]] std::vector<client::Token> significant_tokens(std::string_view sql);

/// The text up to its last significant token: trailing comments (closed or not) and semicolons
/// would swallow or break what is put behind it.
[[nodiscard]] std::string_view without_tail(std::string_view sql);

[[nodiscard]] bool is_operator(const client::Token& token, std::string_view text) noexcept;
[[nodiscard]] bool is_name(const client::Token& token) noexcept;
/// The name a token stands for, quotes removed.
[[nodiscard]] std::string name_of(const client::Token& token);
/// A name in double quotes, as SQL text.
[[nodiscard]] std::string quoted(std::string_view name);

}  // namespace dqlite::odbc
