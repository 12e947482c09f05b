// PRAGMA busy_timeout is answered by the driver: waiting for the write lock is done on this side
// (key BusyTimeout), and newer servers deny the pragma.
#pragma once

#include <memory>
#include <optional>

#include "client/options.h"
#include "client/rows.h"
#include "client/statement.h"
#include "driver/describe/description.h"

namespace dqlite::odbc {

struct BusyTimeoutPragma {
    std::optional<client::milliseconds> set;  ///< nothing: it only asks
};

/// Nothing if the statement is not that pragma. Values are read as SQLite reads them: negative or
/// unreadable ones are 0, and what does not fit an int is 0 too.
[[nodiscard]] std::optional<BusyTimeoutPragma> busy_timeout_pragma(
    const client::Statement& statement);
/// The one row SQLite answers, and its column.
[[nodiscard]] std::unique_ptr<client::RowStream> busy_timeout_rows(client::milliseconds timeout);
[[nodiscard]] ColumnDescription busy_timeout_column();

}  // namespace dqlite::odbc
