// ConfigDSN: adds, changes and removes data sources, always without a window. Where they are
// written, for the user or for the machine, is the installer's mode, set by SQLConfigDataSource.
#include <fmt/format.h>

#include "driver/tables/connection_values.h"
#include "setup/library/attributes.h"
#include "setup/library/installer.h"

namespace dqlite::setup {
namespace {

/// A null value takes the key out of the section.
bool write_value(const std::string& dsn, std::string_view key, const char* value) {
    if (SQLWritePrivateProfileString(dsn.c_str(), std::string{key}.c_str(), value, "odbc.ini")) {
        return true;
    }
    return fail(ODBC_ERROR_WRITING_SYSINFO_FAILED,
                fmt::format("Cannot write {} of the data source {}", key, dsn));
}

bool write_values(const Attributes& attributes) {
    for (const auto& [key, value] : attributes.values) {
        const odbc::ConnectionKey* const known = odbc::find_connection_key(key);
        // A line under the key's other name would count too.
        if (!known->alias.empty() && !write_value(attributes.dsn, known->alias, nullptr)) {
            return false;
        }
        if (!write_value(attributes.dsn, key, value.empty() ? nullptr : value.c_str())) {
            return false;
        }
    }
    return true;
}

bool must_exist(const std::string& dsn) {
    if (has_data_source(dsn)) return true;
    return fail(ODBC_ERROR_INVALID_DSN, fmt::format("There is no data source {}", dsn));
}

bool add(const std::string& driver, const Attributes& attributes) {
    const std::string& dsn = attributes.dsn;
    // What an earlier data source of this name said must not linger below what this one says.
    if (has_data_source(dsn)) SQLRemoveDSNFromIni(dsn.c_str());
    if (!SQLWriteDSNToIni(dsn.c_str(), driver.c_str())) {
        return fail(ODBC_ERROR_CREATE_DSN_FAILED,
                    fmt::format("Cannot write the data source {}", dsn));
    }
    return write_values(attributes);
}

bool change(const Attributes& attributes) {
    return must_exist(attributes.dsn) ? write_values(attributes) : false;
}

bool remove(const std::string& dsn) {
    if (!must_exist(dsn)) return false;
    if (SQLRemoveDSNFromIni(dsn.c_str())) return true;
    return fail(ODBC_ERROR_REMOVE_DSN_FAILED, fmt::format("Cannot remove the data source {}", dsn));
}

bool config_dsn(WORD request, const char* driver, const char* list) {
    if (request != ODBC_ADD_DSN && request != ODBC_CONFIG_DSN && request != ODBC_REMOVE_DSN) {
        return fail(ODBC_ERROR_INVALID_REQUEST_TYPE,
                    fmt::format("ConfigDSN knows no request {}", request));
    }
    if (driver == nullptr || !is_installed_driver(driver)) {
        return fail(ODBC_ERROR_INVALID_NAME,
                    fmt::format("odbcinst.ini has no driver \"{}\"",
                                odbc::printable(driver == nullptr ? "" : driver)));
    }
    const Attributes attributes = parse_attributes(list);
    if (!attributes.complaint.empty()) {
        return fail(ODBC_ERROR_INVALID_KEYWORD_VALUE, attributes.complaint);
    }
    if (attributes.dsn.empty() || !SQLValidDSN(attributes.dsn.c_str())) {
        return fail(ODBC_ERROR_INVALID_DSN,
                    fmt::format("DSN=\"{}\" is no name for a data source: 1 to {} characters, none "
                                "of []{{}}(),;?*=!@\\",
                                odbc::printable(attributes.dsn), SQL_MAX_DSN_LENGTH));
    }
    if (request == ODBC_ADD_DSN) return add(driver, attributes);
    if (request == ODBC_CONFIG_DSN) return change(attributes);
    return remove(attributes.dsn);
}

}  // namespace
}  // namespace dqlite::setup

extern "C" BOOL INSTAPI ConfigDSN(HWND, WORD request, LPCSTR driver, LPCSTR attributes) {
    using namespace dqlite::setup;
    return guarded([&] { return config_dsn(request, driver, attributes); });
}
