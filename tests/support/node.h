// A real dqlite server for one test: a dqlite-node process on a port of its own and in a temporary
// directory, gone with the object.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/generation.h"
#include "tests/support/network.h"
#include "tests/support/process.h"

namespace dqlite::test {

/// A directory under ${TMPDIR:-/tmp} that goes with the object.
class TemporaryDirectory {
  public:
    TemporaryDirectory();
    ~TemporaryDirectory();
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
    [[nodiscard]] const std::string& path() const noexcept { return path_; }

  private:
    std::string path_;
};

/// A port nobody listens on now. Somebody may take it before you do: try again then.
[[nodiscard]] std::uint16_t free_port();

struct NodeOptions {
    std::uint64_t id = 1;
    unsigned latency_ms = 5;     ///< elections take about 15 times as long
    std::string join{};          ///< address of a node of the cluster to join
    std::string role = "voter";  ///< with join
    std::string told{};  ///< the address it tells others, a proxy's; its own one unless given
    std::vector<std::string> more{};   ///< further arguments of dqlite-node
    const Network* network = nullptr;  ///< where it is the host with the number of its id
};

/// What goes wrong at starting is thrown, with the program's own words.
class Node {
  public:
    explicit Node(ServerGeneration generation, NodeOptions options = {});

    /// "127.0.0.1:PORT", or where its network has it: the same for the node's whole life.
    [[nodiscard]] const std::string& address() const noexcept { return address_; }
    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
    [[nodiscard]] std::uint64_t id() const noexcept { return options_.id; }
    /// Its number in its network.
    [[nodiscard]] std::size_t host() const noexcept { return options_.id; }
    [[nodiscard]] const std::string& directory() const noexcept { return directory_.path(); }
    [[nodiscard]] ServerGeneration generation() const noexcept { return generation_; }

    [[nodiscard]] bool alive() { return process_.alive(); }
    [[nodiscard]] pid_t pid() const noexcept { return process_.pid(); }
    /// What the program has said so far.
    [[nodiscard]] const std::string& output() const noexcept { return process_.output(); }

    /// Stops it in order (SIGTERM); the exit code.
    int stop();
    void kill9() { process_.kill9(); }
    /// Freezes it, and lets it go on.
    void sigstop();
    void sigcont();
    /// Starts it again, on the same directory and port, after stop(), kill9() or a crash; a running
    /// one is stopped first. Returns once it is ready.
    void restart();

    /// The leader this node knows; nothing if it knows none or does not answer in 2 s.
    [[nodiscard]] std::optional<std::string> known_leader() const;
    /// Waits until this node knows a leader, and returns its address.
    [[nodiscard]] std::string wait_for_leader(
        std::chrono::milliseconds patience = std::chrono::seconds{20}) const;

    /// The whole command line, for tests of the program itself.
    [[nodiscard]] std::vector<std::string> command() const;

  private:
    void start_on_a_free_port();
    void start_program();
    /// Whether it is ready; false if somebody has taken the port.
    bool launch();

    ServerGeneration generation_;
    NodeOptions options_;
    TemporaryDirectory directory_;
    std::uint16_t port_ = 0;
    std::string address_;
    Process process_;
};

/// The command line of dqlite-node on a generation's library, with `arguments`.
[[nodiscard]] std::vector<std::string> node_command(ServerGeneration generation,
                                                    std::vector<std::string> arguments);

}  // namespace dqlite::test
