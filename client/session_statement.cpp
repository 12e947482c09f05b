// SessionCore: statements, one at a time, and what becomes of those that fail.
#include <fmt/format.h>

#include "client/log.h"
#include "client/session_core.h"
#include "client/wait.h"

namespace dqlite::client {
namespace {

// A read that ends its connection again and again may be what kills the nodes.
constexpr int most_lost_reads = 2;

bool is_local(ErrorKind kind) {
    return kind == ErrorKind::invalid || kind == ErrorKind::refused || kind == ErrorKind::limit ||
           kind == ErrorKind::session_lost || kind == ErrorKind::transaction_lost;
}

std::string_view begin_sql(BeginMode mode) {
    return mode == BeginMode::immediate ? "BEGIN IMMEDIATE" : "BEGIN";
}

BeginMode resolved(BeginMode mode, const Statement& statement) {
    if (mode != BeginMode::automatic) return mode;
    return statement.writes ? BeginMode::immediate : BeginMode::deferred;
}

}  // namespace

/// The budgets of one call.
struct SessionCore::Retries {
    explicit Retries(const Options& options)
        : busy_until{Clock::now() + options.busy_timeout},
          failover_until{Clock::now() + options.failover_timeout} {}

    Clock::time_point busy_until;
    Clock::time_point failover_until;
    Backoff busy = busy_backoff();
    Backoff failover = discovery_backoff();
    int lost = 0;
};

Result<void> SessionCore::check_session_state(const Statement& statement) {
    const bool lost_objects = std::exchange(session_state_lost_, false);
    const bool lost_row_state = statement.needs_session_state && row_state_lost_;
    if (lost_row_state) row_state_lost_ = false;
    if (!lost_objects && !lost_row_state) return {};
    return fail({.kind = ErrorKind::session_lost,
                 .message = "the session moved to a new connection, and what belonged to the old "
                            "one (temporary objects, PRAGMA settings, last_insert_rowid()) is gone",
                 .address = leader_address_});
}

Result<void> SessionCore::take_lost_notice() {
    if (!std::exchange(transaction_lost_unsaid_, false)) return {};
    return fail({.kind = ErrorKind::transaction_lost,
                 .message = "the transaction was lost with its connection",
                 .address = leader_address_,
                 .outcome = Outcome::rolled_back});
}

bool SessionCore::is_ready(const Statement& statement, const Call& call) noexcept {
    if (transaction_lost_unsaid_ || session_state_lost_) return false;
    if (statement.needs_session_state && row_state_lost_) return false;
    if (proves() && !proof_.has_row() && begins_transaction(statement, call)) return false;
    return connection_ != nullptr && !connection_->stale();
}

Task<Result<void>> SessionCore::make_ready(const Statement& statement, const Call& call,
                                           Retries& retries) {
    if (auto notice = take_lost_notice(); !notice) co_return notice;
    auto connecting = ensure_connected(retries.failover_until);
    if (auto connected = co_await connecting; !connected) co_return connected;
    if (proves() && !proof_.has_row() && begins_transaction(statement, call)) {
        auto making = ensure_proof_row(retries.failover_until);
        if (auto made = co_await making; !made) co_return made;
    }
    co_return check_session_state(statement);
}

Task<Result<void>> SessionCore::admit_alone(const Statement& statement, std::size_t parameters) {
    Retries retries{options_};
    const Call call;
    auto preparing = make_ready(statement, call, retries);
    if (auto is_ready = co_await preparing; !is_ready) co_return is_ready;
    auto admitting = admit_statement(statement, parameters);
    co_return co_await admitting;
}

std::optional<Result<void>> SessionCore::admit_at_once(const Statement& statement,
                                                       std::size_t parameters, const Call& call,
                                                       bool ahead) {
    if (!is_ready(statement, call) || needs_traits(statement, parameters) ||
        begins_before(statement, call, ahead)) {
        return std::nullopt;
    }
    return check_admission(statement, parameters);
}

Task<Result<void>> SessionCore::admit_later(const Statement& statement, std::size_t parameters,
                                            const Call& call, bool ahead, Retries& retries) {
    auto preparing = make_ready(statement, call, retries);
    if (auto is_ready = co_await preparing; !is_ready) co_return is_ready;
    auto admitting = admit_statement(statement, parameters);
    if (auto admitted = co_await admitting; !admitted) co_return admitted;
    if (!begins_before(statement, call, ahead)) co_return Result<void>{};
    auto beginning = begin_before(statement, call);
    co_return co_await beginning;
}

bool SessionCore::needs_traits(const Statement& statement, std::size_t parameters) const noexcept {
    return traits_.server_class == ServerClass::unknown &&
           (parameters > wire::max_parameters_schema0 || needs_server_class(statement));
}

Task<Result<void>> SessionCore::admit_statement(const Statement& statement,
                                                std::size_t parameters) {
    if (parameters == statement.parameters && needs_traits(statement, parameters)) {
        auto asking = traits();
        if (auto known = co_await asking; !known) co_return fail(std::move(known.error()));
    }
    co_return check_admission(statement, parameters);
}

Error SessionCore::wrong_parameter_count(const Statement& statement, std::size_t given) {
    return {.kind = ErrorKind::invalid,
            .message = fmt::format("the statement has {} parameters, {} are given",
                                   statement.parameters, given)};
}

Result<void> SessionCore::check_admission(const Statement& statement,
                                          std::size_t parameters) const {
    if (parameters != statement.parameters) {
        return fail(wrong_parameter_count(statement, parameters));
    }
    if (auto refused = check_statement(statement, traits_)) return fail(std::move(*refused));
    if (parameters > wire::max_parameters_schema0 && !traits_.has_parameters_schema1()) {
        return fail({.kind = ErrorKind::refused,
                     .message = fmt::format("this server takes at most {} parameters, the "
                                            "statement has {}",
                                            wire::max_parameters_schema0, parameters)});
    }
    return {};
}

Place SessionCore::place_of(const Statement& statement) const noexcept {
    if (transaction_ == TransactionState::open) return Place::in_transaction;
    if (statement.effect == TransactionEffect::begins) return Place::begin;
    const bool only_reads = statement.returns_rows && !statement.writes;
    if (only_reads) {
        return transaction_ == TransactionState::none ? Place::read : Place::in_transaction;
    }
    return Place::autocommit_write;
}

bool SessionCore::begins_with(const Statement& statement, const Call& call) const noexcept {
    return call.begin && transaction_ == TransactionState::none && statement.in_transaction_ok &&
           statement.effect == TransactionEffect::none;
}

// A read may be written behind its BEGIN; a write never: BEGIN may fail, and the write would then
// be its own transaction.
bool SessionCore::begins_before(const Statement& statement, const Call& call,
                                bool ahead) const noexcept {
    return begins_around(statement) || (!ahead && begins_with(statement, call));
}

Task<Result<void>> SessionCore::begin_before(const Statement& statement, const Call& call) {
    const bool around = begins_around(statement);
    auto beginning = begin(around ? BeginMode::immediate : resolved(*call.begin, statement));
    auto begun = co_await beginning;
    if (begun) savepoints_.begun(around);
    co_return begun;
}

SessionCore::Settled SessionCore::settle_loss(Place place, Error error) {
    const bool sent = connection_ != nullptr && connection_->sent();
    error.outcome = judge_loss(place, sent);
    const bool quiet = error.kind == ErrorKind::lost || error.kind == ErrorKind::protocol;
    if (error.outcome == Outcome::rolled_back && quiet) {
        error.kind = ErrorKind::transaction_lost;
        error.message = "the connection was lost inside a transaction: " + error.message;
    }
    if (error.outcome == Outcome::rolled_back && error.kind == ErrorKind::cancelled &&
        place == Place::in_transaction) {
        // The call says that it was cancelled; the next, that the transaction went with it.
        transaction_lost_unsaid_ = true;
        error.outcome = Outcome::not_applied;
    }
    log().warn("connection to {} lost: {}", leader_address_, error.message);
    const Remedy remedy = error.kind == ErrorKind::lost ? Remedy::reconnect : Remedy::none;
    drop_connection();
    return {std::move(error), remedy};
}

Task<SessionCore::Settled> SessionCore::settle_failure(Place place, Error error) {
    const Verdict verdict = judge_failure(place, error.code, error.message);
    error.kind = verdict.kind;
    error.outcome = verdict.outcome;
    if (verdict.remedy == Remedy::reconnect) {
        drop_connection();
    } else if (transaction_ == TransactionState::open && proof_.alone() &&
               verdict.remedy != Remedy::wait) {
        // Nothing else is in the transaction: it goes, and the failure is the statement's alone.
        auto rolling_back = confirm_rollback();
        (void)co_await rolling_back;
        error.outcome = Outcome::not_applied;
    } else if (transaction_ != TransactionState::none && verdict.remedy != Remedy::wait) {
        auto verifying = after_failure_in_transaction(std::move(error));
        error = co_await verifying;
    }
    co_return Settled{std::move(error), verdict.remedy};
}

Task<SessionCore::Settled> SessionCore::settle(Place place, Error error) {
    if (is_local(error.kind)) co_return Settled{std::move(error)};
    if (error.kind != ErrorKind::server) co_return settle_loss(place, std::move(error));
    auto settling = settle_failure(place, std::move(error));
    co_return co_await settling;
}

Task<bool> SessionCore::try_again(const Error& error, Remedy remedy, Retries& retries) {
    if (remedy == Remedy::none || error.outcome != Outcome::not_applied) co_return false;
    Clock::duration pause_for{0};
    Clock::time_point until;
    if (remedy == Remedy::wait) {
        pause_for = retries.busy.next();
        until = retries.busy_until;
    } else if (error.kind == ErrorKind::lost) {
        if (++retries.lost > most_lost_reads) co_return false;
        until = retries.failover_until;
    } else {
        pause_for = retries.failover.next();
        until = retries.failover_until;
    }
    if (scope_.reason() || Clock::now() + pause_for >= until) co_return false;
    ++statistics_.retries;
    log().debug("trying again after: {}", error.message);
    if (pause_for == Clock::duration::zero()) co_return true;
    Pause pause{executor_};
    auto pausing = pause.wait(scope_, pause_for);
    co_return co_await pausing;
}

void SessionCore::note_success(const Statement& statement) {
    switch (statement.effect) {
        case TransactionEffect::begins:
            transaction_ = TransactionState::open;
            proof_.begun(false);
            savepoints_.begun(false);
            break;
        case TransactionEffect::ends:
            transaction_ = TransactionState::none;
            break;
        case TransactionEffect::savepoint:
            if (transaction_ == TransactionState::none) {
                transaction_ = TransactionState::maybe_open;
            }
            savepoints_.note(statement);
            break;
        case TransactionEffect::none:
            break;
    }
    if (statement.makes_session_state) made_session_state_ = true;
    if (statement.writes) {
        wrote_ = true;
        row_state_lost_ = false;
    }
}

/// What becomes of a statement that failed: the error to tell, or nothing where it is to run again.
Task<std::optional<Error>> SessionCore::after_failure(Place place, Error error, Retries& retries) {
    auto settling = settle(place, std::move(error));
    Settled settled = co_await settling;
    auto retrying = try_again(settled.error, settled.remedy, retries);
    if (co_await retrying) co_return std::nullopt;
    co_return std::move(settled.error);
}

Task<Result<Execution>> SessionCore::execute(const Statement& statement,
                                             wire::Parameters parameters, const Call& call) {
    const bool ends = statement.effect == TransactionEffect::ends;
    if (ends && transaction_ != TransactionState::none) return execute_end(statement);
    return execute_patiently(statement, parameters, call);
}

Task<Result<Execution>> SessionCore::execute_end(const Statement& statement) {
    auto ending = end_transaction(statement.sql, statement.verb != Verb::rollback);
    if (auto ended = co_await ending; !ended) co_return fail(std::move(ended.error()));
    co_return Execution{};
}

Task<Result<Execution>> SessionCore::execute_patiently(const Statement& statement,
                                                       wire::Parameters parameters,
                                                       const Call& call) {
    Retries retries{options_};
    while (true) {
        auto admitting = admit(statement, parameters.size(), call, false, retries);
        if (auto admitted = co_await admitting; !admitted) {
            co_return fail(std::move(admitted.error()));
        }
        const Place place = place_of(statement);
        auto running = run_execute(statement, parameters, call.prepared);
        auto result = co_await running;
        if (result) {
            note_success(statement);
            if (!ends_around(statement)) co_return result;
            auto ending = commit();
            if (auto ended = co_await ending; !ended) co_return fail(std::move(ended.error()));
            co_return result;
        }
        auto failing = after_failure(place, std::move(result.error()), retries);
        auto error = co_await failing;
        if (!error) continue;
        auto undoing = roll_back_around();
        co_await undoing;
        co_return fail(std::move(*error));
    }
}

Task<Result<wire::Frame>> SessionCore::query(const Statement& statement,
                                             wire::Parameters parameters, const Call& call) {
    // SQLite never halts an EXPLAIN by itself, and a server keeps a prepared statement as it is: of
    // a write, it would keep all later ones of the connection from being committed.
    const bool prepared = call.prepared && statement.verb != Verb::explain;
    Retries retries{options_};
    while (true) {
        auto admitting = admit(statement, parameters.size(), call, !statement.writes, retries);
        if (auto admitted = co_await admitting; !admitted) {
            co_return fail(std::move(admitted.error()));
        }
        std::string_view begin_ahead;
        if (begins_with(statement, call)) begin_ahead = begin_sql(resolved(*call.begin, statement));
        streaming_place_ = place_of(statement);
        auto running = run_query(statement, parameters, prepared, begin_ahead);
        auto frame = co_await running;
        if (frame) {
            note_success(statement);
            co_return frame;
        }
        streaming_ = false;
        auto failing = after_failure(place_of(statement), std::move(frame.error()), retries);
        if (auto error = co_await failing) co_return fail(std::move(*error));
    }
}

}  // namespace dqlite::client
