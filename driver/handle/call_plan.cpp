#include "driver/handle/call_plan.h"

#include <utility>

#include <fmt/format.h>

#include "client/sql_lexer.h"
#include "driver/tables/connection_values.h"

namespace dqlite::odbc {
namespace {

using client::Token;
using client::TokenKind;

tl::unexpected<client::Error> invalid(std::string message) {
    return client::fail(
        client::Error{.kind = client::ErrorKind::invalid, .message = std::move(message)});
}

bool is_sign(const Token& token) noexcept {
    return token.kind == TokenKind::op && (token.text == "-" || token.text == "+");
}

struct Literal {
    bool understood = false;
    ProcedureValue value;
};

/// 'text', a number with or without its sign, or NULL. An empty text stands for the default.
Literal read_literal(std::string_view text) {
    client::SqlLexer lexer{text};
    Token token = lexer.next_significant();
    if (token.kind == TokenKind::end) return {true, {}};
    std::string sign;
    if (is_sign(token)) {
        if (token.text == "-") sign = "-";
        token = lexer.next_significant();
        if (token.kind != TokenKind::number) return {};
    }
    if (lexer.next_significant().kind != TokenKind::end) return {};
    std::string storage;
    switch (token.kind) {
        case TokenKind::number:
            return {true, sign + std::string{token.text}};
        case TokenKind::string:
            return {true, std::string{client::unquoted(token, storage)}};
        case TokenKind::word:
            return {client::same_word(token.text, "NULL"), {}};
        default:
            return {};
    }
}

}  // namespace

client::Error missing_argument(const Procedure& procedure, const ProcedureColumn& parameter) {
    return {.kind = client::ErrorKind::invalid,
            .message = fmt::format("{} must be given its {}", procedure.name, parameter.name)};
}

client::Result<CallPlan> plan_call(const Procedure& procedure, const ProcedureCall& call) {
    const auto parameters = procedure.parameters;
    CallPlan plan{&procedure, std::vector<CallArgument>(parameters.size()), 0};
    if (call.returns_value) {
        if (!procedure.returns_value()) {
            return invalid(fmt::format("{} has no return value", procedure.name));
        }
        plan.arguments.front().marker = ++plan.markers;
    }
    const std::size_t first = procedure.returns_value() ? 1 : 0;
    const std::size_t most = parameters.size() - first;
    if (call.arguments.size() > most) {
        return invalid(fmt::format("{} takes {} argument{}, not {}", procedure.name,
                                   most == 0 ? "no" : std::to_string(most), most == 1 ? "" : "s",
                                   call.arguments.size()));
    }
    for (std::size_t i = 0; i < call.arguments.size(); ++i) {
        const auto& text = call.arguments[i];
        const auto& parameter = parameters[first + i];
        auto& argument = plan.arguments[first + i];
        if (text == "?") {
            argument.marker = ++plan.markers;
            continue;
        }
        auto literal = read_literal(text);
        if (!literal.understood) {
            return invalid(fmt::format("The {} of {} is neither a literal nor ?: {}",
                                       parameter.name, procedure.name, printable(text)));
        }
        if (literal.value && !parameter.is_input()) {
            return invalid(fmt::format("{} gives its {} back: it takes a ? there", procedure.name,
                                       parameter.name));
        }
        argument.literal = std::move(literal.value);
    }
    for (std::size_t i = first; i < parameters.size(); ++i) {
        const auto& argument = plan.arguments[i];
        const bool given = argument.marker != 0 || argument.literal.has_value();
        if (!given && parameters[i].is_input() && parameters[i].default_value.empty()) {
            return client::fail(missing_argument(procedure, parameters[i]));
        }
    }
    return plan;
}

}  // namespace dqlite::odbc
