// Describing one statement by one loaded schema: what Describer does behind its refresh.
#pragma once

#include "client/statement.h"
#include "driver/describe/description.h"
#include "driver/describe/mirror_database.h"

namespace dqlite::odbc {

/// Pure. `mirror` may be null: then nothing but the lexer's knowledge is told.
[[nodiscard]] Description describe_statement(const client::Statement& statement,
                                             MirrorDatabase* mirror, const TypeOptions& options);

}  // namespace dqlite::odbc
