// From an address to a connected stream.
#pragma once

#include <memory>

#include <asio/any_io_executor.hpp>
#include <asio/ssl/context.hpp>

#include "client/address.h"
#include "client/error.h"
#include "client/scope.h"
#include "client/stream.h"
#include "client/task.h"

namespace dqlite::client {

struct Dialling {
    asio::any_io_executor executor;
    std::shared_ptr<asio::ssl::context> tls;  ///< null: plain
    std::string tls_server_name;              ///< empty: the host dialled
};

/// Resolves, connects (each address of a name in turn), sets the socket options, and makes the
/// TLS handshake where TLS is on. Ends early with the scope.
[[nodiscard]] Task<Result<std::unique_ptr<Stream>>> dial(const Dialling& dialling,
                                                         const Address& address, Scope& scope);

/// The error for a link that broke off: the scope's reason, or what the system says.
[[nodiscard]] Error link_error(const asio::error_code& error, const Scope& scope, ErrorKind kind,
                               std::string_view what, std::string address);

}  // namespace dqlite::client
