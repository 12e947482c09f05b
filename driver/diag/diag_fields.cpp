#include "driver/diag/diag_fields.h"

#include <algorithm>
#include <array>

#include "client/sql_lexer.h"

namespace dqlite::odbc {
namespace {

using client::Verb;

constexpr std::string_view iso = "ISO 9075";
constexpr std::string_view odbc = "ODBC 3.0";

// The subclasses ODBC defined itself, by SQLGetDiagField's page.
constexpr std::array odbc_subclasses{
    SqlState::s01S00, SqlState::s01S01, SqlState::s01S02, SqlState::s01S06, SqlState::s01S07,
    SqlState::s07S01, SqlState::s08S01, SqlState::s21S01, SqlState::s21S02, SqlState::s25S01,
    SqlState::s25S03, SqlState::s42S01, SqlState::s42S02, SqlState::s42S11, SqlState::s42S12,
    SqlState::s42S21, SqlState::s42S22, SqlState::sHY095, SqlState::sHY097, SqlState::sHY098,
    SqlState::sHY099, SqlState::sHY100, SqlState::sHY101, SqlState::sHY105, SqlState::sHY107,
    SqlState::sHY109, SqlState::sHY110, SqlState::sHY111, SqlState::sHYT00, SqlState::sHYT01,
    SqlState::sIM001, SqlState::sIM007, SqlState::sIM008,
};

struct VerbFunction {
    Verb verb;
    std::string_view object;  ///< what is created or dropped; empty: any
    DynamicFunction function;
};

constexpr std::array verb_functions{
    VerbFunction{Verb::select, "", {"SELECT CURSOR", SQL_DIAG_SELECT_CURSOR}},
    VerbFunction{Verb::values, "", {"SELECT CURSOR", SQL_DIAG_SELECT_CURSOR}},
    VerbFunction{Verb::insert, "", {"INSERT", SQL_DIAG_INSERT}},
    VerbFunction{Verb::replace, "", {"INSERT", SQL_DIAG_INSERT}},
    VerbFunction{Verb::update, "", {"UPDATE WHERE", SQL_DIAG_UPDATE_WHERE}},
    VerbFunction{Verb::delete_, "", {"DELETE WHERE", SQL_DIAG_DELETE_WHERE}},
    VerbFunction{Verb::alter, "", {"ALTER TABLE", SQL_DIAG_ALTER_TABLE}},
    VerbFunction{Verb::create, "TABLE", {"CREATE TABLE", SQL_DIAG_CREATE_TABLE}},
    VerbFunction{Verb::create, "INDEX", {"CREATE INDEX", SQL_DIAG_CREATE_INDEX}},
    VerbFunction{Verb::create, "VIEW", {"CREATE VIEW", SQL_DIAG_CREATE_VIEW}},
    VerbFunction{Verb::drop, "TABLE", {"DROP TABLE", SQL_DIAG_DROP_TABLE}},
    VerbFunction{Verb::drop, "INDEX", {"DROP INDEX", SQL_DIAG_DROP_INDEX}},
    VerbFunction{Verb::drop, "VIEW", {"DROP VIEW", SQL_DIAG_DROP_VIEW}},
};

/// The word that says what CREATE or DROP is about: `CREATE TEMP TABLE` → TABLE.
std::string_view object_word(const client::Statement& statement) noexcept {
    static constexpr std::array<std::string_view, 4> adjectives{"TEMP", "TEMPORARY", "UNIQUE",
                                                                "VIRTUAL"};
    client::SqlLexer lexer{statement.sql};
    static_cast<void>(lexer.next_significant());  // the verb itself
    client::Token token = lexer.next_significant();
    while (std::ranges::any_of(adjectives, [&token](std::string_view adjective) {
        return client::same_word(token.text, adjective);
    })) {
        token = lexer.next_significant();
    }
    return token.text;
}

bool is_odbc_class(SqlState state) noexcept {
    return entry(state).code.starts_with("IM");
}

}  // namespace

std::string_view class_origin(SqlState state) noexcept {
    return is_odbc_class(state) ? odbc : iso;
}

std::string_view subclass_origin(SqlState state) noexcept {
    const bool own = std::ranges::find(odbc_subclasses, state) != odbc_subclasses.end();
    return own ? odbc : iso;
}

DynamicFunction dynamic_function(const client::Statement& statement) noexcept {
    const bool needs_object = statement.verb == Verb::create || statement.verb == Verb::drop;
    const std::string_view object = needs_object ? object_word(statement) : std::string_view{};
    const auto* const found = std::ranges::find_if(verb_functions, [&](const VerbFunction& f) {
        return f.verb == statement.verb && client::same_word(f.object, object);
    });
    return found == verb_functions.end() ? DynamicFunction{} : found->function;
}

}  // namespace dqlite::odbc
