// {fn …}: a scalar function of ODBC with its arguments, as SQLite's SQL.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "client/error.h"
#include "client/sql_lexer.h"
#include "driver/sql/escapes.h"
#include "driver/sql/fragment.h"

namespace dqlite::odbc {

/// An argument list as it was written, keywords included, and what stood between the arguments.
struct FunctionArguments {
    std::vector<SqlFragment> list;
    std::string_view separator = ",";
};

/// The words that separate the arguments of POSITION and EXTRACT.
[[nodiscard]] std::optional<std::string_view> word_separator(std::string_view function,
                                                             const client::Token& token);

/// Errors say which of name, number of arguments and keyword is wrong.
[[nodiscard]] client::Result<SqlFragment> apply_function(std::string_view name,
                                                         const FunctionArguments& arguments,
                                                         std::size_t position,
                                                         const EscapeContext& context);

/// An escape sequence that is none, and where it begins.
[[nodiscard]] tl::unexpected<client::Error> invalid(std::string text, std::size_t position);

}  // namespace dqlite::odbc
