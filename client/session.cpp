#include "client/session.h"

#include <asio/post.hpp>

#include "client/live_rows.h"
#include "client/session_impl.h"

namespace dqlite::client {

Session::Impl::~Impl() {
    if (live_ != nullptr) live_->orphan();
}

Result<void> Session::Impl::check_process() const {
    if (same_process()) return {};
    return fail({.kind = ErrorKind::invalid,
                 .message = "the session was used after fork: it belongs to the parent process"});
}

Result<void> Session::Impl::release_rows() {
    if (live_ == nullptr) return {};
    // The stream tells its own reader of an error in it; only a cancelled call ends here.
    auto read = live_->read_out();
    if (!read && read.error().kind == ErrorKind::cancelled) return read;
    return {};
}

Result<void> Session::Impl::check_cancelled() const {
    if (!scope_.reason()) return {};
    return fail({.kind = ErrorKind::cancelled, .message = "cancelled before anything was sent"});
}

void Session::Impl::cancel() noexcept {
    if (!running_.load(std::memory_order_acquire)) return;
    scope_.request_cancel();
    wake();
}

void Session::Impl::wake() noexcept {
    scope_.wake();
    try {
        asio::post(io_, [this] {
            if (const auto reason = scope_.reason()) scope_.interrupt(*reason);
        });
    } catch (const std::bad_alloc&) {
        return;  // the request stands, and is seen at the call's next wait
    }
}

Session::Session(std::unique_ptr<Impl> impl) : impl_{std::move(impl)} {}

Session::~Session() {
    // The sockets and the epoll set are shared with the parent: closing them here would take them
    // away from it.
    if (!impl_->same_process()) (void)impl_.release();
}

Result<std::unique_ptr<Session>> Session::connect(Options options) {
    auto session = make(std::move(options));
    if (!session) return session;
    if (auto opened = (*session)->open(); !opened) return fail(std::move(opened.error()));
    return session;
}

Result<std::unique_ptr<Session>> Session::make(Options options) {
    auto impl = std::make_unique<Impl>(std::move(options));
    if (auto configured = impl->core().configure(); !configured) {
        return fail(std::move(configured.error()));
    }
    return std::unique_ptr<Session>{new Session{std::move(impl)}};
}

Result<void> Session::open() {
    const milliseconds limit = impl_->core().options().login_timeout;
    const auto deadline = limit.count() > 0 ? Clock::now() + limit : Clock::time_point::max();
    const Impl::Running running{*impl_};
    if (auto refused = impl_->check_cancelled(); !refused) return refused;
    return impl_->drive(impl_->core().connect(deadline), deadline);
}

Result<Execution> Session::execute(const Statement& statement, wire::Parameters parameters,
                                   const Call& call) {
    SessionCore& core = impl_->core();
    if (core.writes_alone(statement, call)) {
        Execution execution;
        const auto run = [&](Clock::time_point deadline) -> Result<void> {
            auto ran = impl_->drive(core.execute(statement, parameters, call), deadline);
            if (!ran) return fail(std::move(ran.error()));
            execution = *ran;
            return {};
        };
        auto written = impl_->write_alone(statement, parameters.size(), call.timeout, run);
        if (!written) return fail(std::move(written.error()));
        return execution;
    }
    auto execution = impl_->call<Execution>(
        call.timeout, [&] { return core.execute(statement, parameters, call); });
    if (execution || statement.effect == TransactionEffect::none) return execution;
    auto settled = impl_->settle_commit(std::move(execution.error()));
    if (!settled) return fail(std::move(settled.error()));
    return Execution{};
}

Result<std::unique_ptr<RowStream>> Session::query(const Statement& statement,
                                                  wire::Parameters parameters, const Call& call) {
    SessionCore& core = impl_->core();
    std::unique_ptr<RowStream> stream;
    const auto open = [&](const wire::Frame& frame) -> Result<void> {
        stream.reset();
        stream = std::make_unique<RowStream>(std::make_unique<LiveRows>(*impl_, frame));
        if (stream->failed()) return fail(stream->error());
        stream->rename([&core](std::string name) { return core.original_name(std::move(name)); });
        // Rows left behind would undo a statement that writes when the connection ends.
        return statement.writes ? stream->read_out() : Result<void>{};
    };
    Result<void> opened;
    if (core.writes_alone(statement, call)) {
        const auto run = [&](Clock::time_point deadline) -> Result<void> {
            auto frame = impl_->drive(core.query(statement, parameters, call), deadline);
            return frame ? open(*frame) : Result<void>{fail(std::move(frame.error()))};
        };
        opened = impl_->write_alone(statement, parameters.size(), call.timeout, run);
    } else {
        auto frame = impl_->call<wire::Frame>(
            call.timeout, [&] { return core.query(statement, parameters, call); });
        if (!frame) return fail(std::move(frame.error()));
        std::optional<Impl::Running> running;
        if (statement.writes) running.emplace(*impl_);
        opened = open(*frame);
    }
    if (!opened) return fail(std::move(opened.error()));
    return stream;
}

std::vector<Result<Execution>> Session::execute_each(const Statement& statement,
                                                     std::span<const std::vector<wire::Value>> sets,
                                                     const Call& call) {
    using Results = std::vector<Result<Execution>>;
    Results results;
    auto run = [&]() -> Task<Result<void>> {
        auto executing = impl_->core().execute_each(statement, sets, call);
        results = co_await executing;
        co_return Result<void>{};
    };
    if (auto ran = impl_->call<void>(call.timeout, run); !ran) {
        results.assign(sets.size(), fail(ran.error()));
    }
    return results;
}

Result<void> Session::begin(BeginMode mode, const Call& call) {
    return impl_->call<void>(call.timeout, [&] { return impl_->core().begin(mode); });
}

Result<void> Session::commit(const Call& call) {
    auto committed = impl_->call<void>(call.timeout, [&] { return impl_->core().commit(); });
    return committed ? committed : impl_->settle_commit(std::move(committed.error()));
}

Result<void> Session::rollback(const Call& call) {
    const Impl::Regardless regardless{*impl_};
    return impl_->call<void>(call.timeout, [&] { return impl_->core().rollback(); });
}

TransactionState Session::transaction() const noexcept {
    return impl_->core().transaction();
}

Result<ServerTraits> Session::traits() {
    return impl_->call<ServerTraits>(milliseconds{0}, [&] { return impl_->core().traits(); });
}

void Session::cancel() noexcept {
    impl_->cancel();
}

void Session::watch(const Cancellable* call) noexcept {
    impl_->watch(call);
}

void Session::wake() noexcept {
    impl_->wake();
}

bool Session::has_own_state() const noexcept {
    return impl_->core().has_own_state();
}

void Session::tell_again(const Error& error) noexcept {
    impl_->core().tell_again(error);
}

bool Session::alive() const noexcept {
    return impl_->core().alive();
}

const std::string& Session::leader_address() const noexcept {
    return impl_->core().leader_address();
}

const Options& Session::options() const noexcept {
    return impl_->core().options();
}

SessionStatistics Session::statistics() const noexcept {
    SessionStatistics statistics = impl_->core().statistics();
    statistics.prepared_statements = impl_->core().prepared_statements();
    return statistics;
}

void Session::set_busy_timeout(milliseconds timeout) noexcept {
    impl_->core().options().busy_timeout = timeout;
}

milliseconds Session::busy_timeout() const noexcept {
    return impl_->core().options().busy_timeout;
}

void Session::set_timeout(milliseconds timeout) noexcept {
    impl_->core().options().timeout = timeout;
}

std::uint64_t Session::generation() const noexcept {
    return impl_->core().generation();
}

}  // namespace dqlite::client
