// ODBC escape sequences, translated to SQLite's SQL (ODBC Reference, Appendix C and E):
// {d}{t}{ts}{fn}{oj}{call}{escape}{guid}. Strings, comments and quoted names are left alone.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "client/error.h"

namespace dqlite::odbc {

/// A {call} or {?=call}: the driver's own procedures.
struct ProcedureCall {
    std::string name;
    bool returns_value = false;          ///< {?= call …}
    std::vector<std::string> arguments;  ///< SQL text of each: a literal or ?
};

struct Translation {
    std::string sql;
    bool is_call = false;
    ProcedureCall call;
};

/// What the functions of the connection itself answer.
struct EscapeContext {
    std::string_view database;  ///< {fn DATABASE()}
    std::string_view user;      ///< {fn USER()}
};

/// Errors, kind invalid: an escape that is not closed, not known, or with wrong arguments (its
/// text names it and its position).
[[nodiscard]] client::Result<Translation> translate_escapes(std::string_view sql,
                                                            const EscapeContext& context = {});

}  // namespace dqlite::odbc
