// SessionCore: one statement for many parameter sets, pipelined inside an open transaction.
#include <fmt/format.h>

#include "client/session_core.h"

namespace dqlite::client {
namespace {

Error not_sent(const Error& cause) {
    Error error = cause;
    error.message = "not sent: " + cause.message;
    return error;
}

}  // namespace

struct SessionCore::Batch {
    const Statement& statement;
    Sets sets;
    bool prepared;
    std::vector<Result<Execution>> results;
    std::size_t next = 0;              // the first set not looked at yet
    std::vector<std::size_t> asked{};  // the sets of the window under way
    std::vector<std::size_t> busy{};   // of these, the ones to be asked again, alone
    Preparation preparation{};
    std::optional<std::size_t> failed{};  // a set whose statement failed: is there still a
                                          // transaction?
    std::optional<Error> lost{};          // there is none
    std::size_t undone = 0;               // sets up to here went with it
};

Task<std::vector<Result<Execution>>> SessionCore::execute_each(const Statement& statement,
                                                               Sets sets, const Call& call) {
    Batch batch{statement, sets, call.prepared, {}};
    batch.results.resize(sets.size());
    if (auto possible = check_pipelining(); !possible) {
        batch.lost = std::move(possible.error());
    } else if (!sets.empty()) {
        auto admitting = admit_statement(statement, statement.parameters);
        auto admitted = co_await admitting;
        if (!admitted) batch.lost = std::move(admitted.error());
    }
    while (!batch.lost && batch.next < sets.size()) {
        if (must_run_alone(statement)) {
            auto running = run_alone(batch, batch.next++);
            co_await running;
        } else {
            auto running = run_window(batch);
            co_await running;
        }
    }
    // What was answered before the transaction ended went with it; what a server ran behind its
    // end, in the same window, stands by itself.
    for (std::size_t set = 0; set < batch.undone; ++set) {
        if (batch.results[set]) batch.results[set] = fail(*batch.lost);
    }
    for (; batch.next < sets.size(); ++batch.next) {
        batch.results[batch.next] = fail(not_sent(*batch.lost));
    }
    co_return std::move(batch.results);
}

Result<void> SessionCore::check_pipelining() {
    if (auto notice = take_lost_notice(); !notice) return notice;
    if (transaction_ == TransactionState::open) return {};
    return fail({.kind = ErrorKind::invalid, .message = "no transaction is open"});
}

Task<Result<void>> SessionCore::start_pipelining(const Statement& statement, bool prepared) {
    if (connection_->stale()) {
        co_return fail({.kind = ErrorKind::lost,
                        .message = "the server closed the connection",
                        .address = leader_address_});
    }
    if (!prepared || !must_prepare_alone(statement)) co_return Result<void>{};
    auto preparing = prepare_alone(statement);
    co_return co_await preparing;
}

// A proof's token is answered before anything is written behind it.
bool SessionCore::must_run_alone(const Statement& statement) const noexcept {
    return statement.may_end_transaction || needs_token(statement) ||
           counters_.must_disguise(statement);
}

Task<void> SessionCore::run_alone(Batch& batch, std::size_t set) {
    const Call call{.prepared = batch.prepared};
    auto executing = execute(batch.statement, batch.sets[set], call);
    batch.results[set] = co_await executing;
    if (transaction_ == TransactionState::none) {
        batch.lost = batch.results[set].error();
        batch.undone = set;
    }
}

void SessionCore::queue_window(Batch& batch) {
    batch.asked.clear();
    batch.busy.clear();
    batch.preparation = {};
    while (batch.next < batch.sets.size() && batch.asked.size() < answers_under_way &&
           connection_->queued_bytes() < bytes_under_way) {
        const std::size_t set = batch.next++;
        auto queued = queue_set(batch, batch.sets[set]);
        if (queued) {
            batch.asked.push_back(set);
        } else {
            batch.results[set] = fail(std::move(queued.error()));
        }
    }
}

Result<void> SessionCore::queue_set(Batch& batch, wire::Parameters parameters) {
    const Statement& statement = batch.statement;
    if (parameters.size() != statement.parameters) {
        return fail(wrong_parameter_count(statement, parameters.size()));
    }
    if (!batch.prepared) {
        return connection_->queue(wire::ExecSql{database_, statement.sql, parameters});
    }
    // The first of a window finds the statement prepared, or writes its PREPARE ahead.
    if (batch.asked.empty() && !batch.preparation.needed) {
        auto preparation = queue_prepare(statement);
        if (!preparation) return fail(std::move(preparation.error()));
        batch.preparation = *preparation;
    }
    return connection_->queue(wire::Exec{database_, batch.preparation.slot.id, parameters});
}

Task<void> SessionCore::run_window(Batch& batch) {
    auto starting = start_pipelining(batch.statement, batch.prepared);
    if (auto started = co_await starting; !started) {
        auto settling = settle(Place::in_transaction, std::move(started.error()));
        batch.lost = (co_await settling).error;
        co_return;
    }
    queue_window(batch);
    connection_->expect_small_answers(true);
    auto flushing = connection_->flush();
    Result<void> under_way = co_await flushing;
    if (under_way && batch.preparation.needed) {
        auto preparing = read_prepare(batch.statement, batch.preparation);
        under_way = co_await preparing;
        // Of a statement that cannot be prepared, each execution says so again.
        if (!under_way && under_way.error().kind == ErrorKind::server) under_way = {};
    }
    for (const std::size_t set : batch.asked) {
        if (under_way) {
            auto answering = connection_->answer<wire::Result>();
            auto answer = co_await answering;
            if (answer) {
                batch.results[set] = Execution{answer->last_insert_rowid, answer->rows_affected};
            } else if (answer.error().kind == ErrorKind::server) {
                take_failure(batch, set, std::move(answer.error()));
            } else {
                under_way = fail(std::move(answer.error()));
            }
        }
        if (!under_way) {
            if (!batch.lost) {
                batch.lost = settle_loss(Place::in_transaction, under_way.error()).error;
            }
            batch.results[set] = fail(*batch.lost);
        }
    }
    if (connection_->is_open()) connection_->expect_small_answers(false);
    auto settling = settle_window(batch);
    co_await settling;
}

void SessionCore::take_failure(Batch& batch, std::size_t set, Error error) {
    const Verdict verdict = judge_failure(Place::in_transaction, error.code, error.message);
    error.kind = verdict.kind;
    error.outcome = verdict.outcome;
    if (verdict.remedy == Remedy::wait) batch.busy.push_back(set);
    if (verdict.remedy == Remedy::none && !batch.failed) batch.failed = set;
    if (verdict.remedy == Remedy::reconnect && !batch.lost) batch.lost = error;
    batch.results[set] = fail(std::move(error));
}

Task<void> SessionCore::settle_window(Batch& batch) {
    if (batch.lost) {
        drop_connection();
        batch.undone = batch.next;
        co_return;
    }
    if (const auto set = std::exchange(batch.failed, std::nullopt)) {
        auto verifying = after_failure_in_transaction(batch.results[*set].error());
        batch.results[*set] = fail(co_await verifying);
        if (transaction_ == TransactionState::none) {
            batch.lost = batch.results[*set].error();
            batch.undone = *set;
            co_return;
        }
    }
    for (const std::size_t set : batch.busy) {
        if (batch.lost) co_return;
        auto running = run_alone(batch, set);
        co_await running;
    }
}

}  // namespace dqlite::client
