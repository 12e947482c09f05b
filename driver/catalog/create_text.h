// What only the text of a CREATE statement tells: names of constraints, deferrability, the
// expressions of an index.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "driver/odbc.h"

namespace dqlite::odbc::catalog {

struct ForeignKeyText {
    std::string name;  ///< empty: none given
    SQLSMALLINT deferrability = SQL_NOT_DEFERRABLE;
};

struct TableText {
    std::string primary_key_name;              ///< empty: none given
    std::vector<ForeignKeyText> foreign_keys;  ///< in the order they are declared
};

/// Reads a CREATE TABLE statement as sqlite_schema holds it.
[[nodiscard]] TableText read_create_table(std::string_view sql);

struct IndexText {
    std::vector<std::string> terms;  ///< without COLLATE and ASC / DESC
    std::string filter;              ///< behind WHERE; empty: none
};

/// Reads a CREATE INDEX statement as sqlite_schema holds it.
[[nodiscard]] IndexText read_create_index(std::string_view sql);

}  // namespace dqlite::odbc::catalog
