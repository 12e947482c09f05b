// The keys LogLevel and LogFile. There is one log in a process: it goes to every file a connection
// has named, at the most talkative level one has asked for.
#pragma once

#include <string>

#include "driver/tables/connection_keys.h"

namespace dqlite::odbc {

/// What is wrong with the log file, or nothing: a connection does not fail for it.
[[nodiscard]] std::string start_log(const ConnectionSettings& settings);

}  // namespace dqlite::odbc
