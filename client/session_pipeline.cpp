// SessionCore: one statement for many parameter sets that are made as they are sent, inside an open
// transaction. The server always has work while the next set is made.
#include <deque>

#include "client/session_core.h"

namespace dqlite::client {
namespace {

/// Small requests are gathered up to here.
constexpr std::size_t bytes_a_write = 32 * std::size_t{1024};

}  // namespace

struct SessionCore::Pipeline {
    const Statement& statement;
    bool prepared;
    Preparation preparation{};            // of the first request, until it is answered
    std::deque<std::size_t> under_way{};  // the sizes of requests without an answer
    std::size_t bytes = 0;                // their sum
    Execution total{};
    std::optional<Error> failure{};  // the first; the connection is in step all the same

    void note(const Execution& execution) noexcept {
        total.last_insert_rowid = execution.last_insert_rowid;
        total.rows_affected += execution.rows_affected;
    }
    void note(Error error) {
        if (!failure) failure = std::move(error);
    }
};

Task<Result<Execution>> SessionCore::execute_all(const Statement& statement,
                                                 const Session::NextSet& next, const Call& call) {
    auto set = next();
    if (!set) co_return Execution{};
    if (auto possible = check_pipelining(); !possible) co_return fail(std::move(possible.error()));
    auto admitting = admit_statement(statement, statement.parameters);
    if (auto admitted = co_await admitting; !admitted) {
        co_return fail(std::move(admitted.error()));
    }
    Pipeline pipeline{statement, call.prepared};
    for (; set && must_run_alone(statement); set = next()) {
        auto executing = execute(statement, *set, call);
        auto executed = co_await executing;
        if (!executed) co_return executed;
        pipeline.note(*executed);
    }
    if (!set) co_return pipeline.total;
    auto starting = start_pipelining(statement, call.prepared);
    Result<void> in_step = co_await starting;
    while (in_step && set && !pipeline.failure) {
        auto writing = write_set(pipeline, *set);
        in_step = co_await writing;
        if (in_step && !pipeline.failure) set = next();
    }
    if (in_step) {
        auto finishing = finish_pipeline(pipeline);
        in_step = co_await finishing;
    }
    if (in_step && !pipeline.failure) co_return pipeline.total;
    Error error = in_step ? std::move(*pipeline.failure) : std::move(in_step.error());
    auto settling = settle(Place::in_transaction, std::move(error));
    Settled settled = co_await settling;
    co_return fail(std::move(settled.error));
}

Task<Result<void>> SessionCore::write_set(Pipeline& pipeline, wire::Parameters parameters) {
    const std::size_t before = connection_->queued_bytes();
    if (auto queued = queue_set(pipeline, parameters); !queued) {
        pipeline.note(std::move(queued.error()));
        co_return Result<void>{};
    }
    pipeline.under_way.push_back(connection_->queued_bytes() - before);
    pipeline.bytes += pipeline.under_way.back();
    if (connection_->queued_bytes() >= bytes_a_write) {
        auto flushing = connection_->flush();
        if (auto flushed = co_await flushing; !flushed) co_return flushed;
    }
    while (pipeline.bytes > bytes_under_way || pipeline.under_way.size() > answers_under_way) {
        auto reading = read_oldest(pipeline);
        if (auto read = co_await reading; !read) co_return read;
    }
    co_return Result<void>{};
}

Result<void> SessionCore::queue_set(Pipeline& pipeline, wire::Parameters parameters) {
    const Statement& statement = pipeline.statement;
    if (parameters.size() != statement.parameters) {
        return fail(wrong_parameter_count(statement, parameters.size()));
    }
    if (!pipeline.prepared) {
        return connection_->queue(wire::ExecSql{database_, statement.sql, parameters});
    }
    if (!statements_.find(statement.sql) && !pipeline.preparation.needed) {
        auto preparation = queue_prepare(statement);
        if (!preparation) return fail(std::move(preparation.error()));
        pipeline.preparation = *preparation;
    }
    const std::uint32_t id = statements_.find(statement.sql).value_or(pipeline.preparation.slot.id);
    return connection_->queue(wire::Exec{database_, id, parameters});
}

// What is queued is written, and the answer to PREPARE, if there is one, is read.
Task<Result<void>> SessionCore::come_to_answers(Pipeline& pipeline) {
    if (connection_->queued_bytes() > 0) {
        auto flushing = connection_->flush();
        if (auto flushed = co_await flushing; !flushed) co_return flushed;
    }
    if (!std::exchange(pipeline.preparation.needed, false)) co_return Result<void>{};
    auto preparing = read_prepare(pipeline.statement, pipeline.preparation);
    auto prepared = co_await preparing;
    if (prepared || prepared.error().kind != ErrorKind::server) co_return prepared;
    // What PREPARE says is the reason; the executions behind it only fail with it.
    pipeline.note(std::move(prepared.error()));
    co_return Result<void>{};
}

Task<Result<void>> SessionCore::read_oldest(Pipeline& pipeline) {
    connection_->expect_small_answers(true);
    auto coming = come_to_answers(pipeline);
    if (auto came = co_await coming; !came) co_return came;
    auto answering = connection_->answer<wire::Result>();
    auto answer = co_await answering;
    pipeline.bytes -= pipeline.under_way.front();
    pipeline.under_way.pop_front();
    if (answer) {
        pipeline.note(Execution{answer->last_insert_rowid, answer->rows_affected});
    } else if (answer.error().kind == ErrorKind::server) {
        pipeline.note(std::move(answer.error()));
    } else {
        co_return fail(std::move(answer.error()));
    }
    co_return Result<void>{};
}

Task<Result<void>> SessionCore::finish_pipeline(Pipeline& pipeline) {
    while (!pipeline.under_way.empty()) {
        auto reading = read_oldest(pipeline);
        if (auto read = co_await reading; !read) co_return read;
    }
    // A PREPARE may stand there without a set behind it that could be sent.
    auto coming = come_to_answers(pipeline);
    auto came = co_await coming;
    if (connection_->is_open()) connection_->expect_small_answers(false);
    co_return came;
}

}  // namespace dqlite::client
