// What a client must know of a statement, read from its tokens.
#pragma once

#include <span>
#include <string_view>

#include "client/sql_lexer.h"
#include "client/statement.h"

namespace dqlite::client {

/// `tokens`: those of one statement of `text` that mean something, at least one.
[[nodiscard]] Statement classify(std::span<const Token> tokens, std::string_view text);

}  // namespace dqlite::client
