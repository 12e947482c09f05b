#include "client/pool.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "client/log.h"

namespace dqlite::client {
namespace {

// An answer that takes longer is worth less than a new session.
constexpr milliseconds longest_validation{1000};

bool passed(milliseconds limit, Clock::time_point since) {
    return limit.count() > 0 && Clock::now() - since >= limit;
}

milliseconds left_until(Clock::time_point deadline) {
    const auto left = std::chrono::duration_cast<milliseconds>(deadline - Clock::now());
    return std::max(left, milliseconds{1});
}

}  // namespace

struct Pool::Entry {
    std::unique_ptr<Session> session;
    Clock::time_point opened = Clock::now();
    Clock::time_point used = opened;
    std::uint64_t generation = 0;  ///< of the session, when it was last looked at
    std::uint64_t epoch = 0;       ///< of the pool, when the session last found its leader
};

/// What slots need after the pool has gone. Sessions are opened, asked, rolled back and closed
/// without the lock: all of that may take a round trip.
class Pool::Shared {
  public:
    using Entries = std::vector<std::unique_ptr<Entry>>;

    Shared(Options options, const PoolOptions& limits)
        : options_{std::move(options)}, limits_{limits} {}

    [[nodiscard]] const PoolOptions& limits() const noexcept { return limits_; }
    [[nodiscard]] Result<std::unique_ptr<Entry>> acquire(Clock::time_point deadline);
    void give_back(std::unique_ptr<Entry> entry) noexcept;
    void maintain();
    bool close(milliseconds patience);
    [[nodiscard]] PoolStatistics statistics() const;

  private:
    struct Claim {
        std::unique_ptr<Entry> entry;  ///< nothing: a new session may be opened
    };
    [[nodiscard]] Result<Claim> claim(Clock::time_point deadline);
    [[nodiscard]] Result<void> make_ready(std::unique_ptr<Entry>& entry,
                                          Clock::time_point deadline);
    [[nodiscard]] Result<std::unique_ptr<Entry>> open(Clock::time_point deadline);
    [[nodiscard]] bool still_answers(Entry& entry, Clock::time_point deadline) const;
    void note_leader(Entry& entry, Entries& dropped);
    void release_place();
    [[nodiscard]] bool is_stale(const Entry& entry) const;
    [[nodiscard]] Entries take_expired();

    const Options options_;
    const PoolOptions limits_;
    mutable std::mutex mutex_;
    std::condition_variable freed_;
    std::deque<std::unique_ptr<Entry>> idle_;  // the last one used is at the back
    PoolStatistics statistics_;
    std::string leader_;
    std::uint64_t epoch_ = 0;  // grows with each change of the leader
    bool closed_ = false;
};

// ------------------------------------------------------------------------------------- taking one

Result<Pool::Shared::Claim> Pool::Shared::claim(Clock::time_point deadline) {
    std::unique_lock lock{mutex_};
    ++statistics_.waiting;
    const bool free = freed_.wait_until(lock, deadline, [this] {
        return closed_ || !idle_.empty() || statistics_.in_use < limits_.max_sessions;
    });
    --statistics_.waiting;
    if (closed_) return fail({.kind = ErrorKind::invalid, .message = "the pool is closed"});
    if (!free) {
        ++statistics_.timeouts;
        return fail({.kind = ErrorKind::timeout,
                     .message = fmt::format("all {} sessions of the pool are in use",
                                            limits_.max_sessions)});
    }
    ++statistics_.in_use;
    Claim claim;
    if (!idle_.empty()) {
        claim.entry = std::move(idle_.back());
        idle_.pop_back();
    }
    return claim;
}

Result<std::unique_ptr<Pool::Entry>> Pool::Shared::open(Clock::time_point deadline) {
    Options options = options_;
    const milliseconds left = left_until(deadline);
    const bool unlimited = options.login_timeout.count() == 0;
    options.login_timeout = unlimited ? left : std::min(options.login_timeout, left);
    auto session = Session::connect(std::move(options));
    if (!session) return fail(std::move(session.error()));
    auto entry = std::make_unique<Entry>();
    entry->session = std::move(*session);
    return entry;
}

// A statement finds a new leader by itself; what counts is that it ends in time.
bool Pool::Shared::still_answers(Entry& entry, Clock::time_point deadline) const {
    static const Result<Statement> question = parse_one_statement("SELECT 1");
    if (!question) return false;
    const Call call{.timeout = std::min(left_until(deadline), longest_validation)};
    auto rows = entry.session->query(*question, {}, call);
    return rows.has_value();
}

Result<void> Pool::Shared::make_ready(std::unique_ptr<Entry>& entry, Clock::time_point deadline) {
    if (entry != nullptr && passed(limits_.validate_after, entry->used) &&
        !still_answers(*entry, deadline)) {
        const std::lock_guard lock{mutex_};
        ++statistics_.stale;
        entry.reset();
    }
    if (entry == nullptr) {
        auto opened = open(deadline);
        if (!opened) return fail(std::move(opened.error()));
        entry = std::move(*opened);
        const std::lock_guard lock{mutex_};
        ++statistics_.opened;
    }
    return {};
}

Result<std::unique_ptr<Pool::Entry>> Pool::Shared::acquire(Clock::time_point deadline) {
    maintain();
    auto claimed = claim(deadline);
    if (!claimed) return fail(std::move(claimed.error()));
    std::unique_ptr<Entry> entry = std::move(claimed->entry);
    if (auto ready = make_ready(entry, deadline); !ready) {
        release_place();
        return fail(std::move(ready.error()));
    }
    Entries dropped;
    const std::lock_guard lock{mutex_};
    note_leader(*entry, dropped);
    ++statistics_.acquired;
    return entry;
}

// ------------------------------------------------------------------------------- giving one back

void Pool::Shared::release_place() {
    {
        const std::lock_guard lock{mutex_};
        --statistics_.in_use;
    }
    // Both a thread that waits for a session and one that waits for the last may be meant.
    freed_.notify_all();
}

// A session that has connected anew knows the leader best: idle ones that lead elsewhere are of
// no use.
void Pool::Shared::note_leader(Entry& entry, Entries& dropped) {
    const bool fresh = entry.epoch == 0 || entry.generation != entry.session->generation();
    if (!fresh) return;
    entry.generation = entry.session->generation();
    if (epoch_ == 0 || leader_ != entry.session->leader_address()) {
        leader_ = entry.session->leader_address();
        ++epoch_;
        const auto old = std::stable_partition(
            idle_.begin(), idle_.end(), [this](const auto& idle) { return !is_stale(*idle); });
        statistics_.stale += static_cast<std::uint64_t>(idle_.end() - old);
        std::move(old, idle_.end(), std::back_inserter(dropped));
        idle_.erase(old, idle_.end());
    }
    entry.epoch = epoch_;
}

bool Pool::Shared::is_stale(const Entry& entry) const {
    return entry.epoch != epoch_ && entry.session->leader_address() != leader_;
}

void Pool::Shared::give_back(std::unique_ptr<Entry> entry) noexcept {
    const bool in_transaction = entry->session->transaction() != TransactionState::none;
    // A ROLLBACK that fails has closed the connection, which rolls back too.
    if (in_transaction) (void)entry->session->rollback();
    const bool usable = entry->session->alive() && !entry->session->has_own_state();
    entry->used = Clock::now();
    Entries dropped;
    {
        const std::lock_guard lock{mutex_};
        statistics_.rolled_back += in_transaction ? 1 : 0;
        note_leader(*entry, dropped);
        if (!usable || is_stale(*entry)) {
            ++statistics_.stale;
        } else if (passed(limits_.max_lifetime, entry->opened)) {
            ++statistics_.expired;
        } else if (!closed_) {
            idle_.push_back(std::move(entry));
        }
    }
    entry.reset();
    release_place();
}

// ----------------------------------------------------------------------------------------- ageing

Pool::Shared::Entries Pool::Shared::take_expired() {
    Entries expired;
    const std::lock_guard lock{mutex_};
    for (auto at = idle_.begin(); at != idle_.end();) {
        const bool spare = idle_.size() + statistics_.in_use > limits_.min_sessions;
        const bool over = passed(limits_.max_lifetime, (*at)->opened) ||
                          (spare && passed(limits_.idle_timeout, (*at)->used));
        if (!over) {
            ++at;
            continue;
        }
        expired.push_back(std::move(*at));
        at = idle_.erase(at);
    }
    statistics_.expired += expired.size();
    return expired;
}

void Pool::Shared::maintain() {
    const Entries closed_here = take_expired();
    if (!closed_here.empty()) log().debug("{} idle sessions closed", closed_here.size());
}

bool Pool::Shared::close(milliseconds patience) {
    std::deque<std::unique_ptr<Entry>> closed_here;
    std::unique_lock lock{mutex_};
    closed_ = true;
    closed_here.swap(idle_);
    freed_.notify_all();
    return freed_.wait_for(lock, patience, [this] { return statistics_.in_use == 0; });
}

PoolStatistics Pool::Shared::statistics() const {
    const std::lock_guard lock{mutex_};
    PoolStatistics statistics = statistics_;
    statistics.idle = idle_.size();
    return statistics;
}

// ------------------------------------------------------------------------------------------- slot

Pool::Slot::Slot(std::shared_ptr<Shared> pool, std::unique_ptr<Entry> entry) noexcept
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
    if (pool_options.max_sessions == 0 || pool_options.min_sessions > pool_options.max_sessions) {
        return fail({.kind = ErrorKind::invalid,
                     .message = "a pool needs a maximum of at least one session, and no less than "
                                "its minimum"});
    }
    std::unique_ptr<Pool> pool{
        new Pool{std::make_shared<Shared>(std::move(options), pool_options)}};
    std::vector<Slot> opened;
    for (std::size_t i = 0; i < pool_options.min_sessions; ++i) {
        auto slot = pool->acquire();
        if (!slot) return fail(std::move(slot.error()));
        opened.push_back(std::move(*slot));
    }
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

void Pool::maintain() {
    shared_->maintain();
}

bool Pool::close(milliseconds patience) {
    return shared_->close(patience);
}

PoolStatistics Pool::statistics() const {
    return shared_->statistics();
}

}  // namespace dqlite::client
