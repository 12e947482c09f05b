// The attributes of a data source as ConfigDSN gets them.
#pragma once

#include <string>

#include "driver/tables/connection_keys.h"

namespace dqlite::setup {

struct Attributes {
    std::string dsn;
    odbc::KeyValues values;  ///< by the keys' documented names, DSN left out
    std::string complaint;   ///< what is wrong with them, or empty
};

/// Reads `key=value\0key=value\0\0`. The driver would pass over what it does not know or take; a
/// data source with a misspelt key is refused while somebody is there to read why.
[[nodiscard]] Attributes parse_attributes(const char* list);

}  // namespace dqlite::setup
