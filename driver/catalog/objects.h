// SQL over SQLite's schema that several catalogue functions share.
#pragma once

#include <string>
#include <string_view>

namespace dqlite::odbc::catalog {

/// The TABLE_TYPE of a row of `object`.
inline constexpr std::string_view table_type_sql =
    "CASE WHEN type = 'shadow' OR substr(name, 1, 7) = 'sqlite_' COLLATE NOCASE"
    " OR substr(name, 1, 12) = 'dqlite_odbc_' COLLATE NOCASE THEN 'SYSTEM TABLE'"
    " WHEN type = 'view' THEN 'VIEW'"
    " WHEN schema = 'temp' THEN 'LOCAL TEMPORARY'"
    " ELSE 'TABLE' END";

/// "WITH object AS …": tables and views with `conditions` (each " AND …"). Materialized, so that
/// SQLite asks the pragmas joined to it for these objects and for no other.
[[nodiscard]] std::string with_objects(std::string_view conditions);

/// The same for one table: without a schema given, the one its name means in SQL, where temp
/// stands before main.
[[nodiscard]] std::string with_one_object(std::string_view conditions);

/// Only objects whose columns are known: of the views those that resolve, if SQLite has looked.
inline constexpr std::string_view resolved_only = " AND ncol > 0";

/// SQL for the CREATE text of an object: `type` is "table" or "index", `schema` and `name` are SQL
/// expressions.
[[nodiscard]] std::string create_text_of(std::string_view type, std::string_view schema,
                                         std::string_view name);

/// SQL that is 1 for a column that is another name of the rowid (INTEGER PRIMARY KEY): the only
/// column of the key, and no index holds the key.
[[nodiscard]] std::string rowid_alias_test(std::string_view object, std::string_view column);

}  // namespace dqlite::odbc::catalog
