// dqlite-node: one dqlite server as a program, and commands on a cluster of them.

#include <cerrno>
#include <cstdio>
#include <exception>
#include <optional>
#include <string>
#include <system_error>
#include <tuple>

#include <fmt/format.h>

#include "setup/dqlite-node/address.h"
#include "setup/dqlite-node/cluster_commands.h"
#include "setup/dqlite-node/data_directory.h"
#include "setup/dqlite-node/exit_code.h"
#include "setup/dqlite-node/membership.h"
#include "setup/dqlite-node/options.h"
#include "setup/dqlite-node/running_node.h"
#include "setup/dqlite-node/stop_signal.h"

namespace dqlite::node {

namespace {

std::optional<Failure> check_addresses(const Options& options, SocketAddress& bind) {
    SocketAddress parsed;
    for (const auto& [name, text, out] : {std::tuple{"--address", options.address, &parsed},
                                          std::tuple{"--bind", options.bind, &bind}}) {
        if (const std::string wrong = parse_address(text, *out); !wrong.empty()) {
            return Failure{exit_code::usage,
                           fmt::format("{} '{}' is no address: {}", name, text, wrong)};
        }
    }
    if (!options.join.empty()) {
        if (const std::string wrong = parse_address(options.join, parsed); !wrong.empty()) {
            return Failure{exit_code::usage,
                           fmt::format("--join '{}' is no address: {}", options.join, wrong)};
        }
    }
    return std::nullopt;
}

/// libdqlite's own error for this is one of many; ask the system what stands against the address.
std::optional<Failure> check_listen(const Options& options, const SocketAddress& bind) {
    switch (const int error = probe_listen(bind); error) {
        case 0:
            return std::nullopt;
        case EADDRINUSE:
            return Failure{exit_code::port_taken,
                           "the port is taken: another program listens on " + options.bind};
        default:
            return Failure{exit_code::usage, "cannot listen on " + options.bind + ": " +
                                                 std::generic_category().message(error)};
    }
}

std::optional<Failure> check_owner(const NodeInfo& owner, const Options& options) {
    if (owner.id != options.id) {
        return Failure{exit_code::other_node, "the data directory " + options.directory +
                                                  " belongs to node " + std::to_string(owner.id) +
                                                  ", not to node " + std::to_string(options.id)};
    }
    if (owner.address != options.address) {
        return Failure{exit_code::other_node,
                       "the data directory " + options.directory + " belongs to a node at " +
                           owner.address + ": its cluster does not know it as " + options.address};
    }
    return std::nullopt;
}

class Program {
  public:
    explicit Program(const Options& options) : options_{options}, stop_{options.die_with_parent} {}

    std::optional<Failure> run() {
        SocketAddress bind;
        if (auto wrong = check_addresses(options_, bind)) return wrong;
        if (auto wrong = open_directory()) return wrong;
        if (auto wrong = check_listen(options_, bind)) return wrong;

        RunningNode node;
        if (auto wrong = node.start(options_)) {
            // Somebody else may have been quicker since the check.
            auto taken = check_listen(options_, bind);
            return taken ? taken : wrong;
        }
        if (auto wrong = remember()) return wrong;
        Failure failure;
        switch (join(failure)) {
            case JoinResult::failed:
                return failure;
            case JoinResult::stopped:
                return std::nullopt;
            case JoinResult::joined:
                break;
        }
        std::printf("ready: node %llu at %s\n", static_cast<unsigned long long>(options_.id),
                    options_.address.c_str());
        std::fflush(stdout);
        stop_.wait();
        node.hand_over();
        return std::nullopt;
    }

  private:
    std::optional<Failure> open_directory() {
        std::optional<NodeInfo> owner;
        if (auto wrong = directory_.open(options_.directory)) return wrong;
        if (auto wrong = directory_.load(owner)) return wrong;
        fresh_ = !owner;
        info_ = owner.value_or(NodeInfo{options_.id, options_.address, std::nullopt});
        return check_owner(info_, options_);
    }

    /// A fresh directory becomes the node's only once it has started: nothing binds a user to an
    /// address that was taken.
    std::optional<Failure> remember() { return fresh_ ? directory_.save(info_) : std::nullopt; }

    /// A member needs no seed to come back: its own log holds the cluster.
    JoinResult join(Failure& failure) {
        if (options_.join.empty() || info_.role == options_.role) {
            return JoinResult::joined;
        }
        const Member self{options_.id, options_.address, options_.role};
        const auto deadline = Clock::now() + std::chrono::seconds{options_.join_timeout_s};
        const JoinResult result = join_cluster(options_.join, self, stop_, deadline, failure);
        if (result == JoinResult::joined) {
            info_.role = options_.role;
            if (auto wrong = directory_.save(info_)) {
                failure = *wrong;
                return JoinResult::failed;
            }
        }
        return result;
    }

    const Options& options_;
    StopSignal stop_;
    DataDirectory directory_;
    NodeInfo info_;
    bool fresh_ = false;
};

int run(int argc, char** argv) {
    if (is_cluster_command(argc, argv)) return run_cluster_command(argc, argv);
    Options options;
    if (const auto code = parse_command_line(argc, argv, options)) {
        return *code;
    }
    if (const auto failure = Program{options}.run()) {
        std::fprintf(stderr, "dqlite-node: %s\n", failure->message.c_str());
        return failure->code;
    }
    return exit_code::ok;
}

}  // namespace

}  // namespace dqlite::node

int main(int argc, char** argv) {
    try {
        return dqlite::node::run(argc, argv);
    } catch (const std::exception& e) {
        std::fprintf(stderr, "dqlite-node: %s\n", e.what());
        return dqlite::node::exit_code::library;
    }
}
