// What a failure means. The server's codes do not say whether something was applied; this table
// does, and it is cautious: what is not known not to have happened counts as unknown.
#pragma once

#include <cstdint>
#include <string_view>

#include "client/error.h"

namespace dqlite::client {

/// Where in a session's life a request failed.
enum class Place : std::uint8_t {
    read,              ///< a statement that writes nothing, outside a transaction
    autocommit_write,  ///< a write outside a transaction: it is its own commit
    in_transaction,    ///< anything inside an open transaction
    begin,
    commit,
    rollback,
};

enum class Remedy : std::uint8_t {
    none,       ///< tell the caller
    wait,       ///< the same request again, on this connection, after a pause
    reconnect,  ///< this node leads no more: the connection is of no use
};

struct Verdict {
    ErrorKind kind = ErrorKind::server;
    Outcome outcome = Outcome::not_applied;
    Remedy remedy = Remedy::none;
};

/// Judges a FAILURE.
[[nodiscard]] Verdict judge_failure(Place place, std::uint64_t code,
                                    std::string_view text) noexcept;

/// Judges the loss of the connection, for any reason: `sent` if a byte of the request may have
/// left this machine.
[[nodiscard]] Outcome judge_loss(Place place, bool sent) noexcept;

/// The server says that the transaction it is asked to end does not exist.
[[nodiscard]] bool says_no_transaction(std::uint64_t code, std::string_view text) noexcept;
/// The server says that the transaction it is asked to begin is open already.
[[nodiscard]] bool says_within_transaction(std::uint64_t code, std::string_view text) noexcept;

}  // namespace dqlite::client
