// The functions that tell columns and parameters: what waits in them is only the description, where
// it is not known yet.
#pragma once

#include "driver/api/waiting.h"
#include "driver/handle/statement.h"

namespace dqlite::odbc::api {

/// Runs `work` on the statement once what it tells (columns or parameters) is described.
template <typename Work>
SQLRETURN call_described(SQLUSMALLINT function, SQLHSTMT raw, Statement::Described what,
                         Work work) noexcept {
    const auto found = registry::find(raw, Handle::Kind::statement);
    if (found == nullptr) return SQL_INVALID_HANDLE;
    auto& statement = static_cast<Statement&>(*found);
    // Where nothing is to wait for, an asynchronous detour would only delay it.
    if (statement.runs_asynchronously(function) && !statement.disturbs(function)) {
        const std::unique_lock lock{statement.lock(), std::try_to_lock};
        if (lock.owns_lock() && !statement.retired() && statement.is_described(what)) {
            statement.asynchronous().tell_no_more();
            return run(function, statement, work);
        }
    }
    return call_waiting<Statement>(
        function, raw,
        [what](Arguments&) {
            return [what](Statement& described) {
                return described.is_described(what) ? SQLRETURN{SQL_SUCCESS}
                                                    : described.ensure_described();
            };
        },
        [&](Statement& described, SQLRETURN result) {
            return SQL_SUCCEEDED(result) ? work(described) : result;
        });
}

}  // namespace dqlite::odbc::api
