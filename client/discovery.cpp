#include "client/discovery.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "client/log.h"
#include "client/retry.h"
#include "client/text.h"
#include "client/wait.h"

namespace dqlite::client {
namespace {

using namespace std::chrono_literals;

// A node that does not answer holds up neither its siblings nor the next sweep for longer.
constexpr auto attempt_timeout = 2s;
// The last leader is asked alone only as long as it is likely to lead: a frozen one accepts
// connections and never answers.
constexpr auto last_leader_timeout = 500ms;
constexpr std::size_t parallel_probes = 10;
// Who waits for another's round looks so often whether it has ended.
constexpr auto look_again_after = 2ms;
constexpr int impatient_sweeps = 3;
constexpr std::size_t max_learnt_nodes = 100;

/// What the sessions of a process know of one cluster.
struct ClusterMemory {
    std::optional<Address> last_leader;
    std::vector<AddressBook::Entry> nodes;
};

class ProcessMemory {
  public:
    [[nodiscard]] ClusterMemory recall(const std::string& key) {
        const std::lock_guard lock{mutex_};
        return clusters_[key];
    }
    template <typename Change>
    void change(const std::string& key, Change change) {
        const std::lock_guard lock{mutex_};
        change(clusters_[key]);
    }

  private:
    std::mutex mutex_;
    std::map<std::string, ClusterMemory> clusters_;
};

ProcessMemory& memory() {
    static ProcessMemory instance;
    return instance;
}

SingleFlight& flights() {
    static SingleFlight instance;
    return instance;
}

/// Whose rounds ask the same nodes in the same way.
std::string flight_key(const AddressBook& book, const Options& options) {
    const TlsOptions& tls = options.tls;
    return fmt::format("{}|{}|{}|{}|{}|{}|{}", book.cluster_key(),
                       static_cast<int>(options.redirects), fmt::join(options.address_map, ","),
                       tls.ca_file, tls.cert_file, tls.key_file, tls.server_name);
}

/// What the sessions of the process have learnt, as far as this one may dial it: another's policy
/// may have been a laxer one.
ClusterMemory recall_for(const AddressBook& book) {
    ClusterMemory known = memory().recall(book.cluster_key());
    const auto refused = [&book](const Address& address) { return !book.admit(address.text()); };
    if (known.last_leader && refused(*known.last_leader)) known.last_leader.reset();
    std::erase_if(known.nodes, [&](const AddressBook::Entry& node) { return refused(node.told); });
    return known;
}

bool worth_retrying(ErrorKind kind, int sweeps, bool patient) {
    switch (kind) {
        case ErrorKind::no_leader:
            return true;
        case ErrorKind::unreachable:
        case ErrorKind::lost:
        case ErrorKind::timeout:
            return patient || sweeps < impatient_sweeps;
        default:
            return false;
    }
}

// The error that says most about a sweep: that nodes answer without a leader, before what kept
// single nodes from answering.
int weight(ErrorKind kind) {
    switch (kind) {
        case ErrorKind::no_leader:
            return 5;
        case ErrorKind::policy:
            return 4;
        case ErrorKind::tls:
            return 3;
        case ErrorKind::protocol:
            return 2;
        case ErrorKind::timeout:
            return 1;
        default:
            return 0;
    }
}

Error no_leader(const Address& node) {
    return {.kind = ErrorKind::no_leader,
            .message = "the node knows no leader",
            .address = node.text()};
}

// A leader that cannot be reached is most often a dead one, and an election is near.
Error leader_gone(Error error) {
    const bool unreachable = error.kind == ErrorKind::unreachable ||
                             error.kind == ErrorKind::lost || error.kind == ErrorKind::timeout;
    if (unreachable) error.kind = ErrorKind::no_leader;
    error.message = "the node was named leader: " + error.message;
    return error;
}

}  // namespace

struct Discovery::Sweep {
    Sweep(Scope& parent, SessionStatistics& counters, const asio::any_io_executor& executor)
        : scope{parent}, statistics{counters}, limit{executor} {}

    Clock::duration patience = attempt_timeout;
    Scope scope;
    SessionStatistics& statistics;
    Pause limit;
    std::size_t running = 0;
    std::unique_ptr<Connection> leader;
    std::vector<Error> errors;

    // The last one to finish ends the time limit, which would keep the sweep waiting.
    void finished() {
        if (--running == 0) scope.interrupt(ErrorKind::cancelled);
    }
    [[nodiscard]] Error summary() const {
        Error best{.kind = ErrorKind::unreachable, .message = "no node could be asked"};
        std::vector<std::string> texts;
        for (const Error& error : errors) {
            if (texts.empty() || weight(error.kind) > weight(best.kind)) best = error;
            texts.push_back(error.address.empty()
                                ? error.message
                                : fmt::format("{}: {}", error.address, error.message));
        }
        if (texts.size() > 1) {
            best.message = fmt::format("no leader was found ({})", fmt::join(texts, "; "));
            best.address.clear();
        }
        best.outcome = Outcome::not_applied;
        return best;
    }
};

Discovery::Discovery(Dialling dialling, AddressBook book, const Options& options)
    : dialling_{std::move(dialling)},
      book_{std::move(book)},
      options_{options},
      flight_key_{flight_key(book_, options)} {}

void Discovery::learn(const wire::Servers& servers) {
    std::vector<AddressBook::Entry> nodes;
    for (const wire::Node& node : servers.nodes) {
        auto address = book_.admit(node.address);
        if (address && nodes.size() < max_learnt_nodes) {
            nodes.push_back({std::move(*address), node.role});
        }
    }
    memory().change(book_.cluster_key(),
                    [&](ClusterMemory& cluster) { cluster.nodes = std::move(nodes); });
    book_.refresh_store(servers);
}

std::vector<Address> Discovery::candidates() const {
    std::vector<AddressBook::Entry> entries = book_.entries();
    const ClusterMemory known = recall_for(book_);
    entries.insert(entries.end(), known.nodes.begin(), known.nodes.end());
    std::stable_sort(entries.begin(), entries.end(),
                     [](const auto& a, const auto& b) { return a.role < b.role; });
    std::vector<Address> addresses;
    for (const AddressBook::Entry& entry : entries) {
        if (std::find(addresses.begin(), addresses.end(), entry.told) == addresses.end()) {
            addresses.push_back(entry.told);
        }
    }
    return addresses;
}

Task<Result<std::unique_ptr<Connection>>> Discovery::connect_to(std::string address, Scope& scope,
                                                                SessionStatistics& statistics) {
    const auto told = parse_address(address);
    if (!told) co_return fail(told.error());
    auto dialling = dial(dialling_, *told, scope);
    auto stream = co_await dialling;
    if (!stream) co_return fail(std::move(stream.error()));
    auto connection = std::make_unique<Connection>(std::move(*stream), std::move(address), options_,
                                                   scope, statistics);
    connection->queue_handshake();
    co_return std::move(connection);
}

Task<Result<std::unique_ptr<Connection>>> Discovery::connect_to_node(
    std::string told, Scope& scope, SessionStatistics& statistics) {
    const auto admitted = book_.admit(told);
    if (!admitted) co_return fail(admitted.error());
    const Address place = book_.dialled(*admitted);
    auto connecting = connect_to(place.text(), scope, statistics);
    co_return co_await connecting;
}

Task<Result<Discovery::Reply>> Discovery::ask(const Address& told, Scope& scope,
                                              SessionStatistics& statistics) {
    const Address place = book_.dialled(told);
    auto connecting = connect_to(place.text(), scope, statistics);
    auto connected = co_await connecting;
    if (!connected) co_return fail(std::move(connected.error()));
    Reply reply{std::move(*connected), {}};
    const wire::Leader question;
    if (auto queued = reply.connection->queue(question); !queued) co_return fail(queued.error());
    auto flushing = reply.connection->flush();
    if (auto flushed = co_await flushing; !flushed) co_return fail(flushed.error());
    auto answering = reply.connection->answer<wire::Server>();
    const auto leader = co_await answering;
    if (!leader) co_return fail(leader.error());
    // A node that is short of memory answers with an id and no address: it knows none right now.
    if (leader->id != 0) reply.leader = std::string{leader->address};
    co_return std::move(reply);
}

Task<void> Discovery::probe(Sweep& sweep, Address told) {
    Address asked = std::move(told);
    for (int hop = 0; hop < 2; ++hop) {
        auto asking = ask(asked, sweep.scope, sweep.statistics);
        auto reply = co_await asking;
        if (!reply) {
            sweep.errors.push_back(hop == 0 ? std::move(reply.error())
                                            : leader_gone(std::move(reply.error())));
            break;
        }
        if (reply->leader.empty()) {
            sweep.errors.push_back(no_leader(asked));
            break;
        }
        const auto leader = book_.admit(reply->leader);
        if (!leader) {
            Error refused = leader.error();
            if (refused.address.empty()) refused.address = asked.text();
            sweep.errors.push_back(std::move(refused));
            break;
        }
        if (book_.dialled(*leader) == book_.dialled(asked)) {
            if (sweep.leader == nullptr) {
                sweep.leader = std::move(reply->connection);
                sweep.scope.interrupt(ErrorKind::cancelled);
                memory().change(book_.cluster_key(),
                                [&](ClusterMemory& cluster) { cluster.last_leader = *leader; });
            }
            break;
        }
        if (hop == 1) {
            Error passed_on = no_leader(asked);
            passed_on.message = "the node was named leader, and names another";
            sweep.errors.push_back(std::move(passed_on));
        }
        if (hop == 0) log().debug("{} names {} the leader", asked.text(), leader->text());
        asked = *leader;
    }
    sweep.finished();
}

Task<void> Discovery::limit(Sweep& sweep) {
    auto waiting = sweep.limit.wait(sweep.scope, sweep.patience);
    if (co_await waiting) sweep.scope.interrupt(ErrorKind::timeout);
}

Task<void> Discovery::sweep_batch(Sweep& sweep, const std::vector<Address>& nodes) {
    sweep.running = nodes.size();
    std::vector<Task<void>> tasks;
    tasks.reserve(nodes.size() + 1);
    tasks.push_back(limit(sweep));
    for (const Address& node : nodes) tasks.push_back(probe(sweep, node));
    AllOf all{dialling_.executor, tasks};
    co_await all;
}

Task<std::unique_ptr<Connection>> Discovery::ask_batch(const std::vector<Address>& nodes,
                                                       Clock::duration patience, Scope& scope,
                                                       SessionStatistics& statistics,
                                                       std::vector<Error>& errors) {
    Sweep state{scope, statistics, dialling_.executor};
    state.patience = patience;
    state.errors = std::move(errors);
    auto sweeping = sweep_batch(state, nodes);
    co_await sweeping;
    errors = std::move(state.errors);
    if (state.leader != nullptr) state.leader->adopt(scope, statistics);
    co_return std::move(state.leader);
}

Task<std::unique_ptr<Connection>> Discovery::ask_last_leader(Scope& scope,
                                                             SessionStatistics& statistics,
                                                             std::vector<Error>& errors) {
    const auto last_leader = recall_for(book_).last_leader;
    if (!last_leader) co_return nullptr;
    const std::vector<Address> alone{*last_leader};
    auto asking = ask_batch(alone, last_leader_timeout, scope, statistics, errors);
    co_return co_await asking;
}

Task<std::unique_ptr<Connection>> Discovery::ask_all(Scope& scope, SessionStatistics& statistics,
                                                     std::vector<Error>& errors) {
    const std::vector<Address> nodes = candidates();
    for (std::size_t first = 0; first < nodes.size() && !scope.reason(); first += parallel_probes) {
        const auto begin = nodes.begin() + static_cast<std::ptrdiff_t>(first);
        const std::size_t size = std::min(parallel_probes, nodes.size() - first);
        const std::vector<Address> batch{begin, begin + static_cast<std::ptrdiff_t>(size)};
        auto asking = ask_batch(batch, attempt_timeout, scope, statistics, errors);
        if (auto leader = co_await asking) co_return std::move(leader);
    }
    memory().change(book_.cluster_key(),
                    [](ClusterMemory& cluster) { cluster.last_leader.reset(); });
    co_return nullptr;
}

Task<SingleFlight::Outcome> Discovery::outcome_of(SingleFlight::Part& part, Scope& scope) {
    const auto until = Clock::now() + attempt_timeout;
    SingleFlight::Outcome outcome = part.outcome();
    while (outcome.state == SingleFlight::State::under_way && Clock::now() < until) {
        Pause pause{dialling_.executor};
        auto pausing = pause.wait(scope, look_again_after);
        if (!co_await pausing) break;
        outcome = part.outcome();
    }
    co_return outcome;
}

// Sessions that look for the leader at once make one round; who waited for it asks the leader it
// found, or takes its failure for his own.
Task<Result<std::unique_ptr<Connection>>> Discovery::sweep(Scope& scope,
                                                           SessionStatistics& statistics) {
    std::vector<Error> errors;
    auto asking = ask_last_leader(scope, statistics, errors);
    if (auto leader = co_await asking) co_return std::move(leader);
    std::optional<SingleFlight::Part> part;
    SingleFlight::Outcome outcome;
    do {
        part.emplace(flights(), flight_key_);
        if (part->searches()) break;
        auto waiting = outcome_of(*part, scope);
        outcome = co_await waiting;
    } while (outcome.state == SingleFlight::State::given_up && !scope.reason());
    if (outcome.state == SingleFlight::State::failed) co_return fail(std::move(outcome.error));
    if (outcome.state == SingleFlight::State::succeeded) {
        auto asking_found = ask_last_leader(scope, statistics, errors);
        if (auto leader = co_await asking_found) co_return std::move(leader);
    }
    auto asking_all = ask_all(scope, statistics, errors);
    if (auto leader = co_await asking_all) {
        part->tell({.state = SingleFlight::State::succeeded});
        co_return std::move(leader);
    }
    Sweep failed{scope, statistics, dialling_.executor};
    failed.errors = std::move(errors);
    Error error = failed.summary();
    // A round that was cut off is nobody else's.
    if (!scope.reason()) part->tell({.state = SingleFlight::State::failed, .error = error});
    co_return fail(std::move(error));
}

Task<Result<std::unique_ptr<Connection>>> Discovery::find_leader(Scope& scope,
                                                                 SessionStatistics& statistics,
                                                                 Clock::time_point deadline,
                                                                 bool patient) {
    Backoff backoff = discovery_backoff();
    std::optional<Error> before;
    for (int sweeps = 1;; ++sweeps) {
        auto sweeping = sweep(scope, statistics);
        auto found = co_await sweeping;
        if (found) co_return std::move(*found);
        Error error = std::move(found.error());
        // A sweep that the deadline cut off knows less than the one before it.
        if (before && weight(before->kind) > weight(error.kind)) error = std::move(*before);
        if (const auto reason = scope.reason()) {
            // A cancelled call says so; one that ran out of time says what it was waiting for.
            if (*reason == ErrorKind::cancelled) error.kind = *reason;
            co_return fail(std::move(error));
        }
        log().debug("search {} for the leader: {}", sweeps, error.message);
        if (!worth_retrying(error.kind, sweeps, patient)) co_return fail(std::move(error));
        const auto pause_for = backoff.next();
        if (Clock::now() + pause_for >= deadline) co_return fail(std::move(error));
        Pause pause{dialling_.executor};
        auto pausing = pause.wait(scope, pause_for);
        (void)co_await pausing;
        before = std::move(error);
    }
}

}  // namespace dqlite::client
