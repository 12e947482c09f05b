// The log of the client: what it does with connections and why. Off until somebody sets a logger.
#pragma once

#include <memory>

#include <spdlog/logger.h>

namespace dqlite::client {

/// Cheap while it is off: the level is checked before anything is formatted.
[[nodiscard]] spdlog::logger& log() noexcept;

/// Thread safe; null turns the log off again. A logger that was set stays alive to the end of the
/// process. Texts of peers are made safe before they are logged; SQL and values are never logged.
void set_log(std::shared_ptr<spdlog::logger> logger);

}  // namespace dqlite::client
