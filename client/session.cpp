#include "client/session.h"

#include <asio/post.hpp>

#include "client/blocking_rows.h"
#include "client/session_impl.h"

namespace dqlite::client {

void Session::Impl::cancel() noexcept {
    if (!host_.running()) return;
    host_.scope().request_cancel();
    wake();
}

void Session::Impl::wake() noexcept {
    Scope& scope = host_.scope();
    scope.wake();
    try {
        asio::post(io_, [&scope] {
            if (const auto reason = scope.reason()) scope.interrupt(*reason);
        });
    } catch (const std::bad_alloc&) {
        return;  // the request stands, and is seen at the call's next wait
    }
}

Session::Session(std::unique_ptr<Impl> impl) : impl_{std::move(impl)} {}

Session::~Session() {
    // The sockets and the epoll set are shared with the parent: closing them here would take them
    // away from it.
    if (!impl_->host().same_process()) (void)impl_.release();
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
    SessionHost& host = impl_->host();
    const auto deadline = host.login_deadline();
    const SessionHost::Running running{host};
    if (auto refused = host.check_cancelled(); !refused) return refused;
    return impl_->drive(impl_->core().connect(deadline), deadline);
}

Result<Execution> Session::execute(const Statement& statement, wire::Parameters parameters,
                                   const Call& call) {
    return impl_->call<Execution>(call.timeout, [&](Clock::time_point deadline) {
        return impl_->host().execute(statement, parameters, call, deadline);
    });
}

Result<std::unique_ptr<RowStream>> Session::query(const Statement& statement,
                                                  wire::Parameters parameters, const Call& call) {
    std::unique_ptr<RowStream> stream;
    const auto open = [&](const wire::Frame& frame) -> Result<LiveRows*> {
        stream.reset();  // of an attempt before: there is one stream at a time
        auto rows = std::make_unique<BlockingRows>(*impl_, frame);
        LiveRows* const live = rows.get();
        return impl_->host().open_stream(stream, std::move(rows)).map([live] { return live; });
    };
    Result<void> opened;
    if (statement.writes) {
        opened = impl_->call<void>(call.timeout, [&](Clock::time_point deadline) {
            return impl_->host().query_whole(statement, parameters, call, deadline, open);
        });
    } else {
        const auto frame = impl_->call<wire::Frame>(call.timeout, [&](Clock::time_point) {
            return impl_->core().query(statement, parameters, call);
        });
        opened = frame.and_then(open).map([](LiveRows*) {});
    }
    if (!opened) return fail(std::move(opened.error()));
    return stream;
}

std::vector<Result<Execution>> Session::execute_each(const Statement& statement,
                                                     std::span<const std::vector<wire::Value>> sets,
                                                     const Call& call) {
    using Executions = SessionHost::Executions;
    auto executed = impl_->call<Executions>(call.timeout, [&](Clock::time_point) {
        return impl_->host().execute_each(statement, sets, call);
    });
    if (executed) return std::move(*executed);
    return Executions(sets.size(), fail(std::move(executed.error())));
}

Result<Execution> Session::execute_all(const Statement& statement, const NextSet& next,
                                       const Call& call) {
    return impl_->call<Execution>(call.timeout, [&](Clock::time_point) {
        return impl_->core().execute_all(statement, next, call);
    });
}

Result<void> Session::begin(BeginMode mode, const Call& call) {
    return impl_->call<void>(call.timeout,
                             [&](Clock::time_point) { return impl_->core().begin(mode); });
}

Result<void> Session::commit(const Call& call) {
    return impl_->call<void>(call.timeout,
                             [&](Clock::time_point) { return impl_->host().commit(); });
}

Result<void> Session::rollback(const Call& call) {
    const SessionHost::Regardless regardless{impl_->host()};
    return impl_->call<void>(call.timeout,
                             [&](Clock::time_point) { return impl_->core().rollback(); });
}

TransactionState Session::transaction() const noexcept {
    return impl_->core().transaction();
}

Result<ServerTraits> Session::traits() {
    return impl_->call<ServerTraits>(milliseconds{0},
                                     [&](Clock::time_point) { return impl_->core().traits(); });
}

void Session::cancel() noexcept {
    impl_->cancel();
}

void Session::watch(const Cancellable* call) noexcept {
    impl_->host().scope().watch(call);
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
    return impl_->host().statistics();
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
