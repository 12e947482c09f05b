#include "client/change_counters.h"

#include <fmt/format.h>

#include "client/sql_lexer.h"

namespace dqlite::client {
namespace {

/// Those that are run now: the text of a view or a trigger stays as it is for ever.
bool is_run_now(Verb verb) noexcept {
    switch (verb) {
        case Verb::select:
        case Verb::values:
        case Verb::insert:
        case Verb::replace:
        case Verb::update:
        case Verb::delete_:
            return true;
        default:
            return false;
    }
}

}  // namespace

void ChangeCounters::hide(const ChangeCounts& before, std::uint64_t rows) noexcept {
    const bool nothing_since =
        hides_ && before.changes == left_.changes && before.total == left_.total;
    if (!nothing_since) changes_ = before.changes;
    hides_ = true;
    hidden_ += static_cast<std::int64_t>(rows);
    left_ = {static_cast<std::int64_t>(rows), before.total + static_cast<std::int64_t>(rows)};
}

bool ChangeCounters::must_disguise(const Statement& statement) const noexcept {
    return hides_ && statement.needs_session_state && is_run_now(statement.verb);
}

// Whatever the application has changed since shows in one of the two counters.
std::string ChangeCounters::changes_sql() const {
    return fmt::format("(CASE WHEN changes()={} AND total_changes()={} THEN {} ELSE changes() END)",
                       left_.changes, left_.total, changes_);
}

std::string ChangeCounters::total_sql() const {
    return fmt::format("(total_changes()-{})", hidden_);
}

Statement ChangeCounters::disguise(const Statement& statement) {
    replaced_.clear();
    Statement sent = statement;
    sent.sql.clear();
    std::string storage;
    std::size_t copied = 0;
    SqlLexer lexer{statement.sql};
    Token name = lexer.next_significant();
    while (name.kind != TokenKind::end) {
        const Token open = lexer.next_significant();
        const bool is_name = name.kind == TokenKind::word || name.kind == TokenKind::quoted_name;
        if (!is_name || open.kind != TokenKind::left_parenthesis) {
            name = open;
            continue;
        }
        const Token close = lexer.next_significant();
        const std::string_view function = unquoted(name, storage);
        const bool total = same_word(function, "total_changes");
        if ((total || same_word(function, "changes")) &&
            close.kind == TokenKind::right_parenthesis) {
            const std::size_t end = close.offset + close.text.size();
            const std::string in_place = total ? total_sql() : changes_sql();
            sent.sql += statement.sql.substr(copied, name.offset - copied) + in_place;
            replaced_.emplace_back(in_place, statement.sql.substr(name.offset, end - name.offset));
            copied = end;
        }
        name = close;
    }
    sent.sql += statement.sql.substr(copied);
    return sent;
}

// SQLite names a column without an alias by the text of its expression.
std::string ChangeCounters::original_name(std::string name) const {
    std::size_t from = 0;
    for (const auto& [in_place, original] : replaced_) {
        const std::size_t at = name.find(in_place, from);
        if (at == std::string::npos) continue;
        name.replace(at, in_place.size(), original);
        from = at + original.size();
    }
    return name;
}

}  // namespace dqlite::client
