#include "client/statement.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <utility>

#include "client/classifier.h"
#include "client/sql_lexer.h"

namespace dqlite::client {
namespace {

/// No build of SQLite we know takes a higher ?NNN; a server refuses what is beyond its own limit.
constexpr std::uint32_t highest_parameter_number = 250'000;

/// Knows while the tokens go by whether a semicolon is one of a trigger's body. The body ends
/// with the only END that follows a semicolon: that of a CASE never does.
class TriggerBody {
  public:
    void pass(const Token& token) noexcept { state_ = after(token); }
    [[nodiscard]] bool is_open() const noexcept {
        return state_ == State::body || state_ == State::body_semicolon;
    }

  private:
    enum class State : std::uint8_t {
        start,
        explain,
        query,
        plan,
        create,
        temp,
        header,
        body,
        body_semicolon,
        other
    };
    [[nodiscard]] State after(const Token& token) const noexcept {
        switch (state_) {
            case State::start:
                if (is_word(token, "EXPLAIN")) return State::explain;
                return is_word(token, "CREATE") ? State::create : State::other;
            case State::explain:
                if (is_word(token, "QUERY")) return State::query;
                return is_word(token, "CREATE") ? State::create : State::other;
            case State::query:
                return is_word(token, "PLAN") ? State::plan : State::other;
            case State::plan:
                return is_word(token, "CREATE") ? State::create : State::other;
            case State::create:
                if (is_word(token, "TEMP") || is_word(token, "TEMPORARY")) return State::temp;
                return is_word(token, "TRIGGER") ? State::header : State::other;
            case State::temp:
                return is_word(token, "TRIGGER") ? State::header : State::other;
            case State::header:
                return is_word(token, "BEGIN") ? State::body : State::header;
            case State::body:
                return token.kind == TokenKind::semicolon ? State::body_semicolon : State::body;
            case State::body_semicolon:
                if (token.kind == TokenKind::semicolon) return State::body_semicolon;
                return is_word(token, "END") ? State::other : State::body;
            case State::other:
                break;
        }
        return State::other;
    }
    State state_ = State::start;
};

/// Collects the tokens of the next statement; empty at the end of the text.
void read_statement_tokens(SqlLexer& lexer, std::vector<Token>& tokens) {
    tokens.clear();
    TriggerBody trigger;
    for (;;) {
        const Token token = lexer.next_significant();
        if (token.kind == TokenKind::end) return;
        if (token.kind == TokenKind::semicolon && !trigger.is_open()) {
            if (tokens.empty()) continue;
            return;
        }
        trigger.pass(token);
        tokens.push_back(token);
    }
}

Error invalid(std::string text) {
    Error error;
    error.kind = ErrorKind::invalid;
    error.message = std::move(text);
    return error;
}

}  // namespace

std::uint32_t ParameterNumbers::number(std::string_view token) {
    if (token == "?") return ++highest_;
    if (token.front() != '?') {
        const auto [entry, is_new] = names_.try_emplace(token, highest_ + 1);
        if (is_new) ++highest_;
        return entry->second;
    }
    std::uint32_t number = 0;
    const char* const end = token.data() + token.size();
    const auto result = std::from_chars(token.data() + 1, end, number);
    if (result.ec != std::errc{} || number > highest_parameter_number) return 0;
    highest_ = std::max(highest_, number);
    return number;
}

std::vector<Statement> parse_statements(std::string_view sql) {
    std::vector<Statement> statements;
    std::vector<Token> tokens;
    SqlLexer lexer{sql};
    for (;;) {
        read_statement_tokens(lexer, tokens);
        if (tokens.empty()) return statements;
        statements.push_back(classify(tokens, sql));
    }
}

Result<std::vector<Statement>> parse_batch(std::string_view sql) {
    if (sql.find('\0') != std::string_view::npos) {
        return fail(invalid("the SQL text contains a U+0000, at which a server would cut it off"));
    }
    std::vector<Statement> statements = parse_statements(sql);
    if (statements.empty()) return fail(invalid("empty statement"));
    return statements;
}

Result<Statement> parse_one_statement(std::string_view sql) {
    auto statements = parse_batch(sql);
    if (!statements) return fail(std::move(statements.error()));
    if (statements->size() > 1) {
        return fail(invalid("one statement at a time: the SQL text has " +
                            std::to_string(statements->size())));
    }
    return std::move(statements->front());
}

}  // namespace dqlite::client
