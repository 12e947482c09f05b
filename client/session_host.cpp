#include "client/session_host.h"

#include "client/live_rows.h"

namespace dqlite::client {

SessionHost::~SessionHost() {
    if (live_ != nullptr) live_->orphan();
}

Result<void> SessionHost::check_process() const {
    if (same_process()) return {};
    return fail({.kind = ErrorKind::invalid,
                 .message = "the session was used after fork: it belongs to the parent process"});
}

Result<void> SessionHost::check_cancelled() const {
    if (!scope_.reason()) return {};
    return fail({.kind = ErrorKind::cancelled, .message = "cancelled before anything was sent"});
}

Task<Result<void>> SessionHost::release_rows() {
    Result<void> read;
    if (live_ != nullptr) {
        auto taking = live_->take_in();
        read = co_await taking;
    } else if (core_.streaming()) {
        scope_.set_deadline(deadline_after(milliseconds{0}));
        auto draining = core_.drain();
        co_await draining;
    }
    // The stream tells its own reader of an error in it; only a cancelled call ends here.
    if (!read && read.error().kind == ErrorKind::cancelled) co_return read;
    co_return Result<void>{};
}

// No coroutine of its own: the common statement is to cost no more than the core's.
Task<Result<Execution>> SessionHost::execute(const Statement& statement,
                                             wire::Parameters parameters, const Call& call,
                                             Clock::time_point deadline) {
    if (core_.writes_alone(statement, call)) {
        return execute_alone(statement, parameters, call, deadline);
    }
    if (statement.effect != TransactionEffect::none) {
        return execute_settled(statement, parameters, call);
    }
    return core_.execute(statement, parameters, call);
}

Task<Result<Execution>> SessionHost::execute_alone(const Statement& statement,
                                                   wire::Parameters parameters, const Call& call,
                                                   Clock::time_point deadline) {
    Execution execution;
    const Run run = [&]() -> Task<Result<void>> {
        auto executing = core_.execute(statement, parameters, call);
        auto executed = co_await executing;
        if (!executed) co_return fail(std::move(executed.error()));
        execution = *executed;
        co_return Result<void>{};
    };
    auto writing = write_alone(statement, parameters.size(), deadline, run);
    if (auto written = co_await writing; !written) co_return fail(std::move(written.error()));
    co_return execution;
}

Task<Result<Execution>> SessionHost::execute_settled(const Statement& statement,
                                                     wire::Parameters parameters,
                                                     const Call& call) {
    auto executing = core_.execute(statement, parameters, call);
    auto executed = co_await executing;
    if (executed) co_return executed;
    auto settling = settle_commit(std::move(executed.error()));
    if (auto settled = co_await settling; !settled) co_return fail(std::move(settled.error()));
    co_return Execution{};
}

Result<void> SessionHost::open_stream(std::unique_ptr<RowStream>& stream,
                                      std::unique_ptr<LiveRows> rows) {
    stream = std::make_unique<RowStream>(std::move(rows));
    if (stream->failed()) return fail(stream->error());
    stream->rename([this](std::string name) { return core_.original_name(std::move(name)); });
    return {};
}

Task<Result<void>> SessionHost::query_whole(const Statement& statement, wire::Parameters parameters,
                                            const Call& call, Clock::time_point deadline,
                                            const Open& open) {
    const Run run = [&]() -> Task<Result<void>> {
        auto querying = core_.query(statement, parameters, call);
        const auto frame = co_await querying;
        if (!frame) co_return fail(frame.error());
        auto opened = open(*frame);
        if (!opened) co_return fail(std::move(opened.error()));
        // Rows left behind would undo the statement when the connection ends.
        auto taking = (*opened)->take_in();
        co_return co_await taking;
    };
    if (!core_.writes_alone(statement, call)) {
        auto running = run();
        co_return co_await running;
    }
    auto writing = write_alone(statement, parameters.size(), deadline, run);
    co_return co_await writing;
}

Task<Result<SessionHost::Executions>> SessionHost::execute_each(const Statement& statement,
                                                                SessionCore::Sets sets,
                                                                const Call& call) {
    auto executing = core_.execute_each(statement, sets, call);
    co_return co_await executing;
}

Task<Result<void>> SessionHost::commit() {
    auto committing = core_.commit();
    auto committed = co_await committing;
    if (committed) co_return committed;
    auto settling = settle_commit(std::move(committed.error()));
    co_return co_await settling;
}

SessionStatistics SessionHost::statistics() const noexcept {
    SessionStatistics statistics = core_.statistics();
    statistics.prepared_statements = core_.prepared_statements();
    return statistics;
}

}  // namespace dqlite::client
