// What SQLGetDiagField tells beyond a record's own members.
#pragma once

#include <string_view>

#include "client/statement.h"
#include "driver/diag/sqlstate.h"
#include "driver/odbc.h"

namespace dqlite::odbc {

/// SQL_DIAG_CLASS_ORIGIN and SQL_DIAG_SUBCLASS_ORIGIN: "ISO 9075" or "ODBC 3.0".
[[nodiscard]] std::string_view class_origin(SqlState state) noexcept;
[[nodiscard]] std::string_view subclass_origin(SqlState state) noexcept;

struct DynamicFunction {
    std::string_view text;  ///< SQL_DIAG_DYNAMIC_FUNCTION; empty where ODBC has no word
    SQLINTEGER code = SQL_DIAG_UNKNOWN_STATEMENT;
};
inline constexpr DynamicFunction procedure_call_function{"CALL", SQL_DIAG_CALL};
[[nodiscard]] DynamicFunction dynamic_function(const client::Statement& statement) noexcept;

}  // namespace dqlite::odbc
