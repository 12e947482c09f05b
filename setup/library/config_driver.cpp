// ConfigDriver: what is to be done besides registering the driver, which is nothing.
#include <algorithm>

#include <fmt/format.h>

#include "driver/tables/connection_values.h"
#include "setup/library/installer.h"

namespace dqlite::setup {
namespace {

/// Tells `text` as installer functions do: cut to the buffer, its whole length in `length`.
void tell(std::string_view text, char* buffer, WORD capacity, WORD* length) {
    if (length != nullptr) *length = static_cast<WORD>(text.size());
    if (buffer == nullptr || capacity == 0) return;
    const std::size_t fits = std::min<std::size_t>(text.size(), capacity - std::size_t{1});
    buffer[text.copy(buffer, fits)] = '\0';
}

bool config_driver(WORD request, const char* driver, char* message, WORD capacity, WORD* length) {
    if (request != ODBC_INSTALL_DRIVER && request != ODBC_REMOVE_DRIVER) {
        return fail(ODBC_ERROR_INVALID_REQUEST_TYPE,
                    fmt::format("ConfigDriver knows no request {}", request));
    }
    if (driver == nullptr || !is_installed_driver(driver)) {
        return fail(ODBC_ERROR_INVALID_NAME,
                    fmt::format("odbcinst.ini has no driver \"{}\"",
                                odbc::printable(driver == nullptr ? "" : driver)));
    }
    tell(request == ODBC_INSTALL_DRIVER
             ? "The driver needs nothing besides its registration"
             : "The driver leaves nothing behind; data sources that name it stay",
         message, capacity, length);
    return true;
}

}  // namespace
}  // namespace dqlite::setup

extern "C" BOOL INSTAPI ConfigDriver(HWND, WORD request, LPCSTR driver, LPCSTR, LPSTR message,
                                     WORD capacity, WORD* length) {
    using namespace dqlite::setup;
    return guarded([&] { return config_driver(request, driver, message, capacity, length); });
}
