// libsqlite3, loaded at run time: the driver works without it, and a host program that exports
// sqlite3_* of its own cannot put itself between.
#pragma once

#include <memory>

#include <sqlite3.h>

namespace dqlite::odbc {

/// The functions the mirror calls. All are set, or the library counts as missing.
struct SqliteLibrary {
    decltype(&::sqlite3_open_v2) open_v2 = nullptr;
    decltype(&::sqlite3_close_v2) close_v2 = nullptr;
    decltype(&::sqlite3_exec) exec = nullptr;
    decltype(&::sqlite3_db_config) db_config = nullptr;
    decltype(&::sqlite3_limit) limit = nullptr;
    decltype(&::sqlite3_set_authorizer) set_authorizer = nullptr;
    decltype(&::sqlite3_drop_modules) drop_modules = nullptr;
    decltype(&::sqlite3_prepare_v3) prepare_v3 = nullptr;
    decltype(&::sqlite3_step) step = nullptr;
    decltype(&::sqlite3_reset) reset = nullptr;
    decltype(&::sqlite3_finalize) finalize = nullptr;
    decltype(&::sqlite3_bind_text) bind_text = nullptr;
    decltype(&::sqlite3_bind_int64) bind_int64 = nullptr;
    decltype(&::sqlite3_column_count) column_count = nullptr;
    decltype(&::sqlite3_column_name) column_name = nullptr;
    decltype(&::sqlite3_column_decltype) column_decltype = nullptr;
    decltype(&::sqlite3_column_database_name) column_database_name = nullptr;
    decltype(&::sqlite3_column_table_name) column_table_name = nullptr;
    decltype(&::sqlite3_column_origin_name) column_origin_name = nullptr;
    decltype(&::sqlite3_column_int64) column_int64 = nullptr;
    decltype(&::sqlite3_column_text) column_text = nullptr;
    decltype(&::sqlite3_column_bytes) column_bytes = nullptr;
    decltype(&::sqlite3_table_column_metadata) table_column_metadata = nullptr;
    decltype(&::sqlite3_libversion_number) libversion_number = nullptr;
    decltype(&::sqlite3_threadsafe) threadsafe = nullptr;

    /// The process's one copy, or null where the library is missing, too old, or built without
    /// column metadata or threads.
    [[nodiscard]] static const SqliteLibrary* get() noexcept;
};

}  // namespace dqlite::odbc
