// SessionCore: the requests of one statement, written together, and their answers.
#include <cstring>

#include "client/session_core.h"
#include "wire/rows.h"

namespace dqlite::client {
namespace {

constexpr std::size_t drain_bound = std::size_t{1} << 20U;

Execution to_execution(const wire::Result& result) {
    return {result.last_insert_rowid, result.rows_affected};
}

// The marker that ends a body tells whether more bodies follow.
bool ends_result(const wire::Frame& frame) {
    constexpr std::uint64_t done_marker = ~std::uint64_t{0};
    if (frame.body.size() < sizeof(done_marker)) return false;
    const auto last = frame.body.last(sizeof(done_marker));
    return std::memcmp(last.data(), &done_marker, sizeof(done_marker)) == 0;
}

bool has_rows(const wire::Frame& frame, const wire::Limits& limits) {
    wire::RowsCursor cursor;
    if (cursor.open(frame, limits) != wire::Errc::ok) return false;
    std::vector<wire::Value> values(cursor.column_count());
    return cursor.next(values) == wire::RowsCursor::Step::row;
}

bool is_failure_of_server(const Error& error) {
    return error.kind == ErrorKind::server;
}

}  // namespace

Result<SessionCore::Preparation> SessionCore::queue_prepare(const Statement& statement) {
    Preparation preparation;
    if (const auto id = statements_.find(statement.sql)) {
        preparation.slot.id = *id;
        return preparation;
    }
    preparation.needed = true;
    preparation.slot = statements_.next_slot();
    if (const auto old = preparation.slot.finalize) {
        if (auto queued = connection_->queue(wire::Finalize{database_, *old}); !queued) {
            return fail(std::move(queued.error()));
        }
    }
    const wire::Prepare prepare{database_, statement.sql, 0};
    if (auto queued = connection_->queue(prepare); !queued) return fail(std::move(queued.error()));
    return preparation;
}

// The answers to FINALIZE and PREPARE. A failure is given back, with all answers taken.
Task<Result<void>> SessionCore::read_prepare(const Statement& statement,
                                             const Preparation& preparation) {
    Result<void> finalized;
    if (preparation.slot.finalize) {
        auto finalizing = connection_->answer<wire::Empty>();
        auto answer = co_await finalizing;
        if (answer) {
            statements_.evict();
        } else {
            finalized = fail(std::move(answer.error()));
            if (!is_failure_of_server(finalized.error())) co_return finalized;
        }
    }
    auto preparing = connection_->answer<wire::Stmt>();
    auto prepared = co_await preparing;
    if (!prepared) co_return fail(std::move(prepared.error()));
    if (!finalized) co_return finalized;
    if (prepared->id != preparation.slot.id) {
        co_return fail(connection_->broken("a statement id out of order"));
    }
    statements_.add(statement.sql, prepared->id);
    co_return finalized;
}

bool SessionCore::must_prepare_alone(const Statement& statement) {
    return !statements_.find(statement.sql) && statements_.next_slot().is_hole;
}

Task<Result<void>> SessionCore::prepare_alone(const Statement& statement) {
    auto preparation = queue_prepare(statement);
    if (!preparation) {
        connection_->discard_queue();
        co_return fail(std::move(preparation.error()));
    }
    connection_->expect_small_answers(true);
    auto flushing = connection_->flush();
    if (auto flushed = co_await flushing; !flushed) co_return flushed;
    auto preparing = read_prepare(statement, *preparation);
    co_return co_await preparing;
}

Result<SessionCore::Preparation> SessionCore::queue_execute(const Statement& statement,
                                                            wire::Parameters parameters,
                                                            bool prepared) {
    if (!prepared) {
        const wire::ExecSql request{database_, statement.sql, parameters};
        if (auto queued = connection_->queue(request); !queued) {
            return fail(std::move(queued.error()));
        }
        return Preparation{};
    }
    auto preparation = queue_prepare(statement);
    if (!preparation) return preparation;
    const wire::Exec request{database_, preparation->slot.id, parameters};
    if (auto queued = connection_->queue(request); !queued) return fail(std::move(queued.error()));
    return preparation;
}

Task<Result<Execution>> SessionCore::run_execute(const Statement& statement,
                                                 wire::Parameters parameters, bool prepared) {
    if (needs_token(statement)) return execute_behind_token(statement, parameters, prepared);
    const Statement& sent = disguised(statement);
    return send_execute(sent, parameters, prepared && !sent_disguised_);
}

Task<Result<Execution>> SessionCore::execute_behind_token(const Statement& statement,
                                                          wire::Parameters parameters,
                                                          bool prepared) {
    auto writing = write_token();
    if (auto written = co_await writing; !written) co_return fail(std::move(written.error()));
    auto running = run_execute(statement, parameters, prepared);
    co_return co_await running;
}

Task<Result<Execution>> SessionCore::send_execute(const Statement& statement,
                                                  wire::Parameters parameters, bool prepared) {
    if (prepared && !statements_.find(statement.sql)) {
        auto executing = prepare_and_execute(statement, parameters);
        co_return co_await executing;
    }
    auto queued = queue_execute(statement, parameters, prepared);
    if (!queued) {
        connection_->discard_queue();
        co_return fail(std::move(queued.error()));
    }
    connection_->expect_small_answers(false);
    auto flushing = connection_->flush();
    if (auto flushed = co_await flushing; !flushed) co_return fail(std::move(flushed.error()));
    auto executing = connection_->answer<wire::Result>();
    auto result = co_await executing;
    if (!result) co_return fail(std::move(result.error()));
    co_return to_execution(*result);
}

Task<Result<Execution>> SessionCore::prepare_and_execute(const Statement& statement,
                                                         wire::Parameters parameters) {
    if (must_prepare_alone(statement)) {
        auto preparing = prepare_alone(statement);
        if (auto made = co_await preparing; !made) co_return fail(std::move(made.error()));
    }
    auto preparation = queue_execute(statement, parameters, true);
    if (!preparation) {
        connection_->discard_queue();
        co_return fail(std::move(preparation.error()));
    }
    connection_->expect_small_answers(preparation->needed);
    auto flushing = connection_->flush();
    if (auto flushed = co_await flushing; !flushed) co_return fail(std::move(flushed.error()));
    Result<void> ready;
    if (preparation->needed) {
        auto preparing = read_prepare(statement, *preparation);
        ready = co_await preparing;
        if (!ready && !is_failure_of_server(ready.error())) {
            co_return fail(std::move(ready.error()));
        }
    }
    auto executing = connection_->answer<wire::Result>();
    auto result = co_await executing;
    if (!result && !is_failure_of_server(result.error())) {
        co_return fail(std::move(result.error()));
    }
    // What PREPARE says is the reason; the execution behind it only fails with it.
    if (!ready) co_return fail(std::move(ready.error()));
    if (!result) co_return fail(std::move(result.error()));
    co_return to_execution(*result);
}

Result<SessionCore::Preparation> SessionCore::queue_query(const Statement& statement,
                                                          wire::Parameters parameters,
                                                          bool prepared,
                                                          std::string_view begin_ahead) {
    if (!begin_ahead.empty()) {
        const wire::ExecSql begin{database_, begin_ahead, {}};
        if (auto queued = connection_->queue(begin); !queued) {
            return fail(std::move(queued.error()));
        }
    }
    if (!prepared) {
        const wire::QuerySql request{database_, statement.sql, parameters};
        if (auto queued = connection_->queue(request); !queued) {
            return fail(std::move(queued.error()));
        }
        return Preparation{};
    }
    auto preparation = queue_prepare(statement);
    if (!preparation) return preparation;
    const wire::Query request{database_, preparation->slot.id, parameters};
    if (auto queued = connection_->queue(request); !queued) return fail(std::move(queued.error()));
    return preparation;
}

Task<Result<wire::Frame>> SessionCore::run_query(const Statement& statement,
                                                 wire::Parameters parameters, bool prepared,
                                                 std::string_view begin_ahead) {
    if (needs_token(statement)) {
        return query_behind_token(statement, parameters, prepared, begin_ahead);
    }
    const Statement& sent = disguised(statement);
    return send_query(sent, parameters, prepared && !sent_disguised_, begin_ahead);
}

Task<Result<wire::Frame>> SessionCore::query_behind_token(const Statement& statement,
                                                          wire::Parameters parameters,
                                                          bool prepared,
                                                          std::string_view begin_ahead) {
    auto writing = write_token();
    if (auto written = co_await writing; !written) co_return fail(std::move(written.error()));
    auto running = run_query(statement, parameters, prepared, begin_ahead);
    co_return co_await running;
}

Task<Result<wire::Frame>> SessionCore::send_query(const Statement& statement,
                                                  wire::Parameters parameters, bool prepared,
                                                  std::string_view begin_ahead) {
    if (!begin_ahead.empty() || (prepared && !statements_.find(statement.sql))) {
        auto querying = query_behind_others(statement, parameters, prepared, begin_ahead);
        co_return co_await querying;
    }
    auto queued = queue_query(statement, parameters, prepared, {});
    if (!queued) {
        connection_->discard_queue();
        co_return fail(std::move(queued.error()));
    }
    connection_->expect_small_answers(false);
    auto flushing = connection_->flush();
    if (auto flushed = co_await flushing; !flushed) co_return fail(std::move(flushed.error()));
    auto receiving = connection_->receive();
    auto frame = co_await receiving;
    if (!frame) co_return frame;
    co_return took_rows(*frame);
}

/// A query whose BEGIN or PREPARE is written ahead of it.
Task<Result<wire::Frame>> SessionCore::query_behind_others(const Statement& statement,
                                                           wire::Parameters parameters,
                                                           bool prepared,
                                                           std::string_view begin_ahead) {
    if (prepared && must_prepare_alone(statement)) {
        auto preparing = prepare_alone(statement);
        if (auto made = co_await preparing; !made) co_return fail(std::move(made.error()));
    }
    auto preparation = queue_query(statement, parameters, prepared, begin_ahead);
    if (!preparation) {
        connection_->discard_queue();
        co_return fail(std::move(preparation.error()));
    }
    connection_->expect_small_answers(preparation->needed || !begin_ahead.empty());
    auto flushing = connection_->flush();
    if (auto flushed = co_await flushing; !flushed) co_return fail(std::move(flushed.error()));
    auto reading = read_query(statement, *preparation, !begin_ahead.empty());
    auto frame = co_await reading;
    connection_->expect_small_answers(false);
    co_return frame;
}

Task<Result<wire::Frame>> SessionCore::read_query(const Statement& statement,
                                                  const Preparation& preparation,
                                                  bool begin_ahead) {
    if (begin_ahead) {
        auto beginning = connection_->answer<wire::Result>();
        auto begun = co_await beginning;
        if (!begun) {
            // The read behind it runs outside a transaction; its rows are for nobody.
            connection_->close();
            co_return fail(std::move(begun.error()));
        }
        transaction_ = TransactionState::open;
        proof_.begun(false);
        savepoints_.begun(false);
        streaming_place_ = Place::in_transaction;
    }
    Result<void> ready;
    if (preparation.needed) {
        auto preparing = read_prepare(statement, preparation);
        ready = co_await preparing;
        if (!ready && !is_failure_of_server(ready.error())) {
            co_return fail(std::move(ready.error()));
        }
    }
    auto receiving = connection_->receive();
    auto frame = co_await receiving;
    if (!frame) co_return frame;
    if (ready) co_return took_rows(*frame);
    if (!frame->is(wire::ResponseType::failure)) {
        co_return fail(connection_->broken("rows of a statement that was not prepared"));
    }
    co_return fail(std::move(ready.error()));
}

Result<wire::Frame> SessionCore::took_rows(const wire::Frame& frame) {
    streaming_ = false;
    if (frame.is(wire::ResponseType::failure)) return fail(connection_->read_failure(frame));
    if (!frame.is(wire::ResponseType::rows)) {
        return fail(connection_->broken(wire::message(wire::Errc::unexpected_type)));
    }
    streaming_ = !ends_result(frame);
    return frame;
}

Task<Result<wire::Frame>> SessionCore::next_rows() {
    Result<wire::Frame> frame;
    if (received_) {
        frame = *std::exchange(received_, std::nullopt);
    } else {
        auto receiving = connection_->receive();
        frame = co_await receiving;
    }
    if (frame) frame = took_rows(*frame);
    if (frame) co_return frame;
    streaming_ = false;
    auto settling = settle(streaming_place_, std::move(frame.error()));
    Settled settled = co_await settling;
    co_return fail(std::move(settled.error));
}

bool SessionCore::take_rows(wire::Frame& out) {
    auto received = connection_->receive_at_once();
    if (received && *received && (*received)->is(wire::ResponseType::rows)) {
        out = **received;
        streaming_ = !ends_result(out);
        return true;
    }
    received_ = std::move(received);
    return false;
}

Task<void> SessionCore::drain() {
    const bool must_keep = transaction_ != TransactionState::none || made_session_state_;
    std::size_t drained = 0;
    while (streaming_ && (must_keep || drained < drain_bound)) {
        const bool was_open = transaction_ != TransactionState::none;
        auto reading = next_rows();
        const auto frame = co_await reading;
        // Some results make a server send such bodies for ever.
        const bool endless = frame && streaming_ && !has_rows(*frame, limits_);
        if (endless) (void)reject_rows("a part of a result without rows");
        if (frame && !endless) {
            drained += frame->body.size();
        } else if (was_open && transaction_ == TransactionState::none) {
            transaction_lost_unsaid_ = true;
        }
    }
    if (streaming_) drop_connection();
}

Error SessionCore::reject_rows(std::string_view why) {
    Error error = connection_->broken(why);
    return settle_loss(streaming_place_, std::move(error)).error;
}

}  // namespace dqlite::client
