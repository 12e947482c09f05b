#include "driver/catalog/arguments.h"

#include <utility>

#include <fmt/format.h>

#include "driver/catalog/pattern.h"

namespace dqlite::odbc::catalog {

namespace {

// SQLite refuses LIKE patterns of more than 50,000 bytes; escaping at most doubles a pattern.
constexpr std::size_t max_argument = 25'000;

bool may_be_null(const CheckedArgument& argument, const CatalogOptions& options) {
    if (argument.kind == ArgumentKind::required) return false;
    return !options.metadata_id || argument.kind == ArgumentKind::catalog;
}

/// True where the argument asks for a catalogue or schema although results show none.
bool names_what_is_absent(const CheckedArgument& argument, const CatalogOptions& options) {
    const bool absent = argument.kind == ArgumentKind::catalog ||
                        (argument.kind == ArgumentKind::schema && options.hide_schemas);
    return absent && argument.value && !argument.value->empty() &&
           !matches_everything(*argument.value);
}

}  // namespace

void refuse(CatalogQuery& query, SqlState state, std::string message) {
    query.state = state;
    query.message = std::move(message);
}

bool check(CatalogQuery& query, std::span<const CheckedArgument> arguments,
           const CatalogOptions& options) {
    for (const CheckedArgument& argument : arguments) {
        if (!argument.value && !may_be_null(argument, options)) {
            refuse(query, SqlState::sHY009,
                   fmt::format("{} must not be a null pointer", argument.label));
            return false;
        }
        if (argument.value && argument.value->size() > max_argument) {
            refuse(query, SqlState::sHY090,
                   fmt::format("{} is longer than {} bytes", argument.label, max_argument));
            return false;
        }
        if (names_what_is_absent(argument, options)) {
            refuse(query, SqlState::sHYC00,
                   fmt::format("{} was given, but {} are not supported", argument.label,
                               argument.kind == ArgumentKind::catalog ? "catalogs" : "schemas"));
            return false;
        }
    }
    return true;
}

std::string Conditions::matching(std::string_view expression, const Argument& argument) {
    if (options_.metadata_id) return equal_to(expression, argument);
    if (!argument || matches_everything(*argument)) return {};
    parameters_.emplace_back(to_like(*argument));
    // lower() on both sides: LIKE alone would obey the session's PRAGMA case_sensitive_like.
    return fmt::format(" AND lower({}) LIKE ? ESCAPE '\\'", expression);
}

std::string Conditions::equal_to(std::string_view expression, const Argument& argument) {
    if (!argument) return {};
    parameters_.emplace_back(options_.metadata_id ? to_name(*argument) : *argument);
    return fmt::format(" AND {} = ? COLLATE NOCASE", expression);
}

std::string Conditions::schema_matching(std::string_view expression, const Argument& argument) {
    return options_.hide_schemas ? std::string{} : matching(expression, argument);
}

std::string Conditions::schema_equal_to(std::string_view expression, const Argument& argument) {
    return options_.hide_schemas ? std::string{} : equal_to(expression, argument);
}

}  // namespace dqlite::odbc::catalog
