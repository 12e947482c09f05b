// The loaded libdqlite: what it is, and the functions only newer ones have. Those are looked up at
// run time, so that one program runs on every generation of the library.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include <sqlite3.h>

// dqlite.h does not tell a C++ compiler that it is C.
extern "C" {
#include <dqlite.h>
}

namespace dqlite::node {

/// "1.0.0 on libdqlite 1.18.1": the program's version and the loaded library's.
[[nodiscard]] std::string library_version();

/// Null where the library does not have it.
using SetBusyTimeout = int (*)(dqlite_node*, unsigned milliseconds);
[[nodiscard]] SetBusyTimeout find_set_busy_timeout() noexcept;

using Handover = int (*)(dqlite_node*);
[[nodiscard]] Handover find_handover() noexcept;

}  // namespace dqlite::node
