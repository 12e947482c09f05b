// Which process this is, without a system call: a session must not be used, nor its socket closed,
// by a child that inherited it.
#pragma once

#include <sys/types.h>

namespace dqlite::client {

/// getpid(), at the price of a load.
[[nodiscard]] pid_t this_process() noexcept;

}  // namespace dqlite::client
