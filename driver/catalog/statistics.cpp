// SQLStatistics.
#include <array>
#include <string>

#include <fmt/format.h>

#include "driver/catalog/arguments.h"
#include "driver/catalog/catalog.h"
#include "driver/catalog/create_text.h"
#include "driver/catalog/objects.h"
#include "driver/catalog/shape.h"

namespace dqlite::odbc {

namespace {

using namespace catalog;
using wire::Value;

constexpr std::array shape{
    name_column("TABLE_CAT"),
    name_column("TABLE_SCHEM"),
    name_column("TABLE_NAME", not_null),
    smallint_column("NON_UNIQUE"),
    name_column("INDEX_QUALIFIER"),
    name_column("INDEX_NAME"),
    smallint_column("TYPE", not_null),
    smallint_column("ORDINAL_POSITION"),
    name_column("COLUMN_NAME"),
    ColumnShape{"ASC_OR_DESC", SQL_CHAR, 1},
    integer_column("CARDINALITY"),
    integer_column("PAGES"),
    text_column("FILTER_CONDITION"),
};

enum Raw : std::size_t {
    schema_,
    table_,
    non_unique_,
    index_,
    type_,
    position_,
    column_,
    order_,
    partial_,
    sql_,
    raw_columns
};

// The table itself; its indexes; and the tree of an INTEGER PRIMARY KEY, which has no index but is
// one to applications. Its name cannot be taken: SQLite keeps "sqlite_" and counts from 1.
constexpr std::string_view query_text =
    "{objects}SELECT schema, name, NULL AS non_unique, NULL AS index_name, {table_stat} AS type,"
    " NULL AS position, NULL, NULL, 0, NULL FROM object"
    " UNION ALL SELECT o.schema, o.name, NOT i.\"unique\", i.name,"
    " CASE WHEN o.wr AND i.origin = 'pk' THEN {clustered} ELSE {other} END, x.seqno + 1,"
    " CASE x.cid WHEN -1 THEN 'rowid' ELSE x.name END, CASE WHEN x.desc THEN 'D' ELSE 'A' END,"
    " i.partial, CASE WHEN i.origin = 'c' THEN {index_sql} END"
    " FROM object AS o CROSS JOIN pragma_index_list(o.name, o.schema) AS i"
    " CROSS JOIN pragma_index_xinfo(i.name, o.schema) AS x WHERE x.key{unique}"
    " UNION ALL SELECT o.schema, o.name, 0, 'sqlite_autoindex_' || o.name || '_0', {clustered}, 1,"
    " c.name, 'A', 0, NULL"
    " FROM object AS o CROSS JOIN pragma_table_xinfo(o.name, o.schema) AS c WHERE {alias}"
    " ORDER BY non_unique, type, index_name, position";

/// COLUMN_NAME: the column's, or the expression's text.
std::string column_of(Row raw, const IndexText& text) {
    if (raw[column_].holds_text()) return std::string{raw[column_].as_bytes()};
    const auto position = static_cast<std::size_t>(integer_of(raw[position_]));
    return position >= 1 && position <= text.terms.size() ? text.terms[position - 1]
                                                          : std::string{};
}

RowShaper shaper(bool hide_schemas) {
    return [hide_schemas](Row raw, wire::RowsWriter& out) {
        const Value schema = schema_value(raw[schema_], hide_schemas);
        std::array<Value, shape.size()> row{Value::null(), schema, raw[table_]};
        row[6] = raw[type_];
        IndexText text;
        std::string column;
        if (integer_of(raw[type_]) != SQL_TABLE_STAT) {
            text = read_create_index(text_of(raw[sql_]));
            column = column_of(raw, text);
            row[3] = raw[non_unique_];
            row[4] = schema;
            row[5] = raw[index_];
            row[7] = raw[position_];
            row[8] = Value::text(column);
            row[9] = raw[order_];
            if (integer_of(raw[partial_]) != 0) row[12] = Value::text(text.filter);
        }
        out.row(row);
    };
}

}  // namespace

CatalogQuery statistics(const Argument& catalog, const Argument& schema, const Argument& table,
                        SQLUSMALLINT unique, SQLUSMALLINT reserved, const CatalogOptions& options) {
    CatalogQuery query;
    query.columns = describe(shape, options.types);
    const std::array arguments{
        CheckedArgument{"CatalogName", catalog, ArgumentKind::catalog},
        CheckedArgument{"SchemaName", schema, ArgumentKind::schema},
        CheckedArgument{"TableName", table, ArgumentKind::required},
    };
    if (!check(query, arguments, options)) return query;
    if (unique != SQL_INDEX_UNIQUE && unique != SQL_INDEX_ALL) {
        refuse(query, SqlState::sHY100, "Unique is neither SQL_INDEX_UNIQUE nor SQL_INDEX_ALL");
        return query;
    }
    if (reserved != SQL_ENSURE && reserved != SQL_QUICK) {
        refuse(query, SqlState::sHY101, "Reserved is neither SQL_ENSURE nor SQL_QUICK");
        return query;
    }

    Conditions conditions{options};
    std::string where = " AND type <> 'view'";
    where += conditions.schema_equal_to("schema", schema);
    where += conditions.equal_to("name", table);
    query.sql =
        fmt::format(query_text, fmt::arg("objects", with_one_object(where)),
                    fmt::arg("table_stat", SQL_TABLE_STAT),
                    fmt::arg("clustered", SQL_INDEX_CLUSTERED), fmt::arg("other", SQL_INDEX_OTHER),
                    fmt::arg("index_sql", create_text_of("index", "o.schema", "i.name")),
                    fmt::arg("unique", unique == SQL_INDEX_UNIQUE ? " AND i.\"unique\"" : ""),
                    fmt::arg("alias", rowid_alias_test("o", "c")));
    query.parameters = conditions.take_parameters();
    query.finish = shape_rows(shape, raw_columns, shaper(options.hide_schemas));
    return query;
}

}  // namespace dqlite::odbc
