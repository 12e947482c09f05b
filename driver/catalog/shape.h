// What catalogue result sets look like, as data, and the making of their frames.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "driver/catalog/catalog.h"
#include "wire/rows.h"
#include "wire/value.h"

namespace dqlite::odbc::catalog {

/// One column of a result set the ODBC Reference fixes. SQL_VARCHAR and SQL_CHAR stand for the
/// character types of the connection (wide or not).
struct ColumnShape {
    std::string_view name;
    SQLSMALLINT type = SQL_VARCHAR;
    SQLULEN size = 0;
    bool nullable = true;
};
using Shape = std::span<const ColumnShape>;

inline constexpr SQLULEN name_size = 255;
inline constexpr SQLULEN text_size = 4000;  ///< defaults, filter conditions

constexpr ColumnShape name_column(std::string_view name, bool nullable = true) {
    return {name, SQL_VARCHAR, name_size, nullable};
}
constexpr ColumnShape text_column(std::string_view name, bool nullable = true) {
    return {name, SQL_VARCHAR, text_size, nullable};
}
constexpr ColumnShape smallint_column(std::string_view name, bool nullable = true) {
    return {name, SQL_SMALLINT, 5, nullable};
}
constexpr ColumnShape integer_column(std::string_view name, bool nullable = true) {
    return {name, SQL_INTEGER, 10, nullable};
}
inline constexpr bool not_null = false;

[[nodiscard]] std::vector<ColumnDescription> describe(Shape shape, const TypeOptions& options);

using Row = std::span<const wire::Value>;
using Finisher = decltype(CatalogQuery::finish);

/// Sees each raw row once and appends what it stands for.
using RowShaper = std::function<void(Row raw, wire::RowsWriter& out)>;

/// Shapes a server's rows one by one. A row that has not `raw_columns` columns is refused before
/// `row` sees it: what a server sends is checked, not trusted.
[[nodiscard]] Finisher shape_rows(Shape shape, std::size_t raw_columns, RowShaper row);

/// Sees all raw rows together, copied out of the stream.
using RawRows = std::vector<std::vector<wire::Value>>;
using SetShaper = std::function<void(const RawRows& raw, wire::RowsWriter& out)>;
[[nodiscard]] Finisher shape_set(Shape shape, std::size_t raw_columns, const SetShaper& set);

/// Rows made here, without a query. Texts in them must be static.
[[nodiscard]] Finisher fixed_rows(Shape shape, std::vector<std::vector<wire::Value>> rows);

/// Reading raw values: a value of another type is an empty text, or 0.
[[nodiscard]] std::string_view text_of(const wire::Value& value) noexcept;
[[nodiscard]] std::int64_t integer_of(const wire::Value& value) noexcept;

/// The schema's name as results show it.
[[nodiscard]] wire::Value schema_value(const wire::Value& schema, bool hide_schemas) noexcept;

}  // namespace dqlite::odbc::catalog
