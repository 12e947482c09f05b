#include "setup/dqlite-node/options.h"

#include <cstdlib>
#include <limits>
#include <map>

#include <CLI/CLI.hpp>

#include "setup/dqlite-node/exit_code.h"
#include "setup/dqlite-node/library.h"

namespace dqlite::node {

namespace {

constexpr const char* footer =
    "Node 1 starts a cluster of its own; every other node joins one: --join names any of its\n"
    "nodes. SIGTERM and SIGINT stop the node in order. Anybody who reaches the port can read and\n"
    "write the databases: listen on a loopback or an otherwise protected address only.\n"
    "\n"
    "On a running cluster: dqlite-node "
    "leader|nodes|add|assign|remove|transfer|describe|weight|dump\n"
    "--server ADDRESS; `dqlite-node nodes --help` and its like tell more.\n"
    "\n"
    "Exit codes: 0 stopped as asked, 1 libdqlite failed, 2 wrong arguments, 3 directory unusable,\n"
    "4 directory in use by another node, 5 directory of another node, 6 port taken, 7 not joined,\n"
    "8 the cluster could not be asked or refused, 9 a change may have been made.";

const std::map<std::string, wire::Role> roles = {
    {"voter", wire::Role::voter}, {"standby", wire::Role::standby}, {"spare", wire::Role::spare}};

std::string check_snapshot(const SnapshotOptions& snapshot) {
    if (snapshot.trailing < 4 || snapshot.trailing < snapshot.threshold) {
        return "--snapshot-trailing must be at least 4 and at least --snapshot-threshold";
    }
    return {};
}

}  // namespace

std::optional<int> parse_command_line(int argc, char** argv, Options& out) {
    CLI::App app{"A dqlite node: one server of a cluster of replicated SQLite databases."};
    app.name("dqlite-node");
    app.footer(footer);
    app.set_version_flag("--version", "dqlite-node " + library_version());

    app.add_option("--id", out.id, "the node's number in its cluster")
        ->required()
        ->check(CLI::Range(std::uint64_t{1}, std::numeric_limits<std::uint64_t>::max()));
    app.add_option("--address", out.address,
                   "IP:PORT under which clients and the other nodes reach this one")
        ->required();
    app.add_option("--dir", out.directory, "the node's own data directory")->required();
    app.add_option("--bind", out.bind, "IP:PORT to listen on [the address]");
    auto* join = app.add_option("--join", out.join, "IP:PORT of any node of the cluster to join");
    app.add_option("--role", out.role, "the role to join in")
        ->needs(join)
        ->transform(CLI::CheckedTransformer(roles))
        ->option_text("voter|standby|spare [voter]");
    app.add_option("--join-timeout", out.join_timeout_s, "seconds to try joining for")
        ->needs(join)
        ->capture_default_str();
    app.add_option("--latency", out.latency_ms,
                   "network latency in ms: elections take about 15 times as long")
        ->check(CLI::Range(1U, 3'600'000U));
    SnapshotOptions snapshot;
    auto* threshold = app.add_option("--snapshot-threshold", snapshot.threshold,
                                     "log entries between two snapshots")
                          ->capture_default_str();
    auto* trailing = app.add_option("--snapshot-trailing", snapshot.trailing,
                                    "log entries kept behind a snapshot")
                         ->capture_default_str();
    app.add_option("--busy-timeout", out.busy_timeout_ms,
                   "ms a write waits for another one (needs dqlite 1.18.7)");
    app.add_flag("--die-with-parent", out.die_with_parent, "stop when the parent process ends");

    try {
        app.parse(argc, argv);
        if (*threshold || *trailing) {
            if (std::string wrong = check_snapshot(snapshot); !wrong.empty()) {
                throw CLI::ValidationError(wrong);
            }
            out.snapshot = snapshot;
        }
    } catch (const CLI::ParseError& e) {
        return app.exit(e) == 0 ? exit_code::ok : exit_code::usage;
    }
    if (out.bind.empty()) {
        out.bind = out.address;
    }
    return std::nullopt;
}

}  // namespace dqlite::node
