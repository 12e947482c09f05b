// A {call} put beside the procedure it names: which argument is which parameter, and which of them
// are markers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "client/error.h"
#include "driver/sql/escapes.h"
#include "driver/tables/procedures.h"

namespace dqlite::odbc {

/// A value on its way into a procedure or out of it; nothing: NULL, not given, or not known.
using ProcedureValue = std::optional<std::string>;

struct CallArgument {
    std::uint16_t marker = 0;  ///< the number of its ?, 0 where it is none
    ProcedureValue literal;
};

struct CallPlan {
    const Procedure* procedure = nullptr;
    std::vector<CallArgument> arguments;  ///< one for each of the procedure's parameters
    std::uint16_t markers = 0;
};

/// Errors, kind invalid: too many arguments, one that is neither a literal nor ?, a literal where
/// the procedure gives something back, one that must be given and is not.
[[nodiscard]] client::Result<CallPlan> plan_call(const Procedure& procedure,
                                                 const ProcedureCall& call);

/// Why a procedure cannot go without this parameter.
[[nodiscard]] client::Error missing_argument(const Procedure& procedure,
                                             const ProcedureColumn& parameter);

}  // namespace dqlite::odbc
