#include "driver/catalog/shape.h"

#include <deque>
#include <string>
#include <utility>

namespace dqlite::odbc::catalog {

namespace {

std::vector<std::string_view> names_of(Shape shape) {
    std::vector<std::string_view> names;
    names.reserve(shape.size());
    for (const ColumnShape& column : shape) names.push_back(column.name);
    return names;
}

SQLSMALLINT type_for(SQLSMALLINT type, const TypeOptions& options) {
    if (!options.wide) return type;
    if (type == SQL_VARCHAR) return SQL_WVARCHAR;
    if (type == SQL_CHAR) return SQL_WCHAR;
    return type;
}

client::Error unexpected_columns() {
    client::Error error;
    error.kind = client::ErrorKind::protocol;
    error.message = "The server's answer to a catalogue query has the wrong number of columns";
    return error;
}

/// Calls `visit` with each row of a stream that has `columns` columns.
template <typename Visit>
client::Result<void> for_each_row(client::RowStream& stream, std::size_t columns, Visit visit) {
    if (stream.column_count() != columns) return client::fail(unexpected_columns());
    for (;;) {
        switch (stream.next()) {
            case client::RowStream::Step::row:
                visit(stream.row());
                break;
            case client::RowStream::Step::end:
                return {};
            case client::RowStream::Step::failed:
                return client::fail(stream.error());
        }
    }
}

}  // namespace

std::vector<ColumnDescription> describe(Shape shape, const TypeOptions& options) {
    std::vector<ColumnDescription> columns;
    columns.reserve(shape.size());
    for (const ColumnShape& column : shape) {
        ColumnDescription& description = columns.emplace_back();
        description.name = column.name;
        description.type.concise = type_for(column.type, options);
        description.type.column_size = column.size;
        description.nullable = column.nullable ? SQL_NULLABLE : SQL_NO_NULLS;
    }
    return columns;
}

Finisher shape_rows(Shape shape, std::size_t raw_columns, RowShaper row) {
    return [=](client::RowStream* stream) -> client::Result<wire::Buffer> {
        wire::RowsWriter out{names_of(shape)};
        auto read = for_each_row(*stream, raw_columns, [&](Row raw) { row(raw, out); });
        if (!read) return client::fail(std::move(read.error()));
        return out.finish();
    };
}

Finisher shape_set(Shape shape, std::size_t raw_columns, const SetShaper& set) {
    return [=](client::RowStream* stream) -> client::Result<wire::Buffer> {
        RawRows rows;
        std::deque<std::string> texts;  // of the rows: a stream's own are gone with its next row
        auto read = for_each_row(*stream, raw_columns, [&](Row raw) {
            auto& copy = rows.emplace_back(raw.begin(), raw.end());
            for (wire::Value& value : copy) {
                if (value.holds_text())
                    value = wire::Value::text(texts.emplace_back(value.as_bytes()));
            }
        });
        if (!read) return client::fail(std::move(read.error()));
        wire::RowsWriter out{names_of(shape)};
        set(rows, out);
        return out.finish();
    };
}

Finisher fixed_rows(Shape shape, std::vector<std::vector<wire::Value>> rows) {
    return [shape, rows = std::move(rows)](client::RowStream*) -> client::Result<wire::Buffer> {
        wire::RowsWriter out{names_of(shape)};
        for (const auto& row : rows) out.row(row);
        return out.finish();
    };
}

std::string_view text_of(const wire::Value& value) noexcept {
    return value.holds_text() ? value.as_bytes() : std::string_view{};
}

std::int64_t integer_of(const wire::Value& value) noexcept {
    return value.holds_integer() ? value.as_integer() : 0;
}

wire::Value schema_value(const wire::Value& schema, bool hide_schemas) noexcept {
    return hide_schemas ? wire::Value::null() : schema;
}

}  // namespace dqlite::odbc::catalog
