// SQLPrimaryKeys.
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
    name_column("COLUMN_NAME", not_null),
    smallint_column("KEY_SEQ", not_null),
    name_column("PK_NAME"),
};

enum Raw : std::size_t { schema_, table_, column_, sequence_, sql_, raw_columns };

}  // namespace

CatalogQuery primary_keys(const Argument& catalog, const Argument& schema, const Argument& table,
                          const CatalogOptions& options) {
    CatalogQuery query;
    query.columns = describe(shape, options.types);
    const std::array arguments{
        CheckedArgument{"CatalogName", catalog, ArgumentKind::catalog},
        CheckedArgument{"SchemaName", schema, ArgumentKind::schema},
        CheckedArgument{"TableName", table, ArgumentKind::required},
    };
    if (!check(query, arguments, options)) return query;

    Conditions conditions{options};
    // Views have no keys, and one that does not resolve would fail the query.
    std::string where = " AND type <> 'view'";
    where += conditions.schema_equal_to("schema", schema);
    where += conditions.equal_to("name", table);
    query.sql = fmt::format(
        "{}SELECT o.schema, o.name, c.name, c.pk, {}"
        " FROM object AS o CROSS JOIN pragma_table_xinfo(o.name, o.schema) AS c"
        " WHERE c.pk > 0 ORDER BY o.schema, o.name, c.pk",
        with_one_object(where), create_text_of("table", "o.schema", "o.name"));
    query.parameters = conditions.take_parameters();
    query.finish =
        shape_rows(shape, raw_columns, [hide = options.hide_schemas](Row raw, auto& out) {
            const TableText text = read_create_table(text_of(raw[sql_]));
            const Value name =
                text.primary_key_name.empty() ? Value::null() : Value::text(text.primary_key_name);
            out.row(std::array{Value::null(), schema_value(raw[schema_], hide), raw[table_],
                               raw[column_], raw[sequence_], name});
        });
    return query;
}

}  // namespace dqlite::odbc
