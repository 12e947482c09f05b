#include "client/cluster.h"

#include <optional>

#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <fmt/format.h>

#include "client/discovery.h"
#include "client/drive.h"
#include "client/dump.h"
#include "client/outcome.h"
#include "client/tls.h"

namespace dqlite::client {
namespace {

NodeInfo to_info(const wire::Node& node) {
    return {node.id, std::string{node.address}, node.role};
}

bool knows(wire::Role role) {
    return role == wire::Role::voter || role == wire::Role::standby || role == wire::Role::spare;
}

Error invalid(std::string message) {
    return {.kind = ErrorKind::invalid, .message = std::move(message)};
}

/// A change that was sent and not answered may have been made.
Error judge(Error error, bool sent, bool changes) {
    if (error.kind == ErrorKind::server) {
        const Verdict verdict = judge_failure(Place::read, error.code, error.message);
        if (verdict.remedy == Remedy::reconnect) error.kind = verdict.kind;
    } else if (changes && sent) {
        error.outcome = Outcome::unknown;
    }
    return error;
}

}  // namespace

class Cluster::Impl {
  public:
    explicit Impl(Options options) : options_{std::move(options)} {}

    [[nodiscard]] Result<void> configure() {
        auto book = AddressBook::open(options_);
        if (!book) return fail(std::move(book.error()));
        auto tls = make_tls_context(options_.tls);
        if (!tls) return fail(std::move(tls.error()));
        const Dialling dialling{io_.get_executor(), std::move(*tls), options_.tls.server_name};
        discovery_.emplace(dialling, std::move(*book), options_);
        return {};
    }

    template <typename T>
    [[nodiscard]] Result<T> run(Task<Result<T>> task) {
        scope_.reset();
        if (scope_.reason()) {
            return fail({.kind = ErrorKind::cancelled, .message = "cancelled"});
        }
        return drive(io_, scope_, std::move(task), deadline_);
    }
    void watch(const Cancellable* call) noexcept { scope_.watch(call); }
    void wake() noexcept {
        scope_.wake();
        try {
            asio::post(io_, [this] {
                if (const auto reason = scope_.reason()) scope_.interrupt(*reason);
            });
        } catch (const std::bad_alloc&) {
            return;  // the cancellation stands, and is seen at the call's next wait
        }
    }
    /// A new call begins.
    Impl& call() {
        const bool limited = options_.timeout.count() > 0;
        deadline_ = limited ? Clock::now() + options_.timeout : Clock::time_point::max();
        return *this;
    }

    using Connected = Result<std::unique_ptr<Connection>>;
    /// To a node; no address: to the leader.
    [[nodiscard]] Task<Connected> connect(std::string address) {
        if (address.empty()) {
            auto finding = discovery_->find_leader(scope_, statistics_, deadline_, true);
            co_return co_await finding;
        }
        auto connecting = discovery_->connect_to_node(std::move(address), scope_, statistics_);
        co_return co_await connecting;
    }

    /// One question to a node and its answer, made into T by `read` while its bytes are good.
    template <typename Response, typename T, typename Request, typename Read>
    [[nodiscard]] Task<Result<T>> ask(std::string address, Request request, bool changes,
                                      Read read) {
        auto connecting = connect(std::move(address));
        auto connected = co_await connecting;
        if (!connected) co_return fail(std::move(connected.error()));
        Connection& node = **connected;
        if (auto queued = node.queue(request); !queued) co_return fail(std::move(queued.error()));
        auto flushing = node.flush();
        if (auto flushed = co_await flushing; !flushed) {
            co_return fail(judge(std::move(flushed.error()), node.sent(), changes));
        }
        auto answering = node.template answer<Response>();
        auto answer = co_await answering;
        if (!answer) co_return fail(judge(std::move(answer.error()), true, changes));
        co_return read(*answer);
    }

    void learn(const wire::Servers& servers) { discovery_->learn(servers); }

    template <typename Request>
    [[nodiscard]] Result<void> change(const Request& request, std::string address = {}) {
        return run(ask<wire::Empty, void>(std::move(address), request, true,
                                          [](const wire::Empty&) { return Result<void>{}; }));
    }

    [[nodiscard]] Task<Result<std::vector<DumpedFile>>> dump(std::string database,
                                                             std::string directory,
                                                             std::string address) {
        auto connecting = connect(std::move(address));
        auto connected = co_await connecting;
        if (!connected) co_return fail(std::move(connected.error()));
        auto dumping = dump_database(**connected, std::move(database), std::move(directory));
        co_return co_await dumping;
    }

  private:
    Options options_;
    asio::io_context io_;
    Scope scope_;
    SessionStatistics statistics_;
    Clock::time_point deadline_;
    std::optional<Discovery> discovery_;
};

Cluster::Cluster(std::unique_ptr<Impl> impl) noexcept : impl_{std::move(impl)} {}
Cluster::Cluster(Cluster&&) noexcept = default;
Cluster& Cluster::operator=(Cluster&&) noexcept = default;
Cluster::~Cluster() = default;

Result<Cluster> Cluster::open(Options options) {
    auto impl = std::make_unique<Impl>(std::move(options));
    if (auto configured = impl->configure(); !configured) {
        return fail(std::move(configured.error()));
    }
    return Cluster{std::move(impl)};
}

void Cluster::watch(const Cancellable* call) noexcept {
    impl_->watch(call);
}

void Cluster::wake() noexcept {
    impl_->wake();
}

Result<std::vector<NodeInfo>> Cluster::nodes() {
    using Nodes = std::vector<NodeInfo>;
    Impl& impl = impl_->call();
    auto read = [&impl](const wire::Servers& servers) -> Result<Nodes> {
        impl.learn(servers);
        Nodes nodes;
        for (const wire::Node& node : servers.nodes) nodes.push_back(to_info(node));
        return nodes;
    };
    return impl.run(impl.ask<wire::Servers, Nodes>({}, wire::Cluster{}, false, read));
}

Result<NodeInfo> Cluster::leader() {
    auto read = [](const wire::Server& server) -> Result<NodeInfo> {
        if (server.id == 0 || server.address.empty()) {
            return fail({.kind = ErrorKind::no_leader, .message = "the node leads no more"});
        }
        return NodeInfo{server.id, std::string{server.address}, wire::Role::voter};
    };
    Impl& impl = impl_->call();
    return impl.run(impl.ask<wire::Server, NodeInfo>({}, wire::Leader{}, false, read));
}

Result<void> Cluster::add(std::uint64_t id, std::string_view address, wire::Role role) {
    if (id == 0) return fail(invalid("a node has an id other than 0"));
    if (!knows(role)) return fail(invalid("no such role"));
    if (auto parsed = parse_address(address); !parsed) return fail(std::move(parsed.error()));
    Impl& impl = impl_->call();
    if (auto added = impl.change(wire::Add{id, address}); !added) return added;
    if (role == wire::Role::spare) return {};
    auto assigned = impl.change(wire::Assign{id, role});
    if (!assigned) {
        assigned.error().message =
            fmt::format("node {} was added as a spare: {}", id, assigned.error().message);
    }
    return assigned;
}

Result<void> Cluster::assign(std::uint64_t id, wire::Role role) {
    if (!knows(role)) return fail(invalid("no such role"));
    return impl_->call().change(wire::Assign{id, role});
}

Result<void> Cluster::remove(std::uint64_t id) {
    return impl_->call().change(wire::Remove{id});
}

Result<void> Cluster::transfer(std::uint64_t id) {
    return impl_->call().change(wire::Transfer{id});
}

Result<NodeMetadata> Cluster::describe(std::string_view address) {
    auto read = [](const wire::Metadata& metadata) -> Result<NodeMetadata> {
        return NodeMetadata{metadata.failure_domain, metadata.weight};
    };
    Impl& impl = impl_->call();
    return impl.run(impl.ask<wire::Metadata, NodeMetadata>(std::string{address}, wire::Describe{},
                                                           false, read));
}

Result<void> Cluster::set_weight(std::uint64_t weight, std::string_view address) {
    return impl_->call().change(wire::Weight{weight}, std::string{address});
}

Result<std::vector<DumpedFile>> Cluster::dump(std::string_view database,
                                              const std::string& directory,
                                              std::string_view address) {
    Impl& impl = impl_->call();
    return impl.run(impl.dump(std::string{database}, directory, std::string{address}));
}

}  // namespace dqlite::client
