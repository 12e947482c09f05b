// The driver's own procedures, called by {call name(…)}: what SQLProcedures and
// SQLProcedureColumns list and what can be called follow from this table.
#pragma once

#include <span>
#include <string_view>

#include "driver/odbc.h"

namespace dqlite::odbc {

enum class ProcedureId : unsigned char {
    add,
    assign,
    describe,
    dump,
    leader,
    nodes,
    remove,
    session,
    transfer,
    weight
};

/// A parameter, or a column of the result set.
struct ProcedureColumn {
    std::string_view name;
    SQLSMALLINT type = SQL_BIGINT;  ///< SQL_VARCHAR: as wide as the connection's texts are
    SQLULEN size = 0;
    std::string_view remarks = {};
    SQLSMALLINT kind = SQL_RESULT_COL;    ///< COLUMN_TYPE of SQLProcedureColumns
    std::string_view default_value = {};  ///< COLUMN_DEF; empty: there is none, it must be given

    [[nodiscard]] constexpr bool is_input() const noexcept {
        return kind == SQL_PARAM_INPUT || kind == SQL_PARAM_INPUT_OUTPUT;
    }
    [[nodiscard]] constexpr bool is_output() const noexcept {
        return kind == SQL_PARAM_OUTPUT || kind == SQL_PARAM_INPUT_OUTPUT ||
               kind == SQL_RETURN_VALUE;
    }
};

struct Procedure {
    ProcedureId id = ProcedureId::session;
    std::string_view name;
    std::string_view remarks;
    bool needs_admin = false;  ///< refused without AllowAdmin=1
    /// The return value first, where there is one; then in the order of a call.
    std::span<const ProcedureColumn> parameters;
    std::span<const ProcedureColumn> columns;  ///< of its result set; empty: it gives none

    [[nodiscard]] constexpr bool returns_value() const noexcept {
        return !parameters.empty() && parameters.front().kind == SQL_RETURN_VALUE;
    }
};

/// In the order of their names.
[[nodiscard]] std::span<const Procedure> procedure_table() noexcept;
/// Case does not matter; null if nobody knows it (42000).
[[nodiscard]] const Procedure* find_procedure(std::string_view name) noexcept;

}  // namespace dqlite::odbc
