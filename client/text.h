// The one place where text from a peer is made safe for messages, logs and terminals.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace dqlite::client {

/// `text` as valid UTF-8: invalid bytes become U+FFFD; control characters (but line feed and tab),
/// bidirectional overrides and invisible formatting become '?'. At most `max_bytes` of the input
/// are looked at; a longer one ends in "…".
[[nodiscard]] std::string safe_text(std::string_view text, std::size_t max_bytes = 8192);

}  // namespace dqlite::client
