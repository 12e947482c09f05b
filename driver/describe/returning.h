// RETURNING lists made safe as the projection makes SELECT safe: no column leaves as a plain one.
#pragma once

#include <string>
#include <vector>

#include "client/statement.h"
#include "driver/describe/mirror_database.h"
#include "driver/describe/tokens.h"

namespace dqlite::odbc {

struct Returning {
    std::string sql;      ///< empty: refused
    std::string refusal;  ///< why
};

/// Rewrites the list: `*` expanded (needs the mirror), each item as an expression with a short
/// name. `mirror` may be null.
[[nodiscard]] Returning rewrite_returning(const client::Statement& statement,
                                          const std::vector<client::Token>& tokens,
                                          MirrorDatabase* mirror);

}  // namespace dqlite::odbc
