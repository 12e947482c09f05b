#include "tests/support/raw_peer.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

namespace dqlite::test {

bool accepts_connections(std::uint16_t port) {
    return RawPeer{port, std::chrono::seconds{1}}.is_open();
}

RawPeer::RawPeer(std::uint16_t port, std::chrono::milliseconds patience)
    : socket_{socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
    const timeval limit{.tv_sec = patience.count() / 1000,
                        .tv_usec = patience.count() % 1000 * 1000};
    setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
    setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    wire::Buffer handshake;
    wire::encode_handshake(handshake);
    open_ = connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0 &&
            write(handshake);
}

RawPeer::~RawPeer() {
    close(socket_);
}

bool RawPeer::write(const wire::Buffer& bytes) {
    return send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
           static_cast<ssize_t>(bytes.size());
}

bool RawPeer::exchange(const wire::Buffer& request, wire::Frame& answer) {
    open_ = open_ && write(request);
    while (open_ && framer_.next(answer) == wire::Errc::incomplete) {
        const auto room = framer_.prepare(1024);
        const ssize_t count = recv(socket_, room.data(), room.size(), 0);
        open_ = count > 0;
        if (open_) framer_.commit(static_cast<std::size_t>(count));
    }
    return open_;
}

}  // namespace dqlite::test
