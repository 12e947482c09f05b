// SQLExecute and SQLExecDirect: one statement, with one or many parameter sets.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "driver/diag/diag_fields.h"
#include "driver/handle/batch_result.h"
#include "driver/handle/busy_timeout.h"
#include "driver/handle/data_at_execution.h"
#include "driver/handle/parameter_set.h"
#include "driver/handle/statement.h"

namespace dqlite::odbc {
namespace {

bool counts_rows(const client::Statement& statement) noexcept {
    switch (statement.verb) {
        case client::Verb::insert:
        case client::Verb::replace:
        case client::Verb::update:
        case client::Verb::delete_:
            return true;
        default:
            return false;
    }
}

}  // namespace

SQLRETURN Statement::execute_direct(const std::string& sql) {
    if (const auto r = load_text(sql); !SQL_SUCCEEDED(r)) return r;
    direct_ = true;
    const auto result = start();
    // What was executed directly is not prepared: SQLExecute would be out of sequence.
    if (result == SQL_ERROR && !executed_) prepared_ = false;
    return result;
}

SQLRETURN Statement::execute() {
    if (!prepared_ || direct_) return post(SqlState::sHY010);
    if (cursor_is_open()) return post(SqlState::s24000);
    return start();
}

SQLRETURN Statement::start() {
    discard_results();
    const auto function =
        calls_procedure() ? procedure_call_function : dynamic_function(statement_);
    diagnostics().dynamic_function = function.text;
    diagnostics().dynamic_function_code = function.code;
    if (const auto r = plan_parameters(); !SQL_SUCCEEDED(r)) return r;
    if (const auto r = collect_data_at_execution(); r != SQL_SUCCESS) return r;
    return run();
}

client::Call Statement::call_options() const {
    client::Call call;
    call.prepared = !direct_;
    call.begin = connection_.begin_mode_for(statement_);
    call.timeout = std::chrono::seconds{query_timeout_};
    return call;
}

SQLRETURN Statement::run() {
    row_count_ = -1;
    const bool array = parameters_wanted() != 0 && apd_->array_size > 1;
    if (array && calls_procedure()) {
        return post(SqlState::sHYC00, "A procedure cannot be called with an array of parameters");
    }
    if (array && batch_.empty()) return run_array();
    if (array) {
        return post(SqlState::sHYC00, "A batch cannot be run with an array of parameters");
    }
    if (parameters_wanted() != 0 && set_is_ignored(0)) return skip_set();
    const auto result = batch_.empty() ? run_set() : run_batch();
    const bool good = SQL_SUCCEEDED(result) || result == SQL_NO_DATA;
    if (ipd_->rows_processed_ptr != nullptr) *ipd_->rows_processed_ptr = 1;
    if (ipd_->array_status_ptr != nullptr) {
        ipd_->array_status_ptr[0] = good ? SQL_PARAM_SUCCESS : SQL_PARAM_ERROR;
    }
    return result;
}

/// The only parameter set is one to ignore: nothing runs.
SQLRETURN Statement::skip_set() {
    executed_ = true;
    if (ipd_->rows_processed_ptr != nullptr) *ipd_->rows_processed_ptr = 0;
    if (ipd_->array_status_ptr != nullptr) ipd_->array_status_ptr[0] = SQL_PARAM_UNUSED;
    if (counts_rows(statement_)) row_count_ = 0;
    return result_of_count(0);
}

/// Runs statement_ once, with the first parameter set.
SQLRETURN Statement::run_set() {
    if (local_answer_ != LocalAnswer::none) return answer_locally();
    parameters_->clear();
    const auto converted = append_set(0, *parameters_);
    if (!SQL_SUCCEEDED(converted)) return converted;
    const auto& values = parameters_->values;
    return worse(statement_.returns_rows ? run_rows(values) : run_no_rows(values), converted);
}

SQLRETURN Statement::failed(const client::Error& error) {
    return post(error, ErrorContext::statement);
}

// ----------------------------------------------------------------------------- without rows

SQLRETURN Statement::executed(const client::Execution& execution) {
    executed_ = true;
    if (statement_.is_ddl) connection_.note_ddl();
    if (statement_.verb == client::Verb::rollback || statement_.verb == client::Verb::rollback_to) {
        connection_.note_rollback();
    }
    if (!counts_rows(statement_)) return SQL_SUCCESS;
    row_count_ = static_cast<SQLLEN>(execution.rows_affected);
    diagnostics().row_count = row_count_;
    if (statement_.verb == client::Verb::insert || statement_.verb == client::Verb::replace) {
        connection_.note_last_insert_rowid(execution.last_insert_rowid);
    }
    return result_of_count(row_count_);
}

/// A searched UPDATE or DELETE that met no row is SQL_NO_DATA for ODBC 3 applications.
SQLRETURN Statement::result_of_count(SQLLEN rows) const {
    const bool searched =
        statement_.verb == client::Verb::update || statement_.verb == client::Verb::delete_;
    return rows == 0 && searched && !connection_.odbc2() ? SQL_NO_DATA : SQL_SUCCESS;
}

SQLRETURN Statement::run_no_rows(wire::Parameters parameters) {
    if (current_of_) return run_positioned(parameters);
    const auto execution = connection_.session().execute(statement_, parameters, call_options());
    if (!execution) return failed(execution.error());
    return executed(*execution);
}

// -------------------------------------------------------------------------------- with rows

bool Statement::answer_is_stale(const client::RowStream& rows) const {
    if (!description_.understood) return false;
    const auto hidden = keyed_ == nullptr ? 0 : keyed_->key.size();
    if (rows.column_count() != description_.columns.size() + hidden) return true;
    // Projected: the names are ours.
    if (keyed_ != nullptr || to_send_.sql != statement_.sql) return false;
    const auto names = rows.column_names();
    return !std::equal(names.begin(), names.end(), description_.columns.begin(),
                       [](const std::string& name, const ColumnDescription& column) {
                           return name == column.name;
                       });
}

SQLRETURN Statement::run_rows(wire::Parameters parameters) {
    if (!described_ || !connection_.describer().current()) {
        if (const auto error = describe(false, parameters)) return failed(*error);
    }
    // An answer that does not fit the description, or an error over a projected text, may come
    // from a schema another connection changed: look again, once. Reading again does no harm,
    // inside a transaction neither: one that was lost with the error says so by another kind.
    for (bool again = !statement_.writes;; again = false) {
        if (!description_.refusal.empty()) return post(SqlState::s42000, description_.refusal);
        plan_changes();
        const auto& sent = keyed_ == nullptr ? to_send_ : keyed_->all;
        auto rows = connection_.session().query(sent, parameters, call_options());
        const bool projected = sent.sql != statement_.sql;
        const bool stale = rows ? answer_is_stale(**rows)
                                : projected && rows.error().kind == client::ErrorKind::server;
        if (stale && again) {
            if (rows) (*rows)->close();
            connection_.describer().invalidate();
            keyed_.reset();
            if (const auto error = describe(true, parameters)) return failed(*error);
            continue;
        }
        if (!rows) return failed(rows.error());
        if (stale) {  // twice: take the answer as it is
            description_ = {};
            description_.has_rows = true;
            keyed_.reset();
        }
        const auto opened = open_cursor(std::move(*rows));
        return SQL_SUCCEEDED(opened) ? worse(opened, tell_concurrency()) : opened;
    }
}

SQLRETURN Statement::open_cursor(std::unique_ptr<client::RowStream> rows) {
    executed_ = true;
    if (rows->column_count() == 0) return SQL_SUCCESS;  // a PRAGMA that only sets
    type_columns_by_values(description_, *rows, connection_.settings().types,
                           keyed_ == nullptr ? 0 : keyed_->key.size());
    describe_result();
    const auto& limits = connection_.settings().client;
    Cursor::Options options;
    options.scrollable = cursor_type_ == SQL_CURSOR_STATIC;
    options.max_rows = max_rows_;
    options.copy = {limits.max_buffered_bytes, limits.max_spill_bytes};
    options.keyed = keyed_;
    auto cursor = std::make_unique<Cursor>(std::move(rows), options, cancellable());
    if (options.scrollable) {
        if (const auto error = cursor->materialise()) return failed(*error);
    }
    cursor_ = std::move(cursor);
    partial_.reset();
    partial_column_ = 0;
    const auto known = cursor_->row_count();
    const auto rows_known = static_cast<SQLLEN>(known.value_or(0));
    diagnostics().cursor_row_count = rows_known;
    // A PRAGMA's answer is no count of anything an application could have asked for.
    const bool counts = statement_.verb != client::Verb::pragma && known;
    row_count_ = counts ? rows_known : -1;
    return SQL_SUCCESS;
}

SQLRETURN Statement::answer_locally() {
    describe_local_answer();
    if (calls_procedure()) return run_procedure();
    auto& session = connection_.session();
    const auto asked = busy_timeout_pragma(statement_);
    if (asked->set) session.set_busy_timeout(*asked->set);
    return open_cursor(busy_timeout_rows(session.busy_timeout()));
}

}  // namespace dqlite::odbc
