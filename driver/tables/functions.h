// SQLGetFunctions: which functions this driver has. A test compares it with the exported symbols.
#pragma once

#include <span>

#include "driver/odbc.h"

namespace dqlite::odbc {

/// Identifiers (SQL_API_…) of the supported functions, ascending.
[[nodiscard]] std::span<const SQLUSMALLINT> supported_functions() noexcept;
[[nodiscard]] bool is_supported_function(SQLUSMALLINT id) noexcept;

}  // namespace dqlite::odbc
