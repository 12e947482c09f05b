// Running the driver's own procedures.
#pragma once

#include <memory>

#include "client/error.h"
#include "client/rows.h"
#include "client/session.h"
#include "driver/tables/procedures.h"

namespace dqlite::odbc {

/// The result set of a procedure. `options` are those the session was connected with.
[[nodiscard]] client::Result<std::unique_ptr<client::RowStream>> call_procedure(
    const Procedure& procedure, client::Session& session, const client::Options& options);

}  // namespace dqlite::odbc
