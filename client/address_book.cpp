#include <algorithm>

#include <fmt/format.h>

#include "client/discovery.h"
#include "client/log.h"
#include "client/node_store.h"
#include "client/text.h"

namespace dqlite::client {
namespace {

constexpr std::size_t most_stored_nodes = 1000;

bool is_known(wire::Role role) {
    return role == wire::Role::voter || role == wire::Role::standby || role == wire::Role::spare;
}

/// Nothing if it is no list that a store could give back: of nodes that can be dialled, each once.
std::vector<StoredNode> stored_form(const wire::Servers& servers) {
    std::vector<StoredNode> nodes;
    if (servers.nodes.size() > most_stored_nodes) return nodes;
    for (const wire::Node& node : servers.nodes) {
        auto address = parse_address(node.address, default_node_port);
        if (!address || node.id == 0 || !is_known(node.role)) return {};
        const bool twice = std::any_of(nodes.begin(), nodes.end(), [&](const StoredNode& other) {
            return other.address == *address;
        });
        if (twice) return {};
        nodes.push_back({node.id, std::move(*address), node.role});
    }
    return nodes;
}

}  // namespace

Result<AddressBook> AddressBook::open(const Options& options) {
    AddressBook book;
    book.redirects_ = options.redirects;
    for (const auto& [told, real] : options.address_map) {
        auto from = parse_address(told, default_node_port);
        if (!from) return fail(std::move(from.error()));
        auto to = parse_address(real);
        if (!to) return fail(std::move(to.error()));
        book.map_.emplace_back(std::move(*from), std::move(*to));
    }
    for (const std::string& server : options.servers) {
        auto address = parse_address(server);
        if (!address) return fail(std::move(address.error()));
        book.entries_.push_back({std::move(*address)});
    }
    if (!options.node_store.empty()) {
        auto nodes = read_node_store(options.node_store);
        if (!nodes) return fail(std::move(nodes.error()));
        for (const StoredNode& node : *nodes) {
            book.entries_.push_back({node.address, node.role});
        }
        book.store_ = options.node_store;
        book.stored_ = std::move(*nodes);
    }
    if (book.entries_.empty()) {
        return fail({.kind = ErrorKind::invalid, .message = "no server is given"});
    }
    std::vector<std::string> names{options.tls.enabled ? "tls" : "plain", options.node_store};
    for (const Entry& entry : book.entries_) names.push_back(entry.told.text());
    std::sort(names.begin() + 2, names.end());
    book.cluster_key_ = fmt::format("{}", fmt::join(names, " "));
    return book;
}

Address AddressBook::dialled(const Address& told) const {
    const auto found = std::find_if(map_.begin(), map_.end(),
                                    [&](const auto& entry) { return entry.first == told; });
    return found == map_.end() ? told : found->second;
}

bool AddressBook::is_listed(const Address& told) const {
    return std::any_of(entries_.begin(), entries_.end(),
                       [&](const Entry& entry) { return entry.told == told; }) ||
           std::any_of(map_.begin(), map_.end(),
                       [&](const auto& entry) { return entry.first == told; });
}

Result<Address> AddressBook::admit(std::string_view told) const {
    auto address = parse_address(told, default_node_port);
    if (!address) {
        return fail({.kind = ErrorKind::protocol,
                     .message = "a node named as leader: " + address.error().message});
    }
    if (redirects_ == Redirects::listed && !is_listed(*address)) {
        return fail({.kind = ErrorKind::policy,
                     .message = "the cluster names a node that is not listed, and only listed "
                                "nodes are allowed",
                     .address = address->text()});
    }
    return address;
}

void AddressBook::refresh_store(const wire::Servers& servers) {
    if (store_.empty() || redirects_ == Redirects::listed) return;
    auto told = stored_form(servers);
    if (told.empty() || same_nodes(told, stored_)) return;
    const auto refreshed = refresh_node_store(store_, told);
    if (!refreshed) {
        log().warn("{}", refreshed.error().message);
    } else if (*refreshed) {
        log().info("node store \"{}\" rewritten: {} nodes", safe_text(store_), told.size());
    }
    stored_ = std::move(told);
}

}  // namespace dqlite::client
