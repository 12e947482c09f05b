// Numeric socket addresses, as libdqlite's own bind and connect want them.
#pragma once

#include <string>
#include <string_view>
#include <sys/socket.h>

namespace dqlite::node {

struct SocketAddress {
    sockaddr_storage storage{};
    socklen_t size = 0;

    [[nodiscard]] int family() const noexcept { return storage.ss_family; }
    [[nodiscard]] const sockaddr* get() const noexcept {
        return reinterpret_cast<const sockaddr*>(&storage);
    }
};

/// Reads "127.0.0.1:9001" or "[::1]:9001". Returns what is wrong with the text; empty: nothing.
[[nodiscard]] std::string parse_address(std::string_view text, SocketAddress& out);

/// Whether a socket can listen on the address now: 0, or the errno that stands against it.
[[nodiscard]] int probe_listen(const SocketAddress& address) noexcept;

}  // namespace dqlite::node
