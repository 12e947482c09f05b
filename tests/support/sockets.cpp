#include "tests/support/sockets.h"

#include <cerrno>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>

namespace dqlite::test {
namespace {

constexpr int backlog = 16;

[[noreturn]] void fail(int error, const std::string& what) {
    throw std::system_error{error, std::generic_category(), what};
}

}  // namespace

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    return address;
}

void send_at_once(int socket) {
    const int on = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}

bool send_all(int socket, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t part = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (part <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(part));
    }
    return true;
}

BoundSocket::BoundSocket() : fd_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
    sockaddr_in where = loopback(0);
    socklen_t size = sizeof(where);
    if (::bind(fd_, reinterpret_cast<const sockaddr*>(&where), size) != 0 ||
        ::getsockname(fd_, reinterpret_cast<sockaddr*>(&where), &size) != 0) {
        const int error = errno;
        ::close(fd_);
        fail(error, "no free port on the loopback address");
    }
    port_ = ntohs(where.sin_port);
    address_ = "127.0.0.1:" + std::to_string(port_);
}

BoundSocket::~BoundSocket() {
    ::close(fd_);
}

void BoundSocket::listen() {
    if (::listen(fd_, backlog) != 0) fail(errno, "listening on " + address());
}

}  // namespace dqlite::test
