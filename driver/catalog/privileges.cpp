// SQLTablePrivileges and SQLColumnPrivileges. dqlite has no users: whoever is connected owns
// everything, so the rights told are those SQLite itself leaves.
#include <array>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "driver/catalog/arguments.h"
#include "driver/catalog/catalog.h"
#include "driver/catalog/objects.h"
#include "driver/catalog/shape.h"

namespace dqlite::odbc {

namespace {

using namespace catalog;
using wire::Value;

constexpr std::array table_shape{
    name_column("TABLE_CAT"),
    name_column("TABLE_SCHEM"),
    name_column("TABLE_NAME", not_null),
    name_column("GRANTOR"),
    name_column("GRANTEE", not_null),
    name_column("PRIVILEGE", not_null),
    ColumnShape{"IS_GRANTABLE", SQL_VARCHAR, 3},
};

constexpr std::array column_shape{
    name_column("TABLE_CAT"),
    name_column("TABLE_SCHEM"),
    name_column("TABLE_NAME", not_null),
    name_column("COLUMN_NAME", not_null),
    name_column("GRANTOR"),
    name_column("GRANTEE", not_null),
    name_column("PRIVILEGE", not_null),
    ColumnShape{"IS_GRANTABLE", SQL_VARCHAR, 3},
};

// The reference's GRANTOR where the grantee owns the object.
constexpr std::string_view owner_grantor = "_SYSTEM";

// Base tables can be changed; a foreign key cannot refer to a virtual one.
constexpr std::string_view table_rights =
    "(p.privilege = 'SELECT' OR (o.table_type IN ('TABLE', 'LOCAL TEMPORARY')"
    " AND (o.type <> 'virtual' OR p.privilege <> 'REFERENCES')))";

constexpr std::string_view table_query =
    "{objects}SELECT o.schema, o.name, p.privilege"
    " FROM (SELECT schema, name, type, {table_type} AS table_type FROM object) AS o"
    " CROSS JOIN (SELECT 'DELETE' AS privilege UNION ALL SELECT 'INSERT'"
    " UNION ALL SELECT 'REFERENCES' UNION ALL SELECT 'SELECT' UNION ALL SELECT 'UPDATE') AS p"
    " WHERE {rights} ORDER BY o.schema, o.name, p.privilege";

// Generated columns (hidden 2 and 3) cannot be written.
constexpr std::string_view column_query =
    "{objects}SELECT o.schema, o.name, c.name, p.privilege"
    " FROM (SELECT schema, name, type, {table_type} AS table_type FROM object) AS o"
    " CROSS JOIN pragma_table_xinfo(o.name, o.schema) AS c"
    " CROSS JOIN (SELECT 'INSERT' AS privilege UNION ALL SELECT 'REFERENCES'"
    " UNION ALL SELECT 'SELECT' UNION ALL SELECT 'UPDATE') AS p"
    " WHERE {rights} AND c.hidden <> 1"
    " AND (c.hidden = 0 OR p.privilege IN ('SELECT', 'REFERENCES')){column}"
    " ORDER BY o.schema, o.name, c.name, p.privilege";

std::string column_sql(const std::string& conditions, const std::string& column) {
    return fmt::format(column_query, fmt::arg("objects", with_one_object(conditions)),
                       fmt::arg("table_type", table_type_sql), fmt::arg("rights", table_rights),
                       fmt::arg("column", column));
}

}  // namespace

CatalogQuery table_privileges(const Argument& catalog, const Argument& schema,
                              const Argument& table, const CatalogOptions& options) {
    CatalogQuery query;
    query.columns = describe(table_shape, options.types);
    const std::array arguments{
        CheckedArgument{"CatalogName", catalog, ArgumentKind::catalog},
        CheckedArgument{"SchemaName", schema, ArgumentKind::schema},
        CheckedArgument{"TableName", table, ArgumentKind::name},
    };
    if (!check(query, arguments, options)) return query;

    Conditions conditions{options};
    std::string where = conditions.schema_matching("schema", schema);
    where += conditions.matching("name", table);
    query.sql =
        fmt::format(table_query, fmt::arg("objects", with_objects(where)),
                    fmt::arg("table_type", table_type_sql), fmt::arg("rights", table_rights));
    query.parameters = conditions.take_parameters();
    query.finish = shape_rows(table_shape, 3, [options](Row raw, auto& out) {
        out.row(std::array{Value::null(), schema_value(raw[0], options.hide_schemas), raw[1],
                           Value::text(owner_grantor), Value::text(options.user), raw[2],
                           Value::text("NO")});
    });
    return query;
}

CatalogQuery column_privileges(const Argument& catalog, const Argument& schema,
                               const Argument& table, const Argument& column,
                               const CatalogOptions& options) {
    CatalogQuery query;
    query.columns = describe(column_shape, options.types);
    const std::array arguments{
        CheckedArgument{"CatalogName", catalog, ArgumentKind::catalog},
        CheckedArgument{"SchemaName", schema, ArgumentKind::schema},
        CheckedArgument{"TableName", table, ArgumentKind::required},
        CheckedArgument{"ColumnName", column, ArgumentKind::name},
    };
    if (!check(query, arguments, options)) return query;

    Conditions conditions{options};
    std::string where = conditions.schema_equal_to("schema", schema);
    where += conditions.equal_to("name", table);
    const std::string of_column = conditions.matching("c.name", column);
    query.sql = column_sql(where, of_column);
    query.guarded_sql = column_sql(where.append(resolved_only), of_column);
    query.parameters = conditions.take_parameters();
    query.finish = shape_rows(column_shape, 4, [options](Row raw, auto& out) {
        out.row(std::array{Value::null(), schema_value(raw[0], options.hide_schemas), raw[1],
                           raw[2], Value::text(owner_grantor), Value::text(options.user), raw[3],
                           Value::text("NO")});
    });
    return query;
}

}  // namespace dqlite::odbc
