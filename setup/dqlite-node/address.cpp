#include "setup/dqlite-node/address.h"

#include <arpa/inet.h>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <netinet/in.h>

#include "setup/dqlite-node/file_descriptor.h"

namespace dqlite::node {

namespace {

bool parse_port(std::string_view text, in_port_t& out) {
    unsigned port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (error != std::errc{} || end != text.data() + text.size() || port == 0 || port > 65'535) {
        return false;
    }
    out = htons(static_cast<in_port_t>(port));
    return true;
}

template <typename Sockaddr>
void store(const Sockaddr& address, SocketAddress& out) {
    static_assert(sizeof(address) <= sizeof(out.storage));
    std::memcpy(&out.storage, &address, sizeof(address));
    out.size = sizeof(address);
}

}  // namespace

std::string parse_address(std::string_view text, SocketAddress& out) {
    const auto colon = text.rfind(':');
    in_port_t port = 0;
    if (colon == std::string_view::npos || !parse_port(text.substr(colon + 1), port)) {
        return "it needs a port from 1 to 65535, as in 127.0.0.1:9001";
    }
    const std::string_view host = text.substr(0, colon);
    if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
        sockaddr_in6 v6{};
        v6.sin6_family = AF_INET6;
        v6.sin6_port = port;
        const std::string inner{host.substr(1, host.size() - 2)};
        if (inet_pton(AF_INET6, inner.c_str(), &v6.sin6_addr) == 1) {
            store(v6, out);
            return {};
        }
    }
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    v4.sin_port = port;
    if (inet_pton(AF_INET, std::string{host}.c_str(), &v4.sin_addr) != 1) {
        return "its host must be a numeric IPv4 address, or an IPv6 address in brackets";
    }
    store(v4, out);
    return {};
}

int probe_listen(const SocketAddress& address) noexcept {
    const FileDescriptor socket{::socket(address.family(), SOCK_STREAM | SOCK_CLOEXEC, 0)};
    const int on = 1;
    if (!socket.valid() ||
        setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0 ||
        bind(socket.get(), address.get(), address.size) != 0 || listen(socket.get(), 1) != 0) {
        return errno;
    }
    return 0;
}

}  // namespace dqlite::node
