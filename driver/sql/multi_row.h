// INSERT … VALUES (?, …) for many parameter sets at once: one statement with many rows, where that
// cannot change what it means (design §2.15).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "client/statement.h"

namespace dqlite::odbc {

/// An INSERT cut around its one row of values.
struct MultiRowInsert {
    std::string head;              ///< up to and with VALUES
    std::string row;               ///< "(?, ?)"
    std::string tail;              ///< an upsert clause, or empty
    std::string table;             ///< unquoted; empty where a schema is named too
    std::uint32_t parameters = 0;  ///< of one row
    bool replaces = false;         ///< it may replace or change rows that are there

    /// The statement for `rows` rows.
    [[nodiscard]] client::Statement statement(std::size_t rows) const;
};

/// Nothing where one statement of many rows could mean something else than many statements of one
/// row: RETURNING, OR FAIL, OR ROLLBACK, a subquery (it would see the rows before it, or not), a
/// function that is not deterministic or looks at the session, parameters that are not plain ?.
[[nodiscard]] std::optional<MultiRowInsert> multi_row_insert(const client::Statement& statement);

}  // namespace dqlite::odbc
