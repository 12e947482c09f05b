// Who is in the tables and the chart, and what is shown of them: the one list for both.
#pragma once

#include <array>
#include <string_view>

namespace dqlite::bench {

struct Party {
    std::string_view name;   ///< in the figures
    std::string_view title;  ///< for readers
};

inline constexpr std::array dqlite_servers{Party{"debian12", "dqlite 1.11.1"},
                                           Party{"trixie", "dqlite 1.18.1"},
                                           Party{"sid", "dqlite 1.18.7"}};

inline constexpr std::array dqlite_clients{
    Party{"raw", "raw frames, no driver"}, Party{"odbc", "dqlite-odbc"},
    Party{"client", "its C++ client"}, Party{"go", "go-dqlite, database/sql"},
    Party{"dbapi", "python dqlite-dbapi"}};

inline constexpr std::array other_databases{Party{"sqliteodbc", "sqliteodbc, a local file"},
                                            Party{"psqlodbc", "psqlodbc, a local PostgreSQL"}};

}  // namespace dqlite::bench
