// SQLGetInfo's function and conversion masks, computed from the table {fn …} is translated by:
// what is told is what works.
#pragma once

#include "driver/tables/info.h"

namespace dqlite::odbc {

[[nodiscard]] const ScalarFunctionMasks& scalar_masks() noexcept;

}  // namespace dqlite::odbc
