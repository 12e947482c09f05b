#include "client/pool.h"

#include <condition_variable>
#include <mutex>
#include <vector>

#include "client/log.h"
#include "client/pool_core.h"

namespace dqlite::client {

/// What slots need after the pool has gone. Sessions are opened, asked, rolled back and closed
/// without the lock: all of that may take a round trip.
class Pool::Shared {
  public:
    using Core = PoolCore<Session>;

    Shared(Options options, const PoolOptions& limits)
        : options_{std::move(options)}, core_{limits} {}

    [[nodiscard]] const PoolOptions& limits() const noexcept { return core_.limits(); }
    [[nodiscard]] Result<Core::EntryPtr> acquire(Clock::time_point deadline);
    void give_back(Core::EntryPtr entry) noexcept;
    void close_expired();
    [[nodiscard]] Result<void> refill();
    bool close(milliseconds patience);
    [[nodiscard]] PoolStatistics statistics() const;

  private:
    class Waiting;
    [[nodiscard]] Result<Core::EntryPtr> claim(Clock::time_point deadline);
    [[nodiscard]] Result<void> make_ready(Core::EntryPtr& entry, Clock::time_point deadline);
    [[nodiscard]] Result<Core::EntryPtr> open(Clock::time_point deadline);
    void release_place();

    const Options options_;
    mutable std::mutex mutex_;
    Core core_;
    std::condition_variable drained_;
};

/// A thread that waits for a session.
class Pool::Shared::Waiting final : public Core::Waiter {
  public:
    Waiting(std::unique_lock<std::mutex>& lock, Core& core) : lock_{lock}, core_{core} {
        core_.enter(*this);
    }
    ~Waiting() override { core_.leave(*this); }
    Waiting(const Waiting&) = delete;
    Waiting& operator=(const Waiting&) = delete;

    void wait_until(Clock::time_point deadline) {
        woken_.wait_until(lock_, deadline, [this] { return done(); });
    }

  private:
    void wake() noexcept override { woken_.notify_one(); }

    std::unique_lock<std::mutex>& lock_;
    Core& core_;
    std::condition_variable woken_;
};

// ------------------------------------------------------------------------------------- taking one

Result<Pool::Shared::Core::EntryPtr> Pool::Shared::claim(Clock::time_point deadline) {
    std::unique_lock lock{mutex_};
    Waiting waiting{lock, core_};
    waiting.wait_until(deadline);
    if (waiting.admitted()) return waiting.take();
    if (waiting.done()) return fail(pool_is_closed());
    core_.count_timeout();
    return fail(all_in_use(limits().max_sessions));
}

Result<Pool::Shared::Core::EntryPtr> Pool::Shared::open(Clock::time_point deadline) {
    auto session = Session::connect(open_until(options_, deadline));
    if (!session) return fail(std::move(session.error()));
    auto entry = std::make_unique<Core::Entry>();
    entry->session = std::move(*session);
    const std::lock_guard lock{mutex_};
    core_.count_opened();
    return entry;
}

Result<void> Pool::Shared::make_ready(Core::EntryPtr& entry, Clock::time_point deadline) {
    if (entry != nullptr && core_.must_validate(*entry) &&
        !entry->session->query(validation(), {}, validate_until(deadline))) {
        entry.reset();
        const std::lock_guard lock{mutex_};
        core_.count_stale();
    }
    if (entry != nullptr) return {};
    auto opened = open(deadline);
    if (!opened) return fail(std::move(opened.error()));
    entry = std::move(*opened);
    return {};
}

Result<Pool::Shared::Core::EntryPtr> Pool::Shared::acquire(Clock::time_point deadline) {
    close_expired();
    auto entry = claim(deadline);
    if (!entry) return entry;
    if (auto ready = make_ready(*entry, deadline); !ready) {
        release_place();
        return fail(std::move(ready.error()));
    }
    Core::Entries dropped;
    const std::lock_guard lock{mutex_};
    dropped = core_.lend(**entry);
    return entry;
}

// ------------------------------------------------------------------------------- giving one back

void Pool::Shared::release_place() {
    const std::lock_guard lock{mutex_};
    core_.release_place();
    drained_.notify_all();
}

void Pool::Shared::give_back(Core::EntryPtr entry) noexcept {
    Session& session = *entry->session;
    const bool in_transaction = session.transaction() != TransactionState::none;
    // A ROLLBACK that fails has closed the connection, which rolls back too.
    if (in_transaction) (void)session.rollback();
    const bool usable = session.alive() && !session.has_own_state();
    Core::Entries dropped;
    const std::lock_guard lock{mutex_};
    dropped = core_.take_back(std::move(entry), in_transaction, usable);
    drained_.notify_all();
}

// ----------------------------------------------------------------------------------------- ageing

void Pool::Shared::close_expired() {
    Core::Entries expired;
    {
        const std::lock_guard lock{mutex_};
        expired = core_.take_expired();
    }
    if (!expired.empty()) log().debug("{} idle sessions closed", expired.size());
}

Result<void> Pool::Shared::refill() {
    const auto deadline = Clock::now() + limits().acquire_timeout;
    const auto missing = [this] {
        const std::lock_guard lock{mutex_};
        return core_.claim_missing();
    };
    while (missing()) {
        auto opened = open(deadline);
        if (!opened) {
            release_place();
            return fail(std::move(opened.error()));
        }
        give_back(std::move(*opened));
    }
    return {};
}

bool Pool::Shared::close(milliseconds patience) {
    Core::Entries closed;
    std::unique_lock lock{mutex_};
    closed = core_.close();
    return drained_.wait_for(lock, patience, [this] { return core_.drained(); });
}

PoolStatistics Pool::Shared::statistics() const {
    const std::lock_guard lock{mutex_};
    return core_.statistics();
}

// ------------------------------------------------------------------------------------------- slot

Pool::Slot::Slot(std::shared_ptr<Shared> pool,
                 std::unique_ptr<PooledSession<Session>> entry) noexcept
    : pool_{std::move(pool)}, entry_{std::move(entry)} {}

Pool::Slot::Slot(Slot&& other) noexcept = default;

Pool::Slot& Pool::Slot::operator=(Slot&& other) noexcept {
    if (this != &other) {
        give_back();
        pool_ = std::move(other.pool_);
        entry_ = std::move(other.entry_);
    }
    return *this;
}

Pool::Slot::~Slot() {
    give_back();
}

void Pool::Slot::give_back() noexcept {
    if (entry_ != nullptr) pool_->give_back(std::move(entry_));
}

Session& Pool::Slot::operator*() const noexcept {
    return *entry_->session;
}

// ------------------------------------------------------------------------------------------- pool

Pool::Pool(std::shared_ptr<Shared> shared) noexcept : shared_{std::move(shared)} {}

Pool::~Pool() {
    (void)shared_->close(milliseconds{0});
}

Result<std::unique_ptr<Pool>> Pool::open(Options options, const PoolOptions& pool_options) {
    if (auto checked = check_limits(pool_options); !checked) {
        return fail(std::move(checked.error()));
    }
    std::unique_ptr<Pool> pool{
        new Pool{std::make_shared<Shared>(std::move(options), pool_options)}};
    if (auto filled = pool->shared_->refill(); !filled) return fail(std::move(filled.error()));
    return pool;
}

Result<Pool::Slot> Pool::acquire() {
    return acquire(shared_->limits().acquire_timeout);
}

Result<Pool::Slot> Pool::acquire(milliseconds timeout) {
    auto entry = shared_->acquire(Clock::now() + timeout);
    if (!entry) return fail(std::move(entry.error()));
    return Slot{shared_, std::move(*entry)};
}

Result<void> Pool::maintain() {
    shared_->close_expired();
    return shared_->refill();
}

bool Pool::close(milliseconds patience) {
    return shared_->close(patience);
}

PoolStatistics Pool::statistics() const {
    return shared_->statistics();
}

}  // namespace dqlite::client
