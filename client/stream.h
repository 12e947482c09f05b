// A connected byte stream, plain or TLS, behind one small interface.
#pragma once

#include <cstddef>
#include <span>

#include <asio/error_code.hpp>

#include "client/scope.h"
#include "client/task.h"

namespace dqlite::client {

struct Transfer {
    asio::error_code error;  ///< asio::error::eof at the end of the stream
    std::size_t size = 0;
};

class Stream : public Waiter {
  public:
    virtual ~Stream() = default;

    /// Without waiting: asio::error::would_block where nothing can be moved at once.
    [[nodiscard]] virtual Transfer try_read(std::span<std::byte> into) noexcept = 0;
    [[nodiscard]] virtual Transfer try_write(std::span<const std::byte> from) noexcept = 0;
    [[nodiscard]] virtual Task<Transfer> read(std::span<std::byte> into) = 0;
    [[nodiscard]] virtual Task<Transfer> write(std::span<const std::byte> from) = 0;

    /// Whether the peer has ended or broken the stream already; looks, does not wait.
    [[nodiscard]] virtual bool ended() noexcept = 0;
    /// The next read acknowledges at once: a peer with Nagle's algorithm on is waiting for it.
    virtual void acknowledge_quickly() noexcept = 0;
    virtual void close() noexcept = 0;
    void interrupt() noexcept override { close(); }
};

}  // namespace dqlite::client
