// Running the driver's own procedures.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "client/error.h"
#include "client/rows.h"
#include "driver/handle/call_plan.h"
#include "driver/handle/connection.h"
#include "driver/tables/procedures.h"

namespace dqlite::odbc {

struct ProcedureAnswer {
    std::unique_ptr<client::RowStream> rows;  ///< null for a procedure without a result set
    std::vector<ProcedureValue> outputs;      ///< one for each parameter; inputs have none
};

/// Runs a procedure on the cluster that `options` name: those the session was connected with, and
/// the time it may take. `arguments` has one value for each parameter.
[[nodiscard]] client::Result<ProcedureAnswer> call_procedure(
    const Procedure& procedure, std::span<const ProcedureValue> arguments, Connection& connection,
    const client::Options& options);

/// Whether a procedure's parameter can be this text: a number that has no sign, for a number.
[[nodiscard]] bool is_acceptable(const ProcedureColumn& parameter, const std::string& text);

}  // namespace dqlite::odbc
