// The columns of a prepared statement, as ODBC describes them.
#pragma once

#include <vector>

#include "driver/describe/description.h"
#include "driver/describe/mirror_database.h"
#include "driver/describe/tokens.h"

namespace dqlite::odbc {

/// A NOT NULL column may still give NULL through an outer join, an aggregate or a subquery:
/// `tokens` and what the authorizer saw decide where the declaration can be trusted.
[[nodiscard]] std::vector<ColumnDescription> describe_columns(
    MirrorDatabase& mirror, const PreparedStatement& prepared,
    const std::vector<client::Token>& tokens, const TypeOptions& options);

}  // namespace dqlite::odbc
