#include "setup/dqlite-node/cluster_commands.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <map>
#include <string>
#include <string_view>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "client/cluster.h"
#include "setup/dqlite-node/exit_code.h"

namespace dqlite::node {
namespace {

using client::Cluster;
using client::Result;

struct RoleName {
    std::string_view name;
    wire::Role role;
};
constexpr std::array role_names{RoleName{"voter", wire::Role::voter},
                                RoleName{"standby", wire::Role::standby},
                                RoleName{"spare", wire::Role::spare}};

std::map<std::string, wire::Role> role_choices() {
    std::map<std::string, wire::Role> choices;
    for (const auto& [name, role] : role_names) choices.emplace(name, role);
    return choices;
}

std::string_view role_name(wire::Role role) {
    const auto* const found = std::ranges::find(role_names, role, &RoleName::role);
    return found == role_names.end() ? "unknown" : found->name;
}

/// What the commands' arguments fill.
struct Arguments {
    client::Options options;
    double timeout_s = 30;
    std::uint64_t id = 0;
    std::uint64_t weight = 0;
    std::string address;
    wire::Role role = wire::Role::voter;
    std::string database;
    std::string directory;
};

Result<void> leader(Cluster& cluster, const Arguments&) {
    const auto leader = cluster.leader();
    if (!leader) return client::fail(leader.error());
    fmt::print("{} {}\n", leader->id, leader->address);
    return {};
}

Result<void> nodes(Cluster& cluster, const Arguments&) {
    const auto nodes = cluster.nodes();
    if (!nodes) return client::fail(nodes.error());
    for (const auto& node : *nodes) {
        fmt::print("{} {} {}\n", node.id, node.address, role_name(node.role));
    }
    return {};
}

Result<void> describe(Cluster& cluster, const Arguments& given) {
    const auto told = cluster.describe(given.address);
    if (!told) return client::fail(told.error());
    fmt::print("failure-domain {}\nweight {}\n", told->failure_domain, told->weight);
    return {};
}

Result<void> dump(Cluster& cluster, const Arguments& given) {
    const auto files = cluster.dump(given.database, given.directory, given.address);
    if (!files) return client::fail(files.error());
    for (const auto& file : *files) fmt::print("{} {}\n", file.size, file.path);
    return {};
}

Result<void> add(Cluster& cluster, const Arguments& given) {
    return cluster.add(given.id, given.address, given.role);
}
Result<void> assign(Cluster& cluster, const Arguments& given) {
    return cluster.assign(given.id, given.role);
}
Result<void> remove(Cluster& cluster, const Arguments& given) {
    return cluster.remove(given.id);
}
Result<void> transfer(Cluster& cluster, const Arguments& given) {
    return cluster.transfer(given.id);
}
Result<void> weigh(Cluster& cluster, const Arguments& given) {
    return cluster.set_weight(given.weight, given.address);
}

enum class Argument : unsigned char { id, any_id, address, any_address, role, any_role, weight };

struct Command {
    std::string_view name;
    std::string_view help;
    Result<void> (*run)(Cluster&, const Arguments&);
    std::array<Argument, 3> arguments{};
    std::size_t argument_count = 0;
    bool dumps = false;
};

constexpr std::array commands{
    Command{"leader", "tell the leader: its id and address", leader},
    Command{"nodes", "tell the nodes: id, address and role, one a line", nodes},
    Command{"add",
            "take a running node into the cluster",
            add,
            {Argument::id, Argument::address, Argument::any_role},
            3},
    Command{"assign", "give a node another role", assign, {Argument::id, Argument::role}, 2},
    Command{"remove", "take a node out of the cluster", remove, {Argument::id}, 1},
    Command{"transfer", "let another voter lead", transfer, {Argument::any_id}, 1},
    Command{"describe",
            "tell a node's failure domain and weight",
            describe,
            {Argument::any_address},
            1},
    Command{"weight",
            "set a node's weight in elections",
            weigh,
            {Argument::weight, Argument::any_address},
            2},
    Command{"dump",
            "copy a database into a directory: sizes and paths of the files",
            dump,
            {Argument::any_address},
            1,
            true},
};

void add_argument(CLI::App& app, Argument argument, Arguments& out) {
    switch (argument) {
        case Argument::id:
            app.add_option("ID", out.id, "the node's id")->required();
            break;
        case Argument::any_id:
            app.add_option("ID", out.id, "the voter to lead [any]");
            break;
        case Argument::address:
            app.add_option("ADDRESS", out.address, "where the node listens")->required();
            break;
        case Argument::any_address:
            app.add_option("ADDRESS", out.address, "the node to ask [the leader]");
            break;
        case Argument::role:
        case Argument::any_role:
            app.add_option("ROLE", out.role, "its role")
                ->required(argument == Argument::role)
                ->transform(CLI::CheckedTransformer(role_choices(), CLI::ignore_case))
                ->option_text(argument == Argument::role ? "voter|standby|spare"
                                                         : "voter|standby|spare [voter]");
            break;
        case Argument::weight:
            app.add_option("WEIGHT", out.weight, "0 and up")->required();
            break;
    }
}

void add_connection_options(CLI::App& app, Arguments& out) {
    auto& options = out.options;
    auto* servers = app.add_option("-s,--server", options.servers,
                                   "HOST:PORT of any nodes of the cluster, by commas")
                        ->delimiter(',');
    auto* store =
        app.add_option("--node-store", options.node_store, "a go-dqlite cluster.yaml of its nodes");
    auto* seeds = app.add_option_group("seeds");
    seeds->add_options(servers, store);
    seeds->require_option(1, 2);
    app.add_option("--timeout", out.timeout_s, "seconds it may take; 0: no limit")
        ->check(CLI::Range(0.0, 1e6))
        ->capture_default_str();
    auto& tls = options.tls;
    app.add_flag("--tls", tls.enabled, "speak TLS to the nodes");
    app.add_option("--tls-ca", tls.ca_file, "PEM file of the authorities to trust");
    app.add_option("--tls-cert", tls.cert_file, "PEM file of the certificate to show");
    app.add_option("--tls-key", tls.key_file, "PEM file of its key");
    app.add_option("--tls-server-name", tls.server_name, "the name in the nodes' certificates");
}

void add_command(CLI::App& app, const Command& command, Arguments& out) {
    auto& sub = *app.add_subcommand(std::string{command.name}, std::string{command.help});
    if (command.dumps) {
        sub.add_option("DATABASE", out.database, "its name")->required();
        sub.add_option("DIRECTORY", out.directory, "where its files are written")->required();
    }
    for (std::size_t i = 0; i < command.argument_count; ++i) {
        add_argument(sub, command.arguments[i], out);
    }
    add_connection_options(sub, out);
}

int complain(const client::Error& error) {
    fmt::print(stderr, "dqlite-node: {}{}\n", error.message,
               error.address.empty() ? "" : fmt::format(" ({})", error.address));
    if (error.outcome == client::Outcome::unknown) {
        fmt::print(stderr, "dqlite-node: the change may have been made\n");
        return exit_code::unknown;
    }
    return error.kind == client::ErrorKind::invalid ? exit_code::usage : exit_code::cluster;
}

}  // namespace

bool is_cluster_command(int argc, const char* const* argv) {
    return argc > 1 &&
           std::ranges::find(commands, std::string_view{argv[1]}, &Command::name) != commands.end();
}

int run_cluster_command(int argc, const char* const* argv) {
    Arguments given;
    CLI::App app{"Commands on a running cluster of dqlite nodes."};
    app.name("dqlite-node");
    app.require_subcommand(1);
    for (const Command& command : commands) add_command(app, command, given);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& e) {
        return app.exit(e) == 0 ? exit_code::ok : exit_code::usage;
    }
    given.options.timeout = client::milliseconds{static_cast<std::int64_t>(given.timeout_s * 1000)};
    auto cluster = Cluster::open(given.options);
    if (!cluster) return complain(cluster.error());
    const auto name = app.get_subcommands().front()->get_name();
    const auto* const command = std::ranges::find(commands, name, &Command::name);
    const auto done = command->run(*cluster, given);
    return done ? exit_code::ok : complain(done.error());
}

}  // namespace dqlite::node
