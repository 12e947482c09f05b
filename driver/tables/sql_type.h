// An SQL type as ODBC describes it, and the figures that follow from it (Appendix D of the ODBC
// Reference: column size, decimal digits, transfer octet length, display size).
#pragma once

#include <string_view>

#include "driver/odbc.h"

namespace dqlite::odbc {

struct SqlType {
    SQLSMALLINT concise = SQL_WLONGVARCHAR;  ///< concise SQL data type
    SQLULEN column_size = 0;                 ///< characters, digits or bytes, as Appendix D says
    SQLSMALLINT decimal_digits = 0;
    friend bool operator==(const SqlType&, const SqlType&) = default;
};

/// Sizes and kinds the connection's keys decide.
struct TypeOptions {
    SQLULEN max_long_varchar_size = 65536;  ///< characters (bytes for LONGVARBINARY)
    SQLULEN max_varchar_size = 0;           ///< 0: as declared; else larger ones become LONG types
    bool wide = true;                       ///< text as W types
};

/// The ODBC 2 datetime codes (SQL and C types have the same), which some applications and tools
/// still pass, count as their ODBC 3 successors.
[[nodiscard]] constexpr SQLSMALLINT odbc3_type(SQLSMALLINT concise) noexcept {
    switch (concise) {
        case SQL_DATE:
            return SQL_TYPE_DATE;
        case SQL_TIME:
            return SQL_TYPE_TIME;
        case SQL_TIMESTAMP:
            return SQL_TYPE_TIMESTAMP;
        default:
            return concise;
    }
}

/// The type of a column by its declared type (SQLite's affinity rules, the common SQL names,
/// sizes and scale kept). An empty declaration, and ANY, give no type: false.
[[nodiscard]] bool type_of_declaration(std::string_view declared, const TypeOptions& options,
                                       SqlType& out);

/// The long text type of these options: what an undeclared or unknown column is.
[[nodiscard]] SqlType long_text_type(const TypeOptions& options) noexcept;

[[nodiscard]] SQLLEN display_size(const SqlType& type) noexcept;
[[nodiscard]] SQLLEN octet_length(const SqlType& type) noexcept;
/// SQL_DESC_TYPE: the verbose type (SQL_DATETIME, SQL_INTERVAL for those).
[[nodiscard]] SQLSMALLINT verbose_type(SQLSMALLINT concise) noexcept;
[[nodiscard]] SQLSMALLINT datetime_interval_code(SQLSMALLINT concise) noexcept;
[[nodiscard]] std::string_view type_name(SQLSMALLINT concise) noexcept;  ///< e.g. "BIGINT"
[[nodiscard]] SQLINTEGER num_prec_radix(SQLSMALLINT concise) noexcept;   ///< 10, 2 or 0
[[nodiscard]] bool is_unsigned(
    SQLSMALLINT concise) noexcept;  ///< SQL_DESC_UNSIGNED: non-numbers too
[[nodiscard]] bool is_character(SQLSMALLINT concise) noexcept;
[[nodiscard]] bool is_binary(SQLSMALLINT concise) noexcept;
[[nodiscard]] SQLINTEGER searchable(SQLSMALLINT concise) noexcept;
[[nodiscard]] std::string_view literal_prefix(SQLSMALLINT concise) noexcept;
[[nodiscard]] std::string_view literal_suffix(SQLSMALLINT concise) noexcept;
/// The C type SQL_C_DEFAULT stands for.
[[nodiscard]] SQLSMALLINT default_c_type(SQLSMALLINT concise) noexcept;
/// True for a concise SQL type the driver can describe or bind.
[[nodiscard]] bool is_known_sql_type(SQLSMALLINT concise) noexcept;

}  // namespace dqlite::odbc
