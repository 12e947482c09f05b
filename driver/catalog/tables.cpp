// SQLTables.
#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "client/sql_lexer.h"
#include "driver/catalog/arguments.h"
#include "driver/catalog/catalog.h"
#include "driver/catalog/objects.h"
#include "driver/catalog/shape.h"

namespace dqlite::odbc {

namespace {

using namespace catalog;
using wire::Value;

constexpr std::array shape{
    name_column("TABLE_CAT"),  name_column("TABLE_SCHEM"), name_column("TABLE_NAME"),
    name_column("TABLE_TYPE"), name_column("REMARKS"),
};

// In the order TABLE_TYPE sorts.
constexpr std::array<std::string_view, 4> table_types{"LOCAL TEMPORARY", "SYSTEM TABLE", "TABLE",
                                                      "VIEW"};
constexpr std::array<std::string_view, 2> schemas{"main", "temp"};

bool is(const Argument& argument, std::string_view text) {
    return argument && *argument == text;
}

std::string_view trim(std::string_view text, char c) {
    const auto first = std::min(text.find_first_not_of(c), text.size());
    text.remove_prefix(first);
    return text.substr(0, text.find_last_not_of(c) + 1);
}

/// The condition for a list of types: quoted or not, blanks anywhere, any case.
std::string type_condition(const Argument& list) {
    if (!list || trim(*list, ' ').empty()) return {};
    std::string known;
    std::string_view rest = *list;
    for (bool more = true; more;) {
        const auto comma = rest.find(',');
        const std::string_view item = trim(trim(trim(rest.substr(0, comma), ' '), '\''), ' ');
        if (item == SQL_ALL_TABLE_TYPES) return {};
        for (std::string_view type : table_types) {
            if (client::same_word(type, item))
                known += fmt::format("{}'{}'", known.empty() ? "" : ", ", type);
        }
        more = comma != std::string_view::npos;
        if (more) rest.remove_prefix(comma + 1);
    }
    return fmt::format(" WHERE table_type IN ({})", known);
}

std::vector<std::vector<Value>> one_column(std::size_t column,
                                           std::span<const std::string_view> texts) {
    std::vector<std::vector<Value>> rows;
    for (std::string_view text : texts) {
        auto& row = rows.emplace_back(shape.size());
        row[column] = Value::text(text);
    }
    return rows;
}

/// The lists of catalogues, schemas and table types; no finisher if none of them is asked for.
Finisher enumeration(const Argument& catalog, const Argument& schema, const Argument& table,
                     const Argument& table_type, const CatalogOptions& options) {
    if (!is(table, "")) return {};
    if (is(catalog, SQL_ALL_CATALOGS) && is(schema, "")) return fixed_rows(shape, {});
    if (!is(catalog, "")) return {};
    if (is(schema, SQL_ALL_SCHEMAS)) {
        if (options.hide_schemas) return fixed_rows(shape, {});
        return fixed_rows(shape, one_column(1, schemas));
    }
    if (is(schema, "") && is(table_type, SQL_ALL_TABLE_TYPES))
        return fixed_rows(shape, one_column(3, table_types));
    return {};
}

}  // namespace

CatalogQuery tables(const Argument& catalog, const Argument& schema, const Argument& table,
                    const Argument& table_type, const CatalogOptions& options) {
    CatalogQuery query;
    query.columns = describe(shape, options.types);
    query.finish = enumeration(catalog, schema, table, table_type, options);
    if (query.finish) return query;

    const std::array arguments{
        CheckedArgument{"CatalogName", catalog, ArgumentKind::catalog},
        CheckedArgument{"SchemaName", schema, ArgumentKind::schema},
        CheckedArgument{"TableName", table, ArgumentKind::name},
    };
    if (!check(query, arguments, options)) return query;

    Conditions conditions{options};
    std::string where = conditions.schema_matching("schema", schema);
    where += conditions.matching("name", table);
    query.sql = fmt::format(
        "{}SELECT schema, name, table_type FROM (SELECT schema, name, {} AS table_type"
        " FROM object){} ORDER BY table_type, schema, name",
        with_objects(where), table_type_sql, type_condition(table_type));
    query.parameters = conditions.take_parameters();
    query.finish = shape_rows(shape, 3, [hide = options.hide_schemas](Row raw, auto& out) {
        out.row(
            std::array{Value::null(), schema_value(raw[0], hide), raw[1], raw[2], Value::null()});
    });
    return query;
}

}  // namespace dqlite::odbc
