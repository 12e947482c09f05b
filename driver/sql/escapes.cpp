#include "driver/sql/escapes.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "client/sql_lexer.h"
#include "client/statement.h"
#include "driver/sql/fragment.h"
#include "driver/sql/literals.h"
#include "driver/sql/scalar_call.h"

namespace dqlite::odbc {
namespace {

using client::Result;
using client::same_word;
using client::Token;
using client::TokenKind;

/// Some functions use an argument several times, so nesting them multiplies the text. In bytes, of
/// all functions of one text.
constexpr std::size_t most_expansion = 16U << 20U;
constexpr int deepest_nesting = 64;

class Translator {
  public:
    Translator(std::string_view sql, const EscapeContext& context) noexcept
        : sql_{sql}, context_{context}, lexer_{sql}, token_{lexer_.next()} {}

    [[nodiscard]] Result<Translation> translate();

  private:
    void advance() noexcept { token_ = lexer_.next(); }
    [[nodiscard]] bool skips() const noexcept {
        return token_.kind == TokenKind::space || token_.kind == TokenKind::comment;
    }
    void skip_spaces() noexcept {
        while (skips()) advance();
    }
    void append_token(SqlFragment& to);

    [[nodiscard]] std::optional<Result<Translation>> translate_call();
    [[nodiscard]] Result<ProcedureCall> read_call(std::size_t position, bool returns_value);
    [[nodiscard]] Result<SqlFragment> read_escape();
    [[nodiscard]] Result<SqlFragment> read_escape_body(std::size_t position);
    [[nodiscard]] Result<SqlFragment> read_literal(std::string_view keyword, std::size_t position);
    [[nodiscard]] Result<SqlFragment> read_like_escape(std::size_t position);
    [[nodiscard]] Result<SqlFragment> read_outer_join();
    [[nodiscard]] Result<SqlFragment> read_function(std::size_t position);
    [[nodiscard]] Result<FunctionArguments> read_arguments(std::string_view name,
                                                           std::size_t position);
    [[nodiscard]] std::string finish(const SqlFragment& fragment) const;

    std::string_view sql_;
    EscapeContext context_;
    client::SqlLexer lexer_;
    Token token_;
    std::vector<std::string_view> parameters_;  ///< as the application wrote them, in its order
    std::size_t expansion_ = 0;
    int depth_ = 0;
};

void Translator::append_token(SqlFragment& to) {
    if (token_.kind == TokenKind::parameter) {
        to.append_parameter(token_.text, parameters_.size());
        parameters_.push_back(token_.text);
    } else if (depth_ > 0 && token_.kind == TokenKind::comment) {
        // What follows an escape's end must not end up in its last line comment.
        to.append(" ");
    } else {
        to.append(token_.text);
    }
    advance();
}

SqlFragment trimmed(const SqlFragment& fragment) {
    const std::size_t first = fragment.text().find_first_not_of(" \t\r\n\f\v");
    const std::size_t last = fragment.text().find_last_not_of(" \t\r\n\f\v");
    if (first == std::string::npos) return {};
    return fragment.part(first, last + 1 - first);
}

/// From behind the opening parenthesis to behind the closing one.
Result<FunctionArguments> Translator::read_arguments(std::string_view name, std::size_t position) {
    FunctionArguments arguments;
    SqlFragment argument;
    int parentheses = 0;
    const auto end_argument = [&] {
        arguments.list.push_back(trimmed(argument));
        argument = {};
    };
    while (token_.kind != TokenKind::end) {
        const bool is_top = parentheses == 0;
        if (token_.kind == TokenKind::left_brace) {
            auto escape = read_escape();
            if (!escape) return client::fail(std::move(escape.error()));
            argument.append(*escape);
            continue;
        }
        if (token_.kind == TokenKind::right_brace) break;
        if (is_top && token_.kind == TokenKind::right_parenthesis) {
            end_argument();
            advance();
            const bool is_empty = arguments.list.size() == 1 && arguments.list[0].size() == 0;
            if (is_empty) arguments.list.clear();
            return arguments;
        }
        const auto word = is_top ? word_separator(name, token_) : std::nullopt;
        if (word || (is_top && token_.kind == TokenKind::comma)) {
            if (word) arguments.separator = *word;
            end_argument();
            advance();
            continue;
        }
        parentheses += nesting(token_);
        append_token(argument);
    }
    return invalid(fmt::format("the arguments of {} are not closed", name), position);
}

Result<SqlFragment> Translator::read_function(std::size_t position) {
    skip_spaces();
    if (token_.kind != TokenKind::word) return invalid("{fn} names no function", position);
    const std::string_view name = token_.text;
    advance();
    skip_spaces();
    FunctionArguments arguments;
    if (token_.kind == TokenKind::left_parenthesis) {
        advance();
        auto read = read_arguments(name, position);
        if (!read) return client::fail(std::move(read.error()));
        arguments = std::move(*read);
    }
    auto applied = apply_function(name, arguments, position, context_);
    if (!applied) return applied;
    expansion_ += applied->size();
    if (expansion_ > most_expansion) {
        return invalid("scalar functions are nested too deeply in each other", position);
    }
    return applied;
}

Result<SqlFragment> Translator::read_literal(std::string_view keyword, std::size_t position) {
    struct LiteralRule {
        std::string_view keyword;
        bool (*is_valid)(std::string_view) noexcept;
        std::string_view shape;
    };
    static constexpr auto rules = std::to_array<LiteralRule>({
        {"d", is_date, "a date yyyy-mm-dd"},
        {"t", is_time, "a time hh:mm:ss[.f…]"},
        {"ts", is_timestamp, "a timestamp yyyy-mm-dd hh:mm:ss[.f…]"},
        {"guid", is_guid, "a GUID of 8-4-4-4-12 hexadecimal digits"},
    });
    const auto* const rule = std::ranges::find_if(
        rules, [keyword](const LiteralRule& entry) { return same_word(entry.keyword, keyword); });
    if (rule == rules.end()) {
        return invalid(fmt::format("unknown escape sequence {{{}}}", keyword), position);
    }
    skip_spaces();
    std::string storage;
    if (token_.kind != TokenKind::string || !rule->is_valid(client::unquoted(token_, storage))) {
        return invalid(fmt::format("{{{}}} takes {} in quotes", rule->keyword, rule->shape),
                       position);
    }
    SqlFragment literal{token_.text};
    advance();
    return literal;
}

Result<SqlFragment> Translator::read_like_escape(std::size_t position) {
    skip_spaces();
    if (token_.kind != TokenKind::string && token_.kind != TokenKind::parameter) {
        return invalid("{escape} takes a character in quotes", position);
    }
    SqlFragment clause{"ESCAPE "};
    append_token(clause);
    return clause;
}

Result<SqlFragment> Translator::read_outer_join() {
    SqlFragment join;
    while (token_.kind != TokenKind::right_brace && token_.kind != TokenKind::end) {
        if (token_.kind == TokenKind::left_brace) {
            auto escape = read_escape();
            if (!escape) return escape;
            join.append(*escape);
        } else {
            append_token(join);
        }
    }
    return trimmed(join);
}

Result<SqlFragment> Translator::read_escape_body(std::size_t position) {
    skip_spaces();
    const Token keyword = token_;
    advance();
    if (keyword.kind == TokenKind::parameter) {
        return invalid("{?=call} must be the whole statement", position);
    }
    if (keyword.kind != TokenKind::word) {
        return invalid(fmt::format("no escape sequence begins so: {{{}", keyword.text), position);
    }
    if (same_word(keyword.text, "fn")) return read_function(position);
    if (same_word(keyword.text, "oj")) return read_outer_join();
    if (same_word(keyword.text, "escape")) return read_like_escape(position);
    if (same_word(keyword.text, "call")) {
        return invalid("{call} must be the whole statement", position);
    }
    if (same_word(keyword.text, "interval")) {
        return invalid("interval literals are not supported: SQLite has no interval type",
                       position);
    }
    return read_literal(keyword.text, position);
}

/// From the opening brace to behind the closing one.
Result<SqlFragment> Translator::read_escape() {
    const std::size_t position = token_.offset;
    if (depth_ == deepest_nesting) {
        return invalid("escape sequences are nested too deeply in each other", position);
    }
    ++depth_;
    advance();
    Result<SqlFragment> body = read_escape_body(position);
    --depth_;
    if (!body) return body;
    skip_spaces();
    if (token_.kind != TokenKind::right_brace) {
        return invalid("the escape sequence is not closed", position);
    }
    advance();
    return body;
}

Result<ProcedureCall> Translator::read_call(std::size_t position, bool returns_value) {
    skip_spaces();
    std::string storage;
    if (token_.kind != TokenKind::word && token_.kind != TokenKind::quoted_name) {
        return invalid("{call} names no procedure", position);
    }
    ProcedureCall call;
    call.name = client::unquoted(token_, storage);
    call.returns_value = returns_value;
    advance();
    skip_spaces();
    if (token_.kind == TokenKind::left_parenthesis) {
        advance();
        auto arguments = read_arguments(call.name, position);
        if (!arguments) return client::fail(std::move(arguments.error()));
        for (const SqlFragment& argument : arguments->list) {
            call.arguments.push_back(argument.text());
        }
        skip_spaces();
    }
    if (token_.kind != TokenKind::right_brace) {
        return invalid(fmt::format("the call of {} is not closed", call.name), position);
    }
    advance();
    while (skips() || token_.kind == TokenKind::semicolon) advance();
    if (token_.kind != TokenKind::end) {
        return invalid("{call} must be the whole statement", position);
    }
    return call;
}

/// Nothing where the text is no {call} or {?=call}.
std::optional<Result<Translation>> Translator::translate_call() {
    client::SqlLexer ahead{sql_};
    const Token brace = ahead.next_significant();
    if (brace.kind != TokenKind::left_brace) return std::nullopt;
    Token token = ahead.next_significant();
    const bool returns_value = token.text == "?";
    if (returns_value) {
        if (ahead.next_significant().text != "=") return std::nullopt;
        token = ahead.next_significant();
    }
    if (token.kind != TokenKind::word || !same_word(token.text, "call")) return std::nullopt;
    lexer_ = ahead;
    advance();
    ++depth_;
    auto call = read_call(brace.offset, returns_value);
    if (!call) return client::fail(std::move(call.error()));
    return Translation{std::string{sql_}, true, std::move(*call)};
}

/// Parameters that no longer stand once and in order are named by their numbers.
std::string Translator::finish(const SqlFragment& fragment) const {
    if (fragment.keeps_parameters(parameters_.size())) return fragment.text();
    client::ParameterNumbers numbers;
    std::vector<std::string> numbered;
    for (const std::string_view parameter : parameters_) {
        const std::uint32_t number = numbers.number(parameter);
        numbered.push_back(number == 0 ? std::string{parameter} : fmt::format("?{}", number));
    }
    return fragment.with_parameters([&](std::size_t index) { return numbered[index]; });
}

Result<Translation> Translator::translate() {
    if (auto call = translate_call()) return std::move(*call);
    Translation translation;
    SqlFragment statement;
    while (token_.kind != TokenKind::end) {
        if (token_.kind == TokenKind::left_brace) {
            auto escape = read_escape();
            if (!escape) return client::fail(std::move(escape.error()));
            statement.append(*escape);
            continue;
        }
        const bool ends_statement = token_.kind == TokenKind::semicolon;
        append_token(statement);
        if (ends_statement) {  // the next one's parameters begin at 1 again
            translation.sql += finish(statement);
            statement = {};
            parameters_.clear();
        }
    }
    translation.sql += finish(statement);
    return translation;
}

}  // namespace

Result<Translation> translate_escapes(std::string_view sql, const EscapeContext& context) {
    if (sql.find('{') == std::string_view::npos) return Translation{std::string{sql}, false, {}};
    return Translator{sql, context}.translate();
}

}  // namespace dqlite::odbc
