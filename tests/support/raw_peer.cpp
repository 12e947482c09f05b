#include "tests/support/raw_peer.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

namespace dqlite::test {

bool accepts_connections(std::uint16_t port) {
    return RawPeer{"127.0.0.1:" + std::to_string(port), std::chrono::seconds{1}}.is_open();
}

RawPeer::RawPeer(const std::string& address, std::chrono::milliseconds patience)
    : socket_{socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
    const timeval limit{.tv_sec = patience.count() / 1000,
                        .tv_usec = patience.count() % 1000 * 1000};
    setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
    setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
    const auto colon = address.rfind(':');
    sockaddr_in peer{};
    peer.sin_family = AF_INET;
    peer.sin_port = htons(static_cast<std::uint16_t>(std::stoul(address.substr(colon + 1))));
    if (inet_pton(AF_INET, address.substr(0, colon).c_str(), &peer.sin_addr) != 1) return;
    wire::Buffer handshake;
    wire::encode_handshake(handshake);
    open_ = connect(socket_, reinterpret_cast<const sockaddr*>(&peer), sizeof(peer)) == 0 &&
            write(handshake);
}

RawPeer::~RawPeer() {
    close(socket_);
}

void RawPeer::note_refusal(const wire::Frame& frame) {
    wire::Failure failure;
    if (decode(frame, wire::Limits{}, failure) == wire::Errc::ok) {
        refusal_ = std::to_string(failure.code) + ": " + std::string{failure.message};
    }
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
