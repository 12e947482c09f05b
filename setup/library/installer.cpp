#include "setup/library/installer.h"

#include <algorithm>

#include "driver/tables/connection_values.h"

namespace dqlite::setup {
namespace {

/// What a function that fills a buffer of `WORD` length has to say, however long it is. It returns
/// how much it wrote, or would have: as much as the buffer takes means that it was too small.
template <typename Fill>
std::string filled(Fill fill) {
    std::string buffer;
    for (std::size_t size = 4096; size <= 0xFFFF; size *= 2) {
        buffer.assign(std::min<std::size_t>(size, 0xFFFF), '\0');
        const std::size_t written = fill(buffer);
        if (written + 2 < buffer.size()) {
            buffer.resize(written);
            break;
        }
    }
    return buffer;
}

}  // namespace

bool fail(DWORD code, const std::string& text) noexcept {
    SQLPostInstallerError(code, text.empty() ? nullptr : text.c_str());
    return false;
}

bool is_installed_driver(std::string_view name) {
    const std::string names = filled([](std::string& buffer) -> std::size_t {
        WORD written = 0;
        SQLGetInstalledDrivers(buffer.data(), static_cast<WORD>(buffer.size()), &written);
        return written;
    });
    for (std::string_view rest = names; !rest.empty();) {
        const std::string_view one = rest.substr(0, rest.find('\0'));
        if (!one.empty() && odbc::same_letters(one, name)) return true;
        rest.remove_prefix(std::min(one.size() + 1, rest.size()));
    }
    return false;
}

bool has_data_source(const std::string& name) {
    char keys[64] = {};
    return SQLGetPrivateProfileString(name.c_str(), nullptr, "", keys, sizeof keys, "odbc.ini") > 0;
}

}  // namespace dqlite::setup
