#include <algorithm>

#include <fmt/format.h>

#include "client/discovery.h"
#include "client/node_store.h"

namespace dqlite::client {

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
        for (StoredNode& node : *nodes) {
            book.entries_.push_back({std::move(node.address), node.role});
        }
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

}  // namespace dqlite::client
