#include "setup/dqlite-node/peer.h"

#include <cerrno>
#include <cstring>
#include <poll.h>
#include <sys/socket.h>

namespace dqlite::node {

bool Peer::fail(std::string error) {
    error_ = address_ + ": " + std::move(error);
    return false;
}

bool Peer::wait(short events) {
    switch (stop_.wait(socket_.get(), events, deadline_)) {
        case StopSignal::Wake::ready:
            return true;
        case StopSignal::Wake::timeout:
            return fail("no answer in time");
        case StopSignal::Wake::stop:
            break;
    }
    return fail("asked to stop");
}

bool Peer::connect(const std::string& address) {
    address_ = address;
    SocketAddress target;
    if (std::string wrong = parse_address(address, target); !wrong.empty()) {
        return fail(std::move(wrong));
    }
    socket_ =
        FileDescriptor{::socket(target.family(), SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
    if (!socket_.valid()) {
        return fail(std::strerror(errno));
    }
    if (::connect(socket_.get(), target.get(), target.size) != 0) {
        if (errno != EINPROGRESS) {
            return fail(std::strerror(errno));
        }
        if (!wait(POLLOUT)) {
            return false;
        }
        int error = 0;
        socklen_t size = sizeof(error);
        getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &error, &size);
        if (error != 0) {
            return fail(std::strerror(error));
        }
    }
    wire::Buffer handshake;
    wire::encode_handshake(handshake);
    return send(handshake);
}

bool Peer::send(wire::Bytes bytes) {
    while (!bytes.empty()) {
        const ssize_t count = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (count > 0) {
            bytes = bytes.subspan(static_cast<std::size_t>(count));
        } else if (errno == EAGAIN) {
            if (!wait(POLLOUT)) {
                return false;
            }
        } else if (errno != EINTR) {
            return fail(std::strerror(errno));
        }
    }
    return true;
}

bool Peer::receive(wire::Frame& out) {
    while (true) {
        const wire::Errc state = framer_.next(out);
        if (state != wire::Errc::incomplete) {
            return state == wire::Errc::ok || fail(state);
        }
        if (!wait(POLLIN)) {
            return false;
        }
        const auto room = framer_.prepare(4096);
        const ssize_t count = recv(socket_.get(), room.data(), room.size(), 0);
        if (count == 0) {
            return fail("connection closed");
        }
        if (count > 0) {
            framer_.commit(static_cast<std::size_t>(count));
        } else if (errno != EINTR && errno != EAGAIN) {
            return fail(std::strerror(errno));
        }
    }
}

bool Peer::refused(const wire::Frame& frame) {
    if (!frame.is(wire::ResponseType::failure)) {
        return false;
    }
    wire::Failure failure;
    if (const wire::Errc wrong = decode(frame, limits_, failure); wrong != wire::Errc::ok) {
        fail(wrong);
    } else {
        fail(std::string{failure.message} + " (code " + std::to_string(failure.code) + ")");
    }
    return true;
}

}  // namespace dqlite::node
