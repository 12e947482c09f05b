#include "tests/support/proxy.h"

#include <algorithm>
#include <array>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

namespace dqlite::test {

struct Proxy::Link {
    Link() = default;
    Link(const Link&) = delete;
    Link& operator=(const Link&) = delete;
    ~Link() {
        ::close(client);
        ::close(server);
    }

    int client = -1;
    int server = -1;
    ProxyScript script;
    bool counted = false;  ///< the connection that the script is for
    Carried carried;
    bool clients_turn = true;  ///< the server has spoken last, or nobody has
};

Proxy::Proxy(std::uint16_t port) : target_{port} {
    listener_.listen();
    wake_ = ::eventfd(0, EFD_CLOEXEC);
    thread_ = std::thread{[this] { serve(); }};
}

Proxy::~Proxy() {
    ::eventfd_write(wake_, 1);
    thread_.join();
    ::close(wake_);
}

void Proxy::script_next(const ProxyScript& script) {
    const std::lock_guard lock{mutex_};
    next_ = script;
    scripted_ = true;
    carried_ = {};
}

Carried Proxy::carried() const {
    const std::lock_guard lock{mutex_};
    return carried_;
}

void Proxy::accept_one() {
    Link& link = links_.emplace_back();
    link.client = ::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC);
    link.server = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_in where = loopback(target_);
    const bool joined =
        link.client >= 0 &&
        ::connect(link.server, reinterpret_cast<const sockaddr*>(&where), sizeof(where)) == 0;
    if (!joined) {
        links_.pop_back();
        return;
    }
    send_at_once(link.client);
    send_at_once(link.server);
    const std::lock_guard lock{mutex_};
    if (!scripted_) return;
    link.script = next_;
    link.counted = true;
    scripted_ = false;
}

// False once the link is to end.
bool Proxy::forward(Link& link, Direction direction, std::string_view bytes) {
    const bool to_server = direction == Direction::to_server;
    std::size_t& count = to_server ? link.carried.to_server : link.carried.to_client;
    while (!bytes.empty()) {
        const ProxyScript& script = link.script;
        const bool due = script.act != ProxyScript::Act::nothing && script.direction == direction;
        if (due && count == script.after) {
            if (script.act != ProxyScript::Act::pause) return false;
            std::this_thread::sleep_for(script.pause);
        }
        std::size_t part = std::min(bytes.size(), script.piece);
        if (due && count < script.after) part = std::min(part, script.after - count);
        if (!send_all(to_server ? link.server : link.client, bytes.substr(0, part))) return false;
        count += part;
        bytes.remove_prefix(part);
    }
    const std::lock_guard lock{mutex_};
    if (link.counted) carried_ = link.carried;
    return true;
}

bool Proxy::carry(Link& link, Direction direction) {
    std::array<char, std::size_t{64} * 1024> buffer{};
    const int from = direction == Direction::to_server ? link.client : link.server;
    // A server with Nagle's algorithm on waits for it between small answers.
    const int on = 1;
    ::setsockopt(from, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof(on));
    const ssize_t size = ::recv(from, buffer.data(), buffer.size(), 0);
    if (size <= 0) return false;
    if (direction == Direction::to_server && link.clients_turn) ++turns_;
    link.clients_turn = direction == Direction::to_client;
    if (forward(link, direction, {buffer.data(), static_cast<std::size_t>(size)})) return true;
    if (link.script.act == ProxyScript::Act::reset) {
        const linger at_once{1, 0};
        ::setsockopt(link.client, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
    }
    return false;
}

void Proxy::serve() {
    while (true) {
        std::vector<pollfd> watched{{wake_, POLLIN, 0}, {listener_.get(), POLLIN, 0}};
        for (const Link& link : links_) {
            watched.push_back({link.client, POLLIN, 0});
            watched.push_back({link.server, POLLIN, 0});
        }
        ::poll(watched.data(), watched.size(), -1);
        if (watched[0].revents != 0) return;
        std::size_t at = 2;
        for (auto link = links_.begin(); link != links_.end(); at += 2) {
            const bool carried =
                (watched[at].revents == 0 || carry(*link, Direction::to_server)) &&
                (watched[at + 1].revents == 0 || carry(*link, Direction::to_client));
            link = carried ? std::next(link) : links_.erase(link);
        }
        if (watched[1].revents != 0) accept_one();
    }
}

}  // namespace dqlite::test
