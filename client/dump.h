// A copy of a database, from a node's answer straight to disk.
#pragma once

#include <string>
#include <vector>

#include "client/cluster.h"
#include "client/connection.h"
#include "client/error.h"
#include "client/task.h"

namespace dqlite::client {

/// Asks for the database and writes its files into `directory`. All of them are there in the end,
/// or none.
[[nodiscard]] Task<Result<std::vector<DumpedFile>>> dump_database(Connection& connection,
                                                                  std::string database,
                                                                  std::string directory);

}  // namespace dqlite::client
