// SQLColumns.
#include <array>
#include <string>

#include <fmt/format.h>

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
    name_column("TABLE_CAT"),
    name_column("TABLE_SCHEM"),
    name_column("TABLE_NAME", not_null),
    name_column("COLUMN_NAME", not_null),
    smallint_column("DATA_TYPE", not_null),
    name_column("TYPE_NAME", not_null),
    integer_column("COLUMN_SIZE"),
    integer_column("BUFFER_LENGTH"),
    smallint_column("DECIMAL_DIGITS"),
    smallint_column("NUM_PREC_RADIX"),
    smallint_column("NULLABLE", not_null),
    name_column("REMARKS"),
    text_column("COLUMN_DEF"),
    smallint_column("SQL_DATA_TYPE", not_null),
    smallint_column("SQL_DATETIME_SUB"),
    integer_column("CHAR_OCTET_LENGTH"),
    integer_column("ORDINAL_POSITION", not_null),
    name_column("IS_NULLABLE"),
};

enum Raw : std::size_t { schema_, table_, column_, type_, default_, cid_, no_nulls_, raw_columns };

/// Hidden columns of virtual tables (hidden = 1) are left out: SELECT * shows none either.
std::string sql_for(const std::string& objects, const std::string& column_condition) {
    return fmt::format(
        "{}SELECT o.schema, o.name, c.name, c.type, c.dflt_value, c.cid,"
        " c.\"notnull\" OR ({})"
        " FROM object AS o CROSS JOIN pragma_table_xinfo(o.name, o.schema) AS c"
        " WHERE c.hidden <> 1{} ORDER BY o.schema, o.name, c.cid",
        objects, rowid_alias_test("o", "c"), column_condition);
}

RowShaper shaper(const CatalogOptions& options) {
    return [options](Row raw, wire::RowsWriter& out) {
        const TypeFacts facts = type_facts(text_of(raw[type_]), options.types);
        const bool no_nulls = integer_of(raw[no_nulls_]) != 0;
        out.row(std::array{Value::null(), schema_value(raw[schema_], options.hide_schemas),
                           raw[table_], raw[column_], facts.data_type(options.odbc2),
                           Value::text(facts.name), facts.column_size(), facts.buffer_length(),
                           facts.decimal_digits(), facts.num_prec_radix(),
                           Value::integer(no_nulls ? SQL_NO_NULLS : SQL_NULLABLE), Value::null(),
                           raw[default_], facts.sql_data_type(), facts.datetime_sub(),
                           facts.char_octet_length(), Value::integer(integer_of(raw[cid_]) + 1),
                           Value::text(no_nulls ? "NO" : "YES")});
    };
}

}  // namespace

CatalogQuery columns(const Argument& catalog, const Argument& schema, const Argument& table,
                     const Argument& column, const CatalogOptions& options) {
    CatalogQuery query;
    query.columns = describe(shape, options.types);
    const std::array arguments{
        CheckedArgument{"CatalogName", catalog, ArgumentKind::catalog},
        CheckedArgument{"SchemaName", schema, ArgumentKind::schema},
        CheckedArgument{"TableName", table, ArgumentKind::name},
        CheckedArgument{"ColumnName", column, ArgumentKind::name},
    };
    if (!check(query, arguments, options)) return query;

    Conditions conditions{options};
    std::string objects = conditions.schema_matching("schema", schema);
    objects += conditions.matching("name", table);
    const std::string of_column = conditions.matching("c.name", column);
    query.sql = sql_for(with_objects(objects), of_column);
    query.guarded_sql = sql_for(with_objects(objects.append(resolved_only)), of_column);
    query.parameters = conditions.take_parameters();
    query.finish = shape_rows(shape, raw_columns, shaper(options));
    return query;
}

}  // namespace dqlite::odbc
