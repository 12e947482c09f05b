#include "driver/sql/scalar_call.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "driver/sql/functions_table.h"

namespace dqlite::odbc {
namespace {

using client::Result;
using client::same_word;
using client::Token;
using client::TokenKind;

std::string quoted_literal(std::string_view text) {
    std::string literal{"'"};
    for (const char c : text) literal.append(c == '\'' ? 2 : 1, c);
    return literal + '\'';
}

bool is_keyword_of(const ScalarFunction& function, const FunctionArguments& arguments) noexcept {
    return function.keyword.empty() ||
           (function.keyword_position < arguments.list.size() &&
            same_word(arguments.list[function.keyword_position].text(), function.keyword));
}

std::size_t written_arguments(const ScalarFunction& function) noexcept {
    return function.arity + (function.keyword.empty() ? 0 : 1);
}

/// Says which of name, number of arguments and keyword is wrong.
tl::unexpected<client::Error> no_such_function(std::string_view name,
                                               const FunctionArguments& arguments,
                                               std::size_t position) {
    bool is_known = false;
    for (const ScalarFunction& function : scalar_functions()) {
        if (!same_word(function.name, name)) continue;
        is_known = true;
        const bool has_count = written_arguments(function) == arguments.list.size();
        if (!function.keyword.empty() && has_count && function.separator == arguments.separator) {
            const std::string& keyword = arguments.list[function.keyword_position].text();
            return invalid(fmt::format("the scalar function {} knows no {}", name, keyword),
                           position);
        }
    }
    if (!is_known) {
        return invalid(fmt::format("unknown scalar function {} in {{fn}}", name), position);
    }
    return invalid(fmt::format("wrong arguments for the scalar function {}", name), position);
}

SqlFragment expand(const ScalarFunction& function, const FunctionArguments& arguments,
                   const EscapeContext& context) {
    std::vector<const SqlFragment*> values;
    for (std::size_t i = 0; i < arguments.list.size(); ++i) {
        const bool is_keyword = !function.keyword.empty() && i == function.keyword_position;
        if (!is_keyword) values.push_back(&arguments.list[i]);
    }
    SqlFragment result;
    std::string_view rest = function.sql;
    while (!rest.empty()) {
        const std::size_t dollar = std::min(rest.find('$'), rest.size());
        result.append(rest.substr(0, dollar));
        rest.remove_prefix(dollar);
        if (rest.starts_with("$database")) {
            result.append(quoted_literal(context.database));
            rest.remove_prefix(std::string_view{"$database"}.size());
        } else if (rest.starts_with("$user")) {
            result.append(quoted_literal(context.user));
            rest.remove_prefix(std::string_view{"$user"}.size());
        } else if (!rest.empty()) {
            result.append(*values.at(static_cast<std::size_t>(rest[1] - '1')));
            rest.remove_prefix(2);
        }
    }
    return result;
}

}  // namespace

std::optional<std::string_view> word_separator(std::string_view function, const Token& token) {
    for (const ScalarFunction& entry : scalar_functions()) {
        if (entry.separator != "," && same_word(entry.name, function) &&
            token.kind == TokenKind::word && same_word(entry.separator, token.text)) {
            return entry.separator;
        }
    }
    return std::nullopt;
}

Result<SqlFragment> apply_function(std::string_view name, const FunctionArguments& arguments,
                                   std::size_t position, const EscapeContext& context) {
    const auto functions = scalar_functions();
    const auto found = std::ranges::find_if(functions, [&](const ScalarFunction& function) {
        return same_word(function.name, name) &&
               written_arguments(function) == arguments.list.size() &&
               (arguments.list.size() < 2 || function.separator == arguments.separator) &&
               is_keyword_of(function, arguments);
    });
    if (found == functions.end()) return no_such_function(name, arguments, position);
    const bool has_empty = std::ranges::any_of(
        arguments.list, [](const SqlFragment& argument) { return argument.size() == 0; });
    if (has_empty) return invalid(fmt::format("an argument of {} is empty", name), position);

    return expand(*found, arguments, context);
}

tl::unexpected<client::Error> invalid(std::string text, std::size_t position) {
    client::Error error;
    error.kind = client::ErrorKind::invalid;
    error.message = fmt::format("{} (at byte {})", text, position + 1);
    return client::fail(std::move(error));
}

}  // namespace dqlite::odbc
