#include "client/classifier.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <utility>

#include "client/pragmas.h"
#include "client/safety.h"

namespace dqlite::client {
namespace {

constexpr auto verbs = std::to_array<std::pair<std::string_view, Verb>>({
    {"ALTER", Verb::alter},     {"ANALYZE", Verb::analyze},   {"ATTACH", Verb::attach},
    {"BEGIN", Verb::begin},     {"COMMIT", Verb::commit},     {"CREATE", Verb::create},
    {"DELETE", Verb::delete_},  {"DETACH", Verb::detach},     {"DROP", Verb::drop},
    {"END", Verb::commit},      {"EXPLAIN", Verb::explain},   {"INSERT", Verb::insert},
    {"PRAGMA", Verb::pragma},   {"REINDEX", Verb::reindex},   {"RELEASE", Verb::release},
    {"REPLACE", Verb::replace}, {"ROLLBACK", Verb::rollback}, {"SAVEPOINT", Verb::savepoint},
    {"SELECT", Verb::select},   {"UPDATE", Verb::update},     {"VACUUM", Verb::vacuum},
    {"VALUES", Verb::values},
});

/// SQLite takes a string for a name wherever only a name can stand.
bool can_be_name(const Token& token) noexcept {
    return token.kind == TokenKind::word || token.kind == TokenKind::quoted_name ||
           token.kind == TokenKind::string;
}

/// Behind these a name with a parenthesis is a table with its columns, not a call.
bool introduces_table(const Token& token) noexcept {
    static constexpr auto words = std::to_array<std::string_view>(
        {"TABLE", "EXISTS", "INTO", "REFERENCES", "WITH", "RECURSIVE"});
    return token.kind == TokenKind::dot ||
           std::ranges::any_of(words, [&](std::string_view word) { return is_word(token, word); });
}

Verb verb_of(const Token& token) noexcept {
    const auto* const found =
        std::ranges::find_if(verbs, [&](const auto& entry) { return is_word(token, entry.first); });
    return found == verbs.end() ? Verb::unknown : found->second;
}

bool is_dml(Verb verb) noexcept {
    return verb == Verb::insert || verb == Verb::replace || verb == Verb::update ||
           verb == Verb::delete_;
}

/// Classifies one statement from its tokens that mean something.
class Classifier {
  public:
    explicit Classifier(std::span<const Token> tokens) noexcept : tokens_{tokens} {}
    [[nodiscard]] Statement classify(std::string_view text);

  private:
    [[nodiscard]] const Token& at(std::size_t index) const noexcept {
        static constexpr Token end{};
        return index < tokens_.size() ? tokens_[index] : end;
    }
    [[nodiscard]] std::size_t past_explain(std::size_t index) const noexcept;
    [[nodiscard]] std::size_t past_parentheses(std::size_t index) const noexcept;
    [[nodiscard]] std::size_t past_cte(std::size_t index) const noexcept;
    [[nodiscard]] bool has_returning(std::size_t index) const noexcept;
    void read_verb(std::size_t index);
    void read_pragma(std::size_t index);
    void read_transaction(std::size_t index);
    void read_dml(std::size_t index);
    void read_explained() noexcept;
    void read_names();
    void read_parameters();

    std::span<const Token> tokens_;
    Statement statement_;
    bool names_temp_ = false;
    bool creates_temp_ = false;
};

std::size_t Classifier::past_explain(std::size_t index) const noexcept {
    if (!is_word(at(index), "EXPLAIN")) return index;
    return is_word(at(index + 1), "QUERY") && is_word(at(index + 2), "PLAN") ? index + 3
                                                                             : index + 1;
}

std::size_t Classifier::past_parentheses(std::size_t index) const noexcept {
    int depth = 0;
    if (at(index).kind != TokenKind::left_parenthesis) return index;
    for (; index < tokens_.size(); ++index) {
        depth += nesting(at(index));
        if (depth == 0) return index + 1;
    }
    return index;
}

/// The verb's index behind WITH [RECURSIVE] name[(…)] AS [[NOT] MATERIALIZED] (…), …
std::size_t Classifier::past_cte(std::size_t index) const noexcept {
    if (!is_word(at(index), "WITH")) return index;
    ++index;
    if (is_word(at(index), "RECURSIVE")) ++index;
    while (index < tokens_.size()) {
        ++index;  // the name, which may look like a verb: REPLACE is one SQLite allows
        index = past_parentheses(index);
        if (is_word(at(index), "AS")) ++index;
        if (is_word(at(index), "NOT")) ++index;
        if (is_word(at(index), "MATERIALIZED")) ++index;
        index = past_parentheses(index);
        if (at(index).kind != TokenKind::comma) break;
        ++index;
    }
    return index;
}

bool Classifier::has_returning(std::size_t index) const noexcept {
    int depth = 0;
    for (; index < tokens_.size(); ++index) {
        const Token& token = at(index);
        depth += nesting(token);
        if (depth == 0 && is_word(token, "RETURNING")) return true;
    }
    return false;
}

void Classifier::read_pragma(std::size_t index) {
    const bool has_schema = at(index + 2).kind == TokenKind::dot;
    const std::size_t name_index = has_schema ? index + 3 : index + 1;
    std::string storage;
    statement_.pragma.name = unquoted(at(name_index), storage);
    std::ranges::transform(statement_.pragma.name, statement_.pragma.name.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    statement_.pragma.has_value = name_index + 1 < tokens_.size();

    const PragmaFacts facts = pragma_facts(statement_.pragma.name);
    const bool has_value = statement_.pragma.has_value;
    statement_.returns_rows =
        facts.rows == PragmaRows::always || (facts.rows == PragmaRows::bare && !has_value);
    statement_.writes =
        facts.sets == PragmaSets::by_itself || (facts.sets == PragmaSets::database && has_value);
    statement_.makes_session_state = facts.sets == PragmaSets::session && has_value;
    statement_.in_transaction_ok = false;
}

void Classifier::read_transaction(std::size_t index) {
    switch (statement_.verb) {
        case Verb::begin:
            statement_.effect = TransactionEffect::begins;
            break;
        case Verb::commit:
            statement_.effect = TransactionEffect::ends;
            break;
        case Verb::savepoint:
        case Verb::release:
            statement_.effect = TransactionEffect::savepoint;
            break;
        case Verb::rollback: {
            statement_.effect = TransactionEffect::ends;
            // ROLLBACK [TRANSACTION [name]] TO …
            const auto rest = tokens_.subspan(std::min(index + 1, tokens_.size()));
            if (std::ranges::any_of(rest, [](const Token& t) { return is_word(t, "TO"); })) {
                statement_.verb = Verb::rollback_to;
                statement_.effect = TransactionEffect::savepoint;
            }
            break;
        }
        default:
            break;
    }
}

void Classifier::read_dml(std::size_t index) {
    statement_.writes = true;
    statement_.returning = has_returning(index + 1);
    statement_.returns_rows = statement_.returning;
    statement_.may_end_transaction =
        is_word(at(index + 1), "OR") &&
        (is_word(at(index + 2), "ROLLBACK") || is_word(at(index + 2), "FAIL"));
}

void Classifier::read_verb(std::size_t index) {
    const Verb verb = verb_of(at(index));
    statement_.verb = verb;
    switch (verb) {
        case Verb::select:
        case Verb::values:
            statement_.returns_rows = true;
            break;
        case Verb::create:
        case Verb::drop:
        case Verb::alter:
            statement_.is_ddl = true;
            statement_.writes = true;
            creates_temp_ = verb == Verb::create &&
                            (is_word(at(index + 1), "TEMP") || is_word(at(index + 1), "TEMPORARY"));
            break;
        case Verb::analyze:
        case Verb::reindex:
            statement_.writes = true;
            break;
        case Verb::pragma:
            read_pragma(index);
            break;
        case Verb::vacuum:
            statement_.writes = true;
            statement_.in_transaction_ok = false;
            break;
        case Verb::attach:
        case Verb::detach:
            statement_.makes_session_state = true;
            statement_.in_transaction_ok = false;
            break;
        case Verb::unknown:
            // A server refuses it; should it be one that SQLite learnt later, it may do anything.
            statement_.writes = true;
            break;
        default:
            if (is_dml(verb)) read_dml(index);
            read_transaction(index);
    }
}

/// EXPLAIN lists a program and runs nothing, except that a PRAGMA may act when it is compiled.
void Classifier::read_explained() noexcept {
    const bool sets_pragma = statement_.verb == Verb::pragma && statement_.makes_session_state;
    statement_.verb = Verb::explain;
    statement_.returns_rows = true;
    statement_.writes = false;
    statement_.returning = false;
    statement_.may_end_transaction = false;
    statement_.is_ddl = false;
    statement_.in_transaction_ok = true;
    statement_.effect = TransactionEffect::none;
    statement_.makes_session_state = sets_pragma;
    creates_temp_ = false;
}

/// Names that tell of the session's own state, or that no server may be given.
void Classifier::read_names() {
    static constexpr auto functions =
        std::to_array<std::string_view>({"last_insert_rowid", "changes", "total_changes"});
    static constexpr auto temp_tables =
        std::to_array<std::string_view>({"sqlite_temp_master", "sqlite_temp_schema"});
    std::string storage;
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
        if (!can_be_name(tokens_[i])) continue;
        const std::string_view name = unquoted(tokens_[i], storage);
        const auto same = [name](std::string_view other) { return same_word(name, other); };
        const Token& before = at(i - 1);
        const TokenKind after = at(i + 1).kind;
        const bool is_call = after == TokenKind::left_parenthesis && !introduces_table(before);
        if (is_call && std::ranges::any_of(functions, same)) statement_.needs_session_state = true;
        if ((after == TokenKind::dot && same("temp")) || std::ranges::any_of(temp_tables, same)) {
            names_temp_ = true;
        }
        // 'text' is a table's name behind FROM and its like, and then mostly alone or in a list.
        const bool is_value = tokens_[i].kind == TokenKind::string &&
                              (before.kind == TokenKind::op || before.kind == TokenKind::end);
        if (!is_value && is_refused_function(name, is_call)) {
            statement_.names_refused_function = true;
        }
    }
    if (creates_temp_ || (names_temp_ && statement_.writes)) statement_.makes_session_state = true;
    if (names_temp_ && statement_.verb != Verb::create) statement_.needs_session_state = true;
}

void Classifier::read_parameters() {
    ParameterNumbers numbers;
    const std::size_t start = tokens_.front().offset;
    for (const Token& token : tokens_) {
        if (token.kind != TokenKind::parameter) continue;
        numbers.number(token.text);
        if (token.text == "?") {
            statement_.parameter_offsets.push_back(
                static_cast<std::uint32_t>(token.offset - start));
        } else {
            statement_.anonymous_parameters_only = false;
        }
    }
    statement_.parameters = numbers.highest();
}

Statement Classifier::classify(std::string_view text) {
    const Token& last = tokens_.back();
    const std::size_t start = tokens_.front().offset;
    statement_.sql = text.substr(start, last.offset + last.text.size() - start);

    const std::size_t explained = past_explain(0);
    std::size_t index = explained;
    while (at(index).kind == TokenKind::left_parenthesis) ++index;
    statement_.has_cte = is_word(at(index), "WITH");
    index = past_cte(index);
    while (at(index).kind == TokenKind::left_parenthesis) ++index;
    read_verb(index);
    if (explained > 0) read_explained();
    read_names();
    read_parameters();
    return std::move(statement_);
}

}  // namespace

Statement classify(std::span<const Token> tokens, std::string_view text) {
    return Classifier{tokens}.classify(text);
}

}  // namespace dqlite::client
