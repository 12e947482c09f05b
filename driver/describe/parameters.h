// Types of parameters, from the patterns of the text they stand in (design §2.4).
#pragma once

#include <vector>

#include "client/statement.h"
#include "driver/describe/description.h"
#include "driver/describe/mirror_database.h"
#include "driver/describe/tokens.h"

namespace dqlite::odbc {

/// One description per parameter of the statement. `mirror` may be null: then, and where no
/// pattern fits, a parameter is long text.
[[nodiscard]] std::vector<ParameterDescription> describe_parameters(
    const client::Statement& statement, const std::vector<client::Token>& tokens,
    MirrorDatabase* mirror, const TypeOptions& options);

}  // namespace dqlite::odbc
