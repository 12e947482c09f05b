#include "tests/cluster/faults.h"

#include <algorithm>
#include <array>
#include <iostream>
#include <stdexcept>

#include "tests/support/raw_peer.h"

namespace dqlite::test {
namespace {

// Each run of this length has every kind, in an order of its own: a short run is no matter of luck.
constexpr std::array kinds{FaultKind::kill_leader,   FaultKind::transfer,
                           FaultKind::freeze_leader, FaultKind::kill_follower,
                           FaultKind::stop_leader,   FaultKind::freeze_follower};

}  // namespace

const char* name(FaultKind kind) noexcept {
    switch (kind) {
        case FaultKind::kill_leader:
            return "leader killed";
        case FaultKind::kill_follower:
            return "follower killed";
        case FaultKind::stop_leader:
            return "leader stopped";
        case FaultKind::freeze_leader:
            return "leader frozen";
        case FaultKind::freeze_follower:
            return "follower frozen";
        case FaultKind::transfer:
            return "leadership transferred";
    }
    return "";
}

Node& Faults::victim(FaultKind kind) {
    Node& leader = cluster_.leader();
    if (kind != FaultKind::kill_follower && kind != FaultKind::freeze_follower) return leader;
    std::vector<Node*> followers;
    for (std::size_t i = 0; i < cluster_.size(); ++i) {
        if (&cluster_.node(i) != &leader) followers.push_back(&cluster_.node(i));
    }
    return *followers[random_() % followers.size()];
}

// 1.11 may refuse, or say so only after it has stopped leading: either is a fault worth having.
void Faults::transfer_leadership() {
    const Node& heir = victim(FaultKind::kill_follower);
    RawPeer leader{cluster_.leader().port(), std::chrono::seconds{5}};
    wire::Empty done;
    (void)leader.ask(wire::Transfer{heir.id()}, done);
}

FaultKind Faults::make() {
    if (queue_.empty()) {
        queue_.assign(kinds.begin(), kinds.end());
        std::shuffle(queue_.begin(), queue_.end(), random_);
    }
    kind_ = queue_.back();
    queue_.pop_back();
    victim_ = nullptr;
    switch (kind_) {
        case FaultKind::transfer:
            transfer_leadership();
            break;
        case FaultKind::kill_leader:
        case FaultKind::kill_follower:
            victim_ = &victim(kind_);
            victim_->kill9();
            break;
        case FaultKind::stop_leader:
            victim_ = &victim(kind_);
            victim_->stop();
            break;
        case FaultKind::freeze_leader:
        case FaultKind::freeze_follower:
            victim_ = &victim(kind_);
            victim_->sigstop();
            break;
    }
    return kind_;
}

void Faults::repair() {
    const bool frozen = kind_ == FaultKind::freeze_leader || kind_ == FaultKind::freeze_follower;
    if (victim_ != nullptr) frozen ? victim_->sigcont() : victim_->restart();
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
