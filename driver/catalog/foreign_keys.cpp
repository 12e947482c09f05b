// SQLForeignKeys.
#include <array>
#include <string>
#include <string_view>
#include <utility>

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
    name_column("PKTABLE_CAT"),
    name_column("PKTABLE_SCHEM"),
    name_column("PKTABLE_NAME", not_null),
    name_column("PKCOLUMN_NAME", not_null),
    name_column("FKTABLE_CAT"),
    name_column("FKTABLE_SCHEM"),
    name_column("FKTABLE_NAME", not_null),
    name_column("FKCOLUMN_NAME", not_null),
    smallint_column("KEY_SEQ", not_null),
    smallint_column("UPDATE_RULE"),
    smallint_column("DELETE_RULE"),
    name_column("FK_NAME"),
    name_column("PK_NAME"),
    smallint_column("DEFERRABILITY"),
};

enum Raw : std::size_t {
    schema_,
    parent_,
    parent_column_,
    child_,
    child_column_,
    sequence_,
    on_update_,
    on_delete_,
    declared_,
    child_sql_,
    parent_sql_,
    raw_columns
};

// `reference`: every foreign key column of the children asked for; a key's id counts down from the
// first declared to 0. `parent_key`: the primary keys of its parents. A foreign key belongs to the
// answer if its columns are all of its parent's primary key; one to a UNIQUE constraint does not.
// Without a column list it means the primary key, in that key's order.
constexpr std::string_view query_text =
    "{objects}, reference AS MATERIALIZED (SELECT c.schema, c.name AS child,"
    " f.\"table\" AS parent, f.id, f.seq, f.\"from\" AS child_column, f.\"to\" AS parent_column,"
    " f.on_update, f.on_delete, count(*) OVER (PARTITION BY c.schema, c.name, f.id) AS width,"
    " max(f.id) OVER (PARTITION BY c.schema, c.name) - f.id AS declared"
    " FROM object AS c CROSS JOIN pragma_foreign_key_list(c.name, c.schema) AS f"
    " WHERE c.type <> 'view'{child}),"
    " parent AS MATERIALIZED (SELECT o.schema, o.name FROM object AS o"
    " WHERE o.type <> 'view'{parent} AND EXISTS (SELECT 1 FROM reference AS r"
    " WHERE r.schema = o.schema AND r.parent = o.name COLLATE NOCASE)),"
    " parent_key AS MATERIALIZED (SELECT p.schema, p.name, k.name AS key_column, k.pk,"
    " count(*) OVER (PARTITION BY p.schema, p.name) AS width"
    " FROM parent AS p CROSS JOIN pragma_table_xinfo(p.name, p.schema) AS k WHERE k.pk > 0),"
    " matched AS (SELECT r.schema, k.name AS parent, k.key_column, r.child, r.child_column,"
    " r.seq, r.on_update, r.on_delete, r.declared, r.width AS width, k.width AS key_width,"
    " count(*) OVER (PARTITION BY r.schema, r.child, r.id) AS matches"
    " FROM reference AS r JOIN parent_key AS k ON k.schema = r.schema"
    " AND r.parent = k.name COLLATE NOCASE AND (r.parent_column = k.key_column COLLATE NOCASE"
    " OR (r.parent_column IS NULL AND k.pk = r.seq + 1)))"
    " SELECT m.schema, m.parent, m.key_column, m.child, m.child_column, m.seq + 1,"
    " m.on_update, m.on_delete, m.declared, {child_sql}, {parent_sql}"
    " FROM matched AS m WHERE m.matches = m.width AND m.matches = m.key_width"
    " ORDER BY m.schema, {order}, m.seq, m.declared";

/// ODBC 3 has no SQL_RESTRICT in these columns: its SQL_NO_ACTION means both; ODBC 2 the reverse.
SQLSMALLINT rule_of(std::string_view rule, bool odbc2) {
    if (rule == "CASCADE") return SQL_CASCADE;
    if (rule == "SET NULL") return SQL_SET_NULL;
    if (rule == "SET DEFAULT") return SQL_SET_DEFAULT;
    return odbc2 ? SQL_RESTRICT : SQL_NO_ACTION;
}

Value name_or_null(const std::string& name) {
    return name.empty() ? Value::null() : Value::text(name);
}

RowShaper shaper(const CatalogOptions& options) {
    return [hide = options.hide_schemas, odbc2 = options.odbc2](Row raw, wire::RowsWriter& out) {
        const TableText parent = read_create_table(text_of(raw[parent_sql_]));
        const TableText child = read_create_table(text_of(raw[child_sql_]));
        const auto declared = static_cast<std::size_t>(integer_of(raw[declared_]));
        const ForeignKeyText key =
            declared < child.foreign_keys.size() ? child.foreign_keys[declared] : ForeignKeyText{};
        const Value schema = schema_value(raw[schema_], hide);
        out.row(std::array{Value::null(), schema, raw[parent_], raw[parent_column_], Value::null(),
                           schema, raw[child_], raw[child_column_], raw[sequence_],
                           Value::integer(rule_of(text_of(raw[on_update_]), odbc2)),
                           Value::integer(rule_of(text_of(raw[on_delete_]), odbc2)),
                           name_or_null(key.name), name_or_null(parent.primary_key_name),
                           Value::integer(key.deferrability)});
    };
}

/// An empty name names no table, as a null pointer does.
Argument given(const Argument& table) {
    return table && table->empty() ? Argument{} : table;
}

bool check_arguments(CatalogQuery& query, std::span<const CheckedArgument> arguments,
                     const Argument& pk_table, const Argument& fk_table,
                     const CatalogOptions& options) {
    if (!check(query, arguments, options)) return false;
    if (pk_table || fk_table) return true;
    refuse(query, SqlState::sHY009, "PKTableName and FKTableName must not both be absent");
    return false;
}

}  // namespace

CatalogQuery foreign_keys(const Argument& pk_catalog, const Argument& pk_schema,
                          const Argument& pk_table, const Argument& fk_catalog,
                          const Argument& fk_schema, const Argument& fk_table,
                          const CatalogOptions& options) {
    CatalogQuery query;
    query.columns = describe(shape, options.types);
    const Argument parent = given(pk_table);
    const Argument child = given(fk_table);
    const std::array arguments{
        CheckedArgument{"PKCatalogName", pk_catalog, ArgumentKind::catalog},
        CheckedArgument{"PKSchemaName", pk_schema, ArgumentKind::schema},
        CheckedArgument{"PKTableName", pk_table, ArgumentKind::name},
        CheckedArgument{"FKCatalogName", fk_catalog, ArgumentKind::catalog},
        CheckedArgument{"FKSchemaName", fk_schema, ArgumentKind::schema},
        CheckedArgument{"FKTableName", fk_table, ArgumentKind::name},
    };
    if (!check_arguments(query, arguments, parent, child, options)) return query;

    Conditions conditions{options};
    std::string of_child = conditions.schema_equal_to("c.schema", fk_schema);
    of_child += conditions.equal_to("c.name", child);
    std::string of_parent = conditions.schema_equal_to("o.schema", pk_schema);
    of_parent += conditions.equal_to("o.name", parent);
    query.sql = fmt::format(query_text, fmt::arg("objects", with_objects({})),
                            fmt::arg("child", of_child), fmt::arg("parent", of_parent),
                            fmt::arg("child_sql", create_text_of("table", "m.schema", "m.child")),
                            fmt::arg("parent_sql", create_text_of("table", "m.schema", "m.parent")),
                            fmt::arg("order", child ? "m.parent" : "m.child"));
    query.parameters = conditions.take_parameters();
    query.finish = shape_rows(shape, raw_columns, shaper(options));
    return query;
}

}  // namespace dqlite::odbc
