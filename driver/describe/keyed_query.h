// A query whose rows can be told apart and changed one by one: a plain SELECT over one table, sent
// with the table's key behind its own columns (design §2.6).
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "client/statement.h"
#include "driver/describe/mirror_database.h"
#include "driver/describe/tokens.h"

namespace dqlite::odbc {

/// Names are SQL text, quoted where that is needed, but for schema_name and table_name.
struct KeyedQuery {
    struct Key {
        std::string name;    ///< what SQL calls it: "rowid", or a column
        std::string column;  ///< the column that holds it; empty for a rowid without one
    };
    /// One column of the result.
    struct Column {
        std::string base;       ///< the table's column; empty for an expression
        bool writable = false;  ///< may stand in SET
    };

    std::string schema_name;
    std::string table_name;
    std::string table;  ///< "main"."t"
    std::vector<Key> key;
    bool by_rowid = false;  ///< the key is the rowid, which an INSERT tells
    std::vector<Column> columns;
    client::Statement all;  ///< the query with its key behind its columns, NULL-safe
    client::Statement row;  ///< the same for one row, by its key: a parameter for each part

    /// `column` is the first of its base column, so that it is changed and compared once.
    [[nodiscard]] bool is_first(std::size_t column) const noexcept;
};

/// Nothing where a row of the result is not a row of one table: views, joins, DISTINCT, GROUP BY,
/// aggregates, windows, compounds, CTEs; or where one row cannot be read again (parameters among
/// the columns).
[[nodiscard]] std::optional<KeyedQuery> keyed_query(const client::Statement& statement,
                                                    const std::vector<client::Token>& tokens,
                                                    MirrorDatabase& mirror);

}  // namespace dqlite::odbc
