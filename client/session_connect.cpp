// SessionCore: making, opening and giving up connections.
#include <cerrno>
#include <system_error>
#include <unistd.h>

#include "client/log.h"
#include "client/safety.h"
#include "client/session_core.h"
#include "client/text.h"
#include "client/tls.h"
#include "client/wait.h"

namespace dqlite::client {
namespace {

// Before a wide row can hit a fault of the server's first response buffer, one large answer makes
// it grow for good.
constexpr std::string_view heap_guard_sql = "SELECT zeroblob(5000)";
constexpr std::string_view no_foreign_keys_sql = "PRAGMA foreign_keys=OFF";
constexpr std::string_view read_only_sql = "PRAGMA query_only=1";

/// Positive as a signed number too, and never zero. Not by std::random_device: that asks the
/// processor what it is, which takes a virtual one ten microseconds.
std::uint64_t random_client_id() {
    std::uint64_t bits = 0;
    if (getentropy(&bits, sizeof bits) != 0) {
        throw std::system_error{errno, std::generic_category(), "getentropy"};
    }
    return (bits >> 1U) | 1U;
}

/// What is set behind every OPEN, each a request of its own.
std::vector<std::string_view> session_settings(const Options& options) {
    std::vector<std::string_view> settings{session_guard.begin(), session_guard.end()};
    if (!options.foreign_keys) settings.push_back(no_foreign_keys_sql);
    if (options.read_only) settings.push_back(read_only_sql);
    return settings;
}

}  // namespace

SessionCore::SessionCore(asio::any_io_executor executor, Scope& scope, Options options)
    : executor_{std::move(executor)},
      scope_{scope},
      options_{std::move(options)},
      statements_{options_.statement_cache} {
    limits_.max_body = options_.max_message_size;
}

Result<void> SessionCore::configure() {
    if (auto refused = check_database_name(options_.database)) return fail(std::move(*refused));
    auto book = AddressBook::open(options_);
    if (!book) return fail(std::move(book.error()));
    auto tls = make_tls_context(options_.tls);
    if (!tls) return fail(std::move(tls.error()));
    const Dialling dialling{executor_, std::move(*tls), options_.tls.server_name};
    discovery_.emplace(dialling, std::move(*book), options_);
    return {};
}

Task<Result<void>> SessionCore::connect(Clock::time_point deadline) {
    auto establishing = establish(deadline, false);
    co_return co_await establishing;
}

Task<Result<void>> SessionCore::establish(Clock::time_point deadline, bool patient) {
    Backoff backoff = discovery_backoff();
    std::optional<Error> before;
    // An attempt that the deadline cut off knows less than the one before it.
    const auto telling = [&](Error& last) {
        const bool cut_off = scope_.reason() == ErrorKind::timeout;
        return std::move(cut_off && before ? *before : last);
    };
    while (true) {
        auto finding = discovery_->find_leader(scope_, statistics_, deadline, patient);
        auto found = co_await finding;
        if (!found) co_return fail(telling(found.error()));
        auto opening = open_database(**found);
        auto opened = co_await opening;
        if (opened) {
            connection_ = std::move(*found);
            leader_address_ = connection_->address();
            statements_ = StatementCache{options_.statement_cache};
            traits_ = {};
            counters_ = {};
            log().info("database \"{}\" opened on the leader {}", safe_text(options_.database),
                       leader_address_);
            co_return Result<void>{};
        }
        // The node may have stopped leading since it was asked, or died.
        const Verdict verdict =
            judge_failure(Place::begin, opened.error().code, opened.error().message);
        const bool moved =
            opened.error().kind == ErrorKind::lost ||
            (opened.error().kind == ErrorKind::server && verdict.remedy != Remedy::none);
        const auto pause_for = backoff.next();
        if (!moved || scope_.reason() || Clock::now() + pause_for >= deadline) {
            co_return fail(telling(opened.error()));
        }
        log().debug("{} named itself the leader, but: {}", (*found)->address(),
                    opened.error().message);
        before = std::move(opened.error());
        Pause pause{executor_};
        auto pausing = pause.wait(scope_, pause_for);
        (void)co_await pausing;
    }
}

Result<void> SessionCore::queue_open(Connection& connection) {
    auto queued = connection.queue(wire::Client{random_client_id()});
    if (queued) queued = connection.queue(wire::Open{options_.database, 0, "volatile"});
    if (queued) queued = connection.queue(wire::QuerySql{0, heap_guard_sql, {}});
    if (queued) queued = connection.queue(wire::Cluster{});
    for (const auto setting : session_settings(options_)) {
        if (queued) queued = connection.queue(wire::ExecSql{0, setting, {}});
    }
    return queued;
}

Task<Result<void>> SessionCore::open_database(Connection& connection) {
    if (auto queued = queue_open(connection); !queued) co_return fail(std::move(queued.error()));
    connection.expect_small_answers(true);
    auto flushing = connection.flush();
    if (auto flushed = co_await flushing; !flushed) co_return fail(std::move(flushed.error()));
    auto reading = read_open(connection);
    auto opened = co_await reading;
    connection.expect_small_answers(false);
    co_return opened;
}

Task<Result<void>> SessionCore::read_open(Connection& connection) {
    auto welcoming = connection.answer<wire::Welcome>();
    if (auto welcome = co_await welcoming; !welcome) co_return fail(std::move(welcome.error()));
    auto opening = connection.answer<wire::Db>();
    auto db = co_await opening;
    if (!db) co_return fail(std::move(db.error()));
    // OPEN's id is not known when the requests behind it are written; it has always been 0.
    if (db->id != 0) co_return fail(connection.broken("a first database with an id other than 0"));
    database_ = db->id;
    auto guarding = heap_guard(connection);
    if (auto guarded = co_await guarding; !guarded) co_return fail(std::move(guarded.error()));
    auto listing = connection.receive();
    auto frame = co_await listing;
    if (!frame) co_return fail(std::move(frame.error()));
    if (auto servers = connection.read_answer<wire::Servers>(*frame)) {
        discovery_->learn(*servers);
    } else if (!connection.is_open()) {
        co_return fail(std::move(servers.error()));
    }
    for (std::size_t i = session_settings(options_).size(); i > 0; --i) {
        auto setting = connection.answer<wire::Result>();
        if (auto set = co_await setting; !set) co_return fail(std::move(set.error()));
    }
    co_return Result<void>{};
}

Task<Result<void>> SessionCore::heap_guard(Connection& connection) {
    wire::RowsCursor cursor;
    do {
        auto receiving = connection.receive();
        auto frame = co_await receiving;
        if (!frame) co_return fail(std::move(frame.error()));
        if (frame->is(wire::ResponseType::failure)) {
            co_return fail(connection.read_failure(*frame));
        }
        if (const auto error = cursor.open(*frame, limits_); error != wire::Errc::ok) {
            co_return fail(connection.broken(wire::message(error)));
        }
    } while (!cursor.ends_result());
    co_return Result<void>{};
}

void SessionCore::drop_connection() noexcept {
    if (connection_ != nullptr) connection_->close();
    note_broken_connection();
}

void SessionCore::abandon() noexcept {
    if (connection_ != nullptr) connection_->close();
    streaming_ = false;
}

// The object stays until the next one: a row stream's last frame lies in its buffer.
void SessionCore::note_broken_connection() noexcept {
    streaming_ = false;
    transaction_ = TransactionState::none;
    session_state_lost_ = session_state_lost_ || made_session_state_;
    row_state_lost_ = row_state_lost_ || wrote_;
    made_session_state_ = false;
    wrote_ = false;
}

Task<Result<void>> SessionCore::ensure_connected(Clock::time_point deadline) {
    if (connection_ != nullptr && !connection_->stale()) co_return Result<void>{};
    const bool told_of_transaction = transaction_ == TransactionState::none;
    drop_connection();
    if (!told_of_transaction) {
        co_return fail({.kind = ErrorKind::transaction_lost,
                        .message = "the connection was lost inside a transaction",
                        .address = leader_address_,
                        .outcome = Outcome::rolled_back});
    }
    const std::string before = leader_address_;
    const auto begun = Clock::now();
    auto establishing = establish(deadline, true);
    auto established = co_await establishing;
    if (!established) co_return fail(std::move(established.error()));
    ++generation_;
    ++statistics_.reconnects;
    log().info("the session moved from {} to {} in {} ms", before, leader_address_,
               std::chrono::duration_cast<milliseconds>(Clock::now() - begun).count());
    co_return Result<void>{};
}

Task<Result<ServerTraits>> SessionCore::traits() {
    if (traits_.server_class != ServerClass::unknown) co_return traits_;
    const auto deadline = Clock::now() + options_.failover_timeout;
    if (transaction_ == TransactionState::none) {
        auto connecting = ensure_connected(deadline);
        if (auto connected = co_await connecting; !connected) {
            co_return fail(std::move(connected.error()));
        }
        auto probing = probe(*connection_, statements_.lowest_free());
        co_return co_await probing;
    }
    // A probe is a statement that fails: an open transaction is no place for it.
    auto connecting = discovery_->connect_to(leader_address_, scope_, statistics_);
    auto other = co_await connecting;
    if (!other) co_return fail(std::move(other.error()));
    auto opening = open_database(**other);
    if (auto opened = co_await opening; !opened) co_return fail(std::move(opened.error()));
    auto probing = probe(**other, 0);
    co_return co_await probing;
}

Task<Result<void>> SessionCore::finalize(Connection& connection, std::uint32_t id) {
    auto queued = connection.queue(wire::Finalize{database_, id});
    if (!queued) co_return queued;
    auto flushing = connection.flush();
    if (auto flushed = co_await flushing; !flushed) co_return flushed;
    auto finalizing = connection.answer<wire::Empty>();
    if (auto finalized = co_await finalizing; !finalized) {
        co_return fail(std::move(finalized.error()));
    }
    co_return Result<void>{};
}

// EXEC of a SELECT fails with SQLITE_ROW where RETURNING is not safe, and PREPARE of schema 1 is
// answered with schema 0 where it is not known.
Task<Result<ServerTraits>> SessionCore::probe(Connection& connection, std::uint32_t next_id) {
    auto queued = connection.queue(wire::ExecSql{database_, "SELECT 1", {}});
    if (queued) queued = connection.queue(wire::Prepare{database_, "SELECT 1", 1});
    if (queued) queued = connection.queue(wire::QuerySql{database_, "SELECT sqlite_version()", {}});
    if (!queued) co_return fail(std::move(queued.error()));
    connection.expect_small_answers(true);
    auto flushing = connection.flush();
    if (auto flushed = co_await flushing; !flushed) co_return fail(std::move(flushed.error()));

    auto executing = connection.answer<wire::Result>();
    const auto executed = co_await executing;
    auto preparing = connection.answer<wire::Stmt>();
    const auto prepared = co_await preparing;
    if (!prepared) co_return fail(prepared.error());
    if (prepared->id != next_id) co_return fail(connection.broken("an unexpected statement id"));
    auto receiving = connection.receive();
    const auto frame = co_await receiving;
    if (!frame) co_return fail(frame.error());
    if (frame->is(wire::ResponseType::failure)) co_return fail(connection.read_failure(*frame));
    connection.expect_small_answers(false);

    wire::RowsCursor cursor;
    wire::Value version;
    if (cursor.open(*frame, limits_) != wire::Errc::ok || cursor.column_count() != 1 ||
        cursor.next({&version, 1}) != wire::RowsCursor::Step::row) {
        co_return fail(connection.broken("no answer to SELECT sqlite_version()"));
    }
    ServerTraits traits;
    traits.sqlite_version = std::string{version.as_bytes()};
    // Not written ahead: to finalize an id that does not exist may crash a server.
    auto releasing = finalize(connection, next_id);
    if (const auto released = co_await releasing; !released) co_return fail(released.error());
    if (!prepared->has_tail) {
        traits.server_class = ServerClass::v1_11;
    } else if (!executed && executed.error().code == 1) {
        traits.server_class = ServerClass::v1_18_3;
    } else {
        traits.server_class = ServerClass::v1_15;
    }
    traits_ = traits;
    co_return traits;
}

}  // namespace dqlite::client
