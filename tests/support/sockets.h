// Plain sockets on 127.0.0.1, for the servers and proxies of tests.
#pragma once

#include <cstdint>
#include <netinet/in.h>
#include <string>
#include <string_view>

namespace dqlite::test {

[[nodiscard]] sockaddr_in loopback(std::uint16_t port);

/// Small answers do not wait for each other.
void send_at_once(int socket);

/// False once the peer is gone.
bool send_all(int socket, std::string_view bytes);

/// Has a port that was free. What the machine does not permit is thrown.
class BoundSocket {
  public:
    BoundSocket();
    ~BoundSocket();
    BoundSocket(const BoundSocket&) = delete;
    BoundSocket& operator=(const BoundSocket&) = delete;

    void listen();
    [[nodiscard]] int get() const noexcept { return fd_; }
    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
    /// "127.0.0.1:port"
    [[nodiscard]] const std::string& address() const noexcept { return address_; }

  private:
    int fd_;
    std::uint16_t port_ = 0;
    std::string address_;
};

}  // namespace dqlite::test
