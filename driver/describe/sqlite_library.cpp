#include "driver/describe/sqlite_library.h"

#include <dlfcn.h>
#include <optional>

namespace dqlite::odbc {
namespace {

constexpr const char* library_name = "libsqlite3.so.0";
/// The first with sqlite_schema as a name, DEFENSIVE, TRUSTED_SCHEMA and drop_modules.
constexpr int oldest_version = 3'033'000;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool sanitized = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr bool sanitized = true;
#else
constexpr bool sanitized = false;
#endif
#else
constexpr bool sanitized = false;
#endif

/// The sanitizers end the process on RTLD_DEEPBIND, which would undo their interceptors.
constexpr int load_flags = RTLD_NOW | RTLD_LOCAL | (sanitized ? 0 : RTLD_DEEPBIND);

template <typename Function>
[[nodiscard]] bool find(void* handle, const char* name, Function& function) noexcept {
    function = reinterpret_cast<Function>(dlsym(handle, name));
    return function != nullptr;
}

[[nodiscard]] bool find_all(void* handle, SqliteLibrary& library) noexcept {
    return find(handle, "sqlite3_open_v2", library.open_v2) &&
           find(handle, "sqlite3_close_v2", library.close_v2) &&
           find(handle, "sqlite3_exec", library.exec) &&
           find(handle, "sqlite3_db_config", library.db_config) &&
           find(handle, "sqlite3_limit", library.limit) &&
           find(handle, "sqlite3_set_authorizer", library.set_authorizer) &&
           find(handle, "sqlite3_drop_modules", library.drop_modules) &&
           find(handle, "sqlite3_prepare_v3", library.prepare_v3) &&
           find(handle, "sqlite3_step", library.step) &&
           find(handle, "sqlite3_reset", library.reset) &&
           find(handle, "sqlite3_finalize", library.finalize) &&
           find(handle, "sqlite3_bind_text", library.bind_text) &&
           find(handle, "sqlite3_bind_int64", library.bind_int64) &&
           find(handle, "sqlite3_column_count", library.column_count) &&
           find(handle, "sqlite3_column_name", library.column_name) &&
           find(handle, "sqlite3_column_decltype", library.column_decltype) &&
           find(handle, "sqlite3_column_database_name", library.column_database_name) &&
           find(handle, "sqlite3_column_table_name", library.column_table_name) &&
           find(handle, "sqlite3_column_origin_name", library.column_origin_name) &&
           find(handle, "sqlite3_column_int64", library.column_int64) &&
           find(handle, "sqlite3_column_text", library.column_text) &&
           find(handle, "sqlite3_column_bytes", library.column_bytes) &&
           find(handle, "sqlite3_table_column_metadata", library.table_column_metadata) &&
           find(handle, "sqlite3_libversion_number", library.libversion_number) &&
           find(handle, "sqlite3_threadsafe", library.threadsafe);
}

[[nodiscard]] std::optional<SqliteLibrary> load() noexcept {
    // Never closed: other threads may be inside it when this module is unloaded.
    void* const handle = dlopen(library_name, load_flags);
    if (handle == nullptr) return std::nullopt;
    SqliteLibrary library;
    if (!find_all(handle, library)) return std::nullopt;
    if (library.libversion_number() < oldest_version || library.threadsafe() == 0) {
        return std::nullopt;
    }
    return library;
}

}  // namespace

const SqliteLibrary* SqliteLibrary::get() noexcept {
    static const std::optional<SqliteLibrary> library = load();
    return library ? &*library : nullptr;
}

}  // namespace dqlite::odbc
