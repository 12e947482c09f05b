#include "setup/dqlite-node/library.h"

#include <dlfcn.h>

namespace dqlite::node {

namespace {

template <typename Function>
Function find(const char* name) noexcept {
    return reinterpret_cast<Function>(dlsym(RTLD_DEFAULT, name));
}

}  // namespace

std::string library_version() {
    // The digits are major * 10000 + minor * 100 + release.
    const int number = dqlite_version_number();
    return DQLITE_ODBC_VERSION " on libdqlite " + std::to_string(number / 10'000) + "." +
           std::to_string(number / 100 % 100) + "." + std::to_string(number % 100);
}

SetBusyTimeout find_set_busy_timeout() noexcept {
    return find<SetBusyTimeout>("dqlite_node_set_busy_timeout");
}

Handover find_handover() noexcept {
    return find<Handover>("dqlite_node_handover");
}

}  // namespace dqlite::node
