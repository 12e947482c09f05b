// A network of the test's own that can be partitioned: hosts with an address each, on one bridge.
//
// Every host is a network namespace without a name, so nothing is left behind, however the test
// ends. The thread that makes the object is host 0 until the object goes, and so are the threads
// and programs it starts: they reach the other hosts and nothing else. Needs the right to make
// namespaces (root, as a rule), ip and nft.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace dqlite::test {

/// Keeps a network namespace.
class NetworkNamespace {
  public:
    /// A new one, which the thread is in from now on.
    static NetworkNamespace make();
    /// The one the thread is in.
    static NetworkNamespace current();
    ~NetworkNamespace();
    NetworkNamespace(NetworkNamespace&& other) noexcept;
    NetworkNamespace(const NetworkNamespace&) = delete;
    NetworkNamespace& operator=(const NetworkNamespace&) = delete;

    /// Moves the calling thread into it.
    void enter() const;
    /// As ip's argument "netns" has it; good in child processes.
    [[nodiscard]] std::string path() const;

  private:
    explicit NetworkNamespace(int fd) noexcept : fd_{fd} {}
    int fd_;
};

class Network {
  public:
    using Hosts = std::vector<std::size_t>;

    /// Host 0 and `others` more. What the machine does not permit is thrown.
    explicit Network(std::size_t others);
    ~Network();
    Network(const Network&) = delete;
    Network& operator=(const Network&) = delete;

    /// Why there can be none on this machine; nothing if there can.
    [[nodiscard]] static const std::optional<std::string>& unavailable();

    [[nodiscard]] static std::string address(std::size_t host);
    /// Does `work` on a host: what it starts or dials is there.
    void on(std::size_t host, const std::function<void()>& work) const;

    /// `host` no longer hears `others`; they still hear it. Nobody is told: packets vanish.
    void deafen(std::size_t host, const Hosts& others);
    /// Neither side hears the other.
    void cut(const Hosts& one_side, const Hosts& other_side);
    /// Everyone hears everyone.
    void heal();

  private:
    NetworkNamespace outside_;
    std::vector<NetworkNamespace> hosts_;  ///< by number
    std::vector<bool> deaf_;               ///< to some host
};

}  // namespace dqlite::test
