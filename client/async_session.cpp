#include "client/async_session.h"

#include "client/async_rows.h"
#include "client/async_session_impl.h"

namespace dqlite::client {

// ------------------------------------------------------------------------------------ the driving

Result<void> AsyncSession::Impl::check() const {
    if (auto refused = host_.check_process(); !refused) return refused;
    if (!host_.running()) return {};
    return fail(
        {.kind = ErrorKind::invalid, .message = "another call of the session has not ended yet"});
}

asio::awaitable<Result<void>> AsyncSession::Impl::open(std::shared_ptr<Impl> self) {
    const bool throws = co_await asio::this_coro::throw_if_cancelled();
    co_await asio::this_coro::throw_if_cancelled(false);
    const SessionHost::Running running{self->host_};
    const auto deadline = self->host_.login_deadline();
    auto driving = self->drive(self->core().connect(deadline), deadline);
    auto opened = co_await std::move(driving);
    co_await asio::this_coro::throw_if_cancelled(throws);
    co_return opened;
}

asio::awaitable<Result<wire::Frame>> AsyncSession::Impl::next_frame(std::shared_ptr<Impl> self) {
    if (auto refused = self->check(); !refused) co_return fail(std::move(refused.error()));
    const bool throws = co_await asio::this_coro::throw_if_cancelled();
    co_await asio::this_coro::throw_if_cancelled(false);
    const SessionHost::Running running{self->host_};
    const auto deadline = self->host_.deadline_after(milliseconds{0});
    auto driving = self->drive(self->core().next_rows(), deadline);
    auto frame = co_await std::move(driving);
    co_await asio::this_coro::throw_if_cancelled(throws);
    co_return frame;
}

void AsyncSession::Impl::cancel() noexcept {
    if (host_.running()) host_.scope().interrupt(ErrorKind::cancelled);
}

void AsyncSession::Impl::close() noexcept {
    // The sockets are shared with the parent: closing them here would take them away from it.
    if (!host_.same_process()) return;
    if (host_.live() != nullptr) host_.live()->orphan();
    cancel();
    core().abandon();
}

// ------------------------------------------------------------------------------------ the session

AsyncSession::AsyncSession(std::shared_ptr<Impl> impl) noexcept : impl_{std::move(impl)} {}

AsyncSession::~AsyncSession() {
    impl_->close();
}

asio::awaitable<Result<std::unique_ptr<AsyncSession>>> AsyncSession::connect(Options options) {
    auto impl = std::make_shared<Impl>(co_await asio::this_coro::executor, std::move(options));
    if (auto configured = impl->core().configure(); !configured) {
        co_return fail(std::move(configured.error()));
    }
    std::unique_ptr<AsyncSession> session{new AsyncSession{impl}};
    auto opening = Impl::open(impl);
    if (auto opened = co_await std::move(opening); !opened) {
        co_return fail(std::move(opened.error()));
    }
    co_return session;
}

asio::awaitable<Result<Execution>> AsyncSession::execute(const Statement& statement,
                                                         wire::Parameters parameters, Call call) {
    return Impl::call<Execution>(
        impl_, call.timeout,
        [&host = impl_->host(), &statement, parameters, call](Clock::time_point deadline) {
            return host.execute(statement, parameters, call, deadline);
        });
}

asio::awaitable<Result<std::unique_ptr<AsyncRowStream>>> AsyncSession::query(
    const Statement& statement, wire::Parameters parameters, Call call) {
    const std::shared_ptr<Impl> impl = impl_;
    std::unique_ptr<RowStream> rows;
    AsyncRowStream::Source* source = nullptr;
    const SessionHost::Open open = [&](const wire::Frame& frame) -> Result<LiveRows*> {
        rows.reset();  // of an attempt before: there is one stream at a time
        auto made = std::make_unique<AsyncRowStream::Source>(impl, frame);
        source = made.get();
        return impl->host().open_stream(rows, std::move(made)).map([&] {
            return static_cast<LiveRows*>(source);
        });
    };
    Result<void> opened;
    if (statement.writes) {
        auto querying = Impl::call<void>(impl, call.timeout, [&](Clock::time_point deadline) {
            return impl->host().query_whole(statement, parameters, call, deadline, open);
        });
        opened = co_await std::move(querying);
    } else {
        auto querying = Impl::call<wire::Frame>(impl, call.timeout, [&](Clock::time_point) {
            return impl->core().query(statement, parameters, call);
        });
        const auto frame = co_await std::move(querying);
        opened = frame.and_then(open).map([](LiveRows*) {});
    }
    if (!opened) co_return fail(std::move(opened.error()));
    co_return std::unique_ptr<AsyncRowStream>{new AsyncRowStream{std::move(rows), *source}};
}

asio::awaitable<std::vector<Result<Execution>>> AsyncSession::execute_each(
    const Statement& statement, std::span<const std::vector<wire::Value>> sets, Call call) {
    using Executions = SessionHost::Executions;
    auto executing =
        Impl::call<Executions>(impl_, call.timeout, [&, host = &impl_->host()](Clock::time_point) {
            return host->execute_each(statement, sets, call);
        });
    auto executed = co_await std::move(executing);
    if (executed) co_return std::move(*executed);
    co_return Executions(sets.size(), fail(std::move(executed.error())));
}

asio::awaitable<Result<void>> AsyncSession::begin(BeginMode mode, Call call) {
    return Impl::call<void>(impl_, call.timeout, [&core = impl_->core(), mode](Clock::time_point) {
        return core.begin(mode);
    });
}

asio::awaitable<Result<void>> AsyncSession::commit(Call call) {
    return Impl::call<void>(impl_, call.timeout,
                            [&host = impl_->host()](Clock::time_point) { return host.commit(); });
}

asio::awaitable<Result<void>> AsyncSession::rollback(Call call) {
    return Impl::call<void>(impl_, call.timeout,
                            [&core = impl_->core()](Clock::time_point) { return core.rollback(); });
}

asio::awaitable<Result<ServerTraits>> AsyncSession::traits() {
    return Impl::call<ServerTraits>(
        impl_, milliseconds{0},
        [&core = impl_->core()](Clock::time_point) { return core.traits(); });
}

TransactionState AsyncSession::transaction() const noexcept {
    return impl_->core().transaction();
}

void AsyncSession::cancel() noexcept {
    impl_->cancel();
}

bool AsyncSession::busy() const noexcept {
    return impl_->host().running();
}

bool AsyncSession::has_own_state() const noexcept {
    return impl_->core().has_own_state();
}

void AsyncSession::tell_again(const Error& error) noexcept {
    impl_->core().tell_again(error);
}

bool AsyncSession::alive() const noexcept {
    return impl_->core().alive();
}

const std::string& AsyncSession::leader_address() const noexcept {
    return impl_->core().leader_address();
}

const Options& AsyncSession::options() const noexcept {
    return impl_->core().options();
}

SessionStatistics AsyncSession::statistics() const noexcept {
    return impl_->host().statistics();
}

std::uint64_t AsyncSession::generation() const noexcept {
    return impl_->core().generation();
}

}  // namespace dqlite::client
