#include "tests/support/node.h"

#include <cstdlib>
#include <filesystem>
#include <signal.h>
#include <stdexcept>
#include <thread>

#include "tests/support/raw_peer.h"
#include "tests/support/sockets.h"

namespace dqlite::test {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Clock = std::chrono::steady_clock;

/// Generous: a loaded machine with sanitizers is slow, and a stuck node fails the test anyway.
constexpr seconds time_to_start{60};
constexpr seconds time_to_stop{30};
constexpr int attempts_to_find_a_port = 20;
constexpr int exit_code_port_taken = 6;
constexpr std::uint16_t default_port = 9001;

}  // namespace

TemporaryDirectory::TemporaryDirectory() {
    path_ = (std::filesystem::temp_directory_path() / "dqlite-test-XXXXXX").string();
    if (mkdtemp(path_.data()) == nullptr) {
        throw std::runtime_error{"no temporary directory at " + path_};
    }
}

TemporaryDirectory::~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

std::uint16_t free_port() {
    return BoundSocket{}.port();
}

std::vector<std::string> node_command(ServerGeneration generation,
                                      std::vector<std::string> arguments) {
    std::vector<std::string> command = launcher(generation);
    command.emplace_back(DQLITE_NODE_PROGRAM);
    command.insert(command.end(), arguments.begin(), arguments.end());
    return command;
}

Node::Node(ServerGeneration generation, NodeOptions options)
    : generation_{generation}, options_{std::move(options)} {
    if (options_.network == nullptr) {
        start_on_a_free_port();
        return;
    }
    port_ = default_port;
    address_ = Network::address(host()) + ":" + std::to_string(port_);
    if (!launch()) {
        throw std::runtime_error{"port " + std::to_string(port_) + " of a new network is taken"};
    }
}

void Node::start_on_a_free_port() {
    for (int attempt = 0; attempt < attempts_to_find_a_port; ++attempt) {
        port_ = free_port();
        address_ = "127.0.0.1:" + std::to_string(port_);
        if (launch()) {
            return;
        }
        // The directory may have learned the address already.
        for (const auto& entry : std::filesystem::directory_iterator(directory())) {
            std::filesystem::remove_all(entry.path());
        }
    }
    throw std::runtime_error{"every port tried was taken"};
}

std::vector<std::string> Node::command() const {
    std::vector<std::string> arguments = {"--id",
                                          std::to_string(options_.id),
                                          "--address",
                                          options_.told.empty() ? address_ : options_.told,
                                          "--bind",
                                          address_,
                                          "--dir",
                                          directory(),
                                          "--latency",
                                          std::to_string(options_.latency_ms),
                                          "--die-with-parent"};
    if (!options_.join.empty()) {
        arguments.insert(arguments.end(), {"--join", options_.join, "--role", options_.role});
    }
    arguments.insert(arguments.end(), options_.more.begin(), options_.more.end());
    return node_command(generation_, std::move(arguments));
}

void Node::start_program() {
    if (options_.network == nullptr) {
        process_.start(command());
    } else {
        options_.network->on(host(), [this] { process_.start(command()); });
    }
}

bool Node::launch() {
    start_program();
    if (process_.wait_for_line("ready:", time_to_start)) {
        return true;
    }
    const auto code = process_.wait(seconds{1});
    if (code == exit_code_port_taken) {
        return false;
    }
    process_.kill9();
    throw std::runtime_error{"dqlite-node does not start: " + process_.output()};
}

int Node::stop() {
    process_.signal(SIGTERM);
    const auto code = process_.wait(time_to_stop);
    if (!code) {
        process_.kill9();
        throw std::runtime_error{"dqlite-node does not stop: " + process_.output()};
    }
    return *code;
}

void Node::sigstop() {
    process_.freeze();
}

void Node::sigcont() {
    process_.signal(SIGCONT);
}

void Node::restart() {
    if (alive()) {
        stop();
    }
    // Its own port can be taken for a moment by a client's end of a connection.
    for (int attempt = 0; attempt < attempts_to_find_a_port; ++attempt) {
        if (launch()) {
            return;
        }
        std::this_thread::sleep_for(milliseconds{100});
    }
    throw std::runtime_error{"port " + std::to_string(port_) + " stays taken"};
}

std::optional<std::string> Node::known_leader() const {
    RawPeer peer{address_, seconds{2}};
    wire::Server leader;
    if (!peer.ask(wire::Leader{}, leader) || leader.address.empty()) {
        return std::nullopt;
    }
    return std::string{leader.address};
}

std::string Node::wait_for_leader(milliseconds patience) const {
    const auto deadline = Clock::now() + patience;
    while (Clock::now() < deadline) {
        if (auto leader = known_leader()) {
            return *leader;
        }
        std::this_thread::sleep_for(milliseconds{5});
    }
    throw std::runtime_error{address_ + " knows no leader in time"};
}

}  // namespace dqlite::test
