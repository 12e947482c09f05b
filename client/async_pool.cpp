#include "client/async_pool.h"

#include <utility>

#include <asio/redirect_error.hpp>
#include <asio/steady_timer.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>

#include "client/log.h"
#include "client/pool_core.h"

namespace dqlite::client {

/// What slots need after the pool has gone. All of it runs on one executor: nothing is locked.
class AsyncPool::Shared {
  public:
    using Core = PoolCore<AsyncSession>;
    using Acquired = Result<Core::EntryPtr>;

    Shared(const asio::any_io_executor& executor, Options options, const PoolOptions& limits)
        : options_{std::move(options)}, core_{limits}, drained_{executor} {}

    // They keep what they work on.
    [[nodiscard]] static asio::awaitable<Result<Slot>> acquire(std::shared_ptr<Shared> self,
                                                               milliseconds timeout);
    [[nodiscard]] static asio::awaitable<Result<void>> maintain(std::shared_ptr<Shared> self);
    [[nodiscard]] static asio::awaitable<bool> close(std::shared_ptr<Shared> self,
                                                     milliseconds patience);

    void take_back(Core::EntryPtr entry, bool rolled_back) noexcept;
    void refuse() noexcept { const Core::Entries closed = core_.close(); }
    [[nodiscard]] Core& core() noexcept { return core_; }

  private:
    class Waiting;
    /// The place taken for a session, until the session is there.
    class Place;
    [[nodiscard]] asio::awaitable<Acquired> claim(Clock::time_point deadline);
    [[nodiscard]] asio::awaitable<Acquired> ready(Core::EntryPtr entry, Clock::time_point deadline);
    [[nodiscard]] asio::awaitable<Acquired> open(Clock::time_point deadline);
    [[nodiscard]] asio::awaitable<Result<void>> refill();
    void tell_drained() {
        if (core_.drained()) drained_.cancel();
    }

    const Options options_;
    Core core_;
    asio::steady_timer drained_;
};

/// A coroutine that waits for a session.
class AsyncPool::Shared::Waiting final : public Core::Waiter {
  public:
    Waiting(const asio::any_io_executor& executor, Core& core) : woken_{executor}, core_{core} {
        core_.enter(*this);
    }
    ~Waiting() override { core_.leave(*this); }
    Waiting(const Waiting&) = delete;
    Waiting& operator=(const Waiting&) = delete;

    /// False if a cancellation ended it.
    [[nodiscard]] asio::awaitable<bool> wait_until(Clock::time_point deadline) {
        if (done()) co_return true;
        woken_.expires_at(deadline);
        asio::error_code ended;
        auto waiting = woken_.async_wait(asio::redirect_error(asio::use_awaitable, ended));
        co_await std::move(waiting);
        co_return done() || !ended;
    }

  private:
    void wake() noexcept override { woken_.cancel(); }

    asio::steady_timer woken_;
    Core& core_;
};

class AsyncPool::Shared::Place {
  public:
    explicit Place(Shared& shared) noexcept : shared_{&shared} {}
    ~Place() {
        if (shared_ == nullptr) return;
        shared_->core_.release_place();
        shared_->tell_drained();
    }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    void keep() noexcept { shared_ = nullptr; }

  private:
    Shared* shared_;
};

// ------------------------------------------------------------------------------------- taking one

asio::awaitable<AsyncPool::Shared::Acquired> AsyncPool::Shared::claim(Clock::time_point deadline) {
    const asio::any_io_executor executor = co_await asio::this_coro::executor;
    Waiting waiting{executor, core_};
    auto wait = waiting.wait_until(deadline);
    const bool waited = co_await std::move(wait);
    if (waiting.admitted()) co_return waiting.take();
    if (waiting.done()) co_return fail(pool_is_closed());
    if (!waited) {
        co_return fail({.kind = ErrorKind::cancelled,
                        .message = "cancelled while it waited for a session of the pool"});
    }
    core_.count_timeout();
    co_return fail(all_in_use(core_.limits().max_sessions));
}

asio::awaitable<AsyncPool::Shared::Acquired> AsyncPool::Shared::open(Clock::time_point deadline) {
    auto connecting = AsyncSession::connect(open_until(options_, deadline));
    auto session = co_await std::move(connecting);
    if (!session) co_return fail(std::move(session.error()));
    auto entry = std::make_unique<Core::Entry>();
    entry->session = std::move(*session);
    core_.count_opened();
    co_return entry;
}

asio::awaitable<AsyncPool::Shared::Acquired> AsyncPool::Shared::ready(Core::EntryPtr entry,
                                                                      Clock::time_point deadline) {
    if (entry != nullptr && core_.must_validate(*entry)) {
        auto asking = entry->session->query(validation(), {}, validate_until(deadline));
        if (const auto answered = co_await std::move(asking); !answered) {
            entry.reset();
            core_.count_stale();
        }
    }
    if (entry != nullptr) co_return entry;
    auto opening = open(deadline);
    co_return co_await std::move(opening);
}

asio::awaitable<Result<AsyncPool::Slot>> AsyncPool::Shared::acquire(std::shared_ptr<Shared> self,
                                                                    milliseconds timeout) {
    const bool throws = co_await asio::this_coro::throw_if_cancelled();
    co_await asio::this_coro::throw_if_cancelled(false);
    const auto deadline = Clock::now() + timeout;
    (void)self->core_.take_expired();
    auto claiming = self->claim(deadline);
    auto entry = co_await std::move(claiming);
    if (entry) {
        Place place{*self};
        auto readying = self->ready(std::move(*entry), deadline);
        entry = co_await std::move(readying);
        if (entry) place.keep();
    }
    co_await asio::this_coro::throw_if_cancelled(throws);
    if (!entry) co_return fail(std::move(entry.error()));
    const Core::Entries dropped = self->core_.lend(**entry);
    co_return Slot{self, std::move(*entry)};
}

// ------------------------------------------------------------------------------- giving one back

void AsyncPool::Shared::take_back(Core::EntryPtr entry, bool rolled_back) noexcept {
    AsyncSession& session = *entry->session;
    const bool in_transaction = session.transaction() != TransactionState::none;
    const bool usable =
        session.alive() && !session.busy() && !session.has_own_state() && !in_transaction;
    const Core::Entries dropped =
        core_.take_back(std::move(entry), rolled_back || in_transaction, usable);
    tell_drained();
}

// ----------------------------------------------------------------------------------------- ageing

asio::awaitable<Result<void>> AsyncPool::Shared::refill() {
    const auto deadline = Clock::now() + core_.limits().acquire_timeout;
    while (core_.claim_missing()) {
        Place place{*this};
        auto opening = open(deadline);
        auto opened = co_await std::move(opening);
        if (!opened) co_return fail(std::move(opened.error()));
        place.keep();
        take_back(std::move(*opened), false);
    }
    co_return Result<void>{};
}

asio::awaitable<Result<void>> AsyncPool::Shared::maintain(std::shared_ptr<Shared> self) {
    const std::size_t closed = self->core_.take_expired().size();
    if (closed > 0) log().debug("{} idle sessions closed", closed);
    auto refilling = self->refill();
    co_return co_await std::move(refilling);
}

asio::awaitable<bool> AsyncPool::Shared::close(std::shared_ptr<Shared> self,
                                               milliseconds patience) {
    self->refuse();
    if (self->core_.drained()) co_return true;
    self->drained_.expires_after(patience);
    asio::error_code ended;
    auto waiting = self->drained_.async_wait(asio::redirect_error(asio::use_awaitable, ended));
    co_await std::move(waiting);
    co_return self->core_.drained();
}

// ------------------------------------------------------------------------------------------- slot

AsyncPool::Slot::Slot(std::shared_ptr<Shared> pool,
                      std::unique_ptr<PooledSession<AsyncSession>> entry) noexcept
    : pool_{std::move(pool)}, entry_{std::move(entry)} {}

AsyncPool::Slot::Slot(Slot&& other) noexcept = default;

AsyncPool::Slot& AsyncPool::Slot::operator=(Slot&& other) noexcept {
    if (this != &other) {
        end();
        pool_ = std::move(other.pool_);
        entry_ = std::move(other.entry_);
    }
    return *this;
}

AsyncPool::Slot::~Slot() {
    end();
}

void AsyncPool::Slot::end() noexcept {
    if (entry_ != nullptr) pool_->take_back(std::move(entry_), false);
}

asio::awaitable<void> AsyncPool::Slot::give_back() {
    AsyncSession& session = *entry_->session;
    const bool in_transaction = session.transaction() != TransactionState::none;
    const bool throws = co_await asio::this_coro::throw_if_cancelled();
    co_await asio::this_coro::throw_if_cancelled(false);
    // One that fails has closed the connection, which rolls back too.
    auto rolling_back = session.rollback();
    (void)co_await std::move(rolling_back);
    co_await asio::this_coro::throw_if_cancelled(throws);
    pool_->take_back(std::move(entry_), in_transaction);
}

AsyncSession& AsyncPool::Slot::operator*() const noexcept {
    return *entry_->session;
}

// ------------------------------------------------------------------------------------------- pool

AsyncPool::AsyncPool(std::shared_ptr<Shared> shared) noexcept : shared_{std::move(shared)} {}

AsyncPool::~AsyncPool() {
    shared_->refuse();
}

asio::awaitable<Result<std::unique_ptr<AsyncPool>>> AsyncPool::open(Options options,
                                                                    PoolOptions pool_options) {
    if (auto checked = check_limits(pool_options); !checked) {
        co_return fail(std::move(checked.error()));
    }
    const asio::any_io_executor executor = co_await asio::this_coro::executor;
    std::unique_ptr<AsyncPool> pool{
        new AsyncPool{std::make_shared<Shared>(executor, std::move(options), pool_options)}};
    auto filling = Shared::maintain(pool->shared_);
    if (auto filled = co_await std::move(filling); !filled) {
        co_return fail(std::move(filled.error()));
    }
    co_return pool;
}

asio::awaitable<Result<AsyncPool::Slot>> AsyncPool::acquire() {
    return acquire(shared_->core().limits().acquire_timeout);
}

asio::awaitable<Result<AsyncPool::Slot>> AsyncPool::acquire(milliseconds timeout) {
    return Shared::acquire(shared_, timeout);
}

asio::awaitable<Result<void>> AsyncPool::maintain() {
    return Shared::maintain(shared_);
}

asio::awaitable<bool> AsyncPool::close(milliseconds patience) {
    return Shared::close(shared_, patience);
}

PoolStatistics AsyncPool::statistics() const {
    return shared_->core().statistics();
}

}  // namespace dqlite::client
