// SQLProcedures and SQLProcedureColumns. SQLite has no procedures: the sets are empty.
#include <array>

#include "driver/catalog/arguments.h"
#include "driver/catalog/catalog.h"
#include "driver/catalog/shape.h"

namespace dqlite::odbc {

namespace {

using namespace catalog;

constexpr std::array procedure_shape{
    name_column("PROCEDURE_CAT"),
    name_column("PROCEDURE_SCHEM"),
    name_column("PROCEDURE_NAME", not_null),
    integer_column("NUM_INPUT_PARAMS"),
    integer_column("NUM_OUTPUT_PARAMS"),
    integer_column("NUM_RESULT_SETS"),
    name_column("REMARKS"),
    smallint_column("PROCEDURE_TYPE"),
};

constexpr std::array column_shape{
    name_column("PROCEDURE_CAT"),
    name_column("PROCEDURE_SCHEM"),
    name_column("PROCEDURE_NAME", not_null),
    name_column("COLUMN_NAME", not_null),
    smallint_column("COLUMN_TYPE", not_null),
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

}  // namespace

CatalogQuery procedures(const Argument& catalog, const Argument& schema, const Argument& procedure,
                        const CatalogOptions& options) {
    CatalogQuery query;
    query.columns = describe(procedure_shape, options.types);
    const std::array arguments{
        CheckedArgument{"CatalogName", catalog, ArgumentKind::catalog},
        CheckedArgument{"SchemaName", schema, ArgumentKind::schema},
        CheckedArgument{"ProcName", procedure, ArgumentKind::name},
    };
    if (check(query, arguments, options)) query.finish = fixed_rows(procedure_shape, {});
    return query;
}

CatalogQuery procedure_columns(const Argument& catalog, const Argument& schema,
                               const Argument& procedure, const Argument& column,
                               const CatalogOptions& options) {
    CatalogQuery query;
    query.columns = describe(column_shape, options.types);
    const std::array arguments{
        CheckedArgument{"CatalogName", catalog, ArgumentKind::catalog},
        CheckedArgument{"SchemaName", schema, ArgumentKind::schema},
        CheckedArgument{"ProcName", procedure, ArgumentKind::name},
        CheckedArgument{"ColumnName", column, ArgumentKind::name},
    };
    if (check(query, arguments, options)) query.finish = fixed_rows(column_shape, {});
    return query;
}

}  // namespace dqlite::odbc
