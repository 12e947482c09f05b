#include "setup/dqlite-node/running_node.h"

#include <string>
#include <utility>

namespace dqlite::node {

Failure RunningNode::failure(const char* what) const {
    std::string message = std::string{what} + " failed";
    if (const char* detail = node_ ? dqlite_node_errmsg(node_.get()) : nullptr;
        detail != nullptr && *detail != '\0') {
        message += std::string{": "} + detail;
    }
    return {exit_code::library, std::move(message)};
}

std::optional<Failure> RunningNode::configure(const Options& options) {
    dqlite_node* const node = node_.get();
    if (options.latency_ms && dqlite_node_set_network_latency_ms(node, *options.latency_ms) != 0) {
        return failure("setting the latency");
    }
    if (options.snapshot && dqlite_node_set_snapshot_params(node, options.snapshot->threshold,
                                                            options.snapshot->trailing) != 0) {
        return failure("setting the snapshot parameters");
    }
    if (options.busy_timeout_ms) {
        const SetBusyTimeout set_busy_timeout = find_set_busy_timeout();
        if (set_busy_timeout == nullptr) {
            return Failure{exit_code::usage,
                           "this libdqlite cannot set a busy timeout: leave --busy-timeout away"};
        }
        if (set_busy_timeout(node, *options.busy_timeout_ms) != 0) {
            return failure("setting the busy timeout");
        }
    }
    if (dqlite_node_set_bind_address(node, options.bind.c_str()) != 0) {
        return failure("binding the address");
    }
    return std::nullopt;
}

std::optional<Failure> RunningNode::start(const Options& options) {
    dqlite_node* raw = nullptr;
    const int created =
        dqlite_node_create(options.id, options.address.c_str(), options.directory.c_str(), &raw);
    node_.reset(raw);
    if (created != 0) {
        return failure("creating the node");
    }
    if (auto wrong = configure(options)) {
        return wrong;
    }
    if (dqlite_node_start(node_.get()) != 0) {
        return failure("starting the node");
    }
    started_ = true;
    return std::nullopt;
}

void RunningNode::hand_over() noexcept {
    if (const Handover function = find_handover(); function != nullptr && started_) {
        // Whether anybody could take over or not, the node stops: the cluster elects by itself.
        static_cast<void>(function(node_.get()));
    }
}

void RunningNode::stop() noexcept {
    if (std::exchange(started_, false)) {
        dqlite_node_stop(node_.get());
    }
}

}  // namespace dqlite::node
