// SQLSpecialColumns.
#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "client/sql_lexer.h"
#include "driver/catalog/arguments.h"
#include "driver/catalog/catalog.h"
#include "driver/catalog/objects.h"
#include "driver/catalog/shape.h"
#include "driver/catalog/type_facts.h"

namespace dqlite::odbc {

namespace {

using namespace catalog;
using wire::Value;

constexpr std::array shape{
    smallint_column("SCOPE"),
    name_column("COLUMN_NAME", not_null),
    smallint_column("DATA_TYPE", not_null),
    name_column("TYPE_NAME", not_null),
    integer_column("COLUMN_SIZE"),
    integer_column("BUFFER_LENGTH"),
    smallint_column("DECIMAL_DIGITS"),
    smallint_column("PSEUDO_COLUMN"),
};

enum Raw : std::size_t { index_, column_, type_, no_nulls_, key_, without_rowid_, raw_columns };

// The table's columns (index_ is NULL), then the columns of its unique indexes over all rows.
constexpr std::string_view query_text =
    "{objects}SELECT NULL AS index_name, c.name, c.type, c.\"notnull\" OR ({alias}), c.pk AS place,"
    " o.wr FROM object AS o CROSS JOIN pragma_table_xinfo(o.name, o.schema) AS c"
    " UNION ALL SELECT i.name, x.name, NULL, NULL, x.seqno, NULL"
    " FROM object AS o CROSS JOIN pragma_index_list(o.name, o.schema) AS i"
    " CROSS JOIN pragma_index_xinfo(i.name, o.schema) AS x"
    " WHERE i.\"unique\" AND NOT i.partial AND i.origin <> 'pk' AND x.key"
    " ORDER BY index_name, place";

struct Column {
    std::string_view name;
    std::string_view declared;
    bool no_nulls = false;
    bool in_key = false;
};

struct TableColumns {
    std::vector<Column> columns;  ///< those of the primary key in its order
    std::map<std::string_view, std::vector<std::string_view>> unique_indexes;
    bool has_rowid = false;

    [[nodiscard]] const Column* find(std::string_view name) const {
        const auto same = [&](const Column& c) { return client::same_word(c.name, name); };
        const auto found = std::ranges::find_if(columns, same);
        return found == columns.end() ? nullptr : &*found;
    }
};

TableColumns read_table(const RawRows& rows) {
    TableColumns table;
    for (const auto& row : rows) {
        if (row[index_].is_null()) {
            table.columns.push_back({text_of(row[column_]), text_of(row[type_]),
                                     integer_of(row[no_nulls_]) != 0, integer_of(row[key_]) != 0});
            table.has_rowid = integer_of(row[without_rowid_]) == 0;
        } else {
            table.unique_indexes[text_of(row[index_])].push_back(text_of(row[column_]));
        }
    }
    return table;
}

using Columns = std::vector<Column>;

/// The columns of the primary key, unless one of them can be NULL: SQLite lets several rows be so.
Columns primary_key(const TableColumns& table) {
    Columns key;
    std::ranges::copy_if(table.columns, std::back_inserter(key), &Column::in_key);
    if (!std::ranges::all_of(key, &Column::no_nulls)) key.clear();
    return key;
}

/// The columns of an index, or none if one is an expression or can be NULL.
Columns index_columns(const TableColumns& table, const std::vector<std::string_view>& names) {
    Columns columns;
    for (std::string_view name : names) {
        const Column* column = table.find(name);
        if (column == nullptr || !column->no_nulls) return {};
        columns.push_back(*column);
    }
    return columns;
}

/// The shortest unique index without NULLs, the first of them by name.
Columns unique_index(const TableColumns& table) {
    Columns best;
    for (const auto& [name, names] : table.unique_indexes) {
        Columns columns = index_columns(table, names);
        if (!columns.empty() && (best.empty() || columns.size() < best.size()))
            best = std::move(columns);
    }
    return best;
}

/// The name of the rowid no column of the table has taken.
std::optional<Column> rowid(const TableColumns& table) {
    if (!table.has_rowid || table.columns.empty()) return {};
    for (std::string_view name : {"rowid", "_rowid_", "oid"}) {
        if (table.find(name) == nullptr) return Column{name, "BIGINT", true, false};
    }
    return {};
}

void write(const Columns& columns, int scope, int pseudo, const CatalogOptions& options,
           wire::RowsWriter& out) {
    for (const Column& column : columns) {
        const TypeFacts facts = type_facts(column.declared, options.types);
        out.row(std::array{Value::integer(scope), Value::text(column.name),
                           facts.data_type(options.odbc2), Value::text(facts.name),
                           facts.column_size(), facts.buffer_length(), facts.decimal_digits(),
                           Value::integer(pseudo)});
    }
}

/// Keys identify a row for good; a rowid that is no column may change with a VACUUM.
SetShaper shaper(SQLUSMALLINT scope, const CatalogOptions& options) {
    return [scope, options](const RawRows& rows, wire::RowsWriter& out) {
        const TableColumns table = read_table(rows);
        Columns best = primary_key(table);
        if (best.empty()) best = unique_index(table);
        if (!best.empty()) {
            write(best, SQL_SCOPE_SESSION, SQL_PC_NOT_PSEUDO, options, out);
        } else if (const auto pseudo = rowid(table); pseudo && scope <= SQL_SCOPE_TRANSACTION) {
            write({*pseudo}, SQL_SCOPE_TRANSACTION, SQL_PC_PSEUDO, options, out);
        }
    };
}

bool check_options(CatalogQuery& query, SQLUSMALLINT identifier_type, SQLUSMALLINT scope,
                   SQLUSMALLINT nullable) {
    if (identifier_type != SQL_BEST_ROWID && identifier_type != SQL_ROWVER) {
        refuse(query, SqlState::sHY097, "IdentifierType is neither SQL_BEST_ROWID nor SQL_ROWVER");
    } else if (scope > SQL_SCOPE_SESSION) {
        refuse(query, SqlState::sHY098, "Scope is none of the SQL_SCOPE_ values");
    } else if (nullable != SQL_NO_NULLS && nullable != SQL_NULLABLE) {
        refuse(query, SqlState::sHY099, "Nullable is neither SQL_NO_NULLS nor SQL_NULLABLE");
    }
    return query.state == SqlState::s00000;
}

}  // namespace

CatalogQuery special_columns(SQLUSMALLINT identifier_type, const Argument& catalog,
                             const Argument& schema, const Argument& table, SQLUSMALLINT scope,
                             SQLUSMALLINT nullable, const CatalogOptions& options) {
    CatalogQuery query;
    query.columns = describe(shape, options.types);
    const std::array arguments{
        CheckedArgument{"CatalogName", catalog, ArgumentKind::catalog},
        CheckedArgument{"SchemaName", schema, ArgumentKind::schema},
        CheckedArgument{"TableName", table, ArgumentKind::required},
    };
    if (!check(query, arguments, options)) return query;
    if (!check_options(query, identifier_type, scope, nullable)) return query;
    if (identifier_type == SQL_ROWVER) {  // SQLite updates no column by itself
        query.finish = fixed_rows(shape, {});
        return query;
    }

    Conditions conditions{options};
    std::string where = " AND type <> 'view'";
    where += conditions.schema_equal_to("schema", schema);
    where += conditions.equal_to("name", table);
    query.sql = fmt::format(query_text, fmt::arg("objects", with_one_object(where)),
                            fmt::arg("alias", rowid_alias_test("o", "c")));
    query.parameters = conditions.take_parameters();
    query.finish = shape_set(shape, raw_columns, shaper(scope, options));
    return query;
}

}  // namespace dqlite::odbc
