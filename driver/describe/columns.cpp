#include "driver/describe/columns.h"

#include <algorithm>

namespace dqlite::odbc {
namespace {

using client::Token;

/// True where every row of the result is made of one row of each table it reads.
[[nodiscard]] bool rows_are_whole(const Observation& observed, const std::vector<Token>& tokens) {
    if (observed.selects > 1 || observed.functions || observed.views) return false;
    return std::none_of(tokens.begin(), tokens.end(), [](const Token& token) {
        return is_word(token, "LEFT") || is_word(token, "RIGHT") || is_word(token, "FULL");
    });
}

void add_origin(ColumnDescription& column, const Table& table, std::string_view origin,
                bool whole) {
    const TableColumn* const declared = table.column(origin);
    if (declared == nullptr) {
        // The rowid of a table without an INTEGER PRIMARY KEY.
        column.nullable = whole ? SQL_NO_NULLS : SQL_NULLABLE_UNKNOWN;
        column.key = true;
        return;
    }
    column.auto_increment = declared->rowid_alias;
    column.key = declared->key;
    column.case_sensitive = declared->case_sensitive;
    column.updatable = !declared->generated;
    if (!declared->not_null && !declared->rowid_alias) {
        column.nullable = SQL_NULLABLE;
    } else if (whole) {
        column.nullable = SQL_NO_NULLS;
    }
}

}  // namespace

std::vector<ColumnDescription> describe_columns(MirrorDatabase& mirror,
                                                const PreparedStatement& prepared,
                                                const std::vector<Token>& tokens,
                                                const TypeOptions& options) {
    const bool whole = rows_are_whole(prepared.observed(), tokens);
    std::vector<ColumnDescription> columns;
    columns.reserve(prepared.column_count());
    for (std::size_t i = 0; i < prepared.column_count(); ++i) {
        const PreparedColumn source = prepared.column(i);
        ColumnDescription column;
        column.name = source.name;
        column.schema = source.schema;
        column.base_table = source.table;
        column.base_column = source.origin;
        column.declared_type = source.declared_type;
        column.inferred = !type_of_declaration(source.declared_type, options, column.type);
        if (column.inferred) column.type = long_text_type(options);
        if (const Table* const table =
                source.origin.empty() ? nullptr : mirror.table(source.schema, source.table)) {
            add_origin(column, *table, source.origin, whole);
        }
        columns.push_back(std::move(column));
    }
    return columns;
}

}  // namespace dqlite::odbc
