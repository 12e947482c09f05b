// driver/CAPABILITIES.md, made of what the driver answers: SQLGetInfo, SQLGetFunctions,
// SQLGetTypeInfo, and the conversions of its matrix.
#pragma once

#include <string>

#include "tests/driver/live/odbc.h"

namespace dqlite::test {

[[nodiscard]] std::string render_capabilities(const OdbcConnection& connection);

}  // namespace dqlite::test
