// The driver's own procedures, called by {call name()}: what SQLProcedures and SQLProcedureColumns
// list and what can be called follow from this table.
#pragma once

#include <span>
#include <string_view>

#include "driver/odbc.h"

namespace dqlite::odbc {

enum class ProcedureId : unsigned char { leader, nodes, session };

/// A column of the one result set every procedure gives.
struct ProcedureColumn {
    std::string_view name;
    SQLSMALLINT type = SQL_BIGINT;  ///< SQL_VARCHAR: as wide as the connection's texts are
    SQLULEN size = 0;
    std::string_view remarks;
};

struct Procedure {
    ProcedureId id = ProcedureId::session;
    std::string_view name;
    std::string_view remarks;
    std::span<const ProcedureColumn> columns;
};

/// In the order of their names.
[[nodiscard]] std::span<const Procedure> procedure_table() noexcept;
/// Case does not matter; null if nobody knows it (42000).
[[nodiscard]] const Procedure* find_procedure(std::string_view name) noexcept;

}  // namespace dqlite::odbc
