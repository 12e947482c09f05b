// Runs translated SQL in a real SQLite.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <sqlite3.h>

#include "driver/sql/escapes.h"
#include "tests/client/sql/sqlite_oracle.h"

namespace dqlite::odbc::test {

/// The text of a value, "NULL", or what went wrong in angle brackets. `bound` are text parameters.
inline std::string evaluate_sql(const std::string& sql,
                                const std::vector<std::string>& bound = {}) {
    client::test::SqliteOracle database;
    sqlite3_stmt* raw = nullptr;
    if (sqlite3_prepare_v2(database.handle(), sql.c_str(), -1, &raw, nullptr) != SQLITE_OK) {
        return std::string{"<"} + sqlite3_errmsg(database.handle()) + ">";
    }
    const client::test::PreparedStatement statement{raw};
    if (static_cast<std::size_t>(sqlite3_bind_parameter_count(raw)) != bound.size()) {
        return "<" + std::to_string(sqlite3_bind_parameter_count(raw)) + " parameters>";
    }
    int index = 0;
    for (const std::string& value : bound) {
        sqlite3_bind_text(raw, ++index, value.c_str(), -1, SQLITE_TRANSIENT);
    }
    if (sqlite3_step(raw) != SQLITE_ROW) {
        return std::string{"<"} + sqlite3_errmsg(database.handle()) + ">";
    }
    const auto* const text = reinterpret_cast<const char*>(sqlite3_column_text(raw, 0));
    return text == nullptr ? "NULL" : text;
}

/// The value of an expression with escapes.
inline std::string evaluate(std::string_view expression,
                            const std::vector<std::string>& bound = {}) {
    const auto translation = translate_escapes("SELECT " + std::string{expression}, {"app", "me"});
    if (!translation) return "<" + translation.error().message + ">";
    return evaluate_sql(translation->sql, bound);
}

}  // namespace dqlite::odbc::test
