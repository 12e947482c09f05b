// UPDATE and DELETE … WHERE CURRENT OF cursor: ODBC's SQL, which SQLite does not know.
#pragma once

#include <optional>
#include <string>

#include "client/statement.h"

namespace dqlite::odbc {

/// Names are without quotes.
struct CurrentOf {
    std::string text;    ///< the statement up to WHERE
    std::string schema;  ///< of the table; empty where none is named
    std::string table;
    std::string cursor;
};

/// Nothing for any other statement.
[[nodiscard]] std::optional<CurrentOf> current_of(const client::Statement& statement);

}  // namespace dqlite::odbc
