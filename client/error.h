// Errors as values: what failed, what the server said, and what that means for the data.
#pragma once

#include <cstdint>
#include <string>

#include <tl/expected.hpp>

namespace dqlite::client {

enum class ErrorKind : std::uint8_t {
    server,            ///< the server answered FAILURE: code and its text
    busy,              ///< FAILURE 5 for longer than the busy timeout, or 517
    unreachable,       ///< no connection could be made (refused, no route, name unknown)
    no_leader,         ///< nodes answer, but none leads
    lost,              ///< an established connection ended or broke
    timeout,           ///< a deadline passed
    protocol,          ///< the peer sent something that is not the protocol
    tls,               ///< the TLS handshake failed, or plain met TLS
    policy,            ///< an address a peer named is not allowed
    refused,           ///< not sent: it would harm the server, or cannot be carried
    invalid,           ///< not sent: the caller's arguments are wrong
    cancelled,         ///< cancel() ended it
    transaction_lost,  ///< the transaction this belonged to is gone; nothing of it is applied
    session_lost,      ///< it needs session state (temp tables, last rowid …) a reconnect lost
    limit,             ///< a cap of ours (rows, buffered bytes, spill) was passed
};

/// What a failure means for the statement that failed.
enum class Outcome : std::uint8_t {
    not_applied,  ///< it changed nothing
    rolled_back,  ///< it and its whole transaction changed nothing
    unknown,      ///< it may or may not be applied: never retried
};

struct Error {
    ErrorKind kind = ErrorKind::server;
    std::uint64_t code = 0;  ///< the server's extended code; 0 where none was sent
    std::string message{};   ///< UTF-8, made safe for logs and terminals
    std::string address{};   ///< of the node concerned, or empty
    Outcome outcome = Outcome::not_applied;
};

template <typename T>
using Result = tl::expected<T, Error>;

[[nodiscard]] inline tl::unexpected<Error> fail(Error error) {
    return tl::unexpected<Error>{std::move(error)};
}

}  // namespace dqlite::client
