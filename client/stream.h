// A connected byte stream, plain or TLS, behind one small interface.
#pragma once

#include <cstddef>
#include <span>

#include <asio/error.hpp>
#include <asio/error_code.hpp>

#include "client/scope.h"
#include "client/task.h"

namespace dqlite::client {

struct Transfer {
    asio::error_code error;  ///< asio::error::eof at the end of the stream
    std::size_t size = 0;
};

/// True for an attempt that moved nothing and may be made again.
[[nodiscard]] inline bool is_transient(const asio::error_code& error) noexcept {
    return error == asio::error::would_block || error == asio::error::try_again ||
           error == asio::error::interrupted;
}

class Stream : public Waiter {
  public:
    virtual ~Stream() = default;

    /// Without waiting: asio::error::would_block where nothing can be moved at once. Only where
    /// tries() can they ever move anything.
    [[nodiscard]] virtual bool tries() const noexcept = 0;
    [[nodiscard]] virtual Transfer try_read(std::span<std::byte> into) noexcept = 0;
    [[nodiscard]] virtual Transfer try_write(std::span<const std::byte> from) noexcept = 0;
    [[nodiscard]] virtual Task<Transfer> read(std::span<std::byte> into) = 0;
    [[nodiscard]] virtual Task<Transfer> write(std::span<const std::byte> from) = 0;

    /// Blocks the calling thread instead: asio::error::timed_out past the deadline, and
    /// asio::error::would_block from a stream that cannot.
    [[nodiscard]] virtual Transfer block_to_read(std::span<std::byte> into, Scope& scope,
                                                 Scope::Time::time_point deadline) = 0;
    [[nodiscard]] virtual Transfer block_to_write(std::span<const std::byte> from, Scope& scope,
                                                  Scope::Time::time_point deadline) = 0;

    /// Whether the peer has ended or broken the stream already; looks, does not wait.
    [[nodiscard]] virtual bool ended() noexcept = 0;
    /// The next read acknowledges at once: a peer with Nagle's algorithm on is waiting for it.
    virtual void acknowledge_quickly() noexcept = 0;
    virtual void close() noexcept = 0;
    void interrupt() noexcept override { close(); }
};

}  // namespace dqlite::client
