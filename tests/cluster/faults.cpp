#include "tests/cluster/faults.h"

#include <algorithm>
#include <array>
#include <iostream>
#include <stdexcept>

#include "tests/support/raw_peer.h"

namespace dqlite::test {
namespace {

struct Description {
    FaultKind kind;
    const char* name;
    bool to_leader;
    bool partition;
    bool survivable;
};

constexpr std::array descriptions{
    Description{FaultKind::kill_leader, "leader killed", true, false, true},
    Description{FaultKind::kill_follower, "follower killed", false, false, true},
    Description{FaultKind::stop_leader, "leader stopped", true, false, true},
    Description{FaultKind::freeze_leader, "leader frozen", true, false, true},
    Description{FaultKind::freeze_follower, "follower frozen", false, false, true},
    Description{FaultKind::transfer, "leadership transferred", true, false, true},
    Description{FaultKind::isolate_leader, "leader isolated", true, true, true},
    Description{FaultKind::isolate_leader_with_clients, "leader isolated with the clients", true,
                true, false},
    Description{FaultKind::split_leader, "leader split from the majority", true, true, true},
    Description{FaultKind::isolate_follower, "follower isolated", false, true, true},
    Description{FaultKind::deafen_leader, "leader deaf to the other nodes", true, true, true},
    Description{FaultKind::mute_leader, "leader unheard by the clients", true, true, false},
};

const Description& describe(FaultKind kind) noexcept {
    return *std::find_if(descriptions.begin(), descriptions.end(),
                         [&](const Description& each) { return each.kind == kind; });
}

constexpr std::size_t clients = 0;  ///< their host

}  // namespace

const char* name(FaultKind kind) noexcept {
    return describe(kind).name;
}

bool is_partition(FaultKind kind) noexcept {
    return describe(kind).partition;
}

bool is_survivable(FaultKind kind) noexcept {
    return describe(kind).survivable;
}

Faults::Faults(Cluster& cluster, Network* network, std::uint64_t seed)
    : cluster_{cluster}, network_{network}, random_{seed} {}

Node& Faults::victim(FaultKind kind) {
    Node& leader = cluster_.leader();
    if (describe(kind).to_leader) return leader;
    std::vector<Node*> followers;
    for (std::size_t i = 0; i < cluster_.size(); ++i) {
        if (&cluster_.node(i) != &leader) followers.push_back(&cluster_.node(i));
    }
    return *followers[random_() % followers.size()];
}

// 1.11 may refuse, or say so only after it has stopped leading: either is a fault worth having.
void Faults::transfer_leadership() {
    const Node& heir = victim(FaultKind::kill_follower);
    RawPeer leader{cluster_.leader().address(), std::chrono::seconds{5}};
    wire::Empty done;
    (void)leader.ask(wire::Transfer{heir.id()}, done);
}

void Faults::partition() {
    Network::Hosts others;
    for (std::size_t i = 0; i < cluster_.size(); ++i) {
        if (&cluster_.node(i) != victim_) others.push_back(cluster_.node(i).host());
    }
    Network::Hosts minority{victim_->host()};
    Network::Hosts majority = others;
    std::shuffle(majority.begin(), majority.end(), random_);
    while (describe(kind_).to_leader && majority.size() > cluster_.size() / 2 + 1) {
        minority.push_back(majority.back());
        majority.pop_back();
    }
    switch (kind_) {
        case FaultKind::isolate_leader:
        case FaultKind::isolate_follower:
            majority.push_back(clients);
            network_->cut(minority, majority);
            break;
        case FaultKind::isolate_leader_with_clients:
            minority.push_back(clients);
            network_->cut(minority, majority);
            break;
        case FaultKind::split_leader:
            network_->cut(minority, majority);
            break;
        case FaultKind::deafen_leader:
            network_->deafen(victim_->host(), others);
            break;
        case FaultKind::mute_leader:
            network_->deafen(clients, {victim_->host()});
            break;
        default:
            throw std::logic_error{name(kind_)};
    }
}

// Each run of this length has every kind, in an order of its own: a short run is no matter of luck.
void Faults::shuffle_all_kinds() {
    for (const Description& each : descriptions) {
        if (network_ != nullptr || !each.partition) queue_.push_back(each.kind);
    }
    std::shuffle(queue_.begin(), queue_.end(), random_);
}

FaultKind Faults::make() {
    if (queue_.empty()) shuffle_all_kinds();
    kind_ = queue_.back();
    queue_.pop_back();
    if (kind_ == FaultKind::transfer) {
        victim_ = nullptr;
        transfer_leadership();
        return kind_;
    }
    victim_ = &victim(kind_);
    switch (kind_) {
        case FaultKind::kill_leader:
        case FaultKind::kill_follower:
            victim_->kill9();
            break;
        case FaultKind::stop_leader:
            victim_->stop();
            break;
        case FaultKind::freeze_leader:
        case FaultKind::freeze_follower:
            victim_->sigstop();
            break;
        default:
            partition();
            break;
    }
    return kind_;
}

void Faults::repair() {
    if (is_partition(kind_)) {
        network_->heal();
    } else if (kind_ == FaultKind::freeze_leader || kind_ == FaultKind::freeze_follower) {
        victim_->sigcont();
    } else if (victim_ != nullptr) {
        victim_->restart();
    }
    for (std::size_t i = 0; i < cluster_.size(); ++i) rejoin(cluster_.node(i));
}

// 1.11 aborts where leadership ends under a stream, and a node of it was seen to hear of no leader
// for 20 s after a fault, in a cluster of five that served: it is started again, and said so.
void Faults::rejoin(Node& node) {
    if (!node.alive()) node.restart();
    try {
        (void)node.wait_for_leader();
    } catch (const std::runtime_error& alone) {
        std::cout << alone.what() << " (" << name(kind_) << ", node " << node.id()
                  << (&node == victim_ ? ", the victim" : "") << "): " << node.output() << '\n';
        node.restart();
        (void)node.wait_for_leader();
    }
}

}  // namespace dqlite::test
