#include "setup/dqlite-node/membership.h"

#include <algorithm>
#include <string_view>

#include "setup/dqlite-node/peer.h"

namespace dqlite::node {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds pause_between_attempts{100};
constexpr seconds time_to_answer{5};
/// A leader answers ASSIGN only when the new voter has caught up.
constexpr seconds time_to_assign{60};

/// One attempt. What cannot get better by waiting is final.
class Attempt {
  public:
    Attempt(const Member& self, const StopSignal& stop, Clock::time_point deadline)
        : self_{self}, stop_{stop}, deadline_{deadline} {}

    bool run(const std::string& seed) {
        std::string leader;
        if (!find_leader(seed, leader)) {
            return false;
        }
        Peer peer = new_peer(time_to_assign);
        wire::Servers known;
        if (!peer.connect(leader) || !peer.call(wire::Cluster{}, known)) {
            return fail(peer.error());
        }
        const Standing standing = standing_in(known);
        wire::Empty done;
        switch (standing) {
            case Standing::member:
                return true;
            case Standing::conflict:
                return false;
            case Standing::unknown:
                if (!peer.call(wire::Add{self_.id, self_.address}, done)) {
                    return fail(peer.error());
                }
                break;
            case Standing::other_role:
                break;
        }
        // ADD has made it a spare.
        const bool in_role = standing == Standing::unknown && self_.role == wire::Role::spare;
        return in_role || peer.call(wire::Assign{self_.id, self_.role}, done) || fail(peer.error());
    }

    [[nodiscard]] const std::string& error() const noexcept { return error_; }
    [[nodiscard]] bool is_final() const noexcept { return final_; }

  private:
    enum class Standing { unknown, other_role, member, conflict };

    bool find_leader(const std::string& seed, std::string& leader) {
        Peer peer = new_peer(time_to_answer);
        wire::Server server;
        if (!peer.connect(seed) || !peer.call(wire::Leader{}, server)) {
            return fail(peer.error());
        }
        leader = server.address;
        return !leader.empty() || fail(seed + ": knows no leader");
    }

    Standing standing_in(const wire::Servers& known) {
        for (const wire::Node& node : known.nodes) {
            const bool same_id = node.id == self_.id;
            const bool same_address = node.address == std::string_view{self_.address};
            if (same_id && same_address) {
                return node.role == self_.role ? Standing::member : Standing::other_role;
            }
            if (same_id || same_address) {
                final_ = true;
                error_ = "the cluster has a node " + std::to_string(node.id) + " at " +
                         std::string{node.address} + " already";
                return Standing::conflict;
            }
        }
        return Standing::unknown;
    }

    Peer new_peer(seconds patience) {
        return Peer{stop_, std::min(deadline_, Clock::now() + patience)};
    }

    bool fail(std::string error) {
        error_ = std::move(error);
        return false;
    }

    const Member& self_;
    const StopSignal& stop_;
    Clock::time_point deadline_;
    std::string error_;
    bool final_ = false;
};

}  // namespace

JoinResult join_cluster(const std::string& seed, const Member& self, const StopSignal& stop,
                        Clock::time_point deadline, Failure& failure) {
    while (true) {
        Attempt attempt{self, stop, deadline};
        if (attempt.run(seed)) {
            return JoinResult::joined;
        }
        const auto next = Clock::now() + pause_between_attempts;
        if (attempt.is_final() || next >= deadline) {
            failure = {exit_code::not_joined, "not joined: " + attempt.error()};
            return JoinResult::failed;
        }
        if (stop.wait_until(next) == StopSignal::Wake::stop) {
            return JoinResult::stopped;
        }
    }
}

}  // namespace dqlite::node
