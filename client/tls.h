// TLS as go-dqlite's app package sets it up: mutual, 1.2 or newer.
#pragma once

#include <memory>

#include <asio/ssl/context.hpp>

#include "client/error.h"
#include "client/options.h"

namespace dqlite::client {

/// The context all connections of a session share. Null where TLS is off.
[[nodiscard]] Result<std::shared_ptr<asio::ssl::context>> make_tls_context(
    const TlsOptions& options);

}  // namespace dqlite::client
