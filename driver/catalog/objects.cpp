#include "driver/catalog/objects.h"

#include <fmt/format.h>

namespace dqlite::odbc::catalog {

std::string with_objects(std::string_view conditions) {
    return fmt::format(
        "WITH object AS MATERIALIZED (SELECT schema, name, type, wr FROM pragma_table_list"
        " WHERE schema IN ('main', 'temp'){}) ",
        conditions);
}

std::string with_one_object(std::string_view conditions) {
    return with_objects(fmt::format("{} ORDER BY schema DESC LIMIT 1", conditions));
}

std::string create_text_of(std::string_view type, std::string_view schema, std::string_view name) {
    return fmt::format(
        "CASE {1} WHEN 'main' THEN (SELECT s.sql FROM sqlite_schema AS s"
        " WHERE s.type = '{0}' AND s.name = {2})"
        " ELSE (SELECT s.sql FROM sqlite_temp_schema AS s"
        " WHERE s.type = '{0}' AND s.name = {2}) END",
        type, schema, name);
}

std::string rowid_alias_test(std::string_view object, std::string_view column) {
    return fmt::format(
        "{1}.pk = 1 AND upper({1}.type) = 'INTEGER' AND NOT EXISTS (SELECT 1"
        " FROM pragma_index_list({0}.name, {0}.schema) AS i WHERE i.origin = 'pk')",
        object, column);
}

}  // namespace dqlite::odbc::catalog
