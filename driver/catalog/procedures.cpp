// SQLProcedures and SQLProcedureColumns: SQLite has none, so these are the driver's own.
#include "driver/tables/procedures.h"

#include <algorithm>
#include <array>
#include <utility>

#include "driver/catalog/arguments.h"
#include "driver/catalog/catalog.h"
#include "driver/catalog/pattern.h"
#include "driver/catalog/shape.h"
#include "driver/catalog/type_facts.h"
#include "driver/tables/connection_values.h"

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

using wire::Value;
using TableRow = std::vector<Value>;

bool selects(const Argument& argument, std::string_view name, const CatalogOptions& options) {
    if (!argument) return true;
    return options.metadata_id ? same_letters(to_name(*argument), name) : matches(name, *argument);
}

/// Procedures are in no schema.
bool selects_no_schema(const Argument& schema) {
    return !schema || schema->empty() || matches_everything(*schema);
}

TableRow procedure_row(const Procedure& procedure) {
    const auto count = [&](bool (ProcedureColumn::*is)() const noexcept) {
        const auto matches = [is](const ProcedureColumn& column) { return (column.*is)(); };
        return Value::integer(std::ranges::count_if(procedure.parameters, matches));
    };
    return {
        Value::null(),
        Value::null(),
        Value::text(procedure.name),
        count(&ProcedureColumn::is_input),
        count(&ProcedureColumn::is_output),
        Value::integer(procedure.columns.empty() ? 0 : 1),
        Value::text(procedure.remarks),
        Value::integer(procedure.returns_value() ? SQL_PT_FUNCTION : SQL_PT_PROCEDURE),
    };
}

bool is_nullable(const ProcedureColumn& column) noexcept {
    return !column.default_value.empty();
}

Value default_of(const ProcedureColumn& column) {
    return column.default_value.empty() ? Value::null() : Value::text(column.default_value);
}

TableRow column_row(const Procedure& procedure, const ProcedureColumn& column,
                    const ColumnDescription& described, std::int64_t ordinal, bool odbc2) {
    const TypeFacts facts{described.type, std::string{}};
    return {
        Value::null(),
        Value::null(),
        Value::text(procedure.name),
        Value::text(column.name),
        Value::integer(column.kind),
        facts.data_type(odbc2),
        Value::text(type_name(described.type.concise)),
        facts.column_size(),
        facts.buffer_length(),
        facts.decimal_digits(),
        facts.num_prec_radix(),
        Value::integer(is_nullable(column) ? SQL_NULLABLE : SQL_NO_NULLS),
        Value::text(column.remarks),
        default_of(column),
        facts.sql_data_type(),
        facts.datetime_sub(),
        facts.char_octet_length(),
        Value::integer(ordinal),
        Value::text(is_nullable(column) ? "YES" : "NO"),
    };
}

std::vector<ColumnDescription> describe_all(std::span<const ProcedureColumn> columns,
                                            const TypeOptions& types) {
    std::vector<ColumnShape> shape;
    for (const auto& column : columns) {
        shape.push_back({column.name, column.type, column.size, is_nullable(column)});
    }
    return describe(shape, types);
}

}  // namespace

std::vector<ColumnDescription> procedure_result(const Procedure& procedure,
                                                const TypeOptions& types) {
    return describe_all(procedure.columns, types);
}

std::vector<ColumnDescription> procedure_parameters(const Procedure& procedure,
                                                    const TypeOptions& types) {
    return describe_all(procedure.parameters, types);
}

CatalogQuery procedures(const Argument& catalog, const Argument& schema, const Argument& procedure,
                        const CatalogOptions& options) {
    CatalogQuery query;
    query.columns = describe(procedure_shape, options.types);
    const std::array arguments{
        CheckedArgument{"CatalogName", catalog, ArgumentKind::catalog},
        CheckedArgument{"SchemaName", schema, ArgumentKind::schema},
        CheckedArgument{"ProcName", procedure, ArgumentKind::name},
    };
    if (!check(query, arguments, options)) return query;
    std::vector<TableRow> rows;
    for (const Procedure& known : procedure_table()) {
        if (selects_no_schema(schema) && selects(procedure, known.name, options)) {
            rows.push_back(procedure_row(known));
        }
    }
    query.finish = fixed_rows(procedure_shape, std::move(rows));
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
    if (!check(query, arguments, options)) return query;
    std::vector<TableRow> rows;
    const auto append_columns = [&](const Procedure& known,
                                    std::span<const ProcedureColumn> columns, int ordinal) {
        const auto described = describe_all(columns, options.types);
        for (std::size_t i = 0; i < columns.size(); ++i, ++ordinal) {
            if (!selects(column, columns[i].name, options)) continue;
            rows.push_back(column_row(known, columns[i], described[i], ordinal, options.odbc2));
        }
    };
    for (const Procedure& known : procedure_table()) {
        if (!selects_no_schema(schema) || !selects(procedure, known.name, options)) continue;
        // The return value is number 0.
        append_columns(known, known.parameters, known.returns_value() ? 0 : 1);
        append_columns(known, known.columns, 1);
    }
    query.finish = fixed_rows(column_shape, std::move(rows));
    return query;
}

}  // namespace dqlite::odbc
