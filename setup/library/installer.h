// The ODBC installer (libodbcinst) as the setup library uses it.
#pragma once

#include <exception>
#include <new>
#include <string>
#include <string_view>

#include "driver/odbc.h"

// Behind the driver's header, which takes the word BOOL away: here it is needed.
#include <odbcinstext.h>

namespace dqlite::setup {

/// Posts an error, an ODBC_ERROR_… and its text, for SQLInstallerError. Always false.
bool fail(DWORD code, const std::string& text) noexcept;

/// Runs the work of an exported function, which answers bool: no exception leaves it.
template <typename Function>
BOOL guarded(Function work) noexcept {
    bool done = false;
    try {
        done = work();
    } catch (const std::bad_alloc&) {
        fail(ODBC_ERROR_OUT_OF_MEM, {});
    } catch (const std::exception& error) {
        fail(ODBC_ERROR_GENERAL_ERR, error.what());
    }
    return done ? 1 : 0;
}

/// Whether odbcinst.ini has a driver of this name.
[[nodiscard]] bool is_installed_driver(std::string_view name);
/// Whether odbc.ini, of the user or of the system as the installer's mode says, has this section.
[[nodiscard]] bool has_data_source(const std::string& name);

}  // namespace dqlite::setup
