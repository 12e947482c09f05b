// A proxy that follows a script: it carries connections to a node, and does one thing to one of
// them at one byte of one direction.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "tests/support/sockets.h"

namespace dqlite::test {

enum class Direction : std::uint8_t { to_server, to_client };

struct ProxyScript {
    enum class Act : std::uint8_t {
        nothing,
        close,  ///< ends both sides in order
        reset,  ///< ends the client's side with a reset
        pause,  ///< carries on after `pause`: what follows arrives in a piece of its own
    };
    Act act = Act::nothing;
    Direction direction = Direction::to_server;
    std::size_t after = 0;  ///< so many bytes are carried first
    std::chrono::milliseconds pause{1};
    std::size_t piece = std::size_t{64} * 1024;  ///< the most that is written at a time
};

/// Bytes carried for one connection.
struct Carried {
    std::size_t to_server = 0;
    std::size_t to_client = 0;
};

class Proxy {
  public:
    /// For the node on `port` of 127.0.0.1; without one, until lead_to(), nobody is let in.
    explicit Proxy(std::uint16_t port = 0);
    ~Proxy();
    Proxy(const Proxy&) = delete;
    Proxy& operator=(const Proxy&) = delete;

    /// "127.0.0.1:port" of the proxy itself.
    [[nodiscard]] const std::string& address() const noexcept { return listener_.address(); }

    /// For a node that tells this proxy's address as its own, and so starts after it.
    void lead_to(std::uint16_t port) noexcept { target_ = port; }

    /// How often clients spoke after the server had: the round trips of all connections.
    [[nodiscard]] std::size_t turns() const noexcept { return turns_; }

    /// The next connection goes by the script, later ones are carried as they are.
    void script_next(const ProxyScript& script);
    /// What has been carried for the connection of the last script.
    [[nodiscard]] Carried carried() const;

  private:
    struct Link;

    void serve();
    void accept_one();
    [[nodiscard]] bool carry(Link& link, Direction direction);
    [[nodiscard]] bool forward(Link& link, Direction direction, std::string_view bytes);

    std::atomic<std::uint16_t> target_;
    std::atomic<std::size_t> turns_{0};
    BoundSocket listener_;
    int wake_ = -1;  // an eventfd: the proxy is to end
    mutable std::mutex mutex_;
    ProxyScript next_;
    bool scripted_ = false;
    Carried carried_;
    std::list<Link> links_;
    std::thread thread_;
};

}  // namespace dqlite::test
