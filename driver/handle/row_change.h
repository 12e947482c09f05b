// The statements that change one row of a cursor's table: by its key and, as SQL_CONCUR_VALUES
// asks, only while the row still has the values that the cursor read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "client/statement.h"
#include "driver/describe/keyed_query.h"
#include "wire/value.h"

namespace dqlite::odbc {

/// A new value for a column of the result, 0-based.
struct ColumnValue {
    std::size_t column = 0;
    wire::Value value;
};

struct RowChange {
    client::Statement statement;
    std::vector<wire::Value> values;
};

/// `row` is the row as the cursor read it, with its key behind the result's columns.
[[nodiscard]] RowChange update_row(const KeyedQuery& query, std::span<const ColumnValue> set,
                                   std::span<const wire::Value> row);
[[nodiscard]] RowChange delete_row(const KeyedQuery& query, std::span<const wire::Value> row);
[[nodiscard]] RowChange insert_row(const KeyedQuery& query, std::span<const ColumnValue> values);
/// A positioned UPDATE or DELETE. `text` is its part before WHERE CURRENT OF.
[[nodiscard]] RowChange at_row(const KeyedQuery& query, const client::Statement& positioned,
                               std::string_view text, std::span<const wire::Value> parameters,
                               std::span<const wire::Value> row);

/// The key of a row.
[[nodiscard]] std::span<const wire::Value> key_of(const KeyedQuery& query,
                                                  std::span<const wire::Value> row) noexcept;
/// The key a row has once `set` is stored in it: that of `row`, or with no row (empty) that of an
/// added one; nothing where an added row's key is not among the values.
[[nodiscard]] std::vector<wire::Value> new_key(const KeyedQuery& query,
                                               std::span<const ColumnValue> set,
                                               std::span<const wire::Value> row);

}  // namespace dqlite::odbc
