// The generations of dqlite servers that tests run against: this machine's own libdqlite and those
// of other Debian suites, as far as setup/other-suite-libdqlite has unpacked them.
#pragma once

#include <string>
#include <vector>

namespace dqlite::test {

enum class ServerGeneration {
    debian12,  ///< 1.11, this machine's own
    trixie,    ///< 1.18.1
    sid,       ///< 1.18.7 or later
};

[[nodiscard]] const char* name(ServerGeneration generation) noexcept;

/// Whether the library is here to be run on.
[[nodiscard]] bool is_available(ServerGeneration generation);

/// Those this run is to use: DQLITE_TEST_GENERATIONS (names between spaces), else debian12 and, if
/// unpacked, trixie. A wrong or missing one in the variable ends the program: a test left out must
/// not look like a test passed.
[[nodiscard]] const std::vector<ServerGeneration>& generations();

/// What to put in front of the node program to run it on the generation's library.
[[nodiscard]] std::vector<std::string> launcher(ServerGeneration generation);

}  // namespace dqlite::test
