// From an application's parameter to a wire value: the specification's C-to-SQL matrix (ODBC
// Reference, Appendix D). Pure: no handle, no I/O.
#pragma once

#include <string>

#include "driver/convert/families.h"
#include "driver/diag/sqlstate.h"
#include "driver/odbc.h"
#include "wire/value.h"

namespace dqlite::odbc {

/// Where a value comes from. `length` is what the octet-length pointer holds (bytes, SQL_NTS) and
/// is looked at for character and binary C types only; NULL and data-at-execution are the
/// caller's business.
struct CSource {
    SQLSMALLINT c_type = SQL_C_CHAR;     ///< SQL_C_DEFAULT is resolved by sql_type
    SQLSMALLINT sql_type = SQL_VARCHAR;  ///< the parameter's SQL type
    SQLULEN column_size = 0;
    SQLSMALLINT decimal_digits = 0;
    const void* data = nullptr;
    SQLLEN length = SQL_NTS;
    SQLSMALLINT precision = 0;  ///< APD fields, for SQL_C_NUMERIC
    SQLSMALLINT scale = 0;
};

struct Store;

/// How values of one C and SQL type go, looked up once for all of them.
struct FromC {
    SqlState state = SqlState::s00000;  ///< why none can
    CSource source;                     ///< all but data and length, its types resolved
    SqlFamily family = SqlFamily::unknown;
    bool has_length = false;
    SqlState (*convert)(const Store& store) = nullptr;
};
[[nodiscard]] FromC resolve_from_c(const CSource& source) noexcept;

/// Converts into `value`; where bytes must be made they live in `storage`, which the value then
/// borrows: it must outlive the request and not move. Character data is sent as the SQL type asks:
/// numbers to numeric SQL types (INTEGER, REAL, or text when more than 15 digits would be lost),
/// dates as ISO 8601 text, BIT as an integer 0 or 1, never a wire type that could put a REAL into a
/// date column.
[[nodiscard]] SqlState from_c(const FromC& way, const void* data, SQLLEN length, wire::Value& value,
                              std::string& storage);
[[nodiscard]] SqlState from_c(const CSource& source, wire::Value& value, std::string& storage);

/// False where Appendix D has no cell for this pair (07006).
[[nodiscard]] bool is_convertible_from_c(SQLSMALLINT c_type, SQLSMALLINT sql_type) noexcept;

}  // namespace dqlite::odbc
