// What is known of a statement's columns and parameters.
#pragma once

#include <string>
#include <vector>

#include "driver/odbc.h"
#include "driver/tables/sql_type.h"

namespace dqlite::odbc {

struct ColumnDescription {
    std::string name;         ///< as the application sees it (alias or expression text)
    std::string base_column;  ///< empty for expressions
    std::string base_table;
    std::string schema;         ///< "main" or "temp"; empty for expressions
    std::string declared_type;  ///< as written in CREATE TABLE; empty for expressions
    SqlType type;
    SQLSMALLINT nullable = SQL_NULLABLE_UNKNOWN;
    bool auto_increment = false;
    bool key = false;
    bool case_sensitive = true;
    bool updatable = false;
    bool inferred = false;  ///< typed by values or by default: a later misfit is an error
    friend bool operator==(const ColumnDescription&, const ColumnDescription&) = default;
};

struct ParameterDescription {
    SqlType type;
    SQLSMALLINT nullable = SQL_NULLABLE_UNKNOWN;
};

/// One statement, described without running it.
struct Description {
    bool understood = false;  ///< the mirror prepared it; else columns are not known before execute
    bool read_only = false;
    bool has_rows = false;
    std::vector<ColumnDescription> columns;
    std::vector<ParameterDescription> parameters;
    /// The text to send in place of the statement's own: the NULL-safe projection, RETURNING
    /// rewritten. Empty: send it as it is.
    std::string sql;
    std::string refusal;  ///< not empty: it cannot be sent safely, and why
};

}  // namespace dqlite::odbc
