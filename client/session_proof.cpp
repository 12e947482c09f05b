// SessionCore: proof of commit. What is written here for the session's own use goes around the
// application: its counters of changed rows do not show it, and no failure of it is told as one of
// the application's statement unless there is no way on.
#include <array>

#include <fmt/format.h>

#include "client/log.h"
#include "client/session_core.h"
#include "client/wait.h"
#include "wire/rows.h"

namespace dqlite::client {
namespace {

constexpr std::string_view counters_sql = "SELECT changes(), total_changes()";

bool is_of_server(const Error& error) {
    return error.kind == ErrorKind::server;
}

Error row_is_gone(const std::string& address) {
    return {.kind = ErrorKind::transaction_lost,
            .message = fmt::format("the session's row in {} is gone: the transaction was rolled "
                                   "back, the next one gets a new row",
                                   proof_table),
            .address = address,
            .outcome = Outcome::rolled_back};
}

}  // namespace

bool SessionCore::writes_alone(const Statement& statement, const Call& call) const noexcept {
    return proves() && transaction_ == TransactionState::none && !call.begin && statement.writes &&
           statement.in_transaction_ok && statement.effect == TransactionEffect::none;
}

bool SessionCore::begins_transaction(const Statement& statement, const Call& call) const noexcept {
    return transaction_ == TransactionState::none &&
           (statement.effect == TransactionEffect::begins || begins_with(statement, call) ||
            begins_around(statement) || writes_alone(statement, call));
}

// ------------------------------------------------------- transactions that begin with a SAVEPOINT

// Its RELEASE would be a COMMIT, and its ROLLBACK TO would take a token along: so a BEGIN and the
// token go around it, and the session commits when the application has released it.
bool SessionCore::begins_around(const Statement& statement) const noexcept {
    return proves() && transaction_ == TransactionState::none && statement.verb == Verb::savepoint;
}

bool SessionCore::ends_around(const Statement& statement) const noexcept {
    return statement.verb == Verb::release && transaction_ == TransactionState::open &&
           savepoints_.all_released();
}

Task<void> SessionCore::roll_back_around() {
    if (transaction_ != TransactionState::open || !savepoints_.all_released()) co_return;
    auto rolling_back = rollback();
    (void)co_await rolling_back;
}

// --------------------------------------------------------------------- writes of autocommit mode

// The lock is taken at once: a transaction that has a token is never an outdated reader.
Task<Result<void>> SessionCore::begin_alone() {
    auto beginning = begin(BeginMode::immediate);
    if (auto begun = co_await beginning; !begun) co_return begun;
    proof_.begun(true);
    auto writing = write_token();
    auto written = co_await writing;
    if (written) co_return written;
    auto settling = settle(Place::in_transaction, std::move(written.error()));
    Settled settled = co_await settling;
    co_return fail(std::move(settled.error));
}

// ------------------------------------------------------------------------------------- the token

// Before a savepoint too: rolling back to it must not take the token along.
bool SessionCore::needs_token(const Statement& statement) const noexcept {
    return proves() && transaction_ == TransactionState::open && !proof_.has_token() &&
           (statement.writes || statement.verb == Verb::savepoint);
}

// Nothing of the transaction is sent before this is answered: behind a token that failed it might
// run outside of any.
Task<Result<void>> SessionCore::write_token() {
    const std::string sql = proof_.token_sql();
    auto writing = write_hidden(sql);
    auto rows = co_await writing;
    if (rows && *rows == 1) {
        proof_.token_written();
        co_return Result<void>{};
    }
    const bool no_table = !rows && is_of_server(rows.error()) && (rows.error().code & 0xFFU) == 1;
    if (!rows && !no_table) co_return fail(std::move(rows.error()));
    proof_.renew();
    auto rolling_back = confirm_rollback();
    (void)co_await rolling_back;
    co_return fail(row_is_gone(leader_address_));
}

// --------------------------------------------------------------------------------------- the row

Task<Result<void>> SessionCore::ensure_proof_row(Clock::time_point until) {
    proof_.renew();
    Backoff backoff = discovery_backoff();
    while (true) {
        auto making = make_proof_row(until);
        auto made = co_await making;
        if (made) {
            proof_.row_made();
            co_return made;
        }
        auto waiting = repeat_aside(made.error(), backoff, until);
        if (!co_await waiting) {
            made.error().outcome = Outcome::not_applied;
            made.error().message = "no proof of commit can be kept: " + made.error().message;
            co_return made;
        }
    }
}

// Each of these may be repeated without harm.
Task<Result<void>> SessionCore::make_proof_row(Clock::time_point until) {
    auto connecting = ensure_connected(until);
    if (auto connected = co_await connecting; !connected) co_return connected;
    const std::array statements{CommitProof::create_sql(), proof_.insert_sql()};
    for (const std::string& sql : statements) {
        auto writing = write_aside(sql);
        if (auto written = co_await writing; !written) co_return fail(std::move(written.error()));
    }
    const std::string sweep = proof_.sweep_sql();
    auto sweeping = write_aside(sweep);
    if (const auto swept = co_await sweeping; !swept) {
        log().debug("old rows of {} are left to others: {}", proof_table, swept.error().message);
        if (connection_->stale()) co_return fail(swept.error());
    }
    co_return Result<void>{};
}

// ------------------------------------------------------------------------------------- the proof

Task<CommitProof::Verdict> SessionCore::prove_commit(Clock::time_point until) {
    ++statistics_.commits_in_doubt;
    const std::string name = proof_.name();
    Backoff backoff = discovery_backoff();
    auto verdict = CommitProof::Verdict::unknown;
    while (true) {
        auto looking = look_for_proof(until);
        const auto found = co_await looking;
        if (found) {
            verdict = *found;
            break;
        }
        auto waiting = repeat_aside(found.error(), backoff, until);
        if (!co_await waiting) {
            log().warn("commit {}: no proof found: {}", name, found.error().message);
            break;
        }
    }
    proof_.settle(verdict);
    switch (verdict) {
        case CommitProof::Verdict::committed:
            ++statistics_.proved_committed;
            log().info("commit {} was in doubt: it is committed", name);
            break;
        case CommitProof::Verdict::not_committed:
            ++statistics_.proved_not_committed;
            log().info("commit {} was in doubt: it is not committed and never will be", name);
            break;
        case CommitProof::Verdict::unknown:
            ++statistics_.left_unknown;
            log().warn("commit {} stays in doubt", name);
            break;
    }
    co_return verdict;
}

Task<Result<CommitProof::Verdict>> SessionCore::look_for_proof(Clock::time_point until) {
    auto connecting = ensure_connected(until);
    if (auto connected = co_await connecting; !connected) {
        co_return fail(std::move(connected.error()));
    }
    const std::string voiding = proof_.void_sql();
    auto writing = write_aside(voiding);
    const auto voided = co_await writing;
    if (!voided) co_return fail(voided.error());
    if (*voided == 1) co_return CommitProof::Verdict::not_committed;
    // What a server shows is committed: no leader takes it back.
    const std::string finding = proof_.find_sql();
    const wire::QuerySql request{database_, finding, {}};
    if (auto queued = connection_->queue(request); !queued) co_return fail(queued.error());
    auto flushing = connection_->flush();
    if (auto flushed = co_await flushing; !flushed) co_return fail(std::move(flushed.error()));
    auto reading = read_integers();
    const auto row = co_await reading;
    if (!row) co_return fail(row.error());
    std::optional<std::int64_t> seq;
    if (!row->empty()) seq = row->front().as_integer();
    co_return proof_.judge(seq);
}

// ------------------------------------------------------------------------------- beside the work

/// Writes a row of the session's own; the number of rows changed.
Task<Result<std::uint64_t>> SessionCore::write_hidden(std::string_view sql) {
    auto queued = connection_->queue(wire::QuerySql{database_, counters_sql, {}});
    if (queued) queued = connection_->queue(wire::ExecSql{database_, sql, {}});
    if (!queued) {
        connection_->discard_queue();
        co_return fail(std::move(queued.error()));
    }
    connection_->expect_small_answers(true);
    auto flushing = connection_->flush();
    if (auto flushed = co_await flushing; !flushed) co_return fail(std::move(flushed.error()));
    auto reading = read_integers();
    const auto before = co_await reading;
    if (!before && !is_of_server(before.error())) co_return fail(before.error());
    auto writing = connection_->answer<wire::Result>();
    const auto written = co_await writing;
    connection_->expect_small_answers(false);
    if (!written) co_return fail(written.error());
    if (!before) co_return fail(before.error());
    if (before->size() != 2) co_return fail(connection_->broken("no counters of changed rows"));
    counters_.hide({(*before)[0].as_integer(), (*before)[1].as_integer()}, written->rows_affected);
    co_return written->rows_affected;
}

/// The same outside a transaction, where a connection that is of no use any more is given up.
Task<Result<std::uint64_t>> SessionCore::write_aside(std::string_view sql) {
    auto writing = write_hidden(sql);
    auto written = co_await writing;
    if (written) co_return written;
    const Error& error = written.error();
    const bool of_no_use =
        !is_of_server(error) ||
        judge_failure(Place::autocommit_write, error.code, error.message).remedy ==
            Remedy::reconnect;
    if (of_no_use) drop_connection();
    co_return written;
}

Task<Result<std::vector<wire::Value>>> SessionCore::read_integers() {
    auto receiving = connection_->receive();
    const auto frame = co_await receiving;
    if (!frame) co_return fail(frame.error());
    if (frame->is(wire::ResponseType::failure)) co_return fail(connection_->read_failure(*frame));
    wire::RowsCursor cursor;
    if (cursor.open(*frame, limits_) != wire::Errc::ok || !cursor.ends_result()) {
        co_return fail(connection_->broken("more than the one row asked for"));
    }
    std::vector<wire::Value> values(cursor.column_count());
    if (cursor.next(values) != wire::RowsCursor::Step::row) values.clear();
    co_return values;
}

/// Waits until it may succeed; false if it never will, or not in time.
Task<bool> SessionCore::repeat_aside(const Error& error, Backoff& backoff,
                                     Clock::time_point until) {
    const Verdict verdict = judge_failure(Place::autocommit_write, error.code, error.message);
    const bool in_vain = is_of_server(error) && verdict.remedy == Remedy::none &&
                         verdict.outcome == Outcome::not_applied;
    const auto pause_for = backoff.next();
    if (in_vain || scope_.reason() || Clock::now() + pause_for >= until) co_return false;
    Pause pause{executor_};
    auto pausing = pause.wait(scope_, pause_for);
    co_return co_await pausing;
}

const Statement& SessionCore::disguised(const Statement& statement) {
    sent_disguised_ = counters_.must_disguise(statement);
    if (!sent_disguised_) return statement;
    disguise_ = counters_.disguise(statement);
    return disguise_;
}

}  // namespace dqlite::client
