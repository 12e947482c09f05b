// Finding the leader: ask the last one first, then all known nodes side by side; whoever is named
// leader is asked itself before it is believed. The connection that proved it is handed out.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "client/address.h"
#include "client/connection.h"
#include "client/dial.h"
#include "client/error.h"
#include "client/node_store.h"
#include "client/options.h"
#include "client/scope.h"
#include "client/single_flight.h"
#include "client/task.h"
#include "wire/response.h"

namespace dqlite::client {

/// Which addresses may be dialled, and where they really are: every address that a peer or a file
/// names passes through here.
class AddressBook {
  public:
    /// Parses seeds and address map; reads the node store.
    [[nodiscard]] static Result<AddressBook> open(const Options& options);

    struct Entry {
        Address told;  ///< as the cluster knows the node
        wire::Role role = wire::Role::voter;
    };
    /// Seeds, then the nodes of the node store.
    [[nodiscard]] const std::vector<Entry>& entries() const noexcept { return entries_; }
    /// What connections to the same cluster share in a process.
    [[nodiscard]] const std::string& cluster_key() const noexcept { return cluster_key_; }

    /// An address named by a peer. Refused (kind policy, or protocol where it is none) if it may
    /// not be dialled.
    [[nodiscard]] Result<Address> admit(std::string_view told) const;
    /// Where the node really is.
    [[nodiscard]] Address dialled(const Address& told) const;

    /// Writes what a leader says of its cluster into the node store, where it says something else.
    /// Not where only listed nodes may be dialled: there the store is the user's own list. What
    /// keeps it from being written is logged, and no more: the session can do without.
    void refresh_store(const wire::Servers& servers);

  private:
    [[nodiscard]] bool is_listed(const Address& told) const;

    std::vector<Entry> entries_;
    std::string store_;               ///< path of the node store; empty: none
    std::vector<StoredNode> stored_;  ///< what it said when it was last looked at
    std::vector<std::pair<Address, Address>> map_;
    Redirects redirects_ = Redirects::any;
    std::string cluster_key_;
};

class Discovery {
  public:
    Discovery(Dialling dialling, AddressBook book, const Options& options);

    /// Searches until `deadline`. `patient`: nodes that cannot be reached at all may come back (a
    /// session that was alive a moment ago); else a few attempts must do.
    [[nodiscard]] Task<Result<std::unique_ptr<Connection>>> find_leader(
        Scope& scope, SessionStatistics& statistics, Clock::time_point deadline, bool patient);

    /// One more connection to a node that is known to be good.
    [[nodiscard]] Task<Result<std::unique_ptr<Connection>>> connect_to(
        std::string address, Scope& scope, SessionStatistics& statistics);

    /// A connection to one node by the address the cluster knows it by, leader or not.
    [[nodiscard]] Task<Result<std::unique_ptr<Connection>>> connect_to_node(
        std::string told, Scope& scope, SessionStatistics& statistics);

    /// What a leader says of its cluster: later searches ask these nodes too, and the node store
    /// is kept like it.
    void learn(const wire::Servers& servers);

  private:
    struct Sweep;

    [[nodiscard]] Task<Result<std::unique_ptr<Connection>>> sweep(Scope& scope,
                                                                  SessionStatistics& statistics);
    // These give null where they find no leader, and add to the errors why.
    [[nodiscard]] Task<std::unique_ptr<Connection>> ask_last_leader(Scope& scope,
                                                                    SessionStatistics& statistics,
                                                                    std::vector<Error>& errors);
    [[nodiscard]] Task<std::unique_ptr<Connection>> ask_all(Scope& scope,
                                                            SessionStatistics& statistics,
                                                            std::vector<Error>& errors);
    [[nodiscard]] Task<std::unique_ptr<Connection>> ask_batch(const std::vector<Address>& nodes,
                                                              Clock::duration patience,
                                                              Scope& scope,
                                                              SessionStatistics& statistics,
                                                              std::vector<Error>& errors);
    /// Of the round another session makes; State::under_way if it takes too long.
    [[nodiscard]] Task<SingleFlight::Outcome> outcome_of(SingleFlight::Part& part, Scope& scope);
    [[nodiscard]] Task<void> sweep_batch(Sweep& sweep, const std::vector<Address>& nodes);
    [[nodiscard]] Task<void> probe(Sweep& sweep, Address told);
    [[nodiscard]] Task<void> limit(Sweep& sweep);
    /// Asks one node who leads; the connection is good for more.
    struct Reply {
        std::unique_ptr<Connection> connection;
        std::string leader;  ///< empty: it knows none
    };
    [[nodiscard]] Task<Result<Reply>> ask(const Address& told, Scope& scope,
                                          SessionStatistics& statistics);
    [[nodiscard]] std::vector<Address> candidates() const;

    Dialling dialling_;
    AddressBook book_;
    const Options& options_;
    std::string flight_key_;
};

}  // namespace dqlite::client
