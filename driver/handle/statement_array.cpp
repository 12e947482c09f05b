// Arrays of parameters (design §2.15): one transaction, many rows a request where that keeps the
// meaning, else one request a set, pipelined; and an exact status for each set.
#include <algorithm>
#include <utility>

#include "driver/handle/data_at_execution.h"
#include "driver/handle/parameter_set.h"
#include "driver/handle/statement.h"
#include "wire/protocol.h"

namespace dqlite::odbc {
namespace {

/// Parameter sets converted and sent together: bounds memory, not meaning.
constexpr SQLULEN sets_at_once = 1024;
/// Bytes and rows of one rewritten request, and the bytes of those that one time limit is for.
constexpr std::size_t request_bytes = std::size_t{1} << 20U;
constexpr std::size_t request_rows = 1000;
constexpr std::size_t run_bytes = 4 * request_bytes;

constexpr const char* savepoint = "SAVEPOINT dqlite_odbc_array";
constexpr const char* undo_savepoint = "ROLLBACK TO dqlite_odbc_array";
constexpr const char* release_savepoint = "RELEASE dqlite_odbc_array";

std::size_t bytes_of(const wire::Value& value) noexcept {
    return wire::word_size + value.as_bytes().size();
}

}  // namespace

struct Statement::ArrayOutcome {
    bool own = false;  ///< the array is a transaction of its own
    SQLULEN succeeded = 0;
    SQLULEN failed = 0;
    SQLLEN rows = 0;
};

client::Result<void> Statement::command(const char* sql) {
    const auto statement = client::parse_one_statement(sql);
    const auto done = connection_.session().execute(*statement);
    if (!done) return client::fail(done.error());
    return {};
}

// ------------------------------------------------------------------------------- one set a time

/// Writes down how a set went; a null `result` is one that was not sent.
void Statement::note_set(SQLULEN set, const client::Result<client::Execution>* result,
                         ArrayOutcome& outcome) {
    auto* const status = ipd_->array_status_ptr;
    const bool good = result != nullptr && result->has_value();
    if (status != nullptr) status[set] = good ? SQL_PARAM_SUCCESS : SQL_PARAM_ERROR;
    if (ipd_->rows_processed_ptr != nullptr) *ipd_->rows_processed_ptr += 1;
    if (good) {
        ++outcome.succeeded;
        executed(**result);
        outcome.rows += std::max<SQLLEN>(row_count_, 0);
        return;
    }
    ++outcome.failed;
    if (result == nullptr) return;  // not converted: told already
    auto record = diagnose(result->error(), ErrorContext::statement);
    record.row = static_cast<SQLLEN>(set) + 1;
    post(std::move(record));
}

/// Runs every set by itself, in groups. Stops early where the application did not ask for a status
/// per set, and where the transaction is gone.
SQLRETURN Statement::run_sets(ArrayOutcome& outcome) {
    const auto sets = apd_->array_size;
    const bool stop_at_error = ipd_->array_status_ptr == nullptr;
    for (SQLULEN from = 0; from < sets; from += sets_at_once) {
        const auto to = std::min(sets, from + sets_at_once);
        parameters_->clear();
        std::vector<std::vector<wire::Value>> values;
        std::vector<SQLULEN> numbers;
        for (auto set = from; set < to; ++set) {
            if (set_is_ignored(set)) continue;
            parameters_->values.clear();
            if (SQL_SUCCEEDED(append_set(set, *parameters_))) {
                values.push_back(parameters_->values);
                numbers.push_back(set);
                continue;
            }
            note_set(set, nullptr, outcome);
            if (stop_at_error) return SQL_ERROR;
        }
        const auto results = connection_.session().execute_each(statement_, values, call_options());
        for (std::size_t i = 0; i < numbers.size(); ++i) {
            note_set(numbers[i], &results[i], outcome);
            if (results[i]) continue;
            const bool gone = results[i].error().outcome != client::Outcome::not_applied;
            if (gone || stop_at_error) return SQL_ERROR;
        }
    }
    return SQL_SUCCESS;
}

// --------------------------------------------------------------------------- many rows a request

std::optional<MultiRowInsert> Statement::rewritable() const {
    if (apd_->array_size < 2) return std::nullopt;
    auto insert = multi_row_insert(statement_);
    auto& describer = connection_.describer();
    if (insert && !describer.knows_rows_are_independent(insert->table, insert->replaces)) {
        return std::nullopt;
    }
    return insert;
}

std::size_t Statement::rows_a_request(const MultiRowInsert& insert) {
    const auto traits = connection_.session().traits();
    const bool many = traits && traits->has_parameters_schema1();
    const auto parameters = many ? wire::max_parameters : wire::max_parameters_schema0;
    return std::min<std::size_t>(request_rows, parameters / insert.parameters);
}

/// Makes the requests of a rewritten array. Their rows are converted while the server works at the
/// requests before them.
class Statement::ArraySender {
  public:
    ArraySender(Statement& statement, const MultiRowInsert& insert, std::size_t rows,
                ArrayOutcome& outcome)
        : statement_{statement},
          insert_{insert},
          whole_{insert.statement(rows)},
          rows_{rows},
          outcome_{outcome},
          call_{statement.call_options()} {
        call_.begin.reset();
        pending_.values.reserve(rows_ * insert_.parameters);
    }

    /// Sends all sets. False if any of them failed.
    [[nodiscard]] bool send() {
        while (next_set_ < statement_.apd_->array_size) {
            run_bytes_ = 0;
            const auto sent = statement_.connection_.session().execute_all(
                whole_, [this] { return next_request(); }, call_);
            if (!took(sent) || !good_ || !send_rest()) return false;
        }
        return true;
    }

  private:
    /// A request of as many rows as they all have. Nothing at the end of the array or of a run, and
    /// where the bytes of fewer rows are enough: then rows are left, for send_rest().
    std::optional<wire::Parameters> next_request() {
        if (run_bytes_ >= run_bytes) return std::nullopt;
        pending_.clear();
        waiting_ = 0;
        std::size_t bytes = 0;
        while (waiting_ < rows_ && bytes < request_bytes) {
            if (next_set_ == statement_.apd_->array_size) return std::nullopt;
            const auto set = next_set_++;
            if (statement_.set_is_ignored(set)) continue;
            good_ = statement_.append_set(set, pending_) == SQL_SUCCESS;
            if (!good_) return std::nullopt;
            for (const auto& value : std::span{pending_.values}.last(insert_.parameters)) {
                bytes += bytes_of(value);
            }
            ++waiting_;
            ++outcome_.succeeded;
        }
        run_bytes_ += bytes;
        if (waiting_ < rows_) return std::nullopt;
        waiting_ = 0;
        return pending_.values;
    }
    bool took(const client::Result<client::Execution>& result) {
        if (!result) return false;
        if (result->rows_affected == 0) return true;
        outcome_.rows += static_cast<SQLLEN>(result->rows_affected);
        statement_.connection_.note_last_insert_rowid(result->last_insert_rowid);
        return true;
    }
    /// The rows of an unfinished request, by a statement of their own.
    bool send_rest() {
        if (waiting_ == 0) return true;
        auto direct = call_;
        direct.prepared = false;  // this number of rows will hardly come again
        const auto statement = insert_.statement(std::exchange(waiting_, 0));
        return took(statement_.connection_.session().execute(statement, pending_.values, direct));
    }

    Statement& statement_;
    const MultiRowInsert& insert_;
    client::Statement whole_;
    std::size_t rows_;
    ArrayOutcome& outcome_;
    client::Call call_;
    SQLULEN next_set_ = 0;
    ParameterValues pending_;  // of the request being made
    std::size_t waiting_ = 0;  // rows in pending_ that are not sent
    std::size_t run_bytes_ = 0;
    bool good_ = true;  // every set so far could be converted
};

/// False if anything failed: what was sent is to be undone, and the sets run one by one, so that
/// each gets its own status.
bool Statement::run_multi_row(const MultiRowInsert& insert, ArrayOutcome& outcome) {
    const auto rows = rows_a_request(insert);
    if (rows < 2) return false;
    if (!ArraySender{*this, insert, rows, outcome}.send()) return false;
    executed_ = true;
    for (SQLULEN set = 0; set < apd_->array_size && ipd_->array_status_ptr != nullptr; ++set) {
        if (!set_is_ignored(set)) ipd_->array_status_ptr[set] = SQL_PARAM_SUCCESS;
    }
    if (ipd_->rows_processed_ptr != nullptr) *ipd_->rows_processed_ptr = outcome.succeeded;
    return true;
}

// ------------------------------------------------------------------------------ the whole array

/// Undoes what a rewritten array has sent, so that it can run again one by one.
client::Result<void> Statement::restart_array(bool own) {
    auto& session = connection_.session();
    if (own) {
        if (auto undone = session.rollback(); !undone) return undone;
        return session.begin(client::BeginMode::immediate);
    }
    if (!connection_.in_transaction()) {
        return client::fail({.kind = client::ErrorKind::transaction_lost,
                             .message = "the transaction was lost while an array of parameters ran",
                             .outcome = client::Outcome::rolled_back});
    }
    if (auto undone = command(undo_savepoint); !undone) return undone;
    return command(release_savepoint);
}

SQLRETURN Statement::run_array_in_transaction(ArrayOutcome& outcome) {
    if (const auto insert = rewritable()) {
        if (!outcome.own) {
            if (const auto set = command(savepoint); !set) return failed(set.error());
        }
        if (run_multi_row(*insert, outcome)) {
            if (outcome.own) return SQL_SUCCESS;
            const auto released = command(release_savepoint);
            return released ? SQLRETURN{SQL_SUCCESS} : failed(released.error());
        }
        diagnostics().clear();
        const bool own = outcome.own;
        outcome = {};
        outcome.own = own;
        if (ipd_->rows_processed_ptr != nullptr) *ipd_->rows_processed_ptr = 0;
        if (const auto undone = restart_array(own); !undone) return failed(undone.error());
    }
    return run_sets(outcome);
}

SQLRETURN Statement::run_array() {
    if (statement_.returns_rows) {
        return post(SqlState::sHYC00,
                    "A statement with rows cannot be run with an array of parameters");
    }
    if (current_of_) {
        return post(SqlState::sHYC00,
                    "A positioned statement cannot be run with an array of parameters");
    }
    auto* const status = ipd_->array_status_ptr;
    const auto mark_all = [&](SQLUSMALLINT value) {
        if (status != nullptr) std::fill_n(status, apd_->array_size, value);
    };
    mark_all(SQL_PARAM_UNUSED);
    if (ipd_->rows_processed_ptr != nullptr) *ipd_->rows_processed_ptr = 0;
    auto& session = connection_.session();
    if (!connection_.describer().current()) {
        if (const auto error = refresh_mirror()) return failed(*error);
    }
    // In autocommit the array is one transaction of its own: one commit, and all or nothing.
    ArrayOutcome outcome;
    outcome.own = connection_.autocommit() && !connection_.in_transaction();
    if (outcome.own || connection_.begin_mode_for(statement_)) {
        const auto begun = session.begin(client::BeginMode::immediate, call_options());
        if (!begun) return failed(begun.error());
    }
    const auto ran = run_array_in_transaction(outcome);
    executed_ = true;
    bool committed = true;
    if (outcome.own) {
        const bool keep = SQL_SUCCEEDED(ran) && outcome.succeeded != 0;
        const auto ended = keep ? session.commit() : session.rollback();
        committed = keep && ended;
        if (!ended) failed(ended.error());
        if (!committed) outcome.rows = 0;
        if (keep && !ended) mark_all(SQL_PARAM_ERROR);
    }
    row_count_ = outcome.rows;
    diagnostics().row_count = outcome.rows;
    if (!SQL_SUCCEEDED(ran) || !committed) return SQL_ERROR;
    if (outcome.failed == 0) return result_of_count(outcome.rows);
    return outcome.succeeded == 0 ? SQL_ERROR : SQL_SUCCESS_WITH_INFO;
}

}  // namespace dqlite::odbc
